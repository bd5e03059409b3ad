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
