//! A role from the manifest.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{DocumentType, Policy};

use super::{ATTACHMENTS_QUOTA, DEFAULT_MAX_SESSION_DURATION, Role};
use crate::field::Field;
use crate::id::Arn;
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Entry, Node, Value};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::{policy, rules, tags};
use crate::resource::Tags;
use crate::resource::tags::TagCase;

/// How many managed policies a role takes without a raised quota, and with the highest one
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub(crate) const ATTACHMENTS: (usize, usize) = (ATTACHMENTS_QUOTA, 25);

/// The most tags of a role.
const TAGS: usize = 50;

impl Role {
    /// Reads a role's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        let name = read_name(object, declared);
        let existing = object.switch("existing");
        let path = object.field("path", rules::path).null_is("/".to_owned());
        let tags_node = object.node("tags");
        let own_tags = object.field("tags", tags::read);
        let role_path = path.value().map_or("/", String::as_str);
        let arn = decoder.scope.role_arn(role_path, name.as_deref().unwrap_or_default());
        let description = object.field("description", |node, reporter| {
            // An empty description is none, and the rule has something against an empty text.
            let empty = reader::text(node, reporter)?.is_empty();
            if empty { Some(String::new()) } else { rules::text(node, &rules::ROLE_DESCRIPTION, reporter) }
        });
        let max_session_duration = object
            .field("max_session_duration", |node, reporter| {
                let seconds = reader::integer(node, (3600, 43_200), " seconds", reporter)?;
                u32::try_from(seconds).ok()
            })
            .null_is(DEFAULT_MAX_SESSION_DURATION);
        let permissions_boundary =
            object.field("permissions_boundary", |node, reporter| managed_policy(node, decoder, reporter));
        let trust_policy = read_trust_policy(object, existing, decoder);
        let managed_policies = object
            .field("managed_policies", |node, reporter| managed_policies(node, decoder, reporter))
            .null_is(BTreeSet::new());
        let inline_policies = object
            .field("inline_policies", |node, reporter| inline_policies(node, existing, decoder, reporter))
            .null_is(BTreeMap::new());
        let tags = if existing {
            refuse_on_existing(object);
            Tags::default()
        } else {
            tags::with_defaults(own_tags, decoder.default_tags, TagCase::Ignored)
        };
        tags::check(&tags, TAGS, TagCase::Ignored, tags_node, object.reporter());
        Some(Self {
            name: name?,
            arn,
            existing,
            path,
            description: if description == Field::Set(String::new()) { Field::Null } else { description },
            max_session_duration,
            permissions_boundary,
            trust_policy,
            managed_policies,
            inline_policies,
            tags,
            instance_profiles: Field::Absent,
        })
    }
}

fn read_name(object: &mut ObjectReader<'_, '_>, declared: &Declared<'_>) -> Option<String> {
    if object.node("name").is_none_or(|node| matches!(node.value, Value::Null)) {
        return Some(declared.id.to_owned());
    }
    object.field("name", |node, reporter| rules::text(node, &rules::ROLE_NAME, reporter)).value().cloned()
}

/// An existing role is someone else's: how it is tagged is theirs to say.
fn refuse_on_existing(object: &ObjectReader<'_, '_>) {
    if let Some(span) = object.key_span("tags") {
        let message = "an existing role has no `tags` here: they stay its owner's";
        object.reporter().error(span, "existing-role", message);
    }
}

fn read_trust_policy(object: &mut ObjectReader<'_, '_>, existing: bool, decoder: &Decoder<'_>) -> Field<Policy> {
    if existing && object.node("trust_policy").is_none() {
        return Field::Absent;
    }
    let read = object.required("trust_policy", "it says who may assume the role", |node, reporter| {
        let policy = policy::read(node, DocumentType::Trust, decoder, reporter)?;
        check_trust_policy_size(&policy, node, reporter);
        Some(policy)
    });
    read.map_or(Field::Absent, Field::Set)
}

