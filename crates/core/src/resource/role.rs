//! IAM roles: `iam.roles`.
//!
//! API: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html> and its neighbours.

mod decode;
mod deletion;
mod diff;
mod inline;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;
use serde::{Deserialize, Serialize};

use crate::change::Difference;
use crate::field::Field;
use crate::guard::{Guard, GuardCode};
use crate::resource::policy::recorded;
use crate::resource::{Settled, Tags};

pub(crate) use decode::ATTACHMENTS;

/// The service's default for the longest session, in seconds.
pub const DEFAULT_MAX_SESSION_DURATION: u32 = 3600;

/// How many managed policies a role takes where the account's quota was not raised
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub const ATTACHMENTS_QUOTA: usize = 10;

/// The state of a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Unique in the account, ignoring case.
    pub name: String,
    /// The role's ARN: `arn:{partition}:iam::{account}:role{path}{name}`. Known before the role exists.
    pub arn: String,
    /// Whether it is someone else's role, of which only what is listed is managed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
    /// `/` or `/…/`; fixed at creation. `null` is `/`. Of an existing role it only says what its ARN is.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub path: Field<String>,
    /// Free text; `null` is none. An empty text is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub description: Field<String>,
    /// The longest session in seconds, 3600 to 43200; `null` is 3600.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub max_session_duration: Field<u32>,
    /// The ARN of the policy that bounds the role's permissions; `null` is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub permissions_boundary: Field<String>,
    /// Who may assume the role.
    #[serde(default, skip_serializing_if = "Field::is_absent", with = "recorded::field")]
    pub trust_policy: Field<Policy>,
    /// The ARNs of the attached managed policies.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub managed_policies: Field<BTreeSet<String>>,
    /// Inline policies by name; `None` demands that there is none of that name.
    #[serde(default, skip_serializing_if = "Field::is_absent", with = "recorded::by_name")]
    pub inline_policies: Field<BTreeMap<String, Option<Policy>>>,
    /// Tags; keys ignore case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub tags: Tags,
    /// The instance profiles that hold the role. It is read where the role has to be deleted or made anew; a manifest
    /// never sets it.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub instance_profiles: Field<BTreeSet<String>>,
}

impl Role {
    /// Returns the role's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes an own role with nothing managed.
    pub fn named(name: String, arn: String) -> Self {
        Self {
            name,
            arn,
            existing: false,
            path: Field::Absent,
            description: Field::Absent,
            max_session_duration: Field::Absent,
            permissions_boundary: Field::Absent,
            trust_policy: Field::Absent,
            managed_policies: Field::Absent,
            inline_policies: Field::Absent,
            tags: Tags::default(),
            instance_profiles: Field::Absent,
        }
    }

    /// Returns the role with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self { existing: self.existing, ..Self::named(self.name.clone(), self.arn.clone()) }
    }

    /// Returns whether the live role can only be made anew: its path is fixed at creation
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html> takes none).
    pub fn must_be_replaced(&self, live_path: &str) -> bool {
        !self.existing && self.path.value().is_some_and(|path| path != live_path)
    }
}

impl Role {
    /// Refuses every change of a role that AWS keeps for itself: IAM answers `UnmodifiableEntity`
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>), and Identity Center makes its own
    /// roles anew.
    fn guard_reserved(live: &Self, difference: &mut Difference) {
        const PATHS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];
        let is_reserved = PATHS.iter().any(|path| live.arn.contains(path)) || live.name.starts_with("AWSReservedSSO_");
        if is_reserved && !difference.is_empty() {
            difference.guards.push(Guard::new(
                GuardCode::ReadOnlyRole,
                format!("AWS keeps the role {} for itself, and lets nobody change it", live.arn),
                "leave it out, or name a role of your own",
            ));
        }
    }
}

