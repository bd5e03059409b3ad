//! `clusters/list`: filters, order and pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::errors::Refusal;
use super::super::fields::{self, Field, Object, Shape};
use super::Cluster;
use super::lifecycle::State;
use super::rendering;
use crate::http::Request;
use crate::world::World;

const DEFAULT_PAGE_SIZE: i64 = 20;
const MAXIMUM_PAGE_SIZE: i64 = 100;

const STATES: &[&str] =
    &["ERROR", "PENDING", "RESIZING", "RESTARTING", "RUNNING", "TERMINATED", "TERMINATING", "UNKNOWN"];

const SOURCES: &[&str] = &["API", "JOB", "MODELS", "PIPELINE", "PIPELINE_MAINTENANCE", "SQL", "UI"];

/// Version 2.1 has pages; a client that reads one page only misses clusters.
const QUERY_2_1: &[Field] = &[
    Field::optional("page_size", Shape::Integer),
    Field::optional("page_token", Shape::Text),
    Field::optional("filter_by.cluster_states", Shape::List(&Shape::Choice(STATES))),
    Field::optional("filter_by.cluster_sources", Shape::List(&Shape::Choice(SOURCES))),
    Field::optional("filter_by.is_pinned", Shape::Boolean),
    Field::optional("filter_by.policy_id", Shape::Text),
    Field::optional("sort_by.field", Shape::Choice(&["DEFAULT", "CLUSTER_NAME"])),
    Field::optional("sort_by.direction", Shape::Choice(&["ASC", "DESC"])),
];

/// Version 2.0 knows none of this.
const QUERY_2_0: &[Field] = &[Field::optional("can_use_client", Shape::Text)];

/// Answers the call.
pub(super) fn list(world: &World, request: &Request, version: &str) -> Result<Value, Refusal> {
    let is_paged = version != "2.0";
    let query = fields::query(request, if is_paged { QUERY_2_1 } else { QUERY_2_0 })?;
    let mut clusters: Vec<&Cluster> =
        world.workspace.clusters.by_id.values().filter(|cluster| passes(cluster, &query)).collect();
    sort(&mut clusters, &query);
    let items: Vec<Value> =
        clusters.into_iter().map(|cluster| Value::Object(rendering::details(cluster, &world.settings))).collect();
    if is_paged {
        page(&items, &query)
    } else if items.is_empty() {
        Ok(json!({}))
    } else {
        Ok(json!({"clusters": items}))
    }
}

fn passes(cluster: &Cluster, query: &Object) -> bool {
    let is_among = |name: &str, value: &str| {
        let wanted = fields::list(query, name);
        wanted.is_empty() || wanted.iter().any(|item| item == value)
    };
    let pinned = query.get("filter_by.is_pinned").and_then(Value::as_bool);
    let policy = fields::text(query, "filter_by.policy_id");
    is_among("filter_by.cluster_states", cluster.state.name())
        && is_among("filter_by.cluster_sources", "API")
        && pinned.is_none_or(|wanted| wanted == cluster.is_pinned)
        && policy.is_none_or(|wanted| fields::text(&cluster.specification, "policy_id") == Some(wanted))
}

/// By default: the state, the pinned before the others, the name.
fn sort(clusters: &mut [&Cluster], query: &Object) {
    fn name(cluster: &Cluster) -> &str {
        fields::text(&cluster.specification, "cluster_name").unwrap_or_default()
    }
    if fields::text(query, "sort_by.field") == Some("CLUSTER_NAME") {
        clusters.sort_by_key(|cluster| name(cluster));
    } else {
        clusters.sort_by_key(|cluster| (is_over(cluster.state), cluster.state, !cluster.is_pinned, name(cluster)));
    }
    if fields::text(query, "sort_by.direction") == Some("DESC") {
        clusters.reverse();
    }
}

fn is_over(state: State) -> bool {
    matches!(state, State::Terminating | State::Terminated)
}

fn page(items: &[Value], query: &Object) -> Result<Value, Refusal> {
    let size = fields::integer(query, "page_size").unwrap_or(DEFAULT_PAGE_SIZE);
    if !(1..=MAXIMUM_PAGE_SIZE).contains(&size) {
        return Err(Refusal::invalid(format!("page_size must be between 1 and {MAXIMUM_PAGE_SIZE} (was {size})")));
    }
    let size = usize::try_from(size).unwrap_or(items.len());
    let start = match fields::text(query, "page_token") {
        None | Some("") => 0,
        Some(token) => token_start(token, query).ok_or_else(|| Refusal::invalid("Invalid page_token"))?,
    };
    let end = start.saturating_add(size).min(items.len());
    let mut answer = Object::new();
    if let Some(items) = items.get(start..end).filter(|items| !items.is_empty()) {
        answer.insert("clusters".to_owned(), json!(items));
    }
    if end < items.len() {
        answer.insert("next_page_token".to_owned(), json!(token(end, query)));
    }
    if start > 0 {
        let previous = start.saturating_sub(size);
        answer.insert("prev_page_token".to_owned(), json!(token(previous, query)));
    }
    Ok(Value::Object(answer))
}

/// A token is good only for the same filters and order.
fn token(start: usize, query: &Object) -> String {
    URL_SAFE_NO_PAD.encode(format!("{start} {}", question(query)))
}

fn token_start(token: &str, query: &Object) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (start, asked) = text.split_once(' ')?;
    (asked == question(query)).then(|| start.parse().ok()).flatten()
}

/// What is asked for, apart from the page; in the order of the table above, whatever the order sent.
fn question(query: &Object) -> String {
    let parts: Vec<(&str, &Value)> = QUERY_2_1
        .iter()
        .filter(|field| !field.name.starts_with("page_"))
        .filter_map(|field| query.get(field.name).map(|value| (field.name, value)))
        .collect();
    json!(parts).to_string()
}
