//! The record, the control endpoints, the environment, and sandboxes side by side.

use reconcile_sandbox::{Behaviour, Config};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::client::{Lab, TRUST, authorization, form};

#[tokio::test]
async fn two_sandboxes_share_nothing() {
    let (one, other) = (Lab::instant().await, Lab::instant().await);
    one.role("lab").await;
    assert_eq!(other.iam("GetRole", &[("RoleName", "lab")]).await.status, 404);
    assert_eq!((one.sandbox.calls().len(), other.sandbox.calls().len()), (1, 1));
}

#[tokio::test]
async fn every_call_is_recorded_with_what_it_asked() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    lab.iam("GetRole", &[("RoleName", "none")]).await;
    lab.sagemaker("ListNotebookInstances", &json!({"MaxResults": 5})).await;
    insta::assert_json_snapshot!(lab.sandbox.calls(), @r##"
    [
      {
        "sequence": 1,
        "service": "iam",
        "operation": "CreateRole",
        "writes": true,
        "status": 200,
        "parameters": {
          "RoleName": "lab",
          "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ec2.amazonaws.com\",\"sagemaker.amazonaws.com\"]},\"Action\":\"sts:AssumeRole\"}]}"
        }
      },
      {
        "sequence": 2,
        "service": "iam",
        "operation": "GetRole",
        "writes": false,
        "status": 404,
        "parameters": {
          "RoleName": "none"
        }
      },
      {
        "sequence": 3,
        "service": "sagemaker",
        "operation": "ListNotebookInstances",
        "writes": false,
        "status": 200,
        "parameters": {
          "MaxResults": 5
        }
      }
    ]
    "##);
    lab.sandbox.clear_calls();
    lab.sts("GetCallerIdentity", &[]).await;
    let calls = lab.sandbox.calls();
    assert_eq!((calls[0].sequence, calls[0].service.as_str(), calls[0].writes), (1, "sts", false));
}

#[tokio::test]
async fn the_control_endpoints_serve_other_processes() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let url = |path: &str| format!("{}{path}", lab.sandbox.url());
    let http = reqwest::Client::new();
    let calls: Value = http.get(url("/_sandbox/calls")).send().await.unwrap().json().await.unwrap();
    assert_eq!(calls[0]["operation"], "CreateRole");
    let state: Value = http.get(url("/_sandbox/state")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["iam"]["roles"]["lab"]["name"], "lab");
    http.delete(url("/_sandbox/calls")).send().await.unwrap();
    assert!(lab.sandbox.calls().is_empty());
    let fault = json!({"operation": "GetRole", "what": {"kind": "Throttle", "retry_after_seconds": null}});
    let answer = lab.try_post("/_sandbox/faults", &[], fault.to_string()).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.error(), "400 Throttling: Rate exceeded");
    let misspelt = json!({"operatoin": "GetRole", "what": {"kind": "CutBefore"}});
    let answer = lab.try_post("/_sandbox/faults", &[], misspelt.to_string()).await.unwrap();
    assert_eq!(answer.status, 400);
    let answer = lab.try_post("/_sandbox/none", &[], String::new()).await.unwrap();
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn the_environment_points_clients_here() {
    let lab = Lab::instant().await;
    let url = lab.sandbox.url();
    let environment: Vec<String> = lab
        .sandbox
        .environment()
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.replace(&url, "URL")))
        .collect();
    insta::assert_snapshot!(environment.join("\n"), @r##"
    AWS_ENDPOINT_URL=URL
    AWS_ACCESS_KEY_ID=sandbox
    AWS_SECRET_ACCESS_KEY=sandbox
    AWS_REGION=us-east-1
    AWS_DEFAULT_REGION=us-east-1
    AWS_EC2_METADATA_DISABLED=true
    DATABRICKS_HOST=URL
    DATABRICKS_TOKEN=sandbox-token
    "##);
}

#[tokio::test]
async fn a_sandbox_for_the_workspace_refuses_aws() {
    let lab = Lab::start(Config { workspace_only: true, ..Config::default() }).await;
    assert_eq!(
        lab.iam("ListRoles", &[]).await.error(),
        "403 AccessDenied: This sandbox serves only the Databricks workspace; send AWS calls to their own endpoint."
    );
    let names: Vec<String> = lab.sandbox.environment().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["DATABRICKS_HOST", "DATABRICKS_TOKEN"]);
}

#[tokio::test]
async fn latency_delays_every_answer_but_those_of_the_control_endpoints() {
    let lab = Lab::with(Behaviour { latency: 3_600_000, ..Behaviour::default() }).await;
    let control = async {
        for _ in 0..20 {
            assert_eq!(lab.try_post("/_sandbox/reset", &[], String::new()).await.unwrap().status, 200);
        }
    };
    tokio::select! {
        biased;
        answer = lab.iam("ListRoles", &[]) => panic!("not delayed: {answer:?}"),
        () = control => {}
    }
}

#[tokio::test]
async fn latency_delays_and_no_more() {
    let lab = Lab::with(Behaviour { latency: 1, ..Behaviour::default() }).await;
    assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
}

#[tokio::test]
async fn a_stopped_sandbox_is_gone() {
    let lab = Lab::instant().await;
    let url = lab.sandbox.url();
    lab.sandbox.stop().await;
    assert!(reqwest::get(url).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn what_is_no_api_call_is_told_so() {
    let lab = Lab::instant().await;
    let answer = reqwest::get(lab.sandbox.url()).await.unwrap();
    assert_eq!(answer.status().as_u16(), 404);
}

#[tokio::test]
async fn a_form_that_repeats_a_parameter_is_refused() {
    let lab = Lab::instant().await;
    let header = authorization("sandbox", "us-east-1", "iam");
    let body =
        form("CreateRole", "2010-05-08", &[("RoleName", "a"), ("RoleName", "b"), ("AssumeRolePolicyDocument", TRUST)]);
    let answer = lab.try_post("/", &[(AUTHORIZATION.as_str(), &header)], body).await.unwrap();
    assert_eq!(answer.error(), "400 ValidationError: The parameter RoleName is given twice.");
}
