//! The forms of resources.

use super::document;
use crate::checking::found;
use iam_policy::DocumentType::{Inline, Managed};
use iam_policy::{Limits, Policy, Scope, check};

/// The kinds of things that iam has, as the message names them.
const OF_IAM: &str = "what iam has is * or starts with one of access-report/, delegation-request/, federated-user/, group/, \
                      instance-profile/, mfa/, oidc-provider/, policy/, report/, role/, saml-provider/, \
                      server-certificate/, sms-mfa/, user/";

#[test]
fn forms() {
    let rows: &[(&str, &str)] = &[
        ("*", ""),
        ("arn:aws:s3:::bucket", ""),
        ("arn:aws:s3:::bucket/*", ""),
        ("arn:aws:s3:::bucket/${aws:username}/*", ""),
        ("arn:aws:s3:::*", ""),
        ("arn:aws:s3:::b?cket", ""),
        ("arn:*:s3:::bucket", ""),
        ("arn:aws:ec2:us-east-1:111122223333:instance/*", ""),
        ("arn:aws:ec2:*:*:instance/i-0abc", ""),
        ("arn:aws:ec2:us-east-?:111122223333:*", ""),
        ("arn:aws:sns:us-east-1:111122223333:topic", ""),
        ("arn:aws:logs:*:*:log-group:/aws/lambda/*:*", ""),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/Thread/index/*", ""),
        ("arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab", ""),
        // Missing parts at the end are `*` to IAM.
        ("arn:aws:ec2:*", ""),
        ("arn:aws:ec2", ""),
        ("arn:aws:s3", ""),
        ("arn:aws:iam", ""),
        // `Resource … must be in ARN format or "*".`
        ("", "it does not start with arn:"),
        ("bucket", "it does not start with arn:"),
        ("s3:::bucket", "it does not start with arn:"),
        ("aws:s3:::bucket", "it does not start with arn:"),
        ("ARN:aws:s3:::bucket", "it does not start with arn:"),
        (" arn:aws:s3:::bucket", "it does not start with arn:"),
        ("**", "it does not start with arn:"),
        ("?", "it does not start with arn:"),
        ("https://bucket.s3.amazonaws.com", "it does not start with arn:"),
        // `Partition "…" is not valid for resource "…".`
        ("arn:aws-cn:s3:::bucket", "this account is in the partition aws, not in aws-cn"),
        ("arn:aws-us-gov:s3:::bucket", "this account is in the partition aws, not in aws-us-gov"),
        ("arn:amazon:s3:::bucket", "\"amazon\" is no partition"),
        ("arn:AWS:s3:::bucket", "\"AWS\" is no partition"),
        ("arn::s3:::bucket", "\"\" is no partition"),
        ("arn:s3:::bucket", "\"s3\" is no partition"),
        ("arn:aws*:s3:::bucket", "its partition is named, or *"),
        ("arn:?ws:s3:::bucket", "its partition is named, or *"),
        ("arn:${aws:Partition}:s3:::bucket", "its partition is named, or *"),
        ("arn:${Partition}:s3:::bucket", "its partition is named, or *"),
        // `Resource vendor must be fully qualified and cannot contain regexes.`
        ("arn:*", "the service must be named"),
        ("arn:aws", "the service must be named"),
        ("arn:aws:", "the service must be named"),
        ("arn:aws::::bucket", "the service must be named"),
        ("arn:aws:*", "its service has neither wildcards nor variables"),
        ("arn:aws:*:::bucket", "its service has neither wildcards nor variables"),
        ("arn:aws:s3*:::bucket", "its service has neither wildcards nor variables"),
        ("arn:aws:s?:::bucket", "its service has neither wildcards nor variables"),
        ("arn:*:*:*:*:*", "its service has neither wildcards nor variables"),
        ("arn:aws:${service}:::bucket", "its service has neither wildcards nor variables"),
        // `The policy failed legacy parsing`
        ("arn:aws:s3::bucket", "an ARN has six parts"),
        ("arn:aws:sns::topic", "an ARN has six parts"),
        // `Resource … can not contain region information.`
        ("arn:aws:s3:us-east-1::bucket", "an ARN of a bucket has no region"),
        ("arn:aws:s3:us-east-1:111122223333:bucket", "an ARN of a bucket has no region"),
        ("arn:aws:s3:bucket", "an ARN of a bucket has no region"),
        ("arn:aws:s3:us-east-1::bucket/key", "an ARN of a bucket has no region"),
        // `Resource … cannot contain an account id.`
        ("arn:aws:s3::111122223333:bucket", "an ARN of a bucket has no account"),
        ("arn:aws:s3:*:*:bucket", ""),
        ("arn:aws:s3:us-east-1:111122223333:accesspoint/lab", ""),
        ("arn:aws:s3:us-east-1:111122223333:accesspoint/lab/object/*", ""),
        ("arn:aws:s3:us-east-1:111122223333:job/*", ""),
        ("arn:aws:s3:us-east-1:111122223333:storage-lens/x", ""),
        ("arn:aws:route53:us-east-1::hostedzone/Z1", "an ARN of route53 has no region"),
        ("arn:aws:route53:::hostedzone/Z1", ""),
        ("arn:aws:iam:us-east-1:111122223333:role/lab", "an ARN of iam has no region"),
        ("arn:aws:iam:*:111122223333:role/lab", ""),
        ("arn:aws:cloudfront:us-east-1:111122223333:distribution/E1", ""),
        // `IAM resource path must either be "*" or start with user/, federated-user/, role/, …`
        ("arn:aws:iam::111122223333:role/lab", ""),
        ("arn:aws:iam::111122223333:role/service-role/lab*", ""),
        ("arn:aws:iam::111122223333:user/${aws:username}", ""),
        ("arn:aws:iam::111122223333:mfa/${aws:username}", ""),
        ("arn:aws:iam::111122223333:group/*", ""),
        ("arn:aws:iam::111122223333:instance-profile/lab", ""),
        ("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", ""),
        ("arn:aws:iam::111122223333:saml-provider/corp", ""),
        ("arn:aws:iam::111122223333:server-certificate/www", ""),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", ""),
        ("arn:aws:iam::*:role/*", ""),
        ("arn:aws:iam:::user/lab", ""),
        ("arn:aws:iam::111122223333:*", ""),
        ("arn:aws:iam::111122223333:*/*", OF_IAM),
        ("arn:aws:iam::111122223333:role*", OF_IAM),
        ("arn:aws:iam::111122223333:role", OF_IAM),
        ("arn:aws:iam::111122223333:Role/lab", OF_IAM),
        ("arn:aws:iam::111122223333:roles/lab", OF_IAM),
        ("arn:aws:iam::111122223333:root", OF_IAM),
        ("arn:aws:iam::111122223333:assumed-role/lab/me", OF_IAM),
        ("arn:aws:iam::111122223333:${aws:username}", OF_IAM),
        ("arn:aws:iam:::lab", OF_IAM),
    ];
    for (resource, reason) in rows {
        for element in ["Resource", "NotResource"] {
            let text = document(&format!(
                r#"{{"Effect":"Deny","Action":"s3:GetObject","{element}":["arn:aws:s3:::a","{resource}"]}}"#
            ));
            let expected: Vec<String> = match *reason {
                "" => Vec::new(),
                reason => vec![format!(
                    "error: {resource:?} is no resource: {reason}, at Statement[0].{element}[1] [policy-resource-form]"
                )],
            };
            assert_eq!(found(Inline, &text), expected, "{resource}");
            assert_eq!(found(Managed, &text), expected, "{resource}");
        }
    }
}

