//! Why there is no connection to AWS.

use reconcile_core::failure::{CallFailure, FailureKind};

/// Why there is no connection to AWS: all of it is found before anything else is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No region anywhere, and something is to be done that needs one.
    #[error("no AWS region is given, and SageMaker needs one")]
    NoRegion,
    /// The credentials are those of another account than the manifest is for.
    #[error(
        "the manifest is for the AWS account {expected}, but the credentials are those of {caller_arn} in the account {found}"
    )]
    WrongAccount {
        /// The account of the manifest.
        expected: String,
        /// The account of the credentials.
        found: String,
        /// Whose credentials they are.
        caller_arn: String,
    },
    /// Credentials could not be had, or STS did not accept them, or could not be reached.
    #[error(transparent)]
    Call(#[from] CallFailure),
}

impl ConnectError {
    /// Returns what it means.
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::NoRegion => FailureKind::Invalid,
            Self::WrongAccount { expected: _, found: _, caller_arn: _ } => FailureKind::Credentials,
            Self::Call(failure) => failure.kind,
        }
    }

    /// Returns what the user can do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::NoRegion => Some("set `providers.aws.region` or AWS_REGION, or the region of the profile"),
            Self::WrongAccount { expected: _, found: _, caller_arn: _ } => Some(
                "use the credentials or the `providers.aws.profile` of that account, or correct `providers.aws.account_id`",
            ),
            Self::Call(failure) => failure.help.as_deref(),
        }
    }
}
