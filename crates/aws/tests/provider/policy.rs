//! Customer-managed policies.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::failure::FailureKind;
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{ManagedPolicy, ManagedPolicyOperation, Resource, RoleOperation, Tags};

use crate::support::{Lab, failed, lab, owner, tags};

fn document(action: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#)
}

fn policy(lab: &Lab, action: &str) -> ManagedPolicy {
    ManagedPolicy {
        name: "lab-policy".to_owned(),
        arn: lab.scope.policy_arn("/data/", "lab-policy"),
        path: Field::Set("/data/".to_owned()),
        description: Field::Set("reads".to_owned()),
        document: Field::Set(lab.policy(&document(action))),
        tags: Tags(BTreeMap::from([("Project".to_owned(), Some("lab".to_owned()))])),
        versions: Field::Absent,
        used_by: Field::Absent,
    }
}

fn desired(lab: &Lab, action: &str) -> Resource {
    Resource::ManagedPolicy(policy(lab, action))
}

fn moved(lab: &Lab) -> Resource {
    Resource::ManagedPolicy(ManagedPolicy {
        path: Field::Set("/".to_owned()),
        arn: lab.scope.policy_arn("/", "lab-policy"),
        ..policy(lab, "s3:GetObject")
    })
}

/// Changes the live policy to each of the documents in turn.
async fn version_by_version(lab: &Lab, actions: &[&str]) {
    for action in actions {
        let next = desired(lab, action);
        let live = lab.live(&next).await;
        lab.bring_about(&next, Some(&live)).await;
    }
}

#[tokio::test]
async fn a_created_policy_reads_back_as_desired_by_two_calls() {
    let lab = lab().await;
    let desired = desired(&lab, "s3:GetObject");
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @"
    iam:GetPolicy
    iam:GetPolicyVersion
    ");
    insta::assert_snapshot!(lab.calls_of_reading(&desired.identity()).await, @"iam:GetPolicy");
}

#[tokio::test]
async fn policies_that_are_not_there_are_looked_for_in_one_list() {
    let lab = lab().await;
    let other = Resource::ManagedPolicy(ManagedPolicy {
        name: "other".to_owned(),
        arn: lab.scope.policy_arn("/", "other"),
        ..policy(&lab, "s3:GetObject")
    });
    assert_eq!(lab.read_all(&[&desired(&lab, "s3:GetObject"), &other]).await, [Reading::Absent, Reading::Absent]);
    insta::assert_snapshot!(lab.calls(), @"
    iam:GetPolicy
    iam:GetPolicy
    iam:ListPolicies
    ");
    assert_eq!(lab.calls_of_reading(&desired(&lab, "s3:GetObject").identity()).await, "iam:GetPolicy");
}

#[tokio::test]
async fn another_document_becomes_a_version_and_one_that_was_there_is_used_again() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    let other = desired(&lab, "s3:PutObject");
    let live = lab.live(&other).await;
    assert_eq!(lab.bring_about(&other, Some(&live)).await, "iam:CreatePolicyVersion");
    lab.agrees(&other).await;

    let back = desired(&lab, "s3:GetObject");
    lab.sandbox.clear_calls();
    let live = lab.live(&back).await;
    insta::assert_snapshot!(lab.calls(), @"
    iam:GetPolicy
    iam:GetPolicyVersion
    iam:GetPolicyVersion
    iam:ListPolicyVersions
    ");
    assert_eq!(lab.bring_about(&back, Some(&live)).await, "iam:SetDefaultPolicyVersion");
    lab.agrees(&back).await;
}

#[tokio::test]
async fn the_oldest_version_that_is_not_in_force_makes_room() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    version_by_version(&lab, &["s3:a", "s3:b", "s3:c", "s3:d"]).await;
    // The first one is in force again, so that the second is the oldest to go.
    version_by_version(&lab, &["s3:GetObject"]).await;
    let sixth = desired(&lab, "s3:e");
    let live = lab.live(&sixth).await;
    let operations = sixth.diff(Some(&live), &owner()).operations;
    let (policy_arn, version_id) = (policy(&lab, "").arn, "v2".to_owned());
    assert_eq!(operations.first(), Some(&ManagedPolicyOperation::DeleteVersion { policy_arn, version_id }.into()));
    insta::assert_snapshot!(lab.bring_about(&sixth, Some(&live)).await, @"
    iam:DeletePolicyVersion
    iam:CreatePolicyVersion
    ");
    lab.agrees(&sixth).await;
}

#[tokio::test]
async fn a_policy_of_the_name_under_another_path_is_found_and_made_anew() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    version_by_version(&lab, &["s3:PutObject"]).await;
    let moved = moved(&lab);
    let live = lab.live(&moved).await;
    insta::assert_snapshot!(lab.bring_about(&moved, Some(&live)).await, @"
    iam:DeletePolicyVersion
    iam:DeletePolicy
    iam:CreatePolicy
    ");
    lab.agrees(&moved).await;
}

#[tokio::test]
async fn who_uses_a_policy_that_has_to_go_is_named() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    let (role, policy_arn) = ("lab-role".to_owned(), policy(&lab, "").arn);
    lab.apply(RoleOperation::AttachPolicy { role, policy_arn: policy_arn.clone() }).await.unwrap();
    for looked_for in [moved(&lab), desired(&lab, "s3:GetObject").to_be_deleted()] {
        let Resource::ManagedPolicy(live) = lab.live(&looked_for).await else { panic!("it is a policy") };
        assert_eq!(live.used_by, Field::Set(BTreeSet::from(["the role lab-role".to_owned()])));
    }
    let failure = lab.apply(ManagedPolicyOperation::Delete { policy_arn }).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::InUse);
    insta::assert_snapshot!(failure.help.unwrap_or_default(), @"`aws iam list-entities-for-policy` names the users, groups and roles that have to let go of it first");
}

