//! The registry of kinds: one closed enum of states, one of operations, and what every kind can do.
//!
//! A kind lives in one module here (its canonical state, its operations, `diff`, its reader from the manifest) and in
//! one of the same name in its provider's crate. Adding one means a variant here; the compiler names the rest.

mod carried;
pub mod cluster;
mod identity;
pub mod instance_profile;
pub mod lifecycle_config;
pub mod notebook;
pub mod notebook_instance;
pub mod policy;
mod record;
pub mod registration;
pub mod role;
pub mod tags;

use serde::{Deserialize, Serialize};

use crate::change::Difference;
use crate::id::Kind;

pub use cluster::{Cluster, ClusterOperation};
pub use identity::NaturalKey;
pub use instance_profile::{InstanceProfile, InstanceProfileOperation};
pub use lifecycle_config::{LifecycleConfig, LifecycleConfigOperation};
pub use notebook::{Notebook, NotebookOperation};
pub use notebook_instance::{NotebookInstance, NotebookInstanceOperation};
pub use policy::{ManagedPolicy, ManagedPolicyOperation};
pub(crate) use record::not_recorded;
pub use registration::{Registration, RegistrationOperation};
pub use role::{Role, RoleOperation};
pub use tags::Tags;

/// The canonical state of a resource: desired (from the manifest) or live (from a service). Inside, `==` decides.
///
/// It can be written down and read back: what is absent is left out, secrets are masked, everything else comes back as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Resource {
    /// `iam.policies`
    #[serde(rename = "iam_policy")]
    ManagedPolicy(ManagedPolicy),
    /// `iam.roles`
    #[serde(rename = "iam_role")]
    Role(Role),
    /// `iam.instance_profiles`
    #[serde(rename = "iam_instance_profile")]
    InstanceProfile(InstanceProfile),
    /// `sagemaker.lifecycle_configs`
    #[serde(rename = "sagemaker_lifecycle_config")]
    LifecycleConfig(LifecycleConfig),
    /// `sagemaker.notebook_instances`
    #[serde(rename = "sagemaker_notebook_instance")]
    NotebookInstance(NotebookInstance),
    /// `databricks.instance_profiles`
    #[serde(rename = "databricks_instance_profile")]
    Registration(Registration),
    /// `databricks.clusters`
    #[serde(rename = "databricks_cluster")]
    Cluster(Cluster),
    /// `databricks.notebooks`
    #[serde(rename = "databricks_notebook")]
    Notebook(Notebook),
}

/// One call to a service, with everything it sends: all choices are made before it is planned.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// On a customer-managed policy.
    ManagedPolicy(ManagedPolicyOperation),
    /// On a role.
    Role(RoleOperation),
    /// On an instance profile.
    InstanceProfile(InstanceProfileOperation),
    /// On a lifecycle configuration.
    LifecycleConfig(LifecycleConfigOperation),
    /// On a notebook instance.
    NotebookInstance(NotebookInstanceOperation),
    /// On an instance profile registration.
    Registration(RegistrationOperation),
    /// On a cluster.
    Cluster(ClusterOperation),
    /// On a workspace notebook.
    Notebook(NotebookOperation),
}

/// Whether what an operation started has come to rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It has: the next call may follow.
    Yes,
    /// Not yet; the text says what is waited for.
    Waiting(String),
    /// It never will; the text says why.
    Never(String),
}

/// Whose resources these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The manifest's name: the value of the tag `reconcile:owner`.
    pub manifest: String,
    /// When the owner tag is put on.
    pub claim: Claim,
}

impl Ownership {
    /// Makes that of a manifest, which claims what it writes to anyway.
    pub fn of(manifest: impl Into<String>) -> Self {
        Self { manifest: manifest.into(), claim: Claim::WithNextWrite }
    }
}

/// When the owner tag is put on a live resource that does not bear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Never: the tags are exactly what the desired state says, as where a recorded state comes back.
    Never,
    /// With the next write that it needs anyway.
    WithNextWrite,
    /// Now, even where nothing else differs.
    Now,
}

