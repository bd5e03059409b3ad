//! Statements that are cut in another way: what only moved is in no line.

use super::there_and_back;

/// The case that every console and every generator makes.
#[test]
fn two_actions_in_one_statement_or_in_two() {
    let before = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#,
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    back:
    neither 2 statements are merged into 1 statement, which means the same: s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    ");
}

/// The same by the resource.
#[test]
fn two_resources_in_one_statement_or_in_two() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: s3:GetObject on arn:aws:s3:::a/*, arn:aws:s3:::b/*
    back:
    neither 2 statements are merged into 1 statement, which means the same: s3:GetObject on arn:aws:s3:::a/*, arn:aws:s3:::b/*
    ");
}

/// The same by the principal, as in the trust policy of the lab.
#[test]
fn two_services_in_one_statement_or_in_two() {
    let before = [
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#,
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"sagemaker.amazonaws.com"}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: Service ec2.amazonaws.com, Service sagemaker.amazonaws.com may sts:AssumeRole
    back:
    neither 2 statements are merged into 1 statement, which means the same: Service ec2.amazonaws.com, Service sagemaker.amazonaws.com may sts:AssumeRole
    ");
}

/// A type of principals in a statement of its own.
#[test]
fn principals_of_two_types() {
    let before = [
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com","AWS":"111122223333"}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#,
        r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:root"}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: account 111122223333 (this account), Service ec2.amazonaws.com may sts:AssumeRole
    back:
    neither 2 statements are merged into 1 statement, which means the same: account 111122223333 (this account), Service ec2.amazonaws.com may sts:AssumeRole
    ");
}

/// What is denied is cut as well.
#[test]
fn denials() {
    let before = [r#"{"Effect":"Deny","Action":["iam:*","organizations:*"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"organizations:*","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: Deny iam:*, organizations:* on *
    back:
    neither 2 statements are merged into 1 statement, which means the same: Deny iam:*, organizations:* on *
    ");
}

/// Two actions on two resources, one statement each.
#[test]
fn four_quarters() {
    let before = [r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":["x","y"]}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"a:1","Resource":"y"}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":"y"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 4 statements, which mean the same: a:1, a:2 on x, y
    back:
    neither 4 statements are merged into 1 statement, which means the same: a:1, a:2 on x, y
    ");
}

/// The same block cut the other way.
#[test]
fn by_rows_or_by_columns() {
    let before = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"y"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":["x","y"]}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":["x","y"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 2 statements become 2 statements, which mean the same: a:1 on x, y; a:2 on x, y
    back:
    neither 2 statements become 2 statements, which mean the same: a:1, a:2 on x; a:1, a:2 on y
    ");
}

/// One is missing, and only that is told.
#[test]
fn three_quarters_are_not_four() {
    let before = [r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":["x","y"]}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"a:1","Resource":"y"}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows - a:2 on y
    back:
    widens  + a:2 on y
    ");
}

/// One is too many, and only that is told.
#[test]
fn five_quarters_are_not_four() {
    let before = [r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":["x","y"]}"#];
    let after = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"y"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + a:3 on y
    back:
    narrows - a:3 on y
    ");
}

/// The `Sid`s of both sides are said.
#[test]
fn with_names() {
    let before = [r#"{"Sid":"ReadWrite","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#];
    let after = [
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 1 statement ("ReadWrite") is split into 2 statements ("Read", "Write"), which mean the same: s3:GetObject, s3:PutObject on *
    back:
    neither 2 statements ("Read", "Write") are merged into 1 statement ("ReadWrite"), which means the same: s3:GetObject, s3:PutObject on *
    "#);
}

/// One half keeps the name of the whole.
#[test]
fn with_a_name_that_stays() {
    let before = [r#"{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#];
    let after = [
        r#"{"Sid":"Data","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 1 statement ("Data") is split into 2 statements ("Data"), which mean the same: s3:GetObject, s3:PutObject on *
    back:
    neither 2 statements ("Data") are merged into 1 statement ("Data"), which means the same: s3:GetObject, s3:PutObject on *
    "#);
}

/// What is cut keeps its conditions, values included.
#[test]
fn with_conditions() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"AWS:SECURETRANSPORT":true}}}"#,
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":["true"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: s3:GetObject, s3:PutObject on * when Bool aws:SecureTransport = true
    back:
    neither 2 statements are merged into 1 statement, which means the same: s3:GetObject, s3:PutObject on * when Bool aws:SecureTransport = true
    ");
}

/// That is told, for that half only.
#[test]
fn one_half_loses_its_condition() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition Bool aws:SecureTransport = true no longer required for s3:GetObject on *
    back:
    narrows Condition Bool aws:SecureTransport = true now required for s3:GetObject on *
    ");
}

/// The other effect is another statement.
#[test]
fn one_half_is_denied_instead() {
    let before = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny s3:PutObject on *
    narrows - s3:PutObject on *
    back:
    widens  + s3:PutObject on *
    widens  - Deny s3:PutObject on *
    ");
}
