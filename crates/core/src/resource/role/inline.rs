//! The inline policies of a role, as one set.

use std::collections::BTreeMap;

use iam_policy::{Beside, Policy};

use crate::change::{Difference, Hazard};
use crate::resource::policy::document_change;

/// All inline policies of a role that are known, which decide together.
pub(super) struct InlinePolicies<'a> {
    before: BTreeMap<&'a str, &'a Policy>,
    after: BTreeMap<&'a str, &'a Policy>,
}

impl<'a> InlinePolicies<'a> {
    /// Of someone else's role those stay that are not listed.
    pub(super) fn new(
        desired: &'a BTreeMap<String, Option<Policy>>,
        found: &'a BTreeMap<String, Option<Policy>>,
        existing: bool,
    ) -> Self {
        let known = |policies: &'a BTreeMap<String, Option<Policy>>| {
            policies.iter().filter_map(|(name, policy)| Some((name.as_str(), policy.as_ref()?)))
        };
        let stay = known(found).filter(|(name, _)| existing && !desired.contains_key(*name));
        Self { before: known(found).collect(), after: known(desired).chain(stay).collect() }
    }

    /// Records the change of one of them. What the others allow or deny anyway is no change of the access, so that a statement
    /// that moves from one to another does not widen it.
    pub(super) fn change(&self, name: &str, difference: &mut Difference) {
        let others = |policies: &BTreeMap<&str, &'a Policy>| -> Vec<&'a Policy> {
            policies.iter().filter(|(other, _)| **other != name).map(|(_, policy)| *policy).collect()
        };
        let (before, after) = (others(&self.before), others(&self.after));
        let beside = Beside { before: &before, after: &after };
        let path = format!("inline_policies.{name}");
        let (old, new) = (self.before.get(name).copied(), self.after.get(name).copied());
        let (change, widens) = document_change(&path, old, new, beside);
        difference.changes.push(change);
        // A policy that goes widens as well where it denied something.
        if widens {
            difference.hazards.insert(Hazard::WidensAccess);
        }
    }
}
