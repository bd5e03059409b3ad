//! What a live state says of a call: whether it has happened, and what else it would disturb.

use std::collections::BTreeSet;

use crate::field::Field;
use crate::id::Kind;
use crate::resource::notebook_instance::NotebookInstanceState;
use crate::resource::{
    Claim, ClusterOperation, InstanceProfileOperation, LifecycleConfigOperation, ManagedPolicyOperation,
    NotebookInstanceOperation, NotebookOperation, Operation, Ownership, RegistrationOperation, Resource, RoleOperation,
};

/// What a call does to the thing that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It makes it.
    Makes,
    /// It changes it.
    Changes,
    /// It takes something away from it, which may be gone already.
    TakesAway,
    /// It deletes it.
    Deletes,
}

impl Operation {
    /// Returns what the call does to its resource.
    pub const fn deed(&self) -> Deed {
        match self {
            Self::ManagedPolicy(operation) => match operation {
                ManagedPolicyOperation::Create { .. } => Deed::Makes,
                ManagedPolicyOperation::CreateVersion { .. }
                | ManagedPolicyOperation::SetDefaultVersion { .. }
                | ManagedPolicyOperation::Tag { .. }
                | ManagedPolicyOperation::Untag { .. } => Deed::Changes,
                ManagedPolicyOperation::DeleteVersion { .. } => Deed::TakesAway,
                ManagedPolicyOperation::Delete { .. } => Deed::Deletes,
            },
            Self::Role(operation) => match operation {
                RoleOperation::Create { .. } => Deed::Makes,
                RoleOperation::UpdateSettings { .. }
                | RoleOperation::SetTrustPolicy { .. }
                | RoleOperation::SetPermissionsBoundary { .. }
                | RoleOperation::AttachPolicy { .. }
                | RoleOperation::PutInlinePolicy { .. }
                | RoleOperation::Tag { .. }
                | RoleOperation::Untag { .. }
                | RoleOperation::AddToInstanceProfile { .. } => Deed::Changes,
                RoleOperation::DeletePermissionsBoundary { .. }
                | RoleOperation::DetachPolicy { .. }
                | RoleOperation::DeleteInlinePolicy { .. }
                | RoleOperation::RemoveFromInstanceProfile { .. } => Deed::TakesAway,
                RoleOperation::Delete { .. } => Deed::Deletes,
            },
            Self::InstanceProfile(operation) => match operation {
                InstanceProfileOperation::Create { .. } => Deed::Makes,
                InstanceProfileOperation::AddRole { .. }
                | InstanceProfileOperation::Tag { .. }
                | InstanceProfileOperation::Untag { .. } => Deed::Changes,
                InstanceProfileOperation::RemoveRole { .. } => Deed::TakesAway,
                InstanceProfileOperation::Delete { .. } => Deed::Deletes,
            },
            Self::LifecycleConfig(operation) => match operation {
                LifecycleConfigOperation::Create { .. } => Deed::Makes,
                LifecycleConfigOperation::Update { .. }
                | LifecycleConfigOperation::Tag { .. }
                | LifecycleConfigOperation::Untag { .. } => Deed::Changes,
                LifecycleConfigOperation::Delete { .. } => Deed::Deletes,
            },
            Self::NotebookInstance(operation) => match operation {
                NotebookInstanceOperation::Create { .. } => Deed::Makes,
                NotebookInstanceOperation::Update { .. }
                | NotebookInstanceOperation::Start { .. }
                | NotebookInstanceOperation::Stop { .. }
                | NotebookInstanceOperation::Tag { .. }
                | NotebookInstanceOperation::Untag { .. } => Deed::Changes,
                NotebookInstanceOperation::Delete { .. } => Deed::Deletes,
            },
            Self::Registration(operation) => match operation {
                RegistrationOperation::Add { .. } => Deed::Makes,
                RegistrationOperation::Edit { .. } => Deed::Changes,
                RegistrationOperation::Remove { .. } => Deed::Deletes,
            },
            Self::Cluster(operation) => match operation {
                ClusterOperation::Create { .. } => Deed::Makes,
                ClusterOperation::Resize { .. }
                | ClusterOperation::Update { .. }
                | ClusterOperation::Pin { .. }
                | ClusterOperation::Unpin { .. }
                | ClusterOperation::Start { .. }
                | ClusterOperation::Terminate { .. } => Deed::Changes,
                ClusterOperation::PermanentDelete { .. } => Deed::Deletes,
            },
            Self::Notebook(operation) => match operation {
                NotebookOperation::Import { overwrite: false, .. } => Deed::Makes,
                NotebookOperation::MakeFolder { .. } | NotebookOperation::Import { overwrite: true, .. } => {
                    Deed::Changes
                }
                NotebookOperation::Delete { .. } => Deed::Deletes,
            },
        }
    }

