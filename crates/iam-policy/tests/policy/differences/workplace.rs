//! Whole policies of a workplace with Databricks and SageMaker, and the changes that are made to them.

use super::there_and_back;

/// What the lab adds to a role of someone else.
#[test]
fn the_workspace_may_pass_the_role() {
    let before = [
        r#"{"Sid":"Compute","Effect":"Allow","Action":["ec2:RunInstances","ec2:TerminateInstances","ec2:DescribeInstances"],"Resource":"*"}"#,
    ];
    let after = [
        r#"{"Sid":"Compute","Effect":"Allow","Action":["ec2:RunInstances","ec2:TerminateInstances","ec2:DescribeInstances"],"Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role when StringEquals iam:PassedToService = ec2.amazonaws.com
    back:
    narrows - iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role when StringEquals iam:PassedToService = ec2.amazonaws.com
    ");
}

/// Another cluster's role.
#[test]
fn the_workspace_may_pass_one_role_more() {
    let before = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":["arn:aws:iam::111122223333:role/lab"],"Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":["arn:aws:iam::111122223333:role/lab","arn:aws:iam::111122223333:role/production"],"Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/production when StringEquals iam:PassedToService = ec2.amazonaws.com
    back:
    narrows - iam:PassRole on arn:aws:iam::111122223333:role/production when StringEquals iam:PassedToService = ec2.amazonaws.com
    ");
}

/// And no cluster starts.
#[test]
fn the_workspace_may_pass_it_no_more() {
    let before = [
        r#"{"Effect":"Allow","Action":["iam:GetRole","iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/lab"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["iam:GetRole"],"Resource":"arn:aws:iam::111122223333:role/lab"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows - iam:PassRole on arn:aws:iam::111122223333:role/lab
    back:
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/lab
    ");
}

/// What a notebook needs that starts training.
#[test]
fn the_role_passes_itself_to_sagemaker() {
    let before = [r#"{"Effect":"Allow","Action":"iam:GetRole","Resource":"arn:aws:iam::111122223333:role/lab"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":["iam:GetRole","iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/lab"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/lab
    back:
    narrows - iam:PassRole on arn:aws:iam::111122223333:role/lab
    ");
}

/// The managed policy's star becomes what the lab calls.
#[test]
fn full_access_gives_way() {
    let before = [r#"{"Effect":"Allow","Action":["sagemaker:*","s3:*","ecr:*"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":["sagemaker:CreateTrainingJob","sagemaker:InvokeEndpoint"],"Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"}"#,
        r#"{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetAuthorizationToken"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + ecr:BatchGetImage, ecr:GetAuthorizationToken on *
    neither + s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    neither + sagemaker:CreateTrainingJob, sagemaker:InvokeEndpoint on *
    narrows - ecr:*, s3:*, sagemaker:* on *
    back:
    widens  + ecr:*, s3:*, sagemaker:* on *
    neither - ecr:BatchGetImage, ecr:GetAuthorizationToken on *
    neither - s3:GetObject, s3:PutObject on arn:aws:s3:::lab/*
    neither - sagemaker:CreateTrainingJob, sagemaker:InvokeEndpoint on *
    ");
}

/// The way it goes when nobody looks.
#[test]
fn full_access_comes_back() {
    let before = [
        r#"{"Effect":"Allow","Action":["sagemaker:InvokeEndpoint"],"Resource":"arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab"}"#,
        r#"{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::lab/*"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["sagemaker:*","s3:*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:*, sagemaker:* on *
    neither - s3:GetObject on arn:aws:s3:::lab/*
    neither - sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab
    back:
    neither + s3:GetObject on arn:aws:s3:::lab/*
    neither + sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab
    narrows - s3:*, sagemaker:* on *
    ");
}

/// A part of the ARN becomes a star.
#[test]
fn one_endpoint_becomes_all() {
    let before = [
        r#"{"Sid":"Invoke","Effect":"Allow","Action":["sagemaker:InvokeEndpoint","sagemaker:InvokeEndpointAsync"],"Resource":"arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab"}"#,
    ];
    let after = [
        r#"{"Sid":"Invoke","Effect":"Allow","Action":["sagemaker:InvokeEndpoint","sagemaker:InvokeEndpointAsync"],"Resource":"arn:aws:sagemaker:*:111122223333:endpoint/*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointAsync on arn:aws:sagemaker:*:111122223333:endpoint/*
    neither - sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointAsync on arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab
    back:
    neither + sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointAsync on arn:aws:sagemaker:us-east-1:111122223333:endpoint/lab
    narrows - sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointAsync on arn:aws:sagemaker:*:111122223333:endpoint/*
    ");
}

/// Reading and writing of one repository.
#[test]
fn images_are_pushed() {
    let before = [
        r#"{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:111122223333:repository/lab"}"#,
        r#"{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:InitiateLayerUpload","ecr:PutImage"],"Resource":"arn:aws:ecr:us-east-1:111122223333:repository/lab"}"#,
        r#"{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + ecr:InitiateLayerUpload on arn:aws:ecr:us-east-1:111122223333:repository/lab
    widens  + ecr:PutImage on arn:aws:ecr:us-east-1:111122223333:repository/lab
    back:
    narrows - ecr:InitiateLayerUpload on arn:aws:ecr:us-east-1:111122223333:repository/lab
    narrows - ecr:PutImage on arn:aws:ecr:us-east-1:111122223333:repository/lab
    ");
}

/// Every ARN twice.
#[test]
fn a_second_region() {
    let before = [
        r#"{"Effect":"Allow","Action":["sagemaker:InvokeEndpoint"],"Resource":["arn:aws:sagemaker:us-east-1:111122223333:endpoint/a","arn:aws:sagemaker:us-east-1:111122223333:endpoint/b"]}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":["sagemaker:InvokeEndpoint"],"Resource":["arn:aws:sagemaker:us-east-1:111122223333:endpoint/a","arn:aws:sagemaker:us-east-1:111122223333:endpoint/b","arn:aws:sagemaker:eu-west-1:111122223333:endpoint/a","arn:aws:sagemaker:eu-west-1:111122223333:endpoint/b"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:111122223333:endpoint/a
    widens  + sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:111122223333:endpoint/b
    back:
    narrows - sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:111122223333:endpoint/a
    narrows - sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:111122223333:endpoint/b
    ");
}

/// Nothing stays but the words.
#[test]
fn the_account_moves() {
    let before = [r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/lab"}"#];
    let after = [r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"arn:aws:iam::444455556666:role/lab"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on arn:aws:iam::444455556666:role/lab
    narrows - iam:PassRole on arn:aws:iam::111122223333:role/lab
    back:
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/lab
    narrows - iam:PassRole on arn:aws:iam::444455556666:role/lab
    ");
}

/// Two steps, as Unity Catalog's page has them.
#[test]
fn the_storage_role_trusts_itself_last() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0000"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL","arn:aws:iam::111122223333:role/lab-storage"]},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + AWS arn:aws:iam::111122223333:role/lab-storage may sts:AssumeRole when StringEquals sts:ExternalId = 0a1b2c3d
    widens  Condition StringEquals sts:ExternalId now accepts 0a1b2c3d for AWS arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL may sts:AssumeRole
    narrows Condition StringEquals sts:ExternalId no longer accepts 0000 for AWS arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL may sts:AssumeRole
    back:
    narrows - AWS arn:aws:iam::111122223333:role/lab-storage may sts:AssumeRole when StringEquals sts:ExternalId = 0a1b2c3d
    widens  Condition StringEquals sts:ExternalId now accepts 0000 for AWS arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL may sts:AssumeRole
    narrows Condition StringEquals sts:ExternalId no longer accepts 0a1b2c3d for AWS arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL may sts:AssumeRole
    ");
}

/// Five statements became three: nothing happened.
#[test]
fn a_module_was_refactored() {
    let before = [
        r#"{"Sid":"ListA","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::a"}"#,
        r#"{"Sid":"ListB","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}"#,
        r#"{"Sid":"Objects","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#,
        r#"{"Sid":"Guard","Effect":"Deny","Action":"s3:DeleteBucket","Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
    ];
    let after = [
        r#"{"Sid":"List","Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#,
        r#"{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"]}"#,
        r#"{"Sid":"Guard","Effect":"Deny","Action":"s3:DeleteBucket","Resource":["arn:aws:s3:::b","arn:aws:s3:::a"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 2 statements ("ListA", "ListB") are merged into 1 statement ("List"), which means the same: s3:ListBucket on arn:aws:s3:::a, arn:aws:s3:::b
    neither 1 statement ("Objects") is split into 2 statements ("Read", "Write"), which mean the same: s3:GetObject, s3:PutObject on arn:aws:s3:::a/*, arn:aws:s3:::b/*
    back:
    neither 1 statement ("List") is split into 2 statements ("ListA", "ListB"), which mean the same: s3:ListBucket on arn:aws:s3:::a, arn:aws:s3:::b
    neither 2 statements ("Read", "Write") are merged into 1 statement ("Objects"), which means the same: s3:GetObject, s3:PutObject on arn:aws:s3:::a/*, arn:aws:s3:::b/*
    "#);
}

/// One bucket's objects were forgotten among much that only moved.
#[test]
fn a_module_was_refactored_with_a_slip() {
    let before = [
        r#"{"Sid":"ListA","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::a"}"#,
        r#"{"Sid":"ListB","Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}"#,
        r#"{"Sid":"Objects","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#,
    ];
    let after = [
        r#"{"Sid":"List","Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#,
        r#"{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::a/*"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    narrows - s3:PutObject on arn:aws:s3:::b/*
    neither 2 statements ("ListA", "ListB") are merged into 1 statement ("List"), which means the same: s3:ListBucket on arn:aws:s3:::a, arn:aws:s3:::b
    back:
    widens  + s3:PutObject on arn:aws:s3:::b/*
    neither 1 statement ("List") is split into 2 statements ("ListA", "ListB"), which mean the same: s3:ListBucket on arn:aws:s3:::a, arn:aws:s3:::b
    "#);
}
