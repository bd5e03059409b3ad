//! The journal: what was done to which resource, by whom and when, so that it can be read, and undone.
//!
//! A journal is a file of JSON lines, each one [`Record`]. A run begins with one [`Run`] for each manifest. Every call has a
//! line before it is made and another after it, each complete in itself: a run that was killed has the call that was under way
//! on record, and whoever reads lines one by one needs no other. Secrets are masked, as everywhere.

mod others;
mod past;
mod read;

use serde::{Deserialize, Serialize};

use crate::id::{Address, AwsScope};
use crate::resource::Resource;

pub use others::{Others, TheirPart};
pub use past::Past;
pub use read::{Journal, JournalError, Line};

/// The version of the journal's lines. It changes when a reader of the old form would misread the new one.
pub const JOURNAL_VERSION: u32 = 1;

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
pub enum Record {
    /// The beginning of a run.
    Run(Box<Run>),
    /// A call, before or after it.
    Call(Box<Call>),
    /// What a resource looked like when it was read again after its calls.
    Verified(Verified),
}

/// How every line begins.
const BEGINNING: &[u8] = br#"{"record":""#;

/// How much of a file [`is_journal`] has to see.
pub const BEGINNING_LENGTH: u64 = BEGINNING.len() as u64;

/// Returns whether the beginning of a file is that of a journal, which may be empty or torn.
pub fn is_journal(beginning: &[u8]) -> bool {
    beginning.starts_with(BEGINNING) || BEGINNING.starts_with(beginning)
}

/// The beginning of a run: one manifest, and where it was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The version of this run's lines.
    pub version: u32,
    /// The run's name, which all its lines bear.
    pub run: String,
    /// RFC 3339, in UTC.
    pub when: String,
    /// The tool and its version.
    pub tool: String,
    /// `apply`, `destroy` or `undo`.
    pub command: String,
    /// The manifest's name.
    pub manifest: String,
    /// The manifest's file, from the root; of an `undo` the journal's.
    pub file: String,
    /// Whether it was the embedded sandbox.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
    /// The account, where AWS has a part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<AwsPlace>,
    /// The workspace, where Databricks has a part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub databricks: Option<WorkspacePlace>,
}

/// An account, and how it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsPlace {
    /// The account, partition and region.
    #[serde(flatten)]
    pub scope: AwsScope,
    /// The ARN of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The profile that the manifest names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The role that the manifest has assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role_arn: Option<String>,
}

/// A workspace, and how it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspacePlace {
    /// `https://…`
    pub host: String,
    /// The user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The profile that the manifest names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// A call, before or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The run that it belongs to.
    pub run: String,
    /// RFC 3339, in UTC.
    pub when: String,
    /// The caller, as the service knows it: an ARN, or a user's name.
    pub who: Option<String>,
    /// The manifest's name.
    pub manifest: String,
    /// The resource's path in the manifest.
    pub address: Address,
    /// Its natural key.
    pub name: String,
    /// The service and the call.
    pub api: String,
    /// What it does.
    pub what: String,
    /// Which of the resource's calls it is, from 1.
    pub number: usize,
    /// How many the resource has.
    pub of: usize,
    /// How far it is.
    pub outcome: CallOutcome,
    /// The state before the call, null where there was none.
    pub before: Option<Resource>,
    /// The state that the call leaves behind, null where that is none.
    pub after: Option<Resource>,
    /// Whether the manifest said `protect: true` of it: an undo neither deletes nor replaces it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protect: bool,
    /// The fields in which it sends secrets, which are masked in both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// The service's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// From the call to its rest, or to its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallOutcome {
    /// It is about to be made. Where no other line follows, nobody knows whether it was.
    Started,
    /// It was made, and what it started has come to rest.
    Done,
    /// It failed; it may have happened all the same.
    Failed,
    /// Somebody else has made it before this run could: it is not this run's to undo.
    Found,
}

/// What a resource looked like when it was read again after its calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The run that it belongs to.
    pub run: String,
    /// RFC 3339, in UTC.
    pub when: String,
    /// The manifest's name.
    pub manifest: String,
    /// The resource's path in the manifest.
    pub address: Address,
    /// What was still different, in words; empty when all took.
    pub not_taken: Vec<String>,
}

impl Record {
    /// Returns the run that the line belongs to.
    pub fn run(&self) -> &str {
        match self {
            Self::Run(run) => &run.run,
            Self::Call(call) => &call.run,
            Self::Verified(verified) => &verified.run,
        }
    }

    /// Returns the line, with its line break.
    ///
    /// # Errors
    ///
    /// Fails as writing JSON fails.
    pub fn to_line(&self) -> serde_json::Result<String> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        Ok(line)
    }
}
