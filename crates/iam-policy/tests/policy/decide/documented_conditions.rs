//! AWS's documented examples of conditions, each with the answers that its page tells.
//!
//! The pages are those under <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use super::Answer::{Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

/// "reference_policies_condition-logic-multiple-context-keys-or-values.html": operators and keys by AND, values by OR.
#[test]
fn several_operators_keys_and_values() {
    check(
        "two operators, two keys, two values",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/department":["finance","hr","legal"],"aws:PrincipalTag/role":["audit","security"]},"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::222222222222:user/Ana","arn:aws:iam::222222222222:user/Mary"]}}}"#,
        ),
        &[
            (
                (
                    "",
                    "ec2:RunInstances",
                    "*",
                    &[
                        "aws:PrincipalTag/department=finance",
                        "aws:PrincipalTag/role=audit",
                        "aws:PrincipalArn=arn:aws:iam::222222222222:user/Mary",
                    ],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "ec2:RunInstances",
                    "*",
                    &[
                        "aws:PrincipalTag/department=hr",
                        "aws:PrincipalTag/role=audit",
                        "aws:PrincipalArn=arn:aws:iam::222222222222:user/Nikki",
                    ],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:RunInstances",
                    "*",
                    &[
                        "aws:PrincipalTag/department=hr",
                        "aws:PrincipalTag/role=pm",
                        "aws:PrincipalArn=arn:aws:iam::222222222222:user/Mary",
                    ],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:RunInstances",
                    "*",
                    &[
                        "aws:PrincipalTag/department=hr",
                        "aws:PrincipalTag/role",
                        "aws:PrincipalArn=arn:aws:iam::222222222222:user/Mary",
                    ],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:RunInstances",
                    "*",
                    &[
                        "aws:PrincipalTag/department",
                        "aws:PrincipalTag/role=audit",
                        "aws:PrincipalArn=arn:aws:iam::222222222222:user/Mary",
                    ],
                ),
                Nothing,
            ),
            (
                ("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department=hr", "aws:PrincipalTag/role=audit"]),
                Depends("aws:PrincipalArn"),
            ),
            (
                ("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department=it", "aws:PrincipalTag/role=audit"]),
                Nothing,
            ),
        ],
    );
    // Negated values by NOR: "If a key … has multiple values, each of them must not match."
    check(
        "negated values",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/department":["finance","hr"]}}}"#,
        ),
        &[
            (("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department=finance"]), Allowed),
            (("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department=hr"]), Allowed),
            (("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department=it"]), Denied),
            (("", "ec2:RunInstances", "*", &["aws:PrincipalTag/department"]), Denied),
        ],
    );
}

