//! Policy documents: written as YAML, as JSON text, or in a file of their own.

use std::cell::RefCell;
use std::sync::Arc;

use iam_policy::{DocumentType, Finding, Limits, Policy, Problem, Severity};

use super::decode::Decoder;
use super::diagnostic::{Diagnostic, Place, Reporter, Span};
use super::node::{Entry, Node, Scalar, ScalarKind, Value};
use super::reader::{self, ObjectReader};
use super::yaml;

/// The most characters of a role's trust policy without a raised quota (`ACLSizePerRole`).
pub(crate) const TRUST_POLICY_QUOTA: usize = 2048;

/// The most characters of a trust policy that any account has
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub(crate) const TRUST_POLICY_LIMIT: usize = 8192;

/// The most characters of all inline policies of a role together; it cannot be raised (same page).
pub(crate) const INLINE_POLICIES_LIMIT: usize = 10_240;

/// The most characters of a managed policy; it cannot be raised (same page).
pub(crate) const MANAGED_POLICY_LIMIT: usize = 6144;

/// Reads a policy document and checks all but its size, of which its quotas are the caller's to know.
pub(crate) fn read(
    node: &Node,
    document: DocumentType,
    decoder: &Decoder<'_>,
    reporter: &Reporter<'_>,
) -> Option<Policy> {
    match &node.value {
        Value::Map(_) if node.get("file").is_some() => from_file(node, document, decoder, reporter),
        Value::Map(_) => from_tree(node, document, decoder, reporter),
        Value::Scalar(Scalar { text, kind: ScalarKind::Text | ScalarKind::Interpolated }) => {
            from_text(text, node, document, decoder, reporter)
        }
        Value::Scalar(_) | Value::Null | Value::List(_) | Value::Broken => {
            reader::wrong_type(node, "a policy (a mapping, JSON text, or {file: …})", reporter);
            None
        }
    }
}

