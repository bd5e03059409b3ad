//! Rights by which one can give oneself all others: each way, spread over statements, and cut by denials.

use super::{document, nowhere};
use crate::checking::{codes, found};
use iam_policy::DocumentType::{Inline, Managed};

const CODE: &str = "policy-privilege-escalation";

/// The ways that take one right, and what it is about.
const ALONE: [(&str, &str); 13] = [
    ("iam:CreatePolicyVersion", "policy"),
    ("iam:SetDefaultPolicyVersion", "policy"),
    ("iam:CreateAccessKey", "user"),
    ("iam:CreateLoginProfile", "user"),
    ("iam:UpdateLoginProfile", "user"),
    ("iam:AttachUserPolicy", "user"),
    ("iam:AttachGroupPolicy", "group"),
    ("iam:AttachRolePolicy", "role"),
    ("iam:PutUserPolicy", "user"),
    ("iam:PutGroupPolicy", "group"),
    ("iam:PutRolePolicy", "role"),
    ("iam:AddUserToGroup", "group"),
    ("iam:UpdateAssumeRolePolicy", "role"),
];

/// The ways that take a role to pass, to which service, and what makes use of it there.
const PASSING: [(&str, &[&str]); 10] = [
    ("ec2.amazonaws.com", &["ec2:RunInstances"]),
    ("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:InvokeFunction"]),
    ("lambda.amazonaws.com", &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"]),
    ("glue.amazonaws.com", &["glue:CreateDevEndpoint"]),
    ("cloudformation.amazonaws.com", &["cloudformation:CreateStack"]),
    ("sagemaker.amazonaws.com", &["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"]),
    ("sagemaker.amazonaws.com", &["sagemaker:CreateTrainingJob"]),
    ("sagemaker.amazonaws.com", &["sagemaker:CreateProcessingJob"]),
    ("codebuild.amazonaws.com", &["codebuild:CreateProject", "codebuild:StartBuild"]),
    ("datapipeline.amazonaws.com", &["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"]),
];

fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}"#)
}

fn escalates(statements: &[String]) -> bool {
    let text = document(&statements.join(","));
    let inline = codes(Inline, &text).contains(&CODE);
    assert_eq!(codes(Managed, &text).contains(&CODE), inline);
    inline
}

#[test]
fn one_right() {
    for (action, kind) in ALONE {
        let every = format!("arn:aws:iam::111122223333:{kind}/*");
        let allow = |resource: &str| statement("Allow", action, resource);
        assert!(escalates(&[allow("*")]), "{action}");
        assert!(escalates(&[allow(&every)]), "{action}");
        assert!(escalates(&[allow("arn:aws:iam::111122223333:*")]), "{action}");
        assert!(escalates(&[allow(&format!("arn:aws:iam::*:{kind}/*"))]), "{action}");
        assert!(escalates(&[statement("Allow", &action.to_uppercase(), "*")]), "{action}");
        assert!(escalates(&[statement("Allow", &format!("{}*", &action[..action.len() - 3]), "*")]), "{action}");
        // By name, of another kind, of another account, under a path: one more or less makes no difference.
        assert!(!escalates(&[allow(&format!("arn:aws:iam::111122223333:{kind}/lab"))]), "{action}");
        assert!(!escalates(&[allow(&format!("arn:aws:iam::111122223333:{kind}/lab/*"))]), "{action}");
        assert!(!escalates(&[allow("arn:aws:iam::111122223333:mfa/*")]), "{action}");
        assert!(!escalates(&[allow(&format!("arn:aws:iam::444455556666:{kind}/*"))]), "{action}");
        assert!(!escalates(&[allow("arn:aws:s3:::x")]), "{action}");
        assert!(!escalates(&[statement("Deny", action, "*")]), "{action}");
    }
}

