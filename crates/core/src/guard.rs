//! What could be done and is not, because it would be regretted: refusals that a manifest can lift on a resource by
//! `ignore: {CODE: why}`.

use std::fmt;

/// Which guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardCode {
    /// A notebook instance would be stopped, or made anew, on a platform that can be started no more.
    CannotBeStarted,
    /// Others still use what is to be deleted or made anew.
    StillUsed,
    /// A role that AWS keeps for itself, of which IAM lets nobody change anything.
    ReadOnlyRole,
}

impl GuardCode {
    /// Every guard.
    pub const ALL: [Self; 3] = [Self::CannotBeStarted, Self::StillUsed, Self::ReadOnlyRole];

    /// Returns the stable name, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CannotBeStarted => "cannot-be-started",
            Self::StillUsed => "still-used",
            Self::ReadOnlyRole => "read-only-role",
        }
    }
}

impl fmt::Display for GuardCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A guard that a change runs into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Which.
    pub code: GuardCode,
    /// What would happen.
    pub message: String,
    /// What to do instead.
    pub help: String,
}

impl Guard {
    /// Makes a guard.
    pub fn new(code: GuardCode, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into() }
    }
}
