//! What can be wrong with the structure of a policy document, and where.

use std::error::Error;
use std::fmt;

/// The longest piece of somebody's text that an error repeats, in characters.
const LONGEST_EXCERPT: usize = 80;

/// A text that is not a policy document: what is wrong with it, and at which place.
///
/// It displays as one line, such as ``Action must be a string or a list of strings, not a number, at Statement[1].Action``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    problem: Problem,
    /// From the innermost step to the outermost: steps are added while the error travels outwards.
    steps: Vec<Step>,
}

/// What is wrong with the structure of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The text is longer than IAM takes on the wire.
    TooLong {
        /// How many characters it has.
        characters: usize,
        /// How many it may have.
        maximum: usize,
    },
    /// A percent sign that is not followed by two hexadecimal digits, or bytes that are no UTF-8 once decoded.
    PercentEncoding {
        /// What was found.
        found: String,
    },
    /// The text is not JSON.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The character in the line, from 1.
        column: usize,
        /// What was expected or is not allowed there.
        message: String,
    },
    /// Lists and objects nest deeper than any policy does.
    TooDeep {
        /// How many levels are read.
        maximum: usize,
    },
    /// One object has a key twice. IAM refuses it, and readers disagree on which of the two counts.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// One condition operator has two keys that differ in nothing but case. To IAM they are the same key.
    AmbiguousKey {
        /// The second of the two, as written.
        key: String,
    },
    /// The document is JSON, but not an object.
    NotAnObject {
        /// What it is, such as `a list`.
        found: &'static str,
    },
    /// An element has a value of a type that it cannot have.
    WrongType {
        /// The element, such as `Action`.
        element: String,
        /// What it may be, such as `a string or a list of strings`.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl PolicyError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self { problem, steps: Vec::new() }
    }

    pub(crate) fn in_key(mut self, key: &str) -> Self {
        self.steps.push(Step::Key(excerpt(key)));
        self
    }

    pub(crate) fn in_index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Where in the document, such as `Statement[1].Effect`; empty for the document as a whole.
    pub fn place(&self) -> String {
        let mut place = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Key(key) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(key);
                }
                Step::Index(index) => {
                    place.push('[');
                    place.push_str(&index.to_string());
                    place.push(']');
                }
            }
        }
        place
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.problem)?;
        if self.steps.is_empty() {
            return Ok(());
        }
        write!(formatter, ", at {}", self.place())
    }
}

impl Error for PolicyError {}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { characters, maximum } => {
                write!(formatter, "the document has {characters} characters, and IAM takes at most {maximum}")
            }
            Self::PercentEncoding { found } => {
                write!(formatter, "not percent-encoded text: {found}")
            }
            Self::Syntax { line, column, message } => {
                write!(formatter, "not JSON: {message} (line {line}, column {column})")
            }
            Self::TooDeep { maximum } => {
                write!(formatter, "lists and objects nest deeper than {maximum} levels")
            }
            Self::DuplicateKey { key } => write!(formatter, "duplicate key {:?}", excerpt(key)),
            Self::AmbiguousKey { key } => {
                write!(formatter, "the condition key {:?} is there twice, differing in case only", excerpt(key))
            }
            Self::NotAnObject { found } => write!(formatter, "not a JSON object but {found}"),
            Self::WrongType { element, expected, found } => {
                write!(formatter, "{} must be {expected}, not {found}", excerpt(element))
            }
        }
    }
}

/// The beginning of a text from the document, short enough for one line of an error.
pub(crate) fn excerpt(text: &str) -> String {
    shorten(text, LONGEST_EXCERPT)
}

/// At most so many characters of a text, and an ellipsis where there are more.
pub(crate) fn shorten(text: &str, maximum: usize) -> String {
    match text.char_indices().nth(maximum) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
