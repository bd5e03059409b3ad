//! What IAM takes, and nobody should want.

use rstest::rstest;

use crate::checking::{codes, found};
use crate::support::policy;
use iam_policy::{Code, DocumentType, Limits, Severity, check, check_managed_policy_arn};

fn identity(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#)
}

fn identity_codes(statements: &str) -> Vec<&'static str> {
    codes(DocumentType::Inline, &identity(statements))
}

#[rstest]
#[case(r#""*""#, r#""*""#, &["policy-everything"])]
#[case(r#"["s3:Get*","*"]"#, r#"["arn:aws:s3:::x","*"]"#, &["policy-everything"])]
#[case(r#""**""#, r#""*""#, &["policy-action-form", "policy-everything"])]
#[case(r#""*""#, r#""arn:aws:s3:::x""#, &[])]
#[case(r#""s3:*""#, r#""*""#, &[])]
fn everything(#[case] action: &str, #[case] resource: &str, #[case] expected: &[&str]) {
    assert_eq!(identity_codes(&allow(action, resource)), expected);
    let denied = allow(action, resource).replace("Allow", "Deny");
    assert!(!identity_codes(&denied).contains(&"policy-everything"));
}

const ONE_ROLE: &str = r#""arn:aws:iam::111122223333:role/x""#;

#[rstest]
#[case::any_role_any_service(r#""*""#, "", &["policy-pass-role-any-role", "policy-pass-role-any-service"])]
#[case::all_of_the_account(r#""arn:aws:iam::111122223333:role/*""#, "", &["policy-pass-role-any-role", "policy-pass-role-any-service"])]
#[case::all_of_all_accounts(r#""arn:aws:iam::*:role/*""#, "", &["policy-pass-role-any-role", "policy-pass-role-any-service"])]
#[case::of_one_path(r#""arn:aws:iam::111122223333:role/lab/*""#, "", &["policy-pass-role-any-service"])]
#[case::of_another_account(r#""arn:aws:iam::444455556666:role/*""#, "", &["policy-pass-role-any-service"])]
#[case::one_role(ONE_ROLE, "", &["policy-pass-role-any-service"])]
#[case::one_role_one_service(ONE_ROLE, r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, &[])]
#[case::key_case(ONE_ROLE, r#"{"StringLike":{"IAM:passedtoservice":"ec2.*"}}"#, &[])]
#[case::any_role_one_service("\"*\"", r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, &["policy-pass-role-any-role"])]
#[case::any_service_in_words(ONE_ROLE, r#"{"StringLike":{"iam:PassedToService":"*"}}"#, &["policy-pass-role-any-service"])]
#[case::all_but_one_service(ONE_ROLE, r#"{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, &["policy-pass-role-any-service"])]
#[case::some_service(ONE_ROLE, r#"{"Null":{"iam:PassedToService":"false"}}"#, &["policy-pass-role-any-service"])]
#[case::no_role(r#""arn:aws:iam::111122223333:user/*""#, "", &[])]
#[case::nothing_of_iam(r#"["arn:aws:s3:::x","arn:aws:ec2:*"]"#, "", &[])]
#[case::perhaps_a_role(r#""arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}""#, "", &["policy-pass-role-any-service"])]
#[case::another_key(ONE_ROLE, r#"{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#, &["policy-pass-role-any-service"])]
fn pass_role(#[case] resource: &str, #[case] condition: &str, #[case] expected: &[&str]) {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    for action in ["iam:PassRole", "IAM:passrole", "iam:Pass*"] {
        let statement = format!(r#"{{"Effect":"Allow","Action":["{action}"],"Resource":{resource}{condition}}}"#);
        assert_eq!(identity_codes(&statement), expected);
        assert_eq!(identity_codes(&statement.replace("Allow", "Deny")), [""; 0]);
    }
}

