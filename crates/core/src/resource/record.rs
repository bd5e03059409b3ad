//! What is recorded of a resource around a call, and how a recorded state comes back.

use super::{Cluster, InstanceProfile, LifecycleConfig, ManagedPolicy, Notebook, NotebookInstance, Registration, Role};
use super::{Operation, Resource};

/// Runs the same code for whichever kind a resource is, and makes a resource of the result again.
macro_rules! of_each_kind {
    ($subject:expr, $kind:ident => $body:expr) => {
        match $subject {
            Resource::ManagedPolicy($kind) => Resource::ManagedPolicy($body),
            Resource::Role($kind) => Resource::Role($body),
            Resource::InstanceProfile($kind) => Resource::InstanceProfile($body),
            Resource::LifecycleConfig($kind) => Resource::LifecycleConfig($body),
            Resource::NotebookInstance($kind) => Resource::NotebookInstance($body),
            Resource::Registration($kind) => Resource::Registration($body),
            Resource::Cluster($kind) => Resource::Cluster($body),
            Resource::Notebook($kind) => Resource::Notebook($body),
        }
    };
}

impl Resource {
    /// Returns what a provider is asked to read where all of the resource is to be recorded.
    #[must_use]
    pub fn in_full(&self) -> Self {
        of_each_kind!(self, resource => resource.in_full())
    }

    /// Returns what a provider is asked to read where a recorded state is to come back.
    #[must_use]
    pub fn to_be_restored(&self) -> Self {
        match self {
            Self::ManagedPolicy(policy) => Self::ManagedPolicy(policy.to_be_restored()),
            Self::Role(role) => Self::Role(role.to_be_restored()),
            Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Cluster(_)
            | Self::Notebook(_) => self.in_full(),
        }
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is; nothing where the three are not of one kind.
    #[must_use]
    pub fn restored(before: &Self, after: &Self, live: &Self) -> Option<Self> {
        Some(match (before, after, live) {
            (Self::ManagedPolicy(before), Self::ManagedPolicy(after), Self::ManagedPolicy(_)) => {
                Self::ManagedPolicy(ManagedPolicy::restored(before, after))
            }
            (Self::Role(before), Self::Role(after), Self::Role(live)) => {
                Self::Role(Role::restored(before, after, live))
            }
            (Self::InstanceProfile(before), Self::InstanceProfile(after), Self::InstanceProfile(_)) => {
                Self::InstanceProfile(InstanceProfile::restored(before, after))
            }
            (Self::LifecycleConfig(before), Self::LifecycleConfig(after), Self::LifecycleConfig(_)) => {
                Self::LifecycleConfig(LifecycleConfig::restored(before, after))
            }
            (Self::NotebookInstance(before), Self::NotebookInstance(after), Self::NotebookInstance(_)) => {
                Self::NotebookInstance(NotebookInstance::restored(before, after))
            }
            (Self::Registration(before), Self::Registration(after), Self::Registration(_)) => {
                Self::Registration(Registration::restored(before, after))
            }
            (Self::Cluster(before), Self::Cluster(after), Self::Cluster(live)) => {
                Self::Cluster(Cluster::restored(before, after, live))
            }
            (Self::Notebook(before), Self::Notebook(after), Self::Notebook(_)) => {
                Self::Notebook(Notebook::restored(before, after))
            }
            _ => return None,
        })
    }

    /// Returns the state without what calls between two others did only in passing.
    #[must_use]
    pub(crate) fn without_passing(self, first: &Self, last: &Self) -> Self {
        match (self, first, last) {
            (Self::NotebookInstance(state), Self::NotebookInstance(first), Self::NotebookInstance(last)) => {
                Self::NotebookInstance(state.without_passing(first, last))
            }
            (state, _, _) => state,
        }
    }

    /// Returns the desired state by which a resource that was recorded and then deleted is made again.
    #[must_use]
    pub fn made_again(&self) -> Self {
        match self {
            Self::ManagedPolicy(policy) => Self::ManagedPolicy(policy.made_again()),
            Self::Role(role) => Self::Role(role.made_again()),
            Self::NotebookInstance(instance) => Self::NotebookInstance(instance.made_again()),
            Self::Cluster(cluster) => Self::Cluster(cluster.made_again()),
            Self::Notebook(notebook) => Self::Notebook(notebook.made_again()),
            Self::InstanceProfile(_) | Self::LifecycleConfig(_) | Self::Registration(_) => self.clone(),
        }
    }

    /// Says what does not come back when a recorded resource is made again.
    pub fn what_stays_lost(&self) -> Vec<String> {
        let lost = match self {
            Self::ManagedPolicy(policy) if policy.versions.value().is_none_or(Vec::is_empty) => return Vec::new(),
            Self::ManagedPolicy(_) => "its older versions do not come back",
            Self::Role(_) => {
                "it gets another unique id: policies elsewhere that name it as a principal have to be saved again"
            }
            Self::InstanceProfile(_) | Self::LifecycleConfig(_) => return Vec::new(),
            Self::NotebookInstance(_) => "its volume is a new one: what was on it does not come back",
            Self::Registration(_) => "grants of it to groups do not come back",
            Self::Cluster(cluster) => {
                let lost = "it gets another id: jobs, notebooks and permissions that name the old one stay broken";
                let secrets = cluster.secret_fields();
                let unrecorded = (!secrets.is_empty()).then(|| not_recorded(&secrets));
                return [lost.to_owned()].into_iter().chain(unrecorded).collect();
            }
            Self::Notebook(_) => "its comments, its history and its permissions do not come back",
        };
        vec![lost.to_owned()]
    }
}

impl Resource {
    /// Returns the values of its secrets, to keep them from where they do not belong.
    pub fn secret_values(&self) -> Vec<&str> {
        match self {
            Self::Cluster(cluster) => cluster.secret_values(),
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Notebook(_) => Vec::new(),
        }
    }
}

/// Says that secrets are not recorded.
pub(crate) fn not_recorded(secrets: &[String]) -> String {
    format!("secrets are not recorded: {} does not come back", secrets.join(", "))
}

impl Operation {
    /// Returns the state that the call leaves behind, once what it started has come to rest; `known` says what the resource is
    /// called where there was none before.
    pub fn effect(&self, before: Option<&Resource>, known: &Resource) -> Option<Resource> {
        macro_rules! effect {
            ($($variant:ident),*) => {
                match (self, known) {
                    $((Self::$variant(operation), Resource::$variant(known)) => {
                        let before = match before {
                            Some(Resource::$variant(before)) => Some(before),
                            _ => None,
                        };
                        operation.effect(before, known).map(Resource::$variant)
                    })*
                    // An operation is planned for a resource of its own kind.
                    _ => before.cloned(),
                }
            };
        }
        effect!(
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

    /// Returns the fields in which the call sends secrets, which are not recorded.
    pub fn secret_fields(&self) -> Vec<String> {
        match self {
            Self::Cluster(operation) => operation.secret_fields(),
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Notebook(_) => Vec::new(),
        }
    }

    /// Returns the values of the secrets that the call sends, which a service may repeat when it refuses them.
    pub fn secret_values(&self) -> Vec<&str> {
        match self {
            Self::Cluster(operation) => operation.secret_values(),
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Notebook(_) => Vec::new(),
        }
    }
}
