//! `NotAction`, `NotResource`, `NotPrincipal`: one exception more makes a statement narrower.

use super::there_and_back;

/// From an allow.
#[test]
fn one_action_more_is_excepted() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows NotAction now excepts organizations:*: everything but iam:*, organizations:* on *
    back:
    widens  NotAction no longer excepts organizations:*: everything but iam:* on *
    ");
}

/// More is allowed.
#[test]
fn one_action_more_is_excepted_from_a_denial() {
    let before = [r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  NotAction now excepts sts:*: Deny everything but iam:*, sts:* on *
    back:
    narrows NotAction no longer excepts sts:*: Deny everything but iam:* on *
    ");
}

/// The pattern was there.
#[test]
fn an_exception_that_was_excepted_anyway() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":["iam:*","iam:PassRole"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither NotAction now excepts iam:PassRole: everything but iam:*, iam:PassRole on *
    back:
    neither NotAction no longer excepts iam:PassRole: everything but iam:* on *
    ");
}

/// What is excepted no more is allowed.
#[test]
fn an_exception_becomes_narrower() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":"iam:Delete*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither NotAction now excepts iam:Delete*: everything but iam:Delete* on *
    widens  NotAction no longer excepts iam:*: everything but iam:Delete* on *
    back:
    narrows NotAction now excepts iam:*: everything but iam:* on *
    neither NotAction no longer excepts iam:Delete*: everything but iam:* on *
    ");
}

/// From a denial.
#[test]
fn one_resource_more_is_excepted() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#];
    let after = [
        r#"{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*","arn:aws:s3:::logs"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  NotResource now excepts arn:aws:s3:::logs: Deny s3:* on everything but arn:aws:s3:::lab, arn:aws:s3:::lab/*, arn:aws:s3:::logs
    back:
    narrows NotResource no longer excepts arn:aws:s3:::logs: Deny s3:* on everything but arn:aws:s3:::lab, arn:aws:s3:::lab/*
    ");
}

/// From a denial in a bucket's policy.
#[test]
fn one_principal_more_is_excepted() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":["111122223333"]}}"#];
    let after = [
        r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:user/ann"]}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  NotPrincipal now excepts AWS arn:aws:iam::111122223333:user/ann: everyone but account 111122223333 (this account), AWS arn:aws:iam::111122223333:user/ann may not s3:* on *
    back:
    narrows NotPrincipal no longer excepts AWS arn:aws:iam::111122223333:user/ann: everyone but account 111122223333 (this account) may not s3:* on *
    ");
}

/// The same words, the other way round.
#[test]
fn actions_become_exceptions() {
    let before = [r#"{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everything but iam:*, sts:* on *
    narrows - iam:*, sts:* on *
    back:
    widens  + iam:*, sts:* on *
    narrows - everything but iam:*, sts:* on *
    ");
}

/// What was allowed still is, and nearly everything else.
#[test]
fn actions_become_exceptions_of_others() {
    let before = [r#"{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everything but iam:* on *
    neither - s3:* on *
    back:
    neither + s3:* on *
    narrows - everything but iam:* on *
    ");
}

/// Everything but what it was.
#[test]
fn resources_become_exceptions() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::lab"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:* on everything but arn:aws:s3:::lab
    narrows - s3:* on arn:aws:s3:::lab
    back:
    widens  + s3:* on arn:aws:s3:::lab
    narrows - s3:* on everything but arn:aws:s3:::lab
    ");
}

/// For a denial both are told too.
#[test]
fn denied_actions_become_exceptions() {
    let before = [r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny everything but iam:* on *
    widens  - Deny iam:* on *
    back:
    narrows + Deny iam:* on *
    widens  - Deny everything but iam:* on *
    ");
}

/// The most dangerous typo of all.
#[test]
fn principals_become_exceptions() {
    let before = [r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}"#];
    let after = [r#"{"Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"111122223333"}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everyone but account 111122223333 (this account) may sts:AssumeRole
    narrows - account 111122223333 (this account) may sts:AssumeRole
    back:
    widens  + account 111122223333 (this account) may sts:AssumeRole
    narrows - everyone but account 111122223333 (this account) may sts:AssumeRole
    ");
}

/// It may both before and after.
#[test]
fn a_service_that_is_not_excepted() {
    let before = [r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#];
    let after = [r#"{"Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"Service":"lambda.amazonaws.com"}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everyone but Service lambda.amazonaws.com may sts:AssumeRole
    neither - Service ec2.amazonaws.com may sts:AssumeRole
    back:
    neither + Service ec2.amazonaws.com may sts:AssumeRole
    narrows - everyone but Service lambda.amazonaws.com may sts:AssumeRole
    ");
}

/// Actions and resources at once.
#[test]
fn exceptions_on_both_sides() {
    let before = [r#"{"Effect":"Deny","NotAction":"s3:*","NotResource":"arn:aws:s3:::lab"}"#];
    let after = [r#"{"Effect":"Deny","NotAction":["s3:*","iam:*"],"NotResource":"arn:aws:s3:::lab/*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  NotAction now excepts iam:*: Deny everything but iam:*, s3:* on everything but arn:aws:s3:::lab/*
    widens  NotResource now excepts arn:aws:s3:::lab/*: Deny everything but iam:*, s3:* on everything but arn:aws:s3:::lab/*
    narrows NotResource no longer excepts arn:aws:s3:::lab: Deny everything but iam:*, s3:* on everything but arn:aws:s3:::lab/*
    back:
    widens  NotResource now excepts arn:aws:s3:::lab: Deny everything but s3:* on everything but arn:aws:s3:::lab
    narrows NotAction no longer excepts iam:*: Deny everything but s3:* on everything but arn:aws:s3:::lab
    narrows NotResource no longer excepts arn:aws:s3:::lab/*: Deny everything but s3:* on everything but arn:aws:s3:::lab
    ");
}

/// Both are told.
#[test]
fn an_exception_with_a_condition() {
    let before = [r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  NotAction now excepts sts:*: Deny everything but iam:*, sts:* on *
    widens  Condition BoolIfExists aws:MultiFactorAuthPresent = false now required for Deny everything but iam:*, sts:* on *
    back:
    narrows NotAction no longer excepts sts:*: Deny everything but iam:* on *
    narrows Condition BoolIfExists aws:MultiFactorAuthPresent = false no longer required for Deny everything but iam:* on *
    ");
}

/// It is told with what it excepts.
#[test]
fn another_resource_under_an_exception() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"x"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":["x","y"]}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everything but iam:* on y
    back:
    narrows - everything but iam:* on y
    ");
}

/// What is left is everything.
#[test]
fn the_last_exception_goes() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","NotAction":[],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everything on *
    neither - everything but iam:* on *
    back:
    neither + everything but iam:* on *
    narrows - everything on *
    ");
}

/// Two spellings of nearly everything.
#[test]
fn exceptions_become_a_star() {
    let before = [r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + * on *
    neither - everything but iam:* on *
    back:
    neither + everything but iam:* on *
    narrows - * on *
    ");
}

/// Both elements in one statement, which IAM refuses.
#[test]
fn an_action_and_its_exception() {
    let before = [r#"{"Effect":"Allow","Action":"s3:*","NotAction":"s3:Delete*","Resource":"*"}"#];
    let after = [r#"{"Effect":"Allow","Action":"s3:*","NotAction":["s3:Delete*","s3:Put*"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows NotAction now excepts s3:Put*: s3:* but s3:Delete*, s3:Put* on *
    back:
    widens  NotAction no longer excepts s3:Put*: s3:* but s3:Delete* on *
    ");
}