fn check_trust_policy_size(trust_policy: &Policy, node: &Node, reporter: &Reporter<'_>) {
    let length = trust_policy.non_whitespace_len();
    let (quota, limit) = (policy::TRUST_POLICY_QUOTA, policy::TRUST_POLICY_LIMIT);
    if length > limit {
        let message =
            format!("a trust policy has at most {limit} characters without white space, and this has {length}");
        reporter.error(node.span, "policy-size", message);
    } else if length > quota {
        let message = format!(
            "the trust policy has {length} characters without white space; the quota is {quota} unless it was raised"
        );
        let help = "the quota is `Role trust policy length` of IAM in Service Quotas";
        reporter.report(node.span, Diagnostic::warning("policy-size", message).with_help(help));
    }
}

/// A managed policy: its ARN, or the bare name or path of one of AWS's.
fn managed_policy(node: &Node, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::filled_text(node, reporter)?;
    if text.starts_with("arn:") {
        return rules::iam_arn(node, "policy", reporter);
    }
    let (path, name) = text.rsplit_once('/').map_or(("", text.as_str()), |(path, name)| (path, name));
    let broken = path.split('/').chain([name]).filter(|part| !part.is_empty() || *part == name);
    if let Some(diagnostic) = broken.into_iter().find_map(|part| rules::broken(part, &rules::POLICY_NAME)) {
        let help =
            "write an ARN, or the name of a policy of AWS's such as AmazonS3FullAccess or service-role/AWSLambdaRole";
        reporter.report(node.span, diagnostic.with_help(help));
        return None;
    }
    Some(decoder.scope.managed_policy_arn(&text))
}

fn managed_policies(node: &Node, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<BTreeSet<String>> {
    let mut arns = BTreeSet::new();
    let read = reader::list(node, ATTACHMENTS.1, reporter, |item, reporter| {
        let arn = managed_policy(item, decoder, reporter)?;
        if !arns.insert(arn.clone()) {
            let name = arn.parse::<Arn>().map_or_else(|_| arn.clone(), |arn| arn.name().to_owned());
            let message = format!("the managed policy {name} is listed twice");
            reporter.report(item.span, Diagnostic::warning("repeated-item", message));
        }
        if let Some(finding) = iam_policy::check_managed_policy_arn(&arn) {
            reporter.report(item.span, policy::diagnostic(finding));
        }
        Some(arn)
    })?;
    if (ATTACHMENTS.0 + 1..=ATTACHMENTS.1).contains(&arns.len()) {
        let message = format!(
            "{} managed policies are listed; the quota is {} a role unless it was raised",
            arns.len(),
            ATTACHMENTS.0
        );
        reporter.report(node.span, Diagnostic::warning("too-many", message));
    }
    Some(read.into_iter().collect())
}

/// On an owned role the mapping says all, so `null` is the same as no entry; on an existing one it asks for a removal.
fn inline_policies(
    node: &Node,
    existing: bool,
    decoder: &Decoder<'_>,
    reporter: &Reporter<'_>,
) -> Option<BTreeMap<String, Option<Policy>>> {
    let Value::Map(entries) = &node.value else {
        reader::wrong_type(node, "a mapping of names and policies", reporter);
        return None;
    };
    let mut policies = BTreeMap::new();
    for Entry { key, value } in entries {
        if let Some(diagnostic) = rules::broken(&key.text, &rules::POLICY_NAME) {
            reporter.report(key.span, diagnostic);
        } else if matches!(value.value, Value::Null) {
            if existing {
                policies.insert(key.text.clone(), None);
            }
        } else if let Some(policy) = policy::read(value, DocumentType::Inline, decoder, reporter) {
            policies.insert(key.text.clone(), Some(policy));
        }
    }
    let total: usize = policies.values().flatten().map(Policy::non_whitespace_len).sum();
    let limit = policy::INLINE_POLICIES_LIMIT;
    if total > limit {
        let message = format!(
            "all inline policies of a role have at most {limit} characters without white space, and these have {total}"
        );
        let help = "move statements into a managed policy";
        reporter.report(node.span, Diagnostic::error("policy-size", message).with_help(help));
    }
    Some(policies)
}
