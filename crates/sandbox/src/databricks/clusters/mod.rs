//! Clusters (Clusters API 2.0 and 2.1).

mod catalogue;
mod events;
mod lifecycle;
mod listing;
mod rendering;
mod specification;
#[cfg(test)]
mod tests;
mod update;
mod validation;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::authentication::hexadecimal;
use super::errors::{ErrorCode, Refusal};
use super::fields::{self, Field, Object};
use super::{USER_NAME, ok};
use crate::http::{Request, Response};
use crate::world::World;
use lifecycle::State;

/// A workspace pins no more.
const MAXIMUM_PINNED: usize = 100;
const MAXIMUM_IDEMPOTENCY_TOKEN: usize = 64;

/// All clusters, by id.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Clusters {
    by_id: BTreeMap<String, Cluster>,
    /// How many were ever created.
    created: u64,
}

/// One cluster.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    id: String,
    /// What the client sent, without the fields that are no part of the specification.
    specification: Object,
    state: State,
    /// When a transitional state ends, in milliseconds since the epoch; `None` in a settled one.
    settles_at: Option<u64>,
    started_at: u64,
    last_restarted_at: Option<u64>,
    terminated_at: Option<u64>,
    /// How often its driver came up; each time it is another Spark context.
    launches: u64,
    is_pinned: bool,
    idempotency_token: Option<String>,
    events: Vec<lifecycle::Event>,
}

impl Clusters {
    /// Lets every cluster settle whose time has come.
    pub(super) fn advance(&mut self, now: u64) {
        for cluster in self.by_id.values_mut() {
            cluster.advance(now);
        }
    }

    fn find(&self, id: &str) -> Result<&Cluster, Refusal> {
        self.by_id.get(id).ok_or_else(|| missing(id))
    }

    fn find_mut(&mut self, id: &str) -> Result<&mut Cluster, Refusal> {
        self.by_id.get_mut(id).ok_or_else(|| missing(id))
    }

    /// An id in the form `MMDD-HHMMSS-xxxxxxxx`.
    fn next_id(&mut self, now: u64) -> String {
        self.created += 1;
        let digest = Sha256::digest(format!("{now}/{}", self.created));
        let time = i64::try_from(now).ok().and_then(|now| Timestamp::from_millisecond(now).ok());
        let time = time.unwrap_or(Timestamp::MAX).strftime("%m%d-%H%M%S").to_string();
        format!("{time}-{}", hexadecimal(&digest[..4]))
    }
}

/// 400 and not 404 (terraform-provider-databricks#1737).
fn missing(id: &str) -> Refusal {
    Refusal::invalid(format!("Cluster {id} does not exist"))
}

/// Answers a call, or `None` where there is no such call.
pub(super) fn handle(
    world: &mut World,
    request: &Request,
    version: &str,
    call: &str,
) -> Result<Option<Response>, Refusal> {
    let answer = match (request.method.as_str(), call) {
        ("POST", "create") => create(world, request)?,
        ("POST", "edit") => update::edit(world, request)?,
        ("POST", "update") if version == "2.1" => update::update(world, request)?,
        ("POST", "resize") => update::resize(world, request)?,
        ("POST", "start") => start(world, request)?,
        ("POST", "restart") => restart(world, request)?,
        ("POST", "delete") => terminate(world, request)?,
        ("POST", "permanent-delete") => permanent_delete(world, request)?,
        ("POST", "pin") => pin(world, request, true)?,
        ("POST", "unpin") => pin(world, request, false)?,
        ("POST", "events") => events::events(&world.workspace.clusters, request)?,
        ("GET", "get") => get(world, request)?,
        ("GET", "list") => listing::list(world, request, version)?,
        ("GET", "spark-versions") => without_parameters(request, catalogue::spark_versions_answer())?,
        ("GET", "list-node-types") => without_parameters(request, catalogue::node_types_answer())?,
        ("GET", "list-zones") => without_parameters(request, catalogue::zones_answer(&world.settings))?,
        _ => return Ok(None),
    };
    Ok(Some(ok(&answer)))
}

fn without_parameters(request: &Request, answer: Value) -> Result<Value, Refusal> {
    fields::query(request, &[]).map(|_| answer)
}

/// Reads a body that must hold these fields and may hold a specification.
fn body_with_specification(request: &Request, own: &'static [Field]) -> Result<(Object, Object), Refusal> {
    let mut specification = fields::any_body(request)?;
    let own_values = specification::take(&mut specification, own);
    fields::check(&own_values, own, "")?;
    fields::check(&specification, specification::FIELDS, "")?;
    Ok((own_values, specification))
}

fn cluster_id(body: &Object) -> &str {
    fields::text(body, "cluster_id").unwrap_or_default()
}