/// A call on a role. Each names the role it is on.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum RoleOperation {
    /// `iam:CreateRole`
    Create {
        role: String,
        path: String,
        description: Option<String>,
        max_session_duration: u32,
        permissions_boundary: Option<String>,
        trust_policy: Policy,
        tags: BTreeMap<String, String>,
    },
    /// `iam:UpdateRole`; both are sent, because the service resets the one that is left out.
    UpdateSettings { role: String, description: String, max_session_duration: u32 },
    /// `iam:UpdateAssumeRolePolicy`
    SetTrustPolicy { role: String, trust_policy: Policy },
    /// `iam:PutRolePermissionsBoundary`
    SetPermissionsBoundary { role: String, permissions_boundary: String },
    /// `iam:DeleteRolePermissionsBoundary`
    DeletePermissionsBoundary { role: String },
    /// `iam:AttachRolePolicy`
    AttachPolicy { role: String, policy_arn: String },
    /// `iam:DetachRolePolicy`
    DetachPolicy { role: String, policy_arn: String },
    /// `iam:PutRolePolicy`
    PutInlinePolicy { role: String, policy_name: String, document: Policy },
    /// `iam:DeleteRolePolicy`
    DeleteInlinePolicy { role: String, policy_name: String },
    /// `iam:TagRole`
    Tag { role: String, tags: BTreeMap<String, String> },
    /// `iam:UntagRole`
    Untag { role: String, keys: Vec<String> },
    /// `iam:RemoveRoleFromInstanceProfile`, before the role is deleted
    RemoveFromInstanceProfile { role: String, instance_profile: String },
    /// `iam:AddRoleToInstanceProfile`, after the role was made anew
    AddToInstanceProfile { role: String, instance_profile: String },
    /// `iam:DeleteRole`
    Delete { role: String },
}

impl RoleOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "iam:CreateRole",
            Self::UpdateSettings { .. } => "iam:UpdateRole",
            Self::SetTrustPolicy { .. } => "iam:UpdateAssumeRolePolicy",
            Self::SetPermissionsBoundary { .. } => "iam:PutRolePermissionsBoundary",
            Self::DeletePermissionsBoundary { .. } => "iam:DeleteRolePermissionsBoundary",
            Self::AttachPolicy { .. } => "iam:AttachRolePolicy",
            Self::DetachPolicy { .. } => "iam:DetachRolePolicy",
            Self::PutInlinePolicy { .. } => "iam:PutRolePolicy",
            Self::DeleteInlinePolicy { .. } => "iam:DeleteRolePolicy",
            Self::Tag { .. } => "iam:TagRole",
            Self::Untag { .. } => "iam:UntagRole",
            Self::RemoveFromInstanceProfile { .. } => "iam:RemoveRoleFromInstanceProfile",
            Self::AddToInstanceProfile { .. } => "iam:AddRoleToInstanceProfile",
            Self::Delete { .. } => "iam:DeleteRole",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the role with its trust policy".to_owned(),
            Self::UpdateSettings { .. } => "set the description and the longest session".to_owned(),
            Self::SetTrustPolicy { .. } => "set the trust policy".to_owned(),
            Self::SetPermissionsBoundary { permissions_boundary, .. } => {
                format!("set the permissions boundary {permissions_boundary}")
            }
            Self::DeletePermissionsBoundary { .. } => "remove the permissions boundary".to_owned(),
            Self::AttachPolicy { policy_arn, .. } => format!("attach {policy_arn}"),
            Self::DetachPolicy { policy_arn, .. } => format!("detach {policy_arn}"),
            Self::PutInlinePolicy { policy_name, .. } => format!("put the inline policy {policy_name}"),
            Self::DeleteInlinePolicy { policy_name, .. } => format!("delete the inline policy {policy_name}"),
            Self::Tag { tags, .. } => super::tags::set_summary(tags),
            Self::Untag { keys, .. } => super::tags::remove_summary(keys),
            Self::RemoveFromInstanceProfile { instance_profile, .. } => {
                format!("take the role out of the instance profile {instance_profile}")
            }
            Self::AddToInstanceProfile { instance_profile, .. } => {
                format!("put the role back into the instance profile {instance_profile}")
            }
            Self::Delete { .. } => "delete the role".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Create { .. } | Self::AddToInstanceProfile { .. })
    }

    /// Returns whether something has to come to rest after the call.
    pub const fn must_settle(&self) -> bool {
        matches!(self, Self::Create { .. })
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, live: Option<&Role>) -> Settled {
        match (self.must_settle(), live) {
            (true, None) => Settled::Waiting("IAM does not show the new role yet".to_owned()),
            (true, Some(_)) | (false, _) => Settled::Yes,
        }
    }
}
