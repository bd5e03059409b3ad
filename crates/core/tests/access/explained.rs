//! Databricks' trial launch, explained by the chain.

use reconcile_core::access::explain;
use reconcile_core::id::{Address, Kind};
use reconcile_core::manifest::Manifest;
use rstest::rstest;

use crate::world::{DATABRICKS_TRUST, OTHER_TRUST, before, lab};

const UNAUTHORIZED: &str = "databricks:instance-profiles/add: DRY_RUN_FAILED: Verification of the instance profile failed. AWS \
    error: You are not authorized to perform this operation. Encoded authorization failure message: c2FuZGJveA";
const UNSEEN: &str = "databricks:instance-profiles/add: DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: \
    Value (arn) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN";
const EMPTY: &str = "databricks:instance-profiles/add: DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: \
    IAM Instance Profile \"arn\" has no associated IAM Roles";
const STATEMENT: &str = "{Effect: Allow, Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]}";
const WITH_ROLE: &str = "cluster: {name: \"${var.cluster_role}\", role: \"${iam.roles.cluster.name}\"}";

fn explained(error: &str, manifest: &Manifest) -> String {
    let address = Address::new(Kind::DatabricksInstanceProfile, "cluster");
    explain(error, &address, manifest, &before(manifest, DATABRICKS_TRUST)).expect("an explanation")
}

#[test]
fn the_missing_permission_is_named() {
    let other = "{Effect: Allow, Action: iam:PassRole, Resource: 'arn:aws:iam::111122223333:role/glue'}";
    insta::assert_snapshot!(explained(UNAUTHORIZED, &lab(&[(STATEMENT, other)])), @r#"the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/glue and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#);
}

#[test]
fn a_permission_that_is_there_is_too_new_or_not_the_workspaces() {
    insta::assert_snapshot!(explained(UNAUTHORIZED, &lab(&[])), @r#"iam.roles.workspace may pass arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role to EC2. If that is new, apply again in two minutes; if the workspace works with another role, add to an inline policy of the workspace's cross-account role: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}; where a service control policy forbids the trial launch itself, set `skip_validation: true`"#);
}

#[test]
fn where_no_role_is_the_workspaces_the_statement_is_told() {
    let nothing = "{Effect: Allow, Action: ec2:RunInstances, Resource: '*'}";
    let manifest = lab(&[(STATEMENT, nothing)]);
    let address = Address::new(Kind::DatabricksInstanceProfile, "cluster");
    let text = explain(UNAUTHORIZED, &address, &manifest, &before(&manifest, OTHER_TRUST)).expect("an explanation");
    insta::assert_snapshot!(text, @r#"add to an inline policy of the workspace's cross-account role: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}; where a service control policy forbids the trial launch itself, set `skip_validation: true`"#);
}

#[test]
fn a_profile_that_ec2_does_not_see() {
    insta::assert_snapshot!(explained(UNSEEN, &lab(&[])), @"iam.instance_profiles.cluster holds the instance profile databricks-cluster-sagemaker-access-role: EC2 does not see it yet, then apply again in a minute, or the workspace works in another account than that of arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role");
}

#[test]
fn a_profile_without_a_role() {
    insta::assert_snapshot!(explained(EMPTY, &lab(&[])), @"iam.instance_profiles.cluster puts the role databricks-cluster-sagemaker-access-role into it: EC2 does not see that yet, then apply again in a minute");
    let empty = lab(&[(WITH_ROLE, "cluster: {name: \"${var.cluster_role}\", role: null}")]);
    insta::assert_snapshot!(explained(EMPTY, &empty), @"the instance profile databricks-cluster-sagemaker-access-role (iam.instance_profiles.cluster) holds no role: write `role: NAME` in iam.instance_profiles.cluster");
}

#[rstest]
#[case::another_failure(
    "databricks:instance-profiles/add: PERMISSION_DENIED: no",
    Kind::DatabricksInstanceProfile,
    "cluster"
)]
#[case::another_cause(
    "databricks:instance-profiles/add: DRY_RUN_FAILED: AWS error: unsupported zone",
    Kind::DatabricksInstanceProfile,
    "cluster"
)]
#[case::another_resource(UNAUTHORIZED, Kind::DatabricksCluster, "lab")]
#[case::no_resource(UNAUTHORIZED, Kind::DatabricksInstanceProfile, "gone")]
fn what_the_chain_does_not_explain_is_left_alone(#[case] error: &str, #[case] kind: Kind, #[case] id: &str) {
    let manifest = lab(&[]);
    assert_eq!(explain(error, &Address::new(kind, id), &manifest, &before(&manifest, DATABRICKS_TRUST)), None);
}
