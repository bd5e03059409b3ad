//! What IAM would refuse.

use rstest::rstest;

use crate::support::policy;
use iam_policy::{Code, DocumentType, Limits, Severity, check};

/// Findings as lines: `error` or `warning`, and what they say.
pub(crate) fn found(document: DocumentType, text: &str) -> Vec<String> {
    let findings = check(&policy(text), document, &Limits::default());
    let line = |finding: &iam_policy::Finding| {
        assert!(!finding.help.is_empty() && !finding.message.is_empty(), "{finding:?}");
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{severity}: {finding}")
    };
    findings.iter().map(line).collect()
}

/// The codes of the findings, in their order.
pub(crate) fn codes(document: DocumentType, text: &str) -> Vec<&'static str> {
    check(&policy(text), document, &Limits::default()).into_iter().map(|finding| finding.code.as_str()).collect()
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const IDENTITY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}]}"#;

#[rstest]
#[case::trust(DocumentType::Trust, TRUST, &[])]
#[case::inline(DocumentType::Inline, IDENTITY, &[])]
#[case::managed(DocumentType::Managed, IDENTITY, &[])]
#[case::resource(DocumentType::Resource, &IDENTITY.replace("\"Action\"", "\"Principal\":\"*\",\"Action\""), &[])]
#[case::identity_as_trust(DocumentType::Trust, IDENTITY, &[
    "error: a statement needs Principal or NotPrincipal, at Statement[0] [policy-principal]",
    "error: a trust policy cannot have Resource, at Statement[0].Resource [policy-resource]",
    r#"error: a trust policy cannot have the action "s3:GetObject", at Statement[0].Action [policy-trust-action]"#,
])]
#[case::trust_as_identity(DocumentType::Inline, TRUST, &[
    "error: an inline policy cannot have Principal, at Statement[0].Principal [policy-principal]",
    "error: a statement needs Resource or NotResource, at Statement[0] [policy-resource]",
])]
#[case::trust_as_managed(DocumentType::Managed, &TRUST.replace("Principal", "NotPrincipal"), &[
    "error: a managed policy cannot have NotPrincipal, at Statement[0].NotPrincipal [policy-principal]",
    "error: a statement needs Resource or NotResource, at Statement[0] [policy-resource]",
])]
#[case::identity_as_resource(DocumentType::Resource, IDENTITY, &[
    "error: a statement needs Principal or NotPrincipal, at Statement[0] [policy-principal]",
])]
fn elements_of_each_type(#[case] document: DocumentType, #[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(found(document, text), expected);
}

