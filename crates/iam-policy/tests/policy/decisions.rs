//! What policies decide: principals, actions, resources, variables, and how statements combine.

use std::collections::BTreeMap;

use rstest::rstest;

use crate::support::{allow, policy, trust};
use iam_policy::{Decision, Policy, Request, evaluate};

fn decide(text: &str, action: &str, resource: Option<&str>) -> Decision {
    evaluate(&[&policy(text)], &Request { principal: None, action, resource, context: BTreeMap::new() })
}

fn expected(allowed: bool) -> Decision {
    if allowed { Decision::Allowed } else { Decision::NotAllowed }
}

#[rstest]
#[case::exact(r#""Action":"iam:PassRole""#, true)]
#[case::case(r#""Action":"IAM:passrole""#, true)]
#[case::everything(r#""Action":"*""#, true)]
#[case::service(r#""Action":"iam:*""#, true)]
#[case::prefix(r#""Action":"iam:Pass*""#, true)]
#[case::one_character(r#""Action":"iam:?assRole""#, true)]
#[case::in_a_list(r#""Action":["a:b","iam:PassRole"]"#, true)]
#[case::another(r#""Action":"iam:GetRole""#, false)]
#[case::too_short(r#""Action":"iam:PassRol""#, false)]
#[case::other_service(r#""Action":"ec2:*""#, false)]
#[case::empty(r#""Action":[]"#, false)]
#[case::missing(r#""Sid":"a""#, false)]
#[case::not_another(r#""NotAction":"iam:GetRole""#, true)]
#[case::not_this(r#""NotAction":"iam:Pass*""#, false)]
#[case::not_nothing(r#""NotAction":[]"#, true)]
#[case::both(r#""Action":"iam:*","NotAction":"iam:PassRole""#, false)]
fn actions(#[case] elements: &str, #[case] allowed: bool) {
    let text = allow(&format!(r#"{elements},"Resource":"*""#));
    assert_eq!(decide(&text, "iam:PassRole", Some("arn:aws:iam::111122223333:role/x")), expected(allowed));
    assert_eq!(decide(&text, "IAM:PASSROLE", None), expected(allowed));
}

#[rstest]
#[case::exact(r#""Resource":"arn:aws:iam::111122223333:role/lab/x""#, true)]
#[case::case(r#""Resource":"arn:aws:iam::111122223333:role/lab/X""#, false)]
#[case::everything(r#""Resource":"*""#, true)]
#[case::prefix(r#""Resource":"arn:aws:iam::111122223333:role/*""#, true)]
#[case::any_account(r#""Resource":"arn:aws:iam::*:role/lab/x""#, true)]
#[case::question_marks(r#""Resource":"arn:aws:iam::????????????:role/lab/?""#, true)]
#[case::star_crosses_colons_at_the_end(r#""Resource":"arn:aws:iam:*""#, true)]
#[case::other_role(r#""Resource":"arn:aws:iam::111122223333:role/x""#, false)]
#[case::other_partition(r#""Resource":"arn:aws-cn:iam::111122223333:role/lab/x""#, false)]
#[case::in_a_list(r#""Resource":["a","arn:aws:iam::111122223333:role/lab/x"]"#, true)]
#[case::empty(r#""Resource":[]"#, false)]
#[case::missing(r#""Sid":"a""#, false)]
#[case::not_another(r#""NotResource":"arn:aws:iam::111122223333:role/x""#, true)]
#[case::not_this(r#""NotResource":"arn:aws:iam::111122223333:role/lab/*""#, false)]
fn resources(#[case] elements: &str, #[case] allowed: bool) {
    let text = allow(&format!(r#""Action":"iam:PassRole",{elements}"#));
    assert_eq!(decide(&text, "iam:PassRole", Some("arn:aws:iam::111122223333:role/lab/x")), expected(allowed));
}

#[rstest]
#[case::star(r#""Resource":"*""#, true)]
#[case::arn(r#""Resource":"arn:aws:iam::111122223333:role/x""#, false)]
#[case::any_arn(r#""Resource":"arn:*""#, false)]
fn an_action_without_a_resource_needs_a_star(#[case] elements: &str, #[case] allowed: bool) {
    assert_eq!(decide(&allow(&format!(r#""Action":"a:b",{elements}"#)), "a:b", None), expected(allowed));
}

#[rstest]
#[case::service(r#"{"Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", true)]
#[case::other_service(r#"{"Service":"ec2.amazonaws.com"}"#, "sagemaker.amazonaws.com", false)]
#[case::one_of_the_services(r#"{"Service":["a","ec2.amazonaws.com"]}"#, "ec2.amazonaws.com", true)]
#[case::no_wildcard_in_a_service(r#"{"Service":"*.amazonaws.com"}"#, "ec2.amazonaws.com", false)]
#[case::everyone(r#""*""#, "arn:aws:iam::444455556666:role/x", true)]
#[case::everyone_by_type(r#"{"AWS":"*"}"#, "ec2.amazonaws.com", true)]
#[case::nobody("{}", "ec2.amazonaws.com", false)]
#[case::role(r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#, "arn:aws:iam::444455556666:role/x", true)]
#[case::no_wildcard_in_an_arn(
    r#"{"AWS":"arn:aws:iam::444455556666:role/*"}"#,
    "arn:aws:iam::444455556666:role/x",
    false
)]
#[case::account_id(r#"{"AWS":"444455556666"}"#, "arn:aws:iam::444455556666:role/x", true)]
#[case::account_root(r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, "arn:aws:sts::444455556666:assumed-role/x/y", true)]
#[case::the_root_itself(r#"{"AWS":"444455556666"}"#, "arn:aws:iam::444455556666:root", true)]
#[case::other_account(r#"{"AWS":"444455556666"}"#, "arn:aws:iam::111122223333:role/x", false)]
#[case::root_of_another_partition(
    r#"{"AWS":"arn:aws-cn:iam::444455556666:root"}"#,
    "arn:aws:iam::444455556666:role/x",
    false
)]
#[case::session_of_a_role(
    r#"{"AWS":"arn:aws:iam::444455556666:role/path/x"}"#,
    "arn:aws:sts::444455556666:assumed-role/x/me",
    true
)]
#[case::session_of_another_role(
    r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#,
    "arn:aws:sts::444455556666:assumed-role/y/x",
    false
)]
#[case::user_is_no_session(r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#, "arn:aws:iam::444455556666:user/x", false)]
#[case::two_users(r#"{"AWS":"arn:aws:iam::444455556666:user/y"}"#, "arn:aws:iam::444455556666:user/x", false)]
#[case::federated(r#"{"Federated":"cognito-identity.amazonaws.com"}"#, "cognito-identity.amazonaws.com", true)]
#[case::text(r#""ec2.amazonaws.com""#, "ec2.amazonaws.com", true)]
#[case::own_service(r#"{"AWS":"ec2.amazonaws.com"}"#, "sagemaker.amazonaws.com", false)]
fn principals(#[case] principal: &str, #[case] asking: &str, #[case] named: bool) {
    let decide = |text: &str| {
        let request =
            Request { principal: Some(asking), action: "sts:AssumeRole", resource: None, context: BTreeMap::new() };
        evaluate(&[&policy(text)], &request)
    };
    assert_eq!(decide(&trust(principal)), expected(named));
    assert_eq!(decide(&trust(principal).replace("\"Principal\"", "\"NotPrincipal\"")), expected(!named));
}

