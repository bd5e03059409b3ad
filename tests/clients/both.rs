//! Two clients at once: what the AWS CLI does to the account is what the workspace sees.

use reconcile_sandbox::Config;
use serde_json::json;

use crate::support::lab::{PROFILE_ARN, ROLE, ROLE_ARN, WORKSPACE_ROLE};
use crate::support::sandbox::TestSandbox;

#[test]
fn a_profile_is_registered_only_when_the_workspace_may_pass_its_role() {
    let sandbox = TestSandbox::start(Config::default());
    let (aws, mut workspace) = (sandbox.aws_cli(), sandbox.databricks_sdk());
    let registration = json!({"instance_profile_arn": PROFILE_ARN});

    insta::assert_snapshot!(workspace.refusal("instance_profiles.add", &registration), @"BadRequest DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: Value (arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue)");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    });
    let trust = trust.to_string();
    aws.call("iam create-role", &[("role-name", ROLE), ("assume-role-policy-document", &trust)]);
    aws.call("iam create-instance-profile", &[("instance-profile-name", ROLE)]);
    aws.call("iam add-role-to-instance-profile", &[("instance-profile-name", ROLE), ("role-name", ROLE)]);

    insta::assert_snapshot!(workspace.refusal("instance_profiles.add", &registration), @"BadRequest DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: You are not authorized to perform this operation. Encoded authorization failure message: c2FuZGJveDppYW06UGFzc1JvbGU");
    let cluster = json!({
        "cluster_name": "too early",
        "spark_version": "16.4.x-cpu-ml-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 1,
        "aws_attributes": {"instance_profile_arn": PROFILE_ARN},
    });
    insta::assert_snapshot!(workspace.refusal("clusters.create", &cluster), @"InvalidParameterValue INVALID_PARAMETER_VALUE: The instance profile arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role is not registered in this workspace, or the caller may not use it.");

    let pass = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": [ROLE_ARN]}],
    });
    let pass = pass.to_string();
    let options = [("role-name", WORKSPACE_ROLE), ("policy-name", "pass"), ("policy-document", pass.as_str())];
    aws.call("iam put-role-policy", &options);
    workspace.call("instance_profiles.add", &registration);
    assert_eq!(workspace.call("instance_profiles.list", &json!({})), json!([registration]));
}
