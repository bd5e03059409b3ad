//! Every moment of a sequence of calls: what is allowed before it and after it is allowed all the way through.
//!
//! After each writing call the sandbox's whole world is looked at: what each role may do (its inline and attached policies
//! under its boundary, asked for every action on every resource that a policy of either end speaks of), whom it trusts, which
//! role an instance profile holds, and which profiles are registered. What is deleted and made anew is left out: the plan
//! calls that a replacement, and it has to be allowed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Decision, Evaluation, Policy, Request, Scope, evaluate};
use serde_json::Value;

use crate::support::behind::Hand;
use crate::support::lab::ACCOUNT;

/// Looks at moments; it knows AWS's own policies from the service.
pub(crate) struct Moments {
    hand: Hand,
    documents: RefCell<BTreeMap<String, Policy>>,
}

/// What may be asked: actions with resources, and who may assume a role.
#[derive(Default)]
struct Probes {
    requests: BTreeSet<(String, String)>,
    principals: BTreeSet<String>,
}

impl Moments {
    pub(crate) fn new(hand: &Hand) -> Self {
        Self { hand: hand.clone(), documents: RefCell::default() }
    }

    /// Checks what an apply went through, the last moment being its end.
    #[track_caller]
    pub(crate) fn check(&self, name: &str, outcome: &Value, before: &Value, after_each: &[Value]) {
        let Some(end) = after_each.last() else { return };
        let mut probes = Probes::default();
        for world in [before, end] {
            self.add_probes(world, &mut probes);
        }
        let replaced = replaced(outcome);
        let (start, end) = (self.allowed(before, &probes), self.allowed(end, &probes));
        let both: BTreeSet<_> = start.intersection(&end).collect();
        let both: Vec<_> = both.into_iter().filter(|one| !replaced.iter().any(|name| one.contains(name))).collect();
        for (index, world) in after_each.iter().enumerate() {
            let now = self.allowed(world, &probes);
            let lost: Vec<_> = both.iter().filter(|one| !now.contains(**one)).collect();
            assert!(lost.is_empty(), "{name}: after call {} of {outcome}, for a moment not: {lost:?}", index + 1);
        }
    }

    fn add_probes(&self, world: &Value, probes: &mut Probes) {
        for role in each(world, "/iam/roles") {
            for document in self.documents_of(world, role) {
                let statements = document.to_value()["Statement"].as_array().cloned().unwrap_or_default();
                for statement in &statements {
                    for action in texts(&statement["Action"]) {
                        let resources = texts(&statement["Resource"]).into_iter();
                        probes.requests.extend(resources.map(|resource| (concrete(&action), concrete(&resource))));
                    }
                }
            }
            let trust = policy(text(&role["trust"]["text"])).to_value();
            for statement in trust["Statement"].as_array().into_iter().flatten() {
                let principals = statement["Principal"].as_object().into_iter().flat_map(|by_type| by_type.values());
                probes.principals.extend(principals.flat_map(texts));
            }
        }
    }

    /// Returns what holds in a world, as sentences.
    fn allowed(&self, world: &Value, probes: &Probes) -> BTreeSet<String> {
        let mut allowed = BTreeSet::new();
        for role in each(world, "/iam/roles") {
            self.add_what_it_may(world, role, probes, &mut allowed);
        }
        for profile in each(world, "/iam/instance_profiles") {
            let roles = profile["roles"].as_array().into_iter().flatten();
            allowed.extend(roles.map(|role| format!("profile {} holds {}", text(&profile["name"]), text(role))));
        }
        let registered = world.pointer("/workspace/instance_profiles/by_arn").and_then(Value::as_object);
        allowed.extend(registered.into_iter().flat_map(|all| all.keys()).map(|arn| format!("{arn} is registered")));
        allowed
    }

    fn add_what_it_may(&self, world: &Value, role: &Value, probes: &Probes, allowed: &mut BTreeSet<String>) {
        let name = text(&role["name"]);
        let documents = self.documents_of(world, role);
        let identity: Vec<_> = documents.iter().collect();
        let boundary = role["permissions_boundary"].as_str().map(|arn| self.document(world, arn));
        let evaluation = Evaluation { identity: &identity, boundary: boundary.as_ref(), resource: None };
        for (action, resource) in &probes.requests {
            let request = Request { principal: None, action, resource: Some(resource), context: BTreeMap::new() };
            add(allowed, &evaluation.decide(&request).decision, &format!("{name}: {action} on {resource}"));
        }
        let trust = policy(text(&role["trust"]["text"]));
        for principal in &probes.principals {
            let action = "sts:AssumeRole";
            let request = Request { principal: Some(principal), action, resource: None, context: BTreeMap::new() };
            add(allowed, &evaluate(&[&trust], &request), &format!("{name}: assumed by {principal}"));
        }
    }

    /// The inline and the attached documents of a role.
    fn documents_of(&self, world: &Value, role: &Value) -> Vec<Policy> {
        let inline = role["inline"].as_object().into_iter().flat_map(|inline| inline.values());
        let attached = role["attached"].as_object().into_iter().flat_map(|attached| attached.keys());
        inline
            .map(|document| policy(text(&document["text"])))
            .chain(attached.map(|arn| self.document(world, arn)))
            .collect()
    }

    /// The document of a managed policy that is in force.
    fn document(&self, world: &Value, arn: &str) -> Policy {
        let own = each(world, "/iam/policies").find(|policy| policy["arn"] == arn);
        if let Some(own) = own {
            return policy(text(&own["versions"][&own["default_version"].to_string()]["text"]));
        }
        let mut documents = self.documents.borrow_mut();
        let known = documents.entry(arn.to_owned()).or_insert_with(|| {
            let answer = self.hand.iam("GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v1")]);
            let (_, document) = answer.split_once("<Document>").expect("a document");
            let (document, _) = document.split_once("</Document>").expect("a document");
            Policy::parse_percent_encoded(document, &scope()).expect("a policy")
        });
        known.clone()
    }
}

/// A sentence for what is allowed, and a weaker one for what may depend on the circumstances.
fn add(allowed: &mut BTreeSet<String>, decision: &Decision, what: &str) {
    match decision {
        Decision::Allowed => allowed.extend([format!("{what}, always"), format!("{what}, sometimes")]),
        Decision::Unknown { keys: _ } => drop(allowed.insert(format!("{what}, sometimes"))),
        Decision::DeniedExplicitly | Decision::NotAllowed => {}
    }
}

/// The names of what is deleted and made anew.
fn replaced(outcome: &Value) -> Vec<String> {
    let resources = outcome["resources"].as_array().expect("a list").iter();
    let replaced = resources.filter(|resource| resource["action"] == "replace");
    replaced.map(|resource| text(&resource["name"]).to_owned()).collect()
}

fn each<'a>(world: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    world.pointer(pointer).and_then(Value::as_object).into_iter().flat_map(|all| all.values())
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().map(|item| text(item).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Something that a pattern matches.
fn concrete(pattern: &str) -> String {
    pattern.replace(['*', '?'], "x")
}

fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: ACCOUNT.to_owned() }
}

fn policy(text: &str) -> Policy {
    Policy::parse(text, &scope()).expect("the sandbox stores policies")
}