#[tokio::test]
async fn a_path_that_the_manifest_does_not_know_of_is_told() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    let without = ManagedPolicy {
        path: Field::Absent,
        arn: lab.scope.policy_arn("/", "lab-policy"),
        ..policy(&lab, "s3:GetObject")
    };
    let failure = failed(lab.read(&Resource::ManagedPolicy(without)).await);
    insta::assert_snapshot!(failure.message, @"the policy is arn:aws:iam::111122223333:policy/data/lab-policy, and the manifest takes it for arn:aws:iam::111122223333:policy/lab-policy");
    assert_eq!(failure.help.as_deref(), Some("write `path: /data/`"));
}

#[tokio::test]
async fn a_name_in_another_case_is_the_same_policy() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    let other_case = Resource::ManagedPolicy(ManagedPolicy {
        name: "Lab-Policy".to_owned(),
        arn: lab.scope.policy_arn("/data/", "Lab-Policy"),
        ..policy(&lab, "s3:GetObject")
    });
    assert_eq!(lab.live(&other_case).await.name(), "lab-policy");
}

#[tokio::test]
async fn a_caller_who_may_not_list_learns_of_a_taken_name_when_it_is_created() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    lab.refuse("ListPolicies", 403, "AccessDenied", "no");
    let moved = moved(&lab);
    assert_eq!(lab.read(&moved).await, Reading::Absent);
    let create = moved.diff(None, &owner()).operations.remove(0);
    assert_eq!(lab.apply(create).await.unwrap_err().kind, FailureKind::AlreadyExists);
}

#[tokio::test]
async fn each_operation_is_the_one_call_it_names() {
    let lab = lab().await;
    lab.create(&desired(&lab, "s3:GetObject")).await;
    let arn = || policy(&lab, "").arn;
    for operation in [
        ManagedPolicyOperation::CreateVersion { policy_arn: arn(), document: lab.policy(&document("s3:a")) },
        ManagedPolicyOperation::SetDefaultVersion { policy_arn: arn(), version_id: "v1".to_owned() },
        ManagedPolicyOperation::DeleteVersion { policy_arn: arn(), version_id: "v2".to_owned() },
        ManagedPolicyOperation::Tag { policy_arn: arn(), tags: tags(&[("a", "1")]) },
        ManagedPolicyOperation::Untag { policy_arn: arn(), keys: vec!["a".to_owned()] },
    ] {
        lab.apply(operation).await.unwrap();
    }
    lab.agrees(&desired(&lab, "s3:GetObject")).await;
    lab.apply(ManagedPolicyOperation::Delete { policy_arn: arn() }).await.unwrap();
    assert_eq!(lab.read(&desired(&lab, "s3:GetObject")).await, Reading::Absent);
}
