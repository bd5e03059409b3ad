//! Permissions boundaries, after the examples of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>.

use super::Answer::{Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

/// Shirley's own policy allows what her boundary does not: "the request is denied. This is because the permissions boundary does
/// not allow any IAM operations".
#[test]
fn shirley() {
    check(
        "Shirley may manage S3, CloudWatch and EC2 at most",
        Policies {
            identity: r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"},{"Effect":"Allow","Action":["s3:GetObject","ec2:Describe*"],"Resource":"*"}"#,
            boundary: r#"{"Effect":"Allow","Action":["s3:*","cloudwatch:*","ec2:*"],"Resource":"*"}"#,
            ..Policies::default()
        },
        &[
            (("", "iam:CreateUser", "arn:aws:iam::111122223333:user/x", &[]), Nothing),
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &[]), Allowed),
            (("", "ec2:DescribeInstances", "", &[]), Allowed),
            (("", "ec2:RunInstances", "", &[]), Nothing),
            (("", "cloudwatch:PutMetricData", "", &[]), Nothing),
            (("", "lambda:InvokeFunction", "", &[]), Nothing),
        ],
    );
}

const LIMITS: &str = r#"{"Sid":"ServiceBoundaries","Effect":"Allow","Action":["s3:*","cloudwatch:*","ec2:*","dynamodb:*"],"Resource":"*"},
    {"Sid":"AllowIAMConsoleForCredentials","Effect":"Allow","Action":["iam:ListUsers","iam:GetAccountPasswordPolicy"],"Resource":"*"},
    {"Sid":"AllowManageOwnPasswordAndAccessKeys","Effect":"Allow","Action":["iam:*AccessKey*","iam:ChangePassword","iam:GetUser","iam:*ServiceSpecificCredential*","iam:*SigningCertificate*"],"Resource":["arn:aws:iam::*:user/${aws:username}"]}"#;

/// "Zhang can create users … only with this boundary": his own policy, under the boundary that the administrators gave him.
#[test]
fn delegating_to_zhang() {
    const OWN: &str = r#"{"Sid":"CreateOrChangeOnlyWithBoundary","Effect":"Allow","Action":["iam:AttachUserPolicy","iam:CreateUser","iam:DeleteUserPolicy","iam:DetachUserPolicy","iam:PutUserPermissionsBoundary","iam:PutUserPolicy"],"Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/XCompanyBoundaries"}}},
        {"Sid":"CloudWatchAndOtherIAMTasks","Effect":"Allow","Action":["cloudwatch:*","iam:GetUser","iam:ListUsers","iam:DeleteUser","iam:UpdateUser","iam:CreateAccessKey"],"NotResource":"arn:aws:iam::123456789012:user/Zhang"},
        {"Sid":"NoBoundaryPolicyEdit","Effect":"Deny","Action":["iam:CreatePolicyVersion","iam:DeletePolicy","iam:DeletePolicyVersion","iam:SetDefaultPolicyVersion"],"Resource":["arn:aws:iam::123456789012:policy/XCompanyBoundaries","arn:aws:iam::123456789012:policy/DelegatedUserBoundary"]},
        {"Sid":"NoBoundaryUserDelete","Effect":"Deny","Action":"iam:DeleteUserPermissionsBoundary","Resource":"*"}"#;
    const X: &[&str] = &["iam:PermissionsBoundary=arn:aws:iam::123456789012:policy/XCompanyBoundaries"];
    const OTHER: &[&str] = &["iam:PermissionsBoundary=arn:aws:iam::123456789012:policy/Other"];
    const NONE: &[&str] = &["iam:PermissionsBoundary"];
    const NIKHIL: &str = "arn:aws:iam::123456789012:user/Nikhil";
    check(
        "Zhang's DelegatedUserBoundary",
        Policies { identity: OWN, boundary: OWN, ..Policies::default() },
        &[
            (("", "iam:CreateUser", NIKHIL, X), Allowed),
            (("", "iam:CreateUser", NIKHIL, OTHER), Nothing),
            (("", "iam:CreateUser", NIKHIL, NONE), Nothing),
            (("", "iam:CreateUser", NIKHIL, &[]), Depends("iam:PermissionsBoundary")),
            (("", "iam:AttachUserPolicy", NIKHIL, X), Allowed),
            (("", "iam:AttachUserPolicy", NIKHIL, NONE), Nothing),
            (("", "iam:DeleteUserPermissionsBoundary", NIKHIL, X), Denied),
            (("", "iam:SetDefaultPolicyVersion", "arn:aws:iam::123456789012:policy/XCompanyBoundaries", X), Denied),
            (("", "iam:SetDefaultPolicyVersion", "arn:aws:iam::123456789012:policy/Another", X), Nothing),
            (("", "iam:UpdateUser", NIKHIL, NONE), Allowed),
            (("", "iam:UpdateUser", "arn:aws:iam::123456789012:user/Zhang", NONE), Nothing),
            (("", "s3:GetObject", "arn:aws:s3:::x/y", NONE), Nothing),
        ],
    );
    // What Nikhil can do then: his own policies within the limits of the company.
    check(
        "Nikhil under XCompanyBoundaries",
        Policies {
            identity: r#"{"Effect":"Allow","Action":["ec2:*","iam:*","lambda:*"],"Resource":"*"}"#,
            boundary: LIMITS,
            ..Policies::default()
        },
        &[
            (("", "ec2:RunInstances", "", &["aws:username=Nikhil"]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:username=Nikhil"]), Nothing),
            (("", "lambda:InvokeFunction", "", &["aws:username=Nikhil"]), Nothing),
            (("", "iam:CreateAccessKey", NIKHIL, &["aws:username=Nikhil"]), Allowed),
            (("", "iam:CreateAccessKey", "arn:aws:iam::123456789012:user/Zhang", &["aws:username=Nikhil"]), Nothing),
            (("", "iam:CreateAccessKey", NIKHIL, &[]), Depends("aws:username")),
            (("", "iam:ListUsers", "", &["aws:username=Nikhil"]), Allowed),
            (("", "iam:CreateRole", "arn:aws:iam::123456789012:role/x", &["aws:username=Nikhil"]), Nothing),
        ],
    );
}

/// "an explicit deny in either of these policies overrides the allow", and a boundary by itself gives nothing.
#[test]
fn a_boundary_gives_nothing() {
    const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    const NO_S3: &str =
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    const PERHAPS: &str =
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
    let read = |known: &'static [&'static str]| ("", "s3:GetObject", "arn:aws:s3:::x/y", known);
    let of = |identity, boundary| Policies { identity, boundary, ..Policies::default() };
    check("a boundary alone", of("", ALL), &[(read(&[]), Nothing)]);
    check("both allow", of(ALL, ALL), &[(read(&[]), Allowed)]);
    check("the boundary denies", of(ALL, NO_S3), &[(read(&[]), Denied)]);
    check("the own policies deny", of(NO_S3, ALL), &[(read(&[]), Denied)]);
    check(
        "a boundary under a condition",
        of(ALL, PERHAPS),
        &[
            (read(&["aws:MultiFactorAuthPresent=true"]), Allowed),
            (read(&["aws:MultiFactorAuthPresent=false"]), Nothing),
            (read(&["aws:MultiFactorAuthPresent"]), Nothing),
            (read(&[]), Depends("aws:MultiFactorAuthPresent")),
        ],
    );
    check("nothing to limit", of("", PERHAPS), &[(read(&[]), Nothing)]);
    check("denied whatever the boundary says", of(NO_S3, PERHAPS), &[(read(&[]), Denied)]);
}
