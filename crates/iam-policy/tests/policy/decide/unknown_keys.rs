//! Which condition keys a decision depends on: all that could turn it, and none that could not.

use rstest::rstest;

use super::{Policies, request};
use iam_policy::Decision;

/// Statements about a read of `s3:GetObject` under the conditions on `a`, `b` and `c`, each on a value `1`.
fn statements(effects: &str) -> &'static str {
    let statement = |line: &str| {
        let (effect, keys) = line.split_once(' ').unwrap_or((line, ""));
        let keys: Vec<String> = keys.chars().map(|key| format!(r#""test:{key}":"1""#)).collect();
        let condition = format!(r#""Condition":{{"StringEquals":{{{}}}}}"#, keys.join(","));
        format!(r#"{{"Effect":"{effect}","Action":"s3:GetObject","Resource":"*",{condition}}}"#)
    };
    effects.split(", ").map(statement).collect::<Vec<_>>().join(",").leak()
}

/// `a`, `b` and `c` are keys of which nothing is known but what the row says; what is decided, or the keys that would.
#[rstest]
#[case::one("Allow a", "", &[], "a")]
#[case::two_of_one_statement("Allow ab", "", &[], "ab")]
#[case::two_statements("Allow a, Allow b", "", &[], "ab")]
#[case::one_of_two_holds("Allow ab", "", &["test:a=1"], "b")]
#[case::one_of_two_fails("Allow ab", "", &["test:a=2"], "NotAllowed")]
#[case::one_of_two_is_absent("Allow ab", "", &["test:a"], "NotAllowed")]
#[case::one_statement_holds("Allow a, Allow b", "", &["test:a=1"], "Allowed")]
#[case::one_statement_fails("Allow a, Allow b", "", &["test:a=2"], "b")]
#[case::allowed_anyway("Allow, Allow a", "", &[], "Allowed")]
#[case::denied_anyway("Allow a, Deny", "", &[], "DeniedExplicitly")]
#[case::denied_or_denied("Deny, Deny a", "", &[], "DeniedExplicitly")]
// A denial that may be turns what is allowed, and nothing else.
#[case::perhaps_denied("Allow, Deny a", "", &[], "a")]
#[case::nothing_to_deny("Deny a", "", &[], "NotAllowed")]
#[case::nothing_left_to_deny("Allow a, Deny b", "", &["test:a=2"], "NotAllowed")]
#[case::allowed_and_perhaps_denied("Allow a, Deny b", "", &["test:a=1"], "b")]
#[case::no_more_denied("Allow a, Deny b", "", &["test:b=2"], "a")]
#[case::both_perhaps("Allow a, Deny b", "", &[], "ab")]
#[case::two_denials("Allow, Deny a, Deny b", "", &[], "ab")]
#[case::one_denial_holds("Allow, Deny a, Deny b", "", &["test:b=1"], "DeniedExplicitly")]
#[case::denial_of_two_keys_fails("Allow, Deny ab", "", &["test:b=2"], "Allowed")]
// A boundary must allow as well.
#[case::boundary_perhaps("Allow", "Allow a", &[], "a")]
#[case::own_and_boundary("Allow a", "Allow b", &[], "ab")]
#[case::boundary_fails("Allow a", "Allow b", &["test:b=2"], "NotAllowed")]
#[case::own_fails("Allow a", "Allow b", &["test:a=2"], "NotAllowed")]
#[case::boundary_holds("Allow a", "Allow b", &["test:b=1"], "a")]
#[case::boundary_perhaps_denies("Allow a", "Allow, Deny b", &[], "ab")]
#[case::boundary_denies("Allow a", "Allow, Deny b", &["test:b=1"], "DeniedExplicitly")]
#[case::all_three("Allow a, Deny c", "Allow b", &[], "abc")]
#[case::one_key_in_both("Allow a", "Allow a", &[], "a")]
fn keys(#[case] identity: &str, #[case] boundary: &str, #[case] known: &[&str], #[case] expected: &str) {
    let boundary = if boundary.is_empty() { "" } else { statements(boundary) };
    let policies = Policies { identity: statements(identity), boundary, ..Policies::default() };
    let found = match policies.decide(&request(&("", "s3:GetObject", "arn:aws:s3:::x/y", known))).decision {
        Decision::Unknown { keys } => keys.iter().map(|key| key.trim_start_matches("test:")).collect(),
        decided => format!("{decided:?}"),
    };
    assert_eq!(found, expected);
}
