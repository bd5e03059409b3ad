//! Reads typed fields from a tree. Every mistake is reported, and reading goes on.

use super::diagnostic::{Diagnostic, Reporter, Span};
use super::nearest::{did_you_mean, listed};
use super::node::{Entry, Node, Scalar, ScalarKind, Value, excerpt};
use crate::field::Field;

/// Reads the fields of one mapping. Whatever was not asked for when it is finished is unknown.
#[derive(Debug)]
pub(crate) struct ObjectReader<'n, 'c> {
    reporter: &'n Reporter<'c>,
    /// What is blamed for what is missing.
    span: Span,
    what: String,
    entries: &'n [Entry],
    known: Vec<&'static str>,
    elsewhere: Vec<(&'static str, &'static str)>,
}

impl<'n, 'c> ObjectReader<'n, 'c> {
    /// Opens a mapping; `what` names it in errors, such as `a role`, and `span` is blamed for what is missing.
    pub(crate) fn open(node: &'n Node, span: Span, what: &str, reporter: &'n Reporter<'c>) -> Option<Self> {
        let entries: &[Entry] = match &node.value {
            Value::Map(entries) => entries,
            // `image-build:` with nothing behind it: what is required is reported one by one.
            Value::Null => &[],
            Value::Broken => return None,
            Value::Scalar(_) | Value::List(_) => {
                wrong_type(node, &format!("{what} is a mapping of fields"), reporter);
                return None;
            }
        };
        Some(Self { reporter, span, what: what.to_owned(), entries, known: Vec::new(), elsewhere: Vec::new() })
    }

    /// Returns where mistakes are reported.
    pub(crate) const fn reporter(&self) -> &'n Reporter<'c> {
        self.reporter
    }

    /// Returns what is blamed for what is missing.
    pub(crate) const fn span(&self) -> Span {
        self.span
    }

    /// Returns a field's value as it is.
    pub(crate) fn node(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.push(name);
        self.peek(name)
    }

    /// Returns the value of a field that was asked for before.
    pub(crate) fn peek(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|entry| entry.key.text == name).map(|entry| &entry.value)
    }

    /// Returns the place of a field's key.
    pub(crate) fn key_span(&self, name: &str) -> Option<Span> {
        self.entries.iter().find(|entry| entry.key.text == name).map(|entry| entry.key.span)
    }

    /// Reads a field. A mistake in it is reported and makes it absent.
    pub(crate) fn field<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'n Node, &Reporter<'c>) -> Option<T>,
    ) -> Field<T> {
        match self.node(name) {
            None => Field::Absent,
            Some(Node { value: Value::Null, .. }) => Field::Null,
            Some(node) => read(node, self.reporter).map_or(Field::Absent, Field::Set),
        }
    }

    /// Reads a field that has to be there and cannot be null. `why` completes the error, such as `it says who may assume it`.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        why: &str,
        read: impl FnOnce(&'n Node, &Reporter<'c>) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(name);
        match node {
            Some(Node { value: Value::Null, span }) => {
                self.reporter.error(*span, "null-not-allowed", format!("`{name}` cannot be null: {why}"));
                None
            }
            Some(node) => read(node, self.reporter),
            None => {
                let message = format!("{} needs `{name}`: {why}", self.what);
                self.reporter.error(self.span, "missing-field", message);
                None
            }
        }
    }

    /// Reads a switch that is off unless it is said to be on.
    pub(crate) fn switch(&mut self, name: &'static str) -> bool {
        self.field(name, boolean).value().copied().unwrap_or(false)
    }

    /// Says of a field that does not exist how to write what is meant.
    pub(crate) fn elsewhere(&mut self, name: &'static str, help: &'static str) {
        self.elsewhere.push((name, help));
    }

    /// Reports the fields that nobody asked for.
    pub(crate) fn finish(self) {
        for Entry { key, value: _ } in self.entries {
            if self.known.contains(&key.text.as_str()) {
                continue;
            }
            let elsewhere =
                self.elsewhere.iter().find(|(name, _)| *name == key.text).map(|(_, help)| (*help).to_owned());
            let help = elsewhere
                .or_else(|| did_you_mean(&key.text, self.known.iter().copied()))
                .unwrap_or_else(|| format!("known are {}", listed(self.known.iter().copied())));
            let message = format!("{} has no field `{}`", self.what, excerpt(&key.text));
            self.reporter.report(key.span, Diagnostic::error("unknown-field", message).with_help(help));
        }
    }
}

/// Reports a value of the wrong type.
pub(crate) fn wrong_type(node: &Node, expected: &str, reporter: &Reporter<'_>) {
    if !matches!(node.value, Value::Broken) {
        let found = node.described();
        let diagnostic = Diagnostic::error("wrong-type", format!("expected {expected}, found {found}"));
        reporter.report(node.span, diagnostic.with_optional_help(help_for(node, expected)));
    }
}

