//! One changed field, as what a person is to see of it: a value, a transition, lines, or a difference of texts.

use serde_json::{Map, Value};
use similar::{Algorithm, ChangeTag};

use super::difference::TextDifference;
use super::escape;
use super::page::columns;
use crate::change::FieldChange;

/// How a value that is not there is shown.
pub(super) const UNSET: &str = "(unset)";

/// A list longer than this, in characters, is shown one item a line.
const LONGEST_LIST: usize = 60;

/// Words that are longer than this, in columns, stand on lines of their own, which are broken where the page ends.
const LONGEST_WORDS: usize = 60;

/// What a line says about its text. Every sign is also a character, so that colour is never the only carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `+`
    Added,
    /// `-`
    Removed,
    /// `~`
    Changed,
    /// Blank: context, or a remark.
    Neutral,
}

impl Sign {
    /// Returns the sign's character.
    pub(super) const fn character(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
            Self::Neutral => ' ',
        }
    }
}

/// A line with its sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedLine {
    pub(super) sign: Sign,
    pub(super) text: String,
}

impl SignedLine {
    fn new(sign: Sign, text: impl Into<String>) -> Self {
        Self { sign, text: text.into() }
    }

    /// Reads a line of a change's summary, which begins with its sign and a blank where it has one.
    fn of_summary(line: &str) -> Self {
        let signs = [Sign::Added, Sign::Removed, Sign::Changed];
        let signed = signs.into_iter().find_map(|sign| Some((sign, line.strip_prefix(sign.character())?)));
        match signed.and_then(|(sign, rest)| Some((sign, rest.strip_prefix(' ')?))) {
            Some((sign, rest)) => Self::new(sign, rest),
            None => Self::new(Sign::Neutral, line),
        }
    }
}

/// A changed field for people.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    /// One value, or words, that fit on the field's own line.
    Value(String),
    /// From one value to another.
    Transition {
        /// The live value.
        before: String,
        /// The desired value.
        after: String,
    },
    /// What changes, a line each.
    Lines(Vec<SignedLine>),
    /// Two texts of several lines.
    Texts(TextDifference),
}

/// Decides how a change is shown. Of a creation only the new values are told.
pub(super) fn shown(change: &FieldChange, creates: bool) -> Shown {
    let FieldChange { path: _, before, after, summary } = change;
    if !summary.is_empty() {
        return summarized(summary);
    }
    match (before, after) {
        (Value::Null, after) if creates => created(after),
        (before, after) => changed(before, after),
    }
}

fn summarized(summary: &str) -> Shown {
    let lines: Vec<_> = summary.lines().map(SignedLine::of_summary).collect();
    match lines.as_slice() {
        [SignedLine { sign: Sign::Neutral, text }] if columns(text) <= LONGEST_WORDS => Shown::Value(text.clone()),
        _ => Shown::Lines(lines),
    }
}

fn created(after: &Value) -> Shown {
    let neutral = |text: String| SignedLine::new(Sign::Neutral, text);
    match after {
        Value::String(text) if text.contains('\n') => Shown::Value(format!("{} lines", text.lines().count())),
        Value::Object(entries) if !entries.is_empty() => {
            Shown::Lines(entries.iter().map(|(key, value)| neutral(entry(key, value))).collect())
        }
        Value::Array(items) if is_long(after) => Shown::Lines(items.iter().map(|item| neutral(nested(item))).collect()),
        other => Shown::Value(in_words(other)),
    }
}

fn changed(before: &Value, after: &Value) -> Shown {
    let empty = Map::new();
    match (before, after) {
        (Value::String(before), Value::String(after)) if before.contains('\n') || after.contains('\n') => {
            Shown::Texts(TextDifference::of(before, after))
        }
        (Value::Null, Value::String(after)) if after.contains('\n') => Shown::Texts(TextDifference::of("", after)),
        (Value::String(before), Value::Null) if before.contains('\n') => Shown::Texts(TextDifference::of(before, "")),
        (Value::Object(before), Value::Object(after)) => Shown::Lines(entries(before, after)),
        (Value::Null, Value::Object(after)) if !after.is_empty() => Shown::Lines(entries(&empty, after)),
        (Value::Object(before), Value::Null) if !before.is_empty() => Shown::Lines(entries(before, &empty)),
        (Value::Array(before_items), Value::Array(after_items)) if is_long(before) || is_long(after) => {
            Shown::Lines(items(before_items, after_items))
        }
        _ => transition(before, after),
    }
}

fn transition(before: &Value, after: &Value) -> Shown {
    let (before, mut after) = (in_words(before), in_words(after));
    if before == after {
        // Both are masked: the secret is another one.
        after.push_str(", another value");
    }
    Shown::Transition { before, after }
}

fn is_long(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.len() > 1) && in_words(value).chars().count() > LONGEST_LIST
}

