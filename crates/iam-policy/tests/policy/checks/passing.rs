//! `iam:PassRole`, and every action on every resource.

use super::{document, nowhere};
use crate::checking::{codes, found};
use iam_policy::DocumentType::{Inline, Managed};

const ANY_ROLE: &str = "policy-pass-role-any-role";
const ANY_SERVICE: &str = "policy-pass-role-any-service";

/// A statement that allows, with conditions.
fn allow(action: &str, resource: &str, conditions: &str) -> String {
    let conditions = if conditions.is_empty() { String::new() } else { format!(r#","Condition":{conditions}"#) };
    format!(r#"{{"Effect":"Allow","Action":{action},{resource}{conditions}}}"#)
}

const TO_EC2: &str = r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#;

#[test]
fn which_roles() {
    let rows: &[(&str, bool)] = &[
        (r#""Resource":"*""#, true),
        (r#""Resource":["arn:aws:iam::111122223333:role/x","*"]"#, true),
        (r#""Resource":"arn:aws:iam::111122223333:role/*""#, true),
        (r#""Resource":"arn:aws:iam::*:role/*""#, true),
        (r#""Resource":"arn:*:iam::*:role/*""#, true),
        (r#""Resource":"arn:aws:iam::????????????:role/*""#, true),
        (r#""Resource":"arn:aws:iam::111122223333:*""#, true),
        (r#""NotResource":"arn:aws:iam::111122223333:role/admin""#, true),
        (r#""Resource":"arn:aws:iam::111122223333:role/lab""#, false),
        (r#""Resource":"arn:aws:iam::111122223333:role/lab*""#, false),
        (r#""Resource":"arn:aws:iam::111122223333:role/lab/*""#, false),
        (r#""Resource":"arn:aws:iam::111122223333:role/?*""#, false),
        (r#""Resource":"arn:aws:iam::444455556666:role/*""#, false),
        (r#""Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}""#, false),
    ];
    for (resource, every) in rows {
        let text = document(&allow(r#""iam:PassRole""#, resource, TO_EC2));
        let expected: &[&str] = if *every { &[ANY_ROLE] } else { &[] };
        assert_eq!(codes(Inline, &text), expected, "{resource}");
        assert_eq!(codes(Managed, &text), expected, "{resource}");
    }
}

/// Where the own account is not known, one that the document names may be it.
#[test]
fn which_roles_where_the_account_is_not_known() {
    let rows: &[(&str, bool)] = &[
        (r#""Resource":"*""#, true),
        (r#""Resource":"arn:aws:iam::111122223333:role/*""#, true),
        (r#""Resource":"arn:aws:iam::444455556666:role/*""#, true),
        (r#""Resource":"arn:aws:iam::*:role/*""#, true),
        (r#""Resource":"arn:aws:iam::111122223333:*""#, true),
        (r#""Resource":"arn:aws:iam::111122223333:role/lab*""#, false),
        (r#""Resource":"arn:aws:iam::111122223333:user/*""#, false),
        (r#""Resource":"arn:aws:sts::111122223333:role/*""#, false),
    ];
    for (resource, every) in rows {
        let findings = nowhere(&document(&allow(r#""iam:PassRole""#, resource, TO_EC2)));
        let found: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
        let expected: &[&str] = if *every { &[ANY_ROLE] } else { &[] };
        assert_eq!(found, expected, "{resource}");
        let help = "name the roles, as in arn:aws:iam::ACCOUNT:role/NAME";
        assert!(findings.iter().all(|finding| finding.help == help), "{findings:?}");
    }
}

#[test]
fn which_services() {
    let rows: &[(&str, bool)] = &[
        ("", true),
        (TO_EC2, false),
        (r#"{"StringEquals":{"iam:PassedToService":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}}"#, false),
        (r#"{"StringLike":{"iam:PassedToService":"ec2.*"}}"#, false),
        (r#"{"StringEqualsIgnoreCase":{"iam:PassedToService":"EC2.amazonaws.com"}}"#, false),
        (r#"{"StringEqualsIfExists":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, false),
        (r#"{"ForAnyValue:StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, false),
        (r#"{"StringEquals":{"IAM:PASSEDTOSERVICE":"ec2.amazonaws.com"}}"#, false),
        (r#"{"StringLike":{"iam:PassedToService":"*"}}"#, true),
        (r#"{"StringLike":{"iam:PassedToService":["ec2.amazonaws.com","*"]}}"#, true),
        (r#"{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#, true),
        (r#"{"StringNotLike":{"iam:PassedToService":"ec2*"}}"#, true),
        (r#"{"Null":{"iam:PassedToService":"false"}}"#, true),
        (r#"{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#, true),
        (r#"{"ArnLike":{"iam:AssociatedResourceArn":"arn:aws:ec2:*:*:instance/*"}}"#, true),
        (r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com","aws:RequestedRegion":"us-east-1"}}"#, false),
    ];
    for (conditions, any) in rows {
        let text =
            document(&allow(r#""iam:PassRole""#, r#""Resource":"arn:aws:iam::111122223333:role/lab""#, conditions));
        let expected: &[&str] = if *any { &[ANY_SERVICE] } else { &[] };
        assert_eq!(codes(Inline, &text), expected, "{conditions}");
    }
}

#[test]
fn which_actions() {
    let rows: &[(&str, bool)] = &[
        (r#""iam:PassRole""#, true),
        (r#""IAM:PASSROLE""#, true),
        (r#""iam:Pass*""#, true),
        (r#""iam:?assRole""#, true),
        (r#"["iam:GetRole","iam:PassRole"]"#, true),
        (r#""*""#, true),
        (r#""iam:GetRole""#, false),
        (r#""iam:PassRoles""#, false),
        (r#""sts:PassRole""#, false),
        ("[]", false),
    ];
    for (action, passes) in rows {
        let text = document(&allow(action, r#""Resource":"arn:aws:iam::111122223333:role/lab""#, ""));
        assert_eq!(codes(Inline, &text).contains(&ANY_SERVICE), *passes, "{action}");
        let denied = text.replace("Allow", "Deny");
        assert!(!codes(Inline, &denied).contains(&ANY_SERVICE), "{action}");
    }
}

/// Passing what is no role means nothing.
#[test]
fn what_is_no_role() {
    let rows: &[(&str, bool)] = &[
        (r#""arn:aws:iam::111122223333:role/lab""#, true),
        (r#"["arn:aws:s3:::x","arn:aws:iam::111122223333:role/lab"]"#, true),
        (r#""arn:aws:iam::111122223333:*""#, true),
        (r#""arn:aws:iam""#, true),
        (r#""arn:aws:iam::111122223333:user/*""#, false),
        (r#""arn:aws:iam::111122223333:policy/*""#, false),
        (r#""arn:aws:s3:::x""#, false),
        (r#"["arn:aws:s3:::x","arn:aws:sqs:*:*:queue"]"#, false),
    ];
    for (resource, is_role) in rows {
        let text = document(&allow(r#""iam:PassRole""#, &format!(r#""Resource":{resource}"#), ""));
        assert_eq!(codes(Inline, &text).contains(&ANY_SERVICE), *is_role, "{resource}");
    }
}

#[test]
fn what_is_said_of_passing() {
    let text = document(&format!(
        "{},{}",
        allow(r#""s3:GetObject""#, r#""Resource":"*""#, ""),
        allow(r#""iam:PassRole""#, r#""Resource":"*""#, "")
    ));
    assert_eq!(
        found(Inline, &text),
        [
            "warning: iam:PassRole on every role lets the holder hand an administrator's role to a service, at Statement[1].Resource [policy-pass-role-any-role]",
            "warning: iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts, at Statement[1] [policy-pass-role-any-service]",
        ]
    );
    let text = document(&allow(r#""iam:PassRole""#, r#""NotResource":"arn:aws:iam::111122223333:role/x""#, TO_EC2));
    assert_eq!(
        found(Inline, &text),
        [
            "warning: iam:PassRole on every role lets the holder hand an administrator's role to a service, at Statement[0].NotResource [policy-pass-role-any-role]",
        ]
    );
}

#[test]
fn everything() {
    let said = "warning: this allows every action on every resource, at Statement[0] [policy-everything]";
    let under =
        "warning: this allows every action on every resource, under a condition, at Statement[0] [policy-everything]";
    let rows: &[(&str, &str, &str, &[&str])] = &[
        (r#""*""#, r#""Resource":"*""#, "", &[said]),
        (r#"["s3:GetObject","*"]"#, r#""Resource":["arn:aws:s3:::x","*"]"#, "", &[said]),
        (r#""*""#, r#""Resource":"*""#, r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, &[under]),
        (r#""*""#, r#""Resource":"arn:aws:s3:::x""#, "", &[]),
        (r#""s3:*""#, r#""Resource":"*""#, "", &[]),
    ];
    for (action, resource, conditions, expected) in rows {
        let text = document(&allow(action, resource, conditions));
        assert_eq!(found(Inline, &text), *expected, "{action} {resource}");
        assert_eq!(found(Inline, &text.replace("Allow", "Deny")), [""; 0], "{action} {resource}");
    }
    // It says all that passing and escalation would.
    let both = document(&format!(
        "{},{}",
        allow(r#""*""#, r#""Resource":"*""#, ""),
        allow(r#""iam:PutRolePolicy""#, r#""Resource":"*""#, "")
    ));
    assert_eq!(codes(Inline, &both), ["policy-everything"]);
}

/// `NotAction` with `Allow` allows what AWS adds tomorrow.
#[test]
fn everything_but() {
    let said = "warning: NotAction with Allow allows all other actions, of services to come too, at Statement[0].NotAction [policy-not-action-allow]";
    let rows: &[(&str, &[&str])] = &[
        (r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#, &[said]),
        (r#"{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"arn:aws:s3:::x"}"#, &[said]),
        (r#"{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*"}"#, &[]),
        (r#"{"Effect":"Allow","Action":["iam:GetRole"],"Resource":"*"}"#, &[]),
    ];
    for (statement, expected) in rows {
        assert_eq!(found(Inline, &document(statement)), *expected, "{statement}");
    }
}
