//! An instance profile from the manifest.

use super::InstanceProfile;
use crate::id::Arn;
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Node, Value};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::{rules, tags};
use crate::resource::tags::TagCase;

/// The most tags of an instance profile.
const TAGS: usize = 50;

impl InstanceProfile {
    /// Reads an instance profile's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        let name = if object.node("name").is_none_or(|node| matches!(node.value, Value::Null)) {
            Some(declared.id.to_owned())
        } else {
            let read =
                object.field("name", |node, reporter| rules::text(node, &rules::INSTANCE_PROFILE_NAME, reporter));
            read.value().cloned()
        };
        let path = object.field("path", rules::path).null_is("/".to_owned());
        object.elsewhere("roles", "an instance profile holds one role at most: write `role: NAME`");
        object.elsewhere("role_arn", "it is the role's name that counts: write `role: NAME`");
        let role = object.field("role", role_name);
        let tags_node = object.node("tags");
        let own_tags = object.field("tags", tags::read);
        let tags = tags::with_defaults(own_tags, decoder.default_tags, TagCase::Kept);
        tags::check(&tags, TAGS, TagCase::Kept, tags_node, object.reporter());
        let name = name?;
        let arn = decoder.scope.instance_profile_arn(path.value().map_or("/", String::as_str), &name);
        Some(Self { name, arn, path, role, tags })
    }
}

/// A role's name; an ARN is what people write first, so it gets an answer of its own.
fn role_name(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    let Ok(arn) = text.parse::<Arn>() else { return rules::text(node, &rules::ROLE_NAME, reporter) };
    let diagnostic = Diagnostic::error("wrong-form", "an instance profile takes a role's name, not its ARN");
    reporter.report(node.span, diagnostic.with_help(format!("write `{}`, or `${{iam.roles.ID.name}}`", arn.name())));
    None
}
