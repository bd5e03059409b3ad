//! The AWS CLI drives the sandbox's IAM, STS and SageMaker, with the commands of the lab's page first.

use reconcile_sandbox::{Behaviour, Config};
use serde_json::{Value, json};

use crate::support::aws_cli::AwsCli;
use crate::support::lab::{
    ACCOUNT, MANAGED_POLICIES, NOTEBOOK_INSTANCE, PROFILE_ARN, ROLE, ROLE_ARN, WORKSPACE_ROLE, managed_policy_arn,
};
use crate::support::sandbox::TestSandbox;

/// The page is of 2023, when its notebook platform could still be created.
fn sandbox_of_2023() -> TestSandbox {
    let behaviour = Behaviour { retired_platforms: true, ..Behaviour::default() };
    TestSandbox::start(Config { behaviour, ..Config::default() })
}

fn trust_policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    })
}

fn allowing(action: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Action": [action], "Resource": [ROLE_ARN], "Effect": "Allow"}],
    })
}

/// The page's commands, one by one and in its order.
fn follow_the_page(aws: &AwsCli) {
    aws.call("iam create-instance-profile", &[("instance-profile-name", ROLE)]);
    let trust = serde_json::to_string_pretty(&trust_policy()).unwrap();
    aws.call("iam create-role", &[("role-name", ROLE), ("assume-role-policy-document", &trust)]);
    aws.call("iam add-role-to-instance-profile", &[("instance-profile-name", ROLE), ("role-name", ROLE)]);
    for policy in MANAGED_POLICIES {
        let arn = managed_policy_arn(policy);
        aws.call("iam attach-role-policy", &[("role-name", ROLE), ("policy-arn", &arn)]);
    }
    for (role, name, action) in [
        (ROLE, "get-role-inline-policy", "iam:GetRole"),
        (WORKSPACE_ROLE, "pass-cluster-role-inline-policy", "iam:PassRole"),
    ] {
        let file = format!("{name}.json");
        aws.write(&file, &serde_json::to_string_pretty(&allowing(action)).unwrap());
        let document = format!("file://{file}");
        let options = [("role-name", role), ("policy-name", name), ("policy-document", document.as_str())];
        aws.call("iam put-role-policy", &options);
    }
    let created = aws.call(
        "sagemaker create-notebook-instance",
        &[
            ("notebook-instance-name", NOTEBOOK_INSTANCE),
            ("instance-type", "ml.t3.large"),
            ("role-arn", ROLE_ARN),
            ("volume-size-in-gb", "30"),
            ("region", "us-east-1"),
            ("platform-identifier", "notebook-al2-v2"),
        ],
    );
    let arn = format!("arn:aws:sagemaker:us-east-1:{ACCOUNT}:notebook-instance/{NOTEBOOK_INSTANCE}");
    assert_eq!(created, json!({"NotebookInstanceArn": arn}));
}

fn notebook(aws: &AwsCli) -> Value {
    aws.call("sagemaker describe-notebook-instance", &[("notebook-instance-name", NOTEBOOK_INSTANCE)])
}

/// Asks until the notebook instance has this status: the CLI's own waiter asks only twice a minute.
fn await_notebook(aws: &AwsCli, status: &str) -> Value {
    for _ in 0..60 {
        let notebook = notebook(aws);
        if notebook["NotebookInstanceStatus"] == status {
            return notebook;
        }
    }
    panic!("the notebook instance is never {status}: {}", notebook(aws));
}

#[test]
fn the_cli_follows_the_page_and_sees_what_it_made() {
    let sandbox = sandbox_of_2023();
    let aws = sandbox.aws_cli();
    assert_eq!(aws.call("sts get-caller-identity", &[])["Account"], ACCOUNT);
    follow_the_page(&aws);

    let role = aws.call("iam get-role", &[("role-name", ROLE)])["Role"].take();
    assert_eq!(role["Arn"], ROLE_ARN);
    assert_eq!(role["Path"], "/");
    assert_eq!(role["MaxSessionDuration"], 3600);
    assert_eq!(role["AssumeRolePolicyDocument"], trust_policy());
    assert!(role["RoleId"].as_str().unwrap().starts_with("AROA"), "{role}");
    see_policies(&aws, &sandbox);

    let profile = aws.call("iam get-instance-profile", &[("instance-profile-name", ROLE)])["InstanceProfile"].take();
    assert_eq!(profile["Arn"], PROFILE_ARN);
    assert_eq!(profile["Roles"].as_array().unwrap().len(), 1);
    assert_eq!(profile["Roles"][0]["Arn"], ROLE_ARN);

    let notebook = await_notebook(&aws, "InService");
    assert_eq!(notebook["InstanceType"], "ml.t3.large");
    assert_eq!(notebook["RoleArn"], ROLE_ARN);
    assert_eq!(notebook["VolumeSizeInGB"], 30);
    assert_eq!(notebook["PlatformIdentifier"], "notebook-al2-v2");
    // The CLI's own waiters understand the answers, too.
    aws.call("sagemaker wait notebook-instance-in-service", &[("notebook-instance-name", NOTEBOOK_INSTANCE)]);
    aws.call("iam wait role-exists", &[("role-name", ROLE)]);
    aws.call("iam wait instance-profile-exists", &[("instance-profile-name", ROLE)]);
}

