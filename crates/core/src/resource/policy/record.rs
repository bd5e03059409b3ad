//! What is recorded of a policy around a call, and how a recorded state comes back.

use super::{ManagedPolicy, ManagedPolicyOperation};
use crate::field::Field;
use crate::resource::Tags;

impl ManagedPolicy {
    /// Returns what a provider is asked to read where all of the policy is to be recorded.
    #[must_use]
    pub fn in_full(&self) -> Self {
        Self { document: Field::Null, ..self.to_be_deleted() }
    }

    /// Returns what a provider is asked to read where a recorded state is to come back: a version that has the document of
    /// then is put in force again, so that their documents are asked for too.
    #[must_use]
    pub fn to_be_restored(&self) -> Self {
        Self { document: Field::Null, ..self.identity() }
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        Self {
            path: before.path.unless_same(&after.path),
            document: before.document.unless_same(&after.document),
            tags: Tags::restored(&before.tags, &after.tags),
            ..before.identity()
        }
    }

    /// Returns the desired state by which a deleted policy is made again.
    #[must_use]
    pub fn made_again(&self) -> Self {
        Self { versions: Field::Absent, used_by: Field::Absent, ..self.clone() }
    }
}

impl ManagedPolicyOperation {
    /// Returns the state that the call leaves behind; `known` says what the policy is called where there was none before, and
    /// what the version says that is put in force again.
    pub fn effect(&self, before: Option<&ManagedPolicy>, known: &ManagedPolicy) -> Option<ManagedPolicy> {
        let mut policy = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create { name: _, path, description, document, tags } => {
                policy = ManagedPolicy {
                    path: Field::Set(path.clone()),
                    description: Field::from_live(description.clone()),
                    document: Field::Set(document.clone()),
                    tags: Tags::live(tags.clone()),
                    versions: Field::Set(Vec::new()),
                    ..known.identity()
                };
            }
            Self::CreateVersion { policy_arn: _, document } => policy.document = Field::Set(document.clone()),
            Self::SetDefaultVersion { policy_arn: _, version_id: _ } => policy.document = known.document.clone(),
            Self::DeleteVersion { policy_arn: _, version_id } => {
                policy.versions.edit(|all| all.retain(|version| version.id != *version_id));
            }
            Self::Tag { policy_arn: _, tags } => policy.tags.set_all(tags),
            Self::Untag { policy_arn: _, keys } => policy.tags.remove_all(keys),
            Self::Delete { policy_arn: _ } => return None,
        }
        Some(policy)
    }
}
