use crate::Applied;

const ROLE: (&str, &str) = ("RoleName", "example-etl");
const WORKSPACE: (&str, &str) = ("RoleName", "databricks-cross-account-role");

fn policy(action: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
    )
}

fn trust(service: &str) -> String {
    format!(
        r#"{{"Statement": {{"Action": ["sts:AssumeRole"], "Principal": {{"Service": ["{service}"]}}, "Effect": "Allow", "Sid": "Glue"}}, "Version": "2012-10-17"}}"#
    )
}

#[test]
fn each_field_is_found_and_repaired_by_its_own_call() {
    let example = Applied::example("iam-role");
    let iam = |action: &str, parameters: &[(&str, &str)]| {
        let all: Vec<_> = [ROLE].iter().chain(parameters).copied().collect();
        example.sandbox.iam(action, &all);
    };
    iam("UpdateRole", &[("Description", "by hand"), ("MaxSessionDuration", "7200")]);
    example.is_repaired(&["description"], &["iam:UpdateRole"]);

    iam("UpdateRole", &[("Description", "Reads raw data and writes curated tables"), ("MaxSessionDuration", "3600")]);
    example.is_repaired(&["max_session_duration"], &["iam:UpdateRole"]);

    iam("PutRolePermissionsBoundary", &[("PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess")]);
    example.is_repaired(&["permissions_boundary"], &["iam:DeleteRolePermissionsBoundary"]);

    iam("UpdateAssumeRolePolicy", &[("PolicyDocument", &trust("lambda.amazonaws.com"))]);
    example.is_repaired(&["trust_policy"], &["iam:UpdateAssumeRolePolicy"]);

    iam("AttachRolePolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3FullAccess")]);
    example.is_repaired(&["managed_policies"], &["iam:DetachRolePolicy"]);

    iam("DetachRolePolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")]);
    example.is_repaired(&["managed_policies"], &["iam:AttachRolePolicy"]);

    iam("PutRolePolicy", &[("PolicyName", "logs"), ("PolicyDocument", &policy("logs:*"))]);
    example.is_repaired(&["inline_policies.logs"], &["iam:PutRolePolicy"]);

    iam("DeleteRolePolicy", &[("PolicyName", "own-prefix")]);
    example.is_repaired(&["inline_policies.own-prefix"], &["iam:PutRolePolicy"]);

    iam("PutRolePolicy", &[("PolicyName", "by-hand"), ("PolicyDocument", &policy("s3:*"))]);
    example.is_repaired(&["inline_policies.by-hand"], &["iam:DeleteRolePolicy"]);

    iam("TagRole", &[("Tags.member.1.Key", "cost-center"), ("Tags.member.1.Value", "42")]);
    example.is_repaired(&["tags.cost-center"], &["iam:TagRole"]);

    iam("UntagRole", &[("TagKeys.member.1", "team")]);
    example.is_repaired(&["tags.team"], &["iam:TagRole"]);
}

#[test]
fn another_spelling_and_what_is_not_managed_are_no_drift() {
    let example = Applied::example("iam-role");
    example.sandbox.iam("UpdateAssumeRolePolicy", &[ROLE, ("PolicyDocument", &trust("glue.amazonaws.com"))]);
    example.sandbox.iam("TagRole", &[ROLE, ("Tags.member.1.Key", "theirs"), ("Tags.member.1.Value", "1")]);
    let theirs = [WORKSPACE, ("PolicyName", "theirs"), ("PolicyDocument", &policy("ec2:*"))];
    example.sandbox.iam("PutRolePolicy", &theirs);
    example.sandbox.iam("UpdateRole", &[WORKSPACE, ("Description", "ours"), ("MaxSessionDuration", "43200")]);
    example.agrees();
    example.sandbox.take_writes();
    example.apply();
    assert_eq!(example.sandbox.take_writes(), [""; 0]);
    assert!(example.sandbox.state_text().contains("theirs"));
}

#[test]
fn on_someone_elses_role_only_what_is_listed_is_repaired() {
    let example = Applied::example("iam-role");
    example.sandbox.iam("DeleteRolePolicy", &[WORKSPACE, ("PolicyName", "pass-etl-role")]);
    example.is_repaired(&["inline_policies.pass-etl-role"], &["iam:PutRolePolicy"]);

    let other = [WORKSPACE, ("PolicyName", "pass-etl-role"), ("PolicyDocument", &policy("iam:GetRole"))];
    example.sandbox.iam("PutRolePolicy", &other);
    example.sandbox.take_writes();
    example.has_hazards(&["overwrite", "widens-access"]);
    example.is_repaired(&["inline_policies.pass-etl-role"], &["iam:PutRolePolicy"]);
}

#[test]
fn another_path_replaces_the_role() {
    let example = Applied::example("iam-role");
    let iam = |action: &str, parameters: &[(&str, &str)]| {
        let all: Vec<_> = [ROLE].iter().chain(parameters).copied().collect();
        example.sandbox.iam(action, &all);
    };
    iam("DetachRolePolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")]);
    iam("DetachRolePolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole")]);
    iam("DeleteRolePolicy", &[("PolicyName", "own-prefix")]);
    iam("DeleteRolePolicy", &[("PolicyName", "logs")]);
    iam("DeleteRole", &[]);
    iam("CreateRole", &[("AssumeRolePolicyDocument", &trust("glue.amazonaws.com"))]);
    example.sandbox.take_writes();
    example.has_hazards(&["replace"]);
    let calls = [
        "iam:DeleteRole",
        "iam:CreateRole",
        "iam:AttachRolePolicy",
        "iam:AttachRolePolicy",
        "iam:PutRolePolicy",
        "iam:PutRolePolicy",
    ];
    example.is_repaired(&["path"], &calls);
}
