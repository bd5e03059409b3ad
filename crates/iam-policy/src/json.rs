//! JSON as written: keys in their order, numbers by their digits.
//!
//! `serde_json` turns `1.10` into a float and forgets the digits unless its `arbitrary_precision` feature is on, which would
//! change it for every crate of a build; and it lets the last of two equal keys win. A policy needs neither, so it has its own
//! small value and reader.

mod reader;

use serde_json::{Map, Number, Value};

/// A JSON value that keeps the order of keys and the digits of numbers.
///
/// Equality is of the text's meaning with one exception: the order of keys counts here, because this is the value *as written*.
/// [`Json::sorted`] makes two values comparable regardless of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as its digits were written.
    Number(String),
    /// A string, with its escapes resolved.
    String(String),
    /// A list.
    List(Vec<Json>),
    /// An object. No key is there twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// A list of strings.
    pub(crate) fn strings<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(items.into_iter().map(|item| Self::String(item.to_owned())).collect())
    }

    /// The same value with the keys of every object sorted.
    #[must_use]
    pub fn sorted(&self) -> Self {
        match self {
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::String(_) => self.clone(),
            Self::List(items) => Self::List(items.iter().map(Self::sorted).collect()),
            Self::Object(entries) => {
                let mut entries: Vec<_> = entries.iter().map(|(key, value)| (key.clone(), value.sorted())).collect();
                entries.sort();
                Self::Object(entries)
            }
        }
    }

    /// The value for `serde_json`. A number becomes a number where that keeps its digits, else the string of its digits:
    /// a number with other digits would be another number.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(truth) => Value::Bool(*truth),
            Self::Number(digits) => number_value(digits),
            Self::String(text) => Value::String(text.clone()),
            Self::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Self::Object(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_value())).collect::<Map<_, _>>())
            }
        }
    }

    /// Writes the value on one line, without white space.
    pub(crate) fn write_compact(&self, output: &mut String) {
        match self {
            Self::Null => output.push_str("null"),
            Self::Boolean(truth) => output.push_str(if *truth { "true" } else { "false" }),
            Self::Number(digits) => output.push_str(digits),
            Self::String(text) => write_string(text, output),
            Self::List(items) => {
                output.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        output.push(',');
                    }
                    item.write_compact(output);
                }
                output.push(']');
            }
            Self::Object(entries) => {
                output.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        output.push(',');
                    }
                    write_string(key, output);
                    output.push(':');
                    value.write_compact(output);
                }
                output.push('}');
            }
        }
    }

    /// Writes the value with one entry a line, two spaces a level.
    pub(crate) fn write_pretty(&self, level: usize, output: &mut String) {
        match self {
            Self::List(items) if !items.is_empty() => {
                output.push('[');
                for (index, item) in items.iter().enumerate() {
                    start_entry(index, level, output);
                    item.write_pretty(level + 1, output);
                }
                start_line(level, output);
                output.push(']');
            }
            Self::Object(entries) if !entries.is_empty() => {
                output.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    start_entry(index, level, output);
                    write_string(key, output);
                    output.push_str(": ");
                    value.write_pretty(level + 1, output);
                }
                start_line(level, output);
                output.push('}');
            }
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::String(_) | Self::List(_) | Self::Object(_) => {
                self.write_compact(output);
            }
        }
    }
}

fn start_entry(index: usize, level: usize, output: &mut String) {
    if index > 0 {
        output.push(',');
    }
    start_line(level + 1, output);
}

fn start_line(level: usize, output: &mut String) {
    output.push('\n');
    for _ in 0..level {
        output.push_str("  ");
    }
}

fn write_string(text: &str, output: &mut String) {
    output.push_str(&Value::String(text.to_owned()).to_string());
}

fn number_value(digits: &str) -> Value {
    let number = digits
        .parse::<u64>()
        .ok()
        .map(Number::from)
        .or_else(|| digits.parse::<i64>().ok().map(Number::from))
        .or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64));
    match number {
        Some(number) if number.to_string() == digits => Value::Number(number),
        Some(_) | None => Value::String(digits.to_owned()),
    }
}
