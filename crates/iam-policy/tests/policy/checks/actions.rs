//! The forms of actions.

use super::{check, document};
use crate::checking::found;
use iam_policy::DocumentType::{Inline, Managed, Trust};

#[test]
fn forms() {
    let rows: &[(&str, &str)] = &[
        ("s3:GetObject", ""),
        ("s3:getobject", ""),
        ("S3:GETOBJECT", ""),
        ("s3:Get*", ""),
        ("s3:*Object", ""),
        ("s3:Get?bject", ""),
        ("s3:*", ""),
        ("kafka-cluster:Connect", ""),
        ("rds-db:connect", ""),
        ("execute-api:Invoke", ""),
        // IAM takes what no service has, in any words.
        ("s3:Fly", ""),
        ("s3: Get Object ", ""),
        ("x.y:Do", ""),
        // `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`
        ("GetObject", "it needs the prefix of a service, as in s3:GetObject"),
        ("", "it needs the prefix of a service, as in s3:GetObject"),
        ("**", "it needs the prefix of a service, as in s3:GetObject"),
        ("s3*", "it needs the prefix of a service, as in s3:GetObject"),
        ("s3.GetObject", "it needs the prefix of a service, as in s3:GetObject"),
        // `Actions/Condition can contain only one colon.`
        ("s3:Get:Object", "it can have one colon only"),
        ("s3::GetObject", "it can have one colon only"),
        ("arn:aws:s3:::x", "it can have one colon only"),
        // `Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.`
        ("*:GetObject", "a service's prefix has no wildcards"),
        ("*:*", "a service's prefix has no wildcards"),
        ("s3*:GetObject", "a service's prefix has no wildcards"),
        ("s?:GetObject", "a service's prefix has no wildcards"),
        // `Vendor a a is not valid`
        ("a a:GetObject", "a service's prefix has letters, digits, - and . only"),
        ("s3 :GetObject", "a service's prefix has letters, digits, - and . only"),
        (" s3:GetObject", "a service's prefix has letters, digits, - and . only"),
        ("s_3:GetObject", "a service's prefix has letters, digits, - and . only"),
        ("${aws:x}", "a service's prefix has letters, digits, - and . only"),
        (":GetObject", "a service's prefix has letters, digits, - and . only"),
        ("s3:", "a name follows the colon, or *"),
    ];
    for (action, reason) in rows {
        for element in ["Action", "NotAction"] {
            let text =
                document(&format!(r#"{{"Effect":"Deny","{element}":["s3:PutObject","{action}"],"Resource":"*"}}"#));
            let expected: Vec<String> = match *reason {
                "" => Vec::new(),
                reason => vec![format!(
                    "error: {action:?} is no action: {reason}, at Statement[0].{element}[1] [policy-action-form]"
                )],
            };
            assert_eq!(found(Inline, &text), expected, "{action}");
            assert_eq!(found(Managed, &text), expected, "{action}");
        }
    }
}

/// `AssumeRole policy may only specify STS AssumeRole actions.`
#[test]
fn actions_of_a_trust_policy() {
    let rows: &[(&str, bool)] = &[
        ("sts:AssumeRole", true),
        ("sts:AssumeRoleWithSAML", true),
        ("sts:AssumeRoleWithWebIdentity", true),
        ("sts:TagSession", true),
        ("sts:SetSourceIdentity", true),
        ("sts:SetContext", true),
        // The case counts, a wildcard is refused, and so is what one may do once in the role.
        ("sts:assumerole", false),
        ("STS:AssumeRole", false),
        ("sts:assumeRoleWithWebIdentity", false),
        ("sts:*", false),
        ("sts:Assume*", false),
        ("*", false),
        ("sts:AssumeRoot", false),
        ("sts:GetCallerIdentity", false),
        ("sts:GetSessionToken", false),
        ("iam:PassRole", false),
        ("s3:GetObject", false),
    ];
    for (action, taken) in rows {
        let text = document(&format!(
            r#"{{"Effect":"Allow","Action":["{action}"],"Principal":{{"Service":"ec2.amazonaws.com"}}}}"#
        ));
        let expected: Vec<String> = if *taken {
            Vec::new()
        } else {
            vec![format!(
                "error: a trust policy cannot have the action {action:?}, at Statement[0].Action[0] [policy-trust-action]"
            )]
        };
        assert_eq!(found(Trust, &text), expected, "{action}");
    }
}

/// What IAM takes under `NotAction` there is not known: only another service than `sts` is told.
#[test]
fn not_action_in_a_trust_policy() {
    check(
        Trust,
        &[
            (r#"{"Effect":"Deny","NotAction":"sts:AssumeRole","Principal":{"AWS":"444455556666"}}"#, &[]),
            (r#"{"Effect":"Deny","NotAction":["sts:*","STS:tagsession"],"Principal":{"AWS":"444455556666"}}"#, &[]),
            (
                r#"{"Effect":"Deny","NotAction":"s3:*","Principal":{"AWS":"444455556666"}}"#,
                &[
                    r#"error: a trust policy cannot have the action "s3:*", at Statement[0].NotAction [policy-trust-action]"#,
                ],
            ),
        ],
    );
}

/// A malformed action is told once, not as one of another service as well, but for a trust policy both are true.
#[test]
fn a_malformed_action_of_a_trust_policy() {
    check(
        Trust,
        &[(
            r#"{"Effect":"Allow","Action":"AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#,
            &[
                r#"error: "AssumeRole" is no action: it needs the prefix of a service, as in s3:GetObject, at Statement[0].Action [policy-action-form]"#,
                r#"error: a trust policy cannot have the action "AssumeRole", at Statement[0].Action [policy-trust-action]"#,
            ],
        )],
    );
}
