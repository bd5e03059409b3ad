//! Customer-managed IAM policies: `iam.policies`.
//!
//! API: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html> and its neighbours.

mod decode;
mod diff;
mod record;
pub(crate) mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;
use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::resource::{Settled, Tags};

pub(crate) use diff::{document_change, document_creation};

/// The most versions of a policy, the one in force among them
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>); it cannot be raised.
pub const MOST_VERSIONS: usize = 5;

/// The state of a customer-managed policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Unique in the account, ignoring case and whatever the path.
    pub name: String,
    /// The policy's ARN: `arn:{partition}:iam::{account}:policy{path}{name}`. Known before the policy exists.
    pub arn: String,
    /// `/` or `/…/`; fixed at creation. `null` is `/`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub path: Field<String>,
    /// Free text, fixed at creation; `null` is none. An empty text is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub description: Field<String>,
    /// What the policy says; live that is its default version, the one in force.
    #[serde(default, skip_serializing_if = "Field::is_absent", with = "recorded::field")]
    pub document: Field<Policy>,
    /// Tags; keys keep case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub tags: Tags,
    /// Live only: the versions that are not in force, the oldest first. They are read where one of them may be used again
    /// or has to go; a desired state in which the field is managed asks for them.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub versions: Field<Vec<PolicyVersion>>,
    /// Live only: who has the policy attached or as boundary, in words. It is read where the policy has to be deleted.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub used_by: Field<BTreeSet<String>>,
}

/// A version of a policy that is not in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// `v1`, `v2`, …: the number only grows.
    pub id: String,
    /// What it says; nothing where that cannot be read, so that it is not used again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "recorded::option")]
    pub document: Option<Policy>,
}

impl PolicyVersion {
    /// Returns the number in a version's id, by which versions are older and newer: 3 for `v3`.
    pub fn number(id: &str) -> u64 {
        let digits = id.trim_start_matches('v').split('.').next().unwrap_or_default();
        digits.parse().unwrap_or(u64::MAX)
    }
}

impl ManagedPolicy {
    /// Returns the policy's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the policy with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self::named(self.name.clone(), self.arn.clone())
    }

    /// Makes a policy of which nothing is managed.
    pub fn named(name: String, arn: String) -> Self {
        Self {
            name,
            arn,
            path: Field::Absent,
            description: Field::Absent,
            document: Field::Absent,
            tags: Tags::default(),
            versions: Field::Absent,
            used_by: Field::Absent,
        }
    }

    /// Returns whether the live policy can only be made anew: its path is fixed at creation and part of its ARN.
    pub fn must_be_replaced(&self, live_path: &str) -> bool {
        self.path.value().is_some_and(|path| path != live_path)
    }
}

/// A call on a policy. Each names the policy it is on: by its ARN, as the service does.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum ManagedPolicyOperation {
    /// `iam:CreatePolicy`
    Create { name: String, path: String, description: Option<String>, document: Policy, tags: BTreeMap<String, String> },
    /// `iam:CreatePolicyVersion`; the new version is in force at once.
    CreateVersion { policy_arn: String, document: Policy },
    /// `iam:SetDefaultPolicyVersion`
    SetDefaultVersion { policy_arn: String, version_id: String },
    /// `iam:DeletePolicyVersion`
    DeleteVersion { policy_arn: String, version_id: String },
    /// `iam:TagPolicy`
    Tag { policy_arn: String, tags: BTreeMap<String, String> },
    /// `iam:UntagPolicy`
    Untag { policy_arn: String, keys: Vec<String> },
    /// `iam:DeletePolicy`
    Delete { policy_arn: String },
}

impl ManagedPolicyOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "iam:CreatePolicy",
            Self::CreateVersion { .. } => "iam:CreatePolicyVersion",
            Self::SetDefaultVersion { .. } => "iam:SetDefaultPolicyVersion",
            Self::DeleteVersion { .. } => "iam:DeletePolicyVersion",
            Self::Tag { .. } => "iam:TagPolicy",
            Self::Untag { .. } => "iam:UntagPolicy",
            Self::Delete { .. } => "iam:DeletePolicy",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the policy with its document".to_owned(),
            Self::CreateVersion { .. } => "create a version with the document and put it in force".to_owned(),
            Self::SetDefaultVersion { version_id, .. } => {
                format!("put the version {version_id} in force, which has the document already")
            }
            Self::DeleteVersion { version_id, .. } => {
                format!("delete the version {version_id}, which is not in force")
            }
            Self::Tag { tags, .. } => super::tags::set_summary(tags),
            Self::Untag { keys, .. } => super::tags::remove_summary(keys),
            Self::Delete { .. } => "delete the policy".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once: every `CreatePolicyVersion` makes one
    /// more.
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Create { .. } | Self::CreateVersion { .. })
    }

    /// Returns whether something has to come to rest after the call.
    pub const fn must_settle(&self) -> bool {
        matches!(self, Self::Create { .. })
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, live: Option<&ManagedPolicy>) -> Settled {
        match (self.must_settle(), live) {
            (true, None) => Settled::Waiting("IAM does not show the new policy yet".to_owned()),
            (true, Some(_)) | (false, _) => Settled::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyVersion;

    #[test]
    fn versions_are_ordered_by_number_and_not_as_text() {
        let mut ids = ["v10", "v9", "v2.beta"];
        ids.sort_by_key(|id| PolicyVersion::number(id));
        assert_eq!(ids, ["v2.beta", "v9", "v10"]);
    }
}
