//! Every combination of the principal's own policies, a boundary, and the policy of the resource
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>).
//!
//! A grid has a row for each boundary and a column for each identity policy. The resource is in account 111122223333.

use rstest::rstest;

use super::Answer::{self, Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

/// The columns: the own policies allow it, allow something else, deny it, and allow it if a key says so.
const IDENTITIES: [&str; 4] = [
    r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":["s3:*","sts:*"],"Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
];

/// The rows: no boundary, then one that allows it, allows something else, denies it, allows it if a key says so, and allows it
/// unless a key says so.
const BOUNDARIES: [&str; 6] = [
    "",
    IDENTITIES[0],
    IDENTITIES[1],
    IDENTITIES[2],
    IDENTITIES[3],
    r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
];

const MAYBE: Answer = Depends("aws:SourceVpce");

type Grid = [[Answer; 4]; 6];

/// What own policies and a boundary decide between themselves: both must allow.
const OWN: Grid = [
    [Allowed, Nothing, Denied, MAYBE],
    [Allowed, Nothing, Denied, MAYBE],
    [Nothing, Nothing, Denied, Nothing],
    [Denied, Denied, Denied, Denied],
    [MAYBE, Nothing, Denied, MAYBE],
    [MAYBE, Nothing, Denied, MAYBE],
];

/// The resource names the user or the session itself: no implicit denial counts, and every explicit one.
const BY_NAME: Grid = [
    [Allowed, Allowed, Denied, Allowed],
    [Allowed, Allowed, Denied, Allowed],
    [Allowed, Allowed, Denied, Allowed],
    [Denied, Denied, Denied, Denied],
    [Allowed, Allowed, Denied, Allowed],
    [MAYBE, MAYBE, Denied, MAYBE],
];

/// The resource names the role of a session, or everyone: the boundary counts, the own policies don't.
const WITHIN_BOUNDARY: Grid = [
    [Allowed, Allowed, Denied, Allowed],
    [Allowed, Allowed, Denied, Allowed],
    [Nothing, Nothing, Denied, Nothing],
    [Denied, Denied, Denied, Denied],
    [MAYBE, MAYBE, Denied, MAYBE],
    [MAYBE, MAYBE, Denied, MAYBE],
];

/// The resource names the user if a key says so: what own policies and boundary allow is allowed without the key.
const MAYBE_BY_NAME: Grid = [
    [Allowed, MAYBE, Denied, MAYBE],
    [Allowed, MAYBE, Denied, MAYBE],
    [MAYBE, MAYBE, Denied, MAYBE],
    [Denied, Denied, Denied, Denied],
    [MAYBE, MAYBE, Denied, MAYBE],
    [MAYBE, MAYBE, Denied, MAYBE],
];

/// Whoever allows, a key decides as well: it may take away what was given, and gives nothing that was not.
const OWN_AND_MAYBE: Grid = [
    [MAYBE, Nothing, Denied, MAYBE],
    [MAYBE, Nothing, Denied, MAYBE],
    [Nothing, Nothing, Denied, Nothing],
    [Denied, Denied, Denied, Denied],
    [MAYBE, Nothing, Denied, MAYBE],
    [MAYBE, Nothing, Denied, MAYBE],
];

/// The resource has the last word, and says nothing.
const NEVER: Grid = [
    [Nothing, Nothing, Denied, Nothing],
    [Nothing, Nothing, Denied, Nothing],
    [Nothing, Nothing, Denied, Nothing],
    [Denied, Denied, Denied, Denied],
    [Nothing, Nothing, Denied, Nothing],
    [Nothing, Nothing, Denied, Nothing],
];

/// The resource denies.
const DENIED: Grid = [[Denied; 4]; 6];

const USER: &str = "arn:aws:iam::111122223333:user/alice";
const ROLE: &str = "arn:aws:iam::111122223333:role/lab";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/lab/me";
const STRANGER: &str = "arn:aws:iam::444455556666:user/bob";
const STRANGE_SESSION: &str = "arn:aws:sts::444455556666:assumed-role/lab/me";

/// A bucket's policy.
#[rstest]
// Within the account.
#[case::no_policy("", USER, OWN)]
#[case::user(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    BY_NAME
)]
#[case::another_user(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/carol"}}"#,
    USER,
    OWN
)]
#[case::namesake_role(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/alice"}}"#,
    USER,
    OWN
)]
#[case::account(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"111122223333"}}"#, USER, OWN)]
#[case::another_account(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"444455556666"}}"#,
    USER,
    OWN
)]
#[case::everyone(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}"#, USER, WITHIN_BOUNDARY)]
#[case::everyone_of_aws(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"*"}}"#,
    SESSION,
    WITHIN_BOUNDARY
)]
#[case::role(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#,
    ROLE,
    WITHIN_BOUNDARY
)]
#[case::role_of_the_session(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#,
    SESSION,
    WITHIN_BOUNDARY
)]
#[case::session(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/lab/me"}}"#,
    SESSION,
    BY_NAME
)]
#[case::session_and_its_role(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":["arn:aws:iam::111122223333:role/lab","arn:aws:sts::111122223333:assumed-role/lab/me"]}}"#,
    SESSION,
    BY_NAME
)]
#[case::user_if(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    USER,
    MAYBE_BY_NAME
)]
#[case::against_the_user(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    DENIED
)]
#[case::against_the_role(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#,
    SESSION,
    DENIED
)]
#[case::against_the_account(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"111122223333"}}"#,
    USER,
    DENIED
)]
#[case::against_the_user_if(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    USER,
    OWN_AND_MAYBE
)]
#[case::against_another_user(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/carol"}}"#,
    USER,
    OWN
)]
#[case::other_action(
    r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    OWN
)]
#[case::other_resource(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::z/*","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    OWN
)]
// Across accounts: both must allow, and nothing goes past the own policies.
#[case::stranger(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::444455556666:user/bob"}}"#,
    STRANGER,
    OWN
)]
#[case::account_of_the_stranger(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"444455556666"}}"#,
    STRANGER,
    OWN
)]
#[case::everyone_and_a_stranger(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}"#, STRANGER, OWN)]
#[case::strange_session(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:sts::444455556666:assumed-role/lab/me"}}"#,
    STRANGE_SESSION,
    OWN
)]
#[case::role_of_the_strange_session(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::444455556666:role/lab"}}"#,
    STRANGE_SESSION,
    OWN
)]
#[case::namesake_of_the_strange_session(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#,
    STRANGE_SESSION,
    NEVER
)]
#[case::someone_else(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"111122223333"}}"#,
    STRANGER,
    NEVER
)]
#[case::stranger_if(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"444455556666"},"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    STRANGER,
    OWN_AND_MAYBE
)]
#[case::stranger_unless(
    r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    STRANGER,
    OWN_AND_MAYBE
)]
#[case::against_the_stranger(
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"444455556666"}}"#,
    STRANGER,
    DENIED
)]
fn buckets(#[case] resource: &'static str, #[case] asking: &'static str, #[case] expected: Grid) {
    let asked = (asking, "s3:GetObject", "arn:aws:s3:::x/y", &[][..]);
    for (boundary, answers) in BOUNDARIES.into_iter().zip(expected) {
        for (identity, answer) in IDENTITIES.into_iter().zip(answers) {
            let policies = Policies { identity, boundary, resource, trust: "" };
            check(&format!("own: {identity}\nboundary: {boundary}"), policies, &[(asked, answer)]);
        }
    }
}

