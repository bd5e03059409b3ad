//! What another statement allows or denies anyway: such a line neither widens nor narrows, and no other line is kept from it.

use super::there_and_back;

/// The pattern allowed it before.
#[test]
fn a_narrower_action_comes() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject on arn:aws:s3:::lab/*
    back:
    neither - s3:GetObject on arn:aws:s3:::lab/*
    ");
}

/// Each was allowed before, and the pattern is not any more.
#[test]
fn a_pattern_becomes_actions() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    narrows - s3:* on arn:aws:s3:::lab/*
    back:
    widens  + s3:* on arn:aws:s3:::lab/*
    neither - s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    ");
}

/// The other way round it widens.
#[test]
fn actions_become_a_pattern() {
    let before =
        [r#"{"Effect":"Allow","Action":["sagemaker:CreateEndpoint","sagemaker:DeleteEndpoint"],"Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","Action":["sagemaker:*Endpoint"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + sagemaker:*Endpoint on *
    neither - sagemaker:CreateEndpoint, sagemaker:DeleteEndpoint on *
    back:
    neither + sagemaker:CreateEndpoint, sagemaker:DeleteEndpoint on *
    narrows - sagemaker:*Endpoint on *
    ");
}

/// It stands for one character.
#[test]
fn a_question_mark() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab-?"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::lab-1","arn:aws:s3:::lab-12"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:* on arn:aws:s3:::lab-12
    neither + s3:* on arn:aws:s3:::lab-1
    narrows - s3:* on arn:aws:s3:::lab-?
    back:
    widens  + s3:* on arn:aws:s3:::lab-?
    narrows - s3:* on arn:aws:s3:::lab-12
    neither - s3:* on arn:aws:s3:::lab-1
    ");
}

/// One half each.
#[test]
fn two_statements_cover_together() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}"#,
        r#"{"Sid":"Both","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    back:
    neither - s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    ");
}

/// Put on y is new, and so the line widens.
#[test]
fn they_leave_a_corner() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"y"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"y"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:PutObject on y
    back:
    narrows - s3:PutObject on y
    ");
}

/// What is denied stays denied.
#[test]
fn an_allow_under_a_denial() {
    let before = [r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + iam:CreateUser on *
    back:
    neither - iam:CreateUser on *
    ");
}

/// Nothing is gained, and other policies lose.
#[test]
fn an_allow_under_a_denial_that_comes_with_it() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"iam:Create*","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + iam:CreateUser on *
    narrows + Deny iam:Create* on *
    back:
    neither - iam:CreateUser on *
    widens  - Deny iam:Create* on *
    ");
}

/// The denial has a condition, and the allow has not.
#[test]
fn an_allow_under_half_a_denial() {
    let before = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:CreateUser on *
    back:
    narrows - iam:CreateUser on *
    ");
}

/// Both hold, or neither.
#[test]
fn an_allow_under_a_denial_of_the_same_condition() {
    let before = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + iam:CreateUser on * when Bool aws:MultiFactorAuthPresent = false
    back:
    neither - iam:CreateUser on * when Bool aws:MultiFactorAuthPresent = false
    ");
}

/// Other policies may allow it: that widens.
#[test]
fn a_denial_goes_with_what_it_denied() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + ec2:Describe* on *
    neither - s3:GetObject on *
    widens  - Deny s3:GetObject on *
    back:
    neither + s3:GetObject on *
    narrows + Deny s3:GetObject on *
    narrows - ec2:Describe* on *
    ");
}

/// Both lines narrow.
#[test]
fn a_denial_takes_the_place_of_an_allow() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#];
    let after = [r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny s3:GetObject on *
    narrows - s3:GetObject on *
    back:
    widens  + s3:GetObject on *
    widens  - Deny s3:GetObject on *
    ");
}

/// What is denied no more is allowed by whoever allows it.
#[test]
fn a_denial_becomes_narrower() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + Deny s3:Delete* on *
    widens  - Deny s3:* on *
    back:
    narrows + Deny s3:* on *
    neither - Deny s3:Delete* on *
    ");
}

/// What was denied still is.
#[test]
fn a_denial_becomes_wider() {
    let before = [r#"{"Effect":"Deny","Action":["s3:DeleteBucket","s3:DeleteObject"],"Resource":"arn:aws:s3:::lab"}"#];
    let after = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny s3:* on *
    neither - Deny s3:DeleteBucket, s3:DeleteObject on arn:aws:s3:::lab
    back:
    neither + Deny s3:DeleteBucket, s3:DeleteObject on arn:aws:s3:::lab
    widens  - Deny s3:* on *
    ");
}

/// It denies nothing new.
#[test]
fn a_denial_repeats_a_part_of_another() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#,
        r#"{"Sid":"NoDelete","Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + Deny s3:DeleteBucket on *
    back:
    neither - Deny s3:DeleteBucket on *
    ");
}
