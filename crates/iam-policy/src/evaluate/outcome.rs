//! Three-valued logic: what is not known is carried along with the condition keys that would tell.

use std::collections::BTreeSet;

/// Whether something applies, as far as the request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Yes,
    No,
    /// It depends on these condition keys.
    Unknown(BTreeSet<String>),
}

impl Outcome {
    pub(super) fn unknown(key: &str) -> Self {
        Self::Unknown(BTreeSet::from([key.to_owned()]))
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, outcome) | (outcome, Self::Yes) => outcome,
            (Self::Unknown(keys), Self::Unknown(more)) => Self::Unknown(keys.into_iter().chain(more).collect()),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown(keys) => Self::Unknown(keys),
        }
    }
}

impl From<bool> for Outcome {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}
