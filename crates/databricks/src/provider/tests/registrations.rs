use super::*;

#[tokio::test]
async fn a_registration_is_added_changed_and_replaced() {
    let lab = Lab::start().await;
    let first = registration();
    assert_eq!(lab.converge(&Resource::Registration(first.clone())).await, "instance-profiles/add");
    let role = "arn:aws:iam::111122223333:role/cluster-role".to_owned();
    let second = Registration { iam_role_arn: Field::Set(role), ..first };
    assert_eq!(lab.converge(&Resource::Registration(second.clone())).await, "instance-profiles/edit");
    let third = Registration { is_meta_instance_profile: Field::Set(true), ..second };
    let calls = lab.converge(&Resource::Registration(third)).await;
    assert_eq!(calls, "instance-profiles/remove instance-profiles/add");
}

#[tokio::test]
async fn a_failed_trial_launch_says_what_is_missing() {
    let lab = Lab::with(Config { behaviour: at_once(), ..Config::default() }).await;
    let (operations, _) = lab.difference(&Resource::Registration(registration())).await;
    let failure = lab.provider.apply(&operations[0]).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotYetVisible);
    insta::assert_snapshot!(shown(&failure), @"
    databricks:instance-profiles/add: DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: Value (arn:aws:iam::111122223333:instance-profile/cluster-role) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue)
    help: check that the instance profile exists in the workspace's own account
    ");
    let unchecked = Registration { skip_validation: true, ..registration() };
    assert_eq!(lab.converge(&Resource::Registration(unchecked)).await, "instance-profiles/add");
}

#[rstest::rstest]
#[case::pass_role(
    "You are not authorized to perform this operation. Encoded authorization failure message: abc",
    FailureKind::NotYetVisible
)]
#[case::no_role("IAM Instance Profile \"x\" has no associated IAM Roles", FailureKind::NotYetVisible)]
#[case::zone("Your requested instance type is not supported in your requested Availability Zone", FailureKind::Invalid)]
#[tokio::test]
async fn only_what_may_appear_by_itself_is_worth_waiting_for(#[case] text: &str, #[case] kind: FailureKind) {
    let lab = Lab::start().await;
    let message = format!("Verification of the instance profile failed. AWS error: {text}");
    let fault = FaultKind::Status { status: 400, code: "DRY_RUN_FAILED".to_owned(), message };
    lab.inject("instance-profiles/add", 1, fault);
    let (operations, _) = lab.difference(&Resource::Registration(registration())).await;
    let failure = lab.provider.apply(&operations[0]).await.unwrap_err();
    assert_eq!(failure.kind, kind);
    assert!(failure.message.contains(PROFILE) && failure.help.is_some(), "{failure}");
}

/// A lost answer of a call that may not be repeated is left to the engine, which looks before it tries again.
#[tokio::test]
async fn a_lost_answer_of_an_addition_is_told_as_unknown() {
    let lab = Lab::start().await;
    lab.inject("instance-profiles/add", 1, FaultKind::CutAfter);
    let resource = Resource::Registration(registration());
    let (operations, _) = lab.difference(&resource).await;
    let failure = lab.provider.apply(&operations[0]).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Transient);
    assert_eq!(lab.writes(), "instance-profiles/add");
    assert_eq!(lab.difference(&resource).await.0, []);
}
