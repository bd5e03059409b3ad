//! `Null`, `…IfExists`, and keys of which nothing is known.

use std::collections::BTreeMap;

use super::Holds::{self, No, Unknown, Yes};
use super::{holds, holds_in};

/// All operators but `Null`, and whether they are negated.
const OPERATORS: [(&str, bool); 26] = [
    ("StringEquals", false),
    ("StringNotEquals", true),
    ("StringEqualsIgnoreCase", false),
    ("StringNotEqualsIgnoreCase", true),
    ("StringLike", false),
    ("StringNotLike", true),
    ("NumericEquals", false),
    ("NumericNotEquals", true),
    ("NumericLessThan", false),
    ("NumericLessThanEquals", false),
    ("NumericGreaterThan", false),
    ("NumericGreaterThanEquals", false),
    ("DateEquals", false),
    ("DateNotEquals", true),
    ("DateLessThan", false),
    ("DateLessThanEquals", false),
    ("DateGreaterThan", false),
    ("DateGreaterThanEquals", false),
    ("Bool", false),
    ("BinaryEquals", false),
    ("IpAddress", false),
    ("NotIpAddress", true),
    ("ArnEquals", false),
    ("ArnLike", false),
    ("ArnNotEquals", true),
    ("ArnNotLike", true),
];

