use crate::Applied;

const ARN: &str = "arn:aws:iam::111122223333:policy/data/example-read-curated";
const ROLE: (&str, &str) = ("RoleName", "example-curated-reader");

impl Applied {
    fn on_policy(&self, action: &str, parameters: &[(&str, &str)]) {
        let all: Vec<_> = [("PolicyArn", ARN)].iter().chain(parameters).copied().collect();
        self.sandbox.iam(action, &all);
    }

    /// Puts a version in force that allows something else.
    fn put_in_force(&self, action: &str) {
        let document = document(action);
        self.on_policy("CreatePolicyVersion", &[("PolicyDocument", &document), ("SetAsDefault", "true")]);
    }
}

fn document(action: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
    )
}

#[test]
fn at_five_versions_the_oldest_that_is_not_in_force_makes_room() {
    let example = Applied::example("iam-policy");
    for action in ["s3:b", "s3:c", "s3:d", "s3:e"] {
        example.put_in_force(action);
    }
    example.on_policy("DeletePolicyVersion", &[("VersionId", "v1")]);
    example.put_in_force("s3:f");
    example.is_repaired(&["document"], &["iam:DeletePolicyVersion", "iam:CreatePolicyVersion"]);
}

#[test]
fn another_spelling_and_what_is_not_managed_are_no_drift() {
    let example = Applied::example("iam-policy");
    let spelling = r#"{"Statement": {"Resource": ["arn:aws:s3:::example-curated/*", "arn:aws:s3:::example-curated"], "Action": ["s3:listbucket", "s3:GetObject"], "Effect": "Allow"}, "Version": "2012-10-17"}"#;
    example.on_policy("CreatePolicyVersion", &[("PolicyDocument", spelling), ("SetAsDefault", "true")]);
    example.on_policy("TagPolicy", &[("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "theirs")]);
    example.agrees();
    example.sandbox.take_writes();
    example.apply();
    assert_eq!(example.sandbox.take_writes(), [""; 0]);
}

#[test]
fn another_path_replaces_the_policy_with_its_versions() {
    let example = Applied::example("iam-policy");
    example.on_policy("DetachRolePolicy", &[ROLE]);
    example.on_policy("DeletePolicy", &[]);
    let name = ("PolicyName", "example-read-curated");
    let description = ("Description", "Reads the curated tables");
    example.sandbox.iam("CreatePolicy", &[name, description, ("PolicyDocument", &document("s3:*"))]);
    let elsewhere = ("PolicyArn", "arn:aws:iam::111122223333:policy/example-read-curated");
    example.sandbox.iam("CreatePolicyVersion", &[elsewhere, ("PolicyDocument", &document("s3:a"))]);
    example.sandbox.take_writes();
    example.has_hazards(&["replace", "widens-access"]);
    let calls = ["iam:DeletePolicyVersion", "iam:DeletePolicy", "iam:CreatePolicy", "iam:AttachRolePolicy"];
    example.is_repaired(&["path", "document", "managed_policies"], &calls);
}

#[test]
fn a_policy_that_is_no_longer_in_the_manifest_is_pruned_after_what_used_it() {
    let example = Applied::example("iam-policy");
    let text = "version: 1\nname: example-iam-policy\niam:\n  roles: {reader: {name: example-curated-reader, trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}, managed_policies: []}}\n";
    let without = example.write("without.yaml", text);
    let ended = example.run(&["apply", &without, "--prune", "--yes", "--allow=delete"]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(example.sandbox.take_writes(), ["iam:DetachRolePolicy", "iam:DeletePolicy"]);
    assert!(!example.sandbox.state_text().contains("example-read-curated"));
}

#[test]
fn a_policy_that_someone_else_uses_is_not_destroyed_and_they_are_named() {
    let example = Applied::example("iam-policy");
    example.on_policy("AttachRolePolicy", &[("RoleName", "databricks-cross-account-role")]);
    let ended = example.run(&["destroy", example.manifest(), "--yes"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let said = format!("{}{}", ended.stdout, ended.stderr);
    assert!(said.contains("still-used") && said.contains("databricks-cross-account-role"), "{said}");
}
