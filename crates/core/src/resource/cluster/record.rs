//! What is recorded of a cluster around a call, and how a recorded state comes back.

use serde_json::{Map, Value};

use super::schema::{self, FieldSchema, Shape};
use super::{Cluster, ClusterOperation, ClusterSpec, ClusterState};
use crate::field::Field;
use crate::resource::Tags;

impl Cluster {
    /// Returns what a provider is asked to read where all of the cluster is to be recorded: every field as somebody set it.
    #[must_use]
    pub fn in_full(&self) -> Self {
        let spec = schema::SPEC.iter().map(|field| (field.name.to_owned(), Value::Null));
        Self { spec: ClusterSpec(spec.collect()), ..self.to_be_deleted() }
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is. Secrets are not recorded, and stay as they are.
    #[must_use]
    pub fn restored(before: &Self, after: &Self, live: &Self) -> Self {
        Self {
            name: if before.name == after.name { live.name.clone() } else { before.name.clone() },
            cluster_id: live.cluster_id.clone(),
            spec: ClusterSpec(restored(schema::SPEC, &before.spec.0, &after.spec.0)),
            custom_tags: Tags::restored(&before.custom_tags, &after.custom_tags),
            pinned: before.pinned.unless_same(&after.pinned),
            state: before.lasting_state().unless_same(&after.lasting_state()),
            ..live.identity()
        }
    }

    /// Returns the desired state by which a deleted cluster is made again: another one, without the secrets.
    #[must_use]
    pub fn made_again(&self) -> Self {
        Self {
            cluster_id: Field::Absent,
            spec: ClusterSpec(without_secrets(schema::SPEC, &self.spec.0)),
            state: self.lasting_state(),
            termination: None,
            starts_with: Field::Absent,
            ..self.clone()
        }
    }

    /// Returns the fields that hold secrets, which are not recorded.
    pub fn secret_fields(&self) -> Vec<String> {
        self.spec.secrets().into_iter().map(|(path, _)| path).collect()
    }

    /// Returns the values of its secrets.
    pub fn secret_values(&self) -> Vec<&str> {
        self.spec.secrets().into_iter().filter_map(|(_, value)| value).collect()
    }

    /// Returns the state in which it comes to rest, where that is one that can be asked for.
    fn lasting_state(&self) -> Field<ClusterState> {
        match self.state.value().map(ClusterState::at_rest) {
            Some(rest @ (ClusterState::Running | ClusterState::Terminated)) => Field::Set(rest),
            Some(ClusterState::Error | ClusterState::Changing(_)) | None => Field::Absent,
        }
    }

    /// Sets one of the two size fields, which unsets the other one.
    fn resize(&mut self, field: &str, value: &Value) {
        for size in schema::SIZE {
            self.spec.0.insert(size.to_owned(), if size == field { value.clone() } else { Value::Null });
        }
    }

    fn update(&mut self, mask: &[String], values: &ClusterSpec) {
        for path in mask {
            let value = path.split('.').try_fold(&Value::Null, |found, part| match found {
                Value::Null => values.0.get(part),
                found => found.get(part),
            });
            let value = value.cloned().unwrap_or_default();
            match path.as_str() {
                "cluster_name" => self.name = value.as_str().unwrap_or(&self.name).to_owned(),
                "custom_tags" => self.custom_tags = sent_tags(&value),
                path => set(&mut self.spec.0, path, value),
            }
        }
    }
}

impl ClusterOperation {
    /// Returns the state that the call leaves behind once it has come to rest; `known` says what the cluster is called where
    /// there was none before.
    pub fn effect(&self, before: Option<&Cluster>, known: &Cluster) -> Option<Cluster> {
        let mut cluster = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create { name, spec, idempotency_token: _, awaits_running: _ } => {
                let mut spec = spec.clone();
                let custom_tags = sent_tags(&spec.0.shift_remove("custom_tags").unwrap_or_default());
                cluster = Cluster {
                    name: name.clone(),
                    spec,
                    custom_tags,
                    pinned: Field::Set(false),
                    state: Field::Set(ClusterState::Running),
                    ..known.identity()
                };
            }
            Self::Resize { target: _, size: (field, value) } => cluster.resize(field, value),
            Self::Update { target: _, update_mask, spec, awaits_running: _ } => cluster.update(update_mask, spec),
            Self::Pin { target: _ } => cluster.pinned = Field::Set(true),
            Self::Unpin { target: _ } => cluster.pinned = Field::Set(false),
            Self::Start { target: _ } => cluster.state = Field::Set(ClusterState::Running),
            Self::Terminate { target: _ } => cluster.state = Field::Set(ClusterState::Terminated),
            Self::PermanentDelete { target: _ } => return None,
        }
        Some(cluster)
    }

