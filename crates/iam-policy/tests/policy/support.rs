//! What the tests share.

use iam_policy::{Policy, PolicyChange, Scope};

/// The account that documents are read in.
pub(crate) fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() }
}

/// A document that must be readable.
pub(crate) fn policy(text: &str) -> Policy {
    Policy::parse(text, &scope()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A document of one statement, which allows what its `elements` say.
pub(crate) fn allow(elements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{elements}}}]}}"#)
}

/// A document of one statement with `Effect`, `Action` and `Resource`, and the `elements`.
pub(crate) fn with(elements: &str) -> String {
    allow(&format!(r#""Action":"s3:GetObject","Resource":"*",{elements}"#))
}

/// A trust policy of one statement for `principal`, which is JSON.
pub(crate) fn trust(principal: &str) -> String {
    allow(&format!(r#""Action":"sts:AssumeRole","Principal":{principal}"#))
}

/// Changes as lines: the breadth, the summary.
pub(crate) fn lines(changes: &[PolicyChange]) -> String {
    changes.iter().map(|change| format!("{:<7} {}", change.breadth, change.summary)).collect::<Vec<_>>().join("\n")
}
