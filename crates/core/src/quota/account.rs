//! What an account holds of each kind.

use super::{QuotaCode, QuotaFinding, Summary};
use crate::finding::Certainty;
use crate::manifest::Declared;
use crate::plan::PlannedResource;
use crate::resource::{InstanceProfileOperation, ManagedPolicyOperation, Operation, RoleOperation};

/// A quota of the account.
struct Quota {
    code: QuotaCode,
    /// The keys of `iam:GetAccountSummary` for what there is and what there may be.
    keys: (&'static str, &'static str),
    noun: &'static str,
    /// The quota's name in Service Quotas; nothing where it cannot be raised.
    raised_by: Option<&'static str>,
    /// How many more there are after a call.
    change: fn(&Operation) -> isize,
}

const QUOTAS: [Quota; 4] = [
    Quota {
        code: QuotaCode::Roles,
        keys: ("Roles", "RolesQuota"),
        noun: "roles",
        raised_by: Some("Roles per account"),
        change: |operation| match operation {
            Operation::Role(RoleOperation::Create { .. }) => 1,
            Operation::Role(RoleOperation::Delete { role: _ }) => -1,
            _ => 0,
        },
    },
    Quota {
        code: QuotaCode::Policies,
        keys: ("Policies", "PoliciesQuota"),
        noun: "customer-managed policies",
        raised_by: Some("Customer managed policies per account"),
        change: |operation| match operation {
            Operation::ManagedPolicy(ManagedPolicyOperation::Create { .. }) => 1,
            Operation::ManagedPolicy(ManagedPolicyOperation::Delete { policy_arn: _ }) => -1,
            _ => 0,
        },
    },
    Quota {
        code: QuotaCode::PolicyVersions,
        keys: ("PolicyVersionsInUse", "PolicyVersionsInUseQuota"),
        noun: "versions of customer-managed policies",
        raised_by: None,
        change: |operation| match operation {
            Operation::ManagedPolicy(
                ManagedPolicyOperation::Create { .. } | ManagedPolicyOperation::CreateVersion { .. },
            ) => 1,
            Operation::ManagedPolicy(
                ManagedPolicyOperation::DeleteVersion { .. } | ManagedPolicyOperation::Delete { policy_arn: _ },
            ) => -1,
            _ => 0,
        },
    },
    Quota {
        code: QuotaCode::InstanceProfiles,
        keys: ("InstanceProfiles", "InstanceProfilesQuota"),
        noun: "instance profiles",
        raised_by: Some("Instance profiles per account"),
        change: |operation| match operation {
            Operation::InstanceProfile(InstanceProfileOperation::Create { .. }) => 1,
            Operation::InstanceProfile(InstanceProfileOperation::Delete { instance_profile: _ }) => -1,
            _ => 0,
        },
    },
];

/// Returns whether a plan makes anything that an account has a quota for.
pub(super) fn adds_anything<'a>(planned: impl Iterator<Item = &'a PlannedResource>) -> bool {
    let resources: Vec<_> = planned.collect();
    QUOTAS.iter().any(|quota| resources.iter().any(|planned| quota.net(planned) > 0))
}

/// Finds the account's quotas that are too small. `all` are the planned resources with those that are only deleted.
pub(super) fn check(
    workable: &[(&Declared, &PlannedResource)],
    all: &[PlannedResource],
    summary: &Summary<'_>,
) -> Vec<QuotaFinding> {
    QUOTAS.iter().filter_map(|quota| quota.check(workable, all, summary)).collect()
}

impl Quota {
    /// How many more there are after the calls of one resource: what is made anew counts once.
    fn net(&self, planned: &PlannedResource) -> isize {
        planned.operations.iter().map(self.change).sum()
    }

    fn check(
        &self,
        workable: &[(&Declared, &PlannedResource)],
        all: &[PlannedResource],
        summary: &Summary<'_>,
    ) -> Option<QuotaFinding> {
        let (held, allowed) = (summary.get(self.keys.0)?, summary.get(self.keys.1)?);
        let made: Vec<_> = workable.iter().filter(|(_, planned)| self.net(planned) > 0).collect();
        // What is deleted may go before or after what is made: only the end is sure.
        let deleted: isize = all.iter().map(|planned| self.net(planned).min(0)).sum();
        let most = held + made.len();
        if most <= allowed {
            return None;
        }
        let is_certain = most.saturating_sub(deleted.unsigned_abs()) > allowed;
        // The first one for which there is no room.
        let (declared, _) = made.get(allowed.saturating_sub(held).min(made.len().checked_sub(1)?))?;
        let message = format!(
            "the account may have {allowed} {noun} and has {held}, and this plan makes {} more",
            made.len(),
            noun = self.noun
        );
        let way_out = match self.raised_by {
            Some(name) => format!("delete what nobody uses, or have `{name}` of IAM raised in Service Quotas"),
            None => "delete what nobody uses: this quota is not raised".to_owned(),
        };
        let certainty = if is_certain { Certainty::Certain } else { Certainty::Possible };
        Some(QuotaFinding::new((self.code, certainty), declared, "name", message, way_out))
    }
}
