//! The access chain across resources: who may assume which role, who may pass it, what is registered. It is proved on
//! what will be true after an apply, that is on the desired state over the live one, before anything is touched.
//!
//! A link that nothing known breaks is no finding: what is neither in the manifest nor read is unknown, and of what is
//! unknown nothing is claimed.

mod after;
mod cluster;
mod explain;
mod passing;
mod statements;
mod surroundings;
mod trust;

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::id::Address;
use crate::manifest::diagnostic::Place;
use crate::manifest::{Declared, Manifest};
use crate::planner::World;
use crate::resource::Resource;
use after::After;

pub use explain::explain;
pub use surroundings::{address_of_surrounding, surroundings};

/// The links of the chain. Each may be silenced on a resource by its name: `ignore: {access-pass-role: why}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessCode {
    /// The role in an instance profile does not trust EC2.
    Ec2Trust,
    /// A notebook instance's role does not trust SageMaker.
    SagemakerTrust,
    /// A role that a resource names does not exist.
    MissingRole,
    /// An instance profile that is registered, or that a cluster takes, holds no role.
    NoRole,
    /// A cluster's instance profile is not registered in the workspace.
    NotRegistered,
    /// The workspace's cross-account role may not pass the role in a registered instance profile to EC2.
    PassRole,
}

impl AccessCode {
    /// Every link, in the order in which a launch depends on them.
    pub const ALL: [Self; 6] =
        [Self::Ec2Trust, Self::SagemakerTrust, Self::MissingRole, Self::NoRole, Self::NotRegistered, Self::PassRole];

    /// Returns the stable name, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2Trust => "access-ec2-trust",
            Self::SagemakerTrust => "access-sagemaker-trust",
            Self::MissingRole => "access-missing-role",
            Self::NoRole => "access-no-role",
            Self::NotRegistered => "access-not-registered",
            Self::PassRole => "access-pass-role",
        }
    }
}

impl fmt::Display for AccessCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for AccessCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Everything that decides it is known: the link is broken after the apply.
    Certain,
    /// Something that was not read may mend it, such as another policy of someone else's role.
    Possible,
}

/// A broken link of the access chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessFinding {
    /// Which link.
    pub code: AccessCode,
    /// How sure it is.
    pub certainty: Certainty,
    /// The resource that cannot work for it.
    pub address: Address,
    /// What is broken, by name.
    pub message: String,
    /// What mends it: the exact statement to add, where there is one.
    pub help: String,
    /// Where in the manifest the link is asked for.
    pub place: Place,
}

impl AccessFinding {
    /// Makes a finding on a resource, at one of its fields.
    fn new(
        (code, certainty): (AccessCode, Certainty),
        declared: &Declared,
        field: &str,
        message: String,
        help: String,
    ) -> Self {
        let place = declared.field_places.get(field).unwrap_or(&declared.place).clone();
        Self { code, certainty, address: declared.address.clone(), message, help, place }
    }
}

/// Finds the broken links of a manifest's access chain, in the manifest's order. Resources that were not read (`--only`)
/// are not judged, and nothing is concluded from them.
pub fn check(manifest: &Manifest, world: &World) -> Vec<AccessFinding> {
    let after = After::new(manifest, world);
    after.planned().flat_map(|declared| check_one(&after, declared)).collect()
}

fn check_one(after: &After<'_>, declared: &Declared) -> Vec<AccessFinding> {
    match &declared.resource {
        Resource::InstanceProfile(profile) => {
            trust::of_instance_profile(after, declared, profile).into_iter().collect()
        }
        Resource::NotebookInstance(instance) => {
            trust::of_notebook_instance(after, declared, instance).into_iter().collect()
        }
        Resource::Registration(registration) => {
            let no_role =
                cluster::without_role(after, declared, "instance_profile_arn", &registration.instance_profile_arn);
            no_role.into_iter().chain(passing::of_registration(after, declared, registration)).collect()
        }
        Resource::Cluster(cluster) => cluster::check(after, declared, cluster),
        Resource::ManagedPolicy(_) | Resource::Role(_) | Resource::LifecycleConfig(_) | Resource::Notebook(_) => {
            Vec::new()
        }
    }
}
