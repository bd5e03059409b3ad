//! Every kind of fault, made to happen.

use reconcile_sandbox::{Fault, FaultKind};
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use crate::client::{Lab, TRUST, authorization, form};

fn on(operation: &str, what: FaultKind) -> Fault {
    Fault::of(what).on(operation).times(1)
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
    lab.sandbox.inject(Fault::of(FaultKind::Throttle { retry_after_seconds: Some(3) }));
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
async fn an_ignored_call_is_answered_and_changes_nothing() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::Ignore));
    assert_eq!(create(&lab).await.unwrap(), 200);
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 404);
    assert_eq!(create(&lab).await.unwrap(), 200);
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 200);
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
    let fault = Fault::of(FaultKind::Html { status: 500 }).of_service("iam").on("GetRole");
    lab.sandbox.inject(fault.containing("cross-account").after(1).times(2));
    let mut statuses = Vec::new();
    for name in ["databricks-cross-account-role", "none"].repeat(4) {
        statuses.push(lab.iam("GetRole", &[("RoleName", name)]).await.status);
    }
    assert_eq!(statuses, [200, 404, 500, 404, 500, 404, 200, 404]);
}

#[tokio::test]
async fn a_fault_may_be_for_writing_calls_only() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(Fault::of(FaultKind::Html { status: 500 }).on_writes());
    assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
    assert_eq!(create(&lab).await.unwrap(), 500);
}

#[tokio::test]
async fn a_gateway_answers_for_a_call_that_took_effect() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::HtmlAfter { status: 504 }));
    assert_eq!(create(&lab).await.unwrap(), 504);
    assert_eq!(create(&lab).await.unwrap(), 409);
}

#[tokio::test]
async fn half_of_an_answer_comes_with_and_without_notice() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::Truncate { promises_all: true }));
    let error = create(&lab).await.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "the beginning came: {error:?}");
    assert_eq!(create(&lab).await.unwrap(), 409);
    let whole = lab.iam("ListRoles", &[]).await;
    lab.sandbox.inject(on("ListRoles", FaultKind::Truncate { promises_all: false }));
    let half = lab.iam("ListRoles", &[]).await;
    assert_eq!(half.text, whole.text[..half.text.len()]);
    assert_eq!(half.text.len(), whole.text.len() / 2);
}

#[tokio::test]
async fn a_late_answer_is_that_of_a_call_that_took_effect_at_once() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::Late { milliseconds: 3_600_000 }));
    let looking = async { while lab.iam("GetRole", &[("RoleName", "lab")]).await.status == 404 {} };
    tokio::select! {
        biased;
        answer = create(&lab) => panic!("not late: {answer:?}"),
        () = looking => {}
    }
}

#[tokio::test]
async fn a_held_call_takes_effect_when_it_is_released_and_never_when_it_is_abandoned() {
    let lab = Lab::instant().await;
    let exists = async || lab.iam("GetRole", &[("RoleName", "lab")]).await.status == 200;
    lab.sandbox.inject(on("CreateRole", FaultKind::Hold { after_effect: false }));
    let (abandoned, ()) = tokio::join!(create(&lab), async {
        assert_eq!(lab.sandbox.held(1).await[0].operation, "CreateRole");
        lab.sandbox.abandon();
    });
    assert!(abandoned.is_err() && !exists().await);
    lab.sandbox.inject(on("CreateRole", FaultKind::Hold { after_effect: false }));
    let (released, ()) = tokio::join!(create(&lab), async {
        lab.sandbox.held(1).await;
        assert!(!exists().await);
        lab.sandbox.release();
    });
    assert_eq!(released.unwrap(), 200);
    assert!(lab.sandbox.held(0).await.is_empty());
}

#[tokio::test]
async fn only_the_answer_is_held_after_the_effect() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("CreateRole", FaultKind::Hold { after_effect: true }));
    let (abandoned, ()) = tokio::join!(create(&lab), async {
        lab.sandbox.held(1).await;
        assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 200);
        lab.sandbox.abandon();
    });
    assert!(abandoned.is_err());
}

