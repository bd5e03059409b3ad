//! A notebook instance from the manifest.

use std::collections::BTreeSet;

use super::{NotebookInstance, NotebookInstanceState, Toggle};
use crate::field::Field;
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Node, excerpt};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::rules::{self, TextRule};
use crate::manifest::{retired, tags};
use crate::resource::tags::TagCase;

/// The most tags of a SageMaker resource.
const TAGS: usize = 50;

/// The most of each list, from `CreateNotebookInstance`.
const SECURITY_GROUPS: usize = 5;
const REPOSITORIES: usize = 3;

/// In GiB.
const VOLUME_SIZE: (i64, i64) = (5, 16_384);

const INSTANCE_TYPE: TextRule = TextRule {
    what: "an instance type",
    longest: 64,
    allows: |character| character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '.' | '-'),
    allowed: "small letters, digits, . and -",
};

impl NotebookInstance {
    /// Reads a notebook instance's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        let name = rules::sagemaker_name(object, declared, &rules::NOTEBOOK_INSTANCE_NAME);
        let instance_type = object.required("instance_type", "an example is ml.t3.medium", instance_type);
        let role_arn = object
            .required("role_arn", "it runs as that role", |node, reporter| rules::iam_arn(node, "role", reporter));
        let platform_identifier = without_null(object, "platform_identifier", platform);
        check_platform(object, &platform_identifier, instance_type.as_deref());
        let subnet_id = object.field("subnet_id", |node, reporter| prefixed(node, "subnet-", "a subnet", reporter));
        let security_group_ids = object.field("security_group_ids", |node, reporter| {
            texts(node, SECURITY_GROUPS, reporter, |node, reporter| prefixed(node, "sg-", "a security group", reporter))
        });
        let direct_internet_access = object.field("direct_internet_access", toggle);
        check_network(object, &subnet_id, &security_group_ids, &direct_internet_access);
        let tags_node = object.node("tags");
        let own_tags = object.field("tags", tags::read);
        let tags = tags::with_defaults(own_tags, decoder.default_tags, TagCase::Kept);
        tags::check(&tags, TAGS, TagCase::Kept, tags_node, object.reporter());
        object.elsewhere("lifecycle_config", "the field is `lifecycle_config_name`");
        object.elsewhere("volume_size", "the field is `volume_size_in_gb`");
        let instance = Self {
            arn: decoder.scope.notebook_instance_arn(name.as_deref().unwrap_or_default()),
            name: name.unwrap_or_default(),
            instance_type: instance_type.map_or(Field::Absent, Field::Set),
            role_arn: role_arn.map_or(Field::Absent, Field::Set),
            volume_size_in_gb: object.field("volume_size_in_gb", |node, reporter| {
                u32::try_from(reader::integer(node, VOLUME_SIZE, " GiB", reporter)?).ok()
            }),
            platform_identifier,
            lifecycle_config_name: object.field("lifecycle_config_name", rules::lifecycle_config_name),
            subnet_id,
            security_group_ids,
            kms_key_id: object.field("kms_key_id", |node, reporter| rules::text(node, &rules::PLAIN, reporter)),
            direct_internet_access,
            root_access: object.field("root_access", toggle),
            ip_address_type: object
                .field("ip_address_type", |node, reporter| word(node, &["ipv4", "dualstack"], reporter)),
            minimum_instance_metadata_service_version: object
                .field("minimum_instance_metadata_service_version", |node, reporter| word(node, &["1", "2"], reporter)),
            default_code_repository: object.field("default_code_repository", repository),
            additional_code_repositories: object.field("additional_code_repositories", |node, reporter| {
                texts(node, REPOSITORIES, reporter, repository)
            }),
            state: without_null(object, "state", state),
            tags,
            failure_reason: None,
        };
        (!instance.name.is_empty()).then(|| instance.with_service_defaults())
    }
}

