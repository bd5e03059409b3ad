//! What it takes to delete a role.

use std::collections::{BTreeMap, BTreeSet};

use super::{Role, RoleOperation};
use crate::change::{Difference, Hazard};
use crate::field::Field;

impl Role {
    /// Returns the role with everything managed that has to be known to delete it. Of someone else's role, only the
    /// inline policies that the manifest has put there go: they are wanted to be gone.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        if self.existing {
            let listed = self.inline_policies.value().into_iter().flatten();
            let gone: BTreeMap<_, _> = listed.map(|(name, _)| (name.clone(), None)).collect();
            return Self { inline_policies: Field::Set(gone), ..self.identity() };
        }
        Self {
            managed_policies: Field::Set(BTreeSet::new()),
            inline_policies: Field::Set(BTreeMap::new()),
            instance_profiles: Field::Set(BTreeSet::new()),
            ..self.identity()
        }
    }

    /// Returns the calls that delete this live role: it is taken out of its instance profiles and emptied first, as
    /// `iam:DeleteRole` demands.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        self.empty(&mut difference);
        difference.then(RoleOperation::Delete { role: self.name.clone() });
        Self::guard_reserved(self, &mut difference);
        difference
    }

    /// Adds the calls that take away everything that keeps a role from being deleted.
    pub(super) fn empty(&self, difference: &mut Difference) {
        let role = || self.name.clone();
        for instance_profile in self.instance_profiles.value().into_iter().flatten().cloned() {
            difference.then(RoleOperation::RemoveFromInstanceProfile { role: role(), instance_profile });
        }
        for policy_arn in self.managed_policies.value().into_iter().flatten().cloned() {
            difference.then(RoleOperation::DetachPolicy { role: role(), policy_arn });
        }
        for policy_name in self.inline_policies.value().into_iter().flatten().map(|(name, _)| name.clone()) {
            difference.then(RoleOperation::DeleteInlinePolicy { role: role(), policy_name });
        }
    }
}
