//! Eventual consistency, edge by edge, on the services' own clock.

use std::time::Duration;

use reconcile_sandbox::{Behaviour, Lags};
use serde_json::json;

use crate::client::{Lab, POLICY, TRUST};

const LAG: u64 = 60_000;
const ROLE: &str = "arn:aws:iam::111122223333:role/lab";

async fn lagging(lags: Lags) -> Lab {
    Lab::with(Behaviour { lags, ..Behaviour::default() }).await
}

fn pass(lab: &Lab) {
    lab.sandbox.pass(Duration::from_millis(LAG));
}

#[tokio::test]
async fn a_new_role_is_no_principal_yet() {
    let lab = lagging(Lags { principal: Some(LAG), ..Lags::default() }).await;
    let arn = lab.role("lab").await;
    let trust =
        format!(r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"sts:AssumeRole"}}]}}"#);
    let create = [("RoleName", "second"), ("AssumeRolePolicyDocument", trust.as_str())];
    assert!(lab.iam("CreateRole", &create).await.error().contains("Invalid principal in policy"));
    pass(&lab);
    lab.done("CreateRole", &create).await;
}

#[tokio::test]
async fn a_new_role_and_a_new_trust_policy_cannot_be_relied_upon_yet() {
    let lab = lagging(Lags { assumable: Some(LAG), ..Lags::default() }).await;
    lab.role("lab").await;
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": ROLE});
    let create = async || lab.sagemaker("CreateNotebookInstance", &input).await;
    assert!(create().await.json_error().contains("Could not assume role"));
    pass(&lab);
    lab.done("UpdateAssumeRolePolicy", &[("RoleName", "lab"), ("PolicyDocument", TRUST)]).await;
    assert!(create().await.json_error().contains("Could not assume role"));
    pass(&lab);
    assert_eq!(create().await.status, 200);
}

#[tokio::test]
async fn a_new_policy_cannot_be_attached_yet() {
    let lab = lagging(Lags { attachable: LAG, ..Lags::default() }).await;
    lab.role("lab").await;
    let policy = lab.done("CreatePolicy", &[("PolicyName", "lab"), ("PolicyDocument", POLICY)]).await;
    let attach = [("RoleName", "lab"), ("PolicyArn", policy.element("Arn"))];
    assert!(lab.iam("AttachRolePolicy", &attach).await.error().contains("does not exist or is not attachable"));
    pass(&lab);
    lab.done("AttachRolePolicy", &attach).await;
}

#[tokio::test]
async fn an_id_stands_in_the_place_of_a_new_arn() {
    let lab = lagging(Lags { identifier: LAG, ..Lags::default() }).await;
    lab.role("lab").await;
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "lab")]).await;
    let role = async || lab.done("GetRole", &[("RoleName", "lab")]).await.element("Arn").to_owned();
    let profile =
        async || lab.done("GetInstanceProfile", &[("InstanceProfileName", "lab")]).await.element("Arn").to_owned();
    assert!(role().await.starts_with("AROA") && profile().await.starts_with("AIPA"));
    pass(&lab);
    assert_eq!(role().await, ROLE);
    assert!(profile().await.starts_with("arn:"));
}

#[tokio::test]
async fn a_read_answers_what_was_true_before() {
    let lab = lagging(Lags { read: LAG, ..Lags::default() }).await;
    let read = async || lab.iam("GetRole", &[("RoleName", "lab")]).await;
    lab.role("lab").await;
    assert_eq!(read().await.status, 404);
    // Writing calls know what is true now.
    assert_eq!(lab.iam("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)]).await.status, 409);
    pass(&lab);
    assert_eq!(read().await.element("MaxSessionDuration"), "3600");
    lab.done("UpdateRole", &[("RoleName", "lab"), ("MaxSessionDuration", "7200")]).await;
    assert_eq!(read().await.element("MaxSessionDuration"), "3600");
    pass(&lab);
    assert_eq!(read().await.element("MaxSessionDuration"), "7200");
}

#[tokio::test]
async fn a_seed_draws_the_same_lags_again_and_lets_reads_overtake_each_other() {
    let seen = async |seed| {
        let lab = lagging(Lags { seed: Some(seed), read: LAG, ..Lags::default() }).await;
        lab.role("lab").await;
        lab.sandbox.pass(Duration::from_millis(LAG / 2));
        let mut seen = Vec::new();
        for _ in 0..20 {
            seen.push(lab.iam("GetRole", &[("RoleName", "lab")]).await.status);
        }
        seen
    };
    let first = seen(1).await;
    assert_eq!(first, seen(1).await);
    assert!(first.windows(2).any(|pair| pair == [200, 404]), "{first:?}");
    assert_ne!(first, seen(2).await);
}

#[tokio::test]
async fn a_name_that_was_just_given_up_is_not_given_again_yet() {
    let lab = lagging(Lags { recreation: LAG, ..Lags::default() }).await;
    lab.role("lab").await;
    lab.done("DeleteRole", &[("RoleName", "lab")]).await;
    let create = [("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)];
    assert!(lab.iam("CreateRole", &create).await.error().starts_with("409 EntityTemporarilyUnmodifiable: "));
    pass(&lab);
    lab.role("lab").await;
}

#[tokio::test]
async fn a_role_that_was_just_emptied_cannot_be_deleted_yet() {
    let lab = lagging(Lags { release: LAG, ..Lags::default() }).await;
    lab.role("lab").await;
    let inline = [("RoleName", "lab"), ("PolicyName", "p"), ("PolicyDocument", POLICY)];
    lab.done("PutRolePolicy", &inline).await;
    pass(&lab);
    lab.done("DeleteRolePolicy", &inline[..2]).await;
    assert!(lab.iam("DeleteRole", &[("RoleName", "lab")]).await.error().starts_with("409 DeleteConflict: "));
    pass(&lab);
    lab.done("DeleteRole", &[("RoleName", "lab")]).await;
}

#[tokio::test]
async fn a_former_state_can_be_put_back() {
    let lab = Lab::instant().await;
    let before = lab.sandbox.state();
    lab.role("lab").await;
    let with_role = lab.sandbox.state();
    lab.sandbox.restore(&before).unwrap();
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 404);
    lab.sandbox.restore(&with_role).unwrap();
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 200);
    assert_eq!(lab.sandbox.state(), with_role);
    assert!(lab.sandbox.restore(&json!({"iam": 1})).is_err());
}
