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

mod caseless;
mod check;
mod date;
mod diff;
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
pub use diff::{Breadth, PolicyChange, diff};
pub use error::{PolicyError, Problem};
pub use evaluate::{Decision, DecisiveStatement, Evaluation, Origin, Request, ResourcePolicy, Verdict, evaluate};
pub use json::Json;
pub use policy::{MAXIMUM_CHARACTERS, Policy, Scope};
pub use statement::{Condition, Effect, Principals, Statement};
