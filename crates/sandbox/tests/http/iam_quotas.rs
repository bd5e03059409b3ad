//! What an account may hold, as `Config.quotas` says.

use reconcile_sandbox::{Config, Quotas};

use crate::client::{Lab, POLICY, TRUST};

const ROLE: (&str, &str) = ("RoleName", "lab");
const TRUSTING: (&str, &str) = ("AssumeRolePolicyDocument", TRUST);
const DOCUMENT: (&str, &str) = ("PolicyDocument", POLICY);

async fn with(quotas: Quotas) -> Lab {
    Lab::start(Config { quotas, ..Config::default() }).await
}

#[tokio::test]
async fn no_more_roles_than_the_account_may_have() {
    // The workspace's role is there from the start.
    let lab = with(Quotas { roles: 2, ..Quotas::default() }).await;
    lab.role("lab").await;
    let answer = lab.iam("CreateRole", &[("RoleName", "more"), TRUSTING]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for RolesPerAccount: 2");
    lab.done("DeleteRole", &[ROLE]).await;
    lab.role("more").await;
}

#[tokio::test]
async fn no_more_instance_profiles_than_the_account_may_have() {
    let lab = with(Quotas { instance_profiles: 1, ..Quotas::default() }).await;
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "lab")]).await;
    let answer = lab.iam("CreateInstanceProfile", &[("InstanceProfileName", "more")]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for InstanceProfilesPerAccount: 1");
}

#[tokio::test]
async fn no_more_policies_than_the_account_may_have() {
    let lab = with(Quotas { policies: 1, ..Quotas::default() }).await;
    lab.done("CreatePolicy", &[("PolicyName", "lab"), DOCUMENT]).await;
    let answer = lab.iam("CreatePolicy", &[("PolicyName", "more"), DOCUMENT]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for PoliciesPerAccount: 1");
}

#[tokio::test]
async fn no_more_versions_of_policies_than_the_account_may_have() {
    let lab = with(Quotas { policy_versions: 2, ..Quotas::default() }).await;
    let created = lab.done("CreatePolicy", &[("PolicyName", "lab"), DOCUMENT]).await;
    let policy = ("PolicyArn", created.element("Arn"));
    lab.done("CreatePolicyVersion", &[policy, DOCUMENT]).await;
    let refused = "409 LimitExceeded: Cannot exceed quota for PolicyVersionsInUse: 2";
    assert_eq!(lab.iam("CreatePolicyVersion", &[policy, DOCUMENT]).await.error(), refused);
    assert_eq!(lab.iam("CreatePolicy", &[("PolicyName", "more"), DOCUMENT]).await.error(), refused);
    lab.done("DeletePolicyVersion", &[policy, ("VersionId", "v2")]).await;
    lab.done("CreatePolicyVersion", &[policy, DOCUMENT]).await;
}

#[tokio::test]
async fn a_role_has_no_more_attachments_and_no_longer_trust_than_the_account_allows() {
    let lab = with(Quotas { attachments_per_role: 1, trust_policy_size: TRUST.len(), ..Quotas::default() }).await;
    lab.role("lab").await;
    let attach = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    lab.done("AttachRolePolicy", &[ROLE, ("PolicyArn", &attach("AmazonS3ReadOnlyAccess"))]).await;
    let answer = lab.iam("AttachRolePolicy", &[ROLE, ("PolicyArn", &attach("AmazonS3FullAccess"))]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for PoliciesPerRole: 1");
    let longer = TRUST.replace("[\"ec2", "[\"glue.amazonaws.com\",\"ec2");
    let answer = lab.iam("UpdateAssumeRolePolicy", &[ROLE, ("PolicyDocument", &longer)]).await;
    assert_eq!(answer.error(), format!("409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: {}", TRUST.len()));
    // White space does not count.
    let spaced = TRUST.replace(',', " , \n");
    lab.done("UpdateAssumeRolePolicy", &[ROLE, ("PolicyDocument", &spaced)]).await;
}

#[tokio::test]
async fn the_summary_tells_what_the_account_may_hold() {
    let quotas = Quotas {
        trust_policy_size: 4096,
        attachments_per_role: 20,
        roles: 5000,
        policies: 10_001,
        instance_profiles: 3000,
        policy_versions: 12_000,
    };
    let lab = with(quotas).await;
    let summary = lab.done("GetAccountSummary", &[]).await;
    for (key, value) in [
        ("AssumeRolePolicySizeQuota", 4096),
        ("AttachedPoliciesPerRoleQuota", 20),
        ("RolesQuota", 5000),
        ("PoliciesQuota", 10_001),
        ("InstanceProfilesQuota", 3000),
        ("PolicyVersionsInUseQuota", 12_000),
    ] {
        assert!(summary.text.contains(&format!("<key>{key}</key><value>{value}</value>")), "{key}: {}", summary.text);
    }
}
