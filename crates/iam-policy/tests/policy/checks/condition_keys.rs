//! Condition keys that no request has.

use super::document;
use iam_policy::DocumentType::Inline;
use iam_policy::{Code, Limits, Severity, check};

use crate::support::policy;

/// The help about one key, where something is found about it.
fn help_about(key: &str) -> Option<String> {
    let text = document(&format!(
        r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{{"StringEquals":{{"{key}":"x"}}}}}}"#
    ));
    let findings = check(&policy(&text), Inline, &Limits::NONE);
    let finding = findings.into_iter().next()?;
    assert_eq!((finding.code, finding.severity), (Code::ConditionKey, Severity::Warning), "{key}");
    assert_eq!(finding.message, format!("no request has the condition key {key:?}"));
    assert_eq!(finding.place, format!("Statement[0].Condition.StringEquals.{key}"));
    Some(finding.help)
}

#[test]
fn keys_that_exist_or_may() {
    for key in [
        "aws:username",
        "AWS:UserName",
        "aws:PrincipalTag/team",
        "aws:principaltag/Team/with/slashes",
        "aws:RequestTag/cost-center",
        "aws:ResourceTag/team",
        "aws:TagKeys",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:SourceVpcArn",
        "aws:VpcSourceIp",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:referer",
        "aws:userid",
        "iam:PassedToService",
        "iam:passedtoservice",
        "iam:PermissionsBoundary",
        "iam:PolicyARN",
        "iam:ResourceTag/team",
        "sts:ExternalId",
        "sts:RoleSessionName",
        "sts:RequestContext/x",
        // Of other services, and of those who sign people in, nothing is known here.
        "s3:prefix",
        "ec2:ResourceTag/team",
        "s3:PassedToService",
        "sagemaker:InstanceTypes",
        "saml:aud",
        "SAML:iss",
        "accounts.google.com:aud",
        "token.actions.githubusercontent.com:sub",
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub",
        "cognito-identity.amazonaws.com:amr",
        // Close to none: it may be new.
        "aws:Something",
        "aws:k",
        "aws:Ip",
        "iam:Whatever",
        "sts:Session",
    ] {
        assert_eq!(help_about(key), None, "{key}");
    }
}

#[test]
fn keys_without_a_prefix() {
    for (key, help) in [
        ("PassedToService", "did you mean iam:PassedToService?"),
        ("passedtoservice", "did you mean iam:PassedToService?"),
        ("ExternalId", "did you mean sts:ExternalId?"),
        ("SourceIp", "did you mean aws:SourceIp?"),
        ("username", "did you mean aws:username?"),
        ("MultiFactorAuthPresent", "did you mean aws:MultiFactorAuthPresent?"),
        // The global key goes first.
        ("SourceIdentity", "did you mean aws:SourceIdentity?"),
        ("prefix", "a key starts with the prefix of a service, or with aws:"),
        ("a", "a key starts with the prefix of a service, or with aws:"),
        ("aws.username", "a key starts with the prefix of a service, or with aws:"),
    ] {
        assert_eq!(help_about(key).as_deref(), Some(help), "{key}");
    }
}

#[test]
fn misspelt_keys() {
    for (key, help) in [
        ("aws:SourceIP4", "did you mean aws:SourceIp?"),
        ("aws:SorceIp", "did you mean aws:SourceIp?"),
        ("aws:usrname", "did you mean aws:username?"),
        ("aws:user-name", "did you mean aws:username?"),
        ("aws:SecureTransprot", "did you mean aws:SecureTransport?"),
        ("aws:MultiFactorAuthPresence", "did you mean aws:MultiFactorAuthPresent?"),
        ("aws:PrincipleArn", "did you mean aws:PrincipalArn?"),
        ("aws:PrincipleTag/team", "did you mean aws:PrincipalTag/team?"),
        ("aws:RequestTags/team", "did you mean aws:RequestTag/team?"),
        ("aws:RequestedRegions", "did you mean aws:RequestedRegion?"),
        ("aws:PrincipalOrgIDs", "did you mean aws:PrincipalOrgID?"),
        ("aws:TagKey", "did you mean aws:TagKeys?"),
        ("AWS:CurentTime", "did you mean aws:CurrentTime?"),
        ("iam:PassToService", "did you mean iam:PassedToService?"),
        ("iam:PassedToServices", "did you mean iam:PassedToService?"),
        ("iam:PermissionBoundary", "did you mean iam:PermissionsBoundary?"),
        ("iam:PolicyArns", "did you mean iam:PolicyARN?"),
        ("sts:ExternalID2", "did you mean sts:ExternalId?"),
        ("sts:ExternId", "did you mean sts:ExternalId?"),
        ("sts:RoleSesionName", "did you mean sts:RoleSessionName?"),
    ] {
        assert_eq!(help_about(key).as_deref(), Some(help), "{key}");
    }
}

#[test]
fn tags_without_their_key() {
    for (key, help) in [
        ("aws:PrincipalTag", "name the tag, as in aws:PrincipalTag/team"),
        ("aws:PrincipalTag/", "name the tag, as in aws:PrincipalTag/team"),
        ("aws:RequestTag", "name the tag, as in aws:RequestTag/team"),
        ("aws:resourcetag", "name the tag, as in aws:ResourceTag/team"),
        ("iam:ResourceTag", "name the tag, as in iam:ResourceTag/team"),
    ] {
        assert_eq!(help_about(key).as_deref(), Some(help), "{key}");
    }
}

/// Under an operator that does not exist the key is looked at as well.
#[test]
fn under_any_operator() {
    let text = document(
        r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"StringIs":{"username":"x"},"Null":{"aws:SorceIp":"true"}}}"#,
    );
    assert_eq!(
        crate::checking::codes(Inline, &text),
        ["policy-condition-operator", "policy-condition-key", "policy-condition-key"]
    );
}
