//! The forms of principals
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>).

use super::super::{Code, DocumentType, Report, texts};
use super::{PARTITIONS, is_plain};
use crate::error::excerpt;
use crate::json::Json;
use crate::policy::Scope;

/// How the unique ids of IAM start
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>).
const PRINCIPAL_ID_PREFIXES: [&str; 2] = ["AIDA", "AROA"];

/// The partitions whose services have their names in one of two domains. Others have domains of their own.
const PUBLIC_PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];
const SERVICE_DOMAINS: [&str; 2] = [".amazonaws.com", ".amazonaws.com.cn"];

/// The form of one element.
pub(super) fn check(scope: &Scope, place: &str, value: &Json, document: DocumentType, report: &mut Report) {
    match value {
        // IAM: `AssumeRolepolicy contained an invalid principal: "STAR":"*"`. Buckets and queues take it.
        Json::String(text) if text == "*" && document == DocumentType::Trust => {
            let message = "a trust policy cannot have \"*\" as its principal";
            report.add(Code::PrincipalForm, place, message, "write {\"AWS\": \"*\"}, and a Condition on who is meant");
        }
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
                check_type(scope, &format!("{place}.{}", excerpt(kind)), kind, values, document, report);
            }
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) => {}
    }
}

fn check_type(scope: &Scope, place: &str, kind: &str, values: &Json, document: DocumentType, report: &mut Report) {
    let is_valid = |text: &str| match kind {
        "AWS" => is_aws_principal(text),
        "Service" => is_service(scope, text, document),
        _ => is_identity_provider(text),
    };
    let expected = match kind {
        "AWS" => "*, an account id, or the ARN of a role, a user, a session or an account's root",
        "Service" => "the name of a service, such as ec2.amazonaws.com",
        "Federated" => "the ARN of an identity provider, or a name such as accounts.google.com",
        // S3's ids are for its own policies; their form is documented nowhere.
        "CanonicalUser" => return,
        _ => {
            let message = format!("{:?} is no type of principal", excerpt(kind));
            report.add(Code::PrincipalForm, place, message, "the types are AWS, Service, Federated, CanonicalUser");
            return;
        }
    };
    if matches!(values, Json::List(items) if items.is_empty()) {
        report.add(Code::PrincipalForm, place, "no principal is named", "name one, or delete the type");
    }
    for (place, principal) in texts(place, values) {
        if !is_valid(principal) {
            let message = format!("{:?} is no principal of the type {kind}", excerpt(principal));
            report.add(Code::PrincipalForm, &place, message, format!("expected {expected}"));
        }
    }
}

/// A wildcard stands for everyone, and never for a part of a name.
fn is_aws_principal(text: &str) -> bool {
    // IAM takes the dashes that the console shows account ids with.
    if text == "*" || is_account_id(&text.replace('-', "")) {
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

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A domain name, for a role's trust one in AWS's own domains (IAM: `Invalid principal in policy: "SERVICE":"lambda.example.com"`).
fn is_service(scope: &Scope, text: &str, document: DocumentType) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let is_bound = document == DocumentType::Trust && PUBLIC_PARTITIONS.contains(&scope.partition.as_str());
    let is_at_home = SERVICE_DOMAINS.iter().any(|domain| text.ends_with(domain));
    labels.len() > 2 && is_domain(&labels) && (is_at_home || !is_bound)
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
