//! What exceptions, conditions and variables leave of what another statement allows or denies anyway.

use super::there_and_back;

/// An exception more or less.
#[test]
fn everything_but_covers_what_it_does_not_except() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["s3:GetObject","ec2:*"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + ec2:*, s3:GetObject on *
    back:
    neither - ec2:*, s3:GetObject on *
    ");
}

/// These come anew.
#[test]
fn everything_but_does_not_cover_its_exceptions() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:PassRole on *
    back:
    narrows - iam:PassRole on *
    ");
}

/// A pattern reaches into the exceptions.
#[test]
fn everything_but_does_not_cover_what_may_be_excepted() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:Delete*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","NotAction":"iam:Delete*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["iam:*Role"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + iam:*Role on *
    back:
    narrows - iam:*Role on *
    ");
}

/// The star is all there is.
#[test]
fn everything_covers_everything_but() {
    let before = [r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::lab"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + everything but iam:* on everything but arn:aws:s3:::lab
    back:
    neither - everything but iam:* on everything but arn:aws:s3:::lab
    ");
}

/// It was allowed before.
#[test]
fn a_resource_outside_of_the_exceptions() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret*"}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::lab/*"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject on arn:aws:s3:::lab/*
    back:
    neither - s3:GetObject on arn:aws:s3:::lab/*
    ");
}

/// It may not have been.
#[test]
fn a_resource_that_may_be_among_the_exceptions() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret*"}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::s*"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject on arn:aws:s3:::s*
    back:
    narrows - s3:GetObject on arn:aws:s3:::s*
    ");
}

/// It holds for a part only.
#[test]
fn conditions_of_the_wider_one() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"ml"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"ml"}}}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject on *
    back:
    narrows - s3:GetObject on *
    ");
}

/// A pattern in place of a word.
#[test]
fn conditions_that_follow_from_the_narrower_one() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/team":"ml*"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/team":"ml*"}}}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":["ml","mlops"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject on * when StringEquals aws:PrincipalTag/team in [ml, mlops]
    back:
    neither - s3:GetObject on * when StringEquals aws:PrincipalTag/team in [ml, mlops]
    ");
}

/// Its value is not known here; only the star is sure.
#[test]
fn a_variable_is_not_covered_by_a_pattern() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/*"}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::lab/*","arn:aws:s3:::lab/${aws:username}"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:* on arn:aws:s3:::lab/${aws:username}
    back:
    narrows - s3:* on arn:aws:s3:::lab/${aws:username}
    ");
}

/// Whatever its value.
#[test]
fn a_star_covers_a_variable() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:*","Resource":["*","arn:aws:s3:::lab/${aws:username}"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:* on arn:aws:s3:::lab/${aws:username}
    back:
    neither - s3:* on arn:aws:s3:::lab/${aws:username}
    ");
}

/// And that of actions does not.
#[test]
fn the_case_of_resources_counts() {
    let before = [r#"{"Effect":"Allow","Action":"S3:GET*","Resource":"arn:aws:s3:::Lab*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"S3:GET*","Resource":"arn:aws:s3:::Lab*"}"#,
        r#"{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::Lab-1"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab-1"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + s3:GetObject on arn:aws:s3:::Lab-1
    widens  + s3:GetObject on arn:aws:s3:::lab-1
    back:
    neither - s3:GetObject on arn:aws:s3:::Lab-1
    narrows - s3:GetObject on arn:aws:s3:::lab-1
    ");
}

/// A positive condition without values.
#[test]
fn what_never_holds_allows_nothing() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"k":[]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + iam:* on * when StringEquals k without values
    back:
    neither - iam:* on * when StringEquals k without values
    ");
}

/// An empty list of actions, and no action at all.
#[test]
fn what_names_nothing_allows_nothing() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
        r#"{"Effect":"Allow","Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + no action on x
    neither + nothing on *
    back:
    neither - no action on x
    neither - nothing on *
    ");
}

/// An empty list of exceptions.
#[test]
fn what_excepts_nothing_allows_everything() {
    let before = [r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
        r#"{"Effect":"Allow","NotAction":[],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everything on *
    back:
    narrows - everything on *
    ");
}

/// IAM would refuse it.
#[test]
fn a_misspelt_effect_covers_nothing() {
    let before = [r#"{"Effect":"allow","Action":"*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"allow","Action":"*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject on *
    back:
    narrows - s3:GetObject on *
    ");
}

/// Nobody knows what it would say.
#[test]
fn an_element_that_does_not_exist_covers_nothing() {
    let before = [r#"{"Effect":"Allow","Action":"*","Resource":"*","Conditions":{}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Conditions":{}}"#,
        r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:GetObject on *
    back:
    narrows - s3:GetObject on *
    ");
}
