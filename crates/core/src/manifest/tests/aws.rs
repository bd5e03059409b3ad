//! Roles, instance profiles and notebook instances.

use super::{Trial, codes, resolved, said};
use crate::field::Field;
use crate::resource::Resource;
use rstest::rstest;

const ARN: &str = "arn:aws:iam::111122223333:role/x";

fn role(fields: &str) -> Vec<&'static str> {
    codes(&format!(
        "iam:\n  roles:\n    r: {{trust_policy: {{Statement: {{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole'}}}}, {fields}}}\n"
    ))
}

#[rstest]
#[case("", &[])]
#[case("name: 'a+=,.@_-1'", &[])]
#[case("name: a b", &["wrong-character"])]
#[case("name: ''", &["empty-text"])]
#[case("name: true", &["wrong-type"])]
#[case("path: /", &[])]
#[case("path: /a/b/", &[])]
#[case("path: /a", &["wrong-form"])]
#[case("path: null", &[])]
#[case("description: ''", &[])]
#[case("description: \"it’s\"", &["wrong-character"])]
#[case("max_session_duration: 3600", &[])]
#[case("max_session_duration: 3599", &["out-of-range"])]
#[case("max_session_duration: 43201", &["out-of-range"])]
#[case("max_session_duration: 99999999999999999999", &["out-of-range"])]
#[case("max_session_duration: \"3600\"", &["wrong-type"])]
#[case("max_session_duration: 3600.0", &["wrong-type"])]
#[case("permissions_boundary: PowerUserAccess", &[])]
#[case("permissions_boundary: arn:aws:iam::111122223333:policy/x", &[])]
#[case("permissions_boundary: arn:aws:iam::111122223333:role/x", &["wrong-arn"])]
#[case("managed_policies: [service-role/AWSLambdaRole]", &[])]
#[case("managed_policies: [a b]", &["wrong-character"])]
#[case("managed_policies: AmazonS3FullAccess", &["wrong-type"])]
#[case("managed_policies: [A, A]", &["repeated-item"])]
#[case("managed_policies: [A, B, C, D, E, F, G, H, I, J, K]", &["too-many"])]
#[case("inline_policies: {a b: {Statement: []}}", &["wrong-character"])]
#[case("tags: {Team: a, team: b}", &["duplicate-key"])]
#[case("trust: {}", &["unknown-field"])]
fn a_role_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(role(fields), expected);
}

#[test]
fn a_role_name_has_at_most_64_characters() {
    assert!(role(&format!("name: {}", "n".repeat(64))).is_empty());
    assert_eq!(role(&format!("name: {}", "n".repeat(65))), ["too-long"]);
}

#[test]
fn null_is_the_service_default() {
    let body = "iam:\n  roles:\n    r: {trust_policy: {Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}}, path: null, description: '', max_session_duration: null, managed_policies: null, inline_policies: {gone: null}, permissions_boundary: null}\n";
    let manifest = resolved(body);
    let Some(Resource::Role(role)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no role")
    };
    assert_eq!(role.path, Field::Set("/".to_owned()));
    assert_eq!(role.description, Field::Null);
    assert_eq!(role.max_session_duration, Field::Set(3600));
    assert_eq!(role.permissions_boundary, Field::Null);
    assert!(role.managed_policies.value().is_some_and(std::collections::BTreeSet::is_empty));
    assert!(role.inline_policies.value().is_some_and(std::collections::BTreeMap::is_empty));
}

