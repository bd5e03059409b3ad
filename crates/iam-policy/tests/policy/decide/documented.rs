//! AWS's documented examples of what policies allow, each with the answers that its page tells.
//!
//! The pages are those under <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use super::Answer::{Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

#[test]
fn buckets_and_folders() {
    check(
        "reference_policies_evaluation-logic_policy-eval-basics.html, Carlos and his logs",
        Policies {
            identity: r#"{"Sid":"AllowS3ListRead","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListAllMyBuckets"],"Resource":"arn:aws:s3:::*"},
                {"Sid":"AllowS3Self","Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*","arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]},
                {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::*log*"}"#,
            resource: r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/carlossalazar"},"Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*","arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]}"#,
            ..Policies::default()
        },
        &[
            (
                (
                    "arn:aws:iam::111122223333:user/carlossalazar",
                    "s3:PutObject",
                    "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/x",
                    &[],
                ),
                Allowed,
            ),
            (
                ("arn:aws:iam::111122223333:user/carlossalazar", "s3:GetBucketLocation", "arn:aws:s3:::elsewhere", &[]),
                Allowed,
            ),
            (
                (
                    "arn:aws:iam::111122223333:user/carlossalazar",
                    "s3:GetObject",
                    "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/log.txt",
                    &[],
                ),
                Denied,
            ),
            (
                ("arn:aws:iam::111122223333:user/carlossalazar", "s3:ListBucket", "arn:aws:s3:::company-logs", &[]),
                Denied,
            ),
            (
                ("arn:aws:iam::111122223333:user/carlossalazar", "s3:GetObject", "arn:aws:s3:::elsewhere/x", &[]),
                Nothing,
            ),
        ],
    );
    check(
        "reference_policies_examples_s3_home-directory-man.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":["s3:ListAllMyBuckets","s3:GetBucketLocation"],"Resource":"*"},
               {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::bucket-name","Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:userid}/*"]}}},
               {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket-name/home/${aws:userid}","arn:aws:s3:::bucket-name/home/${aws:userid}/*"]}"#,
        ),
        &[
            (("", "s3:ListAllMyBuckets", "", &[]), Allowed),
            (("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["s3:prefix=", "aws:userid=AIDA1"]), Allowed),
            (("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["s3:prefix=home/", "aws:userid=AIDA1"]), Allowed),
            (
                ("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["s3:prefix=home/AIDA1/x", "aws:userid=AIDA1"]),
                Allowed,
            ),
            (
                ("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["s3:prefix=home/AIDA2/x", "aws:userid=AIDA1"]),
                Nothing,
            ),
            (("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["s3:prefix", "aws:userid=AIDA1"]), Nothing),
            (("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &["aws:userid=AIDA1"]), Depends("s3:prefix")),
            (("", "s3:PutObject", "arn:aws:s3:::bucket-name/home/AIDA1/x", &["aws:userid=AIDA1"]), Allowed),
            (("", "s3:PutObject", "arn:aws:s3:::bucket-name/home/AIDA2/x", &["aws:userid=AIDA1"]), Nothing),
            (("", "s3:PutObject", "arn:aws:s3:::bucket-name/home/AIDA1/x", &[]), Depends("aws:userid")),
        ],
    );
    check(
        "reference_policies_examples_s3_deny-except-bucket.html",
        Policies::of_identity(
            r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"},
               {"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::bucket-name","arn:aws:s3:::bucket-name/*"]},
               {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket-name","arn:aws:s3:::bucket-name/*"]}"#,
        ),
        &[
            (("", "s3:GetObject", "arn:aws:s3:::bucket-name/x", &[]), Allowed),
            (("", "s3:ListBucket", "arn:aws:s3:::bucket-name", &[]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::another/x", &[]), Denied),
            (("", "ec2:RunInstances", "*", &[]), Denied),
        ],
    );
    check(
        "reference_policies_elements_notresource.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"},
               {"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::HRBucket/Payroll","arn:aws:s3:::HRBucket/Payroll/*"]}"#,
        ),
        &[
            (("", "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/May", &[]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll", &[]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::HRBucket/payroll/May", &[]), Denied),
            (("", "s3:GetObject", "arn:aws:s3:::HRBucket/Reviews", &[]), Denied),
        ],
    );
    check(
        "reference_policies_elements_notaction.html",
        Policies::of_identity(r#"{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"arn:aws:s3:::*"}"#),
        &[
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &[]), Allowed),
            (("", "s3:DeleteBucket", "arn:aws:s3:::x", &[]), Nothing),
            (("", "ec2:RunInstances", "arn:aws:ec2:us-east-1:111122223333:instance/*", &[]), Nothing),
        ],
    );
}

#[test]
fn places_and_times() {
    check(
        "reference_policies_examples_aws-dates.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"service-prefix:action-name","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2020-04-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2020-06-30T23:59:59Z"}}}"#,
        ),
        &[
            (("", "service-prefix:action-name", "", &["aws:CurrentTime=2020-05-01T12:00:00Z"]), Allowed),
            (("", "service-prefix:action-name", "", &["aws:CurrentTime=2020-04-01T00:00:00Z"]), Nothing),
            (("", "service-prefix:action-name", "", &["aws:CurrentTime=2020-04-01T00:00:01Z"]), Allowed),
            (("", "service-prefix:action-name", "", &["aws:CurrentTime=2020-07-01"]), Nothing),
            (("", "service-prefix:action-name", "", &["aws:CurrentTime=1588334400"]), Allowed),
            (("", "service-prefix:action-name", "", &[]), Depends("aws:CurrentTime")),
        ],
    );
    check(
        "reference_policies_examples_aws_deny-ip.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
               {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]},"Bool":{"aws:ViaAWSService":"false"}}}"#,
        ),
        &[
            (
                ("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:SourceIp=203.0.113.9", "aws:ViaAWSService=false"]),
                Allowed,
            ),
            (
                ("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:SourceIp=198.51.100.9", "aws:ViaAWSService=false"]),
                Denied,
            ),
            (
                ("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:SourceIp=198.51.100.9", "aws:ViaAWSService=true"]),
                Allowed,
            ),
            // Over an endpoint of a VPC there is no source address: a negated condition holds.
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:SourceIp", "aws:ViaAWSService=false"]), Denied),
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:ViaAWSService=false"]), Depends("aws:SourceIp")),
            (("", "s3:GetObject", "arn:aws:s3:::x/y", &["aws:SourceIp=203.0.113.9"]), Allowed),
        ],
    );
    check(
        "reference_policies_examples_aws_deny-requested-region.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
               {"Effect":"Deny","NotAction":["cloudfront:*","iam:*","route53:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1","eu-west-2","eu-west-3"]}}}"#,
        ),
        &[
            (("", "ec2:RunInstances", "*", &["aws:RequestedRegion=eu-west-2"]), Allowed),
            (("", "ec2:RunInstances", "*", &["aws:RequestedRegion=us-east-1"]), Denied),
            (("", "ec2:RunInstances", "*", &["aws:RequestedRegion=EU-WEST-2"]), Denied),
            (("", "iam:CreateRole", "*", &["aws:RequestedRegion=us-east-1"]), Allowed),
            (("", "iam:CreateRole", "*", &[]), Allowed),
            (("", "ec2:RunInstances", "*", &[]), Depends("aws:RequestedRegion")),
        ],
    );
    check(
        "reference_policies_examples_s3_full-access-except-production.html",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"},
               {"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::Production/*","arn:aws:s3:::Production"],"Condition":{"NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"1800"}}}"#,
        ),
        &[
            (("", "s3:GetObject", "arn:aws:s3:::Test/x", &["aws:MultiFactorAuthAge"]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::Production/x", &["aws:MultiFactorAuthAge=1800"]), Allowed),
            (("", "s3:GetObject", "arn:aws:s3:::Production/x", &["aws:MultiFactorAuthAge=1801"]), Denied),
            (("", "s3:GetObject", "arn:aws:s3:::Production/x", &["aws:MultiFactorAuthAge"]), Denied),
            (("", "s3:GetObject", "arn:aws:s3:::Production/x", &[]), Depends("aws:MultiFactorAuthAge")),
        ],
    );
}

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
