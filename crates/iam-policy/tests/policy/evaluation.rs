//! Policies of several kinds together. The examples of AWS's documentation are cited where they stand.

use std::collections::BTreeMap;

use rstest::rstest;

use crate::support::{policy, trust};
use iam_policy::Decision::{Allowed, DeniedExplicitly, NotAllowed};
use iam_policy::{Decision, DecisiveStatement, Evaluation, Origin, Policy, Request, ResourcePolicy, Verdict};

fn request<'a>(principal: &'a str, action: &'a str, resource: &'a str) -> Request<'a> {
    Request { principal: Some(principal), action, resource: Some(resource), context: BTreeMap::new() }
}

fn statements(statements: &str) -> Policy {
    policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#))
}

fn allow_all(element: &str) -> Policy {
    statements(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*"{element}}}"#))
}

const CARLOS: &str = "arn:aws:iam::111122223333:user/carlossalazar";

/// The policies of <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>,
/// "Example identity-based and resource-based policy evaluation".
fn carlos() -> Policy {
    statements(
        r#"{"Sid":"AllowS3ListRead","Effect":"Allow","Action":["s3:GetBucketLocation","s3:GetAccountPublicAccessBlock","s3:ListAccessPoints","s3:ListAllMyBuckets"],"Resource":"arn:aws:s3:::*"},
        {"Sid":"AllowS3Self","Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*","arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]},
        {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::*log*"}"#,
    )
}

fn bucket_of_carlos() -> Policy {
    statements(
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/carlossalazar"},"Action":"s3:*",
        "Resource":["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*","arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]}"#,
    )
}

#[rstest]
#[case::own_bucket("s3:PutObject", "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/x", Allowed, &["AllowS3Self", ""])]
#[case::logs_as_documented("s3:PutObject", "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar-logs/x", DeniedExplicitly, &["DenyS3Logs"])]
#[case::location("s3:GetBucketLocation", "arn:aws:s3:::other", Allowed, &["AllowS3ListRead"])]
#[case::other_bucket("s3:PutObject", "arn:aws:s3:::other/x", NotAllowed, &[])]
fn within_an_account_as_documented(
    #[case] action: &str,
    #[case] resource: &str,
    #[case] decision: Decision,
    #[case] sids: &[&str],
) {
    let (own, bucket) = (carlos(), bucket_of_carlos());
    let evaluation = Evaluation { identity: &[&own], boundary: None, resource: Some(ResourcePolicy::Other(&bucket)) };
    let verdict = evaluation.decide(&request(CARLOS, action, resource));
    assert_eq!(verdict.decision, decision);
    let found: Vec<&str> =
        verdict.statements.iter().map(|statement| statement.sid.as_deref().unwrap_or_default()).collect();
    assert_eq!(found, sids);
}

/// The same page: "If either the identity-based policy or the resource-based policy within the same account allows the
/// request and the other doesn't, the request is still allowed."
#[rstest]
#[case::neither(false, false, NotAllowed)]
#[case::identity(true, false, Allowed)]
#[case::resource(false, true, Allowed)]
#[case::both(true, true, Allowed)]
fn either_allows_within_an_account(#[case] identity: bool, #[case] resource: bool, #[case] decision: Decision) {
    let (own, bucket) = (carlos(), bucket_of_carlos());
    let none = statements("");
    let evaluation = Evaluation {
        identity: &[if identity { &own } else { &none }],
        boundary: None,
        resource: Some(ResourcePolicy::Other(if resource { &bucket } else { &none })),
    };
    let verdict =
        evaluation.decide(&request(CARLOS, "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/x"));
    assert_eq!(verdict.decision, decision);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>: the policy of the
/// trusted account and that of the trusting account must both allow.
#[rstest]
#[case::neither(false, false, NotAllowed, &[Origin::Identity(0), Origin::Resource])]
#[case::identity(true, false, NotAllowed, &[Origin::Resource])]
#[case::resource(false, true, NotAllowed, &[Origin::Identity(0)])]
#[case::both(true, true, Allowed, &[])]
fn both_allow_across_accounts(
    #[case] identity: bool,
    #[case] resource: bool,
    #[case] decision: Decision,
    #[case] lacking: &[Origin],
    #[values("arn:aws:iam::444455556666:role/x", "444455556666", "*")] named: &str,
    #[values(true, false)] is_trust: bool,
) {
    let (all, none) = (allow_all(""), statements(""));
    let document = policy(&trust(&format!(r#"{{"AWS":"{named}"}}"#)));
    let document = if resource { &document } else { &none };
    let evaluation = Evaluation {
        identity: &[if identity { &all } else { &none }],
        boundary: None,
        resource: Some(if is_trust { ResourcePolicy::Trust(document) } else { ResourcePolicy::Other(document) }),
    };
    let asked = request("arn:aws:iam::444455556666:role/x", "sts:AssumeRole", "arn:aws:iam::111122223333:role/y");
    let verdict = evaluation.decide(&asked);
    assert_eq!((verdict.decision, &*verdict.lacking), (decision, lacking));
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>: Shirley may manage S3, `CloudWatch` and EC2
/// only, whatever her own policies allow.
#[rstest]
#[case::as_documented("iam:CreateUser", NotAllowed, &[Origin::Boundary])]
#[case::in_both("s3:GetObject", Allowed, &[])]
#[case::in_the_boundary_only("ec2:RunInstances", NotAllowed, &[Origin::Identity(0)])]
#[case::in_neither("lambda:InvokeFunction", NotAllowed, &[Origin::Identity(0), Origin::Boundary])]
fn a_boundary_as_documented(#[case] action: &str, #[case] decision: Decision, #[case] lacking: &[Origin]) {
    let boundary = statements(r#"{"Effect":"Allow","Action":["s3:*","cloudwatch:*","ec2:*"],"Resource":"*"}"#);
    let own = statements(r#"{"Effect":"Allow","Action":["iam:CreateUser","s3:GetObject"],"Resource":"*"}"#);
    let evaluation = Evaluation { identity: &[&own], boundary: Some(&boundary), resource: None };
    let verdict = evaluation.decide(&request("arn:aws:iam::123456789012:user/Shirley", action, "*"));
    assert_eq!((verdict.decision, &*verdict.lacking), (decision, lacking));
}

/// The same page: a boundary without an allow limits what a resource's policy gives to a role, and does not limit what it gives
/// to a user or a session by name. A denial in it always counts.
#[rstest]
#[case::user("arn:aws:iam::111122223333:user/x", "arn:aws:iam::111122223333:user/x", Allowed)]
#[case::role("arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:role/x", NotAllowed)]
#[case::session_by_its_role(
    "arn:aws:iam::111122223333:role/x",
    "arn:aws:sts::111122223333:assumed-role/x/me",
    NotAllowed
)]
#[case::session("arn:aws:sts::111122223333:assumed-role/x/me", "arn:aws:sts::111122223333:assumed-role/x/me", Allowed)]
#[case::account("111122223333", "arn:aws:iam::111122223333:user/x", NotAllowed)]
fn a_boundary_against_a_resource(#[case] named: &str, #[case] asking: &str, #[case] decision: Decision) {
    let resource = allow_all(&format!(r#","Principal":{{"AWS":"{named}"}}"#));
    let (all, none) = (allow_all(""), statements(""));
    let decide = |boundary: Option<&Policy>| {
        let evaluation = Evaluation { identity: &[&none], boundary, resource: Some(ResourcePolicy::Other(&resource)) };
        evaluation.decide(&request(asking, "s3:GetObject", "arn:aws:s3:::a")).decision
    };
    assert_eq!(decide(Some(&none)), decision);
    let by_the_resource = if named == "111122223333" { NotAllowed } else { Allowed };
    assert_eq!(decide(Some(&all)), by_the_resource);
    assert_eq!(decide(None), by_the_resource);
    let deny = statements(r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#);
    assert_eq!(decide(Some(&deny)), DeniedExplicitly);
}

/// The same page, "Important": `NotPrincipal` with `Deny` denies everyone who has a boundary.
#[rstest]
#[case::excepted(CARLOS, false, Allowed)]
#[case::excepted_with_boundary(CARLOS, true, DeniedExplicitly)]
#[case::not_excepted("arn:aws:iam::111122223333:user/x", false, DeniedExplicitly)]
#[case::not_excepted_with_boundary("arn:aws:iam::111122223333:user/x", true, DeniedExplicitly)]
fn not_principal_and_a_boundary(#[case] asking: &str, #[case] has_boundary: bool, #[case] decision: Decision) {
    let all = allow_all("");
    let resource = statements(&format!(
        r#"{{"Effect":"Deny","NotPrincipal":{{"AWS":["{CARLOS}","111122223333"]}},"Action":"s3:*","Resource":"*"}}"#
    ));
    let boundary = has_boundary.then_some(&all);
    let evaluation = Evaluation { identity: &[&all], boundary, resource: Some(ResourcePolicy::Other(&resource)) };
    assert_eq!(evaluation.decide(&request(asking, "s3:GetObject", "arn:aws:s3:::a")).decision, decision);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html> and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>: trusting an account leaves it to
/// that account's policies who of it may; trusting a user or role by name is enough within the account; without trust nothing is.
#[rstest]
#[case::service(r#"{"Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", false, Allowed, &[])]
#[case::other_service(r#"{"Service":"ec2.amazonaws.com"}"#, "sagemaker.amazonaws.com", true, NotAllowed, &[Origin::Resource])]
#[case::by_name(r#"{"AWS":"arn:aws:iam::111122223333:role/x"}"#, "arn:aws:iam::111122223333:role/x", false, Allowed, &[])]
#[case::by_account(r#"{"AWS":"111122223333"}"#, "arn:aws:iam::111122223333:role/x", false, NotAllowed, &[Origin::Identity(0)])]
#[case::by_account_and_policy(r#"{"AWS":"111122223333"}"#, "arn:aws:iam::111122223333:role/x", true, Allowed, &[])]
#[case::policy_without_trust(r#"{"Service":"ec2.amazonaws.com"}"#, "arn:aws:iam::111122223333:role/x", true, NotAllowed, &[Origin::Resource])]
#[case::nobody("{}", "arn:aws:iam::111122223333:role/x", true, NotAllowed, &[Origin::Resource])]
#[case::everyone("\"*\"", "arn:aws:iam::111122223333:role/x", false, Allowed, &[])]
fn trust_policies(
    #[case] principal: &str,
    #[case] asking: &str,
    #[case] own_policy_allows: bool,
    #[case] decision: Decision,
    #[case] lacking: &[Origin],
) {
    let document = policy(&trust(principal));
    let (all, none) = (allow_all(""), statements(""));
    let identity = [if own_policy_allows { &all } else { &none }];
    let evaluation =
        Evaluation { identity: &identity, boundary: None, resource: Some(ResourcePolicy::Trust(&document)) };
    let verdict = evaluation.decide(&request(asking, "sts:AssumeRole", "arn:aws:iam::111122223333:role/y"));
    assert_eq!((verdict.decision, &*verdict.lacking), (decision, lacking));
}

#[rstest]
fn a_trust_without_principal_trusts_nobody() {
    let document = statements(r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#);
    let evaluation = Evaluation { identity: &[], boundary: None, resource: Some(ResourcePolicy::Trust(&document)) };
    assert_eq!(evaluation.decide(&request("ec2.amazonaws.com", "sts:AssumeRole", "*")).decision, NotAllowed);
}

fn pass_role(verdict: &dyn Fn(&Request<'_>) -> Verdict, service: Option<&str>) -> Verdict {
    let context = service.map(|service| ("iam:PassedToService".to_owned(), vec![service.to_owned()]));
    let mut request =
        request("arn:aws:iam::111122223333:role/cross", "iam:PassRole", "arn:aws:iam::111122223333:role/x");
    request.context = context.into_iter().collect();
    verdict(&request)
}

fn described(verdict: &Verdict) -> String {
    let line = |statement: &DecisiveStatement| {
        let DecisiveStatement { origin, place, sid, effect, summary } = statement;
        format!("{origin:?} {place} ({}) {effect}: {summary}", sid.as_deref().unwrap_or("-"))
    };
    let lines: Vec<String> = verdict.statements.iter().map(line).collect();
    format!("{:?}\n{}", verdict.decision, lines.join("\n"))
}

#[rstest]
fn the_reasons_are_told() {
    let one = statements(
        r#"{"Sid":"Read","Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    );
    let two = statements(
        r#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::111122223333:role/admin*"}"#,
    );
    let boundary = allow_all("");
    let evaluation = Evaluation { identity: &[&two, &one], boundary: Some(&boundary), resource: None };
    let decide = |request: &Request<'_>| evaluation.decide(request);
    insta::assert_snapshot!(described(&pass_role(&decide, Some("ec2.amazonaws.com"))), @r"
    Allowed
    Identity(1) Statement[1] (Pass) Allow: iam:PassRole on * when StringEquals iam:PassedToService = ec2.amazonaws.com
    Boundary Statement[0] (-) Allow: * on *
    ");
    insta::assert_snapshot!(described(&pass_role(&decide, Some("sagemaker.amazonaws.com"))), @"NotAllowed");
    insta::assert_snapshot!(described(&pass_role(&decide, None)), @r#"
    Unknown { keys: {"iam:PassedToService"} }
    Identity(1) Statement[1] (Pass) Allow: iam:PassRole on * when StringEquals iam:PassedToService = ec2.amazonaws.com
    "#);
    let denied =
        request("arn:aws:iam::111122223333:role/cross", "iam:PassRole", "arn:aws:iam::111122223333:role/admin");
    insta::assert_snapshot!(described(&evaluation.decide(&denied)), @r"
    DeniedExplicitly
    Identity(0) Statement[1] (-) Deny: Deny iam:* on arn:aws:iam::111122223333:role/admin*
    ");
}

#[rstest]
fn reasons_are_in_the_order_of_the_text() {
    let many: Vec<String> = (0..12)
        .map(|n| format!(r#"{{"Sid":"S{}","Effect":"Allow","Action":"a:b","Resource":"*"}}"#, (n * 7) % 12))
        .collect();
    let own = statements(&many.join(","));
    let verdict = Evaluation { identity: &[&own], boundary: None, resource: None }.decide(&request("x", "a:b", "y"));
    let places: Vec<String> = verdict.statements.iter().map(|statement| statement.place.clone()).collect();
    assert_eq!(places, (0..12).map(|n| format!("Statement[{n}]")).collect::<Vec<_>>());
}

#[rstest]
fn the_place_is_that_of_the_text() {
    let single = policy(r#"{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#);
    assert_eq!(
        single.statements().iter().map(|statement| single.place_of(statement)).collect::<Vec<_>>(),
        ["Statement"]
    );
    let spelt_twice = statements(
        r#"{"Effect":"Deny","Action":"z:z","Resource":"*"},{"Effect":"Allow","Action":"a:B","Resource":"*"},{"Effect":"Allow","Action":["A:b"],"Resource":"*"}"#,
    );
    let places: Vec<String> =
        spelt_twice.statements().iter().map(|statement| spelt_twice.place_of(statement)).collect();
    assert_eq!(places, ["Statement[1]", "Statement[0]"]);
}
