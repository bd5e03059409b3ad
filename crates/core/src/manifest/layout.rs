//! The layout of a manifest: its sections, their kinds, and the ids in them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics, Reporter, Span};
use super::nearest::{did_you_mean, listed};
use super::node::{Entry, Node, Scalar, ScalarKind, Value, excerpt};
use super::reader::{self, ObjectReader};
use super::variables::Variables;
use super::{Declaration, Document};
use crate::id::{Address, Kind};

/// The sections that hold resources.
const SECTIONS: [&str; 3] = ["iam", "sagemaker", "databricks"];

/// Fields whose values are secrets, or are where no field is and people put one: lines that hold one are never shown.
pub(super) const SECRETS: [&str; 4] = ["spark_env_vars", "password", "token", "client_secret"];

/// Reads the layout of a file. Nothing is returned when it is no mapping.
pub(super) fn read(tree: &Node, text: &[u8], reporter: &Reporter<'_>) -> Option<Document> {
    if !matches!(tree.value, Value::Map(_)) {
        reader::wrong_type(tree, "a manifest (a mapping of sections)", reporter);
        return None;
    }
    let mut object = ObjectReader::open(tree, tree.span, "a manifest", reporter)?;
    check_version(&mut object);
    let name = object.required("name", "it marks what the manifest owns", |node, _| Some(node.clone()));
    let providers = object.node("providers").cloned();
    let variables = object.node("variables").map(|node| Variables::read(node, reporter)).unwrap_or_default();
    let tags = object.node("tags").cloned();
    let mut declarations = Vec::new();
    for section in SECTIONS {
        if let Some(node) = object.node(section) {
            read_section(section, node, reporter, &mut declarations);
        }
    }
    declarations.sort_by_key(|declaration: &Declaration| declaration.span.start);
    object.finish();
    let mut mentions_account = false;
    tree.each_text(&mut |text| mentions_account |= text.contains("${aws."));
    Some(Document {
        file: Arc::clone(reporter.file()),
        name,
        providers,
        variables,
        tags,
        declarations,
        mistakes: Diagnostics::default(),
        secret_lines: secret_lines(tree, text),
        mentions_account,
    })
}

fn check_version(object: &mut ObjectReader<'_, '_>) {
    let why = "the version of the manifest's grammar, which is 1";
    object.required("version", why, |node, reporter| {
        let is_one = matches!(&node.value, Value::Scalar(Scalar { text, kind: ScalarKind::Integer }) if text == "1");
        if !is_one {
            let message = format!("expected `version: 1`, found {}", node.described());
            reporter.error(node.span, "version", message);
        }
        Some(())
    });
}

fn read_section(section: &'static str, node: &Node, reporter: &Reporter<'_>, declarations: &mut Vec<Declaration>) {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Null | Value::Broken => return,
        Value::Scalar(_) | Value::List(_) => {
            return reader::wrong_type(node, &format!("the kinds of `{section}`, a mapping"), reporter);
        }
    };
    for Entry { key, value } in entries {
        match Kind::of_section(section, &key.text) {
            Some(kind) => read_kind(kind, value, reporter, declarations),
            None => reporter.report(key.span, unknown_kind(section, &key.text)),
        }
    }
}

fn unknown_kind(section: &str, key: &str) -> Diagnostic {
    let known = || Kind::ALL.into_iter().map(Kind::section).filter(|(of, _)| *of == section).map(|(_, key)| key);
    let help = did_you_mean(key, known()).unwrap_or_else(|| {
        let elsewhere = Kind::ALL.into_iter().map(Kind::section).find(|(_, other)| *other == key);
        elsewhere.map_or_else(
            || format!("known are {}", listed(known())),
            |(section, key)| format!("`{key}` belongs to the section `{section}`"),
        )
    });
    Diagnostic::error("unknown-kind", format!("`{section}` has no kind `{}`", excerpt(key))).with_help(help)
}

fn read_kind(kind: Kind, node: &Node, reporter: &Reporter<'_>, declarations: &mut Vec<Declaration>) {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Null | Value::Broken => return,
        Value::Scalar(_) | Value::List(_) => {
            let (section, key) = kind.section();
            return reader::wrong_type(node, &format!("ids and resources in `{section}.{key}`, a mapping"), reporter);
        }
    };
    for Entry { key, value } in entries {
        if is_id(&key.text) {
            let address = Address::new(kind, key.text.clone());
            declarations.push(Declaration { address, span: key.span, node: value.clone() });
        } else {
            reporter.report(key.span, wrong_id(&key.text));
        }
    }
}

fn is_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
}

fn wrong_id(id: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("wrong-id", format!("`{}` cannot be an id", excerpt(id)));
    let help = if id.contains("${") {
        "an id is the resource's name in this file only; put the reference into its `name`"
    } else {
        "an id starts with a small letter, and small letters, digits, `_` and `-` follow; the real name goes into `name`"
    };
    diagnostic.with_help(help)
}

fn secret_lines(tree: &Node, text: &[u8]) -> Vec<RangeInclusive<u32>> {
    let mut lines = Vec::new();
    collect_secret_lines(tree, text, &mut lines);
    lines
}

fn collect_secret_lines(node: &Node, text: &[u8], lines: &mut Vec<RangeInclusive<u32>>) {
    match &node.value {
        Value::Map(entries) => {
            for Entry { key, value } in entries {
                if SECRETS.contains(&key.text.as_str()) {
                    lines.push(key.span.line..=last_line(value.span, text).max(key.span.line));
                } else {
                    collect_secret_lines(value, text, lines);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| collect_secret_lines(item, text, lines)),
        Value::Null | Value::Scalar(_) | Value::Broken => {}
    }
}

fn last_line(span: Span, text: &[u8]) -> u32 {
    let index = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let inside = text.get(index(span.start)..index(span.end)).unwrap_or_default();
    let newlines = inside.split(|byte| *byte == b'\n').count().saturating_sub(1);
    span.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX))
}
