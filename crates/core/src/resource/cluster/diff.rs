//! What differs between a desired and a live cluster, and the calls that make them agree.
//!
//! The smallest call wins: `resize` when only the size differs and it runs, else a masked `update`, which leaves alone
//! whatever the manifest does not mention; `pin` and `unpin` never restart.

use serde_json::{Map, Value};

use super::schema::{self, FieldSchema, Shape};
use super::{Cluster, ClusterOperation, ClusterSpec, ClusterState, ClusterTarget, SINGLE_NODE_CONF};
use crate::change::{Difference, FieldChange, Hazard};
use crate::digest;
use crate::field::Field;
use crate::resource::Ownership;
use crate::resource::tags::TagCase;

/// A key that the service adds to `spark_conf` by itself (the Databricks Terraform provider ignores it too).
const SERVICE_CONF: &str = "spark.databricks.delta.preview.enabled";

/// The fields of an update: their mask, and their values.
#[derive(Default)]
struct Update {
    mask: Vec<String>,
    spec: Map<String, Value>,
}

impl Cluster {
    /// Returns what differs from the live cluster, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live else {
            return self.creation(ownership);
        };
        let mut difference = Difference::default();
        let mut update = self.compare_spec(live, &mut difference);
        self.compare_name(live, &mut difference, &mut update);
        let only_size = update.mask.iter().all(|path| is_size(path));
        self.compare_tags(live, ownership, !update.mask.is_empty() && !only_size, &mut difference, &mut update);
        difference.compare("pinned", &self.pinned, &live.pinned);
        difference.compare("state", &self.state, &resting(live));
        self.bring_about(update, live, &mut difference);
        difference
    }

    /// Returns the cluster with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        Self { pinned: Field::Set(false), ..self.identity() }
    }

    /// Returns the calls that delete this live cluster for good; a pinned one is refused until it is unpinned.
    pub fn deletion(&self) -> Difference {
        let target = || ClusterTarget::Id(self.cluster_id.value().cloned().unwrap_or_default());
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        if resting(self) == Field::Set(ClusterState::Running) {
            difference.hazards.insert(Hazard::Interrupt);
        }
        difference.notes.push("its id is lost: jobs, notebooks and permissions that name it break".to_owned());
        if self.pinned == Field::Set(true) {
            difference.then(ClusterOperation::Unpin { target: target() });
        }
        difference.then(ClusterOperation::PermanentDelete { target: target() });
        difference
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        let nothing = Self { pinned: Field::Set(false), state: Field::Null, ..self.identity() };
        let spec = self.compare_spec(&nothing, &mut difference).spec;
        difference.changes.extend(self.custom_tags.creation_changes("custom_tags"));
        difference.compare("pinned", &self.pinned, &nothing.pinned);
        difference.compare("state", &self.state, &Field::Null);
        let mut spec = without_nulls(spec);
        let tags = self.custom_tags.for_creation(ownership);
        spec.insert("custom_tags".to_owned(), tags.into_iter().map(|(key, tag)| (key, Value::from(tag))).collect());
        let target = ClusterTarget::Created { name: self.name.clone() };
        difference.then(ClusterOperation::Create {
            name: self.name.clone(),
            spec: ClusterSpec(spec),
            idempotency_token: self.idempotency_token(ownership),
            awaits_running: self.state == Field::Set(ClusterState::Running),
        });
        if self.pinned == Field::Set(true) {
            difference.then(ClusterOperation::Pin { target: target.clone() });
        }
        if self.state == Field::Set(ClusterState::Terminated) {
            difference.then(ClusterOperation::Terminate { target });
        }
        difference
    }

    /// The same for every run of a manifest: a creation whose answer was lost is repeated without making a twin. The
    /// service takes up to 64 characters, and forgets the token of a terminated cluster.
    fn idempotency_token(&self, ownership: &Ownership) -> String {
        digest::hexadecimal(format!("{}\n{}", ownership.manifest, self.name))
    }

    fn compare_spec(&self, live: &Self, difference: &mut Difference) -> Update {
        let mut update = Update::default();
        let desired = self.spec_with_single_node(live);
        for field in schema::SPEC {
            let Some(wanted) = desired.0.get(field.name) else { continue };
            let found = live.spec.0.get(field.name).unwrap_or(&Value::Null);
            compare(*field, "", wanted, found, &mut update.mask, difference);
            if update.mask.iter().any(|path| path == field.name || path.starts_with(&format!("{}.", field.name))) {
                update.spec.insert(field.name.to_owned(), wanted.clone());
            }
        }
        update
    }

    /// Returns the desired spec with the two keys of a single node in `spark_conf`: added to what the manifest sets, or
    /// else to what is live, since a manifest that does not mention `spark_conf` leaves the other keys alone.
    fn spec_with_single_node(&self, live: &Self) -> ClusterSpec {
        let mut spec = self.spec.clone();
        if !self.single_node {
            self.allow_service_conf(&mut spec, live);
            return spec;
        }
        let live_conf = live.spec.0.get("spark_conf").and_then(Value::as_object);
        let mut conf = match spec.get("spark_conf") {
            Field::Set(Value::Object(conf)) => conf.clone(),
            Field::Absent => live_conf.cloned().unwrap_or_default(),
            Field::Null | Field::Set(_) => Map::new(),
        };
        for (key, value) in SINGLE_NODE_CONF {
            // The console writes `local[*, 4]`, which means the same.
            let local = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("local"));
            let found = live_conf.and_then(|conf| conf.get(key)).filter(|found| key == "spark.master" && local(found));
            if !self.sets_conf(key) {
                conf.insert(key.to_owned(), found.cloned().unwrap_or_else(|| Value::from(value)));
            }
        }
        spec.0.insert("spark_conf".to_owned(), Value::Object(conf));
        spec
    }

    /// In the short form (`is_single_node`) the service adds the two keys of a single node by itself, and keeps them.
    fn allow_service_conf(&self, spec: &mut ClusterSpec, live: &Self) {
        let Some(Value::Object(conf)) = spec.0.get_mut("spark_conf") else { return };
        let live_conf = live.spec.0.get("spark_conf").and_then(Value::as_object);
        if self.spec.0.get("is_single_node") != Some(&Value::Bool(true)) {
            return;
        }
        for (key, _) in SINGLE_NODE_CONF {
            if let Some(found) = live_conf.and_then(|conf| conf.get(key)) {
                conf.entry(key).or_insert_with(|| found.clone());
            }
        }
    }

    fn sets_conf(&self, key: &str) -> bool {
        self.spec.0.get("spark_conf").and_then(|conf| conf.get(key)).is_some()
    }

    /// A name can only differ where the manifest says by `cluster_id` which cluster it means.
    fn compare_name(&self, live: &Self, difference: &mut Difference, update: &mut Update) {
        if self.name != live.name {
            difference.changes.push(FieldChange::plain("cluster_name", &live.name, &self.name));
            update.mask.push("cluster_name".to_owned());
            update.spec.insert("cluster_name".to_owned(), Value::from(self.name.clone()));
        }
    }

    /// An update sends all tags, so the ones that are not ours go along unchanged. The owner tag alone is never worth
    /// a restart: it goes along when an update happens anyway.
    fn compare_tags(
        &self,
        live: &Self,
        ownership: &Ownership,
        updates_anyway: bool,
        difference: &mut Difference,
        update: &mut Update,
    ) {
        let tags = self.custom_tags.diff(&live.custom_tags, TagCase::Kept, ownership, updates_anyway);
        if tags.is_empty() {
            return;
        }
        difference.changes.extend(tags.changes("custom_tags"));
        let mut all = live.custom_tags.0.clone();
        all.retain(|key, _| !tags.remove.contains(key));
        all.extend(tags.set.into_iter().map(|(key, value)| (key, Some(value))));
        update.mask.push("custom_tags".to_owned());
        update
            .spec
            .insert("custom_tags".to_owned(), all.into_iter().map(|(key, tag)| (key, Value::from(tag))).collect());
    }

    fn bring_about(&self, update: Update, live: &Self, difference: &mut Difference) {
        let target = || ClusterTarget::Id(live.cluster_id.value().cloned().unwrap_or_default());
        let runs = resting(live) == Field::Set(ClusterState::Running);
        let to_run = self.state == Field::Set(ClusterState::Running);
        let to_terminate = runs && self.state == Field::Set(ClusterState::Terminated);
        if to_terminate {
            difference.hazards.insert(Hazard::Interrupt);
            difference.then(ClusterOperation::Terminate { target: target() });
        }
        if runs && !to_terminate && !update.mask.is_empty() && update.mask.iter().all(|path| is_size(path)) {
            if let Some(size) = size(&update) {
                difference.then(ClusterOperation::Resize { target: target(), size });
            }
        } else if !update.mask.is_empty() {
            if runs && !to_terminate {
                difference.hazards.insert(Hazard::Interrupt);
                difference.notes.push("it runs, and restarts for this: running commands are lost".to_owned());
            }
            difference.then(ClusterOperation::Update {
                target: target(),
                update_mask: update.mask,
                spec: ClusterSpec(without_nulls(update.spec)),
                awaits_running: to_run && runs,
            });
        }
        match (&self.pinned, &live.pinned) {
            (Field::Set(true), Field::Set(false)) => difference.then(ClusterOperation::Pin { target: target() }),
            (Field::Set(false), Field::Set(true)) => difference.then(ClusterOperation::Unpin { target: target() }),
            _ => {}
        }
        if to_run && !runs {
            difference.notes.extend(live.failed_launch());
            difference.then(ClusterOperation::Start { target: target() });
        }
    }
}