#[rstest]
#[case::effect_case(
    r#"{"Statement":[{"Effect":"allow","Action":"a:b","Resource":"*"}]}"#,
    &[r#"error: Effect must be Allow or Deny, not "allow", at Statement[0].Effect [policy-effect]"#]
)]
#[case::effect_in_a_single_statement(
    r#"{"Statement":{"Effect":"","Action":"a:b","Resource":"*"}}"#,
    &[r#"error: Effect must be Allow or Deny, not "", at Statement.Effect [policy-effect]"#]
)]
#[case::nothing(r"{}", &["error: a policy needs a Statement [policy-statement]"])]
#[case::no_statements(r#"{"Statement":[]}"#, &["error: a policy needs a Statement [policy-statement]"])]
#[case::nothing_in_a_statement(
    r#"{"Statement":[{}]}"#,
    &[
        "error: a statement needs Effect, Allow or Deny, at Statement[0] [policy-effect]",
        "error: a statement needs Action or NotAction, at Statement[0] [policy-action]",
        "error: a statement needs Resource or NotResource, at Statement[0] [policy-resource]",
    ]
)]
#[case::both_of_each(
    r#"{"Statement":[{"Effect":"Deny","Action":"a:b","NotAction":"c:d","Resource":"*","NotResource":"arn:aws:s3:::x"}]}"#,
    &[
        "error: a statement has Action or NotAction, not both, at Statement[0] [policy-action]",
        "error: a statement has Resource or NotResource, not both, at Statement[0] [policy-resource]",
    ]
)]
#[case::empty_lists(
    r#"{"Statement":[{"Effect":"Allow","Action":[],"Resource":[]}]}"#,
    &[
        "error: Action is empty, at Statement[0].Action [policy-action]",
        "error: Resource is empty, at Statement[0].Resource [policy-resource]",
    ]
)]
#[case::version(
    r#"{"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#,
    &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "2012-10-18", at Version [policy-version]"#]
)]
#[case::sid_characters(
    r#"{"Statement":[{"Sid":"Allow-it","Effect":"Allow","Action":"a:b","Resource":"*"}]}"#,
    &[r#"error: Sid may have letters A-Z, a-z and digits only, not "Allow-it", at Statement[0].Sid [policy-sid-characters]"#]
)]
#[case::sid_letters_of_elsewhere(
    r#"{"Statement":[{"Sid":"é","Effect":"Allow","Action":"a:b","Resource":"*"}]}"#,
    &[r#"error: Sid may have letters A-Z, a-z and digits only, not "é", at Statement[0].Sid [policy-sid-characters]"#]
)]
#[case::sid_repeated(
    r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"a:b","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"a:b","Resource":"*"}]}"#,
    &[r#"error: two statements have the Sid "A", at Statement[1].Sid [policy-sid-repeated]"#]
)]
#[case::unknown_elements(
    r#"{"version":"2012-10-17","Foo":1,"Statement":[{"Effect":"Allow","Action":"a:b","Conditions":{},"resource":"*","X":1}]}"#,
    &[
        r#"error: "version" is no element of a policy, did you mean Version?, at version [policy-unknown-element]"#,
        r#"error: "Foo" is no element of a policy, at Foo [policy-unknown-element]"#,
        "error: a statement needs Resource or NotResource, at Statement[0] [policy-resource]",
        r#"error: "Conditions" is no element of a policy, did you mean Condition?, at Statement[0].Conditions [policy-unknown-element]"#,
        r#"error: "resource" is no element of a policy, did you mean Resource?, at Statement[0].resource [policy-unknown-element]"#,
        r#"error: "X" is no element of a policy, at Statement[0].X [policy-unknown-element]"#,
    ]
)]
#[case::characters(
    r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::α"}]}"#,
    &["error: a policy cannot contain 'α' [policy-characters]"]
)]
fn grammar(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(found(DocumentType::Inline, text), expected);
}

fn with_action(action: &str) -> String {
    format!(r#"{{"Statement":{{"Effect":"Allow","Action":{action},"Resource":"arn:aws:s3:::lab"}}}}"#)
}

#[rstest]
#[case(r#""*""#, "")]
#[case(r#""s3:*""#, "")]
#[case(r#""s3:Get?bject""#, "")]
#[case(r#"["ec2:Run*","kafka-cluster:Connect"]"#, "")]
#[case(r#""GetObject""#, "it needs the prefix of a service, as in s3:GetObject")]
#[case(r#""""#, "it needs the prefix of a service, as in s3:GetObject")]
#[case(r#""s3*""#, "it needs the prefix of a service, as in s3:GetObject")]
#[case(r#""s3:Get:Object""#, "it can have one colon only")]
#[case(r#""s3:""#, "a name follows the colon, or *")]
#[case(r#"":GetObject""#, "a service's prefix has letters, digits, - and . only")]
#[case(r#""s*:GetObject""#, "a service's prefix has no wildcards")]
#[case(r#"["s3:GetObject","s3 :PutObject"]"#, "a service's prefix has letters, digits, - and . only")]
fn actions(#[case] action: &str, #[case] reason: &str) {
    let found = found(DocumentType::Inline, &with_action(action));
    if reason.is_empty() {
        assert_eq!(found, [""; 0]);
    } else {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(reason) && found[0].ends_with("[policy-action-form]"), "{found:?}");
    }
}

