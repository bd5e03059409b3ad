//! SageMaker notebook instance lifecycle configurations: `sagemaker.lifecycle_configs`.
//!
//! API: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstanceLifecycleConfig.html> and its
//! neighbours.

mod decode;
mod diff;
mod record;
mod script;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::resource::{Settled, Tags};

pub use script::{NotBase64, Script};

/// The state of a lifecycle configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleConfig {
    /// Unique in the account and region.
    pub name: String,
    /// Its ARN, to which its tags are tied.
    pub arn: String,
    /// What runs once, when an instance is created with it; `null` is nothing.
    #[serde(default, skip_serializing_if = "Field::is_absent", with = "script::recorded")]
    pub on_create: Field<Script>,
    /// What runs at every start of an instance, its creation included; `null` is nothing.
    #[serde(default, skip_serializing_if = "Field::is_absent", with = "script::recorded")]
    pub on_start: Field<Script>,
    /// Tags; keys keep case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub tags: Tags,
}

impl LifecycleConfig {
    /// Returns the configuration's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the configuration with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self::named(self.name.clone(), self.arn.clone())
    }

    /// Makes a configuration of which nothing is managed.
    pub fn named(name: String, arn: String) -> Self {
        Self { name, arn, on_create: Field::Absent, on_start: Field::Absent, tags: Tags::default() }
    }
}

/// A call on a lifecycle configuration. Each names the configuration it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum LifecycleConfigOperation {
    /// `sagemaker:CreateNotebookInstanceLifecycleConfig`
    Create { name: String, on_create: Option<Script>, on_start: Option<Script>, tags: BTreeMap<String, String> },
    /// `sagemaker:UpdateNotebookInstanceLifecycleConfig`; both scripts are sent, because what leaving one out does is not
    /// documented.
    Update { name: String, on_create: Option<Script>, on_start: Option<Script> },
    /// `sagemaker:AddTags`
    Tag { arn: String, tags: BTreeMap<String, String> },
    /// `sagemaker:DeleteTags`
    Untag { arn: String, keys: Vec<String> },
    /// `sagemaker:DeleteNotebookInstanceLifecycleConfig`
    Delete { name: String },
}

impl LifecycleConfigOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "sagemaker:CreateNotebookInstanceLifecycleConfig",
            Self::Update { .. } => "sagemaker:UpdateNotebookInstanceLifecycleConfig",
            Self::Tag { .. } => "sagemaker:AddTags",
            Self::Untag { .. } => "sagemaker:DeleteTags",
            Self::Delete { .. } => "sagemaker:DeleteNotebookInstanceLifecycleConfig",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the lifecycle configuration".to_owned(),
            Self::Update { .. } => "set both scripts".to_owned(),
            Self::Tag { tags, .. } => super::tags::set_summary(tags),
            Self::Untag { keys, .. } => super::tags::remove_summary(keys),
            Self::Delete { .. } => "delete the lifecycle configuration".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Create { .. })
    }

    /// Returns whether something has to come to rest after the call: the service answers when it is done.
    pub const fn must_settle(&self) -> bool {
        false
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, _live: Option<&LifecycleConfig>) -> Settled {
        Settled::Yes
    }
}