#[test]
fn one_right_that_is_denied_as_well() {
    for (action, kind) in ALONE {
        let allow = statement("Allow", action, "*");
        let with = |deny: String| escalates(&[allow.clone(), deny]);
        let service = action.split(':').next().unwrap();
        // A denial of all that it is about takes it away.
        assert!(!with(statement("Deny", action, "*")), "{action}");
        assert!(!with(statement("Deny", &action.to_lowercase(), "*")), "{action}");
        assert!(!with(statement("Deny", &format!("{service}:*"), "*")), "{action}");
        assert!(!with(statement("Deny", "*", "*")), "{action}");
        assert!(!with(statement("Deny", action, &format!("arn:aws:iam::111122223333:{kind}/*"))), "{action}");
        assert!(!with(statement("Deny", action, &format!("arn:aws:iam::*:{kind}/*"))), "{action}");
        assert!(!with(r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#.to_owned()), "{action}");
        assert!(
            !with(format!(
                r#"{{"Effect":"Deny","Action":"{action}","NotResource":"arn:aws:iam::111122223333:{kind}/lab"}}"#
            )),
            "{action}"
        );
        // The order of the statements makes no difference.
        assert!(!escalates(&[statement("Deny", action, "*"), allow.clone()]), "{action}");
        // A denial of something else, of one by name, or under a condition does not.
        assert!(with(statement("Deny", "iam:GetRole", "*")), "{action}");
        assert!(with(statement("Deny", action, &format!("arn:aws:iam::111122223333:{kind}/admin"))), "{action}");
        assert!(with(statement("Deny", action, "arn:aws:iam::111122223333:mfa/*")), "{action}");
        assert!(with(statement("Deny", action, &format!("arn:aws:iam::444455556666:{kind}/*"))), "{action}");
        assert!(
            with(format!(
                r#"{{"Effect":"Deny","Action":"{action}","Resource":"*","Condition":{{"Bool":{{"aws:MultiFactorAuthPresent":"false"}}}}}}"#
            )),
            "{action}"
        );
        assert!(with(format!(r#"{{"Effect":"Deny","NotAction":"{action}","Resource":"*"}}"#)), "{action}");
    }
}

#[test]
fn one_right_under_a_condition() {
    for (action, _) in ALONE {
        for condition in [
            r#"{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/edge"}}"#,
            r#"{"StringEquals":{"aws:PrincipalTag/team":"blue"}}"#,
            r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
            r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
        ] {
            let text = format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*","Condition":{condition}}}"#);
            assert!(!escalates(&[text]), "{action} {condition}");
        }
    }
}

#[test]
fn a_role_to_pass() {
    let pass = statement("Allow", "iam:PassRole", "*");
    for (service, actions) in PASSING {
        let made: Vec<String> = actions.iter().map(|action| statement("Allow", action, "*")).collect();
        let with = |more: &[String]| escalates(&[made.as_slice(), more].concat());
        assert!(with(std::slice::from_ref(&pass)), "{actions:?}: spread over statements");
        let listed = actions.iter().map(|action| format!("{action:?}")).collect::<Vec<_>>().join(",");
        let together = format!(r#"{{"Effect":"Allow","Action":["iam:PassRole",{listed}],"Resource":"*"}}"#);
        assert!(escalates(&[together]), "{actions:?}: in one statement");
        assert!(with(&[statement("Allow", "iam:PassRole", "arn:aws:iam::111122223333:role/*")]), "{actions:?}");
        // What is made may be limited: something of one's own making will do.
        let own: Vec<String> =
            actions.iter().map(|action| statement("Allow", action, "arn:aws:ec2:*:*:thing/mine-*")).collect();
        assert!(escalates(&[own.as_slice(), std::slice::from_ref(&pass)].concat()), "{actions:?}");

        assert!(!with(&[]), "{actions:?}: without a role to pass");
        assert!(!with(&[statement("Allow", "iam:PassRole", "arn:aws:iam::111122223333:role/lab")]), "{actions:?}");
        assert!(!with(&[statement("Deny", "iam:PassRole", "*")]), "{actions:?}");
        for left_out in 0..actions.len() {
            let mut fewer = made.clone();
            fewer.remove(left_out);
            fewer.push(pass.clone());
            assert!(!escalates(&fewer), "{actions:?} without the one of index {left_out}");
        }

        let to = |service: &str| {
            format!(
                r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{{"StringLike":{{"iam:PassedToService":"{service}"}}}}}}"#
            )
        };
        assert!(with(&[to(service)]), "{actions:?}: to the service that it takes");
        assert!(with(&[to("*.amazonaws.com")]), "{actions:?}");
        assert!(!with(&[to("elsewhere.amazonaws.com")]), "{actions:?}: to another service");
        let asked_twice =
            to(service).replace(r#""Condition":{"#, r#""Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"#);
        assert!(!with(&[asked_twice]), "{actions:?}: under another condition too");
    }
}

#[test]
fn a_role_to_pass_and_denials() {
    let pass = statement("Allow", "iam:PassRole", "*");
    for (_, actions) in PASSING {
        let made: Vec<String> = actions.iter().map(|action| statement("Allow", action, "*")).collect();
        let with = |deny: String| escalates(&[made.as_slice(), &[pass.clone(), deny]].concat());
        for action in actions {
            assert!(!with(statement("Deny", action, "*")), "{actions:?} denied {action}");
            // A denial that leaves something of one's own making does not help.
            assert!(with(statement("Deny", action, "arn:aws:ec2:us-east-1:111122223333:thing/x")), "{action}");
        }
        assert!(!with(statement("Deny", "iam:PassRole", "*")), "{actions:?}");
        assert!(!with(statement("Deny", "iam:Pass*", "arn:aws:iam::111122223333:role/*")), "{actions:?}");
        assert!(with(statement("Deny", "iam:PassRole", "arn:aws:iam::111122223333:role/admin")), "{actions:?}");
        assert!(
            !with(
                r#"{"Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/lab"}"#
                    .to_owned()
            ),
            "{actions:?}: all but one by name"
        );
    }
}

/// `NotAction` allows what it does not name, and denies what it does not name.
#[test]
fn all_but_some() {
    let rows: &[(&str, bool)] = &[
        (r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#, true),
        (r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#, false),
        (r#"{"Effect":"Allow","NotAction":"iam:P*","Resource":"*"}"#, true),
        (r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"arn:aws:s3:::x"}"#, false),
    ];
    for (text, expected) in rows {
        assert_eq!(escalates(&[(*text).to_owned()]), *expected, "{text}");
    }
}

/// Where the own account is not known, one that the document names may be it.
#[test]
fn where_the_account_is_not_known() {
    let own = |effect: &str, kind: &str| statement(effect, "iam:*", &format!("arn:aws:iam::111122223333:{kind}/*"));
    let escalates = |statements: &[String]| {
        let findings = nowhere(&document(&statements.join(",")));
        findings.iter().any(|finding| finding.code.as_str() == CODE)
    };
    for kind in ["policy", "user", "group", "role"] {
        assert!(escalates(&[own("Allow", kind)]), "{kind}");
        assert!(!escalates(&[own("Allow", kind), own("Deny", kind)]), "{kind}");
        assert!(!escalates(&[own("Allow", &format!("{kind}/lab"))]), "{kind}");
    }
}

/// Rights that only look, or that change what others made, are none of these ways.
#[test]
fn rights_that_are_no_way() {
    for action in [
        "iam:GetRole",
        "iam:List*",
        "iam:CreateRole",
        "iam:CreateUser",
        "iam:TagRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:RemoveUserFromGroup",
        "ec2:Describe*",
        "ec2:TerminateInstances",
        "lambda:UpdateFunctionCode",
        "s3:*",
        "sts:AssumeRole",
        "sagemaker:CreateModel",
    ] {
        assert!(!escalates(&[statement("Allow", action, "*")]), "{action}");
    }
}

#[test]
fn what_is_said() {
    let one = document(&statement("Allow", "iam:PutRolePolicy", "*"));
    assert_eq!(
        found(Inline, &one),
        [
            "warning: whoever has these rights can get all others: iam:PutRolePolicy, at Statement[0] [policy-privilege-escalation]"
        ]
    );
    let spread = document(
        &[
            statement("Allow", "s3:GetObject", "*"),
            statement("Allow", "codebuild:StartBuild", "*"),
            statement("Allow", "iam:PassRole", "*").replace(
                r#""Resource""#,
                r#""Condition":{"StringEquals":{"iam:PassedToService":"codebuild.amazonaws.com"}},"Resource""#,
            ),
            statement("Allow", "codebuild:CreateProject", "*"),
        ]
        .join(","),
    );
    assert_eq!(
        found(Inline, &spread),
        [
            "warning: iam:PassRole on every role lets the holder hand an administrator's role to a service, at Statement[2].Resource [policy-pass-role-any-role]",
            "warning: whoever has these rights can get all others: iam:PassRole with codebuild:CreateProject and codebuild:StartBuild, at Statement[2] [policy-privilege-escalation]",
        ]
    );
    let many = document(&statement("Allow", "iam:*", "*"));
    assert!(found(Inline, &many).last().unwrap().contains(
        "can get all others: iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion, iam:CreateAccessKey, and 10 more, at Statement[0] "
    ));
}
