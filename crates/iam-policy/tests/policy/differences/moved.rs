//! What moves from one statement to another: it is in no line, and what comes or goes beside it is.

use super::there_and_back;

/// An action goes from one to the other: neither line.
#[test]
fn what_moves_to_another_statement() {
    let before = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:4"],"Resource":"x"}"#,
    ];
    let after = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:3","a:4"],"Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 2 statements ("A", "B") become 2 statements ("A", "B"), which mean the same: a:1, a:2 on x; a:3, a:4 on x
    back:
    neither 2 statements ("A", "B") become 2 statements ("A", "B"), which mean the same: a:1, a:2, a:3 on x; a:4 on x
    "#);
}

/// Only what comes is told.
#[test]
fn what_moves_while_something_comes() {
    let before = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:4"],"Resource":"x"}"#,
    ];
    let after = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:3","a:4","a:5"],"Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + a:5 on x
    back:
    narrows - a:5 on x
    ");
}

/// Only what goes is told.
#[test]
fn what_moves_while_something_goes() {
    let before = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:4"],"Resource":"x"}"#,
    ];
    let after = [
        r#"{"Sid":"A","Effect":"Allow","Action":["a:1"],"Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":["a:3","a:4"],"Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows - a:2 on x
    back:
    widens  + a:2 on x
    ");
}

/// Each statement keeps its meaning and takes the other's name.
#[test]
fn two_names_change_places() {
    let before = [
        r#"{"Sid":"A","Effect":"Allow","Action":"a:1","Resource":"x"}"#,
        r#"{"Sid":"B","Effect":"Allow","Action":"a:2","Resource":"x"}"#,
    ];
    let after = [
        r#"{"Sid":"B","Effect":"Allow","Action":"a:1","Resource":"x"}"#,
        r#"{"Sid":"A","Effect":"Allow","Action":"a:2","Resource":"x"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither Sid "A" becomes "B" for a:1 on x
    neither Sid "B" becomes "A" for a:2 on x
    back:
    neither Sid "A" becomes "B" for a:2 on x
    neither Sid "B" becomes "A" for a:1 on x
    "#);
}

/// What two statements said both is said once.
#[test]
fn overlapping_statements_are_told_apart() {
    let before = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":["a:2","a:3"],"Resource":"x"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"x"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 2 statements are merged into 1 statement, which means the same: a:1, a:2, a:3 on x
    back:
    neither 1 statement is split into 2 statements, which mean the same: a:1, a:2, a:3 on x
    ");
}

/// Another statement says it as well, and stays as it is.
#[test]
fn a_repetition_goes() {
    let before = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Sid":"Again","Effect":"Allow","Action":"a:1","Resource":"x"}"#,
    ];
    let after = [r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither - a:1 on x
    back:
    neither + a:1 on x
    ");
}

/// The unchanged statement still says it.
#[test]
fn a_repetition_within_a_statement_goes() {
    let before = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#,
    ];
    let after =
        [r#"{"Effect":"Allow","Action":"a:2","Resource":"x"}"#, r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither - a:1 on x
    back:
    neither + a:1 on x
    ");
}

/// `NotAction` on two resources.
#[test]
fn exceptions_are_cut_too() {
    let before = [r#"{"Effect":"Deny","NotAction":["iam:*"],"Resource":["x","y"]}"#];
    let after = [
        r#"{"Effect":"Deny","NotAction":["iam:*"],"Resource":"x"}"#,
        r#"{"Effect":"Deny","NotAction":["IAM:*"],"Resource":"y"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: Deny everything but iam:* on x, y
    back:
    neither 2 statements are merged into 1 statement, which means the same: Deny everything but iam:* on x, y
    ");
}

/// Two exceptions in one statement are not two statements with one each.
#[test]
fn exceptions_cannot_be_cut() {
    let before = [r#"{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*"}"#];
    let after = [
        r#"{"Effect":"Deny","NotAction":["iam:*"],"Resource":"*"}"#,
        r#"{"Effect":"Deny","NotAction":["sts:*"],"Resource":"*"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + Deny everything but sts:* on *
    narrows NotAction no longer excepts sts:*: Deny everything but iam:* on *
    back:
    widens  - Deny everything but sts:* on *
    widens  NotAction now excepts sts:*: Deny everything but iam:*, sts:* on *
    ");
}

/// Two values in one statement are not told as two statements: each is a narrower one.
#[test]
fn conditions_cannot_be_cut() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"x","Condition":{"StringEquals":{"k":["a","b"]}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x","Condition":{"StringEquals":{"k":"a"}}}"#,
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x","Condition":{"StringEquals":{"k":"b"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + a:1 on x when StringEquals k = b
    narrows Condition StringEquals k no longer accepts b for a:1 on x
    back:
    neither - a:1 on x when StringEquals k = b
    widens  Condition StringEquals k now accepts b for a:1 on x
    ");
}

/// Each is a line of its own.
#[test]
fn two_groups_at_once() {
    let before = [
        r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#,
        r#"{"Effect":"Deny","Action":["b:1","b:2"],"Resource":"y"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":"x"}"#,
        r#"{"Effect":"Deny","Action":"b:1","Resource":"y"}"#,
        r#"{"Effect":"Deny","Action":"b:2","Resource":"y"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: a:1, a:2 on x
    neither 1 statement is split into 2 statements, which mean the same: Deny b:1, b:2 on y
    back:
    neither 2 statements are merged into 1 statement, which means the same: a:1, a:2 on x
    neither 2 statements are merged into 1 statement, which means the same: Deny b:1, b:2 on y
    ");
}

/// They are part of what the statement says.
#[test]
fn elements_that_do_not_exist_are_cut_as_well() {
    let before = [r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x","Conditions":{"k":"v"}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"x","Conditions":{"k":"v"}}"#,
        r#"{"Effect":"Allow","Action":"a:2","Resource":"x","Conditions":{"k":"v"}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    neither 1 statement is split into 2 statements, which mean the same: a:1, a:2 on x with unknown element Conditions: {"k":"v"}
    back:
    neither 2 statements are merged into 1 statement, which means the same: a:1, a:2 on x with unknown element Conditions: {"k":"v"}
    "#);
}

/// It is cut, and decides nothing.
#[test]
fn a_statement_without_effect() {
    let before = [r#"{"Action":["a:1","a:2"],"Resource":"x"}"#];
    let after = [r#"{"Action":"a:1","Resource":"x"}"#, r#"{"Action":"a:2","Resource":"x"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither 1 statement is split into 2 statements, which mean the same: no Effect for a:1, a:2 on x
    back:
    neither 2 statements are merged into 1 statement, which means the same: no Effect for a:1, a:2 on x
    ");
}
