//! The spec of a live cluster, made the same as what a manifest says of the same thing.
//!
//! The API tells a spec twice: as it was sent (`spec`), and resolved, with defaults filled in. What a manifest sets is
//! looked up in the first and then in the second; what it wants unset, in the first alone, for there a default does not
//! count. The size is the exception: a resize shows in the resolved fields at once, and `spec` is said to be a snapshot
//! of the last create or edit.

use reconcile_core::resource::Cluster;
use reconcile_core::resource::cluster::ClusterSpec;
use reconcile_core::resource::cluster::schema::{self, FieldSchema, Shape};
use serde_json::{Map, Value};

use super::answer::Answered;

/// What stands in place of a secret that the service does not tell.
const REDACTED: [&str; 2] = ["[REDACTED]", "REDACTED"];

/// The live values of the fields that the wanted cluster manages; one that is unset is null.
pub(super) fn spec(wanted: &Cluster, answered: &Answered) -> ClusterSpec {
    let mut live = Map::new();
    for field in schema::SPEC {
        let managed = wanted.spec.0.get(field.name);
        // The settings of a single node are added to the live ones where the manifest does not mention `spark_conf`.
        let as_it_is = Value::Object(Map::new());
        let wanted = managed.or_else(|| (wanted.single_node && field.name == "spark_conf").then_some(&as_it_is));
        if let Some(wanted) = wanted {
            live.insert(field.name.to_owned(), told(*field, wanted, Sources::of(*field, answered)));
        }
    }
    unset_the_other_size(&mut live, answered);
    default_engine(&mut live, wanted, answered);
    unset_what_follows(&mut live, wanted, answered);
    ClusterSpec(live)
}

/// The two places where the API tells a field.
#[derive(Clone, Copy)]
struct Sources<'a> {
    sent: Option<&'a Value>,
    resolved: Option<&'a Value>,
    /// Whether the API told what was sent at all.
    tells_sent: bool,
}

impl<'a> Sources<'a> {
    fn of(field: FieldSchema, answered: &'a Answered) -> Self {
        let resolved = answered.resolved.get(field.name);
        let sent = answered.spec.as_ref().and_then(|spec| spec.get(field.name));
        let tells_sent = answered.spec.is_some();
        if schema::SIZE.contains(&field.name) {
            let now = if has_size(&answered.resolved) { resolved } else { sent };
            return Self { sent: now, resolved: None, tells_sent: true };
        }
        Self { sent, resolved, tells_sent }
    }

    fn member(self, name: &str) -> Self {
        let of = |value: Option<&'a Value>| value.and_then(|value| value.get(name));
        Self { sent: of(self.sent), resolved: of(self.resolved), tells_sent: self.tells_sent }
    }

    fn value_for(self, wanted: &Value) -> Value {
        let set = |value: Option<&'a Value>| value.filter(|value| !value.is_null());
        let resolved = if wanted.is_null() && self.tells_sent { None } else { set(self.resolved) };
        set(self.sent).or(resolved).cloned().unwrap_or_default()
    }
}

fn has_size(fields: &Map<String, Value>) -> bool {
    schema::SIZE.iter().any(|size| fields.get(*size).is_some_and(|value| !value.is_null()))
}

fn told(field: FieldSchema, wanted: &Value, sources: Sources<'_>) -> Value {
    match (field.shape, wanted) {
        (Shape::Message(fields), Value::Object(members)) => {
            let managed = fields.iter().filter_map(|member| Some((member, members.get(member.name)?)));
            let told = managed
                .map(|(member, wanted)| (member.name.to_owned(), told(*member, wanted, sources.member(member.name))))
                .collect();
            Value::Object(without_strange_secrets(fields, members, told))
        }
        _ => canonical(field, wanted, sources.value_for(wanted)),
    }
}

/// A password that is not told counts as the wanted one only beside the wanted user name: with another one, or with none, it
/// has to be sent along.
fn without_strange_secrets(
    fields: &[FieldSchema],
    wanted: &Map<String, Value>,
    mut told: Map<String, Value>,
) -> Map<String, Value> {
    let is_secret = |name: &str| fields.iter().any(|field| field.name == name && matches!(field.shape, Shape::Secret));
    if told.iter().any(|(name, value)| !is_secret(name) && wanted.get(name) != Some(value)) {
        for (_, secret) in told.iter_mut().filter(|(name, _)| is_secret(name)) {
            *secret = Value::Null;
        }
    }
    told
}

