//! Condition operators that do not exist, and values that they cannot read.

use super::document;
use crate::checking::found;
use iam_policy::DocumentType::{self, Inline, Resource};

/// What is found in one condition on the key `aws:username`, of a denial that nothing else is to be said about.
fn found_in(document_type: DocumentType, operator: &str, values: &str) -> Vec<String> {
    let principal = if document_type == Resource { r#""Principal":"*","# } else { "" };
    let text = format!(
        r#"{{"Effect":"Deny",{principal}"Action":"s3:GetObject","Resource":"*","Condition":{{"{operator}":{{"aws:username":{values}}}}}}}"#
    );
    found(document_type, &document(&text))
}

/// Whether IAM takes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// It means something.
    Meant,
    /// IAM takes it, and it never matches.
    Useless,
    /// IAM refuses it: `The policy failed legacy parsing`, or `Syntax errors in policy.`
    Refused,
}
use Taken::{Meant, Refused, Useless};

fn check(operator: &str, rows: &[(&str, &str, Taken)]) {
    for (values, told, taken) in rows {
        let line = |severity: &str| {
            format!(
                "{severity}: {operator} cannot read {told:?}, at Statement[0].Condition.{operator}.aws:username [policy-condition-value]"
            )
        };
        let expected: Vec<String> = match taken {
            Meant => Vec::new(),
            Useless => vec![line("warning")],
            Refused => vec![line("error")],
        };
        assert_eq!(found_in(Inline, operator, values), expected, "{operator} {values}");
        // Other services judge the policies of their resources by themselves.
        let elsewhere = if *taken == Refused { vec![line("warning")] } else { expected };
        assert_eq!(found_in(Resource, operator, values), elsewhere, "{operator} {values}");
    }
}