fn create(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let (own, specification) = body_with_specification(request, specification::CREATE_FIELDS)?;
    if let Some(source) = fields::object(&own, "clone_from") {
        // Only libraries are cloned, which are not part of this workspace; the source must exist all the same.
        let id = fields::text(source, "source_cluster_id").unwrap_or_default();
        world.workspace.clusters.find(id)?;
    }
    let token = fields::text(&own, "idempotency_token");
    if let Some(token) = token {
        if token.len() > MAXIMUM_IDEMPOTENCY_TOKEN {
            let message = format!("idempotency_token must be at most {MAXIMUM_IDEMPOTENCY_TOKEN} characters long");
            return Err(Refusal::invalid(message));
        }
        if let Some(id) = live_cluster_of_token(&world.workspace.clusters, token) {
            return Ok(json!({"cluster_id": id}));
        }
    }
    validation::validate(world, &specification)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_start);
    let clusters = &mut world.workspace.clusters;
    let mut cluster = Cluster {
        id: clusters.next_id(now),
        specification,
        state: State::Pending,
        settles_at: None,
        started_at: now,
        last_restarted_at: None,
        terminated_at: None,
        launches: 0,
        is_pinned: false,
        idempotency_token: token.map(str::to_owned),
        events: Vec::new(),
    };
    let size = cluster.size();
    cluster.record(now, "CREATING", size);
    cluster.enter(State::Pending, now, milliseconds);
    let id = cluster.id.clone();
    clusters.by_id.insert(id.clone(), cluster);
    Ok(json!({"cluster_id": id}))
}

/// A token holds until its cluster has terminated.
fn live_cluster_of_token(clusters: &Clusters, token: &str) -> Option<String> {
    clusters
        .by_id
        .values()
        .find(|cluster| cluster.state != State::Terminated && cluster.idempotency_token.as_deref() == Some(token))
        .map(|cluster| cluster.id.clone())
}

fn get(world: &World, request: &Request) -> Result<Value, Refusal> {
    let query = fields::query(request, specification::CLUSTER_ID)?;
    let cluster = world.workspace.clusters.find(cluster_id(&query))?;
    let mut details = rendering::details(cluster, &world.settings);
    details.insert("spec".to_owned(), Value::Object(rendering::specification(cluster)));
    Ok(Value::Object(details))
}

/// The documentation calls starting a cluster that runs a no-op; real workspaces refuse (databricks/cli#1372).
fn start(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let body = fields::body(request, specification::CLUSTER_ID)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_start);
    let cluster = world.workspace.clusters.find_mut(cluster_id(&body))?;
    cluster.require(&[State::Terminated])?;
    cluster.record(now, "STARTING", json!({"user": USER_NAME}));
    cluster.enter(State::Pending, now, milliseconds);
    Ok(json!({}))
}

/// An error, too, where the documentation promises a no-op (databricks-sdk-py#422).
fn restart(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let body = fields::body(request, specification::RESTART_FIELDS)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_restart);
    let cluster = world.workspace.clusters.find_mut(cluster_id(&body))?;
    cluster.require(&[State::Running])?;
    cluster.record(now, "RESTARTING", json!({"user": USER_NAME}));
    cluster.enter(State::Restarting, now, milliseconds);
    Ok(json!({}))
}

/// `clusters/delete` terminates; the cluster stays.
fn terminate(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let body = fields::body(request, specification::CLUSTER_ID)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_terminate);
    let cluster = world.workspace.clusters.find_mut(cluster_id(&body))?;
    if !matches!(cluster.state, State::Terminating | State::Terminated) {
        let reason = rendering::termination_reason();
        cluster.record(now, "TERMINATING", json!({"reason": reason, "user": USER_NAME}));
        cluster.enter(State::Terminating, now, milliseconds);
    }
    Ok(json!({}))
}

fn permanent_delete(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let body = fields::body(request, specification::CLUSTER_ID)?;
    let clusters = &mut world.workspace.clusters;
    let id = cluster_id(&body);
    if clusters.find(id)?.is_pinned {
        // Clients look for "unpin the cluster first" in the text.
        let message = format!("Cluster {id} is pinned, please unpin the cluster first");
        return Err(Refusal::new(ErrorCode::InvalidState, message));
    }
    clusters.by_id.remove(id);
    Ok(json!({}))
}

fn pin(world: &mut World, request: &Request, wanted: bool) -> Result<Value, Refusal> {
    let body = fields::body(request, specification::CLUSTER_ID)?;
    let now = world.now;
    let clusters = &mut world.workspace.clusters;
    let pinned = clusters.by_id.values().filter(|cluster| cluster.is_pinned).count();
    let cluster = clusters.find_mut(cluster_id(&body))?;
    if cluster.is_pinned == wanted {
        return Ok(json!({}));
    }
    if wanted && pinned >= MAXIMUM_PINNED {
        let message = format!("The maximum of {MAXIMUM_PINNED} pinned clusters is reached");
        return Err(Refusal::invalid(message));
    }
    cluster.is_pinned = wanted;
    cluster.record(now, if wanted { "PINNED" } else { "UNPINNED" }, json!({"user": USER_NAME}));
    Ok(json!({}))
}
