//! AWS's documented examples of who may do what with whom, each with the answers that its page tells.
//!
//! The pages are those under <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use super::Answer::{Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

#[test]
fn identities_of_their_own() {
    check(
        "reference_policies_examples_aws_my-sec-creds-self-manage.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":["iam:GetAccountPasswordPolicy","iam:ListVirtualMFADevices"],"Resource":"*"},
               {"Effect":"Allow","Action":["iam:ChangePassword","iam:GetUser"],"Resource":"arn:aws:iam::*:user/${aws:username}"},
               {"Effect":"Allow","Action":["iam:CreateAccessKey","iam:ListAccessKeys"],"Resource":"arn:aws:iam::*:user/${aws:username}"},
               {"Effect":"Deny","NotAction":["iam:GetUser","iam:ListVirtualMFADevices","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        ),
        &[
            (
                (
                    "",
                    "iam:CreateAccessKey",
                    "arn:aws:iam::1:user/alice",
                    &["aws:username=alice", "aws:MultiFactorAuthPresent=true"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "iam:CreateAccessKey",
                    "arn:aws:iam::1:user/bob",
                    &["aws:username=alice", "aws:MultiFactorAuthPresent=true"],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "iam:CreateAccessKey",
                    "arn:aws:iam::1:user/alice",
                    &["aws:username=alice", "aws:MultiFactorAuthPresent=false"],
                ),
                Denied,
            ),
            // With an access key there is no such key at all, and `IfExists` denies then too.
            (
                (
                    "",
                    "iam:CreateAccessKey",
                    "arn:aws:iam::1:user/alice",
                    &["aws:username=alice", "aws:MultiFactorAuthPresent"],
                ),
                Denied,
            ),
            (
                ("", "iam:GetUser", "arn:aws:iam::1:user/alice", &["aws:username=alice", "aws:MultiFactorAuthPresent"]),
                Allowed,
            ),
            (("", "iam:ListVirtualMFADevices", "", &["aws:MultiFactorAuthPresent=false"]), Allowed),
            (
                ("", "iam:CreateAccessKey", "arn:aws:iam::1:user/alice", &["aws:username=alice"]),
                Depends("aws:MultiFactorAuthPresent"),
            ),
        ],
    );
    check(
        "reference_policies_variables.html, queues of one's own",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"},{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-2:*:${aws:username}-queue"}"#,
        ),
        &[
            (("", "sqs:SendMessage", "arn:aws:sqs:us-east-2:1:alice-queue", &["aws:username=alice"]), Allowed),
            (("", "sqs:SendMessage", "arn:aws:sqs:us-east-2:1:bob-queue", &["aws:username=alice"]), Nothing),
            (("", "sqs:SendMessage", "arn:aws:sqs:us-east-1:1:alice-queue", &["aws:username=alice"]), Nothing),
            (("", "sqs:SendMessage", "arn:aws:sqs:us-east-2:1:alice-queue", &["aws:username"]), Nothing),
            (("", "sqs:ListQueues", "", &["aws:username"]), Allowed),
        ],
    );
    check(
        "reference_policies_examples_ec2_tag-owner.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}},{"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"}"#,
        ),
        &[
            (
                (
                    "",
                    "ec2:StopInstances",
                    "arn:aws:ec2:r:1:instance/i-1",
                    &["aws:username=alice", "aws:ResourceTag/Owner=alice"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "ec2:StopInstances",
                    "arn:aws:ec2:r:1:instance/i-1",
                    &["aws:username=alice", "aws:resourcetag/owner=alice"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "ec2:StopInstances",
                    "arn:aws:ec2:r:1:instance/i-1",
                    &["aws:username=alice", "aws:ResourceTag/Owner=bob"],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:StopInstances",
                    "arn:aws:ec2:r:1:instance/i-1",
                    &["aws:username=alice", "aws:ResourceTag/Owner"],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:TerminateInstances",
                    "arn:aws:ec2:r:1:instance/i-1",
                    &["aws:username=alice", "aws:ResourceTag/Owner=alice"],
                ),
                Nothing,
            ),
            (("", "ec2:DescribeInstances", "", &[]), Allowed),
        ],
    );
}

#[test]
fn passing_and_assuming() {
    check(
        "reference_policies_examples_iam-passrole-service.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/application_role","Condition":{"StringEquals":{"iam:PassedToService":"cloudwatch.amazonaws.com"}}}"#,
        ),
        &[
            (
                (
                    "",
                    "iam:PassRole",
                    "arn:aws:iam::1:role/application_role",
                    &["iam:PassedToService=cloudwatch.amazonaws.com"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "iam:PassRole",
                    "arn:aws:iam::1:role/application_role",
                    &["iam:PassedToService=ec2.amazonaws.com"],
                ),
                Nothing,
            ),
            (
                ("", "iam:PassRole", "arn:aws:iam::1:role/admin", &["iam:PassedToService=cloudwatch.amazonaws.com"]),
                Nothing,
            ),
            (("", "iam:PassRole", "arn:aws:iam::1:role/application_role", &[]), Depends("iam:PassedToService")),
        ],
    );
    check(
        "id_roles_use_passrole.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":["iam:GetRole","iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*"}"#,
        ),
        &[
            (("", "iam:PassRole", "arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-web", &[]), Allowed),
            (("", "iam:PassRole", "arn:aws:iam::111122223333:role/EC2-roles-for-ABC-web", &[]), Nothing),
            (("", "iam:PassRole", "arn:aws:iam::444455556666:role/EC2-roles-for-XYZ-web", &[]), Nothing),
        ],
    );
    check(
        "tutorial_cross-account-with-roles.html, with the denial of its third step",
        Policies {
            identity: r#"{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/UpdateData"}"#,
            trust: r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}"#,
            ..Policies::default()
        },
        &[(
            (
                "arn:aws:iam::444455556666:user/tester",
                "sts:AssumeRole",
                "arn:aws:iam::111122223333:role/UpdateData",
                &[],
            ),
            Denied,
        )],
    );
    check(
        "tutorial_cross-account-with-roles.html, for developers",
        Policies {
            identity: r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/UpdateData"}"#,
            trust: r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}"#,
            ..Policies::default()
        },
        &[
            (
                (
                    "arn:aws:iam::444455556666:user/developer",
                    "sts:AssumeRole",
                    "arn:aws:iam::111122223333:role/UpdateData",
                    &[],
                ),
                Allowed,
            ),
            (
                (
                    "arn:aws:iam::777788889999:user/developer",
                    "sts:AssumeRole",
                    "arn:aws:iam::111122223333:role/UpdateData",
                    &[],
                ),
                Nothing,
            ),
        ],
    );
    check(
        "reference_policies_evaluation-logic-cross-account.html, Carlos and Production-logs",
        Policies {
            identity: r#"{"Sid":"AllowS3ProductionObjectActions","Effect":"Allow","Action":"s3:*Object*","Resource":"arn:aws:s3:::Production/*"},{"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::*log*","arn:aws:s3:::*log*/*"]}"#,
            resource: r#"{"Effect":"Allow","Action":["s3:GetObject*","s3:PutObject*","s3:ReplicateObject","s3:RestoreObject"],"Principal":{"AWS":"arn:aws:iam::444455556666:user/carlossalazar"},"Resource":"arn:aws:s3:::Production/*"}"#,
            ..Policies::default()
        },
        &[
            (
                ("arn:aws:iam::444455556666:user/carlossalazar", "s3:GetObject", "arn:aws:s3:::Production/x", &[]),
                Allowed,
            ),
            (
                ("arn:aws:iam::444455556666:user/carlossalazar", "s3:DeleteObject", "arn:aws:s3:::Production/x", &[]),
                Nothing,
            ),
            (
                ("arn:aws:iam::444455556666:user/carlossalazar", "s3:GetObject", "arn:aws:s3:::Production/logs/x", &[]),
                Denied,
            ),
            (("arn:aws:iam::444455556666:user/other", "s3:GetObject", "arn:aws:s3:::Production/x", &[]), Nothing),
        ],
    );
    check(
        "reference_policies_elements_principal.html, several kinds of principals",
        Policies {
            trust: r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","999999999999"],"Service":["ecs.amazonaws.com","elasticloadbalancing.amazonaws.com"]},"Action":"sts:AssumeRole"}"#,
            identity: r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#,
            ..Policies::default()
        },
        &[
            (("ecs.amazonaws.com", "sts:AssumeRole", "", &[]), Allowed),
            (("ec2.amazonaws.com", "sts:AssumeRole", "", &[]), Nothing),
            (("arn:aws:iam::999999999999:user/x", "sts:AssumeRole", "*", &[]), Allowed),
            (("arn:aws:iam::111122223333:role/x", "sts:AssumeRole", "*", &[]), Allowed),
            (("arn:aws:iam::444455556666:role/x", "sts:AssumeRole", "*", &[]), Nothing),
        ],
    );
}
