//! Whether the workspace may launch an instance with a registered instance profile: its cross-account role has to be
//! allowed `iam:PassRole` on the role in the profile.
//!
//! A manifest tells only indirectly which role that is: the one whose trust policy names a Databricks account, or else
//! someone else's role that is given a statement on `iam:PassRole`.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Decision, Policy, Request};

use super::after::{After, Knowledge};
use super::role::{Boundary, RoleAfter};
use super::statements::{self, PASSED_TO_SERVICE};
use super::trust::{EC2, names_of_ec2};
use super::{AccessCode, AccessFinding, Certainty, Judgement};
use crate::inquiry::Inquiry;
use crate::manifest::Declared;
use crate::resource::Registration;

/// The field of a registration that names its instance profile.
const INSTANCE_PROFILE: &str = "instance_profile_arn";

/// Who may pass a role to EC2.
#[derive(Clone, Debug)]
pub(super) enum Passing {
    /// A role of the manifest, named by its label.
    Allowed(String),
    /// It depends on what is not known. What can be asked to know it is with it.
    Unknown(BTreeSet<Inquiry>),
    /// The role of the workspace, as far as it can be told, may not.
    Refused(Refusal),
    /// No role of the manifest is meant to.
    Nobody,
}

/// Why a role may not be passed.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) certainty: Certainty,
    pub(super) message: String,
    pub(super) help: String,
    /// Whether the manifest has a statement about it, and not only someone else's role.
    pub(super) is_stated: bool,
    /// What can still be asked, and may mend it.
    pub(super) needs: BTreeSet<Inquiry>,
}

/// What passing a role needs, for a registration that Databricks checks by a trial launch.
pub(super) fn of_registration<'a>(
    after: &After<'a>,
    declared: &'a Declared,
    registration: &'a Registration,
) -> Judgement {
    if registration.skip_validation {
        return Judgement::default();
    }
    let Knowledge::Known(passed) = after.role_in_profile(&registration.instance_profile_arn) else {
        return Judgement::default();
    };
    // What is registered passed the trial launch once, by whatever it is that the manifest does not tell.
    let is_registered = after.live(declared).is_some();
    let (refusal, needs) = match passing(after, &passed) {
        Passing::Allowed(_) => return Judgement::default(),
        Passing::Unknown(needs) => return Judgement { findings: Vec::new(), needs },
        Passing::Refused(refusal) if is_registered && !refusal.is_stated => return Judgement::default(),
        Passing::Nobody if is_registered => return Judgement::default(),
        Passing::Refused(Refusal { certainty, message, help, is_stated: _, needs }) => {
            ((certainty, message, help), needs)
        }
        Passing::Nobody => {
            let message = format!(
                "no role of this manifest may pass the role {} to EC2, and the workspace's cross-account role has to",
                passed.name
            );
            let help = statement_for("the workspace's cross-account role", &passed);
            ((Certainty::Possible, message, help), BTreeSet::new())
        }
    };
    let (certainty, message, help) = refusal;
    let code = (AccessCode::PassRole, certainty);
    Judgement { findings: vec![AccessFinding::new(code, declared, INSTANCE_PROFILE, message, help)], needs }
}

/// Judges who may pass a role to EC2.
pub(super) fn passing(after: &After<'_>, passed: &RoleAfter<'_>) -> Passing {
    let candidates = candidates(after, passed);
    // A role that is not known may be the workspace's, unless another one is.
    let mut is_unknown = after.trusting_databricks.is_empty() && after.has_unknown_roles;
    let mut unknown = BTreeSet::new();
    let mut refusals = Vec::new();
    for candidate in candidates {
        match judge(candidate, passed) {
            Passing::Allowed(label) => return Passing::Allowed(label),
            Passing::Nobody => is_unknown = true,
            Passing::Unknown(needs) => {
                is_unknown = true;
                unknown.extend(needs);
            }
            Passing::Refused(refusal) => refusals.push(refusal),
        }
    }
    match refusals.into_iter().reduce(both) {
        refusal if is_unknown => {
            unknown.extend(refusal.into_iter().flat_map(|refusal| refusal.needs));
            Passing::Unknown(unknown)
        }
        Some(refusal) => Passing::Refused(refusal),
        None => Passing::Nobody,
    }
}

/// Two roles that may be the workspace's: which of them is, is not known, so only what is sure of both is sure.
fn both(mut first: Refusal, second: Refusal) -> Refusal {
    let Refusal { certainty, message, help, is_stated, needs } = second;
    first.needs.extend(needs);
    first.certainty = first.certainty.max(certainty);
    first.message = format!("{}; and {message}", first.message);
    first.help = format!("{}; or {help}", first.help);
    first.is_stated |= is_stated;
    first
}

/// The roles of the manifest that may be the workspace's.
fn candidates<'r, 'a>(after: &'r After<'a>, passed: &RoleAfter<'_>) -> Vec<&'r RoleAfter<'a>> {
    if after.trusting_databricks.is_empty() {
        return after.of_others.iter().filter(|role| speaks_of_passing(role, passed)).collect();
    }
    after.trusting_databricks.iter().collect()
}

fn speaks_of_passing(role: &RoleAfter<'_>, passed: &RoleAfter<'_>) -> bool {
    role.documents()
        .into_iter()
        .any(|policy| decide(&[policy], passed.arn, None) != Decision::NotAllowed || !targets(policy).is_empty())
}