/// Reads a field that has no unset state that could be asked for.
fn without_null<T>(
    object: &mut ObjectReader<'_, '_>,
    name: &'static str,
    read: impl FnOnce(&Node, &Reporter<'_>) -> Option<T>,
) -> Field<T> {
    if object.node(name).is_none() {
        return Field::Absent;
    }
    object.required(name, "leave it out where it does not matter", read).map_or(Field::Absent, Field::Set)
}

fn instance_type(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = rules::text(node, &INSTANCE_TYPE, reporter)?;
    let parts: Vec<_> = text.split('.').collect();
    if let ["ml", family, size] = parts.as_slice()
        && !family.is_empty()
        && !size.is_empty()
    {
        return Some(text);
    }
    let diagnostic = Diagnostic::error(
        "wrong-form",
        format!("expected an instance type such as ml.t3.medium, found \"{}\"", excerpt(&text)),
    );
    let meant = (parts.len() == 2).then(|| format!("did you mean `ml.{text}`?"));
    reporter.report(node.span, diagnostic.with_optional_help(meant));
    None
}

fn platform(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = rules::text(node, &rules::PLAIN, reporter)?;
    if let Some(diagnostic) = retired::platform(&text) {
        reporter.report(node.span, diagnostic);
    }
    Some(text)
}

fn check_platform(object: &ObjectReader<'_, '_>, platform: &Field<String>, instance_type: Option<&str>) {
    let (Some(platform), Some(instance_type)) = (platform.value(), instance_type) else { return };
    if let Some(diagnostic) = retired::unsupported(platform, instance_type) {
        object.reporter().report(object.key_span("instance_type").unwrap_or(object.span()), diagnostic);
    }
}

fn prefixed(node: &Node, prefix: &str, what: &str, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    let rest = text.strip_prefix(prefix);
    if rest.is_some_and(|rest| {
        !rest.is_empty() && text.len() <= 32 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) {
        return Some(text);
    }
    let message = format!("expected the id of {what}, such as {prefix}0123456789abcdef0, found \"{}\"", excerpt(&text));
    reporter.error(node.span, "wrong-form", message);
    None
}

fn texts(
    node: &Node,
    most: usize,
    reporter: &Reporter<'_>,
    item: impl FnMut(&Node, &Reporter<'_>) -> Option<String>,
) -> Option<BTreeSet<String>> {
    Some(reader::list(node, most, reporter, item)?.into_iter().collect())
}

fn toggle(node: &Node, reporter: &Reporter<'_>) -> Option<Toggle> {
    word(node, &[Toggle::Enabled.as_str(), Toggle::Disabled.as_str()], reporter)?.parse().ok()
}

fn word(node: &Node, words: &[&str], reporter: &Reporter<'_>) -> Option<String> {
    reader::choice(node, words, reporter).map(str::to_owned)
}

fn state(node: &Node, reporter: &Reporter<'_>) -> Option<NotebookInstanceState> {
    let states = [NotebookInstanceState::InService, NotebookInstanceState::Stopped];
    let words = states.each_ref().map(NotebookInstanceState::as_str);
    let word = reader::choice(node, &words, reporter)?;
    states.iter().find(|state| state.as_str() == word).cloned()
}

/// `CodeRepositoryNameOrUrl`: a repository's name in SageMaker, or an HTTPS URL.
fn repository(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = rules::text(node, &TextRule { what: "a repository", longest: 1024, ..rules::PLAIN }, reporter)?;
    let is_name = text.len() <= 63 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_name
        || text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    {
        return Some(text);
    }
    let message = "a repository is its name in SageMaker (letters, digits and -) or an https:// URL";
    reporter.error(node.span, "wrong-form", message);
    None
}

/// What only goes together, from `CreateNotebookInstance`.
fn check_network(
    object: &ObjectReader<'_, '_>,
    subnet_id: &Field<String>,
    security_group_ids: &Field<BTreeSet<String>>,
    direct_internet_access: &Field<Toggle>,
) {
    if subnet_id.value().is_some() {
        return;
    }
    let needs = |field: &str, message: &str| {
        let span = object.key_span(field).unwrap_or(object.span());
        let diagnostic = Diagnostic::error("subnet-needed", message);
        object.reporter().report(span, diagnostic.with_help("add `subnet_id`"));
    };
    if object.key_span("subnet_id").is_some() && *subnet_id == Field::Absent {
        // It is there and wrong, which was reported.
        return;
    }
    if *direct_internet_access == Field::Set(Toggle::Disabled) {
        needs("direct_internet_access", "without direct internet access a notebook instance needs a subnet");
    }
    if security_group_ids.value().is_some_and(|groups| !groups.is_empty()) {
        needs("security_group_ids", "security groups need a subnet");
    }
}