fn from_file(node: &Node, document: DocumentType, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<Policy> {
    let mut object = ObjectReader::open(node, node.span, "a policy in a file", reporter)?;
    let file = object.node("file");
    object.finish();
    let file = decoder.file(file?, reporter)?;
    // JSON is YAML, and read as such every value has its place.
    let tree = yaml::read(&file.path, &file.bytes, "the policy", decoder.found)?;
    let reporter = &reporter.of_file(file.path);
    let tree = decoder.interpolator.tree_of(reporter, &tree);
    if !matches!(tree.value, Value::Map(_)) {
        reader::wrong_type(&tree, "a policy (an object)", reporter);
        return None;
    }
    from_tree(&tree, document, decoder, reporter)
}

fn from_text(
    text: &str,
    node: &Node,
    document: DocumentType,
    decoder: &Decoder<'_>,
    reporter: &Reporter<'_>,
) -> Option<Policy> {
    let policy = Policy::parse(text, &decoder.scope.policy_scope());
    let report = |diagnostic: Diagnostic| reporter.report(node.span, diagnostic);
    match policy {
        Ok(policy) => {
            for finding in iam_policy::check(&policy, document, &Limits::NONE) {
                let message = in_place(&finding.message, &finding.place);
                report(diagnostic(Finding { message, ..finding }));
            }
            Some(policy)
        }
        Err(error) => {
            let problem = Diagnostic::error("policy", format!("this text is no policy: {error}"));
            let is_syntax = matches!(error.problem(), Problem::Syntax { .. });
            let help = "a policy is YAML, JSON text, or {file: policy.json}".to_owned();
            report(problem.with_optional_help(is_syntax.then_some(help)));
            None
        }
    }
}

fn in_place(message: &str, place: &str) -> String {
    if place.is_empty() { message.to_owned() } else { format!("{message}, at {place}") }
}

fn from_tree(tree: &Node, document: DocumentType, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<Policy> {
    let mut text = String::new();
    write_json(tree, false, &mut text)?;
    match Policy::parse(&text, &decoder.scope.policy_scope()) {
        Ok(policy) => {
            for finding in iam_policy::check(&policy, document, &Limits::NONE) {
                let place = find(tree, &finding.place);
                reporter.report(place, diagnostic(finding));
            }
            Some(policy)
        }
        Err(error) => {
            reporter.error(find(tree, &error.place()), "policy", error.problem().to_string());
            None
        }
    }
}

/// Makes a finding of the policy engine one of the manifest's.
pub(crate) fn diagnostic(finding: Finding) -> Diagnostic {
    let Finding { code, severity, place: _, message, help } = finding;
    let diagnostic = match severity {
        Severity::Error => Diagnostic::error(code.as_str(), message),
        Severity::Warning => Diagnostic::warning(code.as_str(), message),
    };
    diagnostic.with_optional_help((!help.is_empty()).then_some(help))
}

/// Writes a tree as JSON, keys in their order and numbers with their digits. Nothing where a part was reported.
fn write_json(node: &Node, in_condition: bool, json: &mut String) -> Option<()> {
    match &node.value {
        Value::Broken => return None,
        Value::Null => json.push_str("null"),
        Value::Scalar(scalar) => write_scalar(scalar, in_condition, json),
        Value::List(items) => {
            let mut separator = '[';
            for item in items {
                json.push(std::mem::replace(&mut separator, ','));
                write_json(item, in_condition, json)?;
            }
            json.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Map(entries) => {
            let mut separator = '{';
            for Entry { key, value } in entries {
                json.push(std::mem::replace(&mut separator, ','));
                write_text(&key.text, json);
                json.push(':');
                write_json(value, in_condition || key.text == "Condition", json)?;
            }
            json.push_str(if entries.is_empty() { "{}" } else { "}" });
        }
    }
    Some(())
}

/// A number or boolean stands for itself in a condition. Elsewhere the grammar knows texts only, so what looks like a
/// number is an account id or a part of a name.
fn write_scalar(scalar: &Scalar, in_condition: bool, json: &mut String) {
    let Scalar { text, kind } = scalar;
    let is_json = in_condition && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    match kind {
        ScalarKind::Boolean | ScalarKind::Integer | ScalarKind::Float if is_json => json.push_str(text),
        ScalarKind::Boolean => json.push_str(text),
        ScalarKind::Text | ScalarKind::Interpolated | ScalarKind::Integer | ScalarKind::Float => write_text(text, json),
    }
}

fn write_text(text: &str, json: &mut String) {
    json.push_str(&serde_json::Value::from(text).to_string());
}

/// Where the parts of a policy stand in its own file.
#[derive(Debug)]
pub struct PolicyPlaces {
    file: Arc<str>,
    tree: Node,
}

impl PolicyPlaces {
    /// Reads the text of a policy. Nothing for a text without structure.
    pub fn read(file: &Arc<str>, text: &str) -> Option<Self> {
        let found = RefCell::default();
        let tree = yaml::read(file, text.as_bytes(), "the policy", &found)?;
        Some(Self { file: Arc::clone(file), tree })
    }

    /// Returns the place of what a finding or an error of [`iam_policy`] names, such as `Statement[1].Effect`; where there is no
    /// such part, the nearest around it.
    pub fn of(&self, part: &str) -> Place {
        find(&self.tree, part).in_file(&self.file)
    }
}

/// Returns the place of a value that the policy's own errors name as `Statement[1].Condition.Bool.aws:SecureTransport`;
/// the place of the nearest value around it where there is none of that name.
fn find(tree: &Node, place: &str) -> Span {
    if place.is_empty() {
        return tree.span;
    }
    match &tree.value {
        Value::List(items) => {
            let indexed = place.strip_prefix('[').and_then(|place| place.split_once(']'));
            let item = indexed.and_then(|(index, rest)| Some((items.get(index.parse::<usize>().ok()?)?, rest)));
            item.map_or(tree.span, |(item, rest)| find(item, rest))
        }
        Value::Map(entries) => {
            let place = place.strip_prefix('.').unwrap_or(place);
            let named = entries.iter().filter_map(|entry| {
                let rest = place.strip_prefix(entry.key.text.as_str())?;
                (rest.is_empty() || rest.starts_with(['.', '['])).then_some((entry, rest))
            });
            // Keys may have dots in them: the longest one is meant.
            let found = named.max_by_key(|(entry, _)| entry.key.text.len());
            found.map_or(tree.span, |(entry, rest)| match (&entry.value.value, rest.is_empty()) {
                (Value::Map(_) | Value::List(_), true) => entry.key.span,
                (_, _) => find(&entry.value, rest),
            })
        }
        Value::Null | Value::Scalar(_) | Value::Broken => tree.span,
    }
}