fn judge(role: &RoleAfter<'_>, passed: &RoleAfter<'_>) -> Passing {
    let policies: Vec<_> = role.documents();
    let services = names_of_ec2(passed.arn);
    let decisions: Vec<_> = services.iter().map(|service| decide(&policies, passed.arn, Some(service))).collect();
    if decisions.contains(&Decision::Allowed) {
        return within_boundary(role, passed);
    }
    if decisions.iter().any(|decision| matches!(decision, Decision::Unknown { keys: _ })) {
        return Passing::Unknown(BTreeSet::new());
    }
    let is_denied = decisions.contains(&Decision::DeniedExplicitly);
    // Someone else's role may have policies that were not read; and without Databricks in its trust policy it need not be
    // the workspace's role at all.
    let is_certain = role.trusts_databricks() && (is_denied || role.permissions.is_complete);
    let (message, help) = if is_denied { denied(role, passed) } else { not_allowed(role, passed) };
    // Nothing that is still unread undoes a denial.
    let needs = if is_denied { BTreeSet::new() } else { role.permissions.unread.clone() };
    Passing::Refused(Refusal {
        certainty: if is_certain { Certainty::Certain } else { Certainty::Possible },
        message,
        help,
        is_stated: speaks_of_passing(role, passed),
        needs,
    })
}

/// Judges a role whose own policies allow it: its permissions boundary has to allow it as well.
fn within_boundary(role: &RoleAfter<'_>, passed: &RoleAfter<'_>) -> Passing {
    let (name, document) = match &role.boundary {
        Boundary::None => return Passing::Allowed(role.label.clone()),
        Boundary::Unread(inquiry) => return Passing::Unknown(inquiry.iter().cloned().collect()),
        Boundary::Known(name, document) => (name, *document),
    };
    let mut decisions = names_of_ec2(passed.arn).iter().map(|service| decide(&[document], passed.arn, Some(service)));
    match decisions.find(|decision| !matches!(decision, Decision::NotAllowed | Decision::DeniedExplicitly)) {
        Some(Decision::Allowed) => Passing::Allowed(role.label.clone()),
        Some(Decision::Unknown { keys: _ }) => Passing::Unknown(BTreeSet::new()),
        Some(Decision::NotAllowed | Decision::DeniedExplicitly) | None => Passing::Refused(Refusal {
            certainty: if role.trusts_databricks() { Certainty::Certain } else { Certainty::Possible },
            message: format!(
                "the permissions boundary {name} of the role {} ({}) does not allow it iam:PassRole on {}",
                role.name, role.label, passed.arn
            ),
            help: format!("let the boundary {name} allow {}", statements::pass_role(passed.arn, EC2)),
            is_stated: true,
            needs: BTreeSet::new(),
        }),
    }
}

fn denied(role: &RoleAfter<'_>, passed: &RoleAfter<'_>) -> (String, String) {
    let is_denying = |policy: &Policy| decide(&[policy], passed.arn, Some(EC2)) == Decision::DeniedExplicitly;
    let denying = role.permissions.policies.iter().find(|(_, policy)| is_denying(policy));
    let by = denying.map(|(name, _)| format!(" by its policy {name}")).unwrap_or_default();
    let message = format!("the role {} ({}) is denied iam:PassRole on {}{by}", role.name, role.label, passed.arn);
    let statement = statements::pass_role(passed.arn, EC2);
    (message, format!("leave that role out of the Deny; what the workspace needs is {statement}"))
}

fn not_allowed(role: &RoleAfter<'_>, passed: &RoleAfter<'_>) -> (String, String) {
    let policies: Vec<_> = role.documents();
    let targets: BTreeSet<_> = policies.iter().flat_map(|policy| targets(policy)).collect();
    let listed = || targets.iter().copied().collect::<Vec<_>>().join(" and ");
    let who = format!("the role {} ({})", role.name, role.label);
    let message = match decide(&policies, passed.arn, None) {
        Decision::Unknown { keys } => {
            let keys = keys.into_iter().collect::<Vec<_>>().join(" and ");
            format!("{who} may pass {} only on a condition on {keys} that EC2 does not meet", passed.arn)
        }
        Decision::Allowed | Decision::DeniedExplicitly | Decision::NotAllowed if targets.is_empty() => {
            format!("nothing that is known of {who} allows it iam:PassRole on {}", passed.arn)
        }
        Decision::Allowed | Decision::DeniedExplicitly | Decision::NotAllowed => {
            format!("{who} may pass {} and not {}", listed(), passed.arn)
        }
    };
    (message, statement_for(&role.label, passed))
}

pub(super) fn statement_for(holder: &str, passed: &RoleAfter<'_>) -> String {
    format!("add to an inline policy of {holder}: {}", statements::pass_role(passed.arn, EC2))
}

/// Decides `iam:PassRole` on a role; without a service the condition on it stays open.
fn decide(policies: &[&Policy], role_arn: &str, service: Option<&str>) -> Decision {
    let context = service.map(|service| (PASSED_TO_SERVICE.to_owned(), vec![service.to_owned()]));
    let request = Request {
        principal: None,
        action: "iam:PassRole",
        resource: Some(role_arn),
        context: BTreeMap::from_iter(context),
    };
    iam_policy::evaluate(policies, &request)
}

/// Returns the resources on which a policy's statements say something about `iam:PassRole`. A pattern covers its own text.
fn targets(policy: &Policy) -> BTreeSet<&str> {
    let resources = policy.statements().iter().filter_map(|statement| statement.resources.as_ref()).flatten();
    resources.map(String::as_str).filter(|resource| decide(&[policy], resource, None) != Decision::NotAllowed).collect()
}
