//! The quotas that a plan would meet, judged before anything is touched.
//!
//! What a plan adds is counted along its calls, so that the largest number of any moment counts and not only the last one.
//! IAM is asked for the account's own numbers (`iam:GetAccountSummary`, one call) only where they can matter: where the plan
//! makes a role, a policy, a version of one or an instance profile, which only the account knows whether it still has room
//! for, and where a role would get more than an account has by default. The inline policies of someone else's role are asked
//! for only where the plan puts more than [`FEW_CHARACTERS`] there.
//!
//! Quotas: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.

mod account;
mod role;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, codes};
use crate::id::Address;
use crate::inquiry::{Answer, Inquiry};
use crate::manifest::{Declared, Manifest};
use crate::plan::PlannedResource;
use crate::planner::World;

/// So many characters of inline policies on someone else's role are not worth asking what else it has.
pub const FEW_CHARACTERS: usize = 1024;

codes! {
    /// The quotas. Each may be silenced on a resource by its name: `ignore: {quota-attachments: why}`.
    pub enum QuotaCode {
        /// Managed policies attached to a role.
        Attachments = "quota-attachments",
        /// All inline policies of a role together.
        InlineSize = "quota-inline-size",
        /// A role's trust policy.
        TrustSize = "quota-trust-size",
        /// Roles in the account.
        Roles = "quota-roles",
        /// Customer-managed policies in the account.
        Policies = "quota-policies",
        /// Versions of customer-managed policies in the account.
        PolicyVersions = "quota-policy-versions",
        /// Instance profiles in the account.
        InstanceProfiles = "quota-instance-profiles",
    }
}

/// A quota that is too small for a plan.
pub type QuotaFinding = Finding<QuotaCode>;

/// Returns what has to be known to judge the quotas of a plan.
pub fn inquiries(planned: &[PlannedResource], world: &World) -> BTreeSet<Inquiry> {
    let workable = || planned.iter().filter(|planned| planned.problem.is_none());
    let asks_account = account::adds_anything(workable()) || workable().any(role::needs_more_than_default);
    let summary = asks_account.then_some(Inquiry::AccountSummary);
    summary.into_iter().chain(workable().filter_map(|planned| role::others(planned, world))).collect()
}

/// Finds the quotas that are too small: the roles' own in the plan's order, then the account's.
pub fn check(planned: &[PlannedResource], manifest: &Manifest, world: &World) -> Vec<QuotaFinding> {
    let declared: BTreeMap<&Address, &Declared> =
        manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let workable: Vec<_> = planned
        .iter()
        .filter(|planned| planned.problem.is_none())
        .filter_map(|planned| Some((*declared.get(&planned.address)?, planned)))
        .collect();
    let summary = Summary::of(world);
    let of_roles = workable.iter().flat_map(|(declared, planned)| role::check(declared, planned, &summary, world));
    of_roles.chain(account::check(&workable, planned, &summary)).collect()
}

/// What the account may hold and holds, as far as it is known.
struct Summary<'a>(Option<&'a BTreeMap<String, u64>>);

impl<'a> Summary<'a> {
    fn of(world: &'a World) -> Self {
        Self(match world.answers.get(&Inquiry::AccountSummary) {
            Some(Answer::AccountSummary(numbers)) => Some(numbers),
            _ => None,
        })
    }

    fn get(&self, key: &str) -> Option<usize> {
        usize::try_from(*self.0?.get(key)?).ok()
    }
}
