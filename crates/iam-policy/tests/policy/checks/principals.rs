//! The forms of principals
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>).

use super::document;
use crate::checking::found;
use iam_policy::DocumentType::{self, Resource, Trust};

/// What is found in the one principal of a denial, which nothing else is to be said about.
fn found_in(document_type: DocumentType, principal: &str) -> Vec<String> {
    let (action, resource) = match document_type {
        Trust => ("sts:AssumeRole", ""),
        _ => ("s3:GetObject", r#","Resource":"*""#),
    };
    found(
        document_type,
        &document(&format!(r#"{{"Effect":"Deny","Action":"{action}","Principal":{principal}{resource}}}"#)),
    )
}

#[test]
fn accounts_and_identities() {
    let rows: &[(&str, bool)] = &[
        ("*", true),
        ("444455556666", true),
        // As the console shows it.
        ("4444-5555-6666", true),
        ("arn:aws:iam::444455556666:root", true),
        ("arn:aws-cn:iam::444455556666:root", true),
        ("arn:aws:iam::444455556666:role/lab", true),
        ("arn:aws:iam::444455556666:role/path/to/lab", true),
        ("arn:aws:iam::444455556666:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX", true),
        ("arn:aws:iam::444455556666:user/alice", true),
        ("arn:aws:iam::444455556666:user/division/alice", true),
        ("arn:aws:sts::444455556666:assumed-role/lab/alice", true),
        ("arn:aws:sts::444455556666:federated-user/alice", true),
        // What IAM puts in the place of a principal that was deleted.
        ("AIDAJQABLZS4A3QDU576Q", true),
        ("AROAXXXXXXXXXXXXXXXXX", true),
        // `Invalid principal in policy: "AWS":"…"`
        ("", false),
        ("12345", false),
        ("44445555666", false),
        ("4444555566667", false),
        ("44445555666a", false),
        ("alice", false),
        ("root", false),
        ("ec2.amazonaws.com", false),
        ("arn:aws:iam::444455556666:user/*", false),
        ("arn:aws:iam::444455556666:role/lab*", false),
        ("arn:aws:iam::444455556666:*", false),
        ("arn:aws:iam::*:root", false),
        ("arn:aws:iam::*:role/lab", false),
        ("arn:*:iam::444455556666:root", false),
        ("arn:aws:iam::444455556666:role/${aws:username}", false),
        ("arn:aws:iam::444455556666:role", false),
        ("arn:aws:iam::444455556666:role/", false),
        ("arn:aws:iam::444455556666:user/", false),
        ("arn:aws:iam::444455556666:root/x", false),
        // "You cannot identify a user group as a principal in a policy."
        ("arn:aws:iam::444455556666:group/staff", false),
        ("arn:aws:iam::444455556666:instance-profile/lab", false),
        ("arn:aws:iam::444455556666:policy/lab", false),
        ("arn:aws:iam::444455556666:federated-user/alice", false),
        ("arn:aws:iam:us-east-1:444455556666:role/lab", false),
        ("arn:aws:iam::4444-5555-6666:role/lab", false),
        ("arn:aws:iam:::role/lab", false),
        ("arn:amazon:iam::444455556666:role/lab", false),
        ("arn:aws:sts::444455556666:assumed-role/lab", false),
        ("arn:aws:sts::444455556666:assumed-role/lab/", false),
        ("arn:aws:sts::444455556666:assumed-role/lab/*", false),
        ("arn:aws:sts::444455556666:role/lab", false),
        ("arn:aws:s3:::bucket", false),
        ("444455556666 ", false),
        (" 444455556666", false),
        ("ASIAXXXXXXXXXXXXXXXXX", false),
        ("AROA-XXXX", false),
    ];
    for (principal, taken) in rows {
        let expected: Vec<String> = if *taken {
            Vec::new()
        } else {
            vec![format!(
                "error: {principal:?} is no principal of the type AWS, at Statement[0].Principal.AWS[1] [policy-principal-form]"
            )]
        };
        for document_type in [Trust, Resource] {
            let json = format!(r#"{{"AWS":["444455556666","{principal}"]}}"#);
            assert_eq!(found_in(document_type, &json), expected, "{principal}");
        }
    }
}

#[test]
fn services() {
    // The text, and whether it is one in a trust policy, and in another resource's.
    let rows: &[(&str, bool, bool)] = &[
        ("ec2.amazonaws.com", true, true),
        ("sagemaker.amazonaws.com", true, true),
        ("ecs-tasks.amazonaws.com", true, true),
        ("delivery.logs.amazonaws.com", true, true),
        ("codedeploy.us-east-1.amazonaws.com", true, true),
        ("ec2.amazonaws.com.cn", true, true),
        // Elsewhere under AWS's name, for functions and queues.
        ("alexa-appkit.amazon.com", false, true),
        // `Invalid principal in policy: "SERVICE":"…"`
        ("lambda.example.com", false, true),
        ("ec2.amazonaws.org", false, true),
        ("*", false, false),
        ("*.amazonaws.com", false, false),
        ("ec2", false, false),
        ("amazonaws.com", false, false),
        (".amazonaws.com", false, false),
        ("ec2..amazonaws.com", false, false),
        ("ec2.amazonaws.com.", false, false),
        ("ec2.amazonaws.com ", false, false),
        ("https://ec2.amazonaws.com", false, false),
        ("arn:aws:iam::444455556666:role/lab", false, false),
        ("444455556666", false, false),
        ("", false, false),
    ];
    for (service, in_trust, elsewhere) in rows {
        let line = format!(
            "error: {service:?} is no principal of the type Service, at Statement[0].Principal.Service [policy-principal-form]"
        );
        for (document_type, taken) in [(Trust, *in_trust), (Resource, *elsewhere)] {
            let expected: Vec<String> = if taken { Vec::new() } else { vec![line.clone()] };
            let found = found_in(document_type, &format!(r#"{{"Service":"{service}"}}"#));
            assert_eq!(found, expected, "{service} of {document_type:?}");
        }
    }
}

#[test]
fn identity_providers() {
    let rows: &[(&str, bool)] = &[
        ("cognito-identity.amazonaws.com", true),
        ("accounts.google.com", true),
        ("graph.facebook.com", true),
        ("www.amazon.com", true),
        ("arn:aws:iam::444455556666:saml-provider/corp", true),
        ("arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com", true),
        ("arn:aws:iam::444455556666:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC", true),
        ("google", false),
        ("", false),
        ("*", false),
        ("*.google.com", false),
        ("https://accounts.google.com", false),
        ("arn:aws:iam::444455556666:role/lab", false),
        ("arn:aws:iam::444455556666:saml-provider/*", false),
        ("arn:aws:iam::444455556666:saml-provider", false),
        ("arn:aws:iam:us-east-1:444455556666:saml-provider/corp", false),
        ("arn:aws:sts::444455556666:federated-user/alice", false),
    ];
    for (provider, taken) in rows {
        let expected: Vec<String> = if *taken {
            Vec::new()
        } else {
            vec![format!(
                "error: {provider:?} is no principal of the type Federated, at Statement[0].Principal.Federated [policy-principal-form]"
            )]
        };
        assert_eq!(found_in(Trust, &format!(r#"{{"Federated":"{provider}"}}"#)), expected, "{provider}");
    }
}

#[test]
fn whole_elements() {
    let rows: &[(DocumentType, &str, &[&str])] = &[
        (Trust, r#"{"AWS":"*"}"#, &[]),
        (Trust, r#"{"AWS":"444455556666","Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}"#, &[]),
        (Trust, r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbaced"}"#, &[]),
        (
            // `AssumeRolepolicy contained an invalid principal: "STAR":"*"`
            Trust,
            r#""*""#,
            &[
                r#"error: a trust policy cannot have "*" as its principal, at Statement[0].Principal [policy-principal-form]"#,
            ],
        ),
        (Resource, r#""*""#, &[]),
        (
            Trust,
            r#""ec2.amazonaws.com""#,
            &[
                r#"error: a principal is "*" or has a type, and "ec2.amazonaws.com" has none, at Statement[0].Principal [policy-principal-form]"#,
            ],
        ),
        (
            Resource,
            r#""444455556666""#,
            &[
                r#"error: a principal is "*" or has a type, and "444455556666" has none, at Statement[0].Principal [policy-principal-form]"#,
            ],
        ),
        (Trust, "{}", &["error: no principal is named, at Statement[0].Principal [policy-principal-form]"]),
        (
            Trust,
            r#"{"AWS":[]}"#,
            &["error: no principal is named, at Statement[0].Principal.AWS [policy-principal-form]"],
        ),
        (
            Trust,
            r#"{"aws":"*"}"#,
            &[r#"error: "aws" is no type of principal, at Statement[0].Principal.aws [policy-principal-form]"#],
        ),
        (
            Trust,
            r#"{"Services":"ec2.amazonaws.com"}"#,
            &[
                r#"error: "Services" is no type of principal, at Statement[0].Principal.Services [policy-principal-form]"#,
            ],
        ),
        (
            Trust,
            r#"{"Role":"arn:aws:iam::444455556666:role/lab","AWS":"x"}"#,
            &[
                r#"error: "Role" is no type of principal, at Statement[0].Principal.Role [policy-principal-form]"#,
                r#"error: "x" is no principal of the type AWS, at Statement[0].Principal.AWS [policy-principal-form]"#,
            ],
        ),
    ];
    for (document_type, principal, expected) in rows {
        assert_eq!(found_in(*document_type, principal), *expected, "{principal}");
    }
    // The opposite element has the same forms.
    let text = document(r#"{"Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":["444455556666","me"]}}"#);
    assert_eq!(
        found(Trust, &text),
        [r#"error: "me" is no principal of the type AWS, at Statement[0].NotPrincipal.AWS[1] [policy-principal-form]"#]
    );
}
