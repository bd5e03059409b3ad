//! Every kind of fault, made to happen.

use reconcile_sandbox::{Fault, FaultKind};
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use crate::client::{Lab, TRUST, authorization, form};

fn on(operation: &str, what: FaultKind) -> Fault {
    Fault {
        service: None,
        operation: Some(operation.to_owned()),
        parameter_contains: None,
        skip: 0,
        times: Some(1),
        what,
    }
}

/// Creates a role over a connection that may be cut.
async fn create(lab: &Lab) -> Result<u16, reqwest::Error> {
    let header = authorization("sandbox", "us-east-1", "iam");
    let body = form("CreateRole", "2010-05-08", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)]);
    let answer = lab.try_post("/", &[(AUTHORIZATION.as_str(), &header)], body).await?;
    Ok(answer.status)
}

#[tokio::test]
async fn an_error_to_order_comes_in_the_form_of_the_service() {
    let lab = Lab::instant().await;
    let what = FaultKind::Status { status: 403, code: "AccessDenied".to_owned(), message: "not <you>".to_owned() };
    lab.sandbox.inject(on("GetRole", what.clone()));
    lab.sandbox.inject(on("ListNotebookInstances", what.clone()));
    let iam = lab.iam("GetRole", &[("RoleName", "lab")]).await;
    assert_eq!(iam.error(), "403 AccessDenied: not &lt;you&gt;");
    let sagemaker = lab.sagemaker("ListNotebookInstances", &json!({})).await;
    assert_eq!(sagemaker.json_error(), "403 AccessDenied: not <you>");
    let after = lab.iam("GetRole", &[("RoleName", "lab")]).await;
    assert_eq!(after.status, 404);
}

#[tokio::test]
async fn throttling_is_said_as_each_service_says_it() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(Fault {
        service: None,
        operation: None,
        parameter_contains: None,
        skip: 0,
        times: None,
        what: FaultKind::Throttle { retry_after_seconds: Some(3) },
    });
    assert_eq!(lab.iam("ListRoles", &[]).await.error(), "400 Throttling: Rate exceeded");
    assert_eq!(
        lab.sagemaker("ListNotebookInstances", &json!({})).await.json_error(),
        "400 ThrottlingException: Rate exceeded"
    );
    let databricks = lab.try_post("/api/2.1/clusters/start", &[], "{}".to_owned()).await.unwrap();
    assert_eq!(databricks.status, 429);
    assert_eq!(databricks.json()["error_code"], "REQUEST_LIMIT_EXCEEDED");
    assert_eq!(databricks.headers["retry-after"], "3");
    lab.sandbox.clear_faults();
    assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
}

#[tokio::test]
async fn a_cut_before_the_call_leaves_nothing_behind() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::CutBefore));
    assert!(create(&lab).await.is_err());
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 404);
    assert_eq!(lab.sandbox.calls()[0].status, 0);
    assert_eq!(create(&lab).await.unwrap(), 200);
}

#[tokio::test]
async fn a_cut_after_the_call_loses_only_the_answer() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::CutAfter));
    assert!(create(&lab).await.is_err());
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 200);
    assert_eq!(lab.sandbox.calls()[0].status, 200);
    assert_eq!(create(&lab).await.unwrap(), 409);
}

#[tokio::test]
async fn a_page_of_html_comes_in_place_of_an_answer() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("ListRoles", FaultKind::Html { status: 503 }));
    let answer = lab.iam("ListRoles", &[]).await;
    assert_eq!((answer.status, &answer.headers["content-type"] == "text/html"), (503, true));
}

#[tokio::test]
async fn a_delayed_call_is_overtaken_by_others() {
    let lab = Lab::instant().await;
    let an_hour = FaultKind::Delay { milliseconds: 3_600_000 };
    lab.sandbox.inject(on("GetRole", an_hour));
    let overtaking = async {
        for _ in 0..20 {
            assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
        }
    };
    tokio::select! {
        biased;
        answer = lab.iam("GetRole", &[("RoleName", "none")]) => panic!("not delayed: {answer:?}"),
        () = overtaking => {}
    }
}

#[tokio::test]
async fn a_delayed_call_is_served_in_the_end() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("ListRoles", FaultKind::Delay { milliseconds: 1 }));
    assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
}

#[tokio::test]
async fn a_fault_skips_and_counts_and_looks_at_parameters() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(Fault {
        service: Some("iam".to_owned()),
        operation: Some("GetRole".to_owned()),
        parameter_contains: Some("cross-account".to_owned()),
        skip: 1,
        times: Some(2),
        what: FaultKind::Html { status: 500 },
    });
    let mut statuses = Vec::new();
    for name in ["databricks-cross-account-role", "none"].repeat(4) {
        statuses.push(lab.iam("GetRole", &[("RoleName", name)]).await.status);
    }
    assert_eq!(statuses, [200, 404, 500, 404, 500, 404, 200, 404]);
}
