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
