//! Policy variables in the values of conditions
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).

use std::collections::BTreeMap;

use super::Holds::{self, No, Unknown, Yes};
use super::holds_in;

/// What the request says besides the key in question.
fn context(given: &str) -> BTreeMap<String, Vec<String>> {
    let pairs: [(&str, &[&str]); 6] = [
        ("test:k", &[given]),
        ("aws:username", &["alice"]),
        ("aws:PrincipalTag/team", &["blue*"]),
        ("aws:PrincipalTag/empty", &[""]),
        ("aws:TagKeys", &["a", "b"]),
        ("aws:SourceIdentity", &[]),
    ];
    pairs
        .into_iter()
        .map(|(key, values)| (key.to_owned(), values.iter().map(|value| (*value).to_owned()).collect()))
        .collect()
}

fn check(rows: &[(&str, &str, &str, Holds)]) {
    for (operator, values, given, expected) in rows {
        let found = holds_in(operator, values, &context(given), "2012-10-17");
        assert_eq!(found, *expected, "{operator} {values} of {given}");
    }
}

#[test]
fn texts() {
    check(&[
        ("StringEquals", r#""${aws:username}""#, "alice", Yes),
        ("StringEquals", r#""${aws:username}""#, "bob", No),
        ("StringEquals", r#""${aws:username}""#, "${aws:username}", No),
        ("StringEquals", r#""${AWS:UserName}""#, "alice", Yes),
        ("StringEquals", r#""home/${aws:username}/""#, "home/alice/", Yes),
        ("StringEquals", r#""${aws:username}${aws:username}""#, "alicealice", Yes),
        ("StringEquals", r#""${aws:username}-${aws:PrincipalTag/team}""#, "alice-blue*", Yes),
        ("StringNotEquals", r#""${aws:username}""#, "alice", No),
        ("StringNotEquals", r#""${aws:username}""#, "bob", Yes),
        ("StringEqualsIgnoreCase", r#""${aws:username}""#, "ALICE", Yes),
        ("StringNotEqualsIgnoreCase", r#""${aws:username}""#, "ALICE", No),
        ("StringLike", r#""home/${aws:username}/*""#, "home/alice/docs", Yes),
        ("StringLike", r#""home/${aws:username}/*""#, "home/bob/docs", No),
        ("StringNotLike", r#""home/${aws:username}/*""#, "home/alice/docs", No),
        // A wildcard in a value is a character.
        ("StringLike", r#""${aws:PrincipalTag/team}""#, "blue*", Yes),
        ("StringLike", r#""${aws:PrincipalTag/team}""#, "blueish", No),
        ("StringEquals", r#""${aws:PrincipalTag/team}""#, "blue*", Yes),
        // An empty value is a value.
        ("StringEquals", r#""x${aws:PrincipalTag/empty}y""#, "xy", Yes),
        ("ForAnyValue:StringEquals", r#""${aws:username}""#, "alice", Yes),
        ("ForAllValues:StringLike", r#""${aws:username}*""#, "alice2", Yes),
        ("StringEqualsIfExists", r#""${aws:username}""#, "alice", Yes),
    ]);
}

#[test]
fn arns() {
    check(&[
        ("ArnLike", r#""arn:aws:iam::1:user/${aws:username}""#, "arn:aws:iam::1:user/alice", Yes),
        ("ArnLike", r#""arn:aws:iam::1:user/${aws:username}""#, "arn:aws:iam::1:user/bob", No),
        ("ArnEquals", r#""arn:aws:iam::1:user/${aws:username}/*""#, "arn:aws:iam::1:user/alice/x", Yes),
        ("ArnNotEquals", r#""arn:aws:iam::1:user/${aws:username}""#, "arn:aws:iam::1:user/alice", No),
        ("ArnNotLike", r#""arn:aws:iam::1:user/${aws:username}""#, "arn:aws:iam::1:user/bob", Yes),
        ("ArnLike", r#""arn:aws:iam::1:user/${aws:PrincipalTag/team}""#, "arn:aws:iam::1:user/blueish", No),
        ("ArnLike", r#""arn:aws:iam::1:user/${aws:PrincipalTag/team}""#, "arn:aws:iam::1:user/blue*", Yes),
    ]);
}

/// "You can't use a policy variable with other operators": there it is text, which is no number, date, address or base64.
#[test]
fn operators_without_variables() {
    check(&[
        ("NumericEquals", r#""${test:k}""#, "10", No),
        ("NumericNotEquals", r#""${test:k}""#, "10", Yes),
        ("NumericLessThan", r#""${aws:EpochTime}""#, "10", No),
        ("DateEquals", r#""${test:k}""#, "2026-01-01", No),
        ("DateLessThan", r#""${aws:CurrentTime}""#, "2026-01-01", No),
        ("IpAddress", r#""${test:k}""#, "203.0.113.1", No),
        ("NotIpAddress", r#""${aws:SourceIp}""#, "203.0.113.1", Yes),
        ("BinaryEquals", r#""${test:k}""#, "QQ==", No),
        ("Null", r#""${test:k}""#, "true", No),
    ]);
}

/// The three characters that have a variable of their own.
#[test]
fn special_characters() {
    check(&[
        ("StringEquals", r#""${*}""#, "*", Yes),
        ("StringEquals", r#""${?}""#, "?", Yes),
        ("StringEquals", r#""${$}""#, "$", Yes),
        ("StringEquals", r#""${*}""#, "x", No),
        ("StringLike", r#""a${*}c""#, "a*c", Yes),
        ("StringLike", r#""a${*}c""#, "abc", No),
        ("StringLike", r#""a${*}*""#, "a*c", Yes),
        ("StringLike", r#""a${?}c""#, "a?c", Yes),
        ("StringLike", r#""a${?}c""#, "abc", No),
        ("StringLike", r#""a${$}c""#, "a$c", Yes),
        ("StringLike", r#""${$}{aws:username}""#, "${aws:username}", Yes),
        ("StringLike", r#""${$}{aws:username}""#, "alice", No),
        ("ArnLike", r#""arn:aws:s3:::b/${*}""#, "arn:aws:s3:::b/*", Yes),
        ("ArnLike", r#""arn:aws:s3:::b/${*}""#, "arn:aws:s3:::b/x", No),
        // A dollar sign by itself is itself.
        ("StringEquals", r#""$x""#, "$x", Yes),
        ("StringEquals", r#""a${b""#, "a${b", Yes),
        ("StringEquals", r#""a$""#, "a$", Yes),
        ("StringEquals", r#""}{""#, "}{", Yes),
    ]);
}

/// "To add a default value to a variable, surround the default value with single quotes, and separate the variable text and the
/// default value with a comma and space."
#[test]
fn defaults() {
    check(&[
        ("StringEquals", r#""${aws:SourceIdentity, 'anonymous'}""#, "anonymous", Yes),
        ("StringEquals", r#""${aws:SourceIdentity, 'anonymous'}""#, "alice", No),
        ("StringEquals", r#""${aws:SourceIdentity, ''}""#, "", Yes),
        ("StringEquals", r#""x/${aws:SourceIdentity, 'a b'}/y""#, "x/a b/y", Yes),
        ("StringEquals", r#""${aws:SourceIdentity,'anonymous'}""#, "anonymous", Yes),
        ("StringEquals", r#""${ aws:SourceIdentity , 'anonymous' }""#, "anonymous", Yes),
        // A value that is there goes before the default.
        ("StringEquals", r#""${aws:username, 'anonymous'}""#, "alice", Yes),
        ("StringEquals", r#""${aws:username, 'anonymous'}""#, "anonymous", No),
        ("StringEquals", r#""${aws:PrincipalTag/empty, 'anonymous'}""#, "", Yes),
        // A wildcard in a default is a character, as in every value.
        ("StringLike", r#""${aws:SourceIdentity, '*'}""#, "x", No),
        ("StringLike", r#""${aws:SourceIdentity, '*'}""#, "*", Yes),
        ("ArnLike", r#""arn:aws:s3:::b/${aws:SourceIdentity, 'x'}""#, "arn:aws:s3:::b/x", Yes),
        // Without its quotes it is no default.
        ("StringEquals", r#""${aws:SourceIdentity, anonymous}""#, "anonymous", No),
        ("StringEquals", r#""${aws:SourceIdentity, \"anonymous\"}""#, "anonymous", No),
        // What is not given may be there, so the default may not be what counts.
        ("StringEquals", r#""${aws:userid, 'anonymous'}""#, "anonymous", Unknown),
    ]);
}

/// "When policy variables reference a condition context key that has no value or is not present in an authorization context for a
/// request, the value is effectively null. There is no equal or like value to it." A negated operator holds against it.
#[test]
fn variables_without_a_value() {
    check(&[
        ("StringEquals", r#""${aws:SourceIdentity}""#, "x", No),
        ("StringEquals", r#""${aws:SourceIdentity}""#, "", No),
        ("StringEquals", r#""x${aws:SourceIdentity}""#, "x", No),
        ("StringLike", r#""*${aws:SourceIdentity}*""#, "x", No),
        ("StringNotEquals", r#""${aws:SourceIdentity}""#, "x", Yes),
        ("StringNotLike", r#""${aws:SourceIdentity}""#, "x", Yes),
        ("ArnLike", r#""arn:aws:s3:::${aws:SourceIdentity}""#, "arn:aws:s3:::x", No),
        ("ArnNotLike", r#""arn:aws:s3:::${aws:SourceIdentity}""#, "arn:aws:s3:::x", Yes),
        ("StringEqualsIfExists", r#""${aws:SourceIdentity}""#, "x", No),
        ("StringEquals", r#"["${aws:SourceIdentity}","x"]"#, "x", Yes),
        ("ForAnyValue:StringEquals", r#""${aws:SourceIdentity}""#, "x", No),
        ("ForAllValues:StringNotEquals", r#""${aws:SourceIdentity}""#, "x", Yes),
    ]);
}

/// A key that the request does not give is asked for, unless the answer is the same without it.
#[test]
fn variables_that_are_not_known() {
    check(&[
        ("StringEquals", r#""${aws:userid}""#, "x", Unknown),
        ("StringNotEquals", r#""${aws:userid}""#, "x", Unknown),
        ("StringLike", r#""x${aws:userid}*""#, "xyz", Unknown),
        ("ArnLike", r#""arn:aws:s3:::${aws:userid}""#, "arn:aws:s3:::x", Unknown),
        ("StringEquals", r#"["${aws:userid}","x"]"#, "x", Yes),
        ("StringNotEquals", r#"["${aws:userid}","x"]"#, "x", No),
        // A key with several values cannot stand in a variable, and nothing says which one would.
        ("StringEquals", r#""${aws:TagKeys}""#, "a", Unknown),
        ("StringNotEquals", r#""${aws:TagKeys}""#, "c", Unknown),
    ]);
}

/// "If you don't include the Version element and set it to an appropriate version date, variables like ${aws:username} are
/// treated as literal strings in the policy."
#[test]
fn the_old_version() {
    let rows: &[(&str, &str, &str, Holds)] = &[
        ("StringEquals", r#""${aws:username}""#, "alice", No),
        ("StringEquals", r#""${aws:username}""#, "${aws:username}", Yes),
        ("StringEquals", r#""${aws:userid}""#, "${aws:userid}", Yes),
        ("StringNotEquals", r#""${aws:username}""#, "alice", Yes),
        ("StringLike", r#""home/${aws:username}/*""#, "home/${aws:username}/x", Yes),
        ("StringLike", r#""home/${aws:username}/*""#, "home/alice/x", No),
        // `${*}` is a pattern then: a dollar sign, a brace, any text, a brace.
        ("StringLike", r#""${*}""#, "${x}", Yes),
        ("StringLike", r#""${*}""#, "*", No),
        ("StringEquals", r#""${*}""#, "${*}", Yes),
        ("StringEquals", r#""${aws:username, 'x'}""#, "x", No),
        ("ArnLike", r#""arn:aws:iam::1:user/${aws:username}""#, "arn:aws:iam::1:user/alice", No),
    ];
    for (operator, values, given, expected) in rows {
        let found = holds_in(operator, values, &context(given), "2008-10-17");
        assert_eq!(found, *expected, "{operator} {values} of {given}");
    }
}
