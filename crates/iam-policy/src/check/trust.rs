//! What a trust policy should not allow.

use super::danger::is_all;
use super::{Code, DocumentType, Report, Severity};
use crate::policy::{Policy, WrittenStatement};
use crate::statement::{Condition, Effect, Principals, Statement};

/// Keys that say how or when one asks. Whoever asks can see to that, so a condition on one of them keeps nobody out.
const NOT_ABOUT_WHO: [&str; 11] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:referer",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:tokenissuetime",
    "aws:useragent",
    "sts:durationseconds",
    "sts:rolesessionname",
];

/// Identity providers that sign in everybody who likes, for one and the same audience
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>): who is meant stands in
/// other claims.
const SHARED_PROVIDERS: [&str; 3] = ["token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io"];

const COGNITO: &str = "cognito-identity.amazonaws.com";

/// The dangers of one statement by itself.
pub(super) fn check_statement(
    policy: &Policy,
    written: &WrittenStatement<'_>,
    document: DocumentType,
    report: &mut Report,
) {
    let WrittenStatement { place, entries: _, canonical } = written;
    if canonical.effect != Some(Effect::Allow) {
        return;
    }
    if canonical.not_principals.is_some() {
        let message = "NotPrincipal with Allow lets in everyone else, anonymous callers too";
        report.add(
            Code::NotPrincipalAllow,
            &format!("{place}.NotPrincipal"),
            message,
            "name who is meant in Principal",
        );
    }
    if document != DocumentType::Trust {
        return;
    }
    let place = format!("{place}.Principal");
    for (kind, principal) in canonical.principals.iter().flat_map(Principals::pairs) {
        match kind {
            "AWS" => check_account(policy, canonical, principal, &place, report),
            "Federated" => check_provider(canonical, principal, &place, report),
            _ => {}
        }
    }
}

fn check_account(policy: &Policy, statement: &Statement, principal: &str, place: &str, report: &mut Report) {
    if statement.conditions.iter().any(is_about_who) {
        return;
    }
    if principal == "*" {
        let message = "everyone with an AWS account can assume this role";
        let help = "name the accounts, roles or services, or add a Condition on who asks, such as aws:PrincipalOrgID";
        report.add(Code::PublicTrust, place, message, help);
    } else if let Some(account) = foreign_account(policy, principal) {
        let message = format!("account {account} can hand this role to anyone who asks it to");
        let help = "add Condition: {StringEquals: {sts:ExternalId: …}} with the id that the other side uses for you, \
                    or name the other account's role";
        report.add(Code::TrustWithoutCondition, place, message, help);
    }
}

/// Whether a condition keeps anybody out by who they are.
fn is_about_who(condition: &Condition) -> bool {
    let is_about_how = NOT_ABOUT_WHO.contains(&condition.key.folded().as_str());
    condition.requires_its_key() && !is_about_how && !condition.values.iter().any(|value| is_all(value))
}

fn check_provider(statement: &Statement, provider: &str, place: &str, report: &mut Report) {
    if provider == COGNITO && statement.conditions.is_empty() {
        // IAM: `A condition block must be present for the Cognito provider`.
        let message =
            "IAM takes no trust in Amazon Cognito without a Condition: it would be in everyone's identity pools";
        let help = format!("add Condition: {{StringEquals: {{{COGNITO}:aud: …}}}} with the id of your identity pool");
        report.add_with(Severity::Error, Code::CognitoCondition, place, message, help);
        return;
    }
    if !statement.conditions.iter().any(is_about_who) {
        let message = format!("everyone who signs in at {provider} can assume this role");
        let help = "add a Condition on the audience and the subject of the provider's tokens";
        report.add(Code::PublicTrust, place, message, help);
        return;
    }
    let Some(shared) = SHARED_PROVIDERS.iter().find(|shared| names_provider(provider, shared)) else { return };
    let names_whom = |condition: &Condition| is_about_who(condition) && !condition.key.folded().ends_with(":aud");
    if !statement.conditions.iter().any(names_whom) {
        let message =
            format!("everyone who signs in at {shared} can assume this role: its audience is the same for all");
        let help = format!("add a Condition on who is meant, such as StringLike on {shared}:sub");
        report.add(Code::PublicTrust, place, message, help);
    }
}

/// Whether a principal is an identity provider, by its name or its ARN.
fn names_provider(principal: &str, provider: &str) -> bool {
    principal == provider || principal.split_once(":oidc-provider/").is_some_and(|(_, name)| name == provider)
}

/// The id of another account that is trusted as a whole
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>). Nothing where the own account is not known.
fn foreign_account<'a>(policy: &Policy, principal: &'a str) -> Option<&'a str> {
    let own = &policy.scope().account_id;
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    match *parts {
        ["arn", _, "iam", "", account, "root"] if !own.is_empty() && account != own => Some(account),
        _ => None,
    }
}