#[rstest]
fn a_finding_points_at_the_item_of_a_list() {
    let text = with_action(r#"["s3:GetObject","PutObject"]"#);
    assert!(found(DocumentType::Inline, &text)[0].contains(", at Statement.Action[1] "));
}

#[rstest]
fn actions_of_a_trust_policy(
    #[values(("sts:AssumeRole", true), ("STS:assumerole", false), ("sts:TagSession", true), ("sts:*", false), ("*", false), ("iam:PassRole", false))]
    case: (&str, bool),
) {
    let (action, fits) = case;
    let expected: &[&str] = if fits { &[] } else { &["policy-trust-action"] };
    assert_eq!(codes(DocumentType::Trust, &TRUST.replace("sts:AssumeRole", action)), expected);
}

#[rstest]
#[case("*", None)]
#[case("arn:aws:s3:::bucket", None)]
#[case("arn:aws:s3:::bucket/*", None)]
#[case("arn:aws-cn:s3:::bucket", Some("this account is in the partition aws, not in aws-cn"))]
#[case("arn:*:s3:::bucket", None)]
#[case("arn:aws:s3:us-east-1:111122223333:accesspoint/a", None)]
#[case("arn:aws:iam::111122223333:role/lab/x", None)]
#[case("arn:aws:iam::111122223333:*", None)]
#[case("arn:aws:iam::*:role/${aws:PrincipalTag/team}", None)]
#[case("arn:aws:iam::111122223333:${aws:username}", Some("what iam has is * or starts with one of"))]
#[case("arn:aws:ec2:*", None)]
#[case("arn:${aws:Partition}:s3:::bucket", Some("its partition is named, or *"))]
#[case("bucket", Some("it does not start with arn:"))]
#[case("", Some("it does not start with arn:"))]
#[case("ARN:aws:s3:::bucket", Some("it does not start with arn:"))]
#[case("arn:*", Some("the service must be named"))]
#[case("arn:aws", Some("the service must be named"))]
#[case("arn:aws::::x", Some("the service must be named"))]
#[case("arn:amazon:s3:::bucket", Some("\"amazon\" is no partition"))]
#[case("arn:aws:s3::bucket", Some("an ARN has six parts"))]
#[case("arn:aws:iam:us-east-1:111122223333:role/x", Some("an ARN of iam has no region"))]
#[case("arn:aws:s3:us-east-1::bucket", Some("an ARN of a bucket has no region"))]
#[case("arn:aws:iam::111122223333:root", Some("what iam has is * or starts with one of"))]
#[case("arn:aws:iam::111122223333:rolle/x", Some("what iam has is * or starts with one of"))]
#[case("arn:aws:iam::111122223333:role", Some("what iam has is * or starts with one of"))]
fn resources(#[case] resource: &str, #[case] reason: Option<&str>) {
    for element in ["Resource", "NotResource"] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"s3:GetObject","{element}":["arn:aws:s3:::a","{resource}"]}}}}"#
        );
        let found = found(DocumentType::Managed, &text);
        match reason {
            None => assert_eq!(found, [""; 0]),
            Some(reason) => {
                assert_eq!(found.len(), 1, "{found:?}");
                assert!(found[0].contains(reason), "{found:?}");
                assert!(found[0].ends_with(&format!("at Statement.{element}[1] [policy-resource-form]")), "{found:?}");
            }
        }
    }
}