#[test]
fn numbers() {
    let rows: &[(&str, &str, Taken)] = &[
        ("10", "", Meant),
        (r#""10""#, "", Meant),
        (r#""10.5""#, "", Meant),
        (r#""-1""#, "", Meant),
        (r#""1e3""#, "", Meant),
        ("1.5E-3", "", Meant),
        ("0", "", Meant),
        ("123456789012345678901234567890", "", Meant),
        ("[]", "", Meant),
        (r#""abc""#, "abc", Refused),
        (r#"" 10""#, " 10", Refused),
        (r#""10 ""#, "10 ", Refused),
        (r#""0x10""#, "0x10", Refused),
        (r#""1,000""#, "1,000", Refused),
        (r#""""#, "", Refused),
        (r#""NaN""#, "NaN", Refused),
        (r#""Infinity""#, "Infinity", Refused),
        (r#""${aws:EpochTime}""#, "${aws:EpochTime}", Refused),
        (r#""*""#, "*", Refused),
    ];
    for operator in [
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "NumericLessThanIfExists",
        "ForAnyValue:NumericEquals",
    ] {
        check(operator, rows);
    }
}

#[test]
fn dates() {
    let rows: &[(&str, &str, Taken)] = &[
        (r#""2026""#, "", Meant),
        (r#""2026-01""#, "", Meant),
        (r#""2026-01-01""#, "", Meant),
        (r#""2026-01-01T00:00Z""#, "", Meant),
        (r#""2026-01-01T00:00:00Z""#, "", Meant),
        (r#""2026-01-01t00:00:00z""#, "", Meant),
        (r#""2026-01-01T00:00:00.000Z""#, "", Meant),
        (r#""2026-01-01T00:00:00+09:00""#, "", Meant),
        (r#""2016-12-13T21:20:37.593194+00:00""#, "", Meant),
        (r#""1767225600""#, "", Meant),
        ("1767225600", "", Meant),
        ("0", "", Meant),
        // Taken, and documented nowhere.
        (r#""01T""#, "01T", Useless),
        (r#""2016-12-13t2:00:00.593194+23""#, "2016-12-13t2:00:00.593194+23", Useless),
        (r#""-292275054""#, "-292275054", Useless),
        (r#""2026-1-1""#, "2026-1-1", Useless),
        (r#""2026-02-31""#, "2026-02-31", Useless),
        (r#""tomorrow""#, "tomorrow", Refused),
        (r#""2026/01/01""#, "2026/01/01", Refused),
        (r#""2026-13-45""#, "2026-13-45", Refused),
        (r#""2026-00-01""#, "2026-00-01", Refused),
        (r#""2026-01-32""#, "2026-01-32", Refused),
        (r#""234-13""#, "234-13", Refused),
        (r#""2026-01-01-01""#, "2026-01-01-01", Refused),
        (r#""2016-12-13t2:00:00.593194+1""#, "2016-12-13t2:00:00.593194+1", Refused),
        (r#""2016-12-13t2:00:00.1999999999+10:59""#, "2016-12-13t2:00:00.1999999999+10:59", Refused),
        (r#""2026-01-01T24:00:00Z""#, "2026-01-01T24:00:00Z", Refused),
        (r#""2026-01-01T00:60:00Z""#, "2026-01-01T00:60:00Z", Refused),
        (r#""2026-01-01T00:00:60Z""#, "2026-01-01T00:00:60Z", Refused),
        (r#""9223372036854775808""#, "9223372036854775808", Refused),
        (r#""Thu, 01 Jan 2026 00:00:00 GMT""#, "Thu, 01 Jan 2026 00:00:00 GMT", Refused),
        (r#""sdfdsf""#, "sdfdsf", Refused),
        (r#""1.5""#, "1.5", Refused),
        (r#""""#, "", Refused),
        (r#""${aws:CurrentTime}""#, "${aws:CurrentTime}", Refused),
        (r#""2026-*""#, "2026-*", Refused),
        ("true", "", Meant),
    ];
    for operator in ["DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals", "DateLessThanIfExists"] {
        check(operator, rows);
    }
}

#[test]
fn addresses() {
    let rows: &[(&str, &str, Taken)] = &[
        (r#""203.0.113.0/24""#, "", Meant),
        (r#""203.0.113.5""#, "", Meant),
        (r#""0.0.0.0/0""#, "", Meant),
        (r#""2001:db8::/32""#, "", Meant),
        (r#""2001:db8::1""#, "", Meant),
        (r#""::/0""#, "", Meant),
        (r#""203.0.113.999/24""#, "203.0.113.999/24", Refused),
        (r#""example.com""#, "example.com", Refused),
        (r#""1.2.3""#, "1.2.3", Refused),
        (r#""10.0.0.0/33""#, "10.0.0.0/33", Refused),
        (r#""10.0.0.0/""#, "10.0.0.0/", Refused),
        (r#""10.0.0.0/8 ""#, "10.0.0.0/8 ", Refused),
        (r#""10.0.0.*""#, "10.0.0.*", Refused),
        (r#""10.0.0.0-10.0.0.9""#, "10.0.0.0-10.0.0.9", Refused),
        (r#""${aws:SourceIp}""#, "${aws:SourceIp}", Refused),
        (r#""""#, "", Refused),
        ("10", "10", Refused),
    ];
    for operator in ["IpAddress", "NotIpAddress", "IpAddressIfExists", "ForAnyValue:IpAddress"] {
        check(operator, rows);
    }
}

#[test]
fn arns() {
    let rows: &[(&str, &str, Taken)] = &[
        (r#""arn:aws:iam::111122223333:role/lab""#, "", Meant),
        (r#""arn:aws:iam::*:role/*""#, "", Meant),
        (r#""arn:*:s3:::b""#, "", Meant),
        (r#""arn:aws:*:*:*:*""#, "", Meant),
        (r#""arn:aws:s3:::b/${aws:username}""#, "", Meant),
        (r#""*""#, "", Meant),
        (r#""nope""#, "nope", Refused),
        (r#""arn:aws:s3:b""#, "arn:aws:s3:b", Refused),
        (r#""arn:*""#, "arn:*", Refused),
        (r#""arn:aws:iam:*""#, "arn:aws:iam:*", Refused),
        (r#""${aws:PrincipalArn}""#, "${aws:PrincipalArn}", Refused),
        (r#""lab*""#, "lab*", Refused),
        (r#""""#, "", Refused),
        ("10", "10", Refused),
    ];
    for operator in ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "ArnLikeIfExists", "ForAnyValue:ArnLike"] {
        check(operator, rows);
    }
}

#[test]
fn bytes() {
    let rows: &[(&str, &str, Taken)] = &[
        (r#""YWJj""#, "", Meant),
        (r#""YWJjZA==""#, "", Meant),
        (r#""QmluYXJ5VmFsdWVJbkJhc2U2NA==""#, "", Meant),
        (r#""!!!""#, "!!!", Refused),
        (r#""abc""#, "abc", Refused),
        (r#""YWJj==""#, "YWJj==", Refused),
        (r#""YW-_""#, "YW-_", Refused),
        (r#""${aws:username}""#, "${aws:username}", Refused),
    ];
    check("BinaryEquals", rows);
    check("BinaryEqualsIfExists", rows);
}

#[test]
fn truth() {
    let rows: &[(&str, &str, Taken)] = &[
        (r#""true""#, "", Meant),
        (r#""false""#, "", Meant),
        (r#""TRUE""#, "", Meant),
        ("true", "", Meant),
        ("false", "", Meant),
        (r#""yes""#, "yes", Useless),
        (r#""1""#, "1", Useless),
        ("1", "1", Useless),
        (r#""""#, "", Useless),
        (r#""tru*""#, "tru*", Useless),
        (r#""${aws:SecureTransport}""#, "${aws:SecureTransport}", Useless),
    ];
    check("Bool", rows);
    check("BoolIfExists", rows);
    check("Null", rows);
}

/// Texts can be anything. A `*` where it is no wildcard is told, unless it is written as the character.
#[test]
fn texts() {
    for operator in ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringEqualsIfExists"] {
        for values in [r#""""#, r#""x""#, "10", "true", r#""${aws:username}""#, r#""${*}""#, r#""a?c""#, r#"["a","b"]"#]
        {
            assert_eq!(found_in(Inline, operator, values), [""; 0], "{operator} {values}");
        }
        for value in ["*", "x*", "*x", "a*c", "${aws:username}*"] {
            let line = format!(
                "warning: {operator} reads the * of {value:?} as a plain character, at Statement[0].Condition.{operator}.aws:username [policy-wildcard-literal]"
            );
            assert_eq!(found_in(Inline, operator, &format!("{value:?}")), [line], "{operator} {value}");
        }
    }
    for operator in ["StringLike", "StringNotLike", "ForAnyValue:StringLike", "StringLikeIfExists"] {
        for values in [r#""*""#, r#""x*""#, r#""${*}""#, r#"["a*","b?"]"#] {
            assert_eq!(found_in(Inline, operator, values), [""; 0], "{operator} {values}");
        }
    }
}

/// In a list the item is named, and each that is wrong.
#[test]
fn items_of_a_list() {
    assert_eq!(
        found_in(Inline, "NumericLessThan", r#"[10,"ten","20","x"]"#),
        [
            r#"error: NumericLessThan cannot read "ten", at Statement[0].Condition.NumericLessThan.aws:username[1] [policy-condition-value]"#,
            r#"error: NumericLessThan cannot read "x", at Statement[0].Condition.NumericLessThan.aws:username[3] [policy-condition-value]"#,
        ]
    );
}

/// IAM: `Syntax errors in policy.` for an operator that it does not know. It takes `ForAllValues:Null`, which means nothing.
#[test]
fn operators() {
    let rows: &[(&str, Option<&str>)] = &[
        ("StringEquals", None),
        ("StringEqualsIfExists", None),
        ("ForAllValues:StringEquals", None),
        ("ForAnyValue:StringNotLikeIfExists", None),
        ("Null", None),
        ("StringEqual", Some("error")),
        ("StringEqualz", Some("error")),
        ("stringEquals", Some("error")),
        ("StringMatches", Some("error")),
        ("StringNotEqualsIfExist", Some("error")),
        ("Equals", Some("error")),
        ("ArnLikeIgnoreCase", Some("error")),
        ("NumericNotLessThan", Some("error")),
        ("NotBool", Some("error")),
        ("BinaryNotEquals", Some("error")),
        ("forAnyValue:StringEquals", Some("error")),
        ("ForAnyValues:StringEquals", Some("error")),
        ("ForAnyValue::StringEquals", Some("error")),
        ("ForAllValues:", Some("error")),
        ("", Some("error")),
        ("NullIfExists", Some("error")),
        ("ForAnyValue:NullIfExists", Some("error")),
        ("ForAllValues:Null", Some("warning")),
        ("ForAnyValue:Null", Some("warning")),
    ];
    for (operator, severity) in rows {
        let place = if operator.is_empty() { "Statement[0].Condition." } else { "Statement[0].Condition" };
        let place = if operator.is_empty() { place.to_owned() } else { format!("{place}.{operator}") };
        let expected: Vec<String> = severity
            .iter()
            .map(|severity| {
                format!("{severity}: {operator:?} is no condition operator, at {place} [policy-condition-operator]")
            })
            .collect();
        assert_eq!(found_in(Inline, operator, r#""true""#), expected, "{operator}");
    }
    // Without keys it is taken, whatever it is called.
    let text = document(r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"Foo":{},"Null":{}}}"#);
    assert_eq!(found(Inline, &text), [""; 0]);
}
