//! Whom a trust policy should not let in.

use super::check;
use iam_policy::DocumentType::{Resource, Trust};
use iam_policy::{Limits, Policy, Scope, check as check_policy};

const PUBLIC: &str =
    "warning: everyone with an AWS account can assume this role, at Statement[0].Principal [policy-public-trust]";

const FOREIGN: &str = "warning: account 444455556666 can hand this role to anyone who asks it to, at Statement[0].Principal [policy-trust-without-condition]";

/// A statement that lets `principal` in, with conditions.
fn statement(principal: &str, conditions: &str) -> String {
    let conditions = if conditions.is_empty() { String::new() } else { format!(r#","Condition":{conditions}"#) };
    format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}{conditions}}}"#)
}

fn found_in(principal: &str, conditions: &str) -> Vec<String> {
    crate::checking::found(Trust, &super::document(&statement(principal, conditions)))
}

#[test]
fn everyone() {
    // Conditions, and whether they keep anybody out by who they are.
    let rows: &[(&str, bool)] = &[
        ("", false),
        ("{}", false),
        (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#, true),
        (r#"{"StringEquals":{"AWS:principalorgid":"o-a1b2c3d4e5"}}"#, true),
        (r#"{"StringEquals":{"aws:PrincipalAccount":["444455556666"]}}"#, true),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}"#, true),
        (r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-x/*"}}"#, true),
        (r#"{"StringEquals":{"sts:ExternalId":"12345"}}"#, true),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, true),
        (r#"{"StringEquals":{"aws:PrincipalTag/team":"blue"}}"#, true),
        (r#"{"Null":{"aws:SourceIdentity":"false"}}"#, true),
        // Whoever asks can see to these.
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, false),
        (r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, false),
        (r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#, false),
        (r#"{"DateLessThan":{"aws:CurrentTime":"2030-01-01"}}"#, false),
        (r#"{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#, false),
        (r#"{"StringLike":{"sts:RoleSessionName":"ci-*"}}"#, false),
        (r#"{"StringEquals":{"aws:UserAgent":"reconcile"}}"#, false),
        (r#"{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#, true),
        // All values, and requests without the key.
        (r#"{"StringLike":{"aws:PrincipalOrgID":"*"}}"#, false),
        (r#"{"StringLike":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","*"]}}"#, false),
        (r#"{"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}}"#, false),
        (r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#, false),
        (r#"{"Null":{"sts:ExternalId":"true"}}"#, false),
    ];
    for (conditions, bound) in rows {
        let found = found_in(r#"{"AWS":"*"}"#, conditions);
        let expected: &[&str] = if *bound { &[] } else { &[PUBLIC] };
        assert_eq!(found, expected, "{conditions}");
        // Among others it is everyone all the same.
        assert_eq!(found_in(r#"{"AWS":["111122223333","*"]}"#, conditions), expected, "{conditions}");
    }
    let over_a_set = found_in(r#"{"AWS":"*"}"#, r#"{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-x/*"}}"#);
    assert_eq!(over_a_set.len(), 2, "{over_a_set:?}");
    assert_eq!(over_a_set[1], PUBLIC);
}

#[test]
fn other_accounts() {
    let rows: &[(&str, &str, bool)] = &[
        (r#"{"AWS":"444455556666"}"#, "", true),
        (r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, "", true),
        (r#"{"AWS":["111122223333","444455556666"]}"#, "", true),
        (r#"{"AWS":"444455556666"}"#, r#"{"Bool":{"aws:SecureTransport":"true"}}"#, true),
        (r#"{"AWS":"444455556666"}"#, r#"{"StringEqualsIfExists":{"sts:ExternalId":"x"}}"#, true),
        (r#"{"AWS":"444455556666"}"#, r#"{"StringLike":{"sts:ExternalId":"*"}}"#, true),
        (r#"{"AWS":"444455556666"}"#, r#"{"StringEquals":{"sts:ExternalId":"x"}}"#, false),
        (
            r#"{"AWS":"444455556666"}"#,
            r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/x"}}"#,
            false,
        ),
        (r#"{"AWS":"111122223333"}"#, "", false),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "", false),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#, "", false),
        (r#"{"AWS":"arn:aws:iam::444455556666:user/x"}"#, "", false),
        (r#"{"AWS":"AROAXXXXXXXXXXXXXXXXX"}"#, "", false),
        (r#"{"Service":"ec2.amazonaws.com"}"#, "", false),
    ];
    for (principal, conditions, told) in rows {
        let expected: &[&str] = if *told { &[FOREIGN] } else { &[] };
        assert_eq!(found_in(principal, conditions), expected, "{principal} {conditions}");
    }
}

/// Without the own account's id nothing is said of which account is another.
#[test]
fn an_account_that_is_not_known() {
    let scope = Scope { partition: "aws".to_owned(), account_id: String::new() };
    let text = super::document(&statement(r#"{"AWS":"444455556666"}"#, ""));
    assert_eq!(check_policy(&Policy::parse(&text, &scope).unwrap(), Trust, &Limits::NONE), []);
}

#[test]
fn identity_providers() {
    let everyone = |provider: &str| {
        format!(
            "warning: everyone who signs in at {provider} can assume this role, at Statement[0].Principal [policy-public-trust]"
        )
    };
    let shared = |provider: &str| {
        format!(
            "warning: everyone who signs in at {provider} can assume this role: its audience is the same for all, at Statement[0].Principal [policy-public-trust]"
        )
    };
    let github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let cluster = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC";
    let rows: &[(&str, &str, Option<String>)] = &[
        ("accounts.google.com", "", Some(everyone("accounts.google.com"))),
        ("accounts.google.com", r#"{"Bool":{"aws:SecureTransport":"true"}}"#, Some(everyone("accounts.google.com"))),
        ("accounts.google.com", r#"{"StringEquals":{"accounts.google.com:aud":"66677788899900pro0"}}"#, None),
        (
            "accounts.google.com",
            r#"{"StringLike":{"accounts.google.com:aud":"*"}}"#,
            Some(everyone("accounts.google.com")),
        ),
        (
            "arn:aws:iam::111122223333:saml-provider/corp",
            "",
            Some(everyone("arn:aws:iam::111122223333:saml-provider/corp")),
        ),
        (
            "arn:aws:iam::111122223333:saml-provider/corp",
            r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#,
            None,
        ),
        (cluster, r#"{"StringEquals":{"oidc.eks.us-east-1.amazonaws.com/id/ABC:aud":"sts.amazonaws.com"}}"#, None),
        // The audience of these is `sts.amazonaws.com` for every project of everyone.
        (github, "", Some(everyone(github))),
        (
            github,
            r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#,
            Some(shared("token.actions.githubusercontent.com")),
        ),
        (
            github,
            r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}"#,
            None,
        ),
        (
            github,
            r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"*"}}"#,
            Some(shared("token.actions.githubusercontent.com")),
        ),
        (
            github,
            r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}"#,
            Some(shared("token.actions.githubusercontent.com")),
        ),
        (github, r#"{"StringEquals":{"token.actions.githubusercontent.com:repository":"acme/lab"}}"#, None),
        (
            "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
            r#"{"StringEquals":{"gitlab.com:aud":"https://gitlab.com"}}"#,
            Some(shared("gitlab.com")),
        ),
        (
            "arn:aws:iam::111122223333:oidc-provider/app.terraform.io",
            r#"{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"}}"#,
            Some(shared("app.terraform.io")),
        ),
        (
            "arn:aws:iam::111122223333:oidc-provider/gitlab.example.com",
            r#"{"StringEquals":{"gitlab.example.com:aud":"https://gitlab.example.com"}}"#,
            None,
        ),
    ];
    for (provider, conditions, told) in rows {
        let principal = format!(r#"{{"Federated":"{provider}"}}"#);
        let text = statement(&principal, conditions).replace("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity");
        let found = crate::checking::found(Trust, &super::document(&text));
        assert_eq!(found, told.iter().cloned().collect::<Vec<_>>(), "{provider} {conditions}");
        // A denial lets nobody in.
        assert_eq!(
            crate::checking::found(Trust, &super::document(&text.replace("Allow", "Deny"))),
            [""; 0],
            "{provider}"
        );
    }
}

/// IAM: `A condition block must be present for the Cognito provider`.
#[test]
fn cognito() {
    let cognito = r#"{"Federated":"cognito-identity.amazonaws.com"}"#;
    let refused = "error: IAM takes no trust in Amazon Cognito without a Condition: it would be in everyone's identity pools, at Statement[0].Principal [policy-cognito-condition]";
    let everyone = "warning: everyone who signs in at cognito-identity.amazonaws.com can assume this role, at Statement[0].Principal [policy-public-trust]";
    assert_eq!(found_in(cognito, ""), [refused]);
    assert_eq!(found_in(cognito, "{}"), [refused]);
    assert_eq!(
        found_in(cognito, r#"{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:12345678"}}"#),
        [""; 0]
    );
    assert_eq!(found_in(cognito, r#"{"Bool":{"aws:SecureTransport":"true"}}"#), [everyone]);
}

#[test]
fn everyone_but() {
    const TOLD: &str = "warning: NotPrincipal with Allow lets in everyone else, anonymous callers too, at Statement[0].NotPrincipal [policy-not-principal-allow]";
    check(
        Trust,
        &[
            (r#"{"Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"444455556666"}}"#, &[TOLD]),
            (
                r#"{"Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"444455556666"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}"#,
                &[TOLD],
            ),
            (r#"{"Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"444455556666"}}"#, &[]),
        ],
    );
    check(
        Resource,
        &[(
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","NotPrincipal":{"AWS":"444455556666"}}"#,
            &[TOLD],
        )],
    );
}

/// A bucket for everyone may well be meant: a web site is.
#[test]
fn other_resources_may_be_public() {
    check(
        Resource,
        &[
            (r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*","Principal":"*"}"#, &[]),
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*","Principal":{"AWS":"444455556666"}}"#,
                &[],
            ),
        ],
    );
}