fn see_policies(aws: &AwsCli, sandbox: &TestSandbox) {
    // Two a page, so that the CLI has to follow the marker.
    let attached = aws.call("iam list-attached-role-policies", &[("role-name", ROLE), ("page-size", "2")]);
    let mut arns: Vec<&str> = attached["AttachedPolicies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["PolicyArn"].as_str().unwrap())
        .collect();
    arns.sort_unstable();
    let mut expected = MANAGED_POLICIES.map(managed_policy_arn);
    expected.sort_unstable();
    assert_eq!(arns, expected);
    assert_eq!(sandbox.calls("ListAttachedRolePolicies").len(), 2, "two pages");

    let read = |role: &str, name: &str| aws.call("iam get-role-policy", &[("role-name", role), ("policy-name", name)]);
    let own = read(ROLE, "get-role-inline-policy");
    assert_eq!(own["PolicyDocument"], allowing("iam:GetRole"));
    let pass = read(WORKSPACE_ROLE, "pass-cluster-role-inline-policy");
    assert_eq!(pass["PolicyDocument"], allowing("iam:PassRole"));
    let names = aws.call("iam list-role-policies", &[("role-name", WORKSPACE_ROLE)]);
    let expected = json!(["databricks-cross-account-policy", "pass-cluster-role-inline-policy"]);
    assert_eq!(names["PolicyNames"], expected, "what was there before the page stays");
}

#[test]
fn the_cli_changes_a_role_field_by_field() {
    let sandbox = TestSandbox::start(Config::default());
    let aws = sandbox.aws_cli();
    let trust = trust_policy().to_string();
    aws.call("iam create-role", &[("role-name", "lab"), ("assume-role-policy-document", &trust)]);
    let name = ("role-name", "lab");
    aws.call("iam update-role", &[name, ("description", "Of the lab"), ("max-session-duration", "7200")]);
    let narrower = json!({"Version": "2012-10-17", "Statement": [trust_policy()["Statement"][0]]});
    aws.call("iam update-assume-role-policy", &[name, ("policy-document", &narrower.to_string())]);
    aws.call(
        "iam tag-role",
        &[name, ("tags", r#"[{"Key":"project","Value":"immersion-day"},{"Key":"old","Value":""}]"#)],
    );
    aws.call("iam untag-role", &[name, ("tag-keys", "old")]);
    let boundary = managed_policy_arn("AmazonS3FullAccess");
    aws.call("iam put-role-permissions-boundary", &[name, ("permissions-boundary", &boundary)]);

    let role = aws.call("iam get-role", &[name])["Role"].take();
    assert_eq!(role["Description"], "Of the lab");
    assert_eq!(role["MaxSessionDuration"], 7200);
    assert_eq!(role["AssumeRolePolicyDocument"], narrower);
    assert_eq!(role["Tags"], json!([{"Key": "project", "Value": "immersion-day"}]));
    assert_eq!(role["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary);

    let again = aws.refusal("iam create-role", &[name, ("assume-role-policy-document", &trust)]);
    insta::assert_snapshot!(again, @"An error occurred (EntityAlreadyExists) when calling the CreateRole operation: Role with name lab already exists.");
    let missing = aws.refusal("iam get-role", &[("role-name", "nobody")]);
    insta::assert_snapshot!(missing, @"An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name nobody cannot be found.");
    let malformed = aws.refusal("iam update-assume-role-policy", &[name, ("policy-document", "{}")]);
    insta::assert_snapshot!(malformed, @"An error occurred (MalformedPolicyDocument) when calling the UpdateAssumeRolePolicy operation: Syntax errors in policy.");
    let unknown = managed_policy_arn("AmazonS3FullAcces");
    let unknown = aws.refusal("iam attach-role-policy", &[name, ("policy-arn", &unknown)]);
    insta::assert_snapshot!(unknown, @"An error occurred (NoSuchEntity) when calling the AttachRolePolicy operation: Policy arn:aws:iam::aws:policy/AmazonS3FullAcces does not exist or is not attachable.");
}

#[test]
fn the_cli_takes_the_page_back_in_reverse() {
    let sandbox = sandbox_of_2023();
    let aws = sandbox.aws_cli();
    follow_the_page(&aws);
    let notebook_name = ("notebook-instance-name", NOTEBOOK_INSTANCE);
    await_notebook(&aws, "InService");
    insta::assert_snapshot!(aws.refusal("sagemaker delete-notebook-instance", &[notebook_name]), @"An error occurred (ValidationException) when calling the DeleteNotebookInstance operation: Status (InService) not in ([Stopped, Failed]). Unable to transition to (Deleting) for Notebook Instance (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/databricks-on-aws-immersion-day)");
    aws.call("sagemaker stop-notebook-instance", &[notebook_name]);
    await_notebook(&aws, "Stopped");
    aws.call("sagemaker update-notebook-instance", &[notebook_name, ("volume-size-in-gb", "40")]);
    assert_eq!(await_notebook(&aws, "Stopped")["VolumeSizeInGB"], 40);
    let shrink = [notebook_name, ("volume-size-in-gb", "30")];
    insta::assert_snapshot!(aws.refusal("sagemaker update-notebook-instance", &shrink), @"An error occurred (ValidationException) when calling the UpdateNotebookInstance operation: Unable to decrease the volume size from 40 GB to 30 GB for Notebook Instance (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/databricks-on-aws-immersion-day)");
    aws.call("sagemaker delete-notebook-instance", &[notebook_name]);
    aws.call("sagemaker wait notebook-instance-deleted", &[notebook_name]);
    insta::assert_snapshot!(aws.refusal("sagemaker describe-notebook-instance", &[notebook_name]), @"An error occurred (ValidationException) when calling the DescribeNotebookInstance operation: RecordNotFound");

    let (role, profile) = (("role-name", ROLE), ("instance-profile-name", ROLE));
    insta::assert_snapshot!(aws.refusal("iam delete-role", &[role]), @"An error occurred (DeleteConflict) when calling the DeleteRole operation: Cannot delete entity, must remove roles from instance profile first.");
    insta::assert_snapshot!(aws.refusal("iam delete-instance-profile", &[profile]), @"An error occurred (DeleteConflict) when calling the DeleteInstanceProfile operation: Cannot delete entity, must remove roles from instance profile first.");
    aws.call("iam remove-role-from-instance-profile", &[profile, role]);
    aws.call("iam delete-instance-profile", &[profile]);
    for policy in MANAGED_POLICIES {
        aws.call("iam detach-role-policy", &[role, ("policy-arn", &managed_policy_arn(policy))]);
    }
    aws.call("iam delete-role-policy", &[role, ("policy-name", "get-role-inline-policy")]);
    aws.call("iam delete-role", &[role]);
    let roles = aws.call("iam list-roles", &[("query", "Roles[].RoleName")]);
    assert_eq!(roles, json!([WORKSPACE_ROLE]));
    let profiles = aws.call("iam list-instance-profiles", &[]);
    assert_eq!(profiles["InstanceProfiles"], json!([]));
}

#[test]
fn the_platform_of_the_page_is_retired_today() {
    let sandbox = TestSandbox::start(Config::default());
    let aws = sandbox.aws_cli();
    let trust = trust_policy().to_string();
    aws.call("iam create-role", &[("role-name", ROLE), ("assume-role-policy-document", &trust)]);
    let refusal = aws.refusal(
        "sagemaker create-notebook-instance",
        &[
            ("notebook-instance-name", NOTEBOOK_INSTANCE),
            ("instance-type", "ml.t3.large"),
            ("role-arn", ROLE_ARN),
            ("platform-identifier", "notebook-al2-v2"),
        ],
    );
    insta::assert_snapshot!(refusal, @"An error occurred (ValidationException) when calling the CreateNotebookInstance operation: Platform identifier (notebook-al2-v2) is not supported for this service.");
}
