//! `NotPrincipal`
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>).

use super::Answer::{self, Allowed, Denied, Nothing};
use super::{Policies, answers, document, request};
use iam_policy::{Evaluation, ResourcePolicy};

const BOB: &str = "arn:aws:iam::444455556666:user/Bob";
const SESSION: &str = "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app";

/// Asks a bucket whose denial spares some, by who may everything, also by the bucket's own word.
fn ask(spared: &str, asking: &str) -> iam_policy::Decision {
    let bucket = document(&format!(
        r#"{{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}},
           {{"Effect":"Deny","Action":"s3:*","Resource":"*","NotPrincipal":{{"AWS":[{spared}]}}}}"#
    ));
    let own = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let evaluation = Evaluation { identity: &[&own], boundary: None, resource: Some(ResourcePolicy::Other(&bucket)) };
    evaluation.decide(&request(&(asking, "s3:GetObject", "arn:aws:s3:::x/y", &[]))).decision
}

fn check(rows: &[(&str, &str, Answer)]) {
    for (spared, asking, answer) in rows {
        let decision = ask(spared, asking);
        assert!(answers(&decision, *answer), "{spared} of {asking}: {decision:?}, not {answer:?}");
    }
}

/// "When you use `NotPrincipal` with `Deny`, you must also specify the account ARN of the not-denied principal. Otherwise, the
/// policy might deny access to the entire account containing the principal." What might be denied is denied here.
#[test]
fn a_user_and_its_account() {
    check(&[
        (r#""arn:aws:iam::444455556666:user/Bob","arn:aws:iam::444455556666:root""#, BOB, Allowed),
        (r#""arn:aws:iam::444455556666:user/Bob","444455556666""#, BOB, Allowed),
        (r#""arn:aws:iam::444455556666:user/Bob""#, BOB, Denied),
        (r#""arn:aws:iam::444455556666:root""#, BOB, Denied),
        (r#""arn:aws:iam::444455556666:user/Bob","777788889999""#, BOB, Denied),
        (r#""arn:aws:iam::444455556666:user/Bob","444455556666""#, "arn:aws:iam::444455556666:user/Carol", Denied),
        (r#""arn:aws:iam::444455556666:user/Bob","444455556666""#, "arn:aws:iam::777788889999:user/Bob", Denied),
        (r#""arn:aws:iam::444455556666:root""#, "arn:aws:iam::444455556666:root", Allowed),
        (r#""*""#, BOB, Allowed),
    ]);
}

/// "Similarly, if the `NotPrincipal` element was missing the ARN of the role, the effect of the policy might be to explicitly deny
/// access to the role."
#[test]
fn a_session_its_role_and_its_account() {
    const ROOT: &str = r#""arn:aws:iam::444455556666:root""#;
    const ROLE: &str = r#""arn:aws:iam::444455556666:role/cross-account-read-only-role""#;
    let session = format!("{SESSION:?}");
    let rows: [(String, Answer); 7] = [
        (format!("{session},{ROLE},{ROOT}"), Allowed),
        (format!("{session},{ROLE}"), Denied),
        (format!("{session},{ROOT}"), Denied),
        (format!("{ROLE},{ROOT}"), Denied),
        (session.clone(), Denied),
        (ROLE.to_owned(), Denied),
        (ROOT.to_owned(), Denied),
    ];
    for (spared, answer) in rows {
        check(&[(spared.as_str(), SESSION, answer)]);
    }
    // The role itself, and another of its sessions.
    check(&[
        (
            r#""arn:aws:iam::444455556666:role/lab","arn:aws:iam::444455556666:root""#,
            "arn:aws:iam::444455556666:role/lab",
            Allowed,
        ),
        (
            r#""arn:aws:sts::444455556666:assumed-role/lab/a","arn:aws:iam::444455556666:role/lab","444455556666""#,
            "arn:aws:sts::444455556666:assumed-role/lab/b",
            Denied,
        ),
    ]);
}

/// What a service and an identity provider are called is all there is to name.
#[test]
fn services() {
    let trust = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}},
        {"Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"Service":"ec2.amazonaws.com"}}"#;
    super::check(
        "a trust for two services, and a denial of all but one",
        Policies { trust, ..Policies::default() },
        &[
            (("ec2.amazonaws.com", "sts:AssumeRole", "", &[]), Allowed),
            (("sagemaker.amazonaws.com", "sts:AssumeRole", "", &[]), Denied),
            (("lambda.amazonaws.com", "sts:AssumeRole", "", &[]), Denied),
        ],
    );
}

/// With `Allow` whoever is named in any way is left out, and everyone else is let in.
#[test]
fn not_principal_with_allow() {
    let rows: &[(&str, &str, Answer)] = &[
        (r#"{"AWS":"arn:aws:iam::444455556666:user/Bob"}"#, BOB, Nothing),
        (r#"{"AWS":"444455556666"}"#, BOB, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, SESSION, Nothing),
        (r#"{"AWS":"*"}"#, BOB, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:user/Carol"}"#, BOB, Allowed),
        (r#"{"AWS":"777788889999"}"#, BOB, Allowed),
        (r#"{"Service":"ec2.amazonaws.com"}"#, BOB, Allowed),
        (r#"{"Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", Nothing),
        ("{}", BOB, Allowed),
    ];
    let own = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    for (left_out, asking, answer) in rows {
        let bucket =
            document(&format!(r#"{{"Effect":"Allow","Action":"s3:*","Resource":"*","NotPrincipal":{left_out}}}"#));
        let evaluation =
            Evaluation { identity: &[&own], boundary: None, resource: Some(ResourcePolicy::Other(&bucket)) };
        let decision = evaluation.decide(&request(&(*asking, "s3:GetObject", "arn:aws:s3:::x/y", &[]))).decision;
        assert!(answers(&decision, *answer), "{left_out} of {asking}: {decision:?}");
    }
}

/// "Do not use resource-based policy statements that include a `NotPrincipal` policy element with a `Deny` effect for IAM users or
/// roles that have a permissions boundary policy attached. The `NotPrincipal` element with a `Deny` effect will always deny any IAM
/// principal that has a permissions boundary policy attached, regardless of the values specified in the `NotPrincipal` element"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>).
#[test]
fn a_boundary_is_spared_by_nothing() {
    const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let denial = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:user/Bob","444455556666"]}}"#;
    let bucket = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:user/Bob","444455556666"]}}"#;
    assert!(bucket.contains(denial));
    let asked = (BOB, "s3:GetObject", "arn:aws:s3:::x/y", &[] as &[&str]);
    let without = Policies { identity: ALL, resource: bucket, ..Policies::default() };
    super::check("without a boundary", without, &[(asked, Allowed)]);
    super::check("with one", Policies { boundary: ALL, ..without }, &[(asked, Denied)]);
    let other = (BOB, "ec2:RunInstances", "*", &[] as &[&str]);
    super::check("of another action", Policies { boundary: ALL, ..without }, &[(other, Nothing)]);
}