#[rstest]
#[case(r#""*""#, false)]
#[case(r#"{"AWS":"*"}"#, true)]
#[case(r#"{"AWS":"444455556666"}"#, true)]
#[case(r#"{"AWS":["arn:aws:iam::444455556666:root","arn:aws-cn:iam::444455556666:role/a/b"]}"#, true)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:user/a"}"#, true)]
#[case(r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/a/me"}"#, true)]
#[case(r#"{"AWS":"arn:aws:sts::444455556666:federated-user/me"}"#, true)]
#[case(r#"{"AWS":"AROAEXAMPLE"}"#, true)]
#[case(r#"{"AWS":"AIDAEXAMPLE"}"#, true)]
#[case(r#"{"Service":["ec2.amazonaws.com","ec2.amazonaws.com.cn","delivery.logs.amazonaws.com"]}"#, true)]
#[case(r#"{"Federated":"cognito-identity.amazonaws.com"}"#, true)]
#[case(r#"{"Federated":"arn:aws:iam::444455556666:saml-provider/x"}"#, true)]
#[case(r#"{"Federated":"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"}"#, true)]
#[case(r#"{"CanonicalUser":"79a5"}"#, true)]
#[case(r#""ec2.amazonaws.com""#, false)]
#[case(r"{}", false)]
#[case(r#"{"aws":"*"}"#, false)]
#[case(r#"{"Services":"ec2.amazonaws.com"}"#, false)]
#[case(r#"{"AWS":"11112222333"}"#, false)]
#[case(r#"{"AWS":"x"}"#, false)]
#[case(r#"{"AWS":""}"#, false)]
#[case(r#"{"AWS":"ec2.amazonaws.com"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:role/*"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::*:role/a"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:role/"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:group/a"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:root/a"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam::444455556666:instance-profile/a"}"#, false)]
#[case(r#"{"AWS":"arn:aws:iam:us-east-1:444455556666:role/a"}"#, false)]
#[case(r#"{"AWS":"arn:amazon:iam::444455556666:role/a"}"#, false)]
#[case(r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/a"}"#, false)]
#[case(r#"{"AWS":"AROA-EXAMPLE"}"#, false)]
#[case(r#"{"Service":"ec2"}"#, false)]
#[case(r#"{"Service":"*"}"#, false)]
#[case(r#"{"Service":"*.amazonaws.com"}"#, false)]
#[case(r#"{"Service":"ec2..com"}"#, false)]
#[case(r#"{"Service":"arn:aws:iam::444455556666:role/a"}"#, false)]
#[case(r#"{"Federated":"google"}"#, false)]
#[case(r#"{"Federated":"arn:aws:iam::444455556666:role/a"}"#, false)]
fn principals(#[case] principal: &str, #[case] fits: bool) {
    let text = TRUST.replace(r#"{"Service":"ec2.amazonaws.com"}"#, principal).replace("Allow", "Deny");
    let expected: &[&str] = if fits { &[] } else { &["policy-principal-form"] };
    assert_eq!(codes(DocumentType::Trust, &text), expected);
}

#[rstest]
#[case(DocumentType::Trust, 2048)]
#[case(DocumentType::Inline, 10_240)]
#[case(DocumentType::Managed, 6144)]
fn sizes(#[case] document: DocumentType, #[case] limit: usize) {
    let text = if document == DocumentType::Trust { TRUST } else { IDENTITY };
    let sized = |length: usize| {
        let padded = text.replace(r#""Effect""#, r#""Sid":"","Effect""#);
        let sid = "x".repeat(length - padded.chars().filter(|character| !character.is_whitespace()).count());
        format!("  {}\n", padded.replace(r#""Sid":"""#, &format!(r#""Sid" : "{sid}""#)))
    };
    assert_eq!(codes(document, &sized(limit)), [""; 0]);
    assert_eq!(codes(document, &sized(limit + 1)), ["policy-size"]);
    assert!(!codes(DocumentType::Resource, &sized(limit + 1)).contains(&"policy-size"));
    assert_eq!(check(&policy(&sized(limit + 1)), document, &Limits::NONE), []);
}

#[rstest]
fn what_other_inline_policies_take_is_taken_from_the_limit() {
    let limits = Limits { inline_policy: 10, ..Limits::default() };
    let findings = check(&policy(IDENTITY), DocumentType::Inline, &limits);
    assert_eq!(findings.len(), 1);
    insta::assert_snapshot!(findings[0].message, @"an inline policy has at most 10 characters without white space, and this has 113");
}

#[rstest]
#[case::trust(
    DocumentType::Trust,
    r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A1","Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}},
        {"Sid":"a1","Effect":"Deny","NotAction":"sts:*","NotPrincipal":{"AWS":"*"},"Condition":{"Null":{"aws:k":"true"}}}]}"#
)]
#[case::empty_sids(
    DocumentType::Inline,
    r#"{"Statement":[{"Sid":"","Effect":"Allow","Action":"s3:b","Resource":"*"},{"Sid":"","Effect":"Deny","Action":"s3:b","NotResource":"*"}]}"#
)]
#[case::the_passing_of_the_lab(
    DocumentType::Inline,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:PassRole"],"Resource":["arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"],
        "Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}"#
)]
fn nothing_to_find(#[case] document: DocumentType, #[case] text: &str) {
    assert_eq!(found(document, text), [""; 0]);
}

#[rstest]
fn codes_are_kebab_and_distinct() {
    let names: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    let is_kebab = |name: &&str| {
        name.strip_prefix("policy-").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
    };
    assert!(names.iter().all(is_kebab), "{names:?}");
    assert!(Code::ALL.is_sorted(), "in the order of their declaration");
}
