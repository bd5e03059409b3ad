//! `variables:` what a manifest leaves open, and the values it gets.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics, Reporter, Span};
use super::nearest::{did_you_mean, listed};
use super::node::{Node, Value, excerpt};
use super::template::{self, Piece};

/// The variables that a manifest declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    declared: BTreeMap<String, Declared>,
}

#[derive(Clone, Debug)]
struct Declared {
    span: Span,
    default: Default,
}

#[derive(Clone, Debug)]
enum Default {
    /// The value when none is given.
    Text(String),
    /// `null`: a value has to be given.
    Required,
    /// Reported already.
    Broken,
}

/// The values of the variables; one that has none was reported.
pub(crate) type Values = BTreeMap<String, Option<String>>;

impl Variables {
    /// Reads the section.
    pub(crate) fn read(section: &Node, reporter: &Reporter<'_>) -> Self {
        let mut declared = BTreeMap::new();
        match &section.value {
            Value::Map(entries) => {
                for entry in entries {
                    let (name, span) = (&entry.key.text, entry.key.span);
                    if is_name(name) {
                        let default = read_default(name, &entry.value, reporter);
                        declared.insert(name.clone(), Declared { span, default });
                    } else {
                        let message = format!("`{}` is no name of a variable", excerpt(name));
                        let help = "a name starts with a letter or `_`, and letters, digits, `_` and `-` follow";
                        reporter.report(span, Diagnostic::error("variable-name", message).with_help(help));
                    }
                }
            }
            Value::Null | Value::Broken => {}
            Value::Scalar(_) | Value::List(_) => {
                let message = format!("`variables` is a mapping of names and values, not {}", section.described());
                reporter.error(section.span, "wrong-type", message);
            }
        }
        Self { declared }
    }

    /// Returns the declared names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// Returns the values, given ones first; reports what is missing, and what is given and not declared.
    pub(crate) fn values(
        &self,
        given: &BTreeMap<String, String>,
        reporter: &Reporter<'_>,
        found: &mut Diagnostics,
    ) -> Values {
        for name in given.keys().filter(|name| !self.declared.contains_key(*name)) {
            found.push(self.unknown(name));
        }
        let value = |(name, declared): (&String, &Declared)| {
            let value = match (given.get(name), &declared.default) {
                (Some(given), _) => Some(given.clone()),
                (None, Default::Text(text)) => Some(text.clone()),
                (None, Default::Broken) => None,
                (None, Default::Required) => {
                    let diagnostic =
                        Diagnostic::error("variable-missing", format!("the variable `{name}` has no value"));
                    let help =
                        format!("give one by `--var {name}=…` or by the environment variable RECONCILE_VAR_{name}");
                    found.push(diagnostic.with_help(help).at(reporter.place(declared.span)));
                    None
                }
            };
            (name.clone(), value)
        };
        self.declared.iter().map(value).collect()
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let known = if self.declared.is_empty() {
            "the manifest declares no variables".to_owned()
        } else {
            format!("the manifest declares {}", listed(self.names()))
        };
        let message = format!("the manifest has no variable `{}`, which a value is given for", excerpt(name));
        let help = did_you_mean(name, self.names()).unwrap_or(known);
        Diagnostic::error("unknown-variable", message).with_help(help)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn read_default(name: &str, node: &Node, reporter: &Reporter<'_>) -> Default {
    match &node.value {
        Value::Null => Default::Required,
        Value::Broken => Default::Broken,
        Value::Scalar(scalar) => {
            let pieces = template::split(&scalar.text);
            let text: Option<String> = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Some(*text),
                    Piece::Reference(..) | Piece::Unclosed(_) => None,
                })
                .collect();
            text.map_or_else(
                || {
                    let message = format!("the default of the variable `{name}` refers to something");
                    let help = "a default is plain text; write `$${` for a literal `${`";
                    reporter.report(node.span, Diagnostic::error("variable-default", message).with_help(help));
                    Default::Broken
                },
                Default::Text,
            )
        }
        Value::List(_) | Value::Map(_) => {
            let message = format!("the variable `{name}` is a text, not {}", node.described());
            reporter.error(node.span, "wrong-type", message);
            Default::Broken
        }
    }
}