#[tokio::test]
async fn two_changes_of_one_role_at_a_time_are_one_too_many() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    lab.sandbox.inject(on("TagRole", FaultKind::Delay { milliseconds: 3_600_000 }));
    let tag = [("RoleName", "lab"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")];
    let update = async || lab.iam("UpdateRole", &[("RoleName", "LAB")]).await;
    let second = async {
        loop {
            let answer = update().await;
            if answer.status != 200 {
                return answer;
            }
        }
    };
    tokio::select! {
        biased;
        answer = lab.iam("TagRole", &tag) => panic!("not delayed: {answer:?}"),
        answer = second => assert!(answer.error().starts_with("409 ConcurrentModification: "), "{}", answer.error()),
    }
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 200);
}

#[tokio::test]
async fn a_credential_ends_in_the_middle() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(on("ListRoles", FaultKind::ExpireCredential));
    assert_eq!(
        lab.iam("ListRoles", &[]).await.error(),
        "403 ExpiredToken: The security token included in the request is expired"
    );
    assert_eq!(lab.iam("ListRoles", &[]).await.status, 200);
}

#[tokio::test]
async fn a_session_and_a_token_that_ended_stay_so() {
    let lab = Lab::instant().await;
    let trust = TRUST.replace(
        r#""Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]"#,
        r#""AWS":"arn:aws:iam::111122223333:root""#,
    );
    lab.done("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", &trust)]).await;
    let arn = "arn:aws:iam::111122223333:role/deployer";
    let session = lab.sts("AssumeRole", &[("RoleArn", arn), ("RoleSessionName", "lab")]).await;
    let header = authorization(session.element("AccessKeyId"), "us-east-1", "iam");
    let list = async || {
        let body = form("ListRoles", "2010-05-08", &[]);
        lab.try_post("/", &[(AUTHORIZATION.as_str(), &header)], body).await.unwrap().status
    };
    lab.sandbox.inject(on("ListRoles", FaultKind::ExpireCredential).after(1));
    assert_eq!([list().await, list().await, list().await], [200, 403, 403]);

    let basic = ("authorization", "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=");
    let grant = "grant_type=client_credentials&scope=all-apis".to_owned();
    let token = lab.try_post("/oidc/v1/token", &[basic], grant).await.unwrap().json();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let pin = async || {
        let body = r#"{"cluster_id":"none"}"#.to_owned();
        lab.try_post("/api/2.1/clusters/pin", &[("authorization", &bearer)], body).await.unwrap().status
    };
    lab.sandbox.inject(on("clusters/pin", FaultKind::ExpireCredential).after(1));
    assert_eq!([pin().await, pin().await, pin().await], [400, 403, 403]);
}

#[tokio::test]
async fn a_clock_that_is_off_refuses_what_another_clock_has_signed() {
    let lab = Lab::instant().await;
    lab.sandbox.inject(Fault::of(FaultKind::Skew { seconds: 600 }));
    let header = authorization("sandbox", "us-east-1", "iam");
    let list = async |stamp: &str| {
        let headers = [(AUTHORIZATION.as_str(), header.as_str()), ("x-amz-date", stamp)];
        lab.try_post("/", &headers, form("ListRoles", "2010-05-08", &[])).await.unwrap()
    };
    let old = list("20200101T000000Z").await.error();
    assert!(
        old.starts_with("403 SignatureDoesNotMatch: Signature expired: 20200101T000000Z is now earlier than"),
        "{old}"
    );
    let future = list("20990101T000000Z").await.error();
    assert!(future.contains("Signature not yet current: 20990101T000000Z is still later than"), "{future}");
    // Now by the machine's clock, which is ten minutes behind the service's.
    let unstamped = lab.iam("ListRoles", &[]).await;
    assert_eq!(unstamped.status, 403);
    assert!(unstamped.headers["date"].to_str().unwrap().ends_with(" GMT"));
}
