//! Managed policies, their versions, and what hangs on them.

use rstest::rstest;

use crate::client::{Lab, POLICY};

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

#[tokio::test]
async fn attaching_twice_is_no_error_and_detaching_twice_is() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let parameters = [("RoleName", "lab"), ("PolicyArn", S3)];
    lab.done("AttachRolePolicy", &parameters).await;
    lab.done("AttachRolePolicy", &parameters).await;
    let listed = lab.done("ListAttachedRolePolicies", &[("RoleName", "lab")]).await;
    assert_eq!((listed.elements("PolicyName"), listed.elements("PolicyArn")), (vec!["AmazonS3FullAccess"], vec![S3]));
    lab.done("DetachRolePolicy", &parameters).await;
    assert_eq!(
        lab.iam("DetachRolePolicy", &parameters).await.error(),
        format!("404 NoSuchEntity: Policy {S3} was not found.")
    );
}

#[rstest]
#[case::unknown(
    "arn:aws:iam::aws:policy/AmazonS3FullAcces",
    "404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonS3FullAcces does not exist or is not attachable."
)]
#[case::without_its_path(
    "arn:aws:iam::aws:policy/AWSGlueServiceRole",
    "404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AWSGlueServiceRole does not exist or is not attachable."
)]
#[case::other_partition(
    "arn:aws-cn:iam::aws:policy/AmazonS3FullAccess",
    "404 NoSuchEntity: Policy arn:aws-cn:iam::aws:policy/AmazonS3FullAccess does not exist or is not attachable."
)]
#[case::service_linked(
    "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
    "400 PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role."
)]
#[case::no_policy(
    "arn:aws:iam::111122223333:role/lab",
    "400 InvalidInput: ARN arn:aws:iam::111122223333:role/lab is not valid."
)]
#[case::short(
    "AmazonS3FullAccess",
    "400 ValidationError: 1 validation error detected: Value at 'policyArn' failed to satisfy constraint: Member must have length greater than or equal to 20"
)]
#[tokio::test]
async fn what_cannot_be_attached_is_refused(#[case] arn: &str, #[case] expected: &str) {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let answer = lab.iam("AttachRolePolicy", &[("RoleName", "lab"), ("PolicyArn", arn)]).await;
    assert_eq!(answer.error(), expected);
}

#[tokio::test]
async fn the_eleventh_attachment_is_refused() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let policies = lab.done("ListPolicies", &[("Scope", "AWS"), ("PathPrefix", "/service-role/")]).await;
    let arns = policies.elements("Arn");
    for arn in &arns[..10] {
        lab.done("AttachRolePolicy", &[("RoleName", "lab"), ("PolicyArn", arn)]).await;
    }
    let answer = lab.iam("AttachRolePolicy", &[("RoleName", "lab"), ("PolicyArn", arns[10])]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
}

#[tokio::test]
async fn the_policies_of_aws_have_documents() {
    let lab = Lab::instant().await;
    let policies = lab.done("ListPolicies", &[("Scope", "AWS"), ("MaxItems", "1000")]).await;
    let arns = policies.elements("Arn");
    assert!(arns.len() >= 40, "{}", arns.len());
    for arn in arns {
        let version = lab.done("GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v1")]).await;
        assert!(version.element("Document").starts_with("%7B%22Version%22"), "{arn}");
    }
}

/// Creates a policy and gives its ARN.
async fn policy(lab: &Lab, name: &str) -> String {
    lab.done("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", POLICY), ("Description", "d")])
        .await
        .element("Arn")
        .to_owned()
}

#[tokio::test]
async fn a_created_policy_answers_without_its_description_and_is_unique_in_any_case_and_path() {
    let lab = Lab::instant().await;
    let created = lab
        .done(
            "CreatePolicy",
            &[("PolicyName", "Lab"), ("PolicyDocument", POLICY), ("Description", "d"), ("Path", "/x/")],
        )
        .await;
    assert!(created.elements("Description").is_empty());
    let arn = created.element("Arn");
    assert_eq!(arn, "arn:aws:iam::111122223333:policy/x/Lab");
    let read = lab.done("GetPolicy", &[("PolicyArn", arn)]).await;
    assert_eq!(read.element("Description"), "d");
    let again = lab.iam("CreatePolicy", &[("PolicyName", "lab"), ("PolicyDocument", POLICY)]).await;
    assert_eq!(
        again.error(),
        "409 EntityAlreadyExists: A policy called lab already exists. Duplicate names are not allowed."
    );
}

