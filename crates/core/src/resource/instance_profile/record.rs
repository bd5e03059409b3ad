//! What is recorded of an instance profile around a call, and how a recorded state comes back.

use super::{InstanceProfile, InstanceProfileOperation};
use crate::field::Field;
use crate::resource::Tags;

impl InstanceProfile {
    /// Returns what a provider is asked to read where all of the profile is to be recorded.
    #[must_use]
    pub fn in_full(&self) -> Self {
        self.to_be_deleted()
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        Self {
            path: before.path.unless_same(&after.path),
            role: before.role.unless_same(&after.role),
            tags: Tags::restored(&before.tags, &after.tags),
            ..before.identity()
        }
    }
}

impl InstanceProfileOperation {
    /// Returns the state that the call leaves behind; `known` says what the profile is called where there was none before.
    pub fn effect(&self, before: Option<&InstanceProfile>, known: &InstanceProfile) -> Option<InstanceProfile> {
        let mut profile = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create { instance_profile: _, path, tags } => {
                profile = InstanceProfile {
                    path: Field::Set(path.clone()),
                    role: Field::Null,
                    tags: Tags::live(tags.clone()),
                    ..known.identity()
                };
            }
            Self::AddRole { instance_profile: _, role } => profile.role = Field::Set(role.clone()),
            Self::RemoveRole { instance_profile: _, role: _ } => profile.role = Field::Null,
            Self::Tag { instance_profile: _, tags } => profile.tags.set_all(tags),
            Self::Untag { instance_profile: _, keys } => profile.tags.remove_all(keys),
            Self::Delete { instance_profile: _ } => return None,
        }
        Some(profile)
    }
}
