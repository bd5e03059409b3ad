//! AWS IAM policy documents as values: parse, compare by meaning, diff, check, evaluate.
//!
//! A [`Policy`] keeps two things side by side: the document *as written*, which is what is sent to AWS, and its
//! *canonical form*, by which two documents are compared. Two policies are equal (`==`) when IAM decides the same for every
//! request as far as the text can tell; whether one pattern covers another (`s3:*` and `s3:GetObject`) is never used to call
//! two documents equal.
//!
//! ```
//! use iam_policy::{Policy, Scope, diff};
//!
//! # fn main() -> Result<(), iam_policy::PolicyError> {
//! let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
//! let live = Policy::parse(r#"{"Statement": {"Effect": "Allow", "Action": "iam:passrole", "Resource": ["*"]}}"#, &scope)?;
//! let desired = Policy::parse(r#"{"Statement": [{"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": "*"}]}"#, &scope)?;
//! assert_eq!(live, desired);
//! assert!(diff(Some(&live), Some(&desired)).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! [`diff()`] says what a change means, line by line, each marked with what it does to the access. What only moves from one
//! statement to another is in no line.
//!
//! ```
//! use iam_policy::{Breadth, Policy, Scope, diff};
//!
//! # fn main() -> Result<(), iam_policy::PolicyError> {
//! let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
//! let live = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
//!     "Principal": {"Service": "ec2.amazonaws.com"}}}"#;
//! let desired = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}},
//!     {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}]}"#;
//! let changes = diff(Some(&Policy::parse(live, &scope)?), Some(&Policy::parse(desired, &scope)?));
//! assert_eq!(changes[0].summary, "+ Service sagemaker.amazonaws.com may sts:AssumeRole");
//! assert_eq!(changes[0].breadth, Breadth::Widens);
//! assert_eq!(changes.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! [`check()`] says what IAM would refuse in a document and what is dangerous in it; [`Evaluation`] decides a request by the
//! policies that have a say about it, and by which statements. What depends on a condition key that the request does not give is
//! [`Decision::Unknown`], never a guess.
//!
//! ```
//! use iam_policy::{Decision, DocumentType, Evaluation, Limits, Policy, Request, Scope, check};
//! use std::collections::BTreeMap;
//!
//! # fn main() -> Result<(), iam_policy::PolicyError> {
//! let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
//!     "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}}"#;
//! let policy = Policy::parse(text, &scope)?;
//! let findings = check(&policy, DocumentType::Inline, &Limits::default());
//! assert_eq!(findings[0].code.as_str(), "policy-pass-role-any-role");
//!
//! let request = Request {
//!     principal: None,
//!     action: "iam:PassRole",
//!     resource: Some("arn:aws:iam::111122223333:role/lab"),
//!     context: BTreeMap::new(),
//! };
//! let verdict = Evaluation { identity: &[&policy], boundary: None, resource: None }.decide(&request);
//! assert_eq!(verdict.decision, Decision::Unknown { keys: ["iam:PassedToService".to_owned()].into() });
//! assert_eq!(verdict.statements[0].place, "Statement");
//! # Ok(())
//! # }
//! ```

mod caseless;
mod check;
mod date;
mod diff;
mod distance;
mod error;
mod evaluate;
mod json;
mod operator;
mod pattern;
mod percent;
mod policy;
mod read;
mod statement;
mod value;
mod write;

pub use caseless::Caseless;
pub use check::{Code, DocumentType, Finding, Limits, Severity, check, check_managed_policy_arn};
pub use diff::{Beside, Breadth, PolicyChange, diff, diff_beside};
pub use error::{PolicyError, Problem};
pub use evaluate::{Decision, DecisiveStatement, Evaluation, Origin, Request, ResourcePolicy, Verdict, evaluate};
pub use json::Json;
pub use policy::{MAXIMUM_CHARACTERS, Policy, Scope};
pub use statement::{Condition, Effect, Principals, Statement};
