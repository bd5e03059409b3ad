//! IAM instance profiles.

use std::collections::BTreeMap;

use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{InstanceProfile, InstanceProfileOperation, Resource, Tags};

use crate::support::{Lab, lab, tags};

fn profile(lab: &Lab, role: Field<String>) -> Resource {
    Resource::InstanceProfile(InstanceProfile {
        name: "lab-profile".to_owned(),
        arn: lab.scope.instance_profile_arn("/", "lab-profile"),
        path: Field::Set("/".to_owned()),
        role,
        tags: Tags(BTreeMap::from([("project".to_owned(), Some("lab".to_owned()))])),
    })
}

#[tokio::test]
async fn a_created_profile_reads_back_as_desired_by_one_call() {
    let lab = lab().await;
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    let desired = profile(&lab, Field::Set("lab-role".to_owned()));
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @"iam:GetInstanceProfile");
}

#[tokio::test]
async fn a_role_taken_out_behind_its_back_is_seen_and_put_back() {
    let lab = lab().await;
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    let desired = profile(&lab, Field::Set("lab-role".to_owned()));
    lab.create(&desired).await;
    let (instance_profile, role) = ("lab-profile".to_owned(), "lab-role".to_owned());
    lab.apply(InstanceProfileOperation::RemoveRole { instance_profile, role }).await.unwrap();
    let live = lab.live(&desired).await;
    insta::assert_snapshot!(lab.bring_about(&desired, Some(&live)).await, @"iam:AddRoleToInstanceProfile");
    lab.agrees(&desired).await;
}

#[tokio::test]
async fn each_operation_is_the_one_call_it_names() {
    let lab = lab().await;
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    let profile_name = || "lab-profile".to_owned();
    for operation in [
        InstanceProfileOperation::Create {
            instance_profile: profile_name(),
            path: "/team/".to_owned(),
            tags: BTreeMap::new(),
        },
        InstanceProfileOperation::AddRole { instance_profile: profile_name(), role: "lab-role".to_owned() },
        InstanceProfileOperation::Tag { instance_profile: profile_name(), tags: tags(&[("a", "1")]) },
        InstanceProfileOperation::Untag { instance_profile: profile_name(), keys: vec!["a".to_owned()] },
        InstanceProfileOperation::RemoveRole { instance_profile: profile_name(), role: "lab-role".to_owned() },
        InstanceProfileOperation::Delete { instance_profile: profile_name() },
    ] {
        lab.apply(operation).await.unwrap();
    }
    assert_eq!(lab.read(&profile(&lab, Field::Null)).await, Reading::Absent);
}
