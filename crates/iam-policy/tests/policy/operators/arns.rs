//! `ArnEquals`, `ArnLike` and their negations: part by part, and each two behave identically.

use super::Holds::{No, Yes};
use super::{ABSENT, ABSENT_NEGATED, ALL_NO, ALL_YES, Row, check};

const ROLE: &[&str] = &["arn:aws:iam::111122223333:role/lab"];
const QUEUE: &[&str] = &["arn:aws:sqs:us-east-2:111122223333:orders"];

#[test]
fn arn_equals_and_arn_like() {
    let rows: &[Row] = &[
        (r#""arn:aws:iam::111122223333:role/lab""#, ROLE, ALL_YES),
        // The case counts in every part.
        (r#""arn:aws:iam::111122223333:role/Lab""#, ROLE, ALL_NO),
        (r#""arn:aws:IAM::111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""ARN:aws:iam::111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws-cn:iam::111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:sts::111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:iam:us-east-1:111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::444455556666:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:role/other""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:role/lab/x""#, ROLE, ALL_NO),
        // Wildcards in each part.
        (r#""arn:*:iam::111122223333:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:*::111122223333:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:i*m::111122223333:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam:*:111122223333:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::*:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::1111*:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::????????????:role/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::???????????:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:role/*""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:*""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:*/lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:role/l?b""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:role/l?""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:user/*""#, ROLE, ALL_NO),
        (r#""arn:*:*:*:*:*""#, ROLE, ALL_YES),
        (r#""*:*:*:*:*:*""#, ROLE, ALL_YES),
        (r#""*""#, ROLE, ALL_YES),
        (r#""*""#, &["no ARN"], ALL_NO),
        (r#""arn:aws:sqs:*:111122223333:*""#, QUEUE, ALL_YES),
        (r#""arn:aws:sqs:us-*:111122223333:*""#, QUEUE, ALL_YES),
        (r#""arn:aws:sqs:eu-*:111122223333:*""#, QUEUE, ALL_NO),
        (r#""arn:aws:sqs::111122223333:orders""#, QUEUE, ALL_NO),
        // A wildcard does not reach over a colon, as in AWS's example, except in the last part.
        (
            r#""arn:aws:someservice:*:111122223333:finance/*""#,
            &["arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"],
            ALL_NO,
        ),
        (r#""arn:aws:iam:*:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:*:role/lab""#, ROLE, ALL_NO),
        (r#""arn:*""#, ROLE, ALL_NO),
        (r#""arn:aws:iam:*""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::*""#, ROLE, ALL_NO),
        (r#""arn:aws:sns:*:*:topic:*""#, &["arn:aws:sns:us-east-1:111122223333:topic:sub:1"], ALL_YES),
        (r#""arn:aws:sns:*:*:topic""#, &["arn:aws:sns:us-east-1:111122223333:topic:sub"], ALL_NO),
        (r#""arn:aws:logs:*:*:log-group:*:log-stream:x""#, &["arn:aws:logs:r:1:log-group:a:b:log-stream:x"], ALL_YES),
        // What is no ARN matches nothing, not itself either.
        (r#""lab""#, &["lab"], ALL_NO),
        (r#""arn:aws:iam::111122223333""#, &["arn:aws:iam::111122223333"], ALL_NO),
        (r#""arn:aws:iam::111122223333:role/lab""#, &["lab"], ALL_NO),
        (r#""arn:aws:iam::111122223333:role/lab""#, &["arn:aws:iam::111122223333:role/l*"], ALL_NO),
        (r#""arn:aws:iam::111122223333:role/lab""#, &[""], [No, No, Yes, No]),
        (r#"["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/lab"]"#, ROLE, ALL_YES),
        (r#"["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b"]"#, ROLE, ALL_NO),
        (r#"["lab","arn:aws:iam::111122223333:role/l*"]"#, ROLE, ALL_YES),
        (
            r#""arn:aws:iam::111122223333:role/*""#,
            &["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:user/b"],
            [Yes, Yes, No, Yes],
        ),
        (
            r#""arn:aws:iam::111122223333:role/*""#,
            &["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"],
            ALL_YES,
        ),
        ("[]", ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:role/lab""#, &[], ABSENT),
        (r#""*""#, &[], ABSENT),
    ];
    check("ArnEquals", rows);
    check("ArnLike", rows);
}

#[test]
fn arn_not_equals_and_arn_not_like() {
    let rows: &[Row] = &[
        (r#""arn:aws:iam::111122223333:role/lab""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:role/Lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:role/*""#, ROLE, ALL_NO),
        (r#""arn:aws:iam::111122223333:user/*""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::*:role/l?b""#, ROLE, ALL_NO),
        (r#""arn:aws:iam:*""#, ROLE, ALL_YES),
        (r#""*""#, ROLE, ALL_NO),
        (r#""lab""#, ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:role/lab""#, &["lab"], ALL_YES),
        (r#"["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/lab"]"#, ROLE, ALL_NO),
        (r#"["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b"]"#, ROLE, ALL_YES),
        (
            r#""arn:aws:iam::111122223333:role/*""#,
            &["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:user/b"],
            [No, No, No, Yes],
        ),
        ("[]", ROLE, ALL_YES),
        (r#""arn:aws:iam::111122223333:role/lab""#, &[], ABSENT_NEGATED),
    ];
    check("ArnNotEquals", rows);
    check("ArnNotLike", rows);
}
