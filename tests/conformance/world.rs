//! The sandbox's whole world, compared bit for bit.

use std::collections::BTreeSet;

use reconcile_core::id::Kind;
use reconcile_core::manifest::Declared;
use serde_json::{Map, Value};

use crate::shipped::Shipped;

/// What counts up whatever happens, and what a running service does by itself.
const COUNTERS: [&str; 4] =
    ["/iam/identifiers", "/workspace/clusters/created", "/workspace/tree/next_object_id", "/workspace/tokens"];

/// When something was done, and under which number: what differs in a resource that was repaired, and says nothing.
const TRACES: [&str; 16] = [
    "changed_at",
    "updated_at",
    "modified_at",
    "roles_changed_at",
    "created_at",
    "attached_at",
    "id",
    "object_id",
    "events",
    "started_at",
    "last_restarted_at",
    "terminated_at",
    "launches",
    "idempotency_token",
    "latest_version",
    "versions",
];

/// Returns a world in a form in which equal things are equal texts: lists of tags by key, clusters by name, policies by the
/// document that is in force.
pub(crate) fn plain(world: &Value) -> Value {
    let mut world = world.clone();
    for (path, key) in [("/sagemaker/notebooks", "tags"), ("/sagemaker/lifecycle_configs", "tags")] {
        for resource in members(&mut world, path) {
            resource[key] = by_key(&resource[key]);
        }
    }
    for list in ["/iam/roles", "/iam/instance_profiles", "/iam/policies"] {
        for resource in members(&mut world, list) {
            resource["tags"] = by_key(&resource["tags"]);
        }
    }
    for policy in members(&mut world, "/iam/policies") {
        let in_force = policy["default_version"].to_string();
        policy["document"] = policy["versions"][&in_force]["text"].clone();
        policy.as_object_mut().expect("an object").remove("default_version");
    }
    for role in members(&mut world, "/iam/roles") {
        let attached = role["attached"].as_object().cloned().unwrap_or_default();
        role["attached"] =
            attached.into_iter().map(|(arn, at)| (arn, serde_json::json!({"attached_at": at}))).collect();
    }
    if let Some(clusters) = world.pointer_mut("/workspace/clusters/by_id").and_then(Value::as_object_mut) {
        let named = std::mem::take(clusters).into_iter().map(|(_, cluster)| {
            let name = cluster["specification"]["cluster_name"].as_str().expect("a name").to_owned();
            (name, cluster)
        });
        *clusters = named.collect();
    }
    world
}

fn members<'a>(world: &'a mut Value, pointer: &str) -> impl Iterator<Item = &'a mut Value> {
    world.pointer_mut(pointer).and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut())
}

/// Tags as a map, however the service keeps them.
fn by_key(tags: &Value) -> Value {
    match tags {
        Value::Array(pairs) => {
            let pairs = pairs.iter().map(|pair| (pair[0].as_str().expect("a key").to_owned(), pair[1].clone()));
            let mut pairs: Vec<_> = pairs.collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Returns where a resource stands in a [`plain`] world, as a JSON pointer.
pub(crate) fn pointer(kind: Kind, name: &str) -> String {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match kind {
        Kind::IamPolicy => format!("/iam/policies/{}", escaped(&name.to_lowercase())),
        Kind::IamRole => format!("/iam/roles/{}", escaped(&name.to_lowercase())),
        Kind::IamInstanceProfile => format!("/iam/instance_profiles/{}", escaped(&name.to_lowercase())),
        Kind::SagemakerLifecycleConfig => {
            format!("/sagemaker/lifecycle_configs/us-east-1~1{}", escaped(&name.to_lowercase()))
        }
        Kind::SagemakerNotebookInstance => {
            format!("/sagemaker/notebooks/us-east-1~1{}", escaped(&name.to_lowercase()))
        }
        Kind::DatabricksInstanceProfile => format!("/workspace/instance_profiles/by_arn/{}", escaped(name)),
        Kind::DatabricksCluster => format!("/workspace/clusters/by_id/{}", escaped(name)),
        Kind::DatabricksNotebook => format!("/workspace/tree/nodes/{}", escaped(name)),
    }
}

/// Returns where the manifest's resources stand; of someone else's role only what the manifest lists.
pub(crate) fn owned(shipped: &Shipped) -> Vec<String> {
    shipped.manifest.resources.iter().flat_map(owned_by).collect()
}

fn owned_by(declared: &Declared) -> Vec<String> {
    let pointer = pointer(declared.address.kind(), declared.resource.name());
    if !declared.resource.is_existing() {
        return vec![pointer];
    }
    let listed = declared.field_places.keys().filter_map(|field| field.strip_prefix("inline_policies."));
    listed.map(|name| format!("{pointer}/inline/{name}")).collect()
}

/// Returns where two worlds differ, except for what happens by itself and for traces under one of the given places.
pub(crate) fn differences(before: &Value, after: &Value, touched: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    compare(&plain(before), &plain(after), String::new(), &mut found);
    let is_under = |pointer: &str, place: &str| {
        pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    found.retain(|pointer| {
        let is_trace = pointer.split('/').any(|part| TRACES.contains(&part));
        let counts = COUNTERS.iter().any(|counter| is_under(pointer, counter));
        let is_told = is_trace && touched.iter().any(|place| is_under(pointer, place));
        !(counts || is_told)
    });
    found.into_iter().collect()
}

/// Like [`differences`], leaving out all that is under the given places.
pub(crate) fn differences_elsewhere(before: &Value, after: &Value, places: &[String]) -> Vec<String> {
    let mut found = differences(before, after, &[]);
    found.retain(|pointer| !places.iter().any(|place| pointer == place || pointer.starts_with(&format!("{place}/"))));
    found
}

fn compare(before: &Value, after: &Value, pointer: String, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let inner = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (before.get(key), after.get(key)) {
                    (Some(before), Some(after)) => compare(before, after, inner, found),
                    _ => drop(found.insert(inner)),
                }
            }
        }
        _ if before == after => {}
        _ => drop(found.insert(pointer)),
    }
}