    /// Returns the fields in which the call sends secrets, which are not recorded.
    pub fn secret_fields(&self) -> Vec<String> {
        self.secrets().into_iter().map(|(path, _)| path).collect()
    }

    /// Returns the values of the secrets that the call sends.
    pub fn secret_values(&self) -> Vec<&str> {
        self.secrets().into_iter().filter_map(|(_, value)| value).collect()
    }

    fn secrets(&self) -> Vec<(String, Option<&str>)> {
        match self {
            Self::Create { name: _, spec, idempotency_token: _, awaits_running: _ }
            | Self::Update { target: _, update_mask: _, spec, awaits_running: _ } => spec.secrets(),
            Self::Resize { target: _, size: _ }
            | Self::Pin { target: _ }
            | Self::Unpin { target: _ }
            | Self::Start { target: _ }
            | Self::Terminate { target: _ }
            | Self::PermanentDelete { target: _ } => Vec::new(),
        }
    }
}

impl ClusterSpec {
    fn secrets(&self) -> Vec<(String, Option<&str>)> {
        let mut found = Vec::new();
        secrets(schema::SPEC, &self.0, "", &mut found);
        found
    }
}

fn sent_tags(value: &Value) -> Tags {
    let tags = value.as_object().into_iter().flatten();
    Tags::live(tags.filter_map(|(key, tag)| Some((key.clone(), tag.as_str()?.to_owned()))))
}

/// Sets a field by its path; what lies on the way becomes an object.
fn set(fields: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            fields.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = fields.entry(first).or_insert(Value::Null);
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// Returns the fields that differ, as they were; within a message each field by itself.
fn restored(schema: &[FieldSchema], before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut back = Map::new();
    for field in schema {
        let Some(now) = after.get(field.name) else { continue };
        let then = before.get(field.name).unwrap_or(&Value::Null);
        match (field.shape, then, now) {
            (Shape::Secret | Shape::SecretMap, _, _) => {}
            (Shape::Message(fields), Value::Object(then), Value::Object(now)) => {
                let inner = restored(fields, then, now);
                if !inner.is_empty() {
                    back.insert(field.name.to_owned(), Value::Object(inner));
                }
            }
            (Shape::Message(fields), Value::Object(then), Value::Null) => {
                back.insert(field.name.to_owned(), Value::Object(without_secrets(fields, then)));
            }
            (_, then, now) if then != now => {
                back.insert(field.name.to_owned(), then.clone());
            }
            _ => {}
        }
    }
    back
}

fn without_secrets(schema: &[FieldSchema], fields: &Map<String, Value>) -> Map<String, Value> {
    let kept = schema.iter().filter_map(|field| {
        let value = fields.get(field.name)?;
        let value = match (field.shape, value) {
            (Shape::Secret | Shape::SecretMap, _) => return None,
            (Shape::Message(members), Value::Object(inner)) => Value::Object(without_secrets(members, inner)),
            (_, value) => value.clone(),
        };
        Some((field.name.to_owned(), value))
    });
    kept.collect()
}

/// Finds the secrets: each with the path of its field. What is no text has no value to be told.
fn secrets<'a>(
    schema: &[FieldSchema],
    fields: &'a Map<String, Value>,
    prefix: &str,
    found: &mut Vec<(String, Option<&'a str>)>,
) {
    for field in schema {
        let path = format!("{prefix}{}", field.name);
        match (field.shape, fields.get(field.name)) {
            (_, None | Some(Value::Null)) => {}
            (Shape::SecretMap, Some(Value::Object(map))) => {
                found.extend(map.iter().map(|(key, value)| (format!("{path}.{key}"), value.as_str())));
            }
            (Shape::Secret | Shape::SecretMap, Some(value)) => found.push((path, value.as_str())),
            (Shape::Message(members), Some(Value::Object(inner))) => {
                secrets(members, inner, &format!("{path}."), found);
            }
            (_, Some(_)) => {}
        }
    }
}
