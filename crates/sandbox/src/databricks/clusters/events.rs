//! `clusters/events`: what happened to a cluster.

use serde_json::{Value, json};

use super::super::errors::Refusal;
use super::super::fields::{self, Field, Object, Shape};
use super::lifecycle::Event;
use super::{Clusters, cluster_id};
use crate::http::Request;

const FIELDS: &[Field] = &[
    Field::required("cluster_id", Shape::Text),
    Field::optional("start_time", Shape::Integer),
    Field::optional("end_time", Shape::Integer),
    Field::optional("order", Shape::Choice(&["ASC", "DESC"])),
    Field::optional("event_types", Shape::List(&Shape::Text)),
    Field::optional("offset", Shape::Integer),
    Field::optional("limit", Shape::Integer),
    Field::optional("page_size", Shape::Integer),
    Field::optional("page_token", Shape::Text),
];

const DEFAULT_LIMIT: i64 = 50;
const MAXIMUM_LIMIT: i64 = 500;

/// Answers the call; the newest event comes first unless asked otherwise.
pub(super) fn events(clusters: &Clusters, request: &Request) -> Result<Value, Refusal> {
    let body = fields::body(request, FIELDS)?;
    let cluster = clusters.find(cluster_id(&body))?;
    let mut events: Vec<&Event> = cluster.events.iter().filter(|event| passes(event, &body)).collect();
    if fields::text(&body, "order") != Some("ASC") {
        events.reverse();
    }
    let (start, limit) = window(&body)?;
    let page: Vec<Value> = events
        .iter()
        .skip(start)
        .take(limit)
        .map(|event| {
            let Event { timestamp, kind, details } = event;
            json!({"cluster_id": cluster.id, "timestamp": timestamp, "type": kind, "details": details})
        })
        .collect();
    let end = start.saturating_add(page.len());
    let mut answer = Object::new();
    answer.insert("events".to_owned(), json!(page));
    answer.insert("total_count".to_owned(), json!(events.len()));
    if end < events.len() && limit > 0 {
        next_page(&mut answer, &body, end, limit);
    }
    Ok(Value::Object(answer))
}

fn passes(event: &Event, body: &Object) -> bool {
    let time = |name: &str| fields::integer(body, name).map(|time| u64::try_from(time).unwrap_or_default());
    let kinds = fields::list(body, "event_types");
    time("start_time").is_none_or(|start| start <= event.timestamp)
        && time("end_time").is_none_or(|end| event.timestamp <= end)
        && (kinds.is_empty() || kinds.iter().any(|kind| kind == event.kind.as_str()))
}

/// The first event and how many, by the newer `page_…` fields or the older `offset` and `limit`.
fn window(body: &Object) -> Result<(usize, usize), Refusal> {
    let start = match fields::text(body, "page_token") {
        None | Some("") => fields::integer(body, "offset").unwrap_or_default(),
        Some(token) => token.parse().map_err(|_| Refusal::invalid("Invalid page_token"))?,
    };
    let limit = fields::integer(body, "page_size")
        .filter(|size| *size != 0)
        .or_else(|| fields::integer(body, "limit"))
        .unwrap_or(DEFAULT_LIMIT);
    match (usize::try_from(start), usize::try_from(limit)) {
        (Ok(start), Ok(count)) if limit <= MAXIMUM_LIMIT => Ok((start, count)),
        _ => Err(Refusal::invalid(format!(
            "The offset must not be negative, and the limit between 0 and {MAXIMUM_LIMIT}"
        ))),
    }
}

/// Tells the next page in the terms that the client asked for this one in. The whole next request is always there, as
/// the official SDK for Python follows nothing else.
fn next_page(answer: &mut Object, body: &Object, end: usize, limit: usize) {
    let mut next = body.clone();
    if body.contains_key("page_size") || body.contains_key("page_token") {
        let token = json!(end.to_string());
        next.insert("page_token".to_owned(), token.clone());
        answer.insert("next_page_token".to_owned(), token);
    } else {
        next.insert("offset".to_owned(), json!(end));
        next.insert("limit".to_owned(), json!(limit));
    }
    answer.insert("next_page".to_owned(), Value::Object(next));
}
