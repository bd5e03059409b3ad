//! Sets of rights by which their holder gets all others.

use super::danger::{allows_action, covers_all, is_all, is_everything, names_services};
use super::{Code, Report};
use crate::pattern;
use crate::policy::{Policy, Scope, WrittenStatement};
use crate::statement::{Effect, Statement};

/// How many ways one finding names.
const MOST_NAMED: usize = 3;

/// One way to all rights: the actions it takes, of which those of IAM count when they are allowed on all that they are about.
struct Way {
    actions: &'static [(&'static str, About)],
    /// To which service a role is passed.
    passes_to: &'static str,
}

/// What an action is about.
#[derive(Clone, Copy)]
enum About {
    /// All of the account's `user/…`, `role/…`: one user more or less makes no difference, so one by name is no danger.
    Every(&'static str),
    /// Anything: something of the holder's own making will do.
    Anything,
}
use About::{Anything, Every};

const PASS_ROLE: (&str, About) = ("iam:PassRole", Every("role"));

const fn way(actions: &'static [(&'static str, About)]) -> Way {
    Way { actions, passes_to: "" }
}

const fn passing(passes_to: &'static str, actions: &'static [(&'static str, About)]) -> Way {
    Way { actions, passes_to }
}

/// The ways of Rhino Security Labs' list as parliament checks it
/// (<https://github.com/duo-labs/parliament/blob/main/parliament/community_auditors/privilege_escalation.py>), and those with
/// `CodeBuild` and `SageMaker` that Bishop Fox rebuilds (<https://github.com/BishopFox/iam-vulnerable>). The ones that change
/// what others made (a function's code, a stack) are left out: what role that has cannot be seen from a policy.
const WAYS: [Way; 23] = [
    way(&[("iam:CreatePolicyVersion", Every("policy"))]),
    way(&[("iam:SetDefaultPolicyVersion", Every("policy"))]),
    way(&[("iam:CreateAccessKey", Every("user"))]),
    way(&[("iam:CreateLoginProfile", Every("user"))]),
    way(&[("iam:UpdateLoginProfile", Every("user"))]),
    way(&[("iam:AttachUserPolicy", Every("user"))]),
    way(&[("iam:AttachGroupPolicy", Every("group"))]),
    way(&[("iam:AttachRolePolicy", Every("role"))]),
    way(&[("iam:PutUserPolicy", Every("user"))]),
    way(&[("iam:PutGroupPolicy", Every("group"))]),
    way(&[("iam:PutRolePolicy", Every("role"))]),
    way(&[("iam:AddUserToGroup", Every("group"))]),
    way(&[("iam:UpdateAssumeRolePolicy", Every("role"))]),
    passing("ec2.amazonaws.com", &[PASS_ROLE, ("ec2:RunInstances", Anything)]),
    passing(
        "lambda.amazonaws.com",
        &[PASS_ROLE, ("lambda:CreateFunction", Anything), ("lambda:InvokeFunction", Anything)],
    ),
    passing(
        "lambda.amazonaws.com",
        &[PASS_ROLE, ("lambda:CreateFunction", Anything), ("lambda:CreateEventSourceMapping", Anything)],
    ),
    passing("glue.amazonaws.com", &[PASS_ROLE, ("glue:CreateDevEndpoint", Anything)]),
    passing("cloudformation.amazonaws.com", &[PASS_ROLE, ("cloudformation:CreateStack", Anything)]),
    passing(
        "sagemaker.amazonaws.com",
        &[
            PASS_ROLE,
            ("sagemaker:CreateNotebookInstance", Anything),
            ("sagemaker:CreatePresignedNotebookInstanceUrl", Anything),
        ],
    ),
    passing("sagemaker.amazonaws.com", &[PASS_ROLE, ("sagemaker:CreateTrainingJob", Anything)]),
    passing("sagemaker.amazonaws.com", &[PASS_ROLE, ("sagemaker:CreateProcessingJob", Anything)]),
    passing(
        "codebuild.amazonaws.com",
        &[PASS_ROLE, ("codebuild:CreateProject", Anything), ("codebuild:StartBuild", Anything)],
    ),
    passing(
        "datapipeline.amazonaws.com",
        &[PASS_ROLE, ("datapipeline:CreatePipeline", Anything), ("datapipeline:PutPipelineDefinition", Anything)],
    ),
];

/// One finding for all ways that the document opens, at the statement that opens the first of them.
pub(super) fn check(policy: &Policy, report: &mut Report) {
    let statements = policy.written_statements();
    // `*` on `*` has a finding of its own, which says all of this.
    if statements.iter().any(|written| is_everything(&written.canonical)) {
        return;
    }
    let denied: Vec<&Statement> = statements
        .iter()
        .map(|written| &written.canonical)
        .filter(|statement| statement.effect == Some(Effect::Deny) && statement.conditions.is_empty())
        .collect();
    let open: Vec<(&Way, &str)> =
        WAYS.iter().filter_map(|way| Some((way, opened_at(way, &statements, &denied, policy.scope())?))).collect();
    let Some((_, place)) = open.first() else { return };
    let mut names: Vec<String> = open.iter().take(MOST_NAMED).map(|(way, _)| name(way)).collect();
    if open.len() > MOST_NAMED {
        names.push(format!("and {} more", open.len() - MOST_NAMED));
    }
    let message = format!("whoever has these rights can get all others: {}", names.join(", "));
    let help = "limit the actions to resources by name, or the identity by a permissions boundary";
    report.add(Code::PrivilegeEscalation, place, message, help);
}

fn name(way: &Way) -> String {
    let actions: Vec<&str> = way.actions.iter().map(|(action, _)| *action).collect();
    match actions.split_first() {
        Some((first, rest)) if !rest.is_empty() => format!("{first} with {}", rest.join(" and ")),
        Some(_) | None => actions.concat(),
    }
}

/// The place of the statement that allows the first action of a way, when the document allows them all.
fn opened_at<'a>(
    way: &Way,
    statements: &'a [WrittenStatement<'_>],
    denied: &[&Statement],
    scope: &Scope,
) -> Option<&'a str> {
    let opening = way.actions.iter().map(|(action, about)| {
        let is_denied = denied.iter().any(|deny| allows_action(deny, action) && takes_away(deny, *about, scope));
        let opens = |written: &&WrittenStatement<'_>| allows(&written.canonical, action, *about, way.passes_to, scope);
        statements.iter().find(opens).filter(|_| !is_denied)
    });
    let opening: Option<Vec<_>> = opening.collect();
    opening?.first().map(|written| written.place.as_str())
}

/// Whether a statement allows an action without conditions. What a condition takes away cannot be seen from its text, except
/// for the services that a role may be passed to.
fn allows(statement: &Statement, action: &str, about: About, passes_to: &str, scope: &Scope) -> bool {
    let is_met = statement.conditions.iter().all(|condition| {
        let fits = |value: &String| pattern::covers(&pattern::tokens(value), &pattern::literals(passes_to));
        action == PASS_ROLE.0 && names_services(condition) && condition.values.iter().any(fits)
    });
    statement.effect == Some(Effect::Allow)
        && is_met
        && allows_action(statement, action)
        && is_about(statement, about, scope)
}

/// Whether a denial leaves nothing, or next to nothing, of what an action is about.
fn takes_away(deny: &Statement, about: About, scope: &Scope) -> bool {
    match about {
        About::Anything => {
            deny.not_resources.is_some() || deny.resources.iter().flatten().any(|resource| is_all(resource))
        }
        About::Every(kind) => covers_all(deny, kind, scope),
    }
}

fn is_about(statement: &Statement, about: About, scope: &Scope) -> bool {
    match about {
        About::Anything => true,
        About::Every(kind) => covers_all(statement, kind, scope),
    }
}