/// Runs the same code for whichever kind a resource is.
macro_rules! each_kind {
    ($subject:expr, $kind:ident => $body:expr) => {
        match $subject {
            Resource::ManagedPolicy($kind) => $body,
            Resource::Role($kind) => $body,
            Resource::InstanceProfile($kind) => $body,
            Resource::LifecycleConfig($kind) => $body,
            Resource::NotebookInstance($kind) => $body,
            Resource::Registration($kind) => $body,
            Resource::Cluster($kind) => $body,
            Resource::Notebook($kind) => $body,
        }
    };
}

/// Runs the same code for whichever kind an operation is on.
macro_rules! each_operation {
    ($subject:expr, $kind:ident => $body:expr) => {
        match $subject {
            Operation::ManagedPolicy($kind) => $body,
            Operation::Role($kind) => $body,
            Operation::InstanceProfile($kind) => $body,
            Operation::LifecycleConfig($kind) => $body,
            Operation::NotebookInstance($kind) => $body,
            Operation::Registration($kind) => $body,
            Operation::Cluster($kind) => $body,
            Operation::Notebook($kind) => $body,
        }
    };
}

impl Resource {
    /// Returns its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::ManagedPolicy(_) => Kind::IamPolicy,
            Self::Role(_) => Kind::IamRole,
            Self::InstanceProfile(_) => Kind::IamInstanceProfile,
            Self::LifecycleConfig(_) => Kind::SagemakerLifecycleConfig,
            Self::NotebookInstance(_) => Kind::SagemakerNotebookInstance,
            Self::Registration(_) => Kind::DatabricksInstanceProfile,
            Self::Cluster(_) => Kind::DatabricksCluster,
            Self::Notebook(_) => Kind::DatabricksNotebook,
        }
    }

    /// Returns its natural key: the name it bears in the cloud.
    pub fn name(&self) -> &str {
        each_kind!(self, resource => resource.name())
    }

    /// Returns its ARN, where the kind has one.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::ManagedPolicy(policy) => Some(&policy.arn),
            Self::Role(role) => Some(&role.arn),
            Self::InstanceProfile(profile) => Some(&profile.arn),
            Self::LifecycleConfig(config) => Some(&config.arn),
            Self::NotebookInstance(instance) => Some(&instance.arn),
            Self::Registration(registration) => Some(&registration.instance_profile_arn),
            Self::Cluster(_) | Self::Notebook(_) => None,
        }
    }

    /// Returns its tags, where the kind takes any.
    pub fn tags(&self) -> Option<&Tags> {
        match self {
            Self::ManagedPolicy(policy) => Some(&policy.tags),
            Self::Role(role) => Some(&role.tags),
            Self::InstanceProfile(profile) => Some(&profile.tags),
            Self::LifecycleConfig(config) => Some(&config.tags),
            Self::NotebookInstance(instance) => Some(&instance.tags),
            Self::Cluster(cluster) => Some(&cluster.custom_tags),
            Self::Registration(_) | Self::Notebook(_) => None,
        }
    }

    /// Returns whether it belongs to someone else, so that only what is listed is managed (`existing: true`).
    pub const fn is_existing(&self) -> bool {
        match self {
            Self::Role(role) => role.existing,
            Self::ManagedPolicy(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Cluster(_)
            | Self::Notebook(_) => false,
        }
    }

    /// Returns what differs from the live state, and the calls that make it agree. Without a live state that is the
    /// creation. Two resources of different kinds cannot be compared and count as nothing live.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        macro_rules! diff {
            ($($variant:ident),*) => {
                match self {
                    $(Self::$variant(desired) => {
                        let live = match live {
                            Some(Self::$variant(live)) => Some(live),
                            _ => None,
                        };
                        desired.diff(live, ownership)
                    })*
                }
            };
        }
        diff!(ManagedPolicy, Role, InstanceProfile, LifecycleConfig, NotebookInstance, Registration, Cluster, Notebook)
    }

    /// Returns what a provider is asked to read before the resource is deleted: what the deletion has to know. On someone
    /// else's resource that is the desired state in which all that the manifest has put there is gone.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        macro_rules! to_be_deleted {
            ($($variant:ident),*) => {
                match self {
                    $(Self::$variant(resource) => Self::$variant(resource.to_be_deleted()),)*
                }
            };
        }
        to_be_deleted!(
            ManagedPolicy,
            Role,
            InstanceProfile,
            LifecycleConfig,
            NotebookInstance,
            Registration,
            Cluster,
            Notebook
        )
    }

    /// Returns the calls that delete this live resource, which was read as [`Resource::to_be_deleted`] asks.
    pub fn deletion(&self) -> Difference {
        each_kind!(self, live => live.deletion())
    }

    /// Returns whether a live resource is at rest, or between two states, in which the service refuses changes.
    pub fn rest(&self) -> Settled {
        match self {
            Self::NotebookInstance(instance) => instance.rest(),
            Self::Cluster(cluster) => cluster.rest(),
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::Registration(_)
            | Self::Notebook(_) => Settled::Yes,
        }
    }

    /// Returns the same resource with nothing managed: what a provider is asked to read when only its existence and
    /// its run state matter, as in a wait.
    #[must_use]
    pub fn identity(&self) -> Self {
        match self {
            Self::ManagedPolicy(policy) => Self::ManagedPolicy(policy.identity()),
            Self::Role(role) => Self::Role(role.identity()),
            Self::InstanceProfile(profile) => Self::InstanceProfile(profile.identity()),
            Self::LifecycleConfig(config) => Self::LifecycleConfig(config.identity()),
            Self::NotebookInstance(instance) => Self::NotebookInstance(instance.identity()),
            Self::Registration(registration) => Self::Registration(registration.identity()),
            Self::Cluster(cluster) => Self::Cluster(cluster.identity()),
            Self::Notebook(notebook) => Self::Notebook(notebook.identity()),
        }
    }
}