#[rstest]
#[case("iam:CreatePolicyVersion", r#""arn:aws:iam::111122223333:policy/*""#, true)]
#[case("iam:SetDefaultPolicyVersion", "\"*\"", true)]
#[case("iam:AttachRolePolicy", "\"*\"", true)]
#[case("iam:PutRolePolicy", r#""arn:aws:iam::111122223333:*""#, true)]
#[case("iam:Put*", "\"*\"", true)]
#[case("iam:UpdateAssumeRolePolicy", "\"*\"", true)]
#[case("iam:CreateAccessKey", r#""arn:aws:iam::111122223333:user/*""#, true)]
#[case("iam:AddUserToGroup", "\"*\"", true)]
#[case("iam:PutRolePolicy", ONE_ROLE, false)]
#[case("iam:PutRolePolicy", r#""arn:aws:iam::111122223333:user/*""#, false)]
#[case("iam:CreateAccessKey", r#""arn:aws:iam::111122223333:user/${aws:username}""#, false)]
#[case("iam:GetRole", "\"*\"", false)]
#[case("ec2:RunInstances", "\"*\"", false)]
fn one_right_that_gives_all_others(#[case] action: &str, #[case] resource: &str, #[case] dangerous: bool) {
    let statement = allow(&format!("\"{action}\""), resource);
    let expected: &[&str] = if dangerous { &["policy-privilege-escalation"] } else { &[] };
    assert_eq!(identity_codes(&statement), expected);
    let denied = statement.replace("Allow", "Deny");
    assert_eq!(identity_codes(&format!("{statement},{denied}")), [""; 0], "denied as well");
    let bound = statement.replace("\"Effect\"", r#""Condition":{"StringEquals":{"aws:k":"v"}},"Effect""#);
    assert_eq!(identity_codes(&bound), [""; 0], "bound by a condition");
}

#[rstest]
#[case::instances(r#""ec2:RunInstances""#, true)]
#[case::function(r#"["lambda:CreateFunction","lambda:InvokeFunction"]"#, true)]
#[case::function_by_event(r#"["lambda:CreateFunction","lambda:CreateEventSourceMapping"]"#, true)]
#[case::function_that_nobody_calls(r#""lambda:CreateFunction""#, false)]
#[case::notebook(r#"["sagemaker:CreateNotebookInstance","sagemaker:CreatePresignedNotebookInstanceUrl"]"#, true)]
#[case::notebook_that_nobody_opens(r#""sagemaker:CreateNotebookInstance""#, false)]
#[case::all_of_a_service(r#""sagemaker:*""#, true)]
#[case::stack(r#""cloudformation:CreateStack""#, true)]
#[case::build(r#"["codebuild:CreateProject","codebuild:StartBuild"]"#, true)]
#[case::pipeline(r#""datapipeline:*""#, true)]
#[case::training(r#""sagemaker:CreateTrainingJob""#, true)]
#[case::reading(r#""ec2:Describe*""#, false)]
fn passing_any_role_to_something_of_ones_own(#[case] actions: &str, #[case] dangerous: bool) {
    let pass = allow(r#""iam:PassRole""#, "\"*\"");
    let make = allow(actions, "\"*\"");
    let has = |statements: &str| identity_codes(statements).contains(&"policy-privilege-escalation");
    assert_eq!(has(&format!("{pass},{make}")), dangerous);
    assert!(!has(&make), "without a role to pass");
    assert!(!has(&format!("{},{make}", allow(r#""iam:PassRole""#, ONE_ROLE))), "with one role to pass");
    let elsewhere = pass
        .replace("\"Effect\"", r#""Condition":{"StringEquals":{"iam:PassedToService":"x.amazonaws.com"}},"Effect""#);
    assert!(!has(&format!("{elsewhere},{make}")), "to be passed to another service");
    let anywhere = elsewhere.replace("x.amazonaws.com", "*.amazonaws.com").replace("StringEquals", "StringLike");
    assert_eq!(has(&format!("{anywhere},{make}")), dangerous);
}

#[rstest]
fn the_ways_are_told_in_one_finding() {
    insta::assert_snapshot!(found(DocumentType::Inline, &identity(&allow(r#""iam:*""#, "\"*\""))).join("\n"), @r"
    warning: iam:PassRole on every role lets the holder hand an administrator's role to a service, at Statement[0].Resource [policy-pass-role-any-role]
    warning: iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts, at Statement[0] [policy-pass-role-any-service]
    warning: whoever has these rights can get all others: iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion, iam:CreateAccessKey, and 10 more, at Statement[0] [policy-privilege-escalation]
    ");
    let sagemaker = format!("{},{}", allow(r#""sagemaker:*""#, "\"*\""), allow(r#""iam:PassRole""#, "\"*\""));
    insta::assert_snapshot!(found(DocumentType::Inline, &identity(&sagemaker)).join("\n"), @r"
    warning: iam:PassRole on every role lets the holder hand an administrator's role to a service, at Statement[1].Resource [policy-pass-role-any-role]
    warning: iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts, at Statement[1] [policy-pass-role-any-service]
    warning: whoever has these rights can get all others: iam:PassRole with sagemaker:CreateNotebookInstance and sagemaker:CreatePresignedNotebookInstanceUrl, iam:PassRole with sagemaker:CreateTrainingJob, iam:PassRole with sagemaker:CreateProcessingJob, at Statement[1] [policy-privilege-escalation]
    ");
}

#[rstest]
#[case::not_action(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#, &["policy-not-action-allow"])]
#[case::not_action_denied(r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#, &[])]
#[case::service(r#"{"Effect":"Allow","Action":["s3:GetObject","sagemkaer:ListTags"],"Resource":"*"}"#, &["policy-unknown-service"])]
#[case::service_denied(r#"{"Effect":"Deny","Action":"emr:*","Resource":"*"}"#, &["policy-unknown-service"])]
#[case::service_case(r#"{"Effect":"Allow","Action":"S3:GetObject","Resource":"arn:aws:s3:::x"}"#, &[])]
#[case::wildcard_literal(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:k":["a","b*"]}}}"#, &["policy-wildcard-literal"])]
#[case::wildcard(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"aws:k":"b*"},"ArnEquals":{"aws:a":"arn:aws:*:*:*:*"}}}"#, &[])]
#[case::star_that_is_meant(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:k":"${*}${aws:x}"}}}"#, &[])]
#[case::for_all_values(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#, &["policy-for-all-values-allow"])]
#[case::for_all_values_denied(r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#, &[])]
#[case::for_all_values_required(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:tagkeys":"false"}}}"#, &[])]
#[case::for_all_values_absent(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"true"}}}"#, &["policy-for-all-values-allow"])]
#[case::multi_factor(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":true}}}"#, &["policy-if-exists-multi-factor"])]
#[case::no_multi_factor(r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#, &[])]
#[case::multi_factor_for_sure(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#, &[])]
fn of_identities(#[case] statement: &str, #[case] expected: &[&str]) {
    assert_eq!(identity_codes(statement), expected);
}

#[rstest]
#[case("StringEquals", r#""a""#, None)]
#[case("ForAnyValue:StringLikeIfExists", r#""a""#, None)]
#[case("Bool", r#"["true",false]"#, None)]
#[case("Bool", r#""yes""#, Some("warning: Bool cannot read \"yes\""))]
#[case("Bool", r#""${aws:x}""#, Some("warning: Bool cannot read"))]
#[case("Null", r#""TRUE""#, None)]
#[case("Null", r#""""#, Some("warning: Null cannot read \"\""))]
#[case("NumericLessThan", "10", None)]
#[case(
    "NumericLessThan",
    r#"["10.5","ten"]"#,
    Some("error: NumericLessThan cannot read \"ten\", at Statement[0].Condition.NumericLessThan.aws:k[1]")
)]
#[case("DateLessThan", r#""2026-01-31T12:00:00Z""#, None)]
#[case("DateLessThan", "1585699200", None)]
#[case("DateLessThan", r#""tomorrow""#, Some("error: DateLessThan cannot read"))]
#[case("DateLessThanIfExists", r#""31.1.2026""#, Some("error: DateLessThanIfExists cannot read"))]
#[case("IpAddress", r#"["203.0.113.0/24","2001:db8::/32"]"#, None)]
#[case("NotIpAddress", r#""203.0.113.0/240""#, Some("error: NotIpAddress cannot read"))]
#[case(
    "stringequals",
    r#""a""#,
    Some(
        "error: \"stringequals\" is no condition operator, at Statement[0].Condition.stringequals [policy-condition-operator]"
    )
)]
#[case("StringMatches", r#""a""#, Some("error: \"StringMatches\" is no condition operator"))]
#[case("ForSomeValues:StringEquals", r#""a""#, Some("error: \"ForSomeValues:StringEquals\" is no condition operator"))]
#[case("NullIfExists", r#""true""#, Some("error: \"NullIfExists\" is no condition operator"))]
#[case("ForAnyValue:Null", r#""true""#, Some("warning: \"ForAnyValue:Null\" is no condition operator"))]
fn conditions(#[case] operator: &str, #[case] values: &str, #[case] expected: Option<&str>) {
    let text = identity(&format!(
        r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{{"{operator}":{{"aws:k":{values}}}}}}}"#
    ));
    let found = found(DocumentType::Managed, &text);
    match expected {
        None => assert_eq!(found, [""; 0]),
        Some(expected) => {
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(expected), "{found:?}");
        }
    }
}

#[rstest]
#[case("stringequals", "did you mean StringEquals?")]
#[case("stringEqualsifexists", "did you mean StringEqualsIfExists?")]
#[case("forallvalues:arnlike", "did you mean ForAllValues:ArnLike?")]
#[case("StringEqual", "did you mean StringEquals?")]
#[case("StringEqualz", "did you mean StringEquals?")]
#[case("StringNotEqualsIfExist", "did you mean StringNotEqualsIfExists?")]
#[case("StringEqualIgnoreCase", "did you mean StringEqualsIgnoreCase?")]
#[case("ForAnyValues:StringLike", "did you mean ForAnyValue:StringLike?")]
#[case("ForAnyValue::StringLike", "did you mean ForAnyValue:StringLike?")]
#[case("NumericGreaterThenEquals", "did you mean NumericGreaterThanEquals?")]
#[case("DateLesserThan", "did you mean DateLessThan?")]
#[case("IPAdress", "did you mean IpAddress?")]
#[case("ARNLikes", "did you mean ArnLike?")]
#[case("bool", "did you mean Bool?")]
#[case("null", "did you mean Null?")]
#[case("StringMatches", "the operators are those of String")]
#[case("Equals", "the operators are those of String")]
#[case("ForAny:ArnLike", "the operators are those of String")]
fn the_operator_that_is_meant(#[case] operator: &str, #[case] help: &str) {
    let text = identity(&format!(
        r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{{"{operator}":{{"aws:k":"a"}}}}}}"#
    ));
    let findings = check(&policy(&text), DocumentType::Managed, &Limits::NONE);
    assert!(findings[0].help.starts_with(help), "{findings:?}");
}

#[rstest]
fn an_operator_without_keys_is_none() {
    assert_eq!(
        identity_codes(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Foo":{}}}"#),
        [""; 0]
    );
}

#[rstest]
#[case::resource(r#""Resource":"arn:aws:s3:::${aws:username}""#, Some("Statement[0].Resource"))]
#[case::not_resource(r#""NotResource":"arn:aws:s3:::${aws:username}""#, Some("Statement[0].NotResource"))]
#[case::condition(
    r#""Resource":"*","Condition":{"StringEquals":{"aws:k":"${aws:username}"}}"#,
    Some("Statement[0].Condition")
)]
#[case::none(r#""Resource":"arn:aws:s3:::x$""#, None)]
fn variables_need_the_new_version(#[case] elements: &str, #[case] place: Option<&str>) {
    let text = identity(&format!(r#"{{"Effect":"Deny","Action":"s3:GetObject",{elements}}}"#));
    assert_eq!(codes(DocumentType::Inline, &text), [""; 0]);
    for old in [text.replace("2012", "2008"), text.replace(r#""Version":"2012-10-17","#, "")] {
        let findings = check(&policy(&old), DocumentType::Inline, &Limits::NONE);
        assert_eq!(findings.first().map(|finding| finding.place.as_str()), place);
        assert!(findings.iter().all(|finding| finding.code == Code::VariableVersion));
    }
}

#[rstest]
#[case::service(r#""Principal":{"Service":"ec2.amazonaws.com"}"#, &[])]
#[case::everyone(r#""Principal":{"AWS":"*"}"#, &["policy-public-trust"])]
#[case::everyone_by_type(r#""Principal":{"AWS":["111122223333","*"]}"#, &["policy-public-trust"])]
#[case::everyone_of(r#""Principal":{"AWS":"*"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#, &[])]
#[case::everyone_but(r#""NotPrincipal":{"AWS":"444455556666"}"#, &["policy-not-principal-allow"])]
#[case::own_account(r#""Principal":{"AWS":"111122223333"}"#, &[])]
#[case::other_account(r#""Principal":{"AWS":"444455556666"}"#, &["policy-trust-without-condition"])]
#[case::other_account_as_root(r#""Principal":{"AWS":"arn:aws:iam::444455556666:root"}"#, &["policy-trust-without-condition"])]
#[case::other_account_with_id(r#""Principal":{"AWS":"444455556666"},"Condition":{"StringEquals":{"sts:ExternalId":"x"}}"#, &[])]
#[case::role_of_another_account(r#""Principal":{"AWS":"arn:aws:iam::444455556666:role/x"}"#, &[])]
#[case::federated(r#""Principal":{"Federated":"accounts.google.com"}"#, &["policy-public-trust"])]
#[case::federated_for(r#""Principal":{"Federated":"accounts.google.com"},"Condition":{"StringEquals":{"accounts.google.com:aud":"x"}}"#, &[])]
fn of_trust_policies(#[case] elements: &str, #[case] expected: &[&str]) {
    let text = identity(&format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole",{elements}}}"#));
    assert_eq!(codes(DocumentType::Trust, &text), expected);
    assert_eq!(codes(DocumentType::Trust, &text.replace("Allow", "Deny")), [""; 0]);
    assert!(
        check(&policy(&text), DocumentType::Trust, &Limits::NONE)
            .iter()
            .all(|finding| finding.severity == Severity::Warning)
    );
}

#[rstest]
#[case("arn:aws:iam::aws:policy/AmazonS3FullAccess", true)]
#[case("arn:aws-cn:iam::aws:policy/AmazonSageMakerFullAccess", true)]
#[case("AmazonEC2ContainerRegistryFullAccess", true)]
#[case("arn:aws:iam::aws:policy/AdministratorAccess", true)]
#[case("PowerUserAccess", true)]
#[case("IAMFullAccess", true)]
#[case("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", false)]
#[case("arn:aws:iam::111122223333:policy/AmazonS3FullAccess", false)]
#[case("x:iam::aws:policy/AmazonS3FullAccess", false)]
#[case("", false)]
fn full_access(#[case] arn: &str, #[case] told: bool) {
    let finding = check_managed_policy_arn(arn);
    assert_eq!(finding.is_some(), told);
    if let Some(finding) = finding {
        assert_eq!((finding.code, finding.severity), (Code::FullAccess, Severity::Warning));
        assert!(finding.help.starts_with("narrow it: "));
    }
}