#[rstest]
fn a_trust_policy_lets_in_nobody_without_a_principal() {
    assert_eq!(decide(&trust(r#""*""#), "sts:AssumeRole", None), Decision::NotAllowed);
}

const ALLOW: &str = r#"{"Effect":"Allow","Action":"a:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"a:b","Resource":"*"}"#;
const DENY_OTHER: &str = r#"{"Effect":"Deny","Action":"a:c","Resource":"*"}"#;
const LOWER_CASE: &str = r#"{"Effect":"allow","Action":"a:b","Resource":"*"}"#;
const LOWER_CASE_DENY: &str = r#"{"Effect":"deny","Action":"a:b","Resource":"*"}"#;
const NO_EFFECT: &str = r#"{"Action":"a:b","Resource":"*"}"#;
const PERHAPS_ALLOW: &str = r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"aws:X":"true"}}}"#;
const PERHAPS_DENY: &str = r#"{"Effect":"Deny","Action":"a:b","Resource":"*","Condition":{"Bool":{"aws:Y":"true"}}}"#;

fn unknown(keys: &[&str]) -> Decision {
    Decision::Unknown { keys: keys.iter().map(|key| (*key).to_owned()).collect() }
}

#[rstest]
#[case::nothing(&[], Decision::NotAllowed)]
#[case::allow(&[ALLOW], Decision::Allowed)]
#[case::deny_alone(&[DENY], Decision::DeniedExplicitly)]
#[case::deny_wins(&[ALLOW, DENY], Decision::DeniedExplicitly)]
#[case::deny_wins_first(&[DENY, ALLOW], Decision::DeniedExplicitly)]
#[case::deny_of_another(&[ALLOW, DENY_OTHER], Decision::Allowed)]
#[case::unrecognized_effect(&[LOWER_CASE], Decision::NotAllowed)]
#[case::unrecognized_denial(&[ALLOW, LOWER_CASE_DENY], Decision::Allowed)]
#[case::no_effect(&[NO_EFFECT], Decision::NotAllowed)]
#[case::perhaps_allowed(&[PERHAPS_ALLOW], unknown(&["aws:X"]))]
#[case::allowed_anyway(&[ALLOW, PERHAPS_ALLOW], Decision::Allowed)]
#[case::perhaps_denied(&[ALLOW, PERHAPS_DENY], unknown(&["aws:Y"]))]
#[case::not_allowed_anyway(&[PERHAPS_DENY], Decision::NotAllowed)]
#[case::perhaps_both(&[PERHAPS_ALLOW, PERHAPS_DENY], unknown(&["aws:X", "aws:Y"]))]
#[case::denied_anyway(&[PERHAPS_ALLOW, PERHAPS_DENY, DENY], Decision::DeniedExplicitly)]
fn statements_combine(#[case] statements: &[&str], #[case] decision: Decision) {
    let request = Request { principal: None, action: "a:b", resource: Some("arn:x"), context: BTreeMap::new() };
    let together = policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")));
    assert_eq!(evaluate(&[&together], &request), decision);
    let apart: Vec<Policy> = statements.iter().map(|text| policy(&format!(r#"{{"Statement":{text}}}"#))).collect();
    assert_eq!(evaluate(&apart.iter().collect::<Vec<_>>(), &request), decision);
}

#[rstest]
#[case::value("arn:aws:s3:::${aws:username}/*", Some("alice"), "arn:aws:s3:::alice/x", Decision::Allowed)]
#[case::key_case("arn:aws:s3:::${AWS:Username}/*", Some("alice"), "arn:aws:s3:::alice/x", Decision::Allowed)]
#[case::other_value("arn:aws:s3:::${aws:username}/*", Some("bob"), "arn:aws:s3:::alice/x", Decision::NotAllowed)]
#[case::star_in_the_value("arn:aws:s3:::${aws:username}", Some("*"), "arn:aws:s3:::alice", Decision::NotAllowed)]
#[case::absent("arn:aws:s3:::${aws:username}", None, "arn:aws:s3:::", Decision::NotAllowed)]
#[case::default("arn:aws:s3:::${aws:username, 'nobody'}", None, "arn:aws:s3:::nobody", Decision::Allowed)]
#[case::default_unused("arn:aws:s3:::${aws:username, 'nobody'}", Some("a"), "arn:aws:s3:::a", Decision::Allowed)]
#[case::unknown("arn:aws:s3:::${aws:userid}", None, "arn:aws:s3:::a", unknown(&["aws:userid"]))]
#[case::star("a${*}b", None, "a*b", Decision::Allowed)]
#[case::star_is_no_wildcard("a${*}b", None, "aXb", Decision::NotAllowed)]
#[case::question_mark("a${?}b", None, "aXb", Decision::NotAllowed)]
#[case::dollar("a${$}b", None, "a$b", Decision::Allowed)]
#[case::unclosed("a${b", None, "a${b", Decision::Allowed)]
fn variables(#[case] pattern: &str, #[case] name: Option<&str>, #[case] resource: &str, #[case] decision: Decision) {
    let context = BTreeMap::from([("aws:username".to_owned(), name.map(str::to_owned).into_iter().collect())]);
    let request = Request { principal: None, action: "a:b", resource: Some(resource), context };
    let text = allow(&format!(r#""Action":"a:b","Resource":"{pattern}""#));
    assert_eq!(evaluate(&[&policy(&text)], &request), decision);
}

#[rstest]
fn the_old_version_has_no_variables() {
    let text = allow(r#""Action":"a:b","Resource":"x/${aws:username}""#).replace("2012-10-17", "2008-10-17");
    assert_eq!(decide(&text, "a:b", Some("x/${aws:username}")), Decision::Allowed);
    assert_eq!(decide(&text, "a:b", Some("x/alice")), Decision::NotAllowed);
}

#[rstest]
fn a_variable_with_several_values_is_not_guessed() {
    let context = BTreeMap::from([("aws:TagKeys".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
    let request = Request { principal: None, action: "a:b", resource: Some("a"), context };
    let text = allow(r#""Action":"a:b","Resource":"${aws:TagKeys}""#);
    assert_eq!(evaluate(&[&policy(&text)], &request), unknown(&["aws:TagKeys"]));
}
