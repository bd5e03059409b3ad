//! The tree of a YAML file, with the place of every key and value.

use std::fmt;

use super::diagnostic::Span;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A text, number or boolean, as it is written.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry>),
    /// Something that was reported already, and that nobody should report again.
    Broken,
}

/// A scalar: its text, and what YAML's core schema takes it for. Its `Debug` leaves out the text, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// The text as written (a number keeps all its digits), quotes and escapes resolved.
    pub(crate) text: String,
    pub(crate) kind: ScalarKind,
}

/// What a scalar is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    /// A text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number in decimals.
    Integer,
    /// Another number in decimals.
    Float,
    /// A text in which something was inserted: it may stand for whatever its text says.
    Interpolated,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Node {
    /// Returns the value of a key, where this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key.text == key).map(|entry| &entry.value)
    }

    /// Returns the entries, where this is a mapping.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null | Value::Scalar(_) | Value::List(_) | Value::Broken => &[],
        }
    }

    /// Says in words what stands here, for an error.
    pub(crate) fn described(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Scalar(scalar) => scalar.described(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
            Value::Broken => "something broken".to_owned(),
        }
    }

    /// Calls a function with every scalar's and key's text.
    pub(crate) fn each_text(&self, function: &mut impl FnMut(&str)) {
        match &self.value {
            Value::Null | Value::Broken => {}
            Value::Scalar(scalar) => function(&scalar.text),
            Value::List(items) => items.iter().for_each(|item| item.each_text(function)),
            Value::Map(entries) => {
                for entry in entries {
                    function(&entry.key.text);
                    entry.value.each_text(function);
                }
            }
        }
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scalar").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Scalar {
    /// Says in words what this is, for an error.
    pub(crate) fn described(&self) -> String {
        match self.kind {
            ScalarKind::Text | ScalarKind::Interpolated => format!("the text \"{}\"", excerpt(&self.text)),
            ScalarKind::Boolean => format!("the boolean {}", self.text),
            ScalarKind::Integer | ScalarKind::Float => format!("the number {}", excerpt(&self.text)),
        }
    }
}

/// Returns the beginning of a text, short enough for one line of an error.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let cleaned: String =
        text.chars().take(LONGEST).map(|character| if character.is_control() { ' ' } else { character }).collect();
    if text.chars().nth(LONGEST).is_some() { format!("{cleaned}…") } else { cleaned }
}
