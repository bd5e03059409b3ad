//! The states of a cluster and how they follow each other. A transitional state stores when it settles, and looking at
//! the clock before each call takes the place of a timer.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::errors::{ErrorCode, Refusal};
use super::Cluster;

/// The states that occur. `ERROR` and `UNKNOWN` exist in the API but are not used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum State {
    Pending,
    Running,
    Restarting,
    Resizing,
    Terminating,
    Terminated,
}

impl State {
    /// As the API has it: `RUNNING`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Restarting => "RESTARTING",
            Self::Resizing => "RESIZING",
            Self::Terminating => "TERMINATING",
            Self::Terminated => "TERMINATED",
        }
    }

    /// As error texts have it: `Running`.
    fn title(self) -> String {
        format!("{self:?}")
    }

    /// What a transitional state becomes.
    fn settled(self) -> Self {
        match self {
            Self::Pending | Self::Running | Self::Restarting | Self::Resizing => Self::Running,
            Self::Terminating | Self::Terminated => Self::Terminated,
        }
    }
}

/// One entry of `clusters/events`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(super) timestamp: u64,
    pub(super) kind: String,
    pub(super) details: Value,
}

impl Cluster {
    /// Settles the state when its time has come.
    pub(super) fn advance(&mut self, now: u64) {
        let Some(settles_at) = self.settles_at else { return };
        if settles_at > now {
            return;
        }
        self.settles_at = None;
        let before = self.state;
        self.state = before.settled();
        match (before, self.state) {
            (State::Resizing, _) => {
                let size = self.size();
                self.record(settles_at, "UPSIZE_COMPLETED", size);
            }
            (_, State::Terminated) => self.terminated_at = Some(settles_at),
            _ => {
                self.last_restarted_at = Some(settles_at);
                self.launches += 1;
                let size = self.size();
                self.record(settles_at, "RUNNING", size);
            }
        }
    }

    /// Goes into a transitional state for so many milliseconds.
    pub(super) fn enter(&mut self, state: State, now: u64, milliseconds: u64) {
        self.state = state;
        self.settles_at = Some(now.saturating_add(milliseconds));
        match state {
            State::Pending => {
                self.started_at = now;
                self.terminated_at = None;
            }
            State::Terminating => self.terminated_at = Some(now),
            State::Restarting | State::Resizing | State::Running | State::Terminated => {}
        }
        // A length of zero means that no client ever sees the state.
        self.advance(now);
    }

    /// Refuses a call that is only legal in some states, in the words of a real reply (databricks/cli#1372).
    pub(super) fn require(&self, legal: &[State]) -> Result<(), Refusal> {
        if legal.contains(&self.state) {
            return Ok(());
        }
        let Self { id, state, .. } = self;
        let message = format!("Cluster {id} is in unexpected state {}.", state.title());
        Err(Refusal::new(ErrorCode::InvalidState, message))
    }

    /// Adds an entry to the cluster's events.
    pub(super) fn record(&mut self, timestamp: u64, kind: &str, details: Value) {
        self.events.push(Event { timestamp, kind: kind.to_owned(), details });
    }

    /// The size, as events tell it.
    pub(super) fn size(&self) -> Value {
        let size = self.specification.get("autoscale").map_or_else(
            || json!({"num_workers": self.specification.get("num_workers").unwrap_or(&json!(0))}),
            |autoscale| json!({"autoscale": autoscale}),
        );
        json!({"cluster_size": size})
    }
}
