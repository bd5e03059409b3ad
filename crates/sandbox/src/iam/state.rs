//! What IAM holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::iam::tags::Tags;
use crate::world::Settings;

/// Roles, instance profiles and customer-managed policies of one account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// By lower-case name: IAM's names differ by more than case.
    pub(crate) roles: BTreeMap<String, Role>,
    /// By lower-case name.
    pub(crate) instance_profiles: BTreeMap<String, InstanceProfile>,
    /// By lower-case name: it is unique in the account whatever the path.
    pub(crate) policies: BTreeMap<String, ManagedPolicy>,
    /// How many unique ids were given out.
    pub(crate) identifiers: u64,
    /// When roles were deleted, by lower-case name; kept only where that is looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) deleted_roles: BTreeMap<String, u64>,
}

/// An IAM role.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created_at: u64,
    /// The trust policy as IAM stored it.
    pub(crate) trust: Document,
    pub(crate) description: Option<String>,
    /// Seconds.
    pub(crate) max_session_duration: u32,
    /// The ARN of the boundary policy.
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) inline: BTreeMap<String, Document>,
    /// By policy ARN, when it was attached.
    pub(crate) attached: BTreeMap<String, u64>,
    pub(crate) tags: Tags,
    /// When something was last taken from it; kept only where that is looked at.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) released_at: u64,
}

/// A policy document, and since when it is what it is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) changed_at: u64,
}

/// An instance profile.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created_at: u64,
    /// The stored names of its roles; never more than one.
    pub(crate) roles: Vec<String>,
    /// When the role was put in or taken out.
    pub(crate) roles_changed_at: u64,
    pub(crate) tags: Tags,
}

/// A customer-managed policy.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) created_at: u64,
    pub(crate) updated_at: u64,
    pub(crate) description: Option<String>,
    pub(crate) default_version: u32,
    /// How many versions there ever were: numbers are not given twice.
    pub(crate) latest_version: u32,
    pub(crate) versions: BTreeMap<u32, Document>,
    pub(crate) tags: Tags,
}

impl State {
    /// How many versions all policies have together.
    pub(crate) fn policy_versions(&self) -> usize {
        self.policies.values().map(|policy| policy.versions.len()).sum()
    }

    /// The account at birth: the role that a Databricks workspace acts through, and nothing else.
    pub(crate) fn new(settings: &Settings, now: u64) -> Self {
        let mut state = Self {
            roles: BTreeMap::new(),
            instance_profiles: BTreeMap::new(),
            policies: BTreeMap::new(),
            identifiers: 0,
            deleted_roles: BTreeMap::new(),
        };
        let role = state.cross_account_role(settings, now);
        state.roles.insert(role.name.clone(), role);
        state
    }

    fn cross_account_role(&mut self, settings: &Settings, now: u64) -> Role {
        let Settings { account_id, partition, .. } = settings;
        // It was made when the workspace was, long before anything that the sandbox is asked to make.
        let created_at = now.saturating_sub(30 * 24 * 60 * 60 * 1000);
        let document = |text: &str| Document { text: text.to_owned(), changed_at: created_at };
        let name = "databricks-cross-account-role";
        Role {
            name: name.to_owned(),
            path: "/".to_owned(),
            id: self.next_id("AROA"),
            arn: format!("arn:{partition}:iam::{account_id}:role/{name}"),
            created_at,
            trust: document(CROSS_ACCOUNT_TRUST),
            description: None,
            max_session_duration: 3600,
            permissions_boundary: None,
            inline: BTreeMap::from([("databricks-cross-account-policy".to_owned(), document(CROSS_ACCOUNT_POLICY))]),
            attached: BTreeMap::new(),
            tags: Tags::default(),
            released_at: 0,
        }
    }

    /// A role by its name, in any case.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(&name.to_lowercase())
    }

    /// A role by its ARN.
    pub(crate) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        self.role(arn.rsplit('/').next()?).filter(|role| role.arn == arn)
    }

    /// An instance profile by its ARN.
    pub(crate) fn instance_profile(&self, arn: &str) -> Option<&InstanceProfile> {
        let name = arn.rsplit('/').next()?;
        self.instance_profiles.get(&name.to_lowercase()).filter(|profile| profile.arn == arn)
    }

    /// A new unique id: a prefix that says what it names, and 17 characters of base 32 as AWS has them.
    pub(crate) fn next_id(&mut self, prefix: &str) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        self.identifiers += 1;
        let digest = Sha256::digest(format!("{prefix}{}", self.identifiers));
        let tail = digest.iter().take(17).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        prefix.chars().chain(tail).collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(time: &u64) -> bool {
    *time == 0
}

/// The trust policy of a workspace's cross-account role, as Databricks' account console generates it.
const CROSS_ACCOUNT_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"00000000-0000-4000-8000-000000000001"}}}]}"#;

/// Databricks' documented policy for customer-managed networks, shortened to what starts and stops machines.
const CROSS_ACCOUNT_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1403287045000","Effect":"Allow","Action":["ec2:AssociateIamInstanceProfile","ec2:AttachVolume","ec2:AuthorizeSecurityGroupEgress","ec2:AuthorizeSecurityGroupIngress","ec2:CancelSpotInstanceRequests","ec2:CreateTags","ec2:CreateVolume","ec2:DeleteTags","ec2:DeleteVolume","ec2:DescribeAvailabilityZones","ec2:DescribeIamInstanceProfileAssociations","ec2:DescribeInstanceStatus","ec2:DescribeInstances","ec2:DescribeInternetGateways","ec2:DescribeNatGateways","ec2:DescribeNetworkAcls","ec2:DescribePrefixLists","ec2:DescribeReservedInstancesOfferings","ec2:DescribeRouteTables","ec2:DescribeSecurityGroups","ec2:DescribeSpotInstanceRequests","ec2:DescribeSpotPriceHistory","ec2:DescribeSubnets","ec2:DescribeVolumes","ec2:DescribeVpcAttribute","ec2:DescribeVpcs","ec2:DetachVolume","ec2:DisassociateIamInstanceProfile","ec2:ReplaceIamInstanceProfileAssociation","ec2:RequestSpotInstances","ec2:RevokeSecurityGroupEgress","ec2:RevokeSecurityGroupIngress","ec2:RunInstances","ec2:TerminateInstances"],"Resource":["*"]}]}"#;
