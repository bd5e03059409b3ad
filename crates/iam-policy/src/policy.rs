//! The policy document as a value.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::error::{PolicyError, Problem};
use crate::json::Json;
use crate::statement::Statement;
use crate::{percent, read, write};

/// The most characters that IAM takes as a policy document, whatever the quota for the kind of policy
/// (`policyDocumentType` of IAM's service model).
pub const MAXIMUM_CHARACTERS: usize = 131_072;

/// The account in which a document is read: an account id and the ARN of an account's root agree only in the own partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The partition, such as `aws` or `aws-cn`.
    pub partition: String,
    /// The account id, twelve digits. Differences call its principals `this account`.
    pub account_id: String,
}

/// A policy document: as written, and in canonical form.
///
/// `==` compares the meaning: two documents are equal when IAM decides the same for every request as far as the text can tell.
#[derive(Clone)]
pub struct Policy {
    /// The text with the white space between its tokens removed.
    compact: String,
    written: Json,
    canonical: Document,
    scope: Scope,
}

/// A statement as written, beside its canonical form.
pub(crate) struct WrittenStatement<'a> {
    /// Such as `Statement[1]`.
    pub(crate) place: String,
    pub(crate) entries: &'a [(String, Json)],
    pub(crate) canonical: Statement,
}

/// The canonical form of a whole document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) version: String,
    pub(crate) id: Option<String>,
    /// Sorted, none twice.
    pub(crate) statements: Vec<Statement>,
    /// Elements that the grammar does not know, with their objects' keys sorted.
    pub(crate) unknown: BTreeMap<String, Json>,
}

impl Policy {
    /// Reads a document from JSON text.
    ///
    /// Fails on what has no one structure: no JSON object, a key twice, elements of the wrong type, more than
    /// [`MAXIMUM_CHARACTERS`], nesting beyond any policy. What has a structure but breaks IAM's grammar is read, and judged by
    /// [`check`](crate::check()).
    pub fn parse(text: &str, scope: &Scope) -> Result<Self, PolicyError> {
        // A text has no more characters than bytes, so only a long one needs counting.
        if text.len() > MAXIMUM_CHARACTERS {
            let characters = text.chars().count();
            if characters > MAXIMUM_CHARACTERS {
                return Err(PolicyError::new(Problem::TooLong { characters, maximum: MAXIMUM_CHARACTERS }));
            }
        }
        let written = Json::read(text)?;
        let canonical = read::document(&written, scope)?;
        Ok(Self { compact: compact(text), written, canonical, scope: scope.clone() })
    }

    /// Reads a document from percent-encoded JSON text, as IAM's reads answer it. Only `%XX` is decoded (RFC 3986): a `+` is a
    /// plus, and stays one.
    pub fn parse_percent_encoded(text: &str, scope: &Scope) -> Result<Self, PolicyError> {
        Self::parse(&percent::decode(text)?, scope)
    }

    /// The document as written, with nothing changed but the white space between its tokens removed. This is what is sent:
    /// IAM refuses a document that begins with white space, and keeps the rest as it came.
    pub fn to_json(&self) -> String {
        self.compact.clone()
    }

    /// The document as written, for a plan. A number whose digits `serde_json` cannot keep is the string of its digits, which
    /// means the same in a condition.
    pub fn to_value(&self) -> Value {
        self.written.to_value()
    }

    /// The canonical document, one entry a line, without a newline at the end: for text differences and fingerprints. It is the
    /// same text for all documents that are equal, and reading it gives an equal document.
    pub fn canonical_json(&self) -> String {
        let mut output = String::new();
        write::document(&self.canonical).write_pretty(0, &mut output);
        output
    }

    /// The length in characters without white space (space, tab, line feed, carriage return), as IAM counts against its quotas.
    pub fn non_whitespace_len(&self) -> usize {
        self.compact.chars().filter(|character| !is_white_space(*character)).count()
    }

    /// The language version: as written, or `2008-10-17` where none is.
    pub fn version(&self) -> &str {
        &self.canonical.version
    }

    /// The document's `Id`. An empty one is the same as none.
    pub fn id(&self) -> Option<&str> {
        self.canonical.id.as_deref()
    }

    /// The statements in canonical form: sorted, none twice.
    pub fn statements(&self) -> &[Statement] {
        &self.canonical.statements
    }

    /// Top-level elements that the grammar does not know.
    pub fn unknown(&self) -> &BTreeMap<String, Json> {
        &self.canonical.unknown
    }

    /// Where a canonical statement stands in the document as written, such as `Statement[1]`: the first of its spellings there.
    pub fn place_of(&self, statement: &Statement) -> String {
        let found = self.written_statements().into_iter().find(|written| written.canonical == *statement);
        found.map_or_else(|| "Statement".to_owned(), |written| written.place)
    }

    /// The place of every canonical statement, as [`Policy::place_of`].
    pub(crate) fn places(&self) -> BTreeMap<Statement, String> {
        // Of several spellings the first is kept, because it is put in last.
        let written = self.written_statements().into_iter().rev();
        written.map(|written| (written.canonical, written.place)).collect()
    }

    /// The statements in the order of the text.
    pub(crate) fn written_statements(&self) -> Vec<WrittenStatement<'_>> {
        let Json::Object(entries) = &self.written else { return Vec::new() };
        let statement = entries.iter().find(|(key, _)| key == "Statement").map(|(_, value)| value);
        let (items, is_list): (&[Json], bool) = match statement {
            Some(Json::List(items)) => (items, true),
            Some(single) => (std::slice::from_ref(single), false),
            None => (&[], false),
        };
        let written = items.iter().enumerate().filter_map(|(index, item)| {
            let Json::Object(entries) = item else { return None };
            let place = if is_list { format!("Statement[{index}]") } else { "Statement".to_owned() };
            // It was read before, so it can be read again.
            let canonical = read::statement(entries, &self.scope).ok()?;
            Some(WrittenStatement { place, entries, canonical })
        });
        written.collect()
    }

    pub(crate) fn compact(&self) -> &str {
        &self.compact
    }

    pub(crate) fn written(&self) -> &Json {
        &self.written
    }

    pub(crate) fn canonical(&self) -> &Document {
        &self.canonical
    }

    /// The account in which the document was read.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Policy {}

impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Policy").field(&self.compact).finish()
    }
}

/// The document as written, on one line.
impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.compact)
    }
}

/// As [`Policy::to_value`].
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

const fn is_white_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Removes the white space outside of strings. The text must be JSON.
fn compact(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for character in text.chars() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if is_white_space(character) {
            continue;
        } else {
            in_string = character == '"';
        }
        output.push(character);
    }
    output
}
