#![allow(clippy::unwrap_used, reason = "tests")]

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::config::Behaviour;
use crate::http::Request as HttpRequest;
use crate::iam;
use crate::world::Settings;

const PASSER: &str = "databricks-cross-account-role";
const PASSED: &str = "arn:aws:iam::111122223333:role/cluster";
const EC2: &str = "ec2.amazonaws.com";
/// When the tests' roles and policies are made.
const MADE_AT: u64 = 1_000_000;

fn world(propagation: u64) -> World {
    let behaviour = Behaviour { propagation, ..Behaviour::default() };
    let settings = Settings {
        account_id: "111122223333".to_owned(),
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        behaviour,
        ..Settings::default()
    };
    let mut world = World::new(settings, 0);
    world.now = MADE_AT;
    let trust = json!({"Statement": {"Effect": "Allow", "Principal": {"Service": EC2}, "Action": "sts:AssumeRole"}});
    call(&mut world, "CreateRole", &[("RoleName", "cluster"), ("AssumeRolePolicyDocument", &trust.to_string())]);
    world
}

/// One call of IAM, which must succeed.
fn call(world: &mut World, action: &str, parameters: &[(&str, &str)]) {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", "2010-05-08").extend_pairs(parameters);
    let request = HttpRequest { body: form.finish().into_bytes(), ..HttpRequest::default() };
    let response = iam::handle(world, &request);
    assert_eq!(response.status, 200, "{}", String::from_utf8(response.body).unwrap());
}

fn grant(world: &mut World, name: &str, statement: &Value) {
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    call(world, "PutRolePolicy", &[("RoleName", PASSER), ("PolicyName", name), ("PolicyDocument", &document)]);
}

#[test]
fn a_workspace_may_pass_no_role_at_first() {
    assert_eq!(may_pass_role(&world(0), PASSER, PASSED, EC2), PassRole::Denied);
}

#[rstest]
#[case::exactly(json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": PASSED}), PassRole::Allowed)]
#[case::any(json!({"Effect": "Allow", "Action": "iam:*", "Resource": "*"}), PassRole::Allowed)]
#[case::another_role(json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/other"}), PassRole::Denied)]
#[case::to_ec2(json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": EC2}}}), PassRole::Allowed)]
#[case::to_another_service(json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}}), PassRole::Denied)]
#[case::other_action(json!({"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}), PassRole::Denied)]
#[case::denied(json!([{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:PassRole", "Resource": PASSED}]), PassRole::Denied)]
fn an_inline_policy_decides(#[case] statement: Value, #[case] expected: PassRole) {
    let mut world = world(0);
    grant(&mut world, "pass", &statement);
    assert_eq!(may_pass_role(&world, PASSER, PASSED, EC2), expected);
}

#[test]
fn an_attached_policy_and_a_boundary_decide_too() {
    let mut world = world(0);
    let policy = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    call(&mut world, "AttachRolePolicy", &[("RoleName", PASSER), ("PolicyArn", &policy("IAMFullAccess"))]);
    assert_eq!(may_pass_role(&world, PASSER, PASSED, EC2), PassRole::Allowed);
    let bound = [("RoleName", PASSER), ("PermissionsBoundary", &policy("PowerUserAccess"))];
    call(&mut world, "PutRolePermissionsBoundary", &bound);
    assert_eq!(may_pass_role(&world, PASSER, PASSED, EC2), PassRole::Denied);
}

#[test]
fn a_role_that_is_not_there_is_not_passed() {
    let mut world = world(0);
    grant(&mut world, "pass", &json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    assert_eq!(may_pass_role(&world, PASSER, "arn:aws:iam::111122223333:role/none", EC2), PassRole::Denied);
    assert_eq!(may_pass_role(&world, "none", PASSED, EC2), PassRole::Denied);
}

#[rstest]
#[case::at_once(0, PassRole::TooNew)]
#[case::just_before(999, PassRole::TooNew)]
#[case::just_then(1000, PassRole::Allowed)]
fn a_new_grant_is_seen_after_the_propagation_time(#[case] later: u64, #[case] expected: PassRole) {
    let mut world = world(1000);
    grant(&mut world, "pass", &json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": PASSED}));
    world.now += later;
    assert_eq!(may_pass_role(&world, PASSER, PASSED, EC2), expected);
}

#[rstest]
#[case::too_soon(999, EC2, false)]
#[case::in_time(1000, EC2, true)]
#[case::not_trusted(1000, "sagemaker.amazonaws.com", false)]
fn a_service_assumes_a_role_that_trusts_it_and_is_known(
    #[case] later: u64,
    #[case] service: &str,
    #[case] expected: bool,
) {
    let mut world = world(1000);
    world.now += later;
    assert_eq!(may_be_assumed_by_service(&world, PASSED, service), expected);
}
