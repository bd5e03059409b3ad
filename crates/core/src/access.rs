//! The access chain across resources: who may assume which role, who may pass it, what is registered. It is proved on
//! what will be true after an apply, that is on the desired state over the live one, before anything is touched.
//!
//! A link that nothing known breaks is no finding: what is neither in the manifest nor read is unknown, and of what is
//! unknown nothing is claimed. Where a verdict depends on something that can still be read, such as the documents of
//! AWS-managed policies, it is asked for ([`inquiries`]).

mod after;
mod caller;
mod cluster;
mod explain;
mod passing;
mod role;
mod statements;
mod surroundings;
mod trust;

use std::collections::BTreeSet;

use crate::finding::{Finding, codes};
use crate::inquiry::Inquiry;
use crate::manifest::{Declared, Manifest};
use crate::plan::PlannedResource;
use crate::planner::World;
use crate::resource::Resource;
use after::After;

pub use crate::finding::Certainty;
pub use explain::explain;
pub use surroundings::{address_of_surrounding, surroundings};

codes! {
    /// The links of the chain, in the order in which a launch depends on them. Each may be silenced on a resource by its
    /// name: `ignore: {access-pass-role: why}`.
    pub enum AccessCode {
        /// The role in an instance profile does not trust EC2.
        Ec2Trust = "access-ec2-trust",
        /// A notebook instance's role does not trust SageMaker.
        SagemakerTrust = "access-sagemaker-trust",
        /// A role that a resource names does not exist.
        MissingRole = "access-missing-role",
        /// An instance profile that is registered, or that a cluster takes, holds no role.
        NoRole = "access-no-role",
        /// A cluster's instance profile is not registered in the workspace.
        NotRegistered = "access-not-registered",
        /// The workspace's cross-account role may not pass the role in a registered instance profile to EC2.
        PassRole = "access-pass-role",
        /// The caller may not pass a role that a planned call passes.
        CallerPassRole = "access-caller-pass-role",
    }
}

/// A broken link of the access chain.
pub type AccessFinding = Finding<AccessCode>;

/// What is judged of a part of the chain, and what would have to be known to judge it better.
#[derive(Debug, Default)]
struct Judgement {
    findings: Vec<AccessFinding>,
    needs: BTreeSet<Inquiry>,
}

impl Judgement {
    fn of(findings: impl IntoIterator<Item = AccessFinding>) -> Self {
        Self { findings: findings.into_iter().collect(), needs: BTreeSet::new() }
    }

    #[must_use]
    fn and(mut self, other: Self) -> Self {
        let Self { findings, needs } = other;
        self.findings.extend(findings);
        self.needs.extend(needs);
        self
    }
}

/// Finds the broken links of a manifest's access chain, in the manifest's order. Resources that were not read (`--only`)
/// are not judged, and nothing is concluded from them.
pub fn check(manifest: &Manifest, world: &World) -> Vec<AccessFinding> {
    judge(manifest, world).findings
}

/// Finds the roles that the calls of a plan pass and that the caller may not pass, in the plan's order.
pub fn check_caller(planned: &[PlannedResource], manifest: &Manifest, world: &World) -> Vec<AccessFinding> {
    caller::check(planned, manifest, world)
}

/// Returns what has to be known to judge the chain, and whether the caller may pass what the calls of a plan pass.
pub fn inquiries(planned: &[PlannedResource], manifest: &Manifest, world: &World) -> BTreeSet<Inquiry> {
    let mut needs = judge(manifest, world).needs;
    needs.extend(caller::inquiries(planned, manifest, world));
    needs
}

fn judge(manifest: &Manifest, world: &World) -> Judgement {
    let after = After::new(manifest, world);
    after.planned().map(|declared| judge_one(&after, declared)).fold(Judgement::default(), Judgement::and)
}

fn judge_one(after: &After<'_>, declared: &Declared) -> Judgement {
    match &declared.resource {
        Resource::InstanceProfile(profile) => Judgement::of(trust::of_instance_profile(after, declared, profile)),
        Resource::NotebookInstance(instance) => Judgement::of(trust::of_notebook_instance(after, declared, instance)),
        Resource::Registration(registration) => {
            let no_role =
                cluster::without_role(after, declared, "instance_profile_arn", &registration.instance_profile_arn);
            Judgement::of(no_role).and(passing::of_registration(after, declared, registration))
        }
        Resource::Cluster(cluster) => Judgement::of(cluster::check(after, declared, cluster)),
        Resource::ManagedPolicy(_) | Resource::Role(_) | Resource::LifecycleConfig(_) | Resource::Notebook(_) => {
            Judgement::default()
        }
    }
}