/// `reference_policies_elements_condition_operators.html`, operator by operator.
#[test]
fn operators() {
    check(
        "StringEquals",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"arn:aws:iam::1:user/*","Condition":{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}}"#,
        ),
        &[
            (
                ("", "iam:CreateAccessKey", "arn:aws:iam::1:user/x", &["aws:PrincipalTag/job-category=iamuser-admin"]),
                Allowed,
            ),
            (
                ("", "iam:CreateAccessKey", "arn:aws:iam::1:user/x", &["aws:PrincipalTag/job-category=IAMUser-Admin"]),
                Nothing,
            ),
            // "If a user without the tag attempts to view or edit an access key, the condition returns false."
            (("", "iam:CreateAccessKey", "arn:aws:iam::1:user/x", &["aws:PrincipalTag/job-category"]), Nothing),
            (
                ("", "iam:CreateUser", "arn:aws:iam::1:user/x", &["aws:PrincipalTag/job-category=iamuser-admin"]),
                Nothing,
            ),
        ],
    );
    check(
        "NumericLessThanEquals",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::example_bucket","Condition":{"NumericLessThanEquals":{"s3:max-keys":"10"}}}"#,
        ),
        &[
            (("", "s3:ListBucket", "arn:aws:s3:::example_bucket", &["s3:max-keys=10"]), Allowed),
            (("", "s3:ListBucket", "arn:aws:s3:::example_bucket", &["s3:max-keys=9"]), Allowed),
            (("", "s3:ListBucket", "arn:aws:s3:::example_bucket", &["s3:max-keys=11"]), Nothing),
            (("", "s3:ListBucket", "arn:aws:s3:::example_bucket", &["s3:max-keys=100"]), Nothing),
            (("", "s3:ListBucket", "arn:aws:s3:::example_bucket", &["s3:max-keys"]), Nothing),
        ],
    );
    check(
        "DateGreaterThan: credentials that were issued in 2020",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"*","Condition":{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}}"#,
        ),
        &[
            (("", "iam:ListAccessKeys", "*", &["aws:TokenIssueTime=2020-06-01T00:00:00Z"]), Allowed),
            (("", "iam:ListAccessKeys", "*", &["aws:TokenIssueTime=2019-12-31T00:00:00Z"]), Nothing),
            // "The key is not present in AWS CLI, AWS API, or AWS SDK requests that are made using access keys."
            (("", "iam:ListAccessKeys", "*", &["aws:TokenIssueTime"]), Nothing),
        ],
    );
    check(
        "Bool: nothing without an encrypted connection",
        Policies::of_identity(
            r#"{"Sid":"BooleanExample","Action":"s3:*","Effect":"Deny","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
        ),
        &[
            (("", "s3:GetObject", "arn:aws:s3:::b/x", &["aws:SecureTransport=true"]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::b/x", &["aws:SecureTransport=false"]), Denied),
            (("", "s3:GetObject", "arn:aws:s3:::other/x", &["aws:SecureTransport=false"]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::b/x", &[]), Depends("aws:SecureTransport")),
        ],
    );
    check(
        "IpAddress, of both protocols",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"someservice:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:DB8:1234:5678::/64"]}}}"#,
        ),
        &[
            (("", "someservice:x", "*", &["aws:SourceIp=203.0.113.255"]), Allowed),
            (("", "someservice:x", "*", &["aws:SourceIp=2001:db8:1234:5678::1"]), Allowed),
            (("", "someservice:x", "*", &["aws:SourceIp=203.0.114.0"]), Nothing),
            (("", "someservice:x", "*", &["aws:SourceIp"]), Nothing),
        ],
    );
    check(
        "Null: only with credentials of one's own",
        Policies::of_identity(
            r#"{"Action":"ec2:*","Effect":"Allow","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"true"}}}"#,
        ),
        &[
            (("", "ec2:RunInstances", "*", &["aws:TokenIssueTime"]), Allowed),
            (("", "ec2:RunInstances", "*", &["aws:TokenIssueTime=2020-06-01T00:00:00Z"]), Nothing),
            (("", "ec2:RunInstances", "*", &[]), Depends("aws:TokenIssueTime")),
        ],
    );
}

/// The policy that does not work, and the one that does: "The entire statement is evaluated against every resource that is required
/// to launch the instance", and an image has no instance type.
#[test]
fn if_exists() {
    const INSTANCE: &str = "arn:aws:ec2:us-east-1:111122223333:instance/*";
    const IMAGE: &str = "arn:aws:ec2:us-east-1::image/ami-1";
    check(
        "THISPOLICYDOESNOTWORK",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringLike":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}}"#,
        ),
        &[
            (("", "ec2:RunInstances", INSTANCE, &["ec2:InstanceType=t2.micro"]), Allowed),
            (("", "ec2:RunInstances", IMAGE, &["ec2:InstanceType"]), Nothing),
        ],
    );
    check(
        "StringLikeIfExists",
        Policies::of_identity(
            r#"{"Sid":"RunInstance","Effect":"Allow","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}}"#,
        ),
        &[
            (("", "ec2:RunInstances", INSTANCE, &["ec2:InstanceType=t2.micro"]), Allowed),
            (("", "ec2:RunInstances", INSTANCE, &["ec2:InstanceType=c5.large"]), Nothing),
            (("", "ec2:RunInstances", IMAGE, &["ec2:InstanceType"]), Allowed),
        ],
    );
    check(
        "StringNotEqualsIfExists with Deny: \"the request is still denied even if the tag is missing\"",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:ResourceTag/team":"blue"}}}"#,
        ),
        &[
            (("", "ec2:StopInstances", INSTANCE, &["aws:ResourceTag/team=blue"]), Allowed),
            (("", "ec2:StopInstances", INSTANCE, &["aws:ResourceTag/team=red"]), Denied),
            (("", "ec2:StopInstances", INSTANCE, &["aws:ResourceTag/team"]), Denied),
        ],
    );
}
