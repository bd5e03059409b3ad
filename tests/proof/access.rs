//! That no role has, at any moment of an apply, fewer permissions than it had before and has afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use iam_policy::{Decision, Evaluation, Policy, Request, Scope};
use reconcile_core::plan::{Action, Plan};
use reconcile_core::resource::Resource;
use reconcile_engine::{Event, Observer};
use reconcile_sandbox::Sandbox;
use serde_json::Value;

use crate::bench::text;
use crate::documents::{ACTIONS, RESOURCES};

/// What stands for AWS's own policies: which permissions are in them does not matter here, that they differ does.
const MANAGED_BY_AWS: [(&str, &str); 5] = [
    ("AmazonS3ReadOnlyAccess", r#"{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}"#),
    ("AmazonS3FullAccess", r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#),
    ("AmazonSageMakerFullAccess", r#"{"Effect":"Allow","Action":["sagemaker:*","s3:GetObject"],"Resource":"*"}"#),
    ("AWSGlueServiceRole", r#"{"Effect":"Allow","Action":["glue:*","s3:ListBucket","logs:*"],"Resource":"*"}"#),
    ("PowerUserAccess", r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#),
];

/// What each role may do: pairs of an action and a resource.
type Permissions = BTreeMap<String, BTreeSet<(usize, usize)>>;

/// Looks at the permissions after every call.
pub(crate) struct Watch<'a> {
    sandbox: &'a Sandbox,
    seen: Mutex<Vec<(String, Permissions)>>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, seen: Mutex::default() }
    }

    /// Checks what was seen against what was and what is; returns after how many calls it looked.
    ///
    /// Left out are the roles of which the plan says that no order of single calls is right.
    pub(crate) fn found_no_gap(self, plan: &Plan, before: &Value) -> usize {
        let told = told(plan, before, &self.sandbox.state());
        let before = permissions(before);
        let after = permissions(&self.sandbox.state());
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        for role in staying(plan).filter(|role| !told.contains(*role)) {
            let (Some(before), Some(after)) = (before.get(role), after.get(role)) else { continue };
            for (call, permissions) in &seen {
                let has = permissions.get(role).cloned().unwrap_or_default();
                let lacks: Vec<_> = before.intersection(after).filter(|pair| !has.contains(*pair)).collect();
                let named: Vec<_> = lacks.iter().map(|(action, on)| (ACTIONS[*action], RESOURCES[*on])).collect();
                assert!(named.is_empty(), "after {call}, {role} lacks for a moment {named:?}\n{}", text(plan));
            }
        }
        seen.len()
    }
}

/// The roles that exist and stay.
fn staying(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.resources.iter().filter_map(|planned| match &planned.desired {
        Resource::Role(role) if matches!(planned.action, Action::None | Action::Update) => Some(role.name.as_str()),
        _ => None,
    })
}

/// The roles of which, or of whose policies, the plan says that something may be missing for a moment.
fn told(plan: &Plan, before: &Value, after: &Value) -> BTreeSet<String> {
    let told = plan.resources.iter().filter(|planned| planned.notes.iter().any(|note| note.contains("for a moment")));
    let (mut roles, mut policies) = (BTreeSet::new(), BTreeSet::new());
    for planned in told {
        match &planned.desired {
            Resource::Role(role) => roles.insert(role.name.clone()),
            Resource::ManagedPolicy(policy) => policies.insert(policy.arn.as_str()),
            other => panic!("{} has permissions", other.name()),
        };
    }
    let all = [before, after].into_iter().flat_map(|state| state["iam"]["roles"].as_object().expect("roles").values());
    let bearers = all
        .filter(|role| role["attached"].as_object().expect("a map").keys().any(|arn| policies.contains(arn.as_str())));
    roles.extend(bearers.map(|role| role["name"].as_str().expect("a name").to_owned()));
    roles
}

impl Observer for Watch<'_> {
    fn on(&self, event: &Event<'_>) {
        if let Event::Called { address, operation, .. } = event
            && operation.api().starts_with("iam:")
        {
            let call = format!("{} of {address}", operation.api());
            let permissions = permissions(&self.sandbox.state());
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push((call, permissions));
        }
    }
}

/// What every role of the tests may do in a state.
fn permissions(state: &Value) -> Permissions {
    let roles = state["iam"]["roles"].as_object().expect("roles");
    let ours = roles.values().filter(|role| role["name"].as_str().is_some_and(|name| name.starts_with("proof-")));
    ours.map(|role| (role["name"].as_str().expect("a name").to_owned(), allowed(role, state))).collect()
}

fn allowed(role: &Value, state: &Value) -> BTreeSet<(usize, usize)> {
    let text = |document: &Value| parsed(document["text"].as_str().expect("a document"));
    let inline = role["inline"].as_object().expect("a map").values().map(text);
    let attached = role["attached"].as_object().expect("a map").keys().map(|arn| managed(arn, state));
    let identity: Vec<_> = inline.chain(attached).collect();
    let identity: Vec<_> = identity.iter().collect();
    let boundary = role["permissions_boundary"].as_str().map(|arn| managed(arn, state));
    let evaluation = Evaluation { identity: &identity, boundary: boundary.as_ref(), resource: None };
    let mut allowed = BTreeSet::new();
    for (number, action) in ACTIONS.iter().enumerate() {
        for (on, resource) in RESOURCES.iter().enumerate() {
            let request = Request { principal: None, action, resource: Some(resource), context: BTreeMap::new() };
            if evaluation.decide(&request).decision == Decision::Allowed {
                allowed.insert((number, on));
            }
        }
    }
    allowed
}

fn managed(arn: &str, state: &Value) -> Policy {
    let name = arn.rsplit('/').next().expect("a name");
    if let Some((_, statement)) =
        MANAGED_BY_AWS.iter().find(|(known, _)| arn.contains(":aws:policy/") && *known == name)
    {
        return parsed(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#));
    }
    let policy = &state["iam"]["policies"][name.to_lowercase()];
    parsed(
        policy["versions"][policy["default_version"].to_string()]["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no {arn}")),
    )
}

fn parsed(text: &str) -> Policy {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    Policy::parse(text, &scope).expect("a policy")
}
