//! Denials: what one loses is gained, whoever allows it; what one gains is lost.

use super::there_and_back;

/// Beside what it denies.
#[test]
fn a_denial_comes() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny s3:DeleteBucket on *
    back:
    widens  - Deny s3:DeleteBucket on *
    ");
}

/// It narrows.
#[test]
fn a_denial_of_one_action_more() {
    let before = [r#"{"Effect":"Deny","Action":["iam:CreateUser"],"Resource":"*"}"#];
    let after = [r#"{"Effect":"Deny","Action":["iam:CreateUser","iam:DeleteUser"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny iam:DeleteUser on *
    back:
    widens  - Deny iam:DeleteUser on *
    ");
}

/// It widens.
#[test]
fn a_denial_of_one_resource_less() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}"#];
    let after = [r#"{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::logs"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  - Deny s3:* on arn:aws:s3:::logs/*
    back:
    narrows + Deny s3:* on arn:aws:s3:::logs/*
    ");
}

/// In a bucket's policy.
#[test]
fn a_denial_of_one_principal_less() {
    let before = [
        r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b"]}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":["arn:aws:iam::111122223333:role/a"]}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  - AWS arn:aws:iam::111122223333:role/b may not s3:* on *
    back:
    narrows + AWS arn:aws:iam::111122223333:role/b may not s3:* on *
    ");
}

/// All others are let go.
#[test]
fn a_denial_of_everyone_becomes_one_of_a_role() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":"*"}"#];
    let after =
        [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + AWS arn:aws:iam::111122223333:role/a may not s3:* on *
    widens  - everyone may not s3:* on *
    back:
    narrows + everyone may not s3:* on *
    neither - AWS arn:aws:iam::111122223333:role/a may not s3:* on *
    ");
}

/// It denies always.
#[test]
fn a_denial_loses_its_condition() {
    let before = [
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    let after = [r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition BoolIfExists aws:MultiFactorAuthPresent = false no longer required for Deny * on *
    back:
    widens  Condition BoolIfExists aws:MultiFactorAuthPresent = false now required for Deny * on *
    ");
}

/// Both must hold now: it denies less.
#[test]
fn a_denial_gets_a_second_condition() {
    let before = [
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"},"Bool":{"aws:ViaAWSService":"false"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition Bool aws:ViaAWSService = false now required for Deny * on *
    back:
    narrows Condition Bool aws:ViaAWSService = false no longer required for Deny * on *
    ");
}

/// `IfExists` denies more.
#[test]
fn a_denial_for_those_without_the_key() {
    let before = [
        r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition Bool aws:MultiFactorAuthPresent = false becomes BoolIfExists = false for Deny everything but iam:* on *
    back:
    widens  Condition BoolIfExists aws:MultiFactorAuthPresent = false becomes Bool = false for Deny everything but iam:* on *
    ");
}

/// A positive list of a denial.
#[test]
fn a_denial_of_a_value_more() {
    let before = [
        r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringEquals":{"ec2:InstanceType":["p4d.24xlarge"]}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringEquals":{"ec2:InstanceType":["p4d.24xlarge","p5.48xlarge"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringEquals ec2:InstanceType now accepts p5.48xlarge for Deny ec2:RunInstances on *
    back:
    widens  Condition StringEquals ec2:InstanceType no longer accepts p5.48xlarge for Deny ec2:RunInstances on *
    ");
}

/// A positive list that becomes a pattern.
#[test]
fn a_denial_of_a_pattern() {
    let before = [
        r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringLike":{"ec2:InstanceType":["p4d.24xlarge","p5.48xlarge"]}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringLike":{"ec2:InstanceType":["p*"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringLike ec2:InstanceType now accepts p* for Deny ec2:RunInstances on *
    neither Condition StringLike ec2:InstanceType no longer accepts p4d.24xlarge, p5.48xlarge for Deny ec2:RunInstances on *
    back:
    neither Condition StringLike ec2:InstanceType now accepts p4d.24xlarge, p5.48xlarge for Deny ec2:RunInstances on *
    widens  Condition StringLike ec2:InstanceType no longer accepts p* for Deny ec2:RunInstances on *
    ");
}

/// The narrower one may go.
#[test]
fn two_denials_of_which_one_is_wider() {
    let before = [
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    let after = [r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither - Deny s3:DeleteObject on arn:aws:s3:::lab/*
    back:
    neither + Deny s3:DeleteObject on arn:aws:s3:::lab/*
    ");
}

/// The narrower one does not make up for it.
#[test]
fn two_denials_of_which_the_wider_goes() {
    let before = [
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    let after = [r#"{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::lab/*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  - Deny s3:Delete* on *
    back:
    narrows + Deny s3:Delete* on *
    ");
}

/// Twice wider.
#[test]
fn a_denial_becomes_an_allow() {
    let before = [r#"{"Sid":"Users","Effect":"Deny","Action":"iam:*User*","Resource":"*"}"#];
    let after = [r#"{"Sid":"Users","Effect":"Allow","Action":"iam:*User*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:*User* on *
    widens  - Deny iam:*User* on *
    back:
    narrows + Deny iam:*User* on *
    narrows - iam:*User* on *
    ");
}

/// One action of it.
#[test]
fn a_denial_moves_to_its_own_statement_with_a_condition() {
    let before = [r#"{"Effect":"Deny","Action":["s3:DeleteBucket","s3:DeleteObject"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","Action":["s3:DeleteBucket"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":["s3:DeleteObject"],"Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"ml"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringNotEquals aws:PrincipalTag/team = ml now required for Deny s3:DeleteObject on *
    back:
    narrows Condition StringNotEquals aws:PrincipalTag/team = ml no longer required for Deny s3:DeleteObject on *
    ");
}

/// Nothing is lost.
#[test]
fn an_allow_loses_what_was_denied_anyway() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither - s3:DeleteObject on *
    back:
    neither + s3:DeleteObject on *
    ");
}

/// Only what is not denied is gained.
#[test]
fn an_allow_gains_what_is_denied_in_part() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject","s3:PutObject"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:DeleteObject on *
    widens  + s3:PutObject on *
    back:
    neither - s3:DeleteObject on *
    narrows - s3:PutObject on *
    ");
}

/// Everything but reading is denied: writing was.
#[test]
fn the_same_denied_by_exception() {
    let before = [r#"{"Effect":"Deny","NotAction":["s3:Get*","s3:List*"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","NotAction":["s3:Get*","s3:List*"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":["s3:PutObject","s3:GetObjectAcl"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny s3:GetObjectAcl on *
    neither + Deny s3:PutObject on *
    back:
    widens  - Deny s3:GetObjectAcl on *
    neither - Deny s3:PutObject on *
    ");
}