fn resting(live: &Cluster) -> Field<ClusterState> {
    live.state.as_ref().map(ClusterState::at_rest)
}

fn is_size(path: &str) -> bool {
    schema::SIZE.iter().any(|size| path == *size || path.strip_prefix(size).is_some_and(|rest| rest.starts_with('.')))
}

/// Returns the one of the two size fields that is to be set.
fn size(update: &Update) -> Option<(String, Value)> {
    let set =
        schema::SIZE.into_iter().find_map(|field| Some((field, update.spec.get(field)?)).filter(|(_, v)| !v.is_null()));
    set.map(|(field, value)| (field.to_owned(), value.clone()))
}

/// Compares one field, by its shape; records the change and the path for the update's mask.
fn compare(
    field: FieldSchema,
    prefix: &str,
    wanted: &Value,
    found: &Value,
    mask: &mut Vec<String>,
    difference: &mut Difference,
) {
    let path = format!("{prefix}{}", field.name);
    if let (Shape::Message(fields), Value::Object(members)) = (field.shape, wanted) {
        for member in fields {
            if let Some(wanted) = members.get(member.name) {
                let found = found.get(member.name).unwrap_or(&Value::Null);
                compare(*member, &format!("{path}."), wanted, found, mask, difference);
            }
        }
        return;
    }
    if same(field.shape, wanted, found) {
        return;
    }
    let masked = |value: &Value| schema::mask_shape(field.shape, value);
    let summary = match field.shape {
        Shape::Secret | Shape::SecretMap => secret_summary(wanted, found),
        Shape::Text
        | Shape::Choice(_)
        | Shape::Integer(..)
        | Shape::Boolean
        | Shape::TextMap
        | Shape::TextList(_)
        | Shape::Message(_)
        | Shape::Union(_)
        | Shape::UnionList(..) => String::new(),
    };
    difference.changes.push(FieldChange::explained(&path, masked(found), masked(wanted), summary));
    mask.push(path);
}

