//! Changing a cluster: `edit` (the whole specification), `update` (a mask of fields) and `resize`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::USER_NAME;
use super::super::errors::Refusal;
use super::super::fields::{self, Field, Object, Shape};
use super::lifecycle::State;
use super::{body_with_specification, cluster_id, specification, validation};
use crate::http::Request;
use crate::world::World;

/// Replaces the whole specification: what is left out goes back to its default.
pub(super) fn edit(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let (own, specification) = body_with_specification(request, specification::CLUSTER_ID)?;
    change(world, cluster_id(&own), specification)
}

/// Changes the fields that the mask names; one without a value is cleared (AIP-161).
pub(super) fn update(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let mut own = fields::any_body(request)?;
    let given = match own.shift_remove("cluster") {
        None => Object::new(),
        Some(Value::Object(given)) => given,
        Some(_) => return Err(fields::wrong_type(&Shape::Object(specification::FIELDS), "cluster")),
    };
    fields::check(&own, specification::UPDATE_FIELDS, "")?;
    fields::check_present(&given, specification::FIELDS, "cluster.")?;
    let id = cluster_id(&own);
    let mut merged = world.workspace.clusters.find(id)?.specification.clone();
    apply_mask(&mut merged, given, fields::text(&own, "update_mask").unwrap_or_default())?;
    fields::check(&merged, specification::FIELDS, "cluster.")?;
    change(world, id, merged)
}

/// A running cluster restarts at once, a terminated one stays so, and any other refuses.
fn change(world: &mut World, id: &str, specification: Object) -> Result<Value, Refusal> {
    world.workspace.clusters.find(id)?.require(&[State::Running, State::Terminated])?;
    validation::validate(world, &specification)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_restart);
    let cluster = world.workspace.clusters.find_mut(id)?;
    cluster.specification = specification;
    cluster.record(now, "EDITED", json!({"user": USER_NAME}));
    if cluster.state == State::Running {
        cluster.record(now, "RESTARTING", json!({"user": USER_NAME}));
        cluster.enter(State::Restarting, now, milliseconds);
    }
    Ok(json!({}))
}

/// Changes the number of workers of a running cluster, which keeps serving.
pub(super) fn resize(world: &mut World, request: &Request) -> Result<Value, Refusal> {
    let mut size = fields::body(request, specification::RESIZE_FIELDS)?;
    let own = specification::take(&mut size, specification::CLUSTER_ID);
    let id = cluster_id(&own);
    let cluster = world.workspace.clusters.find(id)?;
    cluster.require(&[State::Running])?;
    let mut resized = cluster.specification.clone();
    resized.shift_remove("num_workers");
    resized.shift_remove("autoscale");
    resized.extend(size);
    validation::validate(world, &resized)?;
    let (now, milliseconds) = (world.now, world.settings.behaviour.cluster_resize);
    let cluster = world.workspace.clusters.find_mut(id)?;
    cluster.specification = resized;
    let size = cluster.size();
    cluster.record(now, "RESIZING", size);
    cluster.enter(State::Resizing, now, milliseconds);
    Ok(json!({}))
}

fn apply_mask(target: &mut Object, mut given: Object, mask: &str) -> Result<(), Refusal> {
    if mask == "*" {
        *target = given;
        return Ok(());
    }
    let paths: BTreeSet<&str> = mask.split(',').collect();
    for path in &paths {
        let keys: Vec<&str> = path.split('.').collect();
        check_path(&keys, specification::FIELDS).ok_or_else(|| {
            let message = format!("Invalid update_mask: '{path}' is no field of a cluster that can be updated");
            Refusal::invalid(message)
        })?;
        move_value(&keys, &mut given, target);
    }
    // The size is one or the other: setting one takes the other's place.
    for (set, other) in [("num_workers", "autoscale"), ("autoscale", "num_workers")] {
        if paths.contains(set) && !paths.contains(other) && target.contains_key(set) {
            target.shift_remove(other);
        }
    }
    Ok(())
}

/// Paths go into messages, but neither into maps nor into lists.
fn check_path(keys: &[&str], fields: &[Field]) -> Option<()> {
    let (key, rest) = keys.split_first()?;
    let field = fields.iter().find(|field| field.name == *key)?;
    match (&field.shape, rest.is_empty()) {
        (_, true) => Some(()),
        (Shape::Object(inner), false) => check_path(rest, inner),
        (Shape::Text | Shape::Integer | Shape::Boolean | Shape::TextMap | Shape::Choice(_) | Shape::List(_), false) => {
            None
        }
    }
}

fn move_value(keys: &[&str], from: &mut Object, to: &mut Object) {
    let Some((key, rest)) = keys.split_first() else {
        return;
    };
    if rest.is_empty() {
        match from.shift_remove(*key) {
            Some(value) => to.insert((*key).to_owned(), value),
            None => to.shift_remove(*key),
        };
        return;
    }
    let mut nothing = Object::new();
    let from = from.get_mut(*key).and_then(Value::as_object_mut).unwrap_or(&mut nothing);
    let inner = to.entry((*key).to_owned()).or_insert_with(|| json!({}));
    if let Value::Object(inner) = inner {
        move_value(rest, from, inner);
    }
}