/// "If the key that you specify in a policy condition is not present in the request context, the values do not match and the
/// condition is false. If the policy condition requires that the key is not matched, such as `StringNotLike` or `ArnNotLike`, and the
/// right key is not present, the condition is true." `ForAllValues` "also returns true if there are no keys in the request",
/// `ForAnyValue` is false then.
#[test]
fn an_absent_key() {
    for (operator, negated) in OPERATORS {
        let plain = if negated { Yes } else { No };
        assert_eq!(holds(operator, r#""x""#, &[]), plain, "{operator}");
        assert_eq!(holds(&format!("{operator}IfExists"), r#""x""#, &[]), Yes, "{operator}IfExists");
        assert_eq!(holds(&format!("ForAllValues:{operator}"), r#""x""#, &[]), Yes, "ForAllValues:{operator}");
        assert_eq!(holds(&format!("ForAnyValue:{operator}"), r#""x""#, &[]), No, "ForAnyValue:{operator}");
        assert_eq!(holds(&format!("ForAllValues:{operator}IfExists"), r#""x""#, &[]), Yes, "ForAllValues:{operator}");
        assert_eq!(holds(&format!("ForAnyValue:{operator}IfExists"), r#""x""#, &[]), Yes, "ForAnyValue:{operator}");
    }
}

/// Nothing is guessed of a key that the request does not give.
#[test]
fn an_unknown_key() {
    for (operator, _) in OPERATORS {
        for spelling in [
            operator.to_owned(),
            format!("{operator}IfExists"),
            format!("ForAllValues:{operator}"),
            format!("ForAnyValue:{operator}"),
            format!("ForAnyValue:{operator}IfExists"),
        ] {
            assert_eq!(holds_in(&spelling, r#""x""#, &BTreeMap::new(), "2012-10-17"), Unknown, "{spelling}");
        }
    }
    assert_eq!(holds_in("Null", "true", &BTreeMap::new(), "2012-10-17"), Unknown);
}

/// A negated operator says the opposite of its positive one, for every key that has one value.
#[test]
fn negations() {
    let pairs = [
        ("StringEquals", "StringNotEquals"),
        ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        ("StringLike", "StringNotLike"),
        ("NumericEquals", "NumericNotEquals"),
        ("DateEquals", "DateNotEquals"),
        ("IpAddress", "NotIpAddress"),
        ("ArnEquals", "ArnNotEquals"),
        ("ArnLike", "ArnNotLike"),
    ];
    let values = [
        r#""x""#,
        r#""X""#,
        r#""*""#,
        "10",
        r#""2026-01-01""#,
        r#""203.0.113.0/24""#,
        r#""arn:aws:iam::111122223333:role/*""#,
        r#"["x","10","203.0.113.1"]"#,
        "[]",
    ];
    let given = ["x", "X", "", "*", "10", "10.0", "2026-01-01", "203.0.113.1", "arn:aws:iam::111122223333:role/x"];
    let opposite = |holds: Holds| match holds {
        Yes => No,
        No => Yes,
        Unknown => Unknown,
    };
    for (positive, negative) in pairs {
        for values in values {
            for given in given {
                let expected = opposite(holds(positive, values, &[given]));
                assert_eq!(holds(negative, values, &[given]), expected, "{negative} {values} {given}");
            }
        }
    }
}

/// `Null`: `true` for a key that does not exist, `false` for one that does; an empty value is one.
#[test]
fn null() {
    let rows: &[(&str, &[&str], Holds)] = &[
        (r#""true""#, &[], Yes),
        (r#""true""#, &["x"], No),
        (r#""true""#, &[""], No),
        (r#""true""#, &["x", "y"], No),
        (r#""false""#, &[], No),
        (r#""false""#, &["x"], Yes),
        (r#""false""#, &[""], Yes),
        (r#""false""#, &["x", "y"], Yes),
        ("true", &[], Yes),
        ("true", &["x"], No),
        ("false", &["x"], Yes),
        ("false", &[], No),
        (r#""TRUE""#, &[], Yes),
        (r#""False""#, &["x"], Yes),
        (r#"["true","false"]"#, &[], Yes),
        (r#"["true","false"]"#, &["x"], Yes),
        (r#"["true","true"]"#, &["x"], No),
        // What is neither true nor false never holds.
        (r#""yes""#, &[], No),
        (r#""yes""#, &["x"], No),
        (r#""""#, &[], No),
        ("0", &["x"], No),
        (r#""*""#, &[], No),
        // A variable is not replaced.
        (r#""${test:k}""#, &["false"], No),
        ("[]", &[], No),
        ("[]", &["x"], No),
    ];
    for (values, given, expected) in rows {
        assert_eq!(holds("Null", values, given), *expected, "{values} {given:?}");
    }
}

/// Of an operator that does not exist nothing is known, whatever the key has.
#[test]
fn operators_that_do_not_exist() {
    let names = [
        "stringEquals",
        "STRINGEQUALS",
        "StringEqual",
        "StringMatches",
        "StringNotEqualsIfExist",
        "IfExists",
        "NumericLike",
        "DateLike",
        "NotBool",
        "BinaryNotEquals",
        "IpAddressIgnoreCase",
        "NullIfExists",
        "ForAllValues:Null",
        "ForAnyValue:Null",
        "ForAnyValue:NullIfExists",
        "ForSomeValues:StringEquals",
        "forallvalues:StringEquals",
        "ForAllValues::StringEquals",
        "ForAllValues: StringEquals",
        "ForAllValues:ForAnyValue:StringEquals",
        "StringEqualsIfExistsIfExists",
        "",
    ];
    for name in names {
        for given in [&["x"] as &[&str], &[]] {
            assert_eq!(holds(name, r#""x""#, given), Unknown, "{name} {given:?}");
        }
    }
}

/// The case of a key has no meaning, neither in the policy nor in the request.
#[test]
fn keys_ignore_case() {
    for key in ["test:k", "TEST:K", "Test:k", "test:K"] {
        let context = BTreeMap::from([(key.to_owned(), vec!["x".to_owned()])]);
        assert_eq!(holds_in("StringEquals", r#""x""#, &context, "2012-10-17"), Yes, "{key}");
        assert_eq!(holds_in("StringEquals", r#""X""#, &context, "2012-10-17"), No, "{key}");
        assert_eq!(holds_in("Null", "false", &context, "2012-10-17"), Yes, "{key}");
    }
}
