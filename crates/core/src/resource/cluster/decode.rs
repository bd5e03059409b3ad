//! A cluster from the manifest: the table of the spec's fields says how each is read.

mod combinations;

use serde_json::{Map, Value as Json};

use super::schema::{self, FieldSchema, Shape};
use super::{Cluster, ClusterSpec, ClusterState, SINGLE_NODE_TAG};
use crate::field::Field;
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Entry, Node, Value};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::rules::{self, TextRule};
use crate::manifest::{retired, tags};
use crate::resource::Tags;
use crate::resource::tags::TagCase;

/// The most `custom_tags` of a cluster.
const TAGS: usize = 45;

/// Newer names of `data_security_mode`, and the older ones under which the service answers them (the Databricks
/// Terraform provider and CLI hold them equal).
const SECURITY_MODES: [(&str, &str); 2] =
    [("DATA_SECURITY_MODE_DEDICATED", "SINGLE_USER"), ("DATA_SECURITY_MODE_STANDARD", "USER_ISOLATION")];

impl Cluster {
    /// Reads a cluster's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        object.elsewhere("cluster_name", "the field is `name`");
        object.elsewhere("tags", "a cluster's tags are `custom_tags`");
        let name = match object.node("name") {
            Some(node) if !matches!(node.value, Value::Null) => rules::text(node, &NAME, object.reporter()),
            Some(_) | None => Some(declared.id.to_owned()),
        };
        let single_node = object.switch("single_node");
        let mut spec = read_spec(object);
        combinations::check(object, &spec, single_node);
        complete_size(&mut spec, single_node);
        let tags_node = object.node("custom_tags");
        let own_tags = object.field("custom_tags", tags::read);
        let mut custom_tags = tags::with_defaults(own_tags, decoder.default_tags, TagCase::Kept);
        tags::check(&custom_tags, TAGS, TagCase::Kept, tags_node, object.reporter());
        if single_node {
            add_single_node_tag(&mut custom_tags, tags_node, object.reporter());
        }
        let cluster_id = object.field("cluster_id", reader::filled_text);
        let pinned = object.field("pinned", reader::boolean).null_is(false);
        let state = read_state(object);
        let starts_with = Field::Absent;
        Some(Self {
            name: name?,
            cluster_id,
            single_node,
            spec,
            custom_tags,
            pinned,
            state,
            termination: None,
            starts_with,
        })
    }
}

const NAME: TextRule = TextRule { what: "a cluster name", ..rules::PLAIN };

fn read_state(object: &mut ObjectReader<'_, '_>) -> Field<ClusterState> {
    if object.node("state").is_none() {
        return Field::Absent;
    }
    let states = [ClusterState::Running, ClusterState::Terminated];
    let read = object.required("state", "leave it out where it does not matter", |node, reporter| {
        let word = reader::choice(node, &states.each_ref().map(ClusterState::as_str), reporter)?;
        states.iter().find(|state| state.as_str() == word).cloned()
    });
    read.map_or(Field::Absent, Field::Set)
}

fn read_spec(object: &mut ObjectReader<'_, '_>) -> ClusterSpec {
    let mut spec = Map::new();
    for field in schema::SPEC {
        let Some(node) = object.node(field.name) else { continue };
        if let Some(value) = read_field(*field, node, object.reporter()) {
            spec.insert(field.name.to_owned(), value);
        }
    }
    if object.key_span("spark_version").is_none() || spec.get("spark_version").is_some_and(Json::is_null) {
        object.required("spark_version", "an example is 16.4.x-scala2.12", |_, _| None::<()>);
    }
    if let (Some(Json::String(version)), Some(node)) = (spec.get("spark_version"), object.node("spark_version"))
        && let Some(diagnostic) = retired::runtime(version)
    {
        object.reporter().report(node.span, diagnostic);
    }
    ClusterSpec(spec)
}

fn read_field(field: FieldSchema, node: &Node, reporter: &Reporter<'_>) -> Option<Json> {
    if matches!(node.value, Value::Null) {
        return Some(Json::Null);
    }
    let value = read_shape(field, node, reporter)?;
    let canonical = SECURITY_MODES.iter().find(|(newer, _)| field.name == "data_security_mode" && value == *newer);
    Some(canonical.map_or(value, |(_, older)| Json::from(*older)))
}

