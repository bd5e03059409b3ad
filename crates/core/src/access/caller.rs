//! Whether the caller may pass the roles that the planned calls pass: `iam:PassRole`, by the simulation of its own policies.

use std::collections::{BTreeMap, BTreeSet};

use super::after::{After, Knowledge};
use super::statements;
use super::trust::{EC2, SAGEMAKER, names_of_ec2};
use super::{AccessCode, AccessFinding, Certainty};
use crate::id::Address;
use crate::inquiry::{Answer, CallerMayPass, Hindrance, Inquiry, Simulated};
use crate::manifest::{Declared, Manifest};
use crate::plan::PlannedResource;
use crate::planner::World;
use crate::resource::{InstanceProfileOperation, NotebookInstanceOperation, Operation, Resource, RoleOperation};

/// A role that a planned call passes to a service.
struct Passed<'a> {
    declared: &'a Declared,
    /// The field that asks for it.
    field: &'static str,
    api: &'static str,
    role_arn: String,
    service: &'static str,
}

/// Returns what has to be asked: one question a service, whatever the number of roles.
pub(super) fn inquiries(planned: &[PlannedResource], manifest: &Manifest, world: &World) -> BTreeSet<Inquiry> {
    questions(&passed(planned, manifest, world)).into_values().collect()
}

/// Finds the roles that the caller may not pass.
pub(super) fn check(planned: &[PlannedResource], manifest: &Manifest, world: &World) -> Vec<AccessFinding> {
    let passed = passed(planned, manifest, world);
    let questions = questions(&passed);
    let answer = |passed: &Passed<'_>| match world.answers.get(questions.get(passed.service)?)? {
        Answer::CallerMayPass(answer) => Some(answer),
        Answer::PolicyDocument(_) | Answer::RolePolicies(_) | Answer::AccountSummary(_) | Answer::Users(_) => None,
    };
    passed.iter().filter_map(|passed| finding(passed, answer(passed)?, planned)).collect()
}

fn questions(passed: &[Passed<'_>]) -> BTreeMap<&'static str, Inquiry> {
    let mut roles: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for passed in passed {
        roles.entry(passed.service).or_default().insert(passed.role_arn.clone());
    }
    roles
        .into_iter()
        .map(|(service, roles)| (service, Inquiry::CallerMayPass { roles, service: service.to_owned() }))
        .collect()
}

/// Lists what the planned calls pass. A role whose ARN is not known is left out.
fn passed<'a>(planned: &[PlannedResource], manifest: &'a Manifest, world: &World) -> Vec<Passed<'a>> {
    let passing = planned.iter().filter(|planned| planned.problem.is_none());
    let calls: Vec<_> = passing
        .flat_map(|planned| planned.operations.iter().map(move |operation| (&planned.address, operation)))
        .filter_map(|(address, operation)| Some((address, operation, PassedRole::by(operation)?)))
        .collect();
    if calls.is_empty() {
        return Vec::new();
    }
    let after = After::new(manifest, world);
    let declared: BTreeMap<&Address, &Declared> =
        manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let known = calls.into_iter().filter_map(|(address, operation, role)| {
        let (field, service) = role.asked_by();
        let role_arn = role.arn(&after)?;
        Some(Passed { declared: declared.get(address)?, field, api: operation.api(), role_arn, service })
    });
    known.collect()
}

/// A role as a call names it.
enum PassedRole<'a> {
    /// By its ARN, to SageMaker.
    ToNotebookInstance(&'a str),
    /// By its name, to EC2: that is what an instance profile is for. `AddRoleToInstanceProfile` needs the right to pass it
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>).
    IntoInstanceProfile(&'a str),
}

