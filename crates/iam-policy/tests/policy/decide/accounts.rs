//! A resource's policy beside the principal's own, within an account and across two
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>).
//!
//! The resource is in account 111122223333.

use super::Answer::{self, Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
const OTHER: &str = r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#;

const USER: &str = "arn:aws:iam::111122223333:user/alice";
const ROLE: &str = "arn:aws:iam::111122223333:role/lab";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/lab/me";
const STRANGER: &str = "arn:aws:iam::444455556666:user/bob";
const STRANGE_SESSION: &str = "arn:aws:sts::444455556666:assumed-role/lab/me";

/// Asks for a read with these own policies, this bucket's policy, and this boundary.
fn ask(identity: &'static str, boundary: &'static str, resource: &'static str, asking: &'static str, answer: Answer) {
    let policies = Policies { identity, boundary, resource, trust: "" };
    let source = format!("own: {identity}\nboundary: {boundary}\nresource: {resource}");
    check(&source, policies, &[((asking, "s3:GetObject", "arn:aws:s3:::x/y", &[]), answer)]);
}

const TO_USER: &str =
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#;
const TO_ROLE: &str =
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#;
const TO_SESSION: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/lab/me"}}"#;
const TO_ACCOUNT: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"111122223333"}}"#;
const TO_ALL: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}"#;
const TO_STRANGER: &str =
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::444455556666:user/bob"}}"#;
const TO_STRANGE_ACCOUNT: &str =
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"444455556666"}}"#;
const AGAINST_USER: &str =
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#;
const AGAINST_ALL: &str = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":"*"}"#;

/// "For most resources, you only need an explicit allow for the principal in either an identity-based policy or a resource-based
/// policy to grant access."
#[test]
fn within_an_account_one_is_enough() {
    ask("", "", "", USER, Nothing);
    ask(ALLOW, "", "", USER, Allowed);
    ask(OTHER, "", "", USER, Nothing);
    ask("", "", TO_USER, USER, Allowed);
    ask(OTHER, "", TO_USER, USER, Allowed);
    ask(ALLOW, "", TO_USER, USER, Allowed);
    ask(ALLOW, "", TO_STRANGER, USER, Allowed);
    ask("", "", TO_ROLE, ROLE, Allowed);
    ask("", "", TO_ROLE, SESSION, Allowed);
    ask("", "", TO_SESSION, SESSION, Allowed);
    ask("", "", TO_SESSION, ROLE, Nothing);
    ask("", "", TO_ALL, USER, Allowed);
    ask("", "", TO_ROLE, USER, Nothing);
    // Naming the account leaves it to the account's own policies.
    ask("", "", TO_ACCOUNT, USER, Nothing);
    ask(ALLOW, "", TO_ACCOUNT, USER, Allowed);
    ask("", "", TO_ACCOUNT, SESSION, Nothing);
}

/// "An explicit deny in any policy overrides any allows."
#[test]
fn a_denial_anywhere_wins() {
    ask(DENY, "", TO_USER, USER, Denied);
    ask(ALLOW, "", AGAINST_USER, USER, Denied);
    ask(ALLOW, "", AGAINST_ALL, USER, Denied);
    ask(ALLOW, DENY, TO_USER, USER, Denied);
    ask(DENY, "", "", USER, Denied);
    ask("", "", AGAINST_USER, USER, Denied);
    ask(ALLOW, "", AGAINST_USER, ROLE, Allowed);
    ask(ALLOW, "", AGAINST_ALL, STRANGER, Denied);
    ask(DENY, "", TO_STRANGER, STRANGER, Denied);
}

/// "The request is allowed only if both evaluations return a decision of Allow."
#[test]
fn across_accounts_both_must_allow() {
    ask("", "", "", STRANGER, Nothing);
    ask(ALLOW, "", OTHER, STRANGER, Nothing);
    ask(ALLOW, "", TO_USER, STRANGER, Nothing);
    ask("", "", TO_STRANGER, STRANGER, Nothing);
    ask(OTHER, "", TO_STRANGER, STRANGER, Nothing);
    ask(ALLOW, "", TO_STRANGER, STRANGER, Allowed);
    ask(ALLOW, "", TO_STRANGE_ACCOUNT, STRANGER, Allowed);
    ask(ALLOW, "", TO_STRANGE_ACCOUNT, STRANGE_SESSION, Allowed);
    ask("", "", TO_STRANGE_ACCOUNT, STRANGE_SESSION, Nothing);
    ask(ALLOW, "", TO_ALL, STRANGER, Allowed);
    ask("", "", TO_ALL, STRANGER, Nothing);
    ask(ALLOW, "", TO_ACCOUNT, STRANGER, Nothing);
    // The stranger's boundary is its own account's, and counts.
    ask(ALLOW, ALLOW, TO_STRANGER, STRANGER, Allowed);
    ask(ALLOW, OTHER, TO_STRANGER, STRANGER, Nothing);
    ask(ALLOW, DENY, TO_STRANGER, STRANGER, Denied);
}

