//! What a trust policy should not allow.

use super::{Code, DocumentType, Report};
use crate::policy::{Policy, WrittenStatement};
use crate::statement::{Effect, Principals};

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
    if !canonical.conditions.is_empty() || document != DocumentType::Trust {
        return;
    }
    let place = format!("{place}.Principal");
    for (kind, principal) in canonical.principals.iter().flat_map(Principals::pairs) {
        if kind == "AWS" && principal == "*" {
            let message = "everyone with an AWS account can assume this role";
            report.add(Code::PublicTrust, &place, message, "name the accounts, roles or services, or add a Condition");
        } else if kind == "Federated" {
            let message = format!("everyone who signs in at {principal} can assume this role");
            let help = "add a Condition on the audience and the subject of the provider's tokens";
            report.add(Code::PublicTrust, &place, message, help);
        } else if let Some(account) = foreign_account(policy, kind, principal) {
            let message = format!("account {account} can hand this role to anyone who asks it to");
            let help = "add Condition: {StringEquals: {sts:ExternalId: …}} with the id that the other side uses for you, \
                        or name the other account's role";
            report.add(Code::TrustWithoutCondition, &place, message, help);
        }
    }
}

/// The id of another account that is trusted as a whole
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>).
fn foreign_account<'a>(policy: &Policy, kind: &str, principal: &'a str) -> Option<&'a str> {
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    match *parts {
        ["arn", _, "iam", "", account, "root"] if kind == "AWS" && account != policy.scope().account_id => {
            Some(account)
        }
        _ => None,
    }
}
