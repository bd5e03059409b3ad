//! IAM instance profiles: `iam.instance_profiles`.
//!
//! API: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html> and its neighbours.

mod decode;
mod diff;
mod record;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::resource::{Settled, Tags};

/// The state of an instance profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// Unique in the account, ignoring case.
    pub name: String,
    /// The profile's ARN: `arn:{partition}:iam::{account}:instance-profile{path}{name}`.
    pub arn: String,
    /// `/` or `/…/`; fixed at creation. `null` is `/`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub path: Field<String>,
    /// The name of the one role it holds; `null` is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub role: Field<String>,
    /// Tags; keys keep case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub tags: Tags,
}

impl InstanceProfile {
    /// Returns the profile's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the profile with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self {
            name: self.name.clone(),
            arn: self.arn.clone(),
            path: Field::Absent,
            role: Field::Absent,
            tags: Tags::default(),
        }
    }
}

/// A call on an instance profile. Each names the profile it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum InstanceProfileOperation {
    /// `iam:CreateInstanceProfile`
    Create { instance_profile: String, path: String, tags: BTreeMap<String, String> },
    /// `iam:AddRoleToInstanceProfile`
    AddRole { instance_profile: String, role: String },
    /// `iam:RemoveRoleFromInstanceProfile`
    RemoveRole { instance_profile: String, role: String },
    /// `iam:TagInstanceProfile`
    Tag { instance_profile: String, tags: BTreeMap<String, String> },
    /// `iam:UntagInstanceProfile`
    Untag { instance_profile: String, keys: Vec<String> },
    /// `iam:DeleteInstanceProfile`
    Delete { instance_profile: String },
}

impl InstanceProfileOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "iam:CreateInstanceProfile",
            Self::AddRole { .. } => "iam:AddRoleToInstanceProfile",
            Self::RemoveRole { .. } => "iam:RemoveRoleFromInstanceProfile",
            Self::Tag { .. } => "iam:TagInstanceProfile",
            Self::Untag { .. } => "iam:UntagInstanceProfile",
            Self::Delete { .. } => "iam:DeleteInstanceProfile",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the instance profile".to_owned(),
            Self::AddRole { role, .. } => format!("put the role {role} into it"),
            Self::RemoveRole { role, .. } => format!("take the role {role} out of it"),
            Self::Tag { tags, .. } => super::tags::set_summary(tags),
            Self::Untag { keys, .. } => super::tags::remove_summary(keys),
            Self::Delete { .. } => "delete the instance profile".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once: a second `AddRole` is refused with
    /// `LimitExceeded`.
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Create { .. } | Self::AddRole { .. })
    }

    /// Returns whether something has to come to rest after the call.
    pub const fn must_settle(&self) -> bool {
        matches!(self, Self::Create { .. })
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, live: Option<&InstanceProfile>) -> Settled {
        match (self.must_settle(), live) {
            (true, None) => Settled::Waiting("IAM does not show the new instance profile yet".to_owned()),
            (true, Some(_)) | (false, _) => Settled::Yes,
        }
    }
}
