//! What IAM would refuse.

use rstest::rstest;

use crate::support::policy;
use iam_policy::{Severity, check};

#[rstest]
#[case::effect_case(
    r#"{"Statement":[{"Effect":"allow","Action":"a:b"}]}"#,
    &[r#"Effect must be Allow or Deny, not "allow", at Statement[0].Effect [policy-effect]"#]
)]
#[case::effect_in_a_single_statement(
    r#"{"Statement":{"Effect":"","Action":"a:b"}}"#,
    &[r#"Effect must be Allow or Deny, not "", at Statement.Effect [policy-effect]"#]
)]
#[case::nothing_in_a_statement(
    r#"{"Statement":[{}]}"#,
    &[
        "a statement needs Effect, Allow or Deny, at Statement[0] [policy-effect]",
        "a statement needs Action or NotAction, at Statement[0] [policy-action]",
    ]
)]
#[case::both_actions(
    r#"{"Statement":[{"Effect":"Deny","Action":"a:b","NotAction":"c:d"}]}"#,
    &["a statement has Action or NotAction, not both, at Statement[0] [policy-action]"]
)]
#[case::version(
    r#"{"Version":"2012-10-18"}"#,
    &[r#"Version must be 2012-10-17 or 2008-10-17, not "2012-10-18", at Version [policy-version]"#]
)]
#[case::sid_characters(
    r#"{"Statement":[{"Sid":"Allow-it","Effect":"Allow","Action":"a:b"}]}"#,
    &[r#"Sid may have letters A-Z, a-z and digits only, not "Allow-it", at Statement[0].Sid [policy-sid-characters]"#]
)]
#[case::sid_letters_of_elsewhere(
    r#"{"Statement":[{"Sid":"é","Effect":"Allow","Action":"a:b"}]}"#,
    &[r#"Sid may have letters A-Z, a-z and digits only, not "é", at Statement[0].Sid [policy-sid-characters]"#]
)]
#[case::sid_repeated(
    r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"a:b"},{"Sid":"A","Effect":"Deny","Action":"a:b"}]}"#,
    &[r#"two statements have the Sid "A", at Statement[1].Sid [policy-sid-repeated]"#]
)]
#[case::unknown_elements(
    r#"{"version":"2012-10-17","Foo":1,"Statement":[{"Effect":"Allow","Action":"a:b","Conditions":{},"resource":"*","X":1}]}"#,
    &[
        r#""version" is no element of a policy, did you mean Version?, at version [policy-unknown-element]"#,
        r#""Foo" is no element of a policy, at Foo [policy-unknown-element]"#,
        r#""Conditions" is no element of a policy, did you mean Condition?, at Statement[0].Conditions [policy-unknown-element]"#,
        r#""resource" is no element of a policy, did you mean Resource?, at Statement[0].resource [policy-unknown-element]"#,
        r#""X" is no element of a policy, at Statement[0].X [policy-unknown-element]"#,
    ]
)]
fn findings(#[case] text: &str, #[case] expected: &[&str]) {
    let findings = check(&policy(text));
    assert_eq!(findings.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Error));
}

#[rstest]
#[case::nothing("{}")]
#[case::old_version(r#"{"Version":"2008-10-17"}"#)]
#[case::trust(
    r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A1","Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"},
        {"Sid":"a1","Effect":"Deny","NotAction":"sts:*","NotPrincipal":{"AWS":"*"},"Condition":{"Null":{"k":"true"}}}]}"#
)]
#[case::empty_sids(
    r#"{"Statement":[{"Sid":"","Effect":"Allow","Action":"a:b","Resource":"*"},{"Sid":"","Effect":"Deny","Action":"a:b","NotResource":"*"}]}"#
)]
fn nothing_to_find(#[case] text: &str) {
    assert_eq!(check(&policy(text)), []);
}
