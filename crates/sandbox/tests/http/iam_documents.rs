//! Policy documents: what IAM takes, what it stores, and how large they may be.

use percent_encoding::percent_decode_str;
use rstest::rstest;

use crate::client::{Lab, POLICY, TRUST};

#[rstest]
#[case::text("{", "This policy contains invalid Json")]
#[case::list("[]", "The policy failed legacy parsing")]
#[case::leading_space(" {}", "The policy failed legacy parsing")]
#[case::empty("{}", "Syntax errors in policy.")]
#[case::no_statements(r#"{"Statement":[]}"#, "Syntax errors in policy.")]
#[case::unknown_top(
    r#"{"Statements":[],"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    "Syntax errors in policy."
)]
#[case::unknown_element(
    r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Conditions":{}}}"#,
    "Syntax errors in policy."
)]
#[case::twice(
    r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"s3:*","Resource":"*"}}"#,
    "Syntax errors in policy."
)]
#[case::version(
    r#"{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    "Policy document must be version 2012-10-17 or greater."
)]
#[case::small_allow(
    r#"{"Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}}"#,
    "The policy failed legacy parsing"
)]
#[case::no_effect(r#"{"Statement":{"Action":"s3:*","Resource":"*"}}"#, "Syntax errors in policy.")]
#[case::no_action(r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#, "Policy statement must contain actions.")]
#[case::no_vendor(
    r#"{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}"#,
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
)]
#[case::two_colons(
    r#"{"Statement":{"Effect":"Allow","Action":"s3:a:b","Resource":"*"}}"#,
    "Actions/Condition can contain only one colon."
)]
#[case::no_resource(r#"{"Statement":{"Effect":"Allow","Action":"s3:*"}}"#, "Policy statement must contain resources.")]
#[case::no_arn(
    r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}}"#,
    "Resource bucket must be in ARN format or \"*\"."
)]
#[case::partition(
    r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:azure:s3:::b"}}"#,
    "Partition \"azure\" is not valid for resource \"arn:azure:s3:::b\"."
)]
#[case::principal(
    r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
    "Policy document should not specify a principal."
)]
#[case::sid(
    r#"{"Statement":{"Sid":"a-b","Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
)]
#[case::sids(r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#, "Statement IDs (SID) in a single policy must be unique.")]
#[tokio::test]
async fn a_malformed_identity_policy_is_refused(#[case] document: &str, #[case] message: &str) {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let answer =
        lab.iam("PutRolePolicy", &[("RoleName", "lab"), ("PolicyName", "p"), ("PolicyDocument", document)]).await;
    assert_eq!(answer.error(), format!("400 MalformedPolicyDocument: {message}"));
}

#[rstest]
#[case::resource(
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Resource":"*""#,
    "Has prohibited field Resource"
)]
#[case::no_principal(r#""Action":"sts:AssumeRole""#, "Missing required field Principal")]
#[case::other_action(
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"s3:GetObject""#,
    "AssumeRole policy may only specify STS AssumeRole actions."
)]
#[case::unknown_role(
    r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/none"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/none\""
)]
#[case::unknown_user(
    r#""Principal":{"AWS":"arn:aws:iam::111122223333:user/none"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/none\""
)]
#[case::unknown_id(
    r#""Principal":{"AWS":"AROAAAAAAAAAAAAAAAAAA"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"AWS\":\"AROAAAAAAAAAAAAAAAAAA\""
)]
#[case::other_partition(
    r#""Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"AWS\":\"arn:aws-cn:iam::111122223333:root\""
)]
#[case::service(
    r#""Principal":{"Service":"ec2"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"SERVICE\":\"ec2\""
)]
#[case::kind(
    r#""Principal":{"Person":"me"},"Action":"sts:AssumeRole""#,
    "Invalid principal in policy: \"Person\":\"me\""
)]
#[tokio::test]
async fn a_malformed_trust_policy_is_refused(#[case] elements: &str, #[case] message: &str) {
    let lab = Lab::instant().await;
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{elements}}}]}}"#);
    let answer = lab.iam("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", &document)]).await;
    assert_eq!(answer.error(), format!("400 MalformedPolicyDocument: {message}"));
}

#[tokio::test]
async fn an_inline_policy_is_kept_as_sent_and_answered_percent_encoded() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let document =
        "{ \"Statement\": {\"Effect\":\"Allow\",\"Action\":\"s3:*\",\n \"Resource\":\"arn:aws:s3:::a+b/~_.-*é\"} }";
    let names = [("RoleName", "lab"), ("PolicyName", "p")];
    lab.done("PutRolePolicy", &[names[0], names[1], ("PolicyDocument", document)]).await;
    let read = lab.done("GetRolePolicy", &names).await;
    let encoded = read.element("PolicyDocument");
    assert!(encoded.contains("a%2Bb%2F~_.-%2A%C3%A9"), "{encoded}");
    assert_eq!(percent_decode_str(encoded).decode_utf8().unwrap(), document);
}

#[tokio::test]
async fn a_trust_policy_comes_back_with_root_arns_and_ordered_principals() {
    let lab = Lab::instant().await;
    let document = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":["999988887777","444455556666"],"Service":["sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}}"#;
    lab.done("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", document)]).await;
    let read = lab.done("GetRole", &[("RoleName", "lab")]).await;
    let stored = percent_decode_str(read.element("AssumeRolePolicyDocument")).decode_utf8().unwrap().into_owned();
    insta::assert_snapshot!(stored, @r##"{"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root","arn:aws:iam::999988887777:root"],"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]},"Action":"sts:AssumeRole"}}"##);
}

#[tokio::test]
async fn all_inline_policies_of_a_role_share_one_quota() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let document = |length: usize| POLICY.replace("s3:GetObject", &format!("s3:{}", "x".repeat(length)));
    let put = async |name: &str, document: &str| {
        lab.iam("PutRolePolicy", &[("RoleName", "lab"), ("PolicyName", name), ("PolicyDocument", document)]).await
    };
    let half = document(5120 - document(0).len());
    assert_eq!(put("one", &half).await.status, 200);
    // White space is not counted.
    assert_eq!(put("two", &half.replace(',', ", \n ")).await.status, 200);
    let over = format!("{half} ").replacen("xx", "xxx", 1);
    assert_eq!(
        put("two", &over).await.error(),
        "409 LimitExceeded: Maximum policy size of 10240 bytes exceeded for role lab"
    );
    assert_eq!(put("two", &document(1)).await.status, 200);
}

#[tokio::test]
async fn a_trust_policy_has_a_quota() {
    let lab = Lab::instant().await;
    let document = TRUST.replace("\"Effect\"", &format!("\"Sid\":\"{}\",\"Effect\"", "x".repeat(2048)));
    let answer = lab.iam("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", &document)]).await;
    assert_eq!(answer.error(), "409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048");
}

#[tokio::test]
async fn deeply_nested_json_is_an_error_like_any_other() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let document = format!("{{\"Statement\":{}", "[".repeat(100_000));
    let answer =
        lab.iam("PutRolePolicy", &[("RoleName", "lab"), ("PolicyName", "p"), ("PolicyDocument", &document)]).await;
    assert_eq!(answer.status, 400);
}