impl<'a> PassedRole<'a> {
    fn by(operation: &'a Operation) -> Option<Self> {
        match operation {
            Operation::NotebookInstance(NotebookInstanceOperation::Create { instance, tags: _ }) => {
                instance.role_arn.value().map(|arn| Self::ToNotebookInstance(arn))
            }
            Operation::NotebookInstance(NotebookInstanceOperation::Update { name: _, update }) => {
                update.role_arn.value().map(|arn| Self::ToNotebookInstance(arn))
            }
            Operation::InstanceProfile(InstanceProfileOperation::AddRole { instance_profile: _, role })
            | Operation::Role(RoleOperation::AddToInstanceProfile { role, instance_profile: _ }) => {
                Some(Self::IntoInstanceProfile(role))
            }
            Operation::ManagedPolicy(_)
            | Operation::Role(_)
            | Operation::InstanceProfile(_)
            | Operation::LifecycleConfig(_)
            | Operation::NotebookInstance(_)
            | Operation::Registration(_)
            | Operation::Cluster(_)
            | Operation::Notebook(_) => None,
        }
    }

    /// Returns the field of the resource that asks for the role, and the service that it is passed to.
    const fn asked_by(&self) -> (&'static str, &'static str) {
        match self {
            Self::ToNotebookInstance(_) => ("role_arn", SAGEMAKER),
            Self::IntoInstanceProfile(_) => ("role", EC2),
        }
    }

    fn arn(&self, after: &After<'_>) -> Option<String> {
        match self {
            Self::ToNotebookInstance(arn) => Some((*arn).to_owned()),
            Self::IntoInstanceProfile(name) => match after.role_named(name) {
                Knowledge::Known(role) => Some(role.arn.to_owned()),
                Knowledge::Missing | Knowledge::Unknown => None,
            },
        }
    }
}

fn finding(passed: &Passed<'_>, answer: &CallerMayPass, planned: &[PlannedResource]) -> Option<AccessFinding> {
    let CallerMayPass { principal, roles } = answer;
    let Passed { declared, field, api, role_arn, service } = passed;
    let statement = statements::pass_role(role_arn, service);
    let (why, help) = match roles.get(role_arn)? {
        Simulated::Allowed | Simulated::Unknown(_) => return None,
        Simulated::NotAllowed(Hindrance::Policies) => (
            format!("none of its policies allows iam:PassRole on {role_arn}"),
            format!("add to a policy of {principal}: {statement}"),
        ),
        Simulated::NotAllowed(Hindrance::Boundary) => (
            format!("its permissions boundary does not allow iam:PassRole on {role_arn}"),
            format!("let the permissions boundary of {principal} allow {statement}"),
        ),
        Simulated::NotAllowed(Hindrance::Organization) => (
            format!("a policy of the organisation does not allow iam:PassRole on {role_arn}"),
            format!(
                "let the service control policies of the account allow {statement}, or apply as somebody whom they let"
            ),
        ),
        Simulated::Denied(policies) => {
            let by = policies.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
            let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
            (
                format!("it is denied iam:PassRole on {role_arn}{by}"),
                format!("leave that role out of the Deny; what {principal} needs is {statement}"),
            )
        }
    };
    let message = format!("the caller may not pass the role to {service}, as {api} does: {why}");
    // In China a service may have two names, and which of them is asked about is not documented.
    let has_one_name = *service != EC2 || names_of_ec2(role_arn).len() == 1;
    let certain = has_one_name && !may_be_changed(principal, planned);
    let certainty = if certain { Certainty::Certain } else { Certainty::Possible };
    Some(AccessFinding::new((AccessCode::CallerPassRole, certainty), declared, field, message, help))
}

/// Whether this plan changes what the caller may do: its own role, or a policy that it may have.
fn may_be_changed(principal: &str, planned: &[PlannedResource]) -> bool {
    planned.iter().filter(|planned| !planned.operations.is_empty()).any(|planned| match &planned.desired {
        Resource::Role(role) => role.arn.eq_ignore_ascii_case(principal),
        Resource::ManagedPolicy(_) => true,
        Resource::InstanceProfile(_)
        | Resource::LifecycleConfig(_)
        | Resource::NotebookInstance(_)
        | Resource::Registration(_)
        | Resource::Cluster(_)
        | Resource::Notebook(_) => false,
    })
}
