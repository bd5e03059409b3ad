//! What the tests share.

use iam_policy::{Policy, Scope};

/// The account that documents are read in.
pub(crate) fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() }
}

/// A document that must be readable.
pub(crate) fn policy(text: &str) -> Policy {
    Policy::parse(text, &scope()).unwrap_or_else(|error| panic!("{error}: {text}"))
}
