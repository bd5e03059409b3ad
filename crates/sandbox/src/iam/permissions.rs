//! What a role may do by its own policies: for the calls that are made as the role, and for their simulation.

use std::collections::BTreeMap;

use iam_policy::{Decision, Evaluation, Origin, Policy, Request, Scope, Verdict};

use crate::iam::account::{Account, Answer};
use crate::iam::aws_managed::AwsManagedPolicy;
use crate::iam::error::IamError;
use crate::iam::parameters::Parameters;
use crate::iam::policies;
use crate::iam::state::{Role, State};
use crate::iam::xml::Xml;
use crate::world::Settings;

/// The condition keys of a call, with their values.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

/// Everything that decides what a role may do.
struct Holder {
    /// The identity policies with their names.
    identity: Vec<(String, Policy)>,
    boundary: Option<Policy>,
}

impl Holder {
    fn of(state: &State, settings: &Settings, role: &Role) -> Self {
        let scope = Scope { partition: settings.partition.clone(), account_id: settings.account_id.clone() };
        let read = |text: &str| Policy::parse(text, &scope).ok();
        let inline = role.inline.iter().filter_map(|(name, document)| Some((name.clone(), read(&document.text)?)));
        let attached = role.attached.keys().filter_map(|arn| {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            Some((name.to_owned(), read(&managed(state, settings, arn)?)?))
        });
        let boundary = role.permissions_boundary.as_ref();
        let boundary = boundary.and_then(|arn| read(&managed(state, settings, arn)?));
        Self { identity: inline.chain(attached).collect(), boundary }
    }

    fn decide(&self, action: &str, resource: Option<&str>, context: &Context) -> Verdict {
        let identity: Vec<_> = self.identity.iter().map(|(_, policy)| policy).collect();
        let request = Request { principal: None, action, resource, context: context.clone() };
        Evaluation { identity: &identity, boundary: self.boundary.as_ref(), resource: None }.decide(&request)
    }

    /// The name of the policy that a statement is from.
    fn name(&self, origin: Origin) -> Option<&str> {
        match origin {
            Origin::Identity(number) => self.identity.get(number).map(|(name, _)| name.as_str()),
            Origin::Boundary | Origin::Resource => None,
        }
    }
}

fn managed(state: &State, settings: &Settings, arn: &str) -> Option<String> {
    if let Some(policy) = policies::local(state, arn) {
        return policy.versions.get(&policy.default_version).map(|document| document.text.clone());
    }
    policies::aws(settings, arn).map(AwsManagedPolicy::document)
}

/// Says why a role's session may not make a call, in AWS's words; nothing where it may
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>).
pub(crate) fn refusal(
    state: &State,
    settings: &Settings,
    (role, session_arn): (&str, &str),
    action: &str,
    resource: &str,
    context: &Context,
) -> Option<String> {
    let denied =
        |why: &str| format!("User: {session_arn} is not authorized to perform: {action} on resource: {resource} {why}");
    let Some(role) = state.role(role) else {
        return Some(denied(&format!("because no identity-based policy allows the {action} action")));
    };
    let verdict = Holder::of(state, settings, role).decide(action, Some(resource), context);
    let kind = |origin: Origin| match origin {
        Origin::Identity(_) | Origin::Resource => "identity-based policy",
        Origin::Boundary => "permissions boundary",
    };
    match verdict.decision {
        Decision::Allowed => None,
        Decision::DeniedExplicitly => {
            let origin = verdict.statements.first().map_or(Origin::Identity(0), |statement| statement.origin);
            let article = if origin == Origin::Boundary { "a" } else { "an" };
            Some(denied(&format!("with an explicit deny in {article} {}", kind(origin))))
        }
        // What depends on a key that the call does not have is not allowed.
        Decision::NotAllowed | Decision::Unknown { keys: _ } => {
            let origin = verdict.lacking.first().copied().unwrap_or(Origin::Identity(0));
            Some(denied(&format!("because no {} allows the {action} action", kind(origin))))
        }
    }
}

/// `SimulatePrincipalPolicy`, of a role's policies. The sandbox's own user may do everything.
pub(crate) fn simulate(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let source = parameters.required("PolicySourceArn")?;
    let actions = parameters.list("ActionNames");
    let resources = match parameters.list("ResourceArns") {
        none if none.is_empty() => vec!["*"],
        given => given,
    };
    let context = parameters.context();
    let holder = match account.state.role_by_arn(source) {
        Some(role) => Some(Holder::of(account.state, account.settings, role)),
        None if source == account.arn("user", "/", "sandbox") => None,
        None => return Err(IamError::no_such_entity(format!("Entity with ARN {source} does not exist."))),
    };
    let mut xml = Xml::default();
    xml.leaf("IsTruncated", "false");
    xml.node("EvaluationResults", |xml| {
        for action in actions {
            xml.node("member", |xml| render_action(xml, holder.as_ref(), action, &resources, &context));
        }
    });
    Ok(Some(xml))
}

fn render_action(xml: &mut Xml, holder: Option<&Holder>, action: &str, resources: &[&str], context: &Context) {
    let verdicts: Vec<_> = resources
        .iter()
        .map(|resource| (*resource, holder.map(|holder| (holder, holder.decide(action, Some(resource), context)))))
        .collect();
    let words: Vec<_> =
        verdicts.iter().map(|(_, verdict)| word(verdict.as_ref().map(|(_, verdict)| verdict))).collect();
    let worst = ["explicitDeny", "implicitDeny", "allowed"].into_iter().find(|word| words.contains(word));
    xml.leaf("EvalActionName", action);
    xml.leaf("EvalResourceName", "*");
    xml.leaf("EvalDecision", worst.unwrap_or("implicitDeny"));
    xml.node("ResourceSpecificResults", |xml| {
        for (resource, verdict) in &verdicts {
            xml.node("member", |xml| {
                xml.leaf("EvalResourceName", resource);
                xml.leaf("EvalResourceDecision", word(verdict.as_ref().map(|(_, verdict)| verdict)));
                if let Some((holder, verdict)) = verdict {
                    render_reasons(xml, holder, verdict);
                }
            });
        }
    });
}

fn render_reasons(xml: &mut Xml, holder: &Holder, verdict: &Verdict) {
    xml.node("MatchedStatements", |xml| {
        for name in verdict.statements.iter().filter_map(|statement| holder.name(statement.origin)) {
            xml.node("member", |xml| xml.leaf("SourcePolicyId", name));
        }
    });
    if let Decision::Unknown { keys } = &verdict.decision {
        xml.node("MissingContextValues", |xml| {
            for key in keys {
                xml.leaf("member", key);
            }
        });
    }
    if holder.boundary.is_some() {
        let allows = !verdict.lacking.contains(&Origin::Boundary);
        xml.node("PermissionsBoundaryDecisionDetail", |xml| {
            xml.leaf("AllowedByPermissionsBoundary", if allows { "true" } else { "false" });
        });
    }
}

/// The simulator lets a condition on a key without a value fail.
const fn word(verdict: Option<&Verdict>) -> &'static str {
    match verdict {
        None => "allowed",
        Some(verdict) => match verdict.decision {
            Decision::Allowed => "allowed",
            Decision::DeniedExplicitly => "explicitDeny",
            Decision::NotAllowed | Decision::Unknown { keys: _ } => "implicitDeny",
        },
    }
}
