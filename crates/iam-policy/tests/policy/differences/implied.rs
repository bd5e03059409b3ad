//! One condition becomes another, of every kind: what that does to the access as it is told, held against the decisions of
//! requests with sample values. `widens` and `narrows` are told where they are so; where more is told than the samples show,
//! the row says it.

use std::collections::BTreeMap;

use super::judged::untold;
use super::statements;
use crate::support::policy;
use iam_policy::{Breadth, Policy, Request, diff, evaluate};

fn document(effect: &str, condition: &str) -> Policy {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{{{condition}}}"#) };
    policy(&statements(&[&format!(r#"{{"Effect":"{effect}","Action":"a:1","Resource":"*"{condition}}}"#)]))
}

/// Requests in which the key `aws:k` is absent, has one of the samples, or the first two at once.
fn requests(samples: &[&str]) -> Vec<Request<'static>> {
    let one = samples.iter().map(|sample| vec![(*sample).to_owned()]);
    let several = samples.get(..2).map(|two| two.iter().map(|sample| (*sample).to_owned()).collect());
    let values = one.chain(several).chain([Vec::new()]);
    let request = |values| {
        let context = BTreeMap::from([("aws:k".to_owned(), values)]);
        Request { principal: None, action: "a:1", resource: Some("x"), context }
    };
    values.map(request).collect()
}

/// What is told of the way from one condition to another: `widens`, `narrows`, both, or `neither`.
fn told(effect: &str, old: &str, new: &str, samples: &[&str]) -> String {
    let (before, after) = (document(effect, old), document(effect, new));
    let changes = diff(Some(&before), Some(&after));
    // A denial alone decides nothing that is allowed, so each is looked at beside a right to everything.
    let everything = document("Allow", "");
    let decide = |policy: &Policy| {
        let policies: &[&Policy] = if effect == "Deny" { &[policy, &everything] } else { &[policy] };
        requests(samples).iter().map(|request| evaluate(policies, request)).collect()
    };
    let wrong = untold(&changes, &decide(&before), &decide(&after));
    assert_eq!(wrong, None, "{effect}: {old} to {new}: {changes:#?}");
    let has = |breadth| changes.iter().any(|change| change.breadth == breadth);
    match (has(Breadth::Widens), has(Breadth::Narrows)) {
        (true, true) => "both",
        (true, false) => "widens",
        (false, true) => "narrows",
        (false, false) => "neither",
    }
    .to_owned()
}

/// Rows of an old and a new condition, and what is told of the way there. The way back and the same of a denial follow from it.
fn check(samples: &[&str], rows: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (old, new, expected) in rows {
        let turned = match *expected {
            "widens" => "narrows",
            "narrows" => "widens",
            same => same,
        };
        for (effect, from, to, expected) in [
            ("Allow", old, new, *expected),
            ("Allow", new, old, turned),
            ("Deny", old, new, turned),
            ("Deny", new, old, *expected),
        ] {
            let found = told(effect, from, to, samples);
            if found != expected {
                wrong.push(format!("{effect}: {from} to {to}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn strings() {
    check(
        &["a", "b", "ab", "A", "abc", "a*", "", "ä"],
        &[
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringEquals":{"aws:k":["a","b"]}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringEquals":{"aws:k":"b"}"#, "both"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringEqualsIgnoreCase":{"aws:k":"a"}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringEqualsIgnoreCase":{"aws:k":"A"}"#, "widens"),
            (r#""StringEqualsIgnoreCase":{"aws:k":"a"}"#, r#""StringEqualsIgnoreCase":{"aws:k":"A"}"#, "neither"),
            (r#""StringEqualsIgnoreCase":{"aws:k":["a","B"]}"#, r#""StringEqualsIgnoreCase":{"aws:k":"A"}"#, "narrows"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringLike":{"aws:k":"a"}"#, "neither"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringLike":{"aws:k":"a*"}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a*"}"#, r#""StringLike":{"aws:k":"a*"}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a*"}"#, r#""StringLike":{"aws:k":"a?"}"#, "widens"),
            (r#""StringEquals":{"aws:k":["a","b"]}"#, r#""StringLike":{"aws:k":"?"}"#, "widens"),
            (r#""StringLike":{"aws:k":"a*"}"#, r#""StringLike":{"aws:k":"*"}"#, "widens"),
            (r#""StringLike":{"aws:k":"a*"}"#, r#""StringLike":{"aws:k":["ab*","a"]}"#, "narrows"),
            (r#""StringLike":{"aws:k":"a?"}"#, r#""StringLike":{"aws:k":"?b"}"#, "both"),
            (r#""StringLike":{"aws:k":"*"}"#, r#""Null":{"aws:k":"false"}"#, "both"),
            (r#""StringNotEquals":{"aws:k":"a"}"#, r#""StringNotEquals":{"aws:k":["a","b"]}"#, "narrows"),
            (r#""StringNotEquals":{"aws:k":"a"}"#, r#""StringNotLike":{"aws:k":"a*"}"#, "narrows"),
            (r#""StringNotEquals":{"aws:k":"a"}"#, r#""StringNotEqualsIgnoreCase":{"aws:k":"a"}"#, "narrows"),
            (r#""StringNotLike":{"aws:k":"a*"}"#, r#""StringNotLike":{"aws:k":"ab*"}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringNotEquals":{"aws:k":"a"}"#, "both"),
            (r#""StringEquals":{"aws:k":"a"}"#, "", "widens"),
            (r#""StringNotEquals":{"aws:k":"a"}"#, "", "widens"),
        ],
    );
}

#[test]
fn absent_keys() {
    check(
        &["a", "b", "ab"],
        &[
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringEqualsIfExists":{"aws:k":"a"}"#, "widens"),
            (r#""StringEqualsIfExists":{"aws:k":"a"}"#, r#""StringEqualsIfExists":{"aws:k":["a","b"]}"#, "widens"),
            (r#""StringEquals":{"aws:k":"a"}"#, r#""StringLikeIfExists":{"aws:k":"a*"}"#, "widens"),
            (r#""StringLike":{"aws:k":"a*"}"#, r#""StringEqualsIfExists":{"aws:k":"a"}"#, "both"),
            (r#""StringNotEquals":{"aws:k":"a"}"#, r#""StringNotEqualsIfExists":{"aws:k":"a"}"#, "neither"),
            (r#""StringNotEqualsIfExists":{"aws:k":"a"}"#, r#""StringNotLike":{"aws:k":"a*"}"#, "narrows"),
            (r#""Null":{"aws:k":"true"}"#, r#""Null":{"aws:k":"false"}"#, "both"),
            (r#""Null":{"aws:k":"true"}"#, r#""Null":{"aws:k":"TRUE"}"#, "neither"),
            (r#""StringEqualsIfExists":{"aws:k":"a"}"#, "", "widens"),
        ],
    );
}

#[test]
fn sets() {
    check(
        &["a", "b", "ab"],
        &[
            (
                r#""ForAnyValue:StringEquals":{"aws:k":"a"}"#,
                r#""ForAnyValue:StringEquals":{"aws:k":["a","b"]}"#,
                "widens",
            ),
            (r#""ForAnyValue:StringEquals":{"aws:k":"a"}"#, r#""ForAnyValue:StringLike":{"aws:k":"a*"}"#, "widens"),
            (
                r#""ForAllValues:StringEquals":{"aws:k":"a"}"#,
                r#""ForAllValues:StringEquals":{"aws:k":["a","b"]}"#,
                "widens",
            ),
            (r#""ForAllValues:StringLike":{"aws:k":"a*"}"#, r#""ForAllValues:StringEquals":{"aws:k":"a"}"#, "narrows"),
            (r#""ForAnyValue:StringEquals":{"aws:k":"a"}"#, r#""ForAllValues:StringEquals":{"aws:k":"a"}"#, "both"),
            (
                r#""ForAllValues:StringNotEquals":{"aws:k":"a"}"#,
                r#""ForAllValues:StringNotEquals":{"aws:k":["a","b"]}"#,
                "narrows",
            ),
        ],
    );
}

#[test]
fn numbers() {
    check(
        &["1", "2", "10", "1.0", "0", "-3", "9.5", "x", "170141183460469231731687303715884105727"],
        &[
            (r#""NumericEquals":{"aws:k":"10"}"#, r#""NumericEquals":{"aws:k":"10.0"}"#, "neither"),
            (r#""NumericEquals":{"aws:k":"10"}"#, r#""NumericEquals":{"aws:k":"1e1"}"#, "neither"),
            (r#""NumericEquals":{"aws:k":"1"}"#, r#""NumericEquals":{"aws:k":"2"}"#, "both"),
            (r#""NumericEquals":{"aws:k":"1e400"}"#, r#""NumericEquals":{"aws:k":"2e400"}"#, "both"),
            (r#""NumericEquals":{"aws:k":"1e400"}"#, r#""NumericEquals":{"aws:k":"10e399"}"#, "neither"),
            (r#""NumericLessThan":{"aws:k":"1e400"}"#, r#""NumericLessThan":{"aws:k":"2e400"}"#, "widens"),
            (r#""NumericLessThan":{"aws:k":"2"}"#, r#""NumericLessThan":{"aws:k":"10"}"#, "widens"),
            (r#""NumericLessThan":{"aws:k":"2"}"#, r#""NumericLessThanEquals":{"aws:k":"2"}"#, "widens"),
            (r#""NumericLessThanEquals":{"aws:k":"1"}"#, r#""NumericLessThan":{"aws:k":"2"}"#, "widens"),
            (r#""NumericEquals":{"aws:k":"1"}"#, r#""NumericLessThan":{"aws:k":"2"}"#, "widens"),
            (r#""NumericEquals":{"aws:k":"2"}"#, r#""NumericLessThan":{"aws:k":"2"}"#, "both"),
            (r#""NumericEquals":{"aws:k":"2"}"#, r#""NumericGreaterThanEquals":{"aws:k":"2"}"#, "widens"),
            (r#""NumericGreaterThan":{"aws:k":"2"}"#, r#""NumericGreaterThan":{"aws:k":"1"}"#, "widens"),
            (r#""NumericGreaterThan":{"aws:k":"2"}"#, r#""NumericLessThan":{"aws:k":"2"}"#, "both"),
            (r#""NumericGreaterThanEquals":{"aws:k":"2"}"#, r#""NumericGreaterThan":{"aws:k":"1.5"}"#, "widens"),
            (r#""NumericNotEquals":{"aws:k":"1"}"#, r#""NumericNotEquals":{"aws:k":["1","2"]}"#, "narrows"),
            (r#""NumericNotEquals":{"aws:k":"1"}"#, r#""NumericNotEquals":{"aws:k":"1.0"}"#, "neither"),
            (
                r#""NumericLessThan":{"aws:k":"170141183460469231731687303715884105726"}"#,
                r#""NumericLessThan":{"aws:k":"170141183460469231731687303715884105727"}"#,
                "widens",
            ),
        ],
    );
}

#[test]
fn dates() {
    check(
        &["2026-06-30T00:00:00Z", "2026-06-30T02:00:00+02:00", "2026-12-31T00:00:00Z", "1782777600", "2025-01-01", "x"],
        &[
            (
                r#""DateLessThan":{"aws:k":"2026-06-30T00:00:00Z"}"#,
                r#""DateLessThan":{"aws:k":"2026-12-31T00:00:00Z"}"#,
                "widens",
            ),
            (
                r#""DateLessThan":{"aws:k":"2026-06-30T00:00:00Z"}"#,
                r#""DateLessThan":{"aws:k":"2026-06-30T02:00:00+02:00"}"#,
                "neither",
            ),
            (
                r#""DateLessThan":{"aws:k":"2026-06-30T00:00:00Z"}"#,
                r#""DateLessThanEquals":{"aws:k":"2026-06-30"}"#,
                "widens",
            ),
            (r#""DateGreaterThan":{"aws:k":"2026-06-30"}"#, r#""DateGreaterThan":{"aws:k":"2025-01-01"}"#, "widens"),
            (r#""DateGreaterThan":{"aws:k":"2026-06-30"}"#, r#""DateLessThan":{"aws:k":"2026-06-30"}"#, "both"),
            (r#""DateEquals":{"aws:k":"2026-06-30"}"#, r#""DateEquals":{"aws:k":"1782777600"}"#, "neither"),
            (r#""DateNotEquals":{"aws:k":"2026-06-30"}"#, r#""DateNotEquals":{"aws:k":"2025-01-01"}"#, "both"),
        ],
    );
}

#[test]
fn addresses() {
    check(
        &["203.0.113.7", "203.0.113.200", "198.51.100.1", "2001:db8::1", "::1", "x"],
        &[
            (r#""IpAddress":{"aws:k":"203.0.113.0/24"}"#, r#""IpAddress":{"aws:k":"203.0.0.0/16"}"#, "widens"),
            (r#""IpAddress":{"aws:k":"203.0.113.7"}"#, r#""IpAddress":{"aws:k":"203.0.113.7/32"}"#, "neither"),
            (r#""IpAddress":{"aws:k":"203.0.113.7/24"}"#, r#""IpAddress":{"aws:k":"203.0.113.0/24"}"#, "neither"),
            (
                r#""IpAddress":{"aws:k":"203.0.113.0/24"}"#,
                r#""IpAddress":{"aws:k":["203.0.113.0/25","203.0.113.128/25"]}"#,
                "narrows",
            ),
            (r#""IpAddress":{"aws:k":"203.0.113.0/24"}"#, r#""IpAddress":{"aws:k":"198.51.100.0/24"}"#, "both"),
            (r#""IpAddress":{"aws:k":"0.0.0.0/0"}"#, r#""IpAddress":{"aws:k":"::/0"}"#, "both"),
            (r#""IpAddress":{"aws:k":"2001:DB8::/32"}"#, r#""IpAddress":{"aws:k":"2001:db8::/31"}"#, "widens"),
            (r#""NotIpAddress":{"aws:k":"203.0.113.0/24"}"#, r#""NotIpAddress":{"aws:k":"203.0.0.0/16"}"#, "narrows"),
            (r#""IpAddress":{"aws:k":"203.0.113.0/24"}"#, r#""NotIpAddress":{"aws:k":"203.0.113.0/24"}"#, "both"),
        ],
    );
}

#[test]
fn arns() {
    check(
        &[
            "arn:aws:iam::111122223333:role/lab",
            "arn:aws:iam::111122223333:role/x/lab",
            "arn:aws:iam::444455556666:role/lab",
            "arn:aws:s3:::lab",
            "x",
        ],
        &[
            (
                r#""ArnEquals":{"aws:k":"arn:aws:iam::111122223333:role/lab"}"#,
                r#""ArnLike":{"aws:k":"arn:aws:iam::111122223333:role/lab"}"#,
                "neither",
            ),
            (
                r#""ArnLike":{"aws:k":"arn:aws:iam::111122223333:role/lab"}"#,
                r#""ArnLike":{"aws:k":"arn:aws:iam::*:role/lab"}"#,
                "widens",
            ),
            (
                r#""ArnLike":{"aws:k":"arn:aws:iam::111122223333:role/*"}"#,
                r#""ArnLike":{"aws:k":"arn:*:*:*:*:*"}"#,
                "widens",
            ),
            (r#""ArnLike":{"aws:k":"arn:*:*:*:*:*"}"#, r#""ArnLike":{"aws:k":"*"}"#, "widens"),
            (
                r#""ArnLike":{"aws:k":"arn:aws:iam::111122223333:*"}"#,
                r#""ArnLike":{"aws:k":"arn:aws:iam::111122223333:role/*"}"#,
                "narrows",
            ),
            // A `*` reaches over no colon.
            (r#""ArnLike":{"aws:k":"arn:aws:*"}"#, r#""ArnLike":{"aws:k":"arn:aws:iam::*:*"}"#, "both"),
            (
                r#""ArnNotLike":{"aws:k":"arn:aws:iam::111122223333:role/lab"}"#,
                r#""ArnNotLike":{"aws:k":"arn:aws:iam::*:role/lab"}"#,
                "narrows",
            ),
            (
                r#""ArnNotEquals":{"aws:k":"arn:aws:iam::*:role/lab"}"#,
                r#""ArnEquals":{"aws:k":"arn:aws:iam::*:role/lab"}"#,
                "both",
            ),
        ],
    );
}

#[test]
fn truth_and_bytes() {
    check(
        &["true", "false", "TRUE", "QUI=", "x"],
        &[
            (r#""Bool":{"aws:k":"true"}"#, r#""Bool":{"aws:k":"TRUE"}"#, "neither"),
            (r#""Bool":{"aws:k":"true"}"#, r#""Bool":{"aws:k":"false"}"#, "both"),
            (r#""Bool":{"aws:k":"true"}"#, r#""BoolIfExists":{"aws:k":"true"}"#, "widens"),
            (r#""Bool":{"aws:k":"true"}"#, r#""Bool":{"aws:k":["true","false"]}"#, "widens"),
            (r#""BinaryEquals":{"aws:k":"QUI="}"#, r#""BinaryEquals":{"aws:k":["QUI=","QQ=="]}"#, "widens"),
            (r#""BinaryEquals":{"aws:k":"QUI="}"#, r#""BinaryEquals":{"aws:k":"QQ=="}"#, "both"),
        ],
    );
}

/// A variable stands for text that is not known, so what has one is the same as itself only.
#[test]
fn variables() {
    check(
        &["a", "b"],
        &[
            (r#""StringEquals":{"aws:k":"${aws:x}"}"#, r#""StringLike":{"aws:k":"${aws:x}"}"#, "neither"),
            (r#""StringLike":{"aws:k":"${aws:x}"}"#, r#""StringLike":{"aws:k":["${aws:x}","a"]}"#, "widens"),
            (r#""StringLike":{"aws:k":"${aws:x}"}"#, r#""StringLike":{"aws:k":"${aws:x}*"}"#, "both"),
            (r#""StringEquals":{"aws:k":"${aws:x}"}"#, r#""StringEquals":{"aws:k":"${aws:y}"}"#, "both"),
        ],
    );
}
