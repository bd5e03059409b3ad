//! One row an operator at a glance, and how conditions combine. `k` is the key of every condition; `absent` is known to be absent, `unknown` is not given.

use std::collections::BTreeMap;

use rstest::rstest;

use super::Holds::{self, No, Unknown, Yes};
use crate::support::{policy, with};
use iam_policy::{Decision, Request, evaluate};

fn holds(operator: &str, key: &str, values: &str, given: &[&str]) -> Holds {
    let text = with(&format!(r#""Condition":{{"{operator}":{{"{key}":{values}}}}}"#));
    let context = BTreeMap::from([
        ("k".to_owned(), given.iter().map(|value| (*value).to_owned()).collect()),
        ("absent".to_owned(), Vec::new()),
        ("aws:username".to_owned(), vec!["al*ce".to_owned()]),
    ]);
    let request = Request { principal: None, action: "s3:GetObject", resource: Some("arn:x"), context };
    match evaluate(&[&policy(&text)], &request) {
        Decision::Allowed => Yes,
        Decision::NotAllowed => No,
        Decision::Unknown { keys } => {
            assert_eq!(keys.len(), 1);
            Unknown
        }
        Decision::DeniedExplicitly => panic!("an Allow denies"),
    }
}

#[rstest]
#[case("StringEquals", r#""a""#, "a", Yes)]
#[case("StringEquals", r#""a""#, "A", No)]
#[case("StringEquals", r#"["b","a"]"#, "a", Yes)]
#[case("StringEquals", r#""a*""#, "ab", No)]
#[case("StringEquals", r#""a*""#, "a*", Yes)]
#[case("StringEquals", r"[]", "a", No)]
#[case("StringEquals", r#""${aws:username}""#, "al*ce", Yes)]
#[case("StringEquals", r#""${*}""#, "*", Yes)]
#[case("StringNotEquals", r#""a""#, "a", No)]
#[case("StringNotEquals", r#""a""#, "A", Yes)]
#[case("StringNotEquals", r#"["a","b"]"#, "b", No)]
#[case("StringNotEquals", r"[]", "b", Yes)]
#[case("StringEqualsIgnoreCase", r#""aÉ""#, "Aé", Yes)]
#[case("StringEqualsIgnoreCase", r#""a""#, "b", No)]
#[case("StringNotEqualsIgnoreCase", r#""a""#, "A", No)]
#[case("StringNotEqualsIgnoreCase", r#""a""#, "b", Yes)]
#[case("StringLike", r#""a*""#, "abc", Yes)]
#[case("StringLike", r#""a?c""#, "abc", Yes)]
#[case("StringLike", r#""A*""#, "abc", No)]
#[case("StringLike", r#""${aws:username}""#, "alice", No)]
#[case("StringLike", r#""a${*}""#, "abc", No)]
#[case("StringNotLike", r#""a*""#, "abc", No)]
#[case("StringNotLike", r#""a*""#, "bcd", Yes)]
#[case("ArnLike", r#""arn:aws:iam::*:role/*""#, "arn:aws:iam::1:role/x", Yes)]
#[case("ArnLike", r#""arn:aws:iam:*""#, "arn:aws:iam::1:role/x", No)]
#[case("ArnLike", r#""arn:aws:*:role/x""#, "arn:aws:iam::1:role/x", No)]
#[case("ArnLike", r#""arn:aws:sns:*:*:a:*""#, "arn:aws:sns:r:1:a:b:c", Yes)]
#[case("ArnLike", r#""arn:aws:iam::1:role/X""#, "arn:aws:iam::1:role/x", No)]
#[case("ArnEquals", r#""arn:aws:iam::*:role/*""#, "arn:aws:iam::1:role/x", Yes)]
#[case("ArnEquals", r#""*""#, "no ARN", No)]
#[case("ArnNotLike", r#""arn:aws:iam::1:role/*""#, "arn:aws:iam::1:role/x", No)]
#[case("ArnNotEquals", r#""arn:aws:iam::2:role/*""#, "arn:aws:iam::1:role/x", Yes)]
#[case("Bool", r#""true""#, "true", Yes)]
#[case("Bool", "true", "TRUE", Yes)]
#[case("Bool", "true", "false", No)]
#[case("NumericEquals", "10", "10", Yes)]
#[case("NumericEquals", "10", "10.0", Yes)]
#[case("NumericEquals", "9007199254740993", "9007199254740992", No)]
#[case("NumericEquals", r#""ten""#, "10", No)]
#[case("NumericNotEquals", "10", "10", No)]
#[case("NumericNotEquals", "10", "11", Yes)]
#[case("NumericLessThan", "10", "9", Yes)]
#[case("NumericLessThan", "10", "10", No)]
#[case("NumericLessThanEquals", "10", "10", Yes)]
#[case("NumericLessThanEquals", "10", "10.5", No)]
#[case("NumericGreaterThan", "-1.5", "-1", Yes)]
#[case("NumericGreaterThan", "10", "10", No)]
#[case("NumericGreaterThanEquals", "10", "10", Yes)]
#[case("NumericGreaterThanEquals", "10", "9", No)]
#[case("NumericLessThan", "10", "NaN", No)]
#[case("Null", "true", "a", No)]
#[case("Null", "false", "a", Yes)]
#[case("Null", r#"["true","false"]"#, "a", Yes)]
#[case("DateLessThan", r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59Z", Yes)]
#[case("DateLessThan", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", No)]
#[case("DateLessThanEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T01:00:00+01:00", Yes)]
#[case("DateGreaterThan", r#""2026-01-01""#, "1767225601", Yes)]
#[case("DateGreaterThan", "1767225600", "2026-01-01", No)]
#[case("DateGreaterThanEquals", "1767225600", "2026-01-01", Yes)]
#[case("DateEquals", r#""2026-01-01T00:00:00Z""#, "1767225600", Yes)]
#[case("DateNotEquals", r#""2026-01-01T00:00:00Z""#, "1767225600", No)]
#[case("DateEquals", r#""soon""#, "soon", No)]
#[case("IpAddress", r#""10.0.0.0/8""#, "10.0.0.1", Yes)]
#[case("IpAddress", r#"["192.0.2.0/24","10.0.0.0/8"]"#, "11.0.0.1", No)]
#[case("IpAddress", r#""10.0.0.1""#, "10.0.0.1", Yes)]
#[case("IpAddress", r#""2001:DB8::/32""#, "2001:db8:1::1", Yes)]
#[case("IpAddress", r#""0.0.0.0/0""#, "2001:db8:1::1", No)]
#[case("IpAddress", r#""10.0.0.0/8""#, "elsewhere", No)]
#[case("NotIpAddress", r#""10.0.0.0/8""#, "10.0.0.1", No)]
#[case("NotIpAddress", r#""10.0.0.0/8""#, "11.0.0.1", Yes)]
#[case("BinaryEquals", r#""QQ==""#, "QQ==", Yes)]
#[case("BinaryEquals", r#""QQ==""#, "Qg==", No)]
#[case("BinaryEquals", r#""A""#, "A", No)]
#[case("Bool", r#""${aws:username}""#, "al*ce", Unknown)]
#[case("ForAnyValue:StringEquals", r#""a""#, "a", Yes)]
#[case("ForAnyValue:StringEquals", r#""a""#, "b", No)]
#[case("ForAnyValue:StringNotEquals", r#""a""#, "b", Yes)]
#[case("ForAllValues:StringEquals", r#""a""#, "a", Yes)]
#[case("ForAllValues:StringEquals", r#""a""#, "b", No)]
#[case("ForAllValues:StringNotEquals", r#""a""#, "a", No)]
#[case("ForAllValues:NumericLessThan", "10", "9", Yes)]
#[case("ForAnyValue:ArnLike", r#""arn:aws:iam::*:role/*""#, "arn:aws:iam::1:role/x", Yes)]
#[case("ForSomeValues:StringEquals", r#""a""#, "a", Unknown)]
#[case("stringequals", r#""a""#, "a", Unknown)]
#[case("NullIfExists", "true", "a", Unknown)]
#[case("StringEquals", r#""${aws:userid}""#, "a", Unknown)]
fn present(#[case] operator: &str, #[case] values: &str, #[case] given: &str, #[case] expected: Holds) {
    assert_eq!(holds(operator, "k", values, &[given]), expected);
    assert_eq!(holds(operator, "K", values, &[given]), expected, "the case of a key has no meaning");
    if Some("Null") != operator.get(..4) {
        assert_eq!(holds(&format!("{operator}IfExists"), "k", values, &[given]), expected, "IfExists, present");
    }
}

#[rstest]
#[case("StringEquals", No, Yes)]
#[case("StringLike", No, Yes)]
#[case("ArnLike", No, Yes)]
#[case("Bool", No, Yes)]
#[case("NumericLessThan", No, Yes)]
#[case("StringNotEquals", Yes, Yes)]
#[case("StringNotLike", Yes, Yes)]
#[case("ArnNotEquals", Yes, Yes)]
#[case("NumericNotEquals", Yes, Yes)]
#[case("DateLessThan", No, Yes)]
#[case("DateNotEquals", Yes, Yes)]
#[case("IpAddress", No, Yes)]
#[case("NotIpAddress", Yes, Yes)]
#[case("BinaryEquals", No, Yes)]
#[case("ForAllValues:StringEquals", Yes, Yes)]
#[case("ForAllValues:StringNotEquals", Yes, Yes)]
#[case("ForAnyValue:StringEquals", No, Yes)]
#[case("ForAnyValue:StringNotEquals", No, Yes)]
fn absent_and_unknown(#[case] operator: &str, #[case] absent: Holds, #[case] absent_if_exists: Holds) {
    assert_eq!(holds(operator, "absent", r#""a""#, &[]), absent);
    assert_eq!(holds(&format!("{operator}IfExists"), "absent", r#""a""#, &[]), absent_if_exists);
    assert_eq!(holds(operator, "unknown", r#""a""#, &[]), Unknown);
    assert_eq!(holds(&format!("{operator}IfExists"), "unknown", r#""a""#, &[]), Unknown);
}

#[rstest]
#[case("absent", "true", Yes)]
#[case("absent", "false", No)]
#[case("unknown", "true", Unknown)]
fn null(#[case] key: &str, #[case] value: &str, #[case] expected: Holds) {
    assert_eq!(holds("Null", key, value, &[]), expected);
}

#[rstest]
#[case("StringEquals", &["x", "a"], Yes)]
#[case("StringNotEquals", &["x", "a"], No)]
#[case("StringNotEquals", &["x", "y"], Yes)]
fn several_values_of_the_request(#[case] operator: &str, #[case] given: &[&str], #[case] expected: Holds) {
    assert_eq!(holds(operator, "k", r#""a""#, given), expected);
}

/// The cases of <https://iam.cloudcopilot.io/resources/operators>, which has a page for each operator; the rule is that of
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
#[rstest]
#[case("ForAllValues:StringEquals", &["DataClass", "Owner"], Yes)]
#[case("ForAllValues:StringEquals", &["Owner"], Yes)]
#[case("ForAllValues:StringEquals", &["Owner", "Dept"], No)]
#[case("ForAllValues:StringEquals", &["Dept"], No)]
#[case("ForAllValues:StringEquals", &[], Yes)]
#[case("ForAllValues:StringEquals", &[""], Yes)]
#[case("ForAnyValue:StringEquals", &["Dept", "SIC"], No)]
#[case("ForAnyValue:StringEquals", &["DataClass", "Dept"], Yes)]
#[case("ForAnyValue:StringEquals", &["DataClass", "Owner", "Dept"], Yes)]
#[case("ForAnyValue:StringEquals", &[], No)]
#[case("ForAnyValue:StringEquals", &[""], No)]
#[case("ForAnyValue:StringNotEquals", &["DataClass", "Owner"], No)]
#[case("ForAnyValue:StringNotEquals", &["Dept", "DataClass"], Yes)]
#[case("ForAnyValue:StringNotEquals", &["Dept", "SIC"], Yes)]
#[case("ForAnyValue:StringNotEquals", &[], No)]
#[case("ForAllValues:StringNotEquals", &["DataClass", "Dept"], No)]
#[case("ForAllValues:StringNotEquals", &["Dept", "SIC"], Yes)]
#[case("ForAllValues:StringNotEquals", &[], Yes)]
fn set_operators(#[case] operator: &str, #[case] given: &[&str], #[case] expected: Holds) {
    assert_eq!(holds(operator, "k", r#"["DataClass","Owner"]"#, given), expected);
}

#[rstest]
#[case::both_hold(r#"{"StringEquals":{"k":"a"},"Bool":{"secure":"true"}}"#, Decision::Allowed)]
#[case::one_does_not(r#"{"StringEquals":{"k":"b"},"Bool":{"secure":"true"}}"#, Decision::NotAllowed)]
#[case::one_key_does_not(r#"{"StringEquals":{"k":"a","secure":"false"}}"#, Decision::NotAllowed)]
#[case::known_not_to_hold(r#"{"StringEquals":{"k":"b"},"Bool":{"unknown":"true"}}"#, Decision::NotAllowed)]
#[case::one_is_unknown(
    r#"{"StringEquals":{"k":"a"},"Bool":{"unknown":"true"},"Foo":{"secure":"x"}}"#,
    Decision::Unknown { keys: ["unknown".to_owned(), "secure".to_owned()].into() }
)]
fn all_conditions_must_hold(#[case] condition: &str, #[case] decision: Decision) {
    let context =
        BTreeMap::from([("k".to_owned(), vec!["a".to_owned()]), ("secure".to_owned(), vec!["true".to_owned()])]);
    let request = Request { principal: None, action: "s3:GetObject", resource: None, context };
    assert_eq!(evaluate(&[&policy(&with(&format!(r#""Condition":{condition}"#)))], &request), decision);
}