#[test]
fn an_existing_role_lists_what_is_added_and_what_is_removed() {
    let body = "tags: {a: b}\niam:\n  roles:\n    r: {existing: true, inline_policies: {old: null, new: {Statement: {Effect: Deny, Action: '*', Resource: '*'}}}}\n";
    let manifest = resolved(body);
    let Some(Resource::Role(role)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no role")
    };
    let policies = role.inline_policies.value().expect("policies");
    assert_eq!(
        policies.iter().map(|(name, policy)| (name.as_str(), policy.is_some())).collect::<Vec<_>>(),
        [("new", true), ("old", false)]
    );
    assert!(role.tags.0.is_empty() && role.trust_policy == Field::Absent && role.path == Field::Absent);
    insta::assert_snapshot!(said("iam:\n  roles:\n    a: {existing: true, path: /x/, tags: {a: b}}\n    b: {}\n    c: {trust_policy: null}\n"), @"
    lab.yaml:5:36: error[existing-role]: an existing role has no `tags` here: they stay its owner's
    5 |     a: {existing: true, path: /x/, tags: {a: b}}
      |                                    ^^^^

    lab.yaml:6:5: error[missing-field]: a role needs `trust_policy`: it says who may assume the role
    6 |     b: {}
      |     ^

    lab.yaml:7:23: error[null-not-allowed]: `trust_policy` cannot be null: it says who may assume the role
    7 |     c: {trust_policy: null}
      |                       ^^^^
    ");
}

#[test]
fn an_instance_profile_holds_one_role() {
    insta::assert_snapshot!(said("iam:\n  instance_profiles:\n    p: {roles: [a], path: a, name: 1/2}\n    q: {role: arn:aws:iam::111122223333:role/x/y}\n"), @"
    lab.yaml:5:9: error[unknown-field]: an instance profile has no field `roles`
    5 |     p: {roles: [a], path: a, name: 1/2}
      |         ^^^^^
    help: an instance profile holds one role at most: write `role: NAME`

    lab.yaml:5:27: error[wrong-form]: a path starts and ends with one /
    5 |     p: {roles: [a], path: a, name: 1/2}
      |                           ^
    help: did you mean `/a/`?

    lab.yaml:5:36: error[wrong-character]: an instance profile name cannot contain '/'
    5 |     p: {roles: [a], path: a, name: 1/2}
      |                                    ^^^
    help: allowed are letters, digits and + = , . @ _ -

    lab.yaml:6:15: error[wrong-form]: an instance profile takes a role's name, not its ARN
    6 |     q: {role: arn:aws:iam::111122223333:role/x/y}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: write `y`, or `${iam.roles.ID.name}`
    ");
}

fn notebook_instance(fields: &str) -> Vec<&'static str> {
    codes(&format!(
        "sagemaker:\n  notebook_instances:\n    n: {{instance_type: ml.t3.medium, role_arn: \"{ARN}\", {fields}}}\n"
    ))
}

#[rstest]
#[case("ml.p3.2xlarge", "notebook-al2023-v1", &["unsupported-platform"])]
#[case("ml.g4dn.xlarge", "notebook-al2023-v1", &[])]
#[case("ml.p3.2xlarge", "notebook-al2-v3", &["retired-platform"])]
fn a_platform_has_to_run_on_the_instance(#[case] of: &str, #[case] platform: &str, #[case] expected: &[&str]) {
    let fields = format!("instance_type: {of}, platform_identifier: {platform}");
    let said = codes(&format!("sagemaker: {{notebook_instances: {{n: {{role_arn: \"{ARN}\", {fields}}}}}}}\n"));
    assert_eq!(said, expected);
}

#[rstest]
#[case("", &[])]
#[case("name: a-1", &[])]
#[case("name: a_1", &["wrong-character"])]
#[case("name: a-", &["wrong-form"])]
#[case("volume_size_in_gb: 5", &[])]
#[case("volume_size_in_gb: 4", &["out-of-range"])]
#[case("volume_size_in_gb: 16385", &["out-of-range"])]
#[case("volume_size_in_gb: null", &[])]
#[case("platform_identifier: notebook-al2023-v1", &[])]
#[case("platform_identifier: notebook-al2-v2", &["retired-platform"])]
#[case("platform_identifier: null", &["null-not-allowed"])]
#[case("subnet_id: subnet-0a", &[])]
#[case("subnet_id: sn-0a", &["wrong-form"])]
#[case("security_group_ids: [sg-0a], subnet_id: subnet-0a", &[])]
#[case("security_group_ids: [sg-0a]", &["subnet-needed"])]
#[case("security_group_ids: [sg-1, sg-2, sg-3, sg-4, sg-5, sg-6], subnet_id: subnet-0a", &["too-many"])]
#[case("direct_internet_access: Disabled", &["subnet-needed"])]
#[case("direct_internet_access: Disabled, subnet_id: subnet-0a", &[])]
#[case("root_access: enabled", &["unknown-value"])]
#[case("ip_address_type: ipv6", &["unknown-value"])]
#[case("minimum_instance_metadata_service_version: 2", &[])]
#[case("default_code_repository: https://example.net/x.git", &[])]
#[case("default_code_repository: http://example.net/x.git", &["wrong-form"])]
#[case("additional_code_repositories: [a, b, c, d]", &["too-many"])]
#[case("state: stopped", &[])]
#[case("state: terminated", &["unknown-value"])]
#[case("state: null", &["null-not-allowed"])]
#[case("kms_key_id: alias/x, lifecycle_config_name: lc-1", &[])]
#[case("lifecycle_config: x", &["unknown-field"])]
fn a_notebook_instance_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(notebook_instance(fields), expected);
}

