//! SageMaker notebook instances: `sagemaker.notebook_instances`.
//!
//! API: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html> and its neighbours.

mod decode;
mod diff;
mod record;
mod run_state;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::field::Field;
use crate::resource::{Settled, Tags};

/// The service's default for the volume, in GiB.
pub const DEFAULT_VOLUME_SIZE_IN_GB: u32 = 5;

/// A switch of the service: `Enabled` or `Disabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Toggle {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

impl Toggle {
    /// Returns the service's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
        }
    }
}

impl FromStr for Toggle {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Enabled, Self::Disabled].into_iter().find(|toggle| toggle.as_str() == text).ok_or(())
    }
}

/// The run state of a notebook instance. A manifest may ask for `running` (in service) or `stopped`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotebookInstanceState {
    /// `InService`: it runs.
    InService,
    /// `Stopped`: only its volume is kept.
    Stopped,
    /// `Failed`: it can be updated, started or deleted.
    Failed,
    /// `Deleting`: it is going away.
    Deleting,
    /// On the way to another state: `Pending`, `Stopping`, `Updating`, maintenance, or a name not known here, which is
    /// taken for a transition so that a new state of the service is waited for rather than acted upon.
    Changing(String),
}

impl NotebookInstanceState {
    /// Reads the service's `NotebookInstanceStatus`.
    pub fn from_service(status: &str) -> Self {
        match status {
            "InService" => Self::InService,
            "Stopped" => Self::Stopped,
            "Failed" => Self::Failed,
            "Deleting" => Self::Deleting,
            other => Self::Changing(other.to_owned()),
        }
    }

    /// Returns the state in which the instance comes to rest when nobody interferes: an update and a stop end in
    /// `Stopped`, everything else in service
    /// (<https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html>).
    #[must_use]
    pub fn at_rest(&self) -> Self {
        match self {
            Self::Changing(status) if status == "Stopping" || status == "Updating" => Self::Stopped,
            Self::Changing(_) => Self::InService,
            rest @ (Self::InService | Self::Stopped | Self::Failed | Self::Deleting) => rest.clone(),
        }
    }

    /// Returns the manifest's word, or the service's where the manifest has none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InService => "running",
            Self::Stopped => "stopped",
            Self::Failed => "Failed",
            Self::Deleting => "Deleting",
            Self::Changing(status) => status,
        }
    }
}

impl fmt::Display for NotebookInstanceState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for NotebookInstanceState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for NotebookInstanceState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let own = [Self::InService, Self::Stopped].into_iter().find(|state| state.as_str() == text);
        Ok(own.unwrap_or_else(|| Self::from_service(&text)))
    }
}

/// The state of a notebook instance. Field names are those of `CreateNotebookInstance`, in snake case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotebookInstance {
    /// Unique in the account and region.
    pub name: String,
    /// `arn:{partition}:sagemaker:{region}:{account}:notebook-instance/{name}`
    pub arn: String,
    /// `ml.t3.large`
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub instance_type: Field<String>,
    /// The execution role's ARN.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub role_arn: Field<String>,
    /// In GiB, 5 to 16384; it can only grow. `null` is 5.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub volume_size_in_gb: Field<u32>,
    /// `notebook-al2023-v1`
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub platform_identifier: Field<String>,
    /// The name of the lifecycle configuration; `null` is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub lifecycle_config_name: Field<String>,
    /// Fixed at creation; `null` is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub subnet_id: Field<String>,
    /// Fixed at creation.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub security_group_ids: Field<BTreeSet<String>>,
    /// Fixed at creation; `null` is AWS's own key.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub kms_key_id: Field<String>,
    /// Fixed at creation; `null` is `Enabled`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub direct_internet_access: Field<Toggle>,
    /// `null` is `Enabled`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub root_access: Field<Toggle>,
    /// `ipv4` or `dualstack`; `null` is `ipv4`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub ip_address_type: Field<String>,
    /// `1` or `2`; `null` is `1`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub minimum_instance_metadata_service_version: Field<String>,
    /// A repository's name in SageMaker, or a URL; `null` is none.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub default_code_repository: Field<String>,
    /// Three at most.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub additional_code_repositories: Field<BTreeSet<String>>,
    /// Whether it is to run.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub state: Field<NotebookInstanceState>,
    /// Tags; keys keep case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub tags: Tags,
    /// Live only: why it failed, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
}

impl NotebookInstance {
    /// Returns the instance's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes an instance with nothing managed.
    pub fn named(name: String, arn: String) -> Self {
        Self {
            name,
            arn,
            instance_type: Field::Absent,
            role_arn: Field::Absent,
            volume_size_in_gb: Field::Absent,
            platform_identifier: Field::Absent,
            lifecycle_config_name: Field::Absent,
            subnet_id: Field::Absent,
            security_group_ids: Field::Absent,
            kms_key_id: Field::Absent,
            direct_internet_access: Field::Absent,
            root_access: Field::Absent,
            ip_address_type: Field::Absent,
            minimum_instance_metadata_service_version: Field::Absent,
            default_code_repository: Field::Absent,
            additional_code_repositories: Field::Absent,
            state: Field::Absent,
            tags: Tags::default(),
            failure_reason: None,
        }
    }

    /// Returns the instance with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self::named(self.name.clone(), self.arn.clone())
    }
}

impl NotebookInstance {
    /// Returns whether a live instance is between two states, in which every change is refused.
    pub fn rest(&self) -> Settled {
        match &self.state {
            Field::Set(state @ (NotebookInstanceState::Changing(_) | NotebookInstanceState::Deleting)) => {
                Settled::Waiting(format!("it is {state}"))
            }
            Field::Set(
                NotebookInstanceState::InService | NotebookInstanceState::Stopped | NotebookInstanceState::Failed,
            )
            | Field::Absent
            | Field::Null => Settled::Yes,
        }
    }
}

