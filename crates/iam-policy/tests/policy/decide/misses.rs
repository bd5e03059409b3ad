//! Why nothing allows: which policies lack an `Allow`, and which statements would be one if their conditions held.

use super::{Policies, document, request};
use iam_policy::{DecisiveStatement, Evaluation, Origin, Verdict};

const ASKED: (&str, &str, &str, &[&str]) = (
    "",
    "iam:PassRole",
    "arn:aws:iam::111122223333:role/lab",
    &["iam:PassedToService=lambda.amazonaws.com", "aws:username"],
);

/// The statements by their policies and places.
fn places(statements: &[DecisiveStatement]) -> Vec<(Origin, &str)> {
    statements.iter().map(|statement| (statement.origin, statement.place.as_str())).collect()
}

fn decide(identity: &'static str, boundary: &'static str) -> Verdict {
    Policies { identity, boundary, ..Policies::default() }.decide(&request(&ASKED))
}

const TO_EC2: &str = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#;

#[test]
fn a_statement_whose_conditions_do_not_hold() {
    let verdict = decide(TO_EC2, "");
    assert_eq!(verdict.lacking, [Origin::Identity(0)]);
    assert_eq!(places(&verdict.missed), [(Origin::Identity(0), "Statement[0]")]);
    assert_eq!(
        verdict.missed[0].summary,
        "iam:PassRole on * when StringEquals iam:PassedToService = ec2.amazonaws.com"
    );
}

#[test]
fn statements_about_something_else_are_no_miss() {
    for statements in [
        "",
        r#"{"Effect":"Allow","Action":"iam:GetRole","Resource":"*","Condition":{"Bool":{"aws:username":"x"}}}"#,
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/other","Condition":{"StringEquals":{"aws:username":"x"}}}"#,
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:username":"x"}}}"#,
        r#"{"Effect":"Deny","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"aws:username":"x"}}}"#,
        r#"{"Effect":"allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"aws:username":"x"}}}"#,
    ] {
        let verdict = decide(statements, "");
        assert_eq!(places(&verdict.missed), [], "{statements}");
    }
}

#[test]
fn only_the_policies_that_lack_an_allow_are_told() {
    const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    const PERHAPS: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"alice"}}}"#;
    let verdict = decide(ALL, PERHAPS);
    assert_eq!(verdict.lacking, [Origin::Boundary]);
    assert_eq!(places(&verdict.missed), [(Origin::Boundary, "Statement[1]")]);
    let verdict = decide(TO_EC2, PERHAPS);
    assert_eq!(verdict.lacking, [Origin::Identity(0), Origin::Boundary]);
    assert_eq!(places(&verdict.missed), [(Origin::Identity(0), "Statement[0]"), (Origin::Boundary, "Statement[1]")]);
}

/// Where the answer is another one there is nothing to miss.
#[test]
fn other_answers_have_no_misses() {
    const DENY: &str = r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#;
    const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    for verdict in [decide(ALL, ""), decide(DENY, ""), decide(ALL, DENY)] {
        assert_eq!((verdict.lacking.len(), verdict.missed.len()), (0, 0), "{verdict:?}");
    }
    let unknown = Policies::of_identity(TO_EC2).decide(&request(&("", ASKED.1, ASKED.2, &[] as &[&str])));
    assert_eq!((unknown.lacking.len(), unknown.missed.len()), (0, 0), "{unknown:?}");
}

/// Of several policies each statement has its place, in the order of the policies and of their texts.
#[test]
fn misses_are_in_the_order_of_the_text() {
    let perhaps = |key: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{{"StringEquals":{{"{key}":"x"}}}}}}"#
        )
    };
    let many: Vec<String> =
        (0..12).map(|index| perhaps(&format!("aws:PrincipalTag/t{:02}", (index * 5) % 12))).collect();
    let (one, two) = (document(&perhaps("aws:username")), document(&many.join(",")));
    let known: Vec<String> = (0..12).map(|index| format!("aws:PrincipalTag/t{index:02}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).chain(["aws:username"]).collect();
    let evaluation = Evaluation { identity: &[&one, &two], boundary: None, resource: None };
    let verdict = evaluation.decide(&request(&("", ASKED.1, ASKED.2, &known)));
    let expected: Vec<(Origin, String)> = std::iter::once((Origin::Identity(0), "Statement[0]".to_owned()))
        .chain((0..12).map(|index| (Origin::Identity(1), format!("Statement[{index}]"))))
        .collect();
    let found: Vec<(Origin, String)> =
        verdict.missed.iter().map(|missed| (missed.origin, missed.place.clone())).collect();
    assert_eq!(found, expected);
}
