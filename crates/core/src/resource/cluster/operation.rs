//! The calls on a cluster.

use serde_json::{Map, Value, json};

use super::{Cluster, ClusterSpec, ClusterState, termination};
use crate::field::Field;
use crate::resource::Settled;

/// Which cluster a call is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterTarget {
    /// A cluster that exists.
    Id(String),
    /// The cluster of this name that a call before it in the same run made: its id is the one thing that is known only
    /// then.
    Created {
        /// `cluster_name`
        name: String,
    },
}

/// A call on a cluster.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum ClusterOperation {
    /// `clusters/create` with the whole spec; `awaits_running`: what follows needs it running.
    Create { name: String, spec: ClusterSpec, idempotency_token: String, awaits_running: bool },
    /// `clusters/resize`: does not restart a running cluster. `size` is `num_workers` or `autoscale`.
    Resize { target: ClusterTarget, size: (String, Value) },
    /// `clusters/update`: sets the masked fields only. A running cluster restarts.
    Update { target: ClusterTarget, update_mask: Vec<String>, spec: ClusterSpec, awaits_running: bool },
    /// `clusters/pin`
    Pin { target: ClusterTarget },
    /// `clusters/unpin`
    Unpin { target: ClusterTarget },
    /// `clusters/start`
    Start { target: ClusterTarget },
    /// `clusters/delete`, which terminates and keeps the configuration
    Terminate { target: ClusterTarget },
    /// `clusters/permanent-delete`
    PermanentDelete { target: ClusterTarget },
}

impl ClusterOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Create { .. } => "databricks:clusters/create",
            Self::Resize { .. } => "databricks:clusters/resize",
            Self::Update { .. } => "databricks:clusters/update",
            Self::Pin { .. } => "databricks:clusters/pin",
            Self::Unpin { .. } => "databricks:clusters/unpin",
            Self::Start { .. } => "databricks:clusters/start",
            Self::Terminate { .. } => "databricks:clusters/delete",
            Self::PermanentDelete { .. } => "databricks:clusters/permanent-delete",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Create { .. } => "create the cluster and start it".to_owned(),
            Self::Resize { size: (field, value), .. } => format!("set {field} to {value} without a restart"),
            Self::Update { update_mask, .. } => format!("set {}", update_mask.join(", ")),
            Self::Pin { .. } => "pin it".to_owned(),
            Self::Unpin { .. } => "unpin it".to_owned(),
            Self::Start { .. } => "start it".to_owned(),
            Self::Terminate { .. } => "terminate it; its configuration is kept".to_owned(),
            Self::PermanentDelete { .. } => "delete the cluster and its configuration".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once. A repeated creation bears the same
    /// token, so the service makes one cluster; a repeated start, resize or update may be refused in the new state.
    pub const fn is_idempotent(&self) -> bool {
        match self {
            // A second deletion is answered as for a cluster that never was, and counts as done.
            Self::Create { .. }
            | Self::Pin { .. }
            | Self::Unpin { .. }
            | Self::Terminate { .. }
            | Self::PermanentDelete { .. } => true,
            Self::Resize { .. } | Self::Update { .. } | Self::Start { .. } => false,
        }
    }

    /// Returns whether something has to come to rest after the call.
    pub const fn must_settle(&self) -> bool {
        match self {
            Self::Create { awaits_running, .. } | Self::Update { awaits_running, .. } => *awaits_running,
            Self::Start { .. } | Self::Terminate { .. } => true,
            Self::Resize { .. } | Self::Pin { .. } | Self::Unpin { .. } | Self::PermanentDelete { .. } => false,
        }
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, live: Option<&Cluster>) -> Settled {
        if !self.must_settle() {
            return Settled::Yes;
        }
        let wanted = match self {
            Self::Terminate { .. } => ClusterState::Terminated,
            Self::Create { .. }
            | Self::Update { .. }
            | Self::Start { .. }
            | Self::Resize { .. }
            | Self::Pin { .. }
            | Self::Unpin { .. }
            | Self::PermanentDelete { .. } => ClusterState::Running,
        };
        let Some(live) = live else {
            return Settled::Waiting("the workspace does not show the cluster yet".to_owned());
        };
        match &live.state {
            Field::Set(state) if *state == wanted => Settled::Yes,
            Field::Set(ClusterState::Terminated | ClusterState::Error) => Settled::Never(failure(live)),
            Field::Set(state) => Settled::Waiting(format!("it is {state}, and is to be {wanted}")),
            Field::Absent | Field::Null => Settled::Waiting("the workspace does not tell its state yet".to_owned()),
        }
    }

    /// Returns the body of the call, less the `cluster_id` that the provider adds.
    pub fn body(&self) -> Value {
        match self {
            Self::Create { name, spec, idempotency_token, awaits_running: _ } => {
                let mut body = spec.0.clone();
                body.insert("cluster_name".to_owned(), json!(name));
                body.insert("idempotency_token".to_owned(), json!(idempotency_token));
                Value::Object(body)
            }
            Self::Resize { target: _, size: (field, value) } => {
                Value::Object(Map::from_iter([(field.clone(), value.clone())]))
            }
            Self::Update { target: _, update_mask, spec, awaits_running: _ } => {
                json!({"update_mask": update_mask.join(","), "cluster": spec.0})
            }
            Self::Pin { target: _ }
            | Self::Unpin { target: _ }
            | Self::Start { target: _ }
            | Self::Terminate { target: _ }
            | Self::PermanentDelete { target: _ } => json!({}),
        }
    }

    /// Returns which cluster the call is on; a creation is on none.
    pub const fn target(&self) -> Option<&ClusterTarget> {
        match self {
            Self::Create { .. } => None,
            Self::Resize { target, .. }
            | Self::Update { target, .. }
            | Self::Pin { target }
            | Self::Unpin { target }
            | Self::Start { target }
            | Self::Terminate { target }
            | Self::PermanentDelete { target } => Some(target),
        }
    }
}

fn failure(live: &Cluster) -> String {
    live.failed_launch().unwrap_or_else(|| {
        let reason = live.termination.as_deref().unwrap_or("the workspace gives no reason");
        format!("the cluster terminated: {reason}")
    })
}

impl Cluster {
    /// Says why the cluster terminated and what to do about it; nothing where nobody need do anything, or where the code is
    /// not known here.
    pub(super) fn failed_launch(&self) -> Option<String> {
        let reason = self.termination.as_deref()?;
        let code = reason.split([' ', ':']).next().unwrap_or_default();
        let (meaning, help) = termination::explain(code)?;
        Some(format!("the cluster terminated, because {meaning}: {reason}; {}", help?))
    }
}
