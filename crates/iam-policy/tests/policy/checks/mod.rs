//! The checks: what makes each fire, its nearest neighbours that do not, and what it says.
//!
//! What IAM takes and refuses is what others saw of it and wrote down: the tests of moto
//! (<https://github.com/getmoto/moto/blob/master/tests/test_iam/test_iam_policies.py>) and the rules of cdk-preflight
//! (<https://github.com/badmintoncryer/cdk-preflight/tree/main/rules/iam>).

mod actions;
mod condition_keys;
mod condition_values;
mod documented;
mod escalation;
mod grammar;
mod helps;
mod loose;
mod operator_names;
mod passing;
mod principals;
mod resources;
mod services;
mod sizes;
mod trust;

use crate::checking::found;
use iam_policy::{DocumentType, Finding, Limits, Policy, Scope, check as check_policy};

/// A document of the current version with these statements.
fn document(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// The findings of an inline policy of which nobody said in which account it is.
fn nowhere(text: &str) -> Vec<Finding> {
    let scope = Scope { partition: "aws".to_owned(), account_id: String::new() };
    check_policy(&Policy::parse(text, &scope).unwrap(), DocumentType::Inline, &Limits::default())
}

/// A row: what the statements of a document are, and the lines of what is found in it.
type Row = (&'static str, &'static [&'static str]);

/// Asks every row, and tells all that differ.
fn check(document_type: DocumentType, rows: &[Row]) {
    let rows = rows.iter().map(|(statements, expected)| (document(statements), *expected));
    check_documents(document_type, rows);
}

/// The same for whole documents.
fn check_documents<'a>(document_type: DocumentType, rows: impl IntoIterator<Item = (String, &'a [&'a str])>) {
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let found = found(document_type, &text);
        if found != expected {
            wrong.push(format!("{text}\n  found:    {found:#?}\n  expected: {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