fn help_for(node: &Node, expected: &str) -> Option<String> {
    let Value::Scalar(Scalar { text, kind }) = &node.value else { return None };
    let is_number = text.parse::<f64>().is_ok();
    match (kind, text.as_str()) {
        (ScalarKind::Text, "yes" | "Yes" | "YES" | "on" | "On" | "ON") if expected.contains("true or false") => {
            Some("write `true`".to_owned())
        }
        (ScalarKind::Text, "no" | "No" | "NO" | "off" | "Off" | "OFF") if expected.contains("true or false") => {
            Some("write `false`".to_owned())
        }
        (ScalarKind::Text, "true" | "false") if expected.contains("true or false") => {
            Some("remove the quotes".to_owned())
        }
        (ScalarKind::Text, _) if is_number && expected.contains("number") => {
            Some("remove the quotes, or write it in plain decimals".to_owned())
        }
        (ScalarKind::Boolean, _) if expected.contains("text") => Some(format!("put quotes around it: \"{text}\"")),
        (
            ScalarKind::Text | ScalarKind::Boolean | ScalarKind::Integer | ScalarKind::Float | ScalarKind::Interpolated,
            _,
        ) => None,
    }
}

/// Reads a text. A number is the text that it is written as.
pub(crate) fn text(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar(Scalar { text, kind }) if *kind != ScalarKind::Boolean => Some(text.clone()),
        Value::Scalar(_) | Value::Null | Value::List(_) | Value::Map(_) | Value::Broken => {
            wrong_type(node, "a text", reporter);
            None
        }
    }
}

/// Reads a text that is not empty.
pub(crate) fn filled_text(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = text(node, reporter)?;
    if text.trim().is_empty() {
        reporter.error(node.span, "empty-text", "an empty text is no value here");
        return None;
    }
    Some(text)
}

/// Reads any scalar as its text: booleans and numbers are what the service takes as text anyway.
pub(crate) fn scalar_text(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Broken => {
            wrong_type(node, "a text", reporter);
            None
        }
    }
}

/// Reads true or false.
pub(crate) fn boolean(node: &Node, reporter: &Reporter<'_>) -> Option<bool> {
    match &node.value {
        Value::Scalar(Scalar { text, kind: ScalarKind::Boolean | ScalarKind::Interpolated })
            if text == "true" || text == "false" =>
        {
            Some(text == "true")
        }
        Value::Scalar(_) | Value::Null | Value::List(_) | Value::Map(_) | Value::Broken => {
            wrong_type(node, "true or false", reporter);
            None
        }
    }
}

/// Reads a whole number within a range; `unit` completes its description, such as ` seconds`, or is empty.
pub(crate) fn integer(node: &Node, (least, most): (i64, i64), unit: &str, reporter: &Reporter<'_>) -> Option<i64> {
    let expected = match (least, most) {
        (least, i64::MAX) => format!("a whole number of at least {least}{unit}"),
        (least, most) => format!("a whole number from {least} to {most}{unit}"),
    };
    let Value::Scalar(Scalar { text, kind: ScalarKind::Integer | ScalarKind::Interpolated }) = &node.value else {
        wrong_type(node, &expected, reporter);
        return None;
    };
    match text.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Some(number),
        Ok(_) => {
            reporter.error(node.span, "out-of-range", format!("expected {expected}, found {text}"));
            None
        }
        Err(_) => {
            // Digits only, and too many: the text of a variable may be anything.
            let is_number =
                text.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            let code = if is_number { "out-of-range" } else { "wrong-type" };
            reporter.error(node.span, code, format!("expected {expected}, found {}", node.described()));
            None
        }
    }
}

/// Reads one of several words.
pub(crate) fn choice<'w>(node: &Node, words: &[&'w str], reporter: &Reporter<'_>) -> Option<&'w str> {
    let text = text(node, reporter)?;
    let found = words.iter().find(|word| **word == text);
    if found.is_none() {
        let message = format!(
            "expected {}, found \"{}\"",
            listed(words.iter().copied()).replace(" and ", " or "),
            excerpt(&text)
        );
        let help = did_you_mean(&text, words.iter().copied());
        reporter.report(node.span, Diagnostic::error("unknown-value", message).with_optional_help(help));
    }
    found.copied()
}

/// Reads a list of at most so many; an item with a mistake is left out.
pub(crate) fn list<T>(
    node: &Node,
    most: usize,
    reporter: &Reporter<'_>,
    mut item: impl FnMut(&Node, &Reporter<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let Value::List(items) = &node.value else {
        wrong_type(node, "a list", reporter);
        return None;
    };
    if items.len() > most {
        let message = format!("at most {most} are allowed here, and these are {}", items.len());
        reporter.error(node.span, "too-many", message);
    }
    Some(items.iter().filter_map(|node| item(node, reporter)).collect())
}
