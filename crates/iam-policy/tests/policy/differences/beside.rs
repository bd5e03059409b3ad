//! One of several documents that decide together, such as the inline policies of a role.

use super::statements;
use crate::support::{lines, policy};
use iam_policy::{Beside, Policy, diff_beside};

const READ: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}"#;
const WRITE: &str = r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::lab/*"}"#;
const ALL: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const NO_WRITING: &str = r#"{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}"#;
const OWN_FOLDER: &str =
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/${aws:username}/*"}"#;

fn document(of: &[&str]) -> Policy {
    policy(&statements(of))
}

/// The lines of each of two documents that change together.
fn both(before: [&Policy; 2], after: [&Policy; 2]) -> String {
    let [first, second] = before;
    let [new_first, new_second] = after;
    let lines_of = |from: &Policy, to: &Policy, beside: [&Policy; 2]| {
        let beside = Beside { before: &beside[..1], after: &beside[1..] };
        lines(&diff_beside(Some(from), Some(to), beside))
    };
    let one = lines_of(first, new_first, [second, new_second]);
    let other = lines_of(second, new_second, [first, new_first]);
    format!("{one}\n--\n{other}")
}

#[test]
fn a_statement_moves_from_one_to_the_other() {
    let (both_rights, read, write) = (document(&[READ, WRITE]), document(&[READ]), document(&[WRITE]));
    let nothing = document(&[]);
    insta::assert_snapshot!(both([&both_rights, &nothing], [&read, &write]), @"
    neither - s3:PutObject on arn:aws:s3:::lab/*
    --
    neither + s3:PutObject on arn:aws:s3:::lab/*
    ");
    insta::assert_snapshot!(both([&read, &write], [&write, &read]), @"
    neither + s3:PutObject on arn:aws:s3:::lab/*
    neither - s3:GetObject on arn:aws:s3:::lab/*
    --
    neither + s3:GetObject on arn:aws:s3:::lab/*
    neither - s3:PutObject on arn:aws:s3:::lab/*
    ");
}

#[test]
fn more_than_what_moves_is_told() {
    let (both_rights, read) = (document(&[READ, WRITE]), document(&[READ]));
    let (nothing, all) = (document(&[]), document(&[ALL]));
    insta::assert_snapshot!(both([&both_rights, &nothing], [&read, &all]), @"
    neither - s3:PutObject on arn:aws:s3:::lab/*
    --
    widens  + s3:* on *
    ");
    insta::assert_snapshot!(both([&read, &all], [&both_rights, &nothing]), @"
    neither + s3:PutObject on arn:aws:s3:::lab/*
    --
    narrows - s3:* on *
    ");
}

#[test]
fn a_denial_beside_forbids_what_comes() {
    let (read, both_rights, denial) = (document(&[READ]), document(&[READ, WRITE]), document(&[NO_WRITING]));
    let nothing = document(&[]);
    insta::assert_snapshot!(both([&read, &denial], [&both_rights, &denial]), @"
    neither + s3:PutObject on arn:aws:s3:::lab/*
    --
    ");
    insta::assert_snapshot!(both([&read, &denial], [&both_rights, &nothing]), @"
    widens  + s3:PutObject on arn:aws:s3:::lab/*
    --
    widens  - Deny s3:Put* on *
    ");
    insta::assert_snapshot!(both([&denial, &nothing], [&nothing, &denial]), @"
    neither - Deny s3:Put* on *
    --
    neither + Deny s3:Put* on *
    ");
}

#[test]
fn a_document_comes_or_goes_whole() {
    let (read, all) = (document(&[READ]), document(&[ALL]));
    let come = |beside: &Policy| lines(&diff_beside(None, Some(&read), Beside { before: &[beside], after: &[] }));
    let go = |beside: &Policy| lines(&diff_beside(Some(&read), None, Beside { before: &[], after: &[beside] }));
    assert_eq!(come(&all), "neither + s3:GetObject on arn:aws:s3:::lab/*");
    assert_eq!(go(&all), "neither - s3:GetObject on arn:aws:s3:::lab/*");
    let other = document(&[WRITE]);
    assert_eq!(come(&other), "widens  + s3:GetObject on arn:aws:s3:::lab/*");
    assert_eq!(go(&other), "narrows - s3:GetObject on arn:aws:s3:::lab/*");
}

/// Under the old version `${…}` is plain text, so the same words are about something else there.
#[test]
fn a_variable_in_a_document_of_another_version_is_no_cover() {
    let own = document(&[OWN_FOLDER]);
    let (old, nothing) = (policy(&statements(&[OWN_FOLDER]).replace("2012-10-17", "2008-10-17")), document(&[]));
    let come =
        |beside: &Policy| lines(&diff_beside(Some(&nothing), Some(&own), Beside { before: &[beside], after: &[] }));
    assert_eq!(come(&own), "neither + s3:GetObject on arn:aws:s3:::lab/${aws:username}/*");
    assert_eq!(come(&old), "widens  + s3:GetObject on arn:aws:s3:::lab/${aws:username}/*");
    let all = policy(&statements(&[ALL]).replace("2012-10-17", "2008-10-17"));
    assert_eq!(come(&all), "neither + s3:GetObject on arn:aws:s3:::lab/${aws:username}/*");
}
