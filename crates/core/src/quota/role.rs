//! What one role may have: attachments, inline policies, a trust policy of some length.

use std::collections::{BTreeMap, BTreeSet};

use super::{FEW_CHARACTERS, QuotaCode, QuotaFinding, Summary};
use crate::finding::Certainty;
use crate::inquiry::{Answer, Inquiry};
use crate::manifest::Declared;
use crate::manifest::policy::{INLINE_POLICIES_LIMIT, TRUST_POLICY_QUOTA};
use crate::plan::PlannedResource;
use crate::planner::World;
use crate::resource::role::ATTACHMENTS;
use crate::resource::{Operation, Resource, Role, RoleOperation};

/// Returns whether a role would get more than accounts have by default, so that the account's own numbers matter.
pub(super) fn needs_more_than_default(planned: &PlannedResource) -> bool {
    let Some(work) = Work::on(planned) else { return false };
    work.attachments().is_some_and(|count| count.most > ATTACHMENTS.0)
        || work.trust_size().is_some_and(|size| size > TRUST_POLICY_QUOTA)
}

/// Returns the question for the inline policies that someone else's role has beside the listed ones, where they matter.
pub(super) fn others(planned: &PlannedResource, world: &World) -> Option<Inquiry> {
    let work = Work::on(planned)?;
    let is_worth_it = work.role.existing && work.inline_sizes(world)?.most > FEW_CHARACTERS;
    is_worth_it.then(|| Inquiry::RolePolicies { role: work.role.name.clone() })
}

/// Finds the quotas that are too small for a role.
pub(super) fn check(
    declared: &Declared,
    planned: &PlannedResource,
    summary: &Summary<'_>,
    world: &World,
) -> Vec<QuotaFinding> {
    let Some(work) = Work::on(planned) else { return Vec::new() };
    let findings = [
        work.too_many_attachments(declared, summary),
        work.too_long_inline_policies(declared, world),
        work.too_long_trust_policy(declared, summary),
    ];
    findings.into_iter().flatten().collect()
}

/// The calls on one role.
struct Work<'a> {
    role: &'a Role,
    live: Option<&'a Role>,
    operations: Vec<&'a RoleOperation>,
}

/// The largest number of any moment, and that of the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    most: usize,
    last: usize,
}

impl Count {
    fn note(&mut self, number: usize) {
        self.most = self.most.max(number);
        self.last = number;
    }
}

impl<'a> Work<'a> {
    fn on(planned: &'a PlannedResource) -> Option<Self> {
        let Resource::Role(role) = &planned.desired else { return None };
        let live = match &planned.live {
            Some(Resource::Role(live)) => Some(live),
            _ => None,
        };
        let operations = planned.operations.iter().filter_map(|operation| match operation {
            Operation::Role(operation) => Some(operation),
            _ => None,
        });
        Some(Self { role, live, operations: operations.collect() })
    }

    /// Counts the attachments; nothing where none is added.
    fn attachments(&self) -> Option<Count> {
        let attached = self.live.and_then(|live| live.managed_policies.value()).into_iter().flatten();
        let mut attached: BTreeSet<&str> = attached.map(String::as_str).collect();
        let mut count = None;
        for operation in &self.operations {
            match operation {
                RoleOperation::AttachPolicy { role: _, policy_arn } => {
                    attached.insert(policy_arn);
                    count.get_or_insert_with(Count::default).note(attached.len());
                }
                RoleOperation::DetachPolicy { role: _, policy_arn } => {
                    attached.remove(policy_arn.as_str());
                }
                RoleOperation::Delete { role: _ } => attached.clear(),
                _ => {}
            }
        }
        count.map(|Count { most, last: _ }| Count { most, last: attached.len() })
    }

    /// Adds up the characters of the inline policies; nothing where none is put.
    fn inline_sizes(&self, world: &World) -> Option<Count> {
        let mut sizes = self.live_sizes(world);
        let mut count = None;
        for operation in &self.operations {
            match operation {
                RoleOperation::PutInlinePolicy { role: _, policy_name, document } => {
                    sizes.insert(policy_name, document.non_whitespace_len());
                    count.get_or_insert_with(Count::default).note(sizes.values().sum());
                }
                RoleOperation::DeleteInlinePolicy { role: _, policy_name } => {
                    sizes.remove(policy_name.as_str());
                }
                RoleOperation::Delete { role: _ } => sizes.clear(),
                _ => {}
            }
        }
        count.map(|Count { most, last: _ }| Count { most, last: sizes.values().sum() })
    }