fn canonical(field: FieldSchema, wanted: &Value, found: Value) -> Value {
    match field.shape {
        // The API leaves out what has its type's default.
        Shape::Boolean | Shape::Integer(..) | Shape::Text if found.is_null() && is_default(field.name, wanted) => {
            wanted.clone()
        }
        Shape::Choice(_) if field.name == "data_security_mode" => access_mode(wanted, found),
        Shape::Choice(_) if found == "NULL" => Value::Null,
        Shape::TextMap => texts(found),
        Shape::SecretMap => untold_entries(wanted, found),
        Shape::Secret if found.is_null() || is_redacted(&found) => wanted.clone(),
        Shape::Text
        | Shape::Choice(_)
        | Shape::Integer(..)
        | Shape::Boolean
        | Shape::Secret
        | Shape::TextList(_)
        | Shape::Message(_)
        | Shape::Union(_)
        | Shape::UnionList(..) => found,
    }
}

/// A cluster takes notebooks and jobs unless it is told not to.
fn is_default(name: &str, wanted: &Value) -> bool {
    match wanted {
        Value::Bool(value) => *value == matches!(name, "notebooks" | "jobs"),
        Value::Number(value) => value.as_i64() == Some(0),
        Value::String(value) => value.is_empty(),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The newer names are told under the older ones, and the automatic mode as the one that was chosen
/// (terraform-provider-databricks, `DataSecurityModeDiffSuppressFunc`).
fn access_mode(wanted: &Value, found: Value) -> Value {
    let older = |mode: &str| match mode {
        "DATA_SECURITY_MODE_DEDICATED" => "SINGLE_USER".to_owned(),
        "DATA_SECURITY_MODE_STANDARD" => "USER_ISOLATION".to_owned(),
        other => other.to_owned(),
    };
    let (Some(wanted_mode), Some(found_mode)) = (wanted.as_str(), found.as_str()) else {
        return if wanted == "NONE" { wanted.clone() } else { found };
    };
    let chosen = older(found_mode);
    let automatic =
        wanted_mode == "DATA_SECURITY_MODE_AUTO" && matches!(chosen.as_str(), "SINGLE_USER" | "USER_ISOLATION");
    if automatic || older(wanted_mode) == chosen { wanted.clone() } else { Value::from(chosen) }
}

/// Free settings are texts; some clients send numbers and booleans.
fn texts(found: Value) -> Value {
    let text = |value: Value| match value {
        Value::Bool(_) | Value::Number(_) => Value::from(value.to_string()),
        other @ (Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_)) => other,
    };
    match found {
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, text(value))).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => other,
    }
}

/// A secret that is not told cannot differ.
fn untold_entries(wanted: &Value, found: Value) -> Value {
    let mut found = texts(found);
    if let Value::Object(entries) = &mut found {
        for (key, value) in entries.iter_mut().filter(|(_, value)| is_redacted(value)) {
            if let Some(wanted) = wanted.get(key) {
                *value = wanted.clone();
            }
        }
    }
    found
}

fn is_redacted(value: &Value) -> bool {
    let stars = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    value.as_str().is_some_and(|text| REDACTED.contains(&text) || stars(text))
}

/// A cluster that scales by itself may tell its present number of workers, which is nobody's wish.
fn unset_the_other_size(live: &mut Map<String, Value>, answered: &Answered) {
    let size = if has_size(&answered.resolved) { Some(&answered.resolved) } else { answered.spec.as_ref() };
    let scales = size.and_then(|size| size.get("autoscale")).is_some_and(|value| !value.is_null());
    if let Some(workers) = live.get_mut("num_workers").filter(|_| scales) {
        *workers = Value::Null;
    }
}

/// Without a word the engine is the standard one, unless the runtime is one of Photon's own.
fn default_engine(live: &mut Map<String, Value>, wanted: &Cluster, answered: &Answered) {
    let version = answered.resolved.get("spark_version").and_then(Value::as_str).unwrap_or_default();
    let standard = wanted.spec.0.get("runtime_engine").is_some_and(|engine| engine == "STANDARD");
    if let Some(engine) = live.get_mut("runtime_engine")
        && engine.is_null()
        && standard
        && !version.contains("-photon-")
    {
        *engine = Value::from("STANDARD");
    }
}

/// What a driver is built on where nobody said it: on what the workers are.
const FOLLOWERS: [(&str, &str); 2] =
    [("driver_node_type_id", "node_type_id"), ("driver_instance_pool_id", "instance_pool_id")];

/// A driver that is as it should be only because it follows the workers is not, once they become something else.
fn unset_what_follows(live: &mut Map<String, Value>, wanted: &Cluster, answered: &Answered) {
    for (follower, leader) in FOLLOWERS {
        let was_sent =
            answered.spec.as_ref().is_none_or(|spec| spec.get(follower).is_some_and(|value| !value.is_null()));
        let leader_stays = wanted.spec.0.get(leader).is_none_or(|wanted| live.get(leader) == Some(wanted));
        if let Some(found) = live.get_mut(follower).filter(|_| !was_sent && !leader_stays) {
            *found = Value::Null;
        }
    }
}