#[test]
fn what_a_notebook_instance_needs() {
    insta::assert_snapshot!(said("sagemaker:\n  notebook_instances:\n    my_notebook:\n    a: {instance_type: t3.medium, role_arn: null}\n"), @r#"
    lab.yaml:5:5: error[wrong-character]: a notebook instance name cannot contain '_'
    5 |     my_notebook:
      |     ^^^^^^^^^^^
    help: allowed are letters, digits and -
    help: give it another `name`; the id is the name where none is given

    lab.yaml:5:5: error[missing-field]: a notebook instance needs `instance_type`: an example is ml.t3.medium
    5 |     my_notebook:
      |     ^^^^^^^^^^^

    lab.yaml:5:5: error[missing-field]: a notebook instance needs `role_arn`: it runs as that role
    5 |     my_notebook:
      |     ^^^^^^^^^^^

    lab.yaml:6:24: error[wrong-form]: expected an instance type such as ml.t3.medium, found "t3.medium"
    6 |     a: {instance_type: t3.medium, role_arn: null}
      |                        ^^^^^^^^^
    help: did you mean `ml.t3.medium`?

    lab.yaml:6:45: error[null-not-allowed]: `role_arn` cannot be null: it runs as that role
    6 |     a: {instance_type: t3.medium, role_arn: null}
      |                                             ^^^^
    "#);
}

#[test]
fn a_registration_is_named_by_its_arn() {
    let body = "databricks:\n  instance_profiles:\n    a: {name: x}\n    b: {instance_profile_arn: arn:aws:iam::111122223333:role/x, is_meta_instance_profile: maybe, iam_role_arn: \"arn:aws:iam::11112222:role/x\"}\n    c: {instance_profile_arn: arn:aws:iam::111122223333:instance-profile/x, is_meta_instance_profile: null}\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:5:5: error[missing-field]: an instance profile registration needs `instance_profile_arn`: it says which instance profile is registered
    5 |     a: {name: x}
      |     ^

    lab.yaml:5:9: error[unknown-field]: an instance profile registration has no field `name`
    5 |     a: {name: x}
      |         ^^^^
    help: a registration has no name of its own: its `instance_profile_arn` is the name

    lab.yaml:6:31: error[wrong-arn]: expected the ARN of an instance profile, found "arn:aws:iam::111122223333:role/x"
    6 |     b: {instance_profile_arn: arn:aws:iam::111122223333:role/x, is_meta_instance_profile: maybe, iam…
      |                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: an example: arn:aws:iam::111122223333:instance-profile/NAME

    lab.yaml:6:91: error[wrong-type]: expected true or false, found the text "maybe"
    6 | …/x, is_meta_instance_profile: maybe, iam_role_arn: "arn:aws:iam::11112222:role/x"}
      |                                ^^^^^

    lab.yaml:6:112: error[wrong-arn]: expected the ARN of a role, found "arn:aws:iam::11112222:role/x"
    6 | …profile: maybe, iam_role_arn: "arn:aws:iam::11112222:role/x"}
      |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: an example: arn:aws:iam::111122223333:role/NAME
    "#);
    assert!(Trial::default().resolve(&super::with_head(body)).is_err());
}