/// What `UpdateNotebookInstance` changes: only the members that are set are sent, and a `Null` is dissociated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotebookInstanceUpdate {
    /// `InstanceType`
    pub instance_type: Field<String>,
    /// `RoleArn`
    pub role_arn: Field<String>,
    /// `VolumeSizeInGB`
    pub volume_size_in_gb: Field<u32>,
    /// `PlatformIdentifier`
    pub platform_identifier: Field<String>,
    /// `LifecycleConfigName`; null: `DisassociateLifecycleConfig`
    pub lifecycle_config_name: Field<String>,
    /// `RootAccess`
    pub root_access: Field<Toggle>,
    /// `IpAddressType`
    pub ip_address_type: Field<String>,
    /// `InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion`
    pub minimum_instance_metadata_service_version: Field<String>,
    /// `DefaultCodeRepository`; null: `DisassociateDefaultCodeRepository`
    pub default_code_repository: Field<String>,
    /// `AdditionalCodeRepositories`; empty: `DisassociateAdditionalCodeRepositories`
    pub additional_code_repositories: Field<BTreeSet<String>>,
}

/// A call on a notebook instance. Each names the instance it is on.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum NotebookInstanceOperation {
    /// `sagemaker:CreateNotebookInstance`; only set fields of the instance are sent.
    Create { instance: Box<NotebookInstance>, tags: BTreeMap<String, String> },
    /// `sagemaker:UpdateNotebookInstance`, legal in `Stopped` and `Failed` only
    Update { name: String, update: Box<NotebookInstanceUpdate> },
    /// `sagemaker:StartNotebookInstance`
    Start { name: String },
    /// `sagemaker:StopNotebookInstance`
    Stop { name: String },
    /// `sagemaker:DeleteNotebookInstance`, legal in `Stopped` and `Failed` only
    Delete { name: String },
    /// `sagemaker:AddTags`
    Tag { arn: String, tags: BTreeMap<String, String> },
    /// `sagemaker:DeleteTags`
    Untag { arn: String, keys: Vec<String> },
}

impl NotebookInstanceOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "sagemaker:CreateNotebookInstance",
            Self::Update { .. } => "sagemaker:UpdateNotebookInstance",
            Self::Start { .. } => "sagemaker:StartNotebookInstance",
            Self::Stop { .. } => "sagemaker:StopNotebookInstance",
            Self::Delete { .. } => "sagemaker:DeleteNotebookInstance",
            Self::Tag { .. } => "sagemaker:AddTags",
            Self::Untag { .. } => "sagemaker:DeleteTags",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the notebook instance and start it".to_owned(),
            Self::Update { update, .. } => format!("set {}", update.field_names().join(", ")),
            Self::Start { .. } => "start it".to_owned(),
            Self::Stop { .. } => "stop it".to_owned(),
            Self::Delete { .. } => "delete the notebook instance and its volume".to_owned(),
            Self::Tag { tags, .. } => super::tags::set_summary(tags),
            Self::Untag { keys, .. } => super::tags::remove_summary(keys),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once. Start, stop and delete are refused in
    /// the state that they lead to, so a second one fails.
    pub const fn is_idempotent(&self) -> bool {
        matches!(self, Self::Tag { .. } | Self::Untag { .. })
    }

    /// Returns whether something has to come to rest after the call.
    pub const fn must_settle(&self) -> bool {
        !matches!(self, Self::Tag { .. } | Self::Untag { .. })
    }

    /// Returns whether the service may accept the call and do nothing: a start that comes soon after a stop sometimes does not
    /// take, as Terraform's provider knows too.
    pub const fn may_not_take(&self) -> bool {
        matches!(self, Self::Start { .. })
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, live: Option<&NotebookInstance>) -> Settled {
        use NotebookInstanceState::{Failed, InService, Stopped};
        let wanted = match self {
            Self::Create { .. } | Self::Start { .. } => InService,
            Self::Update { .. } | Self::Stop { .. } => Stopped,
            Self::Delete { .. } => return gone(live),
            Self::Tag { .. } | Self::Untag { .. } => return Settled::Yes,
        };
        let Some(live) = live else {
            return Settled::Waiting("SageMaker does not show the notebook instance yet".to_owned());
        };
        match &live.state {
            Field::Set(state) if *state == wanted => Settled::Yes,
            Field::Set(Failed) => Settled::Never(failure(live)),
            Field::Set(state) => Settled::Waiting(format!("it is {state}, and is to be {wanted}")),
            Field::Absent | Field::Null => Settled::Waiting("SageMaker does not tell its state yet".to_owned()),
        }
    }
}

fn gone(live: Option<&NotebookInstance>) -> Settled {
    match live.map(|live| &live.state) {
        None => Settled::Yes,
        Some(Field::Set(NotebookInstanceState::Failed)) => {
            Settled::Never("its deletion failed: it is in the state Failed".to_owned())
        }
        Some(_) => Settled::Waiting("it is being deleted".to_owned()),
    }
}

/// Says why an instance failed and where more is to be read (the log group is documented with lifecycle
/// configurations: <https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html>).
fn failure(live: &NotebookInstance) -> String {
    let reason = live.failure_reason.as_deref().unwrap_or("SageMaker gives no reason");
    format!(
        "it failed: {reason} (lifecycle scripts log to /aws/sagemaker/NotebookInstances, stream {}/LifecycleConfigOnStart)",
        live.name
    )
}
