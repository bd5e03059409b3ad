//! What is wrong with a manifest, where, and what to do about it.

mod plain;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The manifest cannot be used.
    Error,
    /// The manifest can be used; the reader should know.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file's path as it was given.
    #[serde(serialize_with = "serialize_text")]
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The first byte, from 0.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

impl Place {
    /// Returns the bytes of the file that are meant.
    pub fn range(&self) -> Range<usize> {
        let index = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        index(self.start)..index(self.end)
    }
}

/// `file:line:column`, as editors and terminals make it a link.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, start: _, end: _ } = self;
        write!(formatter, "{file}:{line}:{column}")
    }
}

fn serialize_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// Another place that belongs to a diagnostic, and what it has to do with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// One thing that is wrong, or that the reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name in kebab case, such as `unknown-field`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; nothing for what stands in no file.
    pub place: Option<Place>,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
    /// Whether the lines it is about hold a secret: they must not be shown.
    pub is_secret: bool,
}

impl Diagnostic {
    /// Makes an error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: None,
            labels: Vec::new(),
            help: Vec::new(),
            is_secret: false,
        }
    }

    /// Makes a warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_label(mut self, place: Place, message: impl Into<String>) -> Self {
        self.labels.push(Label { place, message: message.into() });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds what to do about it, if there is something.
    #[must_use]
    pub fn with_optional_help(mut self, help: Option<String>) -> Self {
        self.help.extend(help);
        self
    }

    /// Returns whether the manifest cannot be used for it.
    pub const fn is_error(&self) -> bool {
        matches!(self.severity, Severity::Error)
    }

    /// Writes it as plain text: the place, what is wrong, the line with a caret under it, and the help. `source` gives
    /// the text of the named file, or nothing where it is not known.
    pub fn to_plain_text<'s>(&self, source: impl Fn(&str) -> Option<&'s str>) -> String {
        plain::render(self, &source)
    }
}

/// `file:line:column: error[code]: message`
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, code, message, place, labels: _, help: _, is_secret: _ } = self;
        if let Some(place) = place {
            write!(formatter, "{place}: ")?;
        }
        write!(formatter, "{severity}[{code}]: {message}")
    }
}

/// All diagnostics of a manifest, in the order of their places and none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    /// How many errors came after the most that are kept.
    #[serde(skip)]
    dropped_errors: usize,
}

/// The most diagnostics that are kept: nobody reads more, and a hostile file would bring millions.
const MOST: usize = 1000;

impl Diagnostics {
    /// Adds one. After the first thousand, errors are only counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MOST {
            self.found.push(diagnostic);
        } else if diagnostic.is_error() {
            self.dropped_errors += 1;
        }
    }

    /// Returns how many are kept.
    pub(crate) const fn len(&self) -> usize {
        self.found.len()
    }

    /// Takes out the warnings of the given codes among those that came after the first `start`. Repetitions are dropped.
    pub(crate) fn silence(&mut self, start: usize, codes: &BTreeMap<String, String>) -> Vec<Diagnostic> {
        let start = start.min(self.found.len());
        let is_silenced = |found: &mut Diagnostic| !found.is_error() && codes.contains_key(found.code);
        let mut silenced: Vec<_> = self.found.extract_if(start.., is_silenced).collect();
        silenced.dedup();
        silenced
    }

    /// Returns whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.dropped_errors > 0 || self.found.iter().any(Diagnostic::is_error)
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns them in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// Writes all as plain text, a blank line between two. See [`Diagnostic::to_plain_text`].
    pub fn to_plain_text<'s>(&self, source: impl Fn(&str) -> Option<&'s str>) -> String {
        let blocks: Vec<_> = self.found.iter().map(|diagnostic| diagnostic.to_plain_text(&source)).collect();
        blocks.join("\n")
    }

    /// Sorts by place and drops repetitions, which anchors and references that are looked at twice bring about. Errors that
    /// were only counted are summed up in a last one.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        if let more @ 1.. = std::mem::take(&mut self.dropped_errors) {
            self.found.push(Diagnostic::error("too-many-mistakes", format!("there are {more} more mistakes")));
        }
        let mut seen = std::collections::HashSet::new();
        self.found.retain(|diagnostic| seen.insert(diagnostic.clone()));
        self.found
            .sort_by(|left, right| (left.place.is_none(), &left.place).cmp(&(right.place.is_none(), &right.place)));
        self
    }

    /// Marks what is about lines of a file that hold secrets.
    pub(crate) fn hide_lines(&mut self, file: &str, lines: &[std::ops::RangeInclusive<u32>]) {
        let hidden = |place: &Place| *place.file == *file && lines.iter().any(|range| range.contains(&place.line));
        for diagnostic in &mut self.found {
            let labels = diagnostic.labels.iter().map(|label| &label.place);
            diagnostic.is_secret |= diagnostic.place.iter().chain(labels).any(hidden);
        }
    }

    /// Returns the errors as `Err`, or else the value with the warnings.
    pub(crate) fn into_result<T>(self, value: T) -> Result<(T, Vec<Diagnostic>), Self> {
        let ordered = self.in_order();
        if ordered.has_errors() { Err(ordered) } else { Ok((value, ordered.found)) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { found: vec![diagnostic], dropped_errors: 0 }
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One line each.
impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, diagnostic) in self.found.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A place in a file that is known from the context: what every node of a tree carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// Returns the place of this span in a file.
    pub(crate) fn in_file(self, file: &Arc<str>) -> Place {
        let Self { line, column, start, end } = self;
        Place { file: Arc::clone(file), line, column, start, end }
    }
}

/// Collects what is found in one file. Readers share it, so that one mistake does not hide the next.
#[derive(Clone, Debug)]
pub(crate) struct Reporter<'c> {
    file: Arc<str>,
    found: &'c RefCell<Diagnostics>,
}

impl<'c> Reporter<'c> {
    /// Makes a reporter of the given file.
    pub(crate) const fn new(file: Arc<str>, found: &'c RefCell<Diagnostics>) -> Self {
        Self { file, found }
    }

    /// Returns a reporter of another file into the same collection.
    pub(crate) const fn of_file(&self, file: Arc<str>) -> Self {
        Self { file, found: self.found }
    }

    /// Returns the file.
    pub(crate) const fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Returns the place of a span.
    pub(crate) fn place(&self, span: Span) -> Place {
        span.in_file(&self.file)
    }

    /// Adds a diagnostic at a span.
    pub(crate) fn report(&self, span: Span, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic.at(self.place(span)));
    }

    /// Adds an error without help at a span.
    pub(crate) fn error(&self, span: Span, code: &'static str, message: impl Into<String>) {
        self.report(span, Diagnostic::error(code, message));
    }
}