/// The entries of two maps that differ.
fn entries(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<SignedLine> {
    let removed = before.iter().filter(|(key, _)| !after.contains_key(*key));
    let removed = removed.map(|(key, value)| SignedLine::new(Sign::Removed, entry(key, value)));
    let set = after.iter().filter_map(|(key, value)| match before.get(key) {
        None => Some(SignedLine::new(Sign::Added, entry(key, value))),
        Some(found) if found == value => None,
        Some(found) => {
            let text = format!("{}: {} → {}", nested_text(key), nested(found), nested(value));
            Some(SignedLine::new(Sign::Changed, text))
        }
    });
    removed.chain(set).collect()
}

/// The items of two lists, in order; those that stay give the context.
fn items(before: &[Value], after: &[Value]) -> Vec<SignedLine> {
    let texts = |items: &[Value]| items.iter().map(nested).collect::<Vec<_>>();
    let (before, after) = (texts(before), texts(after));
    let operations = similar::capture_diff_slices(Algorithm::Myers, &before, &after);
    let changes = operations.iter().flat_map(|operation| operation.iter_changes(&before, &after));
    changes.map(|change| SignedLine::new(sign(change.tag()), change.value())).collect()
}

/// Returns the sign of a line in a difference.
pub(super) const fn sign(tag: ChangeTag) -> Sign {
    match tag {
        ChangeTag::Equal => Sign::Neutral,
        ChangeTag::Delete => Sign::Removed,
        ChangeTag::Insert => Sign::Added,
    }
}

fn entry(key: &str, value: &Value) -> String {
    format!("{}: {}", nested_text(key), nested(value))
}

/// Writes a value on one line: text as it is where nothing is lost by that, else in quotes.
fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => nested(other),
    }
}

/// Writes a value inside a list or a map.
fn nested(value: &Value) -> String {
    match value {
        Value::Null => UNSET.to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => nested_text(text),
        Value::Array(items) => format!("[{}]", items.iter().map(nested).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| entry(key, value));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn nested_text(text: &str) -> String {
    let divides = text.contains(": ") || text.ends_with(':') || text.contains([',', '[', ']', '{', '}']);
    // Only Spark's own `local[*]` is so common that quotes would hide more than they tell.
    if is_plain(text) && (!divides || text == "local[*]") { text.to_owned() } else { escape::quoted(text) }
}

/// Returns whether a text shown without quotes is taken for nothing else.
fn is_plain(text: &str) -> bool {
    let reads_as_value = matches!(text, "null" | "true" | "false" | UNSET) || text.parse::<f64>().is_ok();
    let reads_as_list = text.starts_with(['[', '{', '"']);
    !(text.trim() != text
        || text.is_empty()
        || reads_as_value
        || reads_as_list
        || text.contains('→')
        || text.contains(escape::is_hidden))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{Shown, in_words, shown};
    use crate::change::FieldChange;

    #[rstest]
    #[case(json!("ml.t3.large"), "ml.t3.large")]
    #[case(json!(30), "30")]
    #[case(json!("30"), "\"30\"")]
    #[case(json!("true"), "\"true\"")]
    #[case(json!(""), "\"\"")]
    #[case(json!(" x"), "\" x\"")]
    #[case(json!("(unset)"), "\"(unset)\"")]
    #[case(json!("[a]"), "\"[a]\"")]
    #[case(json!("a → b"), "\"a → b\"")]
    #[case(json!("\u{1b}[0m"), "\"\\u{1b}[0m\"")]
    #[case(json!(["a, b", "c"]), "[\"a, b\", c]")]
    #[case(json!({"a": {"b": [1, null]}}), "{a: {b: [1, (unset)]}}")]
    fn a_value_is_never_taken_for_another(#[case] value: Value, #[case] words: &str) {
        assert_eq!(in_words(&value), words);
    }

    fn lines(before: Value, after: Value) -> String {
        match shown(&FieldChange::plain("field", before, after), false) {
            Shown::Lines(lines) => {
                let lines = lines.iter().map(|line| format!("{}|{}", line.sign.character(), line.text));
                lines.collect::<Vec<_>>().join("\n")
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_map_tells_its_entries() {
        let shown = lines(json!({"a": "1", "b": "2", "same": "x"}), json!({"b": "3", "c": "4", "same": "x"}));
        insta::assert_snapshot!(shown, @r#"
        -|a: "1"
        ~|b: "2" → "3"
        +|c: "4"
        "#);
        insta::assert_snapshot!(lines(Value::Null, json!({"a": 1})), @"+|a: 1");
    }

    #[test]
    fn a_long_list_tells_its_items_in_order() {
        let key = |name: &str| format!("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB {name}");
        insta::assert_snapshot!(lines(json!([key("a"), key("b")]), json!([key("a"), key("c")])), @"
         |ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB a
        -|ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB b
        +|ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB c
        ");
    }

    #[test]
    fn a_masked_secret_that_changes_says_so() {
        let change = FieldChange::plain("password", "(secret)", "(secret)");
        let expected = Shown::Transition { before: "(secret)".to_owned(), after: "(secret), another value".to_owned() };
        assert_eq!(shown(&change, false), expected);
    }
}
