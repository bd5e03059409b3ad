//! What is recorded of a registration around a call, and how a recorded state comes back.

use super::{Registration, RegistrationOperation};
use crate::field::Field;

impl Registration {
    /// Returns what a provider is asked to read where all of the registration is to be recorded: it is always told whole.
    #[must_use]
    pub fn in_full(&self) -> Self {
        self.identity()
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        Self {
            iam_role_arn: before.iam_role_arn.unless_same(&after.iam_role_arn),
            is_meta_instance_profile: before.is_meta_instance_profile.unless_same(&after.is_meta_instance_profile),
            ..before.identity()
        }
    }
}

impl RegistrationOperation {
    /// Returns the state that the call leaves behind; `known` says which profile it is where there was none before.
    pub fn effect(&self, before: Option<&Registration>, known: &Registration) -> Option<Registration> {
        match self {
            Self::Add { registration } => Some(Registration {
                iam_role_arn: Field::from_live(registration.iam_role_arn.value().cloned()),
                is_meta_instance_profile: Field::from_live(registration.is_meta_instance_profile.value().copied())
                    .null_is(false),
                ..registration.identity()
            }),
            Self::Edit { instance_profile_arn: _, iam_role_arn } => {
                let before = before.cloned().unwrap_or_else(|| known.identity());
                Some(Registration { iam_role_arn: Field::Set(iam_role_arn.clone()), ..before })
            }
            Self::Remove { instance_profile_arn: _ } => None,
        }
    }
}