/// The table of "Resource-based policies and implicit denies in other policy types (same account)": what a resource gives to a user
/// or a session by name no implicit denial takes away, what it gives to a role is limited by its boundary.
#[test]
fn boundaries_and_whom_a_resource_names() {
    let rows: &[(&str, &str, [Answer; 4])] = &[
        // Own policies allow or not, the boundary allows or not: both, own only, boundary only, neither.
        (TO_USER, USER, [Allowed, Allowed, Allowed, Allowed]),
        (TO_ROLE, ROLE, [Allowed, Nothing, Allowed, Nothing]),
        (TO_ROLE, SESSION, [Allowed, Nothing, Allowed, Nothing]),
        (TO_SESSION, SESSION, [Allowed, Allowed, Allowed, Allowed]),
        (TO_ALL, USER, [Allowed, Nothing, Allowed, Nothing]),
        (TO_ALL, SESSION, [Allowed, Nothing, Allowed, Nothing]),
        (TO_ACCOUNT, USER, [Allowed, Nothing, Nothing, Nothing]),
        (TO_STRANGER, USER, [Allowed, Nothing, Nothing, Nothing]),
    ];
    for (resource, asking, expected) in rows {
        let cases = [(ALLOW, ALLOW), (ALLOW, OTHER), (OTHER, ALLOW), (OTHER, OTHER)];
        for ((identity, boundary), answer) in cases.into_iter().zip(expected) {
            ask(identity, boundary, resource, asking, *answer);
        }
    }
}

/// Nothing but the resource's policy speaks for a service, an identity provider, and nobody in particular.
#[test]
fn those_without_policies_of_their_own() {
    const TO_LOGS: &str =
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"Service":"delivery.logs.amazonaws.com"}}"#;
    ask("", "", TO_LOGS, "delivery.logs.amazonaws.com", Allowed);
    ask("", "", TO_LOGS, "sns.amazonaws.com", Nothing);
    ask(ALLOW, "", TO_USER, "delivery.logs.amazonaws.com", Nothing);
    ask(DENY, "", TO_LOGS, "delivery.logs.amazonaws.com", Denied);
    ask("", "", AGAINST_ALL, "delivery.logs.amazonaws.com", Denied);
}

/// "`IAM` role trust policies … must explicitly allow access for principals."
#[test]
fn a_trust_must_allow() {
    const ASSUME: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#;
    const REFUSE: &str = r#"{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}"#;
    const USER_MAY: &str =
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#;
    const ACCOUNT_MAY: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}"#;
    const STRANGERS_MAY: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"444455556666"}}"#;
    const STRANGERS_WITH_ID_MAY: &str = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"444455556666"},"Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}"#;
    let rows: &[(&str, &str, &str, &[&str], Answer)] = &[
        (USER_MAY, "", USER, &[], Allowed),
        (USER_MAY, ASSUME, USER, &[], Allowed),
        (USER_MAY, REFUSE, USER, &[], Denied),
        (USER_MAY, ASSUME, "arn:aws:iam::111122223333:user/carol", &[], Nothing),
        (ACCOUNT_MAY, "", USER, &[], Nothing),
        (ACCOUNT_MAY, ASSUME, USER, &[], Allowed),
        (ACCOUNT_MAY, ASSUME, STRANGER, &[], Nothing),
        (STRANGERS_MAY, ASSUME, STRANGER, &[], Allowed),
        (STRANGERS_MAY, "", STRANGER, &[], Nothing),
        (STRANGERS_MAY, REFUSE, STRANGER, &[], Denied),
        (STRANGERS_WITH_ID_MAY, ASSUME, STRANGER, &["sts:ExternalId=12345"], Allowed),
        (STRANGERS_WITH_ID_MAY, ASSUME, STRANGER, &["sts:ExternalId=54321"], Nothing),
        (STRANGERS_WITH_ID_MAY, ASSUME, STRANGER, &["sts:ExternalId"], Nothing),
        (STRANGERS_WITH_ID_MAY, ASSUME, STRANGER, &[], Depends("sts:ExternalId")),
        (STRANGERS_WITH_ID_MAY, "", STRANGER, &[], Nothing),
        (STRANGERS_WITH_ID_MAY, REFUSE, STRANGER, &[], Denied),
    ];
    for (trust, identity, asking, known, answer) in rows {
        let policies = Policies { identity, trust, ..Policies::default() };
        let asked = (*asking, "sts:AssumeRole", "arn:aws:iam::111122223333:role/lab", *known);
        check(trust, policies, &[(asked, *answer)]);
    }
}