/// Returns whether two values of a shape mean the same: an empty map or list is an unset one.
fn same(shape: Shape, wanted: &Value, found: &Value) -> bool {
    match shape {
        Shape::TextMap | Shape::SecretMap => {
            let entries = |value: &Value, other: &Value| {
                let mut map = value.as_object().cloned().unwrap_or_default();
                if other.get(SERVICE_CONF).is_none() {
                    map.remove(SERVICE_CONF);
                }
                map
            };
            entries(wanted, found) == entries(found, wanted)
        }
        Shape::TextList(_) | Shape::UnionList(..) => {
            let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
            items(wanted) == items(found)
        }
        Shape::Text
        | Shape::Choice(_)
        | Shape::Integer(..)
        | Shape::Boolean
        | Shape::Secret
        | Shape::Message(_)
        | Shape::Union(_) => wanted == found,
    }
}

/// Says which keys of a secret map differ without saying their values.
fn secret_summary(wanted: &Value, found: &Value) -> String {
    let empty = Map::new();
    let (wanted, found) = (wanted.as_object().unwrap_or(&empty), found.as_object().unwrap_or(&empty));
    let set = wanted
        .iter()
        .filter(|(key, value)| found.get(*key) != Some(value))
        .map(|(key, _)| if found.contains_key(key) { format!("~ {key}: another value") } else { format!("+ {key}") });
    let removed = found.keys().filter(|key| !wanted.contains_key(*key)).map(|key| format!("- {key}"));
    set.chain(removed).collect::<Vec<_>>().join("\n")
}

/// Leaves out what is to be unset: a create sends only what is set, and a masked path without a value is cleared.
fn without_nulls(map: Map<String, Value>) -> Map<String, Value> {
    let kept = map.into_iter().filter(|(_, value)| !value.is_null());
    kept.map(|(key, value)| match value {
        Value::Object(inner) => (key, Value::Object(without_nulls(inner))),
        other => (key, other),
    })
    .collect()
}
