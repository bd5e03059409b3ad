//! AWS's documented examples of keys with several values and of variables, each with the answers that its page tells.
//!
//! The pages are those under <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use super::Answer::{Allowed, Denied, Depends, Nothing};
use super::{Policies, check};

/// `reference_policies_condition_examples-multi-valued-context-keys.html` and "reference_policies_multi-value-conditions.html".
#[test]
fn sets() {
    check(
        "ForAllValues with Deny on tag keys, and Null, so that a request without any is not denied",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"},{"Effect":"Deny","Action":["iam:Tag*","iam:UntagUser"],"Resource":"*","Condition":{"Null":{"aws:TagKeys":"false"},"ForAllValues:StringLike":{"aws:TagKeys":["key1*","key2*"]}}}"#,
        ),
        &[
            (("", "iam:TagUser", "*", &["aws:TagKeys=key1:legal", "aws:TagKeys=key2:x"]), Denied),
            (("", "iam:TagUser", "*", &["aws:TagKeys=key1:legal", "aws:TagKeys=key3"]), Allowed),
            (("", "iam:TagUser", "*", &["aws:TagKeys"]), Allowed),
            (("", "iam:CreateUser", "*", &["aws:TagKeys=key1:legal"]), Allowed),
            (("", "iam:TagUser", "*", &[]), Depends("aws:TagKeys")),
        ],
    );
    check(
        "ForAnyValue with Deny on attributes",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"arn:aws:dynamodb:r:1:table/Thread","Condition":{"ForAnyValue:StringLike":{"dynamodb:requestedAttributes":["ID","PostDateTime"]}}}"#,
        ),
        &[
            (
                (
                    "",
                    "dynamodb:PutItem",
                    "arn:aws:dynamodb:r:1:table/Thread",
                    &["dynamodb:requestedAttributes=PostDateTime", "dynamodb:requestedAttributes=Message"],
                ),
                Denied,
            ),
            (
                (
                    "",
                    "dynamodb:PutItem",
                    "arn:aws:dynamodb:r:1:table/Thread",
                    &["dynamodb:requestedAttributes=UserName"],
                ),
                Allowed,
            ),
            (("", "dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/Thread", &["dynamodb:requestedAttributes"]), Allowed),
            (
                ("", "dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/Thread", &["dynamodb:requestedAttributes=ID"]),
                Allowed,
            ),
        ],
    );
    check(
        "ForAllValues with Allow on attributes",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:r:1:table/Thread","Condition":{"ForAllValues:StringLike":{"dynamodb:requestedAttributes":["PostDateTime","Message","Tags"]}}}"#,
        ),
        &[
            (
                (
                    "",
                    "dynamodb:GetItem",
                    "arn:aws:dynamodb:r:1:table/Thread",
                    &["dynamodb:requestedAttributes=PostDateTime", "dynamodb:requestedAttributes=Message"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "dynamodb:GetItem",
                    "arn:aws:dynamodb:r:1:table/Thread",
                    &["dynamodb:requestedAttributes=PostDateTime", "dynamodb:requestedAttributes=UserName"],
                ),
                Nothing,
            ),
            // Which is why it is warned of.
            (("", "dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/Thread", &["dynamodb:requestedAttributes"]), Allowed),
        ],
    );
    check(
        "reference_policies_condition_examples-single-valued-context-keys.html: tags on what is made",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"ec2:CreateVolume","Resource":"arn:aws:ec2:*:*:volume/*","Condition":{"StringLike":{"aws:RequestTag/project":"*"},"StringEquals":{"aws:ResourceAccount":"111122223333"}}}"#,
        ),
        &[
            (
                (
                    "",
                    "ec2:CreateVolume",
                    "arn:aws:ec2:r:1:volume/*",
                    &["aws:RequestTag/project=lab", "aws:ResourceAccount=111122223333"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "ec2:CreateVolume",
                    "arn:aws:ec2:r:1:volume/*",
                    &["aws:RequestTag/project", "aws:ResourceAccount=111122223333"],
                ),
                Nothing,
            ),
            (
                (
                    "",
                    "ec2:CreateVolume",
                    "arn:aws:ec2:r:1:volume/*",
                    &["aws:RequestTag/project=", "aws:ResourceAccount=111122223333"],
                ),
                Allowed,
            ),
            (
                (
                    "",
                    "ec2:CreateVolume",
                    "arn:aws:ec2:r:1:volume/*",
                    &["aws:RequestTag/project=lab", "aws:ResourceAccount=444455556666"],
                ),
                Nothing,
            ),
        ],
    );
}

/// `reference_policies_variables.html`: defaults, absent values, and a topic for users by their names.
#[test]
fn variables() {
    check(
        "a default for who has no tag",
        Policies::of_identity(
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/${aws:PrincipalTag/team, 'company-wide'}/*"}"#,
        ),
        &[
            (
                ("", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/yellow/x", &["aws:PrincipalTag/team=yellow"]),
                Allowed,
            ),
            (
                (
                    "",
                    "s3:GetObject",
                    "arn:aws:s3:::amzn-s3-demo-bucket/company-wide/x",
                    &["aws:PrincipalTag/team=yellow"],
                ),
                Nothing,
            ),
            (
                ("", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/company-wide/x", &["aws:PrincipalTag/team"]),
                Allowed,
            ),
            (("", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/yellow/x", &["aws:PrincipalTag/team"]), Nothing),
        ],
    );
    check(
        "a topic for the users of an account",
        Policies {
            identity: r#"{"Effect":"Allow","Action":"sns:*","Resource":"*"}"#,
            resource: r#"{"Principal":{"AWS":"999999999999"},"Effect":"Allow","Action":"sns:*","Condition":{"StringLike":{"sns:endpoint":"https://example.com/${aws:username}/"},"StringEquals":{"sns:Protocol":"https"}}}"#,
            ..Policies::default()
        },
        &[
            (
                (
                    "arn:aws:iam::999999999999:user/alice",
                    "sns:Subscribe",
                    "*",
                    &["aws:username=alice", "sns:Endpoint=https://example.com/alice/", "sns:Protocol=https"],
                ),
                Allowed,
            ),
            (
                (
                    "arn:aws:iam::999999999999:user/alice",
                    "sns:Subscribe",
                    "*",
                    &["aws:username=alice", "sns:Endpoint=https://example.com/bob/", "sns:Protocol=https"],
                ),
                Nothing,
            ),
            (
                (
                    "arn:aws:iam::999999999999:user/alice",
                    "sns:Subscribe",
                    "*",
                    &["aws:username=alice", "sns:Endpoint=https://example.com/alice/", "sns:Protocol=http"],
                ),
                Nothing,
            ),
            (
                (
                    "arn:aws:iam::999999999999:role/x",
                    "sns:Subscribe",
                    "*",
                    &["aws:username", "sns:Endpoint=https://example.com/alice/", "sns:Protocol=https"],
                ),
                Nothing,
            ),
        ],
    );
}
