//! A customer-managed policy from the manifest.

use iam_policy::{DocumentType, Policy};

use super::ManagedPolicy;
use crate::field::Field;
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Node, Value};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::{policy, rules, tags};
use crate::resource::tags::TagCase;

/// The most tags of a policy.
const TAGS: usize = 50;

impl ManagedPolicy {
    /// Reads a policy's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        let name = if object.node("name").is_none_or(|node| matches!(node.value, Value::Null)) {
            Some(declared.id.to_owned())
        } else {
            object.field("name", |node, reporter| rules::text(node, &rules::POLICY_NAME, reporter)).value().cloned()
        };
        let path = object.field("path", rules::policy_path).null_is("/".to_owned());
        let description = object.field("description", |node, reporter| {
            // An empty description is none, and the rule has something against an empty text.
            let empty = reader::text(node, reporter)?.is_empty();
            if empty { Some(String::new()) } else { rules::text(node, &rules::POLICY_DESCRIPTION, reporter) }
        });
        object.elsewhere("policy", "the field is `document`");
        object.elsewhere("policy_document", "the field is `document`");
        let document = object.required("document", "it says what is allowed", |node, reporter| {
            let document = policy::read(node, DocumentType::Managed, decoder, reporter)?;
            check_size(&document, node, reporter);
            Some(document)
        });
        let tags_node = object.node("tags");
        let own_tags = object.field("tags", tags::read);
        let tags = tags::with_defaults(own_tags, decoder.default_tags, TagCase::Kept);
        tags::check(&tags, TAGS, TagCase::Kept, tags_node, object.reporter());
        let name = name?;
        let arn = decoder.scope.policy_arn(path.value().map_or("/", String::as_str), &name);
        Some(Self {
            name,
            arn,
            path,
            description: if description == Field::Set(String::new()) { Field::Null } else { description },
            document: document.map_or(Field::Absent, Field::Set),
            tags,
            versions: Field::Absent,
            used_by: Field::Absent,
        })
    }
}

fn check_size(document: &Policy, node: &Node, reporter: &Reporter<'_>) {
    let (length, limit) = (document.non_whitespace_len(), policy::MANAGED_POLICY_LIMIT);
    if length > limit {
        let message =
            format!("a managed policy has at most {limit} characters without white space, and this has {length}");
        let help = "divide it in two: a role takes several";
        reporter.report(node.span, Diagnostic::error("policy-size", message).with_help(help));
    }
}
