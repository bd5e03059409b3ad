//! `ForAllValues:` and `ForAnyValue:` over the examples of AWS's pages.

use super::Holds::{self, No, Yes};
use super::holds;

/// One row: operator, values of the policy, values of the request, whether it holds.
type Row = (&'static str, &'static str, &'static [&'static str], Holds);

fn check(rows: &[Row]) {
    for (operator, values, given, expected) in rows {
        assert_eq!(holds(operator, values, given), *expected, "{operator} {values} of {given:?}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html>, the table of a request for the
/// attributes of a table `Thread`.
#[test]
fn requested_attributes() {
    const ALLOWED: &str = r#"["PostDateTime","Message","Tags"]"#;
    const FORBIDDEN: &str = r#"["ID","PostDateTime"]"#;
    check(&[
        ("ForAllValues:StringLike", ALLOWED, &["PostDateTime", "Message"], Yes),
        ("ForAllValues:StringLike", ALLOWED, &["PostDateTime", "Message", "Tags"], Yes),
        ("ForAllValues:StringLike", ALLOWED, &["PostDateTime"], Yes),
        ("ForAllValues:StringLike", ALLOWED, &["PostDateTime", "UserName"], No),
        ("ForAllValues:StringLike", ALLOWED, &["PostDateTime", "Message", "ID"], No),
        ("ForAllValues:StringLike", ALLOWED, &["ID"], No),
        ("ForAllValues:StringLike", ALLOWED, &["postdatetime"], No),
        // "If the key values in the request resolve to an empty data set (for example, an empty string), a condition operator
        // modified by ForAllValues returns true, and a condition operator modified by ForAnyValue returns false."
        ("ForAllValues:StringLike", ALLOWED, &[], Yes),
        ("ForAllValues:StringLike", ALLOWED, &[""], Yes),
        ("ForAllValues:StringLike", ALLOWED, &["", ""], Yes),
        ("ForAllValues:StringLike", ALLOWED, &["", "ID"], No),
        ("ForAnyValue:StringLike", ALLOWED, &[], No),
        ("ForAnyValue:StringLike", ALLOWED, &[""], No),
        ("ForAnyValue:StringLike", r#""*""#, &[""], No),
        ("ForAnyValue:StringNotLike", ALLOWED, &[""], No),
        ("ForAnyValue:StringLike", FORBIDDEN, &["PostDateTime", "Message"], Yes),
        ("ForAnyValue:StringLike", FORBIDDEN, &["UserName"], No),
        ("ForAnyValue:StringLike", FORBIDDEN, &["UserName", "Message", "PostDateTime"], Yes),
        ("ForAnyValue:StringLike", FORBIDDEN, &["UserName", "Message"], No),
        ("ForAnyValue:StringLike", FORBIDDEN, &["ID", "PostDateTime"], Yes),
    ]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html>: tag keys
/// that a policy keeps for itself, and combinations of tag keys.
#[test]
fn tag_keys() {
    check(&[
        ("ForAllValues:StringLike", r#"["key1*"]"#, &["key1:legal"], Yes),
        ("ForAllValues:StringLike", r#"["key1*"]"#, &["key1:hr", "key1:personnel"], Yes),
        ("ForAllValues:StringLike", r#"["key1*"]"#, &["key2:audit"], No),
        ("ForAllValues:StringLike", r#"["key1*"]"#, &["key1:hr", "key2:audit"], No),
        ("ForAllValues:StringLike", r#"["key1*"]"#, &[], Yes),
        ("ForAnyValue:StringEquals", r#"["environment","webserver"]"#, &["environment"], Yes),
        ("ForAnyValue:StringEquals", r#"["environment","webserver"]"#, &["environment", "cost-center"], Yes),
        ("ForAnyValue:StringEquals", r#"["environment","webserver"]"#, &["cost-center"], No),
        ("ForAnyValue:StringEquals", r#"["environment","webserver"]"#, &["Environment"], No),
        ("ForAnyValue:StringEqualsIgnoreCase", r#"["environment","webserver"]"#, &["Environment"], Yes),
        ("ForAnyValue:StringEquals", r#"["environment","webserver"]"#, &[], No),
        ("ForAllValues:StringEquals", r#"["environment","webserver"]"#, &["environment", "cost-center"], No),
        ("ForAllValues:StringEquals", r#"["environment","webserver"]"#, &["webserver", "environment"], Yes),
        ("ForAllValues:StringNotEquals", r#"["environment","webserver"]"#, &["cost-center", "owner"], Yes),
        ("ForAllValues:StringNotEquals", r#"["environment","webserver"]"#, &["cost-center", "webserver"], No),
        ("ForAnyValue:StringNotEquals", r#"["environment","webserver"]"#, &["environment", "webserver"], No),
        ("ForAnyValue:StringNotEquals", r#"["environment","webserver"]"#, &["environment", "owner"], Yes),
    ]);
}

/// Under `IfExists` an absent key is met, and a set that is there is judged as ever.
#[test]
fn sets_if_they_exist() {
    check(&[
        ("ForAllValues:StringEqualsIfExists", r#"["a","b"]"#, &["a", "b"], Yes),
        ("ForAllValues:StringEqualsIfExists", r#"["a","b"]"#, &["a", "c"], No),
        ("ForAllValues:StringEqualsIfExists", r#"["a","b"]"#, &[], Yes),
        ("ForAllValues:StringEqualsIfExists", r#"["a","b"]"#, &[""], Yes),
        ("ForAllValues:StringNotEqualsIfExists", r#"["a","b"]"#, &["c"], Yes),
        ("ForAllValues:StringNotEqualsIfExists", r#"["a","b"]"#, &["c", "a"], No),
        ("ForAllValues:StringNotEqualsIfExists", r#"["a","b"]"#, &[], Yes),
        ("ForAnyValue:StringEqualsIfExists", r#"["a","b"]"#, &["c", "a"], Yes),
        ("ForAnyValue:StringEqualsIfExists", r#"["a","b"]"#, &["c"], No),
        ("ForAnyValue:StringEqualsIfExists", r#"["a","b"]"#, &[], Yes),
        ("ForAnyValue:StringEqualsIfExists", r#"["a","b"]"#, &[""], No),
        ("ForAnyValue:StringNotEqualsIfExists", r#"["a","b"]"#, &["a"], No),
        ("ForAnyValue:StringNotEqualsIfExists", r#"["a","b"]"#, &["a", "c"], Yes),
        ("ForAnyValue:StringNotEqualsIfExists", r#"["a","b"]"#, &[], Yes),
        ("ForAnyValue:NumericLessThanIfExists", "10", &["11", "9"], Yes),
        ("ForAnyValue:NumericLessThanIfExists", "10", &["11"], No),
        ("ForAllValues:NumericLessThanIfExists", "10", &["11", "9"], No),
        ("ForAllValues:DateGreaterThanIfExists", r#""2026""#, &["2027", "2028"], Yes),
        ("ForAllValues:DateGreaterThanIfExists", r#""2026""#, &["2027", "2025"], No),
        ("ForAllValues:ArnLikeIfExists", r#""arn:aws:iam::*:role/*""#, &["arn:aws:iam::1:role/x"], Yes),
        ("ForAnyValue:IpAddressIfExists", r#""10.0.0.0/8""#, &["192.0.2.1", "10.1.1.1"], Yes),
        ("ForAnyValue:NotIpAddressIfExists", r#""10.0.0.0/8""#, &["10.2.2.2", "10.1.1.1"], No),
        ("ForAnyValue:BinaryEqualsIfExists", r#""QQ==""#, &["Qg==", "QQ=="], Yes),
        ("ForAllValues:BoolIfExists", "true", &["true", "false"], No),
    ]);
}
