//! Who uses what, over the whole account: counted once a call, because a page of details asks it a thousand times.

use std::collections::BTreeMap;

use crate::iam::state::{InstanceProfile, State};

/// The uses of policies and roles.
pub(crate) struct Usage<'a> {
    attachments: BTreeMap<&'a str, usize>,
    boundaries: BTreeMap<&'a str, usize>,
    profiles: BTreeMap<&'a str, Vec<&'a InstanceProfile>>,
}

impl<'a> Usage<'a> {
    /// Counts the account's uses.
    pub(crate) fn of(state: &'a State) -> Self {
        let mut usage = Self { attachments: BTreeMap::new(), boundaries: BTreeMap::new(), profiles: BTreeMap::new() };
        for role in state.roles.values() {
            for arn in role.attached.keys() {
                *usage.attachments.entry(arn).or_default() += 1;
            }
            if let Some(arn) = &role.permissions_boundary {
                *usage.boundaries.entry(arn).or_default() += 1;
            }
        }
        for profile in state.instance_profiles.values() {
            for role in &profile.roles {
                usage.profiles.entry(role).or_default().push(profile);
            }
        }
        usage
    }

    /// How many roles a policy is attached to.
    pub(crate) fn attachments(&self, arn: &str) -> usize {
        self.attachments.get(arn).copied().unwrap_or_default()
    }

    /// How many roles a policy bounds.
    pub(crate) fn boundaries(&self, arn: &str) -> usize {
        self.boundaries.get(arn).copied().unwrap_or_default()
    }

    /// The instance profiles that hold a role, by the role's stored name.
    pub(crate) fn profiles_of(&self, role: &str) -> &[&'a InstanceProfile] {
        self.profiles.get(role).map_or(&[], Vec::as_slice)
    }

    /// The policies that are attached to some role.
    pub(crate) fn attached(&self) -> impl Iterator<Item = &'a str> {
        self.attachments.keys().copied()
    }
}
