//! How calls fail, and what that leaves of the others.

use std::collections::BTreeMap;

use reconcile_aws::{Settings, connect};
use reconcile_core::failure::FailureKind;
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Resource, Role, RoleOperation};
use reconcile_engine::provider::Provider as _;
use reconcile_sandbox::FaultKind;

use crate::support::{Lab, failed, lab, settings};

async fn lab_with_two_roles() -> (Lab, [Resource; 2]) {
    let lab = lab().await;
    let roles = [Resource::Role(lab.role("one")), Resource::Role(lab.role("two"))];
    for role in &roles {
        lab.create(role).await;
    }
    (lab, roles)
}

#[tokio::test]
async fn a_denied_reading_fails_that_resource_only_and_names_what_is_missing() {
    let (lab, [one, two]) = lab_with_two_roles().await;
    let attached = Resource::Role(Role { managed_policies: Field::Set([].into()), ..lab.role("one") });
    let message = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: iam:ListAttachedRolePolicies on resource: role one";
    lab.refuse("ListAttachedRolePolicies", 403, "AccessDenied", message);
    let mut readings = lab.read_all(&[&attached, &two]).await;
    assert!(matches!(readings.remove(1), Reading::Present(live) if live.name() == two.name()));
    let failure = failed(readings.remove(0));
    insta::assert_snapshot!(failure.help.unwrap_or_default(), @"allow iam:ListAttachedRolePolicies on role one in a policy of the caller");
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Denied, Some("AccessDenied")));
    lab.agrees(&one).await;
}

#[tokio::test]
async fn readings_come_in_the_order_of_what_was_wanted() {
    let (lab, [one, two]) = lab_with_two_roles().await;
    lab.sandbox.inject(reconcile_sandbox::Fault {
        service: None,
        operation: Some("GetRole".to_owned()),
        only_writes: false,
        parameter_contains: Some("one".to_owned()),
        skip: 0,
        times: None,
        what: FaultKind::Delay { milliseconds: 50 },
    });
    let absent = Resource::Role(lab.role("three"));
    let names: Vec<_> = lab.read_all(&[&one, &absent, &two]).await.into_iter().map(name).collect();
    assert_eq!(names, [Some("one".to_owned()), None, Some("two".to_owned())]);
}

fn name(reading: Reading) -> Option<String> {
    match reading {
        Reading::Present(live) => Some(live.name().to_owned()),
        Reading::Absent => None,
        Reading::Failed(failure) => panic!("{failure}"),
    }
}

#[tokio::test]
async fn a_page_of_a_gateway_is_a_passing_fault() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    lab.fault("GetRole", None, FaultKind::Html { status: 502 });
    insta::assert_snapshot!(failed(lab.read(&one).await).message, @"HTTP status 502, and an answer that is not one of AWS (text/html)");
}

#[tokio::test]
async fn a_lost_answer_leaves_open_whether_it_happened() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    lab.fault("GetRole", None, FaultKind::CutBefore);
    assert_eq!(failed(lab.read(&one).await).kind, FailureKind::Transient);
}

#[tokio::test]
async fn a_throttled_call_is_repeated_and_counts_once() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    let patient = Settings { attempts: 3, ..settings(&lab.sandbox) };
    let lab = Lab { provider: connect(&patient).await.unwrap().provider, ..lab };
    lab.fault("GetRole", Some(1), FaultKind::Throttle { retry_after_seconds: None });
    lab.sandbox.clear_calls();
    let before = lab.provider.calls();
    lab.agrees(&one).await;
    assert_eq!((lab.provider.calls() - before, lab.sandbox.calls().len()), (1, 2));
}

#[tokio::test]
async fn a_throttled_call_that_stays_throttled_says_so() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    lab.fault("GetRole", None, FaultKind::Throttle { retry_after_seconds: None });
    assert_eq!(failed(lab.read(&one).await).kind, FailureKind::Throttled);
}

/// The SDK's own repetitions are not stacked upon those of the budget.
#[tokio::test]
async fn a_throttled_call_is_given_up_after_four_attempts_for_each_that_a_failing_one_has() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    lab.fault("GetRole", None, FaultKind::Throttle { retry_after_seconds: None });
    lab.sandbox.clear_calls();
    assert_eq!(failed(lab.read(&one).await).kind, FailureKind::Throttled);
    assert_eq!(lab.sandbox.calls().len(), 4);
}

#[tokio::test]
async fn a_principal_that_does_not_exist_may_be_too_new() {
    let lab = lab().await;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/never"},"Action":"sts:AssumeRole"}]}"#;
    let create = RoleOperation::Create {
        role: "lab-role".to_owned(),
        path: "/".to_owned(),
        description: None,
        max_session_duration: 3600,
        permissions_boundary: None,
        trust_policy: lab.policy(trust),
        tags: BTreeMap::new(),
    };
    let failure = lab.apply(create).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotYetVisible, "{failure}");
}

#[tokio::test]
async fn what_exists_is_not_created_again_and_what_is_missing_is_not_attached_to() {
    let (lab, [one, _]) = lab_with_two_roles().await;
    let again = one.diff(None, &crate::support::owner()).operations.remove(0);
    assert_eq!(lab.apply(again).await.unwrap_err().kind, FailureKind::AlreadyExists);
    let attach = RoleOperation::AttachPolicy {
        role: "one".to_owned(),
        policy_arn: "arn:aws:iam::111122223333:policy/never".to_owned(),
    };
    assert_eq!(lab.apply(attach).await.unwrap_err().kind, FailureKind::NotYetVisible);
    let detach = RoleOperation::DetachPolicy {
        role: "one".to_owned(),
        policy_arn: "arn:aws:iam::111122223333:policy/never".to_owned(),
    };
    assert_eq!(lab.apply(detach).await.unwrap_err().kind, FailureKind::NotFound);
}
