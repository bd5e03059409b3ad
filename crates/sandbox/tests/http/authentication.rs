//! Who may call, and sessions of roles.

use std::time::Duration;

use reconcile_sandbox::{Behaviour, Config};
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use crate::client::{Lab, TRUST, authorization, form};

/// A trust policy that lets the account's own users assume a role.
const OWN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;

#[tokio::test]
async fn the_caller_is_the_sandbox_user() {
    let lab = Lab::start(Config { account_id: "000011112222".to_owned(), ..Config::default() }).await;
    let answer = lab.sts("GetCallerIdentity", &[]).await;
    assert_eq!(answer.element("Arn"), "arn:aws:iam::000011112222:user/sandbox");
    assert_eq!(answer.element("Account"), "000011112222");
}

#[tokio::test]
async fn the_partition_follows_from_the_region() {
    let lab = Lab::start(Config { region: "cn-north-1".to_owned(), ..Config::default() }).await;
    let answer = lab.sts("GetCallerIdentity", &[]).await;
    assert_eq!(answer.element("Arn"), "arn:aws-cn:iam::111122223333:user/sandbox");
    let role = lab.role("lab").await;
    assert_eq!(role, "arn:aws-cn:iam::111122223333:role/lab");
}

#[tokio::test]
async fn calls_without_or_with_unknown_credentials_are_refused_in_the_form_of_the_service() {
    let lab = Lab::instant().await;
    let iam = form("ListRoles", "2010-05-08", &[]);
    let unsigned = lab.try_post("/", &[], iam.clone()).await.unwrap();
    assert_eq!(unsigned.error(), "403 MissingAuthenticationToken: Request is missing Authentication Token");
    let header = authorization("AKIAOTHER", "us-east-1", "iam");
    let unknown = lab.try_post("/", &[(AUTHORIZATION.as_str(), &header)], iam).await.unwrap();
    assert_eq!(unknown.error(), "403 InvalidClientTokenId: The security token included in the request is invalid");
    let header = authorization("AKIAOTHER", "us-east-1", "sagemaker");
    let headers = [(AUTHORIZATION.as_str(), header.as_str()), ("x-amz-target", "SageMaker.ListNotebookInstances")];
    let unknown = lab.try_post("/", &headers, "{}".to_owned()).await.unwrap();
    assert_eq!(
        unknown.json_error(),
        "403 UnrecognizedClientException: The security token included in the request is invalid"
    );
    let unsigned = lab.try_post("/", &headers[1..], "{}".to_owned()).await.unwrap();
    assert_eq!(
        unsigned.json_error(),
        "403 MissingAuthenticationTokenException: Request is missing Authentication Token"
    );
}

#[tokio::test]
async fn an_assumed_role_calls_under_its_own_name() {
    let lab = Lab::instant().await;
    let created = lab.done("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", OWN)]).await;
    let session = lab.sts("AssumeRole", &[("RoleArn", created.element("Arn")), ("RoleSessionName", "lab")]).await;
    assert_eq!(session.status, 200, "{}", session.text);
    let header = authorization(session.element("AccessKeyId"), "us-east-1", "sts");
    let identity = lab
        .try_post("/", &[(AUTHORIZATION.as_str(), &header)], form("GetCallerIdentity", "2011-06-15", &[]))
        .await
        .unwrap();
    assert_eq!(identity.element("Arn"), "arn:aws:sts::111122223333:assumed-role/deployer/lab");
}

/// It says when it ends, and is refused as ended from then on, also when others were given out since.
#[tokio::test]
async fn a_session_ends_when_the_sandbox_is_told() {
    let lab = Lab::with(Behaviour { session: Some(60_000), ..Behaviour::default() }).await;
    let created = lab.done("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", OWN)]).await;
    let parameters = [("RoleArn", created.element("Arn")), ("RoleSessionName", "lab")];
    let first = lab.sts("AssumeRole", &parameters).await;
    let header = authorization(first.element("AccessKeyId"), "us-east-1", "sts");
    let asks = async || {
        let form = form("GetCallerIdentity", "2011-06-15", &[]);
        lab.try_post("/", &[(AUTHORIZATION.as_str(), &header)], form).await.unwrap()
    };
    assert_eq!(asks().await.status, 200);
    lab.sandbox.pass(Duration::from_mins(2));
    let second = lab.sts("AssumeRole", &parameters).await;
    assert!(first.element("Expiration") < second.element("Expiration"));
    assert_eq!(asks().await.error(), "403 ExpiredToken: The security token included in the request is expired");
}

#[tokio::test]
async fn a_role_is_assumed_only_by_whom_it_trusts() {
    let lab = Lab::instant().await;
    let arn = lab.role("lab").await;
    for role_arn in [arn.as_str(), "arn:aws:iam::111122223333:role/none"] {
        let answer = lab.sts("AssumeRole", &[("RoleArn", role_arn), ("RoleSessionName", "lab")]).await;
        assert_eq!(
            answer.error(),
            format!(
                "403 AccessDenied: User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            )
        );
    }
}

#[tokio::test]
async fn a_fresh_role_is_assumed_by_nobody_until_it_has_propagated() {
    let lab = Lab::with(Behaviour { propagation: 3_600_000, ..Behaviour::default() }).await;
    let created = lab.done("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", OWN)]).await;
    let answer = lab.sts("AssumeRole", &[("RoleArn", created.element("Arn")), ("RoleSessionName", "lab")]).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn unknown_operations_and_versions_are_refused() {
    let lab = Lab::instant().await;
    let answer = lab.iam("DeleteEverything", &[]).await;
    assert_eq!(answer.error(), "400 InvalidAction: Could not find operation DeleteEverything for version 2010-05-08");
    let answer = lab.sts("GetFederationToken", &[]).await;
    assert_eq!(answer.error(), "400 InvalidAction: Could not find operation GetFederationToken for version 2011-06-15");
    let answer = lab.sagemaker("CreateDomain", &json!({})).await;
    assert_eq!(
        answer.json_error(),
        "400 UnknownOperationException: The requested operation is not supported in the called service."
    );
}

#[tokio::test]
async fn other_services_are_refused() {
    let lab = Lab::instant().await;
    let header = authorization("sandbox", "us-east-1", "ec2");
    let answer = lab
        .try_post("/", &[(AUTHORIZATION.as_str(), &header)], form("RunInstances", "2016-11-15", &[("RoleName", TRUST)]))
        .await
        .unwrap();
    assert_eq!(
        answer.json_error(),
        "400 UnknownServiceException: This sandbox serves IAM, STS and SageMaker; the request was signed for \"ec2\"."
    );
}