/// "You can use a policy variable in the Resource element, but only in the resource portion of the ARN"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>). IAM takes it all the same.
#[test]
fn variables_before_the_last_part() {
    let rows: &[(&str, bool)] = &[
        ("arn:aws:s3:::${aws:PrincipalAccount}-logs/*", false),
        ("arn:aws:sqs:us-east-2:*:${aws:username}-queue", false),
        ("arn:aws:ec2:${aws:RequestedRegion}:111122223333:instance/*", true),
        ("arn:aws:ec2:us-east-1:${aws:PrincipalAccount}:instance/*", true),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/lab", true),
        ("arn:aws:iam::*:role/${aws:PrincipalTag/team}", false),
        ("arn:aws:logs:*:*:log-group:${aws:username}:*", false),
    ];
    for (resource, told) in rows {
        let text = document(&format!(r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"{resource}"}}"#));
        let expected: Vec<String> = if *told {
            vec![format!(
                "warning: {resource:?} has a variable before the last part, where there are none, at Statement[0].Resource [policy-variable-place]"
            )]
        } else {
            Vec::new()
        };
        assert_eq!(found(Inline, &text), expected, "{resource}");
    }
}

/// Each account sees its own partition only.
#[test]
fn other_partitions() {
    for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"] {
        let scope = Scope { partition: partition.to_owned(), account_id: "111122223333".to_owned() };
        for written in ["aws", "aws-cn", "aws-us-gov", "*"] {
            let text = document(&format!(
                r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:{written}:s3:::bucket"}}"#
            ));
            let findings = check(&Policy::parse(&text, &scope).unwrap(), Inline, &Limits::NONE);
            let fits = written == "*" || written == partition;
            assert_eq!(findings.is_empty(), fits, "{written} in {partition}");
        }
    }
}
