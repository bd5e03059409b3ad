//! What goes along when a resource is made anew, although the manifest does not manage it: the old thing is the only place that
//! holds it, and is deleted first.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::change::Difference;

/// Says in the plan which fields and tags of the live resource `renewed` has that `desired` does not manage. What an `unset`
/// one has too would come back by itself.
pub(super) fn note<T: Serialize>(desired: &T, renewed: &T, unset: &T, difference: &mut Difference) {
    let [desired, renewed, unset] = [desired, renewed, unset].map(fields);
    let goes_along =
        |name: &str, value: &Value| !is_empty(value) && !desired.contains_key(name) && unset.get(name) != Some(value);
    let fields = renewed.iter().filter(|(name, value)| *name != TAGS && goes_along(name, value));
    let tags = keys(&renewed).filter(|key| !keys(&desired).any(|managed| managed == *key) && !key.starts_with(OURS));
    let names: Vec<_> = fields.map(|(name, _)| name.clone()).chain(tags.map(|key| format!("{TAGS}.{key}"))).collect();
    if !names.is_empty() {
        difference.notes.push(format!(
            "what is not managed goes along: {}; should the apply be stopped before it is made anew, only `--journal` keeps that",
            names.join(", ")
        ));
    }
}

const TAGS: &str = "tags";

/// The beginning of the tags that are written in any case.
const OURS: &str = "reconcile:";

fn fields<T: Serialize>(resource: &T) -> Map<String, Value> {
    match serde_json::to_value(resource) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}

fn keys(fields: &Map<String, Value>) -> impl Iterator<Item = &String> {
    fields.get(TAGS).and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
