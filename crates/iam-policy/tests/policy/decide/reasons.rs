//! Which statements decide, in which policies, and which kinds of policy lack an `Allow`.

use rstest::rstest;

use super::{Policies, request};
use iam_policy::{DecisiveStatement, Origin};

const ALLOW: &str = r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"}"#;
const OTHER: &str = r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":["s3:*","sts:*"],"Resource":"*"}"#;
const OTHER_THEN_ALLOW: &str =
    r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"}"#;
const ALLOW_THEN_DENY: &str = r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"},{"Effect":"Deny","Action":["s3:*","sts:*"],"Resource":"*"}"#;
const ALLOW_TWICE: &str =
    r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const TO_USER: &str =
    r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#;
const TO_ACCOUNT: &str = r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Principal":{"AWS":"111122223333"}}"#;
const TO_STRANGERS: &str = r#"{"Effect":"Allow","Action":["s3:*","sts:*"],"Principal":{"AWS":"444455556666"}}"#;
const AGAINST_USER: &str =
    r#"{"Effect":"Deny","Action":["s3:*","sts:*"],"Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}}"#;
const USER: &str = "arn:aws:iam::111122223333:user/alice";
const STRANGER: &str = "arn:aws:iam::444455556666:user/bob";

const OWN: Origin = Origin::Identity(0);
const BOUNDARY: Origin = Origin::Boundary;
const RESOURCE: Origin = Origin::Resource;

fn places(statements: &[DecisiveStatement]) -> Vec<(Origin, &str)> {
    statements.iter().map(|statement| (statement.origin, statement.place.as_str())).collect()
}

/// The policies of the principal, the boundary, the resource; who asks; what decides.
#[rstest]
#[case::own(ALLOW, "", "", USER, &[(OWN, "Statement[0]")])]
#[case::own_second(OTHER_THEN_ALLOW, "", "", USER, &[(OWN, "Statement[1]")])]
#[case::own_both(ALLOW_TWICE, "", "", USER, &[(OWN, "Statement[0]"), (OWN, "Statement[1]")])]
#[case::own_and_boundary(OTHER_THEN_ALLOW, ALLOW, "", USER, &[(OWN, "Statement[1]"), (BOUNDARY, "Statement[0]")])]
#[case::own_and_resource(ALLOW, "", TO_USER, USER, &[(OWN, "Statement[0]"), (RESOURCE, "Statement[0]")])]
#[case::resource(OTHER, "", TO_USER, USER, &[(RESOURCE, "Statement[0]")])]
#[case::across(ALLOW, "", TO_STRANGERS, STRANGER, &[(OWN, "Statement[0]"), (RESOURCE, "Statement[0]")])]
#[case::across_in_a_boundary(
    ALLOW,
    OTHER_THEN_ALLOW,
    TO_STRANGERS,
    STRANGER,
    &[(OWN, "Statement[0]"), (BOUNDARY, "Statement[1]"), (RESOURCE, "Statement[0]")]
)]
// Of what is denied only the denials are told.
#[case::denied(DENY, "", "", USER, &[(OWN, "Statement[0]")])]
#[case::denied_after_all(ALLOW_THEN_DENY, "", "", USER, &[(OWN, "Statement[1]")])]
#[case::denied_by_the_boundary(ALLOW, ALLOW_THEN_DENY, TO_USER, USER, &[(BOUNDARY, "Statement[1]")])]
#[case::denied_by_the_resource(ALLOW, ALLOW, AGAINST_USER, USER, &[(RESOURCE, "Statement[0]")])]
#[case::denied_thrice(
    ALLOW_THEN_DENY,
    DENY,
    AGAINST_USER,
    USER,
    &[(OWN, "Statement[1]"), (BOUNDARY, "Statement[0]"), (RESOURCE, "Statement[0]")]
)]
#[case::denied_though_nothing_allows(OTHER, OTHER, AGAINST_USER, USER, &[(RESOURCE, "Statement[0]")])]
fn what_decides(
    #[case] identity: &'static str,
    #[case] boundary: &'static str,
    #[case] resource: &'static str,
    #[case] asking: &'static str,
    #[case] expected: &[(Origin, &str)],
) {
    // A bucket's policy names what it is about, a trust does not.
    let resource = resource.replace(r#""Principal""#, r#""Resource":"*","Principal""#).leak();
    let policies = Policies { identity, boundary, resource, trust: "" };
    let verdict = policies.decide(&request(&(asking, "s3:GetObject", "arn:aws:s3:::x/y", &[])));
    assert_eq!(places(&verdict.statements), expected);
    assert_eq!((verdict.lacking.as_slice(), verdict.missed.as_slice()), (&[][..], &[][..]));
}

/// The same, for a role's trust; and who lacks an `Allow`.
#[rstest]
#[case::nobody_allows(OTHER, "", TO_ACCOUNT, USER, &[OWN])]
#[case::boundary(ALLOW, OTHER, TO_ACCOUNT, USER, &[BOUNDARY])]
#[case::own_and_boundary(OTHER, OTHER, TO_ACCOUNT, USER, &[OWN, BOUNDARY])]
#[case::no_own_policies("", ALLOW, TO_ACCOUNT, USER, &[OWN])]
// Within an account the trust could allow by itself, so it is the only one to be told of.
#[case::trust(ALLOW, "", TO_STRANGERS, USER, &[RESOURCE])]
#[case::trust_and_own(OTHER, "", TO_STRANGERS, USER, &[RESOURCE])]
#[case::trust_and_boundary(ALLOW, OTHER, TO_STRANGERS, USER, &[RESOURCE])]
// Across accounts both have to.
#[case::strange_trust(ALLOW, "", TO_ACCOUNT, STRANGER, &[RESOURCE])]
#[case::strange_own(OTHER, "", TO_STRANGERS, STRANGER, &[OWN])]
#[case::strange_both(OTHER, "", TO_USER, STRANGER, &[OWN, RESOURCE])]
#[case::strange_boundary(ALLOW, OTHER, TO_STRANGERS, STRANGER, &[BOUNDARY])]
#[case::strange_all(OTHER, OTHER, TO_USER, STRANGER, &[OWN, BOUNDARY, RESOURCE])]
// A service has no policies of its own.
#[case::service(ALLOW, "", TO_USER, "ec2.amazonaws.com", &[RESOURCE])]
#[case::service_without_any("", "", TO_USER, "ec2.amazonaws.com", &[RESOURCE])]
fn who_lacks_an_allow(
    #[case] identity: &'static str,
    #[case] boundary: &'static str,
    #[case] trust: &'static str,
    #[case] asking: &'static str,
    #[case] expected: &[Origin],
) {
    let policies = Policies { identity, boundary, trust, resource: "" };
    let role = "arn:aws:iam::111122223333:role/target";
    let verdict = policies.decide(&request(&(asking, "sts:AssumeRole", role, &[])));
    assert_eq!(verdict.lacking, expected);
    assert_eq!((verdict.statements.as_slice(), verdict.missed.as_slice()), (&[][..], &[][..]));
}
