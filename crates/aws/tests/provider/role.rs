//! IAM roles.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{InstanceProfileOperation, Resource, Role, RoleOperation, Tags};

use crate::support::{Lab, TRUST, lab, owner, tags};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const FULL: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
const SMALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
const PASS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/x"}]}"#;

/// A role with everything managed.
fn whole(lab: &Lab) -> Role {
    Role {
        path: Field::Set("/".to_owned()),
        description: Field::Set("for the lab".to_owned()),
        max_session_duration: Field::Set(7200),
        permissions_boundary: Field::Set(FULL.to_owned()),
        managed_policies: Field::Set(BTreeSet::from([READ_ONLY.to_owned()])),
        inline_policies: Field::Set(BTreeMap::from([("small".to_owned(), Some(lab.policy(SMALL)))])),
        tags: Tags(BTreeMap::from([("project".to_owned(), Some("lab".to_owned()))])),
        ..lab.role("lab-role")
    }
}

#[tokio::test]
async fn a_created_role_reads_back_as_desired() {
    let lab = lab().await;
    let desired = Resource::Role(whole(&lab));
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @r"
    iam:GetRole
    iam:GetRolePolicy
    iam:ListAttachedRolePolicies
    iam:ListRolePolicies
    ");
}

#[tokio::test]
async fn nothing_is_asked_that_is_not_managed() {
    let lab = lab().await;
    let desired = Resource::Role(lab.role("lab-role"));
    lab.create(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @"iam:GetRole");
    lab.refuse("ListAttachedRolePolicies", 403, "AccessDenied", "no");
    lab.agrees(&desired).await;
}

#[tokio::test]
async fn each_operation_is_the_one_call_it_names() {
    let lab = lab().await;
    let role = || "lab-role".to_owned();
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    let profile = "lab-profile".to_owned();
    lab.apply(InstanceProfileOperation::Create {
        instance_profile: profile.clone(),
        path: "/".to_owned(),
        tags: BTreeMap::new(),
    })
    .await
    .unwrap();
    let policy_name = "small".to_owned();
    for operation in [
        RoleOperation::UpdateSettings { role: role(), description: String::new(), max_session_duration: 3600 },
        RoleOperation::SetTrustPolicy { role: role(), trust_policy: lab.policy(TRUST) },
        RoleOperation::SetPermissionsBoundary { role: role(), permissions_boundary: FULL.to_owned() },
        RoleOperation::DeletePermissionsBoundary { role: role() },
        RoleOperation::AttachPolicy { role: role(), policy_arn: READ_ONLY.to_owned() },
        RoleOperation::DetachPolicy { role: role(), policy_arn: READ_ONLY.to_owned() },
        RoleOperation::PutInlinePolicy { role: role(), policy_name: policy_name.clone(), document: lab.policy(SMALL) },
        RoleOperation::DeleteInlinePolicy { role: role(), policy_name },
        RoleOperation::Tag { role: role(), tags: tags(&[("a", "1")]) },
        RoleOperation::Untag { role: role(), keys: vec!["a".to_owned()] },
        RoleOperation::AddToInstanceProfile { role: role(), instance_profile: profile.clone() },
        RoleOperation::RemoveFromInstanceProfile { role: role(), instance_profile: profile },
        RoleOperation::Delete { role: role() },
    ] {
        lab.apply(operation).await.unwrap();
    }
    assert_eq!(lab.read(&Resource::Role(lab.role("lab-role"))).await, Reading::Absent);
}

#[tokio::test]
async fn a_description_that_is_emptied_is_none() {
    let lab = lab().await;
    lab.create(&Resource::Role(whole(&lab))).await;
    let desired = Resource::Role(Role {
        description: Field::Null,
        max_session_duration: Field::Set(3600),
        permissions_boundary: Field::Null,
        ..lab.role("lab-role")
    });
    let live = lab.live(&desired).await;
    insta::assert_snapshot!(lab.bring_about(&desired, Some(&live)).await, @r"
    iam:UpdateRole
    iam:DeleteRolePermissionsBoundary
    ");
    lab.agrees(&desired).await;
}

#[tokio::test]
async fn of_someone_elses_role_only_the_listed_policies_are_read() {
    let lab = lab().await;
    let theirs = BTreeMap::from([("theirs".to_owned(), Some(lab.policy(SMALL)))]);
    lab.create(&Resource::Role(Role { inline_policies: Field::Set(theirs), ..lab.role("foreign") })).await;
    let listed = BTreeMap::from([("ours".to_owned(), Some(lab.policy(PASS))), ("gone".to_owned(), None)]);
    let desired = Resource::Role(Role {
        existing: true,
        trust_policy: Field::Absent,
        inline_policies: Field::Set(listed),
        ..lab.role("foreign")
    });
    let live = lab.live(&desired).await;
    insta::assert_snapshot!(lab.bring_about(&desired, Some(&live)).await, @"iam:PutRolePolicy");
    lab.agrees(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @r"
    iam:GetRole
    iam:GetRolePolicy
    iam:GetRolePolicy
    ");
}

#[tokio::test]
async fn every_page_of_inline_policies_is_read() {
    let lab = lab().await;
    // IAM answers a hundred names a page, and takes some ten thousand characters of documents a role.
    let small = r#"{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;
    let policies: BTreeMap<_, _> =
        (0..105).map(|number| (format!("policy-{number}"), Some(lab.policy(small)))).collect();
    let desired = Resource::Role(Role { inline_policies: Field::Set(policies), ..lab.role("lab-role") });
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    let calls = lab.calls_of_reading(&desired).await;
    let of = |name: &str| calls.lines().filter(|call| *call == name).count();
    assert_eq!((of("iam:ListRolePolicies"), of("iam:GetRolePolicy")), (2, 105));
}

#[tokio::test]
async fn a_name_in_another_case_is_the_same_role_as_iam_spells_it() {
    let lab = lab().await;
    lab.create(&Resource::Role(lab.role("Lab-Role"))).await;
    let live = lab.live(&Resource::Role(lab.role("lab-role"))).await;
    assert_eq!((live.name(), live.arn()), ("Lab-Role", Some(lab.scope.role_arn("/", "Lab-Role").as_str())));
}

#[tokio::test]
async fn a_role_that_must_be_made_anew_is_read_whole_and_gets_everything_back() {
    let lab = lab().await;
    lab.create(&Resource::Role(whole(&lab))).await;
    for number in 0..101 {
        let instance_profile = format!("profile-{number}");
        let create = InstanceProfileOperation::Create {
            instance_profile: instance_profile.clone(),
            path: "/".to_owned(),
            tags: BTreeMap::new(),
        };
        lab.apply(create).await.unwrap();
        lab.apply(InstanceProfileOperation::AddRole { instance_profile, role: "lab-role".to_owned() }).await.unwrap();
    }
    let desired = Resource::Role(Role { path: Field::Set("/team/".to_owned()), ..lab.role("lab-role") });
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @r"
    iam:GetRole
    iam:GetRolePolicy
    iam:ListAttachedRolePolicies
    iam:ListInstanceProfilesForRole
    iam:ListInstanceProfilesForRole
    iam:ListRolePolicies
    ");
    let live = lab.live(&desired).await;
    lab.bring_about(&desired, Some(&live)).await;
    let renewed = Role { path: Field::Set("/team/".to_owned()), ..whole(&lab) };
    lab.agrees(&Resource::Role(renewed)).await;
    let difference = Resource::Role(lab.role("lab-role")).diff(Some(&lab.live(&desired).await), &owner());
    assert!(difference.is_empty(), "{difference:#?}");
}
