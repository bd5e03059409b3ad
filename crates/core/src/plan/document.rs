//! The plan's JSON, as one type: what `plan` prints and, with what became of each call, `apply`. It reads back as it was
//! printed, byte for byte, and [`SCHEMA`] describes it to other programs.
//!
//! Within one version of the form members are only added, and the schema says which there are. What reads it here refuses
//! members that it does not know: in a plan that is going to be applied none may be overlooked.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::change::{FieldChange, Hazard};
use crate::id::{Address, AwsScope, Kind};
use crate::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use crate::plan::{Action, DatabricksScope, Orphan, Plan, PlannedResource, Problem, Reads, Summary, Warning};
use crate::resource::Operation;

/// The JSON Schema of [`PlanDocument`], as text.
pub const SCHEMA: &str = include_str!("../../schema/plan-v1.schema.json");

/// The version of the plan's JSON. It changes when a reader of the old form would misread the new one.
pub const FORMAT_VERSION: u32 = 1;

/// The one version of the form that is read and written here: what bears another one does not read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("const" = FORMAT_VERSION)))]
#[serde(try_from = "u32", into = "u32")]
pub struct FormatVersion;

impl From<FormatVersion> for u32 {
    fn from(FormatVersion: FormatVersion) -> Self {
        FORMAT_VERSION
    }
}

impl TryFrom<u32> for FormatVersion {
    type Error = DocumentError;

    fn try_from(version: u32) -> Result<Self, Self::Error> {
        if version == FORMAT_VERSION { Ok(Self) } else { Err(DocumentError::Version(version)) }
    }
}

/// Why a text does not read as the JSON of a plan.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is the JSON of a plan in another version of the form.
    #[error("the plan is written in version {0} of its format, and this program reads version {FORMAT_VERSION}")]
    Version(u32),
    /// It is something else.
    #[error("this is not the JSON of a plan: {0}")]
    Other(#[from] serde_json::Error),
}

/// What a plan says, and, after an apply, what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// The version of this form.
    pub format_version: FormatVersion,
    /// The manifest's name.
    pub manifest: String,
    /// A digest of the resolved manifest and of the live state that the plan was made on: `sha256:…`.
    pub fingerprint: String,
    /// The account, where AWS has a part in it.
    pub aws: Option<AwsScope>,
    /// The workspace, where Databricks has a part in it.
    pub databricks: Option<DatabricksScope>,
    /// How many resources meet which fate; those with a problem are counted nowhere.
    pub summary: Summary,
    /// Every resource of the manifest, dependencies first; then what is pruned.
    pub resources: Vec<ResourceEntry>,
    /// What bears the manifest's owner tag and is no longer in the manifest.
    pub orphans: Vec<Orphan>,
    /// What the user should know that keeps nothing from happening.
    pub warnings: Vec<Warning>,
    /// What it took to make the plan.
    pub reads: Reads,
}

/// One resource of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceEntry {
    /// Its path in the manifest; of what is pruned, its name in parentheses in place of the id.
    pub address: Address,
    /// What it is.
    pub kind: Kind,
    /// Its natural key.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// Whether it exists without an owner tag and is adopted.
    pub adopted: bool,
    /// The fields that differ.
    pub changes: Vec<FieldChange>,
    /// The calls, in order.
    pub operations: Vec<OperationEntry>,
    /// What a person should know before.
    pub hazards: BTreeSet<Hazard>,
    /// Remarks.
    pub notes: Vec<String>,
    /// The resources of this plan that come before it.
    pub depends_on: Vec<Address>,
    /// Why nothing is planned for it, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// After an apply: what was still different when the resource was read again, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_taken: Vec<String>,
}

/// One call of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationEntry {
    /// The service and the call: `iam:PutRolePolicy`, `databricks:clusters/resize`.
    pub api: String,
    /// What it does.
    pub summary: String,
    /// After an apply: what became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OperationResult>,
    /// Why it failed or was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What to do about a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How long a call that was made took, in seconds, until what it started came to rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OperationResult {
    /// It was made, and what it started has come to rest.
    Done,
    /// It failed.
    Failed,
    /// It was not made.
    Skipped,
}

impl PlanDocument {
    /// Tells a plan before anything of it is done.
    pub fn of(plan: &Plan) -> Self {
        let Plan { manifest, fingerprint, aws, databricks, resources, orphans, warnings, reads } = plan;
        Self {
            format_version: FormatVersion,
            manifest: manifest.clone(),
            fingerprint: fingerprint.clone(),
            aws: aws.clone(),
            databricks: databricks.clone(),
            summary: plan.summary(),
            resources: resources.iter().map(ResourceEntry::of).collect(),
            orphans: orphans.clone(),
            warnings: warnings.clone(),
            reads: *reads,
        }
    }

    /// Adds what became of the calls.
    #[must_use]
    pub fn with_outcome(mut self, outcome: &Outcome) -> Self {
        for resource in &mut self.resources {
            if let Some(outcome) = outcome.resources.get(&resource.address) {
                resource.add(outcome);
            }
        }
        self
    }

    /// Returns it as one line of JSON.
    ///
    /// # Errors
    ///
    /// None of its values is one that JSON cannot say.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// Reads what [`PlanDocument::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// Fails when the text is no JSON, says too little or something unknown, or is of another version of the form.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        /// Whatever else another version says.
        #[derive(Deserialize)]
        struct Versioned {
            format_version: u32,
        }
        let Versioned { format_version } = serde_json::from_str(text)?;
        FormatVersion::try_from(format_version)?;
        Ok(serde_json::from_str(text)?)
    }
}

impl ResourceEntry {
    fn of(planned: &PlannedResource) -> Self {
        let PlannedResource {
            address,
            name,
            action,
            adopted,
            changes,
            operations,
            hazards,
            notes,
            depends_on,
            problem,
            desired: _,
            live: _,
        } = planned;
        Self {
            address: address.clone(),
            kind: planned.kind(),
            name: name.clone(),
            action: *action,
            adopted: *adopted,
            changes: changes.clone(),
            operations: operations.iter().map(OperationEntry::of).collect(),
            hazards: hazards.clone(),
            notes: notes.clone(),
            depends_on: depends_on.clone(),
            problem: problem.clone(),
            not_taken: Vec::new(),
        }
    }

    fn add(&mut self, outcome: &ResourceOutcome) {
        let ResourceOutcome { operations, not_taken } = outcome;
        self.not_taken.clone_from(not_taken);
        for (entry, outcome) in self.operations.iter_mut().zip(operations) {
            entry.add(outcome);
        }
    }
}

impl OperationEntry {
    fn of(operation: &Operation) -> Self {
        let (api, summary) = (operation.api().to_owned(), operation.summary());
        Self { api, summary, outcome: None, error: None, help: None, seconds: None }
    }

    fn add(&mut self, outcome: &OperationOutcome) {
        let (result, error, help, seconds) = match outcome {
            OperationOutcome::Done { seconds } => (OperationResult::Done, None, None, Some(*seconds)),
            OperationOutcome::Failed { error, help, seconds } => {
                (OperationResult::Failed, Some(error.clone()), help.clone(), Some(*seconds))
            }
            OperationOutcome::Skipped { because } => (OperationResult::Skipped, Some(because.clone()), None, None),
        };
        *self = Self { outcome: Some(result), error, help, seconds, ..self.clone() };
    }
}