fn read_shape(field: FieldSchema, node: &Node, reporter: &Reporter<'_>) -> Option<Json> {
    match field.shape {
        Shape::Text if field.name == "instance_profile_arn" => {
            rules::iam_arn(node, "instance-profile", reporter).map(Json::from)
        }
        Shape::Text => reader::filled_text(node, reporter).map(Json::from),
        Shape::Choice(words) => reader::choice(node, words, reporter).map(Json::from),
        Shape::Integer(least, most) => reader::integer(node, (least, most), "", reporter).map(Json::from),
        Shape::Boolean => reader::boolean(node, reporter).map(Json::from),
        Shape::TextMap | Shape::SecretMap => read_texts(node, reporter),
        Shape::Secret => reader::scalar_text(node, reporter).map(Json::from),
        Shape::TextList(most) => reader::list(node, most, reporter, reader::filled_text).map(Json::from),
        Shape::Message(fields) => read_message(field.name, fields, node, reporter).map(Json::Object),
        Shape::Union(fields) => read_union(field.name, fields, node, reporter),
        Shape::UnionList(fields, most) => {
            reader::list(node, most, reporter, |item, reporter| read_union(field.name, fields, item, reporter))
                .map(Json::from)
        }
    }
}

/// Texts by free keys. The API takes texts only, so other scalars are the text that they are written as.
fn read_texts(node: &Node, reporter: &Reporter<'_>) -> Option<Json> {
    let Value::Map(entries) = &node.value else {
        if !matches!(node.value, Value::Broken) {
            // What was found may be a secret, so it is not said.
            reporter.error(node.span, "wrong-type", "expected a mapping of keys and texts");
        }
        return None;
    };
    let kept = entries.iter().filter(|entry| !matches!(entry.value.value, Value::Null));
    let texts = kept
        .filter_map(|Entry { key, value }| Some((key.text.clone(), Json::from(reader::scalar_text(value, reporter)?))));
    Some(Json::Object(texts.collect()))
}

fn read_message(name: &str, fields: &[FieldSchema], node: &Node, reporter: &Reporter<'_>) -> Option<Map<String, Json>> {
    if !matches!(node.value, Value::Map(_)) {
        reader::wrong_type(node, &format!("a mapping of `{name}`'s fields"), reporter);
        return None;
    }
    let mut object = ObjectReader::open(node, node.span, &format!("`{name}`"), reporter)?;
    let mut message = Map::new();
    for field in fields {
        if let Some(node) = object.node(field.name)
            && let Some(value) = read_field(*field, node, reporter)
        {
            message.insert(field.name.to_owned(), value);
        }
    }
    object.finish();
    Some(message)
}

fn read_union(name: &str, fields: &[FieldSchema], node: &Node, reporter: &Reporter<'_>) -> Option<Json> {
    let mut message = read_message(name, fields, node, reporter)?;
    // It is compared whole, so an unset member is no member.
    message.retain(|_, member| !member.is_null());
    for member in message.values_mut() {
        if let Json::Object(member) = member {
            member.retain(|_, value| !value.is_null());
        }
    }
    if message.len() > 1 || node.entries().is_empty() {
        let names = crate::manifest::nearest::listed(fields.iter().map(|field| field.name)).replace(" and ", " or ");
        reporter.error(node.span, "one-of", format!("`{name}` takes exactly one of {names}"));
        return None;
    }
    Some(Json::Object(message))
}

/// A cluster has one size: saying one way unsets the other.
fn complete_size(spec: &mut ClusterSpec, single_node: bool) {
    if single_node {
        spec.0.insert("num_workers".to_owned(), Json::from(0));
    }
    let is_set = |spec: &ClusterSpec, field: &str| spec.0.get(field).is_some_and(|value| !value.is_null());
    if is_set(spec, "num_workers") {
        spec.0.insert("autoscale".to_owned(), Json::Null);
    } else if is_set(spec, "autoscale") {
        spec.0.insert("num_workers".to_owned(), Json::Null);
    }
}

fn add_single_node_tag(custom_tags: &mut Tags, node: Option<&Node>, reporter: &Reporter<'_>) {
    let (key, value) = SINGLE_NODE_TAG;
    let own = custom_tags.0.insert(key.to_owned(), Some(value.to_owned()));
    if own.is_some_and(|own| own.as_deref() != Some(value))
        && let Some(entry) = node.and_then(|node| node.entries().iter().find(|entry| entry.key.text == key))
    {
        let message = format!("a cluster of a single node has the tag `{key}: {value}`");
        let diagnostic = Diagnostic::error("conflicting-fields", message);
        reporter.report(entry.key.span, diagnostic.with_help("remove the tag: `single_node: true` adds it"));
    }
}
