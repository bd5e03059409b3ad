//! Tags of a manifest: `tags` and `custom_tags`.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Reporter};
use super::node::{Entry, Node, Value};
use super::reader;
use super::rules::{self, TextRule};
use crate::field::Field;
use crate::resource::Tags;
use crate::resource::tags::{OWNER_TAG, TagCase};

const ALLOWED: &str = "letters and digits of any script, spaces and _ . : / = + - @";

const KEY: TextRule = TextRule { what: "a tag's key", longest: 128, allows: is_tag_character, allowed: ALLOWED };

const VALUE: TextRule = TextRule { what: "a tag's value", longest: 256, allows: is_tag_character, allowed: ALLOWED };

/// `tagKeyType` of IAM and `TagKey` of SageMaker: `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
fn is_tag_character(character: char) -> bool {
    character.is_alphanumeric()
        || character == ' '
        || matches!(character, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

/// Reads a mapping of tags; `null` as a value demands that there is no such tag.
pub(crate) fn read(node: &Node, reporter: &Reporter<'_>) -> Option<Tags> {
    let Value::Map(entries) = &node.value else {
        reader::wrong_type(node, "a mapping of keys and values", reporter);
        return None;
    };
    let mut tags = BTreeMap::new();
    for Entry { key, value } in entries {
        if let Some(diagnostic) = broken_key(&key.text) {
            reporter.report(key.span, diagnostic);
            continue;
        }
        let tag = match &value.value {
            Value::Null => Some(None),
            Value::Broken | Value::Scalar(_) | Value::List(_) | Value::Map(_) => read_value(value, reporter).map(Some),
        };
        if let Some(tag) = tag {
            tags.insert(key.text.clone(), tag);
        }
    }
    Some(Tags(tags))
}

fn broken_key(key: &str) -> Option<Diagnostic> {
    if key == OWNER_TAG {
        let help = "it says which manifest a resource belongs to, and is set by itself: remove it here";
        return Some(Diagnostic::error("reserved-tag", format!("the tag `{OWNER_TAG}` is reserved")).with_help(help));
    }
    if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
        return Some(Diagnostic::error("reserved-tag", "tags that start with `aws:` are AWS's own"));
    }
    rules::broken(key, &KEY)
}

fn read_value(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::scalar_text(node, reporter)?;
    let broken = if text.is_empty() { None } else { rules::broken(&text, &VALUE) };
    match broken {
        None => Some(text),
        Some(diagnostic) => {
            reporter.report(node.span, diagnostic);
            None
        }
    }
}

/// Adds the manifest's default tags to a resource's own, which win. `tags: null` is no tags at all.
pub(crate) fn with_defaults(own: Field<Tags>, defaults: &Tags, case: TagCase) -> Tags {
    let own = match own {
        Field::Null => return Tags::default(),
        Field::Absent => Tags::default(),
        Field::Set(tags) => tags,
    };
    let same =
        |left: &str, right: &str| left == right || (case == TagCase::Ignored && left.eq_ignore_ascii_case(right));
    let inherited = defaults.0.iter().filter(|(key, _)| !own.0.keys().any(|own| same(own, key)));
    let inherited: Vec<_> = inherited.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut tags = own;
    tags.0.extend(inherited);
    tags
}

/// Reports too many tags, and keys that the service takes for one. The owner tag counts too.
pub(crate) fn check(tags: &Tags, most: usize, case: TagCase, node: Option<&Node>, reporter: &Reporter<'_>) {
    let Some(node) = node else { return };
    let set = tags.0.values().filter(|value| value.is_some()).count() + 1;
    if set > most {
        let message =
            format!("at most {most} tags are allowed, and with the default tags and the owner tag these are {set}");
        reporter.error(node.span, "too-many", message);
    }
    if case == TagCase::Kept {
        return;
    }
    let mut keys: BTreeMap<String, &str> = BTreeMap::new();
    for key in node.entries().iter().map(|entry| &entry.key) {
        if let Some(first) = keys.insert(key.text.to_lowercase(), &key.text) {
            let message = format!("`{}` and `{first}` are one tag to IAM, which ignores case here", key.text);
            reporter.error(key.span, "duplicate-key", message);
        }
    }
}