    /// Returns whether the call has happened, from a live state that was read as [`Resource::in_full`] of `desired` asks.
    ///
    /// A thing that was made counts as made by this call where it is the manifest's (by its owner tag, for kinds that take
    /// tags) and need not be made anew; any other call has happened where its effect would change nothing any more.
    pub fn has_happened(&self, live: Option<&Resource>, desired: &Resource, ownership: &Ownership) -> bool {
        let live = live.filter(|live| !is_going(live));
        match (self.deed(), live) {
            (Deed::Deletes | Deed::TakesAway, None) => true,
            (Deed::Makes | Deed::Changes, None) | (Deed::Deletes, Some(_)) => false,
            (Deed::Makes, Some(live)) => {
                let ours = live.tags().is_none_or(|tags| tags.owner() == Some(ownership.manifest.as_str()));
                let as_made = || self.effect(None, desired).is_some_and(|made| agrees(&made, live));
                ours && !desired.diff(Some(live), ownership).replaces && (live.tags().is_some() || as_made())
            }
            (Deed::Changes | Deed::TakesAway, Some(live)) => {
                self.effect(Some(live), desired).is_some_and(|after| agrees(&after, live))
            }
        }
    }

    /// Returns the names of the things that IAM locks for the call: two calls at a time on one of them are refused with
    /// `ConcurrentModification`. What puts a role into an instance profile, or takes it out, is a change of both.
    pub fn locked(&self) -> BTreeSet<String> {
        let role = |name: &str| format!("role {}", name.to_ascii_lowercase());
        let profile = |name: &str| format!("instance profile {}", name.to_ascii_lowercase());
        match self {
            Self::Role(operation) => {
                let (name, in_profile) = operation.subjects();
                [role(name)].into_iter().chain(in_profile.map(profile)).collect()
            }
            Self::InstanceProfile(operation) => {
                let (name, with_role) = operation.subjects();
                [profile(name)].into_iter().chain(with_role.map(role)).collect()
            }
            // Their calls are made one after the other anyway, and nobody else's call is on them.
            Self::ManagedPolicy(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Cluster(_)
            | Self::Notebook(_) => BTreeSet::new(),
        }
    }
}

impl RoleOperation {
    /// Returns the role that the call is on, and the instance profile that it changes too.
    fn subjects(&self) -> (&str, Option<&str>) {
        match self {
            Self::Create { role, .. }
            | Self::UpdateSettings { role, .. }
            | Self::SetTrustPolicy { role, .. }
            | Self::SetPermissionsBoundary { role, .. }
            | Self::DeletePermissionsBoundary { role }
            | Self::AttachPolicy { role, .. }
            | Self::DetachPolicy { role, .. }
            | Self::PutInlinePolicy { role, .. }
            | Self::DeleteInlinePolicy { role, .. }
            | Self::Tag { role, .. }
            | Self::Untag { role, .. }
            | Self::Delete { role } => (role, None),
            Self::RemoveFromInstanceProfile { role, instance_profile }
            | Self::AddToInstanceProfile { role, instance_profile } => (role, Some(instance_profile)),
        }
    }
}

impl InstanceProfileOperation {
    /// Returns the instance profile that the call is on, and the role that it changes too.
    fn subjects(&self) -> (&str, Option<&str>) {
        match self {
            Self::Create { instance_profile, .. }
            | Self::Tag { instance_profile, .. }
            | Self::Untag { instance_profile, .. }
            | Self::Delete { instance_profile } => (instance_profile, None),
            Self::AddRole { instance_profile, role } | Self::RemoveRole { instance_profile, role } => {
                (instance_profile, Some(role))
            }
        }
    }
}

/// Returns whether a live state is what another one says. The profiles that hold a role are no field of a manifest, so that
/// no difference tells them.
fn agrees(wanted: &Resource, live: &Resource) -> bool {
    let as_it_is = Ownership { manifest: String::new(), claim: Claim::Never };
    let in_profiles = match (wanted, live) {
        (Resource::Role(wanted), Resource::Role(live)) => {
            !wanted.instance_profiles.differs_from(&live.instance_profiles)
        }
        _ => true,
    };
    // A key that is not wanted any more is no difference either.
    in_profiles && wanted.tags() == live.tags() && wanted.diff(Some(live), &as_it_is).is_empty()
}

/// Returns whether a live resource is on its way out, which counts as gone.
pub(crate) fn is_going(live: &Resource) -> bool {
    matches!(live, Resource::NotebookInstance(instance) if instance.state == Field::Set(NotebookInstanceState::Deleting))
}

impl Kind {
    /// Returns whether the service itself refuses to make a second thing of one name. Cluster names are not unique.
    pub const fn has_unique_names(self) -> bool {
        match self {
            Self::IamPolicy
            | Self::IamRole
            | Self::IamInstanceProfile
            | Self::SagemakerLifecycleConfig
            | Self::SagemakerNotebookInstance
            | Self::DatabricksInstanceProfile
            | Self::DatabricksNotebook => true,
            Self::DatabricksCluster => false,
        }
    }
}
