//! One notebook instance and its states.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::epoch_seconds;
use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::tags::Tags;

/// A notebook instance.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Notebook {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) status: Status,
    /// What the present status becomes, and when; `None` when it stays.
    pub(crate) settling: Option<Settling>,
    pub(crate) failure_reason: Option<String>,
    pub(crate) instance_type: String,
    pub(crate) role_arn: String,
    pub(crate) volume_size_in_gb: u32,
    pub(crate) platform_identifier: String,
    pub(crate) subnet_id: Option<String>,
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) direct_internet_access: String,
    pub(crate) root_access: String,
    pub(crate) ip_address_type: String,
    pub(crate) minimum_metadata_version: String,
    pub(crate) lifecycle_config_name: Option<String>,
    pub(crate) default_code_repository: Option<String>,
    pub(crate) additional_code_repositories: Vec<String>,
    pub(crate) tags: Tags,
    pub(crate) created_at: u64,
    pub(crate) modified_at: u64,
}

/// What an instance is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Status {
    Pending,
    InService,
    Stopping,
    Stopped,
    Failed,
    Deleting,
    Updating,
}

impl Status {
    /// As SageMaker writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InService => "InService",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Deleting => "Deleting",
            Self::Updating => "Updating",
        }
    }
}

/// A change of status that the clock brings.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Settling {
    /// Milliseconds since the Unix epoch.
    pub(crate) settles_at: u64,
    pub(crate) to: Settled,
}

/// Where a change of status ends.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Settled {
    InService,
    Stopped,
    Failed { reason: String },
    Gone,
}

impl Notebook {
    /// Settles what is due; false when the instance is gone.
    pub(crate) fn advance(&mut self, now: u64) -> bool {
        let Some(settling) = self.settling.take_if(|settling| settling.settles_at <= now) else {
            return true;
        };
        let Settling { settles_at, to } = settling;
        self.modified_at = settles_at;
        match to {
            Settled::InService => self.status = Status::InService,
            Settled::Stopped => self.status = Status::Stopped,
            Settled::Failed { reason } => {
                self.status = Status::Failed;
                self.failure_reason = Some(reason);
            }
            Settled::Gone => return false,
        }
        true
    }

    /// Begins a change of status, which is legal only from some.
    pub(crate) fn begin(
        &mut self,
        from: &[Status],
        to: Status,
        settling: Settling,
        now: u64,
    ) -> Result<(), SageMakerError> {
        if !from.contains(&self.status) {
            let from: Vec<&str> = from.iter().map(|status| status.name()).collect();
            return Err(SageMakerError::validation(format!(
                "Status ({}) not in ([{}]). Unable to transition to ({}) for Notebook Instance ({})",
                self.status.name(),
                from.join(", "),
                to.name(),
                self.arn
            )));
        }
        self.status = to;
        self.settling = Some(settling);
        self.failure_reason = None;
        self.modified_at = now;
        Ok(())
    }

    /// What a list shows.
    pub(crate) fn summary(&self) -> Map<String, Value> {
        let mut summary = Map::new();
        let mut put = |member: &str, value: Value| summary.insert(member.to_owned(), value);
        put("NotebookInstanceName", json!(self.name));
        put("NotebookInstanceArn", json!(self.arn));
        put("NotebookInstanceStatus", json!(self.status.name()));
        put("InstanceType", json!(self.instance_type));
        put("CreationTime", epoch_seconds(self.created_at));
        put("LastModifiedTime", epoch_seconds(self.modified_at));
        if self.status == Status::InService {
            put("Url", json!(format!("{}.notebook.sagemaker.aws", self.name)));
        }
        if let Some(name) = &self.lifecycle_config_name {
            put("NotebookInstanceLifecycleConfigName", json!(name));
        }
        if let Some(repository) = &self.default_code_repository {
            put("DefaultCodeRepository", json!(repository));
        }
        if !self.additional_code_repositories.is_empty() {
            put("AdditionalCodeRepositories", json!(self.additional_code_repositories));
        }
        summary
    }

    /// What `DescribeNotebookInstance` shows: everything but the tags.
    pub(crate) fn description(&self) -> Map<String, Value> {
        let mut description = self.summary();
        let mut put = |member: &str, value: Value| description.insert(member.to_owned(), value);
        put("RoleArn", json!(self.role_arn));
        put("VolumeSizeInGB", json!(self.volume_size_in_gb));
        put("PlatformIdentifier", json!(self.platform_identifier));
        put("DirectInternetAccess", json!(self.direct_internet_access));
        put("RootAccess", json!(self.root_access));
        put("IpAddressType", json!(self.ip_address_type));
        put(
            "InstanceMetadataServiceConfiguration",
            json!({"MinimumInstanceMetadataServiceVersion": self.minimum_metadata_version}),
        );
        if let Some(reason) = &self.failure_reason {
            put("FailureReason", json!(reason));
        }
        if let Some(subnet) = &self.subnet_id {
            put("SubnetId", json!(subnet));
            put("NetworkInterfaceId", json!(format!("eni-{:017x}", self.created_at)));
        }
        if !self.security_group_ids.is_empty() {
            put("SecurityGroups", json!(self.security_group_ids));
        }
        if let Some(key) = &self.kms_key_id {
            put("KmsKeyId", json!(key));
        }
        description
    }
}
