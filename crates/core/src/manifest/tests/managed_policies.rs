//! Customer-managed policies.

use super::{codes, resolved, said};
use crate::dependencies;
use crate::field::Field;
use crate::resource::{ManagedPolicy, Resource};
use rstest::rstest;

const DOCUMENT: &str =
    "document: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 's3:GetObject', Resource: '*'}}";

fn policy(fields: &str) -> Vec<&'static str> {
    codes(&format!("iam:\n  policies:\n    p: {{{DOCUMENT}, {fields}}}\n"))
}

fn read(fields: &str) -> ManagedPolicy {
    let manifest = resolved(&format!("iam:\n  policies:\n    p: {{{DOCUMENT}, {fields}}}\n"));
    match manifest.resources.first().map(|declared| declared.resource.clone()) {
        Some(Resource::ManagedPolicy(policy)) => policy,
        other => panic!("no policy: {other:?}"),
    }
}

#[rstest]
#[case("", &[])]
#[case("name: 'a+=,.@_-1'", &[])]
#[case("name: a b", &["wrong-character"])]
#[case("name: ''", &["empty-text"])]
#[case("path: /", &[])]
#[case("path: '/a-b/c+=,.@_/'", &[])]
#[case("path: /a", &["wrong-form"])]
#[case("path: '/a!/'", &["wrong-character"])]
#[case("description: ''", &[])]
#[case("description: \"it’s\"", &[])]
#[case("description: \"a\\tb\"", &["wrong-character"])]
#[case("tags: {Team: a, team: b}", &[])]
#[case("tags: {'aws:x': a}", &["reserved-tag"])]
#[case("policy: {}", &["unknown-field"])]
#[case("existing: true", &["unknown-field"])]
fn a_policy_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(policy(fields), expected);
}

#[test]
fn lengths_are_those_of_the_service() {
    assert!(policy(&format!("name: {}, description: {}", "n".repeat(128), "d".repeat(1000))).is_empty());
    assert_eq!(policy(&format!("name: {}", "n".repeat(129))), ["too-long"]);
    assert_eq!(policy(&format!("description: {}", "d".repeat(1001))), ["too-long"]);
    let sized = |characters: usize| {
        // White space does not count, and these are the characters around the resource.
        let around = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":""}}"#.len();
        let resource = "r".repeat(characters - around);
        codes(&format!(
            "iam:\n  policies:\n    p: {{document: {{Version: '2012-10-17', Statement: {{Effect: Allow, Action: 's3:*', Resource: {resource}}}}}}}\n"
        ))
    };
    assert!(!sized(6144).contains(&"policy-size"));
    assert!(sized(6145).contains(&"policy-size"));
}

#[test]
fn a_document_has_to_be_there_and_its_mistakes_have_their_place() {
    insta::assert_snapshot!(said("iam:\n  policies:\n    a: {}\n    b: {document: null}\n    c:\n      policy_document: {}\n      document:\n        Version: '2012-10-17'\n        Statement: [{Effect: allow, Action: 's3:*', Resource: '*'}]\n"), @r#"
    lab.yaml:5:5: error[missing-field]: a policy needs `document`: it says what is allowed
    5 |     a: {}
      |     ^

    lab.yaml:6:19: error[null-not-allowed]: `document` cannot be null: it says what is allowed
    6 |     b: {document: null}
      |                   ^^^^

    lab.yaml:8:7: error[unknown-field]: a policy has no field `policy_document`
    8 |       policy_document: {}
      |       ^^^^^^^^^^^^^^^
    help: the field is `document`

    lab.yaml:11:30: error[policy-effect]: Effect must be Allow or Deny, not "allow"
    11 |         Statement: [{Effect: allow, Action: 's3:*', Resource: '*'}]
       |                              ^^^^^
    help: the two are Allow and Deny, with a capital letter
    "#);
}

#[test]
fn null_is_the_service_default_and_the_arn_is_known() {
    let read = read("name: Read, path: null, description: ''");
    assert_eq!((read.path, read.description), (Field::Set("/".to_owned()), Field::Null));
    assert_eq!(read.arn, "arn:aws:iam::111122223333:policy/Read");
    assert_eq!(self::read("path: /data/").arn, "arn:aws:iam::111122223333:policy/data/p");
    assert_eq!(self::read("").path, Field::Absent);
}

#[test]
fn names_ignore_case_and_path() {
    let body =
        format!("iam:\n  policies:\n    a: {{name: Read, path: /x/, {DOCUMENT}}}\n    b: {{name: read, {DOCUMENT}}}\n");
    assert_eq!(codes(&body), ["same-resource"]);
}

#[test]
fn a_role_comes_after_the_policies_that_it_attaches_or_is_bounded_by() {
    let body = format!(
        "iam:\n  roles:\n    r:\n      trust_policy: {{Statement: {{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole'}}}}\n      managed_policies: ['${{iam.policies.a.arn}}', AmazonS3FullAccess]\n      permissions_boundary: 'arn:aws:iam::111122223333:policy/limits/b'\n  policies:\n    a: {{path: /data/, {DOCUMENT}}}\n    b: {{path: /limits/, {DOCUMENT}}}\n    c: {{{DOCUMENT}}}\n"
    );
    let manifest = resolved(&body);
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let role = manifest.resources.iter().find(|declared| declared.address.id() == "r").expect("the role");
    let before = dependencies::find(&resources);
    let before: Vec<_> = before[&role.address].iter().map(ToString::to_string).collect();
    assert_eq!(before, ["iam.policies.a", "iam.policies.b"]);
}

#[test]
fn a_registration_comes_after_the_role_that_may_pass_by_an_attached_policy() {
    let body = "iam:\n  policies:\n    pass: {document: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 'iam:PassRole', Resource: '${iam.roles.worker.arn}'}}}\n  roles:\n    worker: {trust_policy: {Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}}}\n    workspace: {existing: true, managed_policies: ['${iam.policies.pass.arn}']}\n  instance_profiles:\n    worker: {role: worker}\ndatabricks:\n  instance_profiles:\n    worker: {instance_profile_arn: '${iam.instance_profiles.worker.arn}'}\n";
    let manifest = resolved(body);
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let (registration, _) = resources.last().expect("the registration");
    let before = dependencies::find(&resources);
    let before: Vec<_> = before[*registration].iter().map(ToString::to_string).collect();
    assert_eq!(before, ["iam.roles.workspace", "iam.instance_profiles.worker"]);
}
