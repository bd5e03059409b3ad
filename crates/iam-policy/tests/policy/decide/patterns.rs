//! Actions and resources: wildcards, case, exceptions, and the variables within them.

use super::Answer::{self, Allowed, Depends, Nothing};
use super::{Policies, answers, document, request};
use iam_policy::Evaluation;

/// Rows of one statement's element: what it says, what is asked for, and the answer.
fn check(template: &str, rows: &[(&str, &str, Answer)], known: &[&str], ask: impl Fn(&str) -> (String, String)) {
    let mut wrong = Vec::new();
    for (written, asked, answer) in rows {
        let policy = document(&template.replace("WRITTEN", written));
        let (action, resource) = ask(asked);
        let request = request(&("", action.as_str(), resource.as_str(), known));
        let decision = Evaluation { identity: &[&policy], boundary: None, resource: None }.decide(&request).decision;
        if !answers(&decision, *answer) {
            wrong.push(format!("{written} for {asked}: {decision:?}, not {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn actions() {
    let rows: &[(&str, &str, Answer)] = &[
        (r#""s3:GetObject""#, "s3:GetObject", Allowed),
        (r#""S3:getobject""#, "s3:GetObject", Allowed),
        (r#""s3:GetObject""#, "S3:GETOBJECT", Allowed),
        (r#""s3:GetObject""#, "s3:GetObjectAcl", Nothing),
        (r#""s3:GetObject""#, "s3:GetObjec", Nothing),
        (r#""s3:GetObject""#, "ec2:GetObject", Nothing),
        (r#""s3:Get*""#, "s3:GetObject", Allowed),
        (r#""s3:Get*""#, "s3:Get", Allowed),
        (r#""s3:GET*""#, "s3:getobject", Allowed),
        (r#""s3:Get*""#, "s3:PutObject", Nothing),
        (r#""s3:*Object""#, "s3:GetObject", Allowed),
        (r#""s3:*Object""#, "s3:GetObjectAcl", Nothing),
        (r#""s3:*Object*""#, "s3:GetObjectAcl", Allowed),
        (r#""s3:G*t*""#, "s3:GetObject", Allowed),
        (r#""s3:?etObject""#, "s3:GetObject", Allowed),
        (r#""s3:??tObject""#, "s3:PutObject", Allowed),
        (r#""s3:?GetObject""#, "s3:GetObject", Nothing),
        (r#""s3:*""#, "s3:GetObject", Allowed),
        (r#""s3:*""#, "s3express:CreateSession", Nothing),
        (r#""s3*""#, "s3express:CreateSession", Allowed),
        (r#""*""#, "s3:GetObject", Allowed),
        (r#""*:*""#, "s3:GetObject", Allowed),
        (r#""iam:*AccessKey*""#, "iam:CreateAccessKey", Allowed),
        (r#""iam:*AccessKey*""#, "iam:GetAccessKeyLastUsed", Allowed),
        (r#""iam:*AccessKey*""#, "iam:CreateUser", Nothing),
        (r#"["ec2:*","s3:GetObject"]"#, "s3:GetObject", Allowed),
        (r#"["ec2:*","s3:GetObject"]"#, "s3:PutObject", Nothing),
        ("[]", "s3:GetObject", Nothing),
        // An action has no variables.
        (r#""s3:${aws:username}""#, "s3:alice", Nothing),
        (r#""s3:${*}""#, "s3:*", Nothing),
    ];
    let ask = |asked: &str| (asked.to_owned(), "arn:aws:s3:::x".to_owned());
    let known = &["aws:username=alice"];
    check(r#"{"Effect":"Allow","Action":WRITTEN,"Resource":"*"}"#, rows, known, ask);
    // The opposite element says the opposite of each.
    let opposite: Vec<(&str, &str, Answer)> = rows
        .iter()
        .map(|(written, asked, answer)| (*written, *asked, if *answer == Allowed { Nothing } else { Allowed }))
        .collect();
    check(r#"{"Effect":"Allow","NotAction":WRITTEN,"Resource":"*"}"#, &opposite, known, ask);
}

#[test]
fn resources() {
    const ROLE: &str = "arn:aws:iam::111122223333:role/lab/worker";
    let rows: &[(&str, &str, Answer)] = &[
        (r#""arn:aws:iam::111122223333:role/lab/worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::111122223333:role/lab/Worker""#, ROLE, Nothing),
        (r#""arn:aws:iam::111122223333:role/LAB/worker""#, ROLE, Nothing),
        (r#""arn:aws:IAM::111122223333:role/lab/worker""#, ROLE, Nothing),
        (r#""arn:aws:iam::111122223333:role/worker""#, ROLE, Nothing),
        (r#""arn:aws:iam::111122223333:role/*""#, ROLE, Allowed),
        (r#""arn:aws:iam::111122223333:role/*worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::111122223333:role/*/worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::111122223333:role/l?b/worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::111122223333:role/?/worker""#, ROLE, Nothing),
        (r#""arn:aws:iam::*:role/lab/*""#, ROLE, Allowed),
        (r#""arn:*:iam::111122223333:role/lab/worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::????????????:role/lab/worker""#, ROLE, Allowed),
        (r#""arn:aws:iam::444455556666:role/lab/worker""#, ROLE, Nothing),
        (r#""arn:aws-cn:iam::111122223333:role/lab/worker""#, ROLE, Nothing),
        (r#""*""#, ROLE, Allowed),
        (r#""arn:aws:iam:*""#, ROLE, Allowed),
        (r#"["arn:aws:s3:::x","arn:aws:iam::111122223333:role/*"]"#, ROLE, Allowed),
        (r#"["arn:aws:s3:::x","arn:aws:s3:::y"]"#, ROLE, Nothing),
        ("[]", ROLE, Nothing),
        // A folder is not what lies in it, and a bucket not its objects.
        (r#""arn:aws:s3:::bucket""#, "arn:aws:s3:::bucket/key", Nothing),
        (r#""arn:aws:s3:::bucket/*""#, "arn:aws:s3:::bucket", Nothing),
        (r#""arn:aws:s3:::bucket/*""#, "arn:aws:s3:::bucket/a/b/c", Allowed),
        (r#""arn:aws:s3:::bucket*""#, "arn:aws:s3:::bucket-logs/x", Allowed),
        (r#""arn:aws:s3:::*log*""#, "arn:aws:s3:::my-logs/x", Allowed),
        // A wildcard reaches over colons and slashes.
        (r#""arn:aws:sns:*:topic""#, "arn:aws:sns:us-east-1:111122223333:topic", Allowed),
        (r#""arn:aws:logs:*:*:log-group:*""#, "arn:aws:logs:r:1:log-group:a:log-stream:b", Allowed),
        // Variables, and the characters that have one.
        (r#""arn:aws:s3:::bucket/${aws:username}/*""#, "arn:aws:s3:::bucket/alice/x", Allowed),
        (r#""arn:aws:s3:::bucket/${aws:username}/*""#, "arn:aws:s3:::bucket/bob/x", Nothing),
        (r#""arn:aws:s3:::bucket/${AWS:USERNAME}/*""#, "arn:aws:s3:::bucket/alice/x", Allowed),
        (r#""arn:aws:s3:::bucket/${aws:PrincipalTag/glob}""#, "arn:aws:s3:::bucket/x", Nothing),
        (r#""arn:aws:s3:::bucket/${aws:PrincipalTag/glob}""#, "arn:aws:s3:::bucket/*", Allowed),
        (r#""arn:aws:s3:::bucket/${*}""#, "arn:aws:s3:::bucket/*", Allowed),
        (r#""arn:aws:s3:::bucket/${*}""#, "arn:aws:s3:::bucket/x", Nothing),
        (r#""arn:aws:s3:::bucket/${?}""#, "arn:aws:s3:::bucket/?", Allowed),
        (r#""arn:aws:s3:::bucket/${$}x""#, "arn:aws:s3:::bucket/$x", Allowed),
        (r#""arn:aws:s3:::bucket/${aws:SourceIdentity}""#, "arn:aws:s3:::bucket/", Nothing),
        (r#""arn:aws:s3:::bucket/${aws:SourceIdentity}*""#, "arn:aws:s3:::bucket/x", Nothing),
        (r#""arn:aws:s3:::bucket/${aws:SourceIdentity, 'none'}""#, "arn:aws:s3:::bucket/none", Allowed),
        (r#""arn:aws:s3:::bucket/${aws:username, 'none'}""#, "arn:aws:s3:::bucket/none", Nothing),
        (r#""arn:aws:s3:::bucket/${aws:userid}""#, "arn:aws:s3:::bucket/x", Depends("aws:userid")),
        (r#"["arn:aws:s3:::bucket/${aws:userid}","*"]"#, "arn:aws:s3:::bucket/x", Allowed),
        (r#""arn:aws:s3:::bucket/${unclosed""#, "arn:aws:s3:::bucket/${unclosed", Allowed),
    ];
    let ask = |asked: &str| ("a:b".to_owned(), asked.to_owned());
    let known = &["aws:username=alice", "aws:PrincipalTag/glob=*", "aws:SourceIdentity"];
    check(r#"{"Effect":"Allow","Action":"a:b","Resource":WRITTEN}"#, rows, known, ask);
    // "If a variable that has no value in the authorization context is used as part of the Resource or NotResource element of a
    // policy, the resource that includes a policy variable with no value will not match any resource": so it excepts none.
    let opposite: Vec<(&str, &str, Answer)> = rows
        .iter()
        .map(|(written, asked, answer)| {
            let opposite = match answer {
                Allowed => Nothing,
                Nothing => Allowed,
                other @ (Depends(_) | Answer::Denied) => *other,
            };
            (*written, *asked, opposite)
        })
        .collect();
    check(r#"{"Effect":"Allow","Action":"a:b","NotResource":WRITTEN}"#, &opposite, known, ask);
}

/// An action without a resource is about `*` only, as `iam:ListRoles` is.
#[test]
fn no_resource() {
    let rows: &[(&str, Answer)] = &[
        (r#""Resource":"*""#, Allowed),
        (r#""Resource":["arn:aws:s3:::x","*"]"#, Allowed),
        (r#""Resource":"arn:aws:iam::111122223333:role/*""#, Nothing),
        (r#""Resource":"arn:*""#, Nothing),
        (r#""NotResource":"arn:aws:s3:::x""#, Allowed),
        (r#""NotResource":"*""#, Nothing),
    ];
    for (element, answer) in rows {
        let statement = format!(r#"{{"Effect":"Allow","Action":"iam:ListRoles",{element}}}"#);
        let policy = document(&statement);
        let evaluation = Evaluation { identity: &[&policy], boundary: None, resource: None };
        let decision = evaluation.decide(&request(&("", "iam:ListRoles", "", &[]))).decision;
        assert!(answers(&decision, *answer), "{element}: {decision:?}");
        // AWS's own simulator calls the same `*`.
        let decision = evaluation.decide(&request(&("", "iam:ListRoles", "*", &[]))).decision;
        assert!(answers(&decision, *answer), "{element}: {decision:?}");
    }
}

/// Statements that IAM would refuse decide nothing.
#[test]
fn statements_without_meaning() {
    for statement in [
        r#"{"Effect":"allow","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Permit","Action":"*","Resource":"*"}"#,
        r#"{"Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"*"}"#,
        r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":[]}"#,
        r#"{"Effect":"Allow","action":"*","Resource":"*"}"#,
    ] {
        let policy = document(statement);
        let evaluation = Evaluation { identity: &[&policy], boundary: None, resource: None };
        let decision = evaluation.decide(&request(&("", "a:b", "arn:aws:s3:::x", &[]))).decision;
        assert!(answers(&decision, Nothing), "{statement}: {decision:?}");
    }
    let none = Policies::default().decide(&request(&("", "a:b", "arn:aws:s3:::x", &[])));
    assert!(answers(&none.decision, Nothing));
}
