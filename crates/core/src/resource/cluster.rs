//! Databricks clusters: `databricks.clusters`.
//!
//! API: <https://docs.databricks.com/api/workspace/clusters>. The spec's fields are the API's own; [`schema`] lists them.

mod decode;
mod diff;
mod operation;
mod record;
pub mod schema;
mod termination;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::field::Field;
use crate::resource::{Settled, Tags};

pub use operation::{ClusterOperation, ClusterTarget};

/// The two keys of `spark_conf` that make a cluster of one node
/// (<https://docs.databricks.com/api/workspace/clusters/create>, `num_workers`).
pub const SINGLE_NODE_CONF: [(&str, &str); 2] =
    [("spark.databricks.cluster.profile", "singleNode"), ("spark.master", "local[*]")];

/// The tag that goes with them.
pub const SINGLE_NODE_TAG: (&str, &str) = ("ResourceClass", "SingleNode");

/// The run state of a cluster. A manifest may ask for `running` or `terminated`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterState {
    /// `RUNNING`
    Running,
    /// `TERMINATED`: its configuration is kept, for 30 days unless it is pinned.
    Terminated,
    /// On the way to another state: `PENDING`, `RESTARTING`, `RESIZING`, `TERMINATING`, or a name not known here.
    Changing(String),
    /// `ERROR`, which the service does not use any more.
    Error,
}

impl ClusterState {
    /// Reads the API's `state`.
    pub fn from_service(state: &str) -> Self {
        match state {
            "RUNNING" => Self::Running,
            "TERMINATED" => Self::Terminated,
            "ERROR" => Self::Error,
            other => Self::Changing(other.to_owned()),
        }
    }

    /// Returns the state in which the cluster comes to rest when nobody interferes
    /// (the transitions are those of the API reference's `ClusterState`).
    #[must_use]
    pub fn at_rest(&self) -> Self {
        match self {
            Self::Changing(state) if state == "TERMINATING" => Self::Terminated,
            Self::Changing(_) => Self::Running,
            rest @ (Self::Running | Self::Terminated | Self::Error) => rest.clone(),
        }
    }

    /// Returns the manifest's word, or the API's where the manifest has none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Running => "running",
            Self::Terminated => "terminated",
            Self::Changing(state) => state,
            Self::Error => "ERROR",
        }
    }
}

impl fmt::Display for ClusterState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for ClusterState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ClusterState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let own = [Self::Running, Self::Terminated].into_iter().find(|state| state.as_str() == text);
        Ok(own.unwrap_or_else(|| Self::from_service(&text)))
    }
}

/// The API's spec fields as JSON, at every depth: a key that is missing is absent (not managed, or not told), a null is
/// unset. `cluster_name` and `custom_tags` are kept apart. Its `Debug` and its `Serialize` mask secrets.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct ClusterSpec(pub Map<String, Value>);

impl ClusterSpec {
    /// Returns one top-level field.
    pub fn get(&self, field: &str) -> Field<&Value> {
        match self.0.get(field) {
            None => Field::Absent,
            Some(Value::Null) => Field::Null,
            Some(value) => Field::Set(value),
        }
    }

    /// Returns a copy in which the values of environment variables and passwords are masked.
    #[must_use]
    pub fn masked(&self) -> Map<String, Value> {
        self.0.iter().map(|(field, value)| (field.clone(), schema::mask(field, value))).collect()
    }
}

impl fmt::Debug for ClusterSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ClusterSpec").field(&self.masked()).finish()
    }
}

impl Serialize for ClusterSpec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.masked().serialize(serializer)
    }
}

/// The state of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// `cluster_name`; not unique in a workspace.
    pub name: String,
    /// Says which one, where several bear the name. Always set in a live state.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub cluster_id: Field<String>,
    /// Whether the settings of a single node are added to whatever else is set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_node: bool,
    /// Everything else of the API's spec.
    #[serde(default)]
    pub spec: ClusterSpec,
    /// `custom_tags`; keys keep case.
    #[serde(default, skip_serializing_if = "Tags::has_no_keys")]
    pub custom_tags: Tags,
    /// Whether it is kept for ever and listed first.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub pinned: Field<bool>,
    /// Whether it is to run.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub state: Field<ClusterState>,
    /// Live only: why it terminated, in the service's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination: Option<String>,
    /// Live only: the ARN of the instance profile with which its nodes start, whether that is managed or not; null is none. It
    /// orders a plan, and is no part of a record.
    #[serde(skip)]
    pub starts_with: Field<String>,
}

impl Cluster {
    /// Returns the cluster's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the cluster with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self {
            name: self.name.clone(),
            cluster_id: self.cluster_id.clone(),
            single_node: false,
            spec: ClusterSpec::default(),
            custom_tags: Tags::default(),
            pinned: Field::Absent,
            state: Field::Absent,
            termination: None,
            starts_with: Field::Absent,
        }
    }

    /// Returns whether a live cluster is between two states, in which every change is refused with `INVALID_STATE`.
    pub fn rest(&self) -> Settled {
        match &self.state {
            Field::Set(ClusterState::Changing(state)) => Settled::Waiting(format!("it is {state}")),
            Field::Set(ClusterState::Running | ClusterState::Terminated | ClusterState::Error)
            | Field::Absent
            | Field::Null => Settled::Yes,
        }
    }

    /// Returns the ARN of the instance profile with which its nodes start, if the spec says so.
    pub fn instance_profile_arn(&self) -> Option<&str> {
        self.instance_profile().value().copied()
    }

    /// Returns the same as a field: a desired cluster may not manage it, and a live one may tell it beside the spec.
    pub fn instance_profile(&self) -> Field<&str> {
        let told = || self.starts_with.as_ref().map(String::as_str);
        match self.spec.get("aws_attributes") {
            Field::Absent => told(),
            Field::Null => Field::Null,
            Field::Set(attributes) => match attributes.get("instance_profile_arn") {
                None => told(),
                Some(arn) => arn.as_str().map_or(Field::Null, Field::Set),
            },
        }
    }
}
