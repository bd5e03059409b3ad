//! `SimulatePrincipalPolicy`: what a role's policies say, resource by resource, and by which of them.

use crate::client::{Answer, Lab};

const ROLE: (&str, &str) = ("RoleName", "deployer");
const WORKER: &str = "arn:aws:iam::111122223333:role/worker";
const OTHER: &str = "arn:aws:iam::111122223333:role/other";

async fn put(lab: &Lab, name: &str, statements: &str) {
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    lab.done("PutRolePolicy", &[ROLE, ("PolicyName", name), ("PolicyDocument", &document)]).await;
}

/// Asks about passing two roles to a service, or to one that is not told.
async fn simulate(lab: &Lab, service: Option<&str>) -> Answer {
    let mut parameters = vec![
        ("PolicySourceArn", "arn:aws:iam::111122223333:role/deployer"),
        ("ActionNames.member.1", "iam:PassRole"),
        ("ResourceArns.member.1", WORKER),
        ("ResourceArns.member.2", OTHER),
    ];
    if let Some(service) = service {
        parameters.extend([
            ("ContextEntries.member.1.ContextKeyName", "iam:PassedToService"),
            ("ContextEntries.member.1.ContextKeyType", "string"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", service),
        ]);
    }
    lab.done("SimulatePrincipalPolicy", &parameters).await
}

fn decisions(answer: &Answer) -> Vec<&str> {
    answer.elements("EvalResourceDecision")
}

#[tokio::test]
async fn each_resource_is_decided_by_itself() {
    let lab = Lab::instant().await;
    lab.role("deployer").await;
    assert_eq!(decisions(&simulate(&lab, None).await), ["implicitDeny", "implicitDeny"]);
    put(&lab, "pass", &format!(r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"{WORKER}"}}"#)).await;
    let answer = simulate(&lab, None).await;
    assert_eq!(decisions(&answer), ["allowed", "implicitDeny"]);
    assert_eq!(answer.element("EvalDecision"), "implicitDeny", "the worst of them");
    assert_eq!(answer.elements("SourcePolicyId"), ["pass"]);
    put(&lab, "never", r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#).await;
    let answer = simulate(&lab, None).await;
    assert_eq!(decisions(&answer), ["explicitDeny", "explicitDeny"]);
    assert_eq!(answer.elements("SourcePolicyId"), ["never", "never"]);
}

#[tokio::test]
async fn a_key_that_is_not_given_is_named_and_holds_for_nothing() {
    let lab = Lab::instant().await;
    lab.role("deployer").await;
    let condition = r#""Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#;
    put(&lab, "pass", &format!(r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",{condition}}}"#)).await;
    let silent = simulate(&lab, None).await;
    assert_eq!(decisions(&silent), ["implicitDeny", "implicitDeny"]);
    assert!(silent.element("MissingContextValues").contains("<member>iam:PassedToService</member>"), "{}", silent.text);
    assert_eq!(decisions(&simulate(&lab, Some("ec2.amazonaws.com")).await), ["allowed", "allowed"]);
    assert_eq!(decisions(&simulate(&lab, Some("glue.amazonaws.com")).await), ["implicitDeny", "implicitDeny"]);
}

#[tokio::test]
async fn a_boundary_has_a_say_of_its_own() {
    let lab = Lab::instant().await;
    lab.role("deployer").await;
    put(&lab, "all", r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#).await;
    let answer = simulate(&lab, None).await;
    assert!(!answer.text.contains("AllowedByPermissionsBoundary"), "{}", answer.text);
    for (boundary, decision, allows) in
        [("AmazonS3FullAccess", "implicitDeny", "false"), ("AdministratorAccess", "allowed", "true")]
    {
        let arn = format!("arn:aws:iam::aws:policy/{boundary}");
        lab.done("PutRolePermissionsBoundary", &[ROLE, ("PermissionsBoundary", &arn)]).await;
        let answer = simulate(&lab, None).await;
        assert_eq!(decisions(&answer), [decision, decision]);
        assert_eq!(answer.elements("AllowedByPermissionsBoundary"), [allows, allows]);
    }
}

#[tokio::test]
async fn who_is_not_there_cannot_be_asked_about() {
    let lab = Lab::instant().await;
    let ask = async |source: &str| {
        let parameters = [("PolicySourceArn", source), ("ActionNames.member.1", "iam:PassRole")];
        lab.iam("SimulatePrincipalPolicy", &parameters).await
    };
    assert_eq!(ask(WORKER).await.error(), format!("404 NoSuchEntity: Entity with ARN {WORKER} does not exist."));
    let own = ask("arn:aws:iam::111122223333:user/sandbox").await;
    assert_eq!(own.element("EvalDecision"), "allowed", "the sandbox's own user may do everything");
}
