//! The forms of actions, resources and principals.

use super::{Code, DocumentType, Report, texts};
use crate::error::excerpt;
use crate::json::Json;
use crate::policy::WrittenStatement;

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

/// How the unique ids of IAM start
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>).
const PRINCIPAL_ID_PREFIXES: [&str; 2] = ["AIDA", "AROA"];

/// The forms of everything in a statement.
pub(super) fn check_statement(written: &WrittenStatement<'_>, document: DocumentType, report: &mut Report) {
    let WrittenStatement { place, entries, canonical: _ } = written;
    for (name, value) in *entries {
        let place = format!("{place}.{name}");
        match name.as_str() {
            "Action" | "NotAction" => {
                for (place, action) in texts(&place, value) {
                    check_action(&place, action, document, report);
                }
            }
            "Resource" | "NotResource" if document != DocumentType::Trust => {
                for (place, resource) in texts(&place, value) {
                    check_resource(&place, resource, report);
                }
            }
            "Principal" | "NotPrincipal" if document.has_principals() => check_principals(&place, value, report),
            _ => {}
        }
    }
}

fn check_action(place: &str, action: &str, document: DocumentType, report: &mut Report) {
    let wrong = |reason: &str| format!("{:?} is no action: {reason}", excerpt(action));
    let message = match action.split_once(':') {
        None if action == "*" => None,
        None => Some(wrong("it needs the prefix of a service, as in s3:GetObject")),
        Some((_, name)) if name.contains(':') => Some(wrong("it can have one colon only")),
        Some((_, "")) => Some(wrong("a name follows the colon, or *")),
        Some((service, _)) if !is_service_prefix(service) => {
            Some(wrong("a service's prefix has letters, digits, - and . only, no wildcards"))
        }
        Some(_) => None,
    };
    if let Some(message) = message {
        report.add(Code::ActionForm, place, message, "an action is * or service:Name, where Name may have * and ?");
        return;
    }
    if document == DocumentType::Trust && !action.to_ascii_lowercase().starts_with("sts:") {
        let message = format!("a trust policy may only have actions of sts, not {:?}", excerpt(action));
        report.add(Code::TrustAction, place, message, "services and roles assume a role by sts:AssumeRole");
    }
}

/// Whether a text has the form of a service's prefix, whether or not there is such a service.
pub(super) fn is_service_prefix(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

fn check_resource(place: &str, resource: &str, report: &mut Report) {
    if resource == "*" {
        return;
    }
    if let Err(reason) = resource_form(resource) {
        let message = format!("{:?} is no resource: {reason}", excerpt(resource));
        report.add(Code::ResourceForm, place, message, "a resource is * or an ARN, as in arn:aws:s3:::bucket/key*");
    }
}

/// What is wrong with the form of an ARN pattern. What a variable stands for cannot be judged, and a wildcard may reach over
/// colons, so only what comes before them is.
fn resource_form(resource: &str) -> Result<(), String> {
    let mut parts = resource.splitn(6, ':');
    let mut part = || parts.next();
    if part() != Some("arn") {
        return Err("it does not start with arn:".to_owned());
    }
    let (Some(partition), Some(service)) = (part(), part()) else {
        return Err("the service must be named".to_owned());
    };
    if is_plain(partition) && !PARTITIONS.contains(&partition) {
        return Err(format!("{:?} is no partition", excerpt(partition)));
    }
    if service.is_empty() {
        return Err("the service must be named".to_owned());
    }
    if resource.contains("::") && resource.matches(':').count() < 5 {
        return Err("an ARN has six parts".to_owned());
    }
    let (Some(region), Some(account), Some(name)) = (part(), part(), part()) else { return Ok(()) };
    if service == "iam" && is_plain(region) && !region.is_empty() {
        return Err("an ARN of iam has no region".to_owned());
    }
    // A bucket has no region, while an access point has region and account.
    if service == "s3" && is_plain(region) && !region.is_empty() && account.is_empty() {
        return Err("an ARN of a bucket has no region".to_owned());
    }
    let (kind, is_named) = name.split_once('/').map_or((name, false), |(kind, _)| (kind, true));
    if service == "iam" && is_plain(kind) && !(is_named && IAM_RESOURCE_TYPES.contains(&kind)) {
        return Err(format!("what iam has starts with one of {}/", IAM_RESOURCE_TYPES.join("/, ")));
    }
    Ok(())
}

fn is_plain(text: &str) -> bool {
    !text.contains(['*', '?', '$'])
}

fn check_principals(place: &str, value: &Json, report: &mut Report) {
    match value {
        Json::String(text) if text == "*" => {}
        Json::String(text) => {
            let message = format!("a principal is \"*\" or has a type, and {:?} has none", excerpt(text));
            let kind = if text.ends_with(".amazonaws.com") { "Service" } else { "AWS" };
            report.add(Code::PrincipalForm, place, message, format!("write {{{kind:?}: {:?}}}", excerpt(text)));
        }
        Json::Object(types) => {
            if types.is_empty() {
                report.add(Code::PrincipalForm, place, "no principal is named", "name one, or delete the statement");
            }
            for (kind, values) in types {
                check_principal_type(&format!("{place}.{}", excerpt(kind)), kind, values, report);
            }
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) => {}
    }
}

fn check_principal_type(place: &str, kind: &str, values: &Json, report: &mut Report) {
    let (is_valid, expected): (fn(&str) -> bool, &str) = match kind {
        "AWS" => (is_aws_principal, "*, an account id, or the ARN of a role, a user, a session or an account's root"),
        "Service" => (is_service, "the name of a service, such as ec2.amazonaws.com"),
        "Federated" => (is_identity_provider, "the ARN of an identity provider, or a name such as accounts.google.com"),
        // S3's ids are for its own policies; their form is documented nowhere.
        "CanonicalUser" => return,
        _ => {
            let message = format!("{:?} is no type of principal", excerpt(kind));
            report.add(Code::PrincipalForm, place, message, "the types are AWS, Service, Federated, CanonicalUser");
            return;
        }
    };
    for (place, principal) in texts(place, values) {
        if !is_valid(principal) {
            let message = format!("{:?} is no principal of the type {kind}", excerpt(principal));
            report.add(Code::PrincipalForm, &place, message, format!("expected {expected}"));
        }
    }
}

/// A wildcard stands for everyone, and never for a part of a name
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>).
fn is_aws_principal(text: &str) -> bool {
    let is_account_id = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" || is_account_id(text) {
        return true;
    }
    if PRINCIPAL_ID_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
        return text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = *parts else { return false };
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    let is_known = match service {
        "iam" => (kind == "root" && resource == kind) || (matches!(kind, "role" | "user") && !name.is_empty()),
        "sts" => match kind {
            "assumed-role" => {
                name.split_once('/').is_some_and(|(role, session)| !role.is_empty() && !session.is_empty())
            }
            "federated-user" => !name.is_empty(),
            _ => false,
        },
        _ => false,
    };
    is_known && is_plain(text) && PARTITIONS.contains(&partition) && is_account_id(account)
}

/// A domain name: every service's ends in its partition's suffix, of which AWS has several and adds more.
fn is_service(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() > 2 && is_domain(&labels)
}

fn is_domain(labels: &[&str]) -> bool {
    labels.iter().all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    })
}

fn is_identity_provider(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    if let ["arn", _, "iam", "", _, resource] = *parts {
        return is_plain(text)
            && resource.split_once('/').is_some_and(|(kind, _)| matches!(kind, "saml-provider" | "oidc-provider"));
    }
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() > 1 && is_domain(&labels)
}
