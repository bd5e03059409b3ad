//! A cluster as the API tells it.

use std::collections::BTreeMap;

use reconcile_core::field::Field;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::tags::OWNER_TAG;
use reconcile_core::resource::{Cluster, Tags};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::canonical;
use crate::client::Page;
use crate::error::plain_text;

/// One cluster of `clusters/get` or `clusters/list`. No `Debug`: environment variables are secrets.
#[derive(Clone, Deserialize)]
pub(super) struct Answered {
    pub(super) cluster_id: String,
    cluster_name: Option<String>,
    cluster_source: Option<String>,
    state: Option<String>,
    state_message: Option<String>,
    termination_reason: Option<TerminationReason>,
    custom_tags: Option<BTreeMap<String, Value>>,
    /// What was sent; `clusters/get` only.
    pub(super) spec: Option<Map<String, Value>>,
    /// Everything else: what was sent, with the service's own defaults filled in.
    #[serde(flatten)]
    pub(super) resolved: Map<String, Value>,
}

#[derive(Clone, Deserialize)]
struct TerminationReason {
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    parameters: Option<BTreeMap<String, Value>>,
}

/// One page of `clusters/list`, which is `{}` when there is none.
#[derive(Deserialize)]
pub(super) struct ListPage {
    clusters: Option<Vec<Answered>>,
    next_page_token: Option<String>,
}

impl Page for ListPage {
    type Item = Answered;

    fn into_parts(self) -> (Vec<Answered>, Option<String>) {
        let Self { clusters, next_page_token } = self;
        (clusters.unwrap_or_default(), next_page_token)
    }
}

impl Answered {
    pub(super) fn name(&self) -> &str {
        self.cluster_name.as_deref().unwrap_or_default()
    }

    pub(super) fn owner(&self) -> Option<&str> {
        self.custom_tags.as_ref()?.get(OWNER_TAG)?.as_str()
    }

    /// When its creation, or its last start, was asked for: milliseconds since 1970.
    pub(super) fn start_time(&self) -> Option<u64> {
        self.resolved.get("start_time")?.as_u64()
    }

    /// The instance profile with which its machines are launched.
    pub(super) fn instance_profile_arn(&self) -> Option<&str> {
        self.resolved.get("aws_attributes")?.get("instance_profile_arn")?.as_str()
    }

    /// False for the clusters of jobs, pipelines and the like, which cannot be edited.
    pub(super) fn is_made_by_people(&self) -> bool {
        self.cluster_source.as_deref().is_none_or(|source| matches!(source, "UI" | "API"))
    }

    /// The cluster by its id, with its tags and nothing else.
    pub(super) fn identity(&self) -> Cluster {
        Cluster {
            name: self.name().to_owned(),
            cluster_id: Field::Set(self.cluster_id.clone()),
            single_node: false,
            spec: ClusterSpec::default(),
            custom_tags: self.tags(),
            pinned: Field::Absent,
            state: Field::Absent,
            termination: None,
            starts_with: self.starts_with(),
        }
    }

    /// The canonical state, as far as the wanted one manages it.
    pub(super) fn live(&self, wanted: &Cluster, pinned: Field<bool>) -> Cluster {
        let state = self.state.as_deref().map(ClusterState::from_service);
        Cluster {
            name: self.name().to_owned(),
            cluster_id: Field::Set(self.cluster_id.clone()),
            single_node: false,
            spec: canonical::spec(wanted, self),
            custom_tags: self.tags(),
            pinned,
            termination: self.termination(state.as_ref()),
            starts_with: self.starts_with(),
            state: state.map_or(Field::Absent, Field::Set),
        }
    }

    fn starts_with(&self) -> Field<String> {
        Field::from_live(self.instance_profile_arn().map(str::to_owned))
    }

    fn tags(&self) -> Tags {
        let tags = self.custom_tags.iter().flatten();
        Tags::live(tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))))
    }

    /// Why it terminated; a reason may outlast the next start, and then says nothing.
    fn termination(&self, state: Option<&ClusterState>) -> Option<String> {
        let over = state.is_some_and(|state| match state.at_rest() {
            ClusterState::Terminated | ClusterState::Error => true,
            ClusterState::Running | ClusterState::Changing(_) => false,
        });
        let TerminationReason { code, kind, parameters } = self.termination_reason.as_ref().filter(|_| over)?;
        let code = code.as_deref().unwrap_or("no code");
        let kind = kind.as_ref().map(|kind| format!(" ({kind})")).unwrap_or_default();
        let details = parameters.iter().flatten().filter(|(key, _)| key.contains("error"));
        let texts = details.filter_map(|(_, value)| value.as_str()).chain(self.state_message.as_deref());
        let texts: Vec<_> = texts.filter(|text| !text.is_empty()).map(plain_text).collect();
        Some(if texts.is_empty() { format!("{code}{kind}") } else { format!("{code}{kind}: {}", texts.join("; ")) })
    }
}