impl Operation {
    /// Returns the service and the call: `iam:PutRolePolicy`, `databricks:clusters/resize`.
    pub const fn api(&self) -> &'static str {
        each_operation!(self, operation => operation.api())
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        each_operation!(self, operation => operation.summary())
    }

    /// Returns whether sending the call twice does no more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        each_operation!(self, operation => operation.is_idempotent())
    }

    /// Returns whether something has to come to rest after the call, before the next one follows.
    pub const fn must_settle(&self) -> bool {
        each_operation!(self, operation => operation.must_settle())
    }

    /// Returns whether the service may accept the call and do nothing, so that it is worth sending again.
    pub const fn may_not_take(&self) -> bool {
        match self {
            Self::NotebookInstance(operation) => operation.may_not_take(),
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::Registration(_)
            | Self::Cluster(_)
            | Self::Notebook(_) => false,
        }
    }

    /// Returns whether what this call started has come to rest, from a fresh reading (`None`: it does not exist).
    pub fn settled(&self, live: Option<&Resource>) -> Settled {
        macro_rules! settled {
            ($($variant:ident),*) => {
                match self {
                    $(Self::$variant(operation) => operation.settled(match live {
                        Some(Resource::$variant(live)) => Some(live),
                        _ => None,
                    }),)*
                }
            };
        }
        settled!(
            ManagedPolicy,
            Role,
            InstanceProfile,
            LifecycleConfig,
            NotebookInstance,
            Registration,
            Cluster,
            Notebook
        )
    }
}

/// Lets an operation of each kind be used as an [`Operation`].
macro_rules! operation_of {
    ($($variant:ident($operation:ty)),*) => {
        $(impl From<$operation> for Operation {
            fn from(operation: $operation) -> Self {
                Self::$variant(operation)
            }
        })*
    };
}

operation_of!(
    ManagedPolicy(ManagedPolicyOperation),
    Role(RoleOperation),
    InstanceProfile(InstanceProfileOperation),
    LifecycleConfig(LifecycleConfigOperation),
    NotebookInstance(NotebookInstanceOperation),
    Registration(RegistrationOperation),
    Cluster(ClusterOperation),
    Notebook(NotebookOperation)
);
