//! Text that IAM compares without regard to case: action names and condition keys.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A name whose case has no meaning. It compares, orders and hashes by its lower-case form, and displays as it was written.
///
/// Only ASCII letters are folded: the names of actions and condition keys are ASCII.
#[derive(Clone, Debug)]
pub struct Caseless(String);

impl Caseless {
    /// The name as it was written.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// The name in lower case, which is the same for all spellings that are equal.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    fn folded_bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl From<&str> for Caseless {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Caseless {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl PartialEq for Caseless {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Caseless {}

impl PartialOrd for Caseless {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Caseless {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded_bytes().cmp(other.folded_bytes())
    }
}

impl Hash for Caseless {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.folded_bytes() {
            state.write_u8(byte);
        }
        // A terminator, so that neighbouring names in one hash do not run together.
        state.write_u8(0xff);
    }
}
