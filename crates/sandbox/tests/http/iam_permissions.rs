//! Calls that are made as a role, as `Config.callers` says: they may do what the role may, and are refused in AWS's words.

use reconcile_sandbox::{Callers, Config};
use serde_json::json;

use crate::client::{Answer, Lab, TRUST};

const KEY: &str = "AKIADEPLOYER";
const DEPLOYER: (&str, &str) = ("RoleName", "deployer");
const SESSION: &str = "User: arn:aws:sts::111122223333:assumed-role/deployer/sandbox is not authorized to perform:";

/// A sandbox in which an access key calls as the role `deployer`, which may do what these statements say.
async fn called_by(statements: &str) -> Lab {
    let callers = Callers { keys: [(KEY.to_owned(), "deployer".to_owned())].into(), sessions_are_checked: false };
    let lab = Lab::start(Config { callers, ..Config::default() }).await;
    lab.role("deployer").await;
    allow(&lab, statements).await;
    lab
}

async fn allow(lab: &Lab, statements: &str) {
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    lab.done("PutRolePolicy", &[DEPLOYER, ("PolicyName", "own"), ("PolicyDocument", &document)]).await;
}

async fn create_role(lab: &Lab, key: &str, name: &str) -> Answer {
    lab.iam_as(key, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]).await
}

const CREATE: &str =
    r#"{"Effect":"Allow","Action":"iam:CreateRole","Resource":"arn:aws:iam::111122223333:role/lab-*"}"#;

#[tokio::test]
async fn a_call_is_allowed_on_what_its_role_may_work_on() {
    let lab = called_by(CREATE).await;
    assert_eq!(create_role(&lab, KEY, "lab-1").await.status, 200);
    let refused = |call: &str, on: &str| {
        format!(
            "403 AccessDenied: {SESSION} {call} on resource: arn:aws:iam::111122223333:role/{on} because no identity-based \
             policy allows the {call} action"
        )
    };
    assert_eq!(create_role(&lab, KEY, "other").await.error(), refused("iam:CreateRole", "other"));
    let deleted = lab.iam_as(KEY, "DeleteRole", &[("RoleName", "lab-1")]).await;
    assert_eq!(deleted.error(), refused("iam:DeleteRole", "lab-1"));
    // The sandbox's own user may do everything, and a key that is nobody's nothing.
    lab.done("DeleteRole", &[("RoleName", "lab-1")]).await;
    assert_eq!(create_role(&lab, "AKIANOBODY", "lab-1").await.status, 403);
}

#[tokio::test]
async fn a_denial_and_a_boundary_are_told_as_such() {
    let lab = called_by(&format!(r#"{CREATE},{{"Effect":"Deny","Action":"iam:Create*","Resource":"*"}}"#)).await;
    let refused = create_role(&lab, KEY, "lab-1").await.error();
    assert!(refused.ends_with("role/lab-1 with an explicit deny in an identity-based policy"), "{refused}");
    allow(&lab, CREATE).await;
    let boundary = ("PermissionsBoundary", "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    lab.done("PutRolePermissionsBoundary", &[DEPLOYER, boundary]).await;
    let refused = create_role(&lab, KEY, "lab-1").await.error();
    assert!(refused.ends_with("because no permissions boundary allows the iam:CreateRole action"), "{refused}");
}

/// Handing a role on takes the right to pass it to that service, beside the right to the call.
#[tokio::test]
async fn a_role_is_passed_by_who_may_pass_it() {
    let all_but = r#"{"Effect":"Allow","NotAction":"iam:PassRole","Resource":"*"}"#;
    let lab = called_by(all_but).await;
    let worker = lab.role("worker").await;
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "worker")]).await;
    let add = async || {
        let parameters = [("InstanceProfileName", "worker"), ("RoleName", "worker")];
        lab.iam_as(KEY, "AddRoleToInstanceProfile", &parameters).await
    };
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": worker});
    let create = async || lab.sagemaker_as(KEY, "CreateNotebookInstance", &input).await;
    let words = format!(
        "{SESSION} iam:PassRole on resource: {worker} because no identity-based policy allows the iam:PassRole action"
    );
    assert_eq!(add().await.error(), format!("403 AccessDenied: {words}"));
    assert_eq!(create().await.json_error(), format!("400 AccessDeniedException: {words}"));
    let pass = format!(
        r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"{worker}","Condition":{{"StringEquals":{{"iam:PassedToService":"ec2.amazonaws.com"}}}}}}"#
    );
    allow(&lab, &format!("{all_but},{pass}")).await;
    assert_eq!(add().await.status, 200);
    assert_eq!(create().await.status, 400, "the role may be passed to EC2 only");
}

#[tokio::test]
async fn sessions_of_a_role_are_checked_where_that_is_asked_for() {
    for is_checked in [true, false] {
        let callers = Callers { sessions_are_checked: is_checked, ..Callers::default() };
        let lab = Lab::start(Config { callers, ..Config::default() }).await;
        let trust = TRUST.replace(r#"{"Service":["#, r#"{"AWS":"111122223333","Service":["#);
        let created = lab.done("CreateRole", &[DEPLOYER, ("AssumeRolePolicyDocument", &trust)]).await;
        allow(&lab, CREATE).await;
        let session = lab.sts("AssumeRole", &[("RoleArn", created.element("Arn")), ("RoleSessionName", "me")]).await;
        let key = session.element("AccessKeyId");
        assert_eq!(create_role(&lab, key, "lab-1").await.status, 200);
        let other = create_role(&lab, key, "other").await;
        assert_eq!(other.status, if is_checked { 403 } else { 200 }, "{}", other.text);
        if is_checked {
            assert!(other.error().contains("assumed-role/deployer/me is not authorized"), "{}", other.text);
        }
    }
}
