//! What people do to policies by hand, and how a plan tells it.

use super::there_and_back;

/// The resource became everything.
#[test]
fn somebody_widened_by_a_star() {
    let before = [
        r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":["arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"]}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on *
    neither - iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    back:
    neither + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    narrows - iam:PassRole on *
    ");
}

/// Everything on everything.
#[test]
fn somebody_made_it_work() {
    let before = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + * on *
    neither - s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    back:
    neither + s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    narrows - * on *
    ");
}

/// Two ARNs for one bucket.
#[test]
fn somebody_added_a_bucket() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*","arn:aws:s3:::other","arn:aws:s3:::other/*"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject, s3:ListBucket on arn:aws:s3:::other
    widens  + s3:GetObject, s3:ListBucket on arn:aws:s3:::other/*
    back:
    narrows - s3:GetObject, s3:ListBucket on arn:aws:s3:::other
    narrows - s3:GetObject, s3:ListBucket on arn:aws:s3:::other/*
    ");
}

/// One action more on two resources.
#[test]
fn somebody_added_writing() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:PutObject on arn:aws:s3:::lab, arn:aws:s3:::lab/*
    back:
    narrows - s3:PutObject on arn:aws:s3:::lab, arn:aws:s3:::lab/*
    ");
}

/// Nothing but the name.
#[test]
fn somebody_renamed_a_statement() {
    let before = [r#"{"Sid":"Stmt1403287045000","Effect":"Allow","Action":"ec2:*","Resource":"*"}"#];
    let after = [r#"{"Sid":"Compute","Effect":"Allow","Action":"ec2:*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither Sid "Stmt1403287045000" becomes "Compute" for ec2:* on *
    back:
    neither Sid "Compute" becomes "Stmt1403287045000" for ec2:* on *
    "#);
}

/// The visual editor always does.
#[test]
fn the_console_named_a_statement() {
    let before = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}"#];
    let after =
        [r#"{"Sid":"VisualEditor0","Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither Sid none becomes "VisualEditor0" for s3:GetObject, s3:ListBucket on *
    back:
    neither Sid "VisualEditor0" becomes none for s3:GetObject, s3:ListBucket on *
    "#);
}

/// By what knows resources and what does not.
#[test]
fn the_console_cut_a_statement() {
    let before = [r#"{"Sid":"All","Effect":"Allow","Action":["s3:GetObject","s3:ListAllMyBuckets"],"Resource":"*"}"#];
    let after = [
        r#"{"Sid":"VisualEditor0","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Sid":"VisualEditor1","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 1 statement ("All") is split into 2 statements ("VisualEditor0", "VisualEditor1"), which mean the same: s3:GetObject, s3:ListAllMyBuckets on *
    back:
    neither 2 statements ("VisualEditor0", "VisualEditor1") are merged into 1 statement ("All"), which means the same: s3:GetObject, s3:ListAllMyBuckets on *
    "#);
}

/// The condition does not hold any more, because there is none.
#[test]
fn a_typo_in_an_element() {
    let before = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Conditions":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    widens  Condition StringEquals iam:PassedToService = ec2.amazonaws.com no longer required for iam:PassRole on *
    neither + unknown element Conditions: {"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}} for iam:PassRole on *
    back:
    narrows Condition StringEquals iam:PassedToService = ec2.amazonaws.com now required for iam:PassRole on *
    neither - unknown element Conditions: {"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}} for iam:PassRole on *
    "#);
}

/// IAM would refuse it.
#[test]
fn a_typo_in_the_effect() {
    let before = [r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"deny","Action":"iam:*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither + Effect "deny" for iam:* on *
    widens  - Deny iam:* on *
    back:
    narrows + Deny iam:* on *
    neither - Effect "deny" for iam:* on *
    "#);
}

/// `resource` is no `Resource`.
#[test]
fn a_typo_in_the_name_of_an_element() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:GetObject","resource":"arn:aws:s3:::lab/*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither + s3:GetObject with unknown element resource: "arn:aws:s3:::lab/*"
    narrows - s3:GetObject on arn:aws:s3:::lab/*
    back:
    widens  + s3:GetObject on arn:aws:s3:::lab/*
    neither - s3:GetObject with unknown element resource: "arn:aws:s3:::lab/*"
    "#);
}

/// As when a template comes from China.
#[test]
fn a_bucket_moved_to_another_partition() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws-cn:s3:::lab/*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject on arn:aws-cn:s3:::lab/*
    narrows - s3:GetObject on arn:aws:s3:::lab/*
    back:
    widens  + s3:GetObject on arn:aws:s3:::lab/*
    narrows - s3:GetObject on arn:aws-cn:s3:::lab/*
    ");
}

/// The bucket, but nothing in it.
#[test]
fn the_objects_were_forgotten() {
    let before = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::lab"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows - s3:GetObject, s3:ListBucket on arn:aws:s3:::lab/*
    back:
    widens  + s3:GetObject, s3:ListBucket on arn:aws:s3:::lab/*
    ");
}

/// The denial that kept a key safe.
#[test]
fn a_guard_was_taken_away() {
    let before = [
        r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#,
        r#"{"Sid":"Keep","Effect":"Deny","Action":["kms:DisableKey","kms:ScheduleKeyDeletion"],"Resource":"*"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  - Deny kms:DisableKey, kms:ScheduleKeyDeletion on *
    back:
    narrows + Deny kms:DisableKey, kms:ScheduleKeyDeletion on *
    ");
}

/// One key is excepted.
#[test]
fn a_guard_was_given_a_hole() {
    let before =
        [r#"{"Sid":"Keep","Effect":"Deny","Action":["kms:DisableKey","kms:ScheduleKeyDeletion"],"Resource":"*"}"#];
    let after = [
        r#"{"Sid":"Keep","Effect":"Deny","Action":["kms:DisableKey","kms:ScheduleKeyDeletion"],"NotResource":"arn:aws:kms:us-east-1:111122223333:key/scratch"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + Deny kms:DisableKey, kms:ScheduleKeyDeletion on everything but arn:aws:kms:us-east-1:111122223333:key/scratch
    widens  - Deny kms:DisableKey, kms:ScheduleKeyDeletion on *
    back:
    narrows + Deny kms:DisableKey, kms:ScheduleKeyDeletion on *
    neither - Deny kms:DisableKey, kms:ScheduleKeyDeletion on everything but arn:aws:kms:us-east-1:111122223333:key/scratch
    ");
}

/// Nothing in common, though the name stayed.
#[test]
fn everything_was_replaced() {
    let before = [r#"{"Sid":"Lab","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#];
    let after = [
        r#"{"Sid":"Lab","Effect":"Allow","Action":"sagemaker:InvokeEndpoint","Resource":"arn:aws:sagemaker:*:111122223333:endpoint/lab"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + sagemaker:InvokeEndpoint on arn:aws:sagemaker:*:111122223333:endpoint/lab
    narrows - s3:GetObject on arn:aws:s3:::lab/*
    back:
    widens  + s3:GetObject on arn:aws:s3:::lab/*
    narrows - sagemaker:InvokeEndpoint on arn:aws:sagemaker:*:111122223333:endpoint/lab
    ");
}

/// An empty document allows nothing.
#[test]
fn all_statements_went() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#,
    ];
    let after = [];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows - s3:GetObject on *
    widens  - Deny iam:* on *
    back:
    widens  + s3:GetObject on *
    narrows + Deny iam:* on *
    ");
}

/// Three statements, each told for itself.
#[test]
fn two_people_edited() {
    let before = [
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#,
        r#"{"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/lab"}"#,
        r#"{"Sid":"Guard","Effect":"Deny","Action":"iam:*User*","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:GetObjectTagging"],"Resource":"arn:aws:s3:::lab/*"}"#,
        r#"{"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/lab","Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}}"#,
        r#"{"Sid":"Guard","Effect":"Deny","Action":["iam:*User*","iam:*AccessKey*"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny iam:*AccessKey* on *
    widens  + s3:GetObjectTagging on arn:aws:s3:::lab/*
    narrows Condition StringEquals iam:PassedToService = sagemaker.amazonaws.com now required for iam:PassRole on arn:aws:iam::111122223333:role/lab
    back:
    widens  - Deny iam:*AccessKey* on *
    narrows - s3:GetObjectTagging on arn:aws:s3:::lab/*
    widens  Condition StringEquals iam:PassedToService = sagemaker.amazonaws.com no longer required for iam:PassRole on arn:aws:iam::111122223333:role/lab
    ");
}

/// Every statement narrower than before.
#[test]
fn the_lab_became_production() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"sagemaker:*","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::production/*"}"#,
        r#"{"Effect":"Allow","Action":"sagemaker:InvokeEndpoint","Resource":"arn:aws:sagemaker:us-east-1:111122223333:endpoint/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject, s3:PutObject on arn:aws:s3:::production/*
    neither + sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:111122223333:endpoint/*
    narrows - s3:* on *
    narrows - sagemaker:* on *
    back:
    widens  + s3:* on *
    widens  + sagemaker:* on *
    neither - s3:GetObject, s3:PutObject on arn:aws:s3:::production/*
    neither - sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:111122223333:endpoint/*
    ");
}