/// A role's trust. Unlike a bucket's policy it must allow, within the account too.
#[rstest]
#[case::user(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    BY_NAME
)]
#[case::another_user(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/carol"}}"#,
    USER,
    NEVER
)]
#[case::account(r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}"#, USER, OWN)]
#[case::account_of_the_session(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:root"}}"#,
    SESSION,
    OWN
)]
#[case::another_account(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"444455556666"}}"#,
    USER,
    NEVER
)]
#[case::everyone(r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}"#, USER, WITHIN_BOUNDARY)]
#[case::role_of_the_session(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"}}"#,
    SESSION,
    WITHIN_BOUNDARY
)]
#[case::other_action(
    r#"{"Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#,
    USER,
    NEVER
)]
#[case::service_only(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#,
    USER,
    NEVER
)]
#[case::account_if(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"},"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    USER,
    OWN_AND_MAYBE
)]
#[case::stranger(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::444455556666:user/bob"}}"#,
    STRANGER,
    OWN
)]
#[case::everyone_and_a_stranger(
    r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}"#,
    STRANGER,
    OWN
)]
#[case::against_everyone(r#"{"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}"#, USER, DENIED)]
fn trusts(#[case] trust: &'static str, #[case] asking: &'static str, #[case] expected: Grid) {
    let asked = (asking, "sts:AssumeRole", "arn:aws:iam::111122223333:role/target", &[][..]);
    for (boundary, answers) in BOUNDARIES.into_iter().zip(expected) {
        for (identity, answer) in IDENTITIES.into_iter().zip(answers) {
            let policies = Policies { identity, boundary, trust, resource: "" };
            check(&format!("own: {identity}\nboundary: {boundary}"), policies, &[(asked, answer)]);
        }
    }
}
