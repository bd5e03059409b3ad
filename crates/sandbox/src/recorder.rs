//! The record of every call, for tests that say which calls a tool may make.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One call that the sandbox received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// 1, 2, 3, … since the start or the last clearing.
    pub sequence: u64,
    /// `iam`, `sts`, `sagemaker` or `databricks`.
    pub service: String,
    /// The API's own name: `GetRole`, `clusters/get`.
    pub operation: String,
    /// Whether the operation is one that changes something.
    pub writes: bool,
    /// The HTTP status of the answer; 0 where a fault cut the connection before the call took effect.
    pub status: u16,
    /// What was asked, without secrets.
    pub parameters: Value,
}

/// A call before its answer: what faults and the record know it by.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) writes: bool,
    pub(crate) parameters: Value,
}

/// The calls so far.
#[derive(Default)]
pub(crate) struct Recorder {
    calls: Vec<Call>,
}

impl Recorder {
    /// Adds one call.
    pub(crate) fn record(&mut self, description: Description, status: u16) {
        let Description { service, operation, writes, parameters } = description;
        let sequence = self.calls.last().map_or(0, |call| call.sequence) + 1;
        self.calls.push(Call { sequence, service, operation, writes, status, parameters });
    }

    /// The calls so far, oldest first.
    pub(crate) fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Forgets all calls.
    pub(crate) fn clear(&mut self) {
        self.calls.clear();
    }
}
