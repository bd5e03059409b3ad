//! The forms of actions, resources and principals.
//!
//! What IAM answers to each wrong form was asked of IAM itself by others, who wrote it down: the tests of moto
//! (<https://github.com/getmoto/moto/blob/master/tests/test_iam/test_iam_policies.py>) and the rules of cdk-preflight
//! (<https://github.com/badmintoncryer/cdk-preflight/tree/main/rules/iam>), each with what it saw.

mod principal;

use super::{Code, DocumentType, Report, texts};
use crate::error::excerpt;
use crate::pattern;
use crate::policy::{Scope, WrittenStatement};

/// The partitions of AWS, as botocore's `partitions.json` lists them.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// What an IAM resource's name starts with
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>).
const IAM_RESOURCE_TYPES: [&str; 14] = [
    "access-report",
    "delegation-request",
    "federated-user",
    "group",
    "instance-profile",
    "mfa",
    "oidc-provider",
    "policy",
    "report",
    "role",
    "saml-provider",
    "server-certificate",
    "sms-mfa",
    "user",
];

/// What a trust policy may allow. The case counts, and a wildcard is refused even where it stands for these only.
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// The forms of everything in a statement.
pub(super) fn check_statement(
    scope: &Scope,
    written: &WrittenStatement<'_>,
    document: DocumentType,
    report: &mut Report,
) {
    let WrittenStatement { place, entries, canonical: _ } = written;
    for (name, value) in *entries {
        let place = format!("{place}.{name}");
        match name.as_str() {
            "Action" | "NotAction" => {
                for (place, action) in texts(&place, value) {
                    check_action(&place, action, report);
                    if document == DocumentType::Trust {
                        check_trust_action(&place, name, action, report);
                    }
                }
            }
            "Resource" | "NotResource" if document != DocumentType::Trust => {
                for (place, resource) in texts(&place, value) {
                    check_resource(scope, &place, resource, report);
                }
            }
            "Principal" | "NotPrincipal" if document.has_principals() => {
                principal::check(scope, &place, value, document, report);
            }
            _ => {}
        }
    }
}

fn check_action(place: &str, action: &str, report: &mut Report) {
    let reason = match action.split_once(':') {
        None if action == "*" => return,
        None => "it needs the prefix of a service, as in s3:GetObject",
        Some((_, name)) if name.contains(':') => "it can have one colon only",
        Some((_, "")) => "a name follows the colon, or *",
        Some((service, _)) if service.contains(['*', '?']) => "a service's prefix has no wildcards",
        Some((service, _)) if !is_service_prefix(service) => "a service's prefix has letters, digits, - and . only",
        Some(_) => return,
    };
    let message = format!("{:?} is no action: {reason}", excerpt(action));
    report.add(Code::ActionForm, place, message, "an action is * or service:Name, where Name may have * and ?");
}

/// IAM takes a short list of actions in `Action`. What it takes in `NotAction` nobody has asked it: there the service must fit.
fn check_trust_action(place: &str, element: &str, action: &str, report: &mut Report) {
    let is_of_sts = action.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"));
    if TRUST_ACTIONS.contains(&action) || (element == "NotAction" && is_of_sts) {
        return;
    }
    let message = format!("a trust policy cannot have the action {:?}", excerpt(action));
    let meant = TRUST_ACTIONS.iter().find(|known| known.eq_ignore_ascii_case(action));
    let help = meant.map_or_else(
        || format!("the actions are {}, without wildcards", TRUST_ACTIONS.join(", ")),
        |meant| format!("here the case counts: write {meant}"),
    );
    report.add(Code::TrustAction, place, message, help);
}

/// Whether a text has the form of a service's prefix, whether or not there is such a service.
pub(super) fn is_service_prefix(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

fn check_resource(scope: &Scope, place: &str, resource: &str, report: &mut Report) {
    if resource == "*" {
        return;
    }
    let masked = pattern::masked(resource);
    if let Err(reason) = resource_form(scope, &masked) {
        let message = format!("{:?} is no resource: {reason}", excerpt(resource));
        report.add(Code::ResourceForm, place, message, "a resource is * or an ARN, as in arn:aws:s3:::bucket/key*");
    } else if masked != resource && masked.splitn(6, ':').take(5).any(|part| part.contains('$')) {
        // Documented, and yet taken: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
        let message = format!("{:?} has a variable before the last part, where there are none", excerpt(resource));
        let help = "in place of a region or account write it out, or *; a variable stands behind the fifth colon";
        report.add(Code::VariablePlace, place, message, help);
    }
}

/// What is wrong with the form of an ARN pattern. IAM reads missing parts at its end as `*`.
fn resource_form(scope: &Scope, resource: &str) -> Result<(), String> {
    let mut parts = resource.splitn(6, ':');
    let mut part = || parts.next();
    if part() != Some("arn") {
        return Err("it does not start with arn:".to_owned());
    }
    let partition = part().unwrap_or_default();
    check_partition(scope, partition)?;
    let Some(service) = part().filter(|service| !service.is_empty()) else {
        return Err("the service must be named".to_owned());
    };
    if !is_plain(service) {
        return Err("its service has neither wildcards nor variables".to_owned());
    }
    if resource.contains("::") && resource.matches(':').count() < 5 {
        return Err("an ARN has six parts".to_owned());
    }
    let (region, account, name) = (part().unwrap_or_default(), part().unwrap_or_default(), part());
    match service {
        "iam" | "route53" if is_named(region) => Err(format!("an ARN of {service} has no region")),
        "iam" => name.map_or(Ok(()), check_iam_name),
        // Access points, jobs and the like have both, and a slash in their names.
        "s3" if name.is_none_or(|name| !name.contains('/')) || account.is_empty() => {
            if is_named(region) {
                return Err("an ARN of a bucket has no region".to_owned());
            }
            if is_named(account) {
                return Err("an ARN of a bucket has no account".to_owned());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// IAM takes the partition of the account that it is asked in, and `*`.
fn check_partition(scope: &Scope, partition: &str) -> Result<(), String> {
    if partition == "*" || partition == scope.partition {
        return Ok(());
    }
    if PARTITIONS.contains(&partition) {
        return Err(format!("this account is in the partition {}, not in {partition}", scope.partition));
    }
    if is_plain(partition) {
        return Err(format!("{:?} is no partition", excerpt(partition)));
    }
    Err("its partition is named, or *".to_owned())
}

fn check_iam_name(name: &str) -> Result<(), String> {
    let is_typed = name.split_once('/').is_some_and(|(kind, _)| IAM_RESOURCE_TYPES.contains(&kind));
    if name == "*" || is_typed {
        return Ok(());
    }
    Err(format!("what iam has is * or starts with one of {}/", IAM_RESOURCE_TYPES.join("/, ")))
}

/// Whether a part of an ARN says something, and is no wildcard or variable.
fn is_named(part: &str) -> bool {
    !part.is_empty() && is_plain(part)
}

fn is_plain(text: &str) -> bool {
    !text.contains(['*', '?', '$'])
}
