//! Instance profiles.

use crate::client::Lab;

const PROFILE: (&str, &str) = ("InstanceProfileName", "lab");
const ROLE: (&str, &str) = ("RoleName", "lab");

#[tokio::test]
async fn a_profile_holds_one_role_and_no_more() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    lab.role("other").await;
    let created = lab.done("CreateInstanceProfile", &[PROFILE]).await;
    assert!(created.element("InstanceProfileId").starts_with("AIPA"));
    lab.done("AddRoleToInstanceProfile", &[PROFILE, ROLE]).await;
    for role in ["lab", "other"] {
        let answer = lab.iam("AddRoleToInstanceProfile", &[PROFILE, ("RoleName", role)]).await;
        assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    }
    let read = lab.done("GetInstanceProfile", &[PROFILE]).await;
    assert_eq!(read.elements("RoleName"), ["lab"]);
    let of_role = lab.done("ListInstanceProfilesForRole", &[ROLE]).await;
    assert_eq!(of_role.elements("InstanceProfileName"), ["lab"]);
    let conflict = lab.iam("DeleteInstanceProfile", &[PROFILE]).await;
    assert_eq!(
        conflict.error(),
        "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first."
    );
    let absent = lab.iam("RemoveRoleFromInstanceProfile", &[PROFILE, ("RoleName", "other")]).await;
    assert_eq!(absent.error(), "404 NoSuchEntity: The role with name other cannot be found.");
    lab.done("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]).await;
    lab.done("DeleteInstanceProfile", &[PROFILE]).await;
    assert_eq!(
        lab.iam("GetInstanceProfile", &[PROFILE]).await.error(),
        "404 NoSuchEntity: Instance Profile lab cannot be found."
    );
}

#[tokio::test]
async fn names_that_differ_by_case_are_one_profile() {
    let lab = Lab::instant().await;
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "Lab")]).await;
    assert_eq!(
        lab.iam("CreateInstanceProfile", &[PROFILE]).await.error(),
        "409 EntityAlreadyExists: Instance Profile lab already exists."
    );
    let read = lab.done("GetInstanceProfile", &[PROFILE]).await;
    assert_eq!(read.element("InstanceProfileName"), "Lab");
}

#[tokio::test]
async fn tags_are_shown_by_reading_one_profile_and_not_by_listing() {
    let lab = Lab::instant().await;
    lab.done("CreateInstanceProfile", &[PROFILE, ("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "a")]).await;
    lab.done("TagInstanceProfile", &[PROFILE, ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "b")]).await;
    let read = lab.done("GetInstanceProfile", &[PROFILE]).await;
    assert_eq!(read.elements("Key"), ["Team", "team"]);
    let listed = lab.done("ListInstanceProfiles", &[]).await;
    assert!(listed.elements("Key").is_empty());
    lab.done("UntagInstanceProfile", &[PROFILE, ("TagKeys.member.1", "Team")]).await;
    let tags = lab.done("ListInstanceProfileTags", &[PROFILE]).await;
    assert_eq!(tags.elements("Key"), ["team"]);
}

#[tokio::test]
async fn a_missing_role_or_profile_is_named() {
    let lab = Lab::instant().await;
    assert_eq!(
        lab.iam("AddRoleToInstanceProfile", &[PROFILE, ROLE]).await.error(),
        "404 NoSuchEntity: Instance Profile lab cannot be found."
    );
    lab.done("CreateInstanceProfile", &[PROFILE]).await;
    assert_eq!(
        lab.iam("AddRoleToInstanceProfile", &[PROFILE, ROLE]).await.error(),
        "404 NoSuchEntity: The role with name lab cannot be found."
    );
}