#[tokio::test]
async fn a_policy_keeps_five_versions_and_numbers_are_never_used_again() {
    let lab = Lab::instant().await;
    let arn = policy(&lab, "lab").await;
    let policy_arn = ("PolicyArn", arn.as_str());
    let document = ("PolicyDocument", POLICY);
    for _ in 2..=5 {
        lab.done("CreatePolicyVersion", &[policy_arn, document]).await;
    }
    let sixth = lab.iam("CreatePolicyVersion", &[policy_arn, document]).await;
    assert_eq!(
        sixth.error(),
        "409 LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
    );
    lab.done("DeletePolicyVersion", &[policy_arn, ("VersionId", "v5")]).await;
    lab.done("CreatePolicyVersion", &[policy_arn, document, ("SetAsDefault", "true")]).await;
    let listed = lab.done("ListPolicyVersions", &[policy_arn]).await;
    assert_eq!(listed.elements("VersionId"), ["v6", "v4", "v3", "v2", "v1"]);
    let read = lab.done("GetPolicy", &[policy_arn]).await;
    assert_eq!(read.element("DefaultVersionId"), "v6");
    lab.done("SetDefaultPolicyVersion", &[policy_arn, ("VersionId", "v1")]).await;
    let default = lab.iam("DeletePolicyVersion", &[policy_arn, ("VersionId", "v1")]).await;
    assert_eq!(default.error(), "409 DeleteConflict: Cannot delete the default version of a policy.");
    let gone = lab.iam("GetPolicyVersion", &[policy_arn, ("VersionId", "v5")]).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_policy_is_deleted_only_when_it_is_used_nowhere_and_has_one_version() {
    let lab = Lab::instant().await;
    let arn = policy(&lab, "lab").await;
    lab.role("role").await;
    let policy_arn = ("PolicyArn", arn.as_str());
    let role = ("RoleName", "role");
    lab.done("CreatePolicyVersion", &[policy_arn, ("PolicyDocument", POLICY)]).await;
    lab.done("AttachRolePolicy", &[role, policy_arn]).await;
    lab.done("PutRolePermissionsBoundary", &[role, ("PermissionsBoundary", &arn)]).await;
    let entities = lab.done("ListEntitiesForPolicy", &[policy_arn]).await;
    assert_eq!(entities.elements("RoleName"), ["role"]);
    let attached = "409 DeleteConflict: Cannot delete a policy attached to entities.";
    assert_eq!(lab.iam("DeletePolicy", &[policy_arn]).await.error(), attached);
    lab.done("DetachRolePolicy", &[role, policy_arn]).await;
    assert_eq!(lab.iam("DeletePolicy", &[policy_arn]).await.error(), attached);
    lab.done("DeleteRolePermissionsBoundary", &[role]).await;
    assert!(
        lab.iam("DeletePolicy", &[policy_arn])
            .await
            .error()
            .starts_with("409 DeleteConflict: This policy has more than one version.")
    );
    lab.done("DeletePolicyVersion", &[policy_arn, ("VersionId", "v2")]).await;
    lab.done("DeletePolicy", &[policy_arn]).await;
    assert_eq!(lab.iam("GetPolicy", &[policy_arn]).await.status, 404);
}

#[tokio::test]
async fn a_managed_policy_has_a_quota() {
    let lab = Lab::instant().await;
    let document = POLICY.replace("GetObject", &"x".repeat(6144));
    let answer = lab.iam("CreatePolicy", &[("PolicyName", "lab"), ("PolicyDocument", &document)]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for PolicySize: 6144");
}

#[tokio::test]
async fn policy_tags_mind_the_case_of_their_keys() {
    let lab = Lab::instant().await;
    let arn = policy(&lab, "lab").await;
    let policy_arn = ("PolicyArn", arn.as_str());
    for key in ["Team", "team"] {
        lab.done("TagPolicy", &[policy_arn, ("Tags.member.1.Key", key), ("Tags.member.1.Value", "v")]).await;
    }
    lab.done("UntagPolicy", &[policy_arn, ("TagKeys.member.1", "Team")]).await;
    let tags = lab.done("ListPolicyTags", &[policy_arn]).await;
    assert_eq!(tags.elements("Key"), ["team"]);
}
