//! Documents as they were sent and as AWS answers them: one meaning, and no drift.

use super::assert_meaning;

/// IAM answers lists in an order of its own.
#[test]
fn the_trust_of_two_services() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "sagemaker.amazonaws.com"]}, "Action": "sts:AssumeRole"}
  ]
}"#;
    assert_meaning(one, other, true);
}

/// The account's number becomes the ARN of its root.
#[test]
fn the_trust_of_an_account() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"414351767826"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}}}]}"#;
    assert_meaning(one, other, true);
}

/// Numbers and ARNs in one list, sorted anew.
#[test]
fn the_trust_of_accounts_and_roles() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["444455556666","arn:aws:iam::111122223333:role/b","arn:aws:iam::111122223333:role/a","111122223333"]},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b","arn:aws:iam::111122223333:root","arn:aws:iam::444455556666:root"]},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, true);
}

/// Terraform's `jsonencode` keeps lists, the console does not.
#[test]
fn a_list_of_one() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    assert_meaning(one, other, true);
}

/// Keys in another order, and a boolean as one.
#[test]
fn what_cdk_writes() {
    let one = r#"{"Statement":[{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":{"AWS":"*"},"Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}],"Version":"2012-10-17"}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":["s3:*"],"Resource":["arn:aws:s3:::lab/*","arn:aws:s3:::lab"],"Condition":{"Bool":{"aws:SecureTransport":[false]}}}]}"#;
    assert_meaning(one, other, true);
}

/// A number in a condition becomes a text, and its digits stay.
#[test]
fn what_cloudformation_keeps() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThanEquals":{"s3:max-keys":10}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThanEquals":{"s3:max-keys":["10"]}}}]}"#;
    assert_meaning(one, other, true);
}

/// The oldest version is what IAM takes it for.
#[test]
fn a_document_with_no_version() {
    let one = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-2:111122223333:MyQueue"}]}"#;
    let other = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"SQS:SendMessage","Resource":"arn:aws:sqs:us-east-2:111122223333:MyQueue"}]}"#;
    assert_meaning(one, other, true);
}

/// SNS answers its actions with capitals.
#[test]
fn actions_in_the_services_own_spelling() {
    let one = r#"{"Version":"2008-10-17","Id":"p","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"*"},"Action":["sns:Publish","sns:Subscribe"],"Resource":"arn:aws:sns:us-east-2:111122223333:MyTopic","Condition":{"StringEquals":{"aws:SourceOwner":"111122223333"}}}]}"#;
    let other = r#"{"Version":"2008-10-17","Id":"p","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:Subscribe","SNS:Publish"],"Resource":"arn:aws:sns:us-east-2:111122223333:MyTopic","Condition":{"StringEquals":{"AWS:SourceOwner":"111122223333"}}}]}"#;
    assert_meaning(one, other, true);
}

/// The wizard for another account leaves one behind.
#[test]
fn the_empty_condition_of_the_console() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole","Condition":{}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, true);
}

/// What a template leaves where all its keys are conditional.
#[test]
fn operators_without_keys() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"},"StringLike":{},"ArnLike":{}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}"#;
    assert_meaning(one, other, true);
}

/// What a template leaves where a list is empty.
#[test]
fn types_of_principals_without_any() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","AWS":[],"Federated":[]},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, true);
}

/// Two modules that add the same.
#[test]
fn a_statement_twice() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:PutLogEvents","logs:CreateLogStream"],"Resource":"*"},{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["*"]}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#;
    assert_meaning(one, other, true);
}

/// Python escapes what is not ASCII, and PHP its slashes.
#[test]
fn escapes() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab\/caf\u00e9\/\u002a"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/café/*"}]}"#;
    assert_meaning(one, other, true);
}

/// It trusts two roles, in either order.
#[test]
fn the_role_of_unity_catalog() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL","arn:aws:iam::111122223333:role/lab-storage"]},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":["0a1b2c3d"]}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}},"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/lab-storage","arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"]}}]}"#;
    assert_meaning(one, other, true);
}

/// Thirty actions that somebody sorted.
#[test]
fn the_policy_of_the_workspace() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1403287045000","Effect":"Allow","Action":["ec2:RunInstances","ec2:TerminateInstances","ec2:CreateTags","ec2:AttachVolume","ec2:DescribeInstances","ec2:DescribeInstances"],"Resource":["*"]}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1403287045000","Effect":"Allow","Action":["ec2:AttachVolume","ec2:CreateTags","ec2:DescribeInstances","ec2:RunInstances","ec2:TerminateInstances"],"Resource":"*"}]}"#;
    assert_meaning(one, other, true);
}