    /// The inline policies that the role has, also those that the manifest does not manage, as far as they were read.
    fn live_sizes<'w: 'a>(&self, world: &'w World) -> BTreeMap<&'a str, usize> {
        let read = self.live.and_then(|live| live.inline_policies.value()).into_iter().flatten();
        let told = match world.answers.get(&Inquiry::RolePolicies { role: self.role.name.clone() }) {
            Some(Answer::RolePolicies(Some(told))) if self.live.is_some() => Some(&told.inline),
            _ => None,
        };
        let known = read.chain(told.into_iter().flatten());
        known.filter_map(|(name, policy)| Some((name.as_str(), policy.as_ref()?.non_whitespace_len()))).collect()
    }

    /// Returns the length of the longest trust policy that is set.
    fn trust_size(&self) -> Option<usize> {
        let set = self.operations.iter().filter_map(|operation| match operation {
            RoleOperation::Create { trust_policy, .. } | RoleOperation::SetTrustPolicy { role: _, trust_policy } => {
                Some(trust_policy.non_whitespace_len())
            }
            _ => None,
        });
        set.max()
    }

    fn too_many_attachments(&self, declared: &Declared, summary: &Summary<'_>) -> Option<QuotaFinding> {
        let Count { most, last } = self.attachments()?;
        let known = summary.get("AttachedPoliciesPerRoleQuota");
        let (quota, certainty) =
            known.map_or((ATTACHMENTS.0, Certainty::Possible), |quota| (quota, Certainty::Certain));
        // Without the account's own number the reader of the manifest has said what the list alone says.
        let is_told = known.is_none() && self.role.managed_policies.value().is_some_and(|listed| listed.len() > quota);
        if most <= quota || is_told {
            return None;
        }
        let why = if last <= quota { ", because it gets the new ones before it loses the old ones" } else { "" };
        let message = format!(
            "the role {} would have {most} managed policies attached{why}, and a role may have {quota}",
            self.role.name
        );
        let help =
            "attach fewer, merge some into a policy of `iam.policies`, or have `Managed policies per role` of IAM \
                    raised in Service Quotas"
                .to_owned();
        Some(QuotaFinding::new((QuotaCode::Attachments, certainty), declared, "managed_policies", message, help))
    }

    fn too_long_inline_policies(&self, declared: &Declared, world: &World) -> Option<QuotaFinding> {
        let Count { most, last } = self.inline_sizes(world)?;
        if most <= INLINE_POLICIES_LIMIT {
            return None;
        }
        let others: usize = self.others(world).values().sum();
        let of_others = if others > 0 && self.role.existing {
            format!(", {others} of them in inline policies that this manifest does not manage")
        } else {
            String::new()
        };
        let why = if last <= INLINE_POLICIES_LIMIT { ", because new ones are put before old ones go" } else { "" };
        let message = format!(
            "the inline policies of the role {} would have {most} characters without white space{of_others}{why}, and \
             all of a role may have {INLINE_POLICIES_LIMIT}",
            self.role.name
        );
        let help = "move statements into a managed policy, as `iam.policies` makes them: this limit is not raised";
        let code = (QuotaCode::InlineSize, Certainty::Certain);
        Some(QuotaFinding::new(code, declared, "inline_policies", message, help.to_owned()))
    }

    /// The inline policies that the role has and the manifest does not list.
    fn others<'w: 'a>(&self, world: &'w World) -> BTreeMap<&'a str, usize> {
        let listed = self.role.inline_policies.value();
        let mut sizes = self.live_sizes(world);
        sizes.retain(|name, _| !listed.is_some_and(|listed| listed.contains_key(*name)));
        sizes
    }

    fn too_long_trust_policy(&self, declared: &Declared, summary: &Summary<'_>) -> Option<QuotaFinding> {
        let size = self.trust_size()?;
        // Without the account's own number the reader of the manifest has said that it may be too long.
        let quota = summary.get("AssumeRolePolicySizeQuota")?;
        if size <= quota {
            return None;
        }
        let message = format!(
            "the trust policy of the role {} has {size} characters without white space, and the account allows {quota}",
            self.role.name
        );
        let help = "shorten it, or have `Role trust policy length` of IAM raised in Service Quotas".to_owned();
        let code = (QuotaCode::TrustSize, Certainty::Certain);
        Some(QuotaFinding::new(code, declared, "trust_policy", message, help))
    }
}
