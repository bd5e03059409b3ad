//! Policies in files, and on the standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use iam_policy::{Policy, PolicyError, Problem, Scope};
use reconcile_core::manifest::diagnostic::Place;
use reconcile_core::manifest::{Files as _, PolicyPlaces};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::LocalFiles;
use crate::terminal::Terminal;

/// What stands for the standard input among files.
const STANDARD_INPUT: &str = "-";

/// The most bytes that are read from the standard input: several times the longest policy, so that its own limit is what is told.
const LONGEST: u64 = 1024 * 1024;

const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// A policy, and what it was read from.
pub(super) struct Document {
    pub(super) policy: Policy,
    /// How it is called in what is printed.
    pub(super) name: Arc<str>,
    /// Nothing for a percent-encoded text, in which nobody could find a place.
    places: Option<PolicyPlaces>,
}

impl Document {
    /// Returns where a part of the policy stands.
    pub(super) fn place(&self, part: &str) -> Option<Place> {
        self.places.as_ref().map(|places| places.of(part))
    }
}

/// Refuses to read the standard input for two documents: it can be read once.
pub(super) fn one_standard_input<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let several = paths.into_iter().filter(|path| path.as_os_str() == STANDARD_INPUT).nth(1).is_some();
    if !several {
        return Ok(());
    }
    let failure = Failure::new("usage", "two documents cannot both be the standard input (-)");
    Err(failure.with_help("put one of them into a file").ending(Exit::Usage))
}

/// Reads a policy: JSON, or JSON with percent-encoding as IAM answers it.
pub(super) fn read(path: &Path, account_id: Option<&str>, terminal: &Terminal) -> Result<Document, Failure> {
    let is_input = path.as_os_str() == STANDARD_INPUT;
    let name: Arc<str> = if is_input { "<stdin>".into() } else { path.display().to_string().into() };
    let bytes = if is_input { read_input() } else { LocalFiles::default().read(path) };
    let bytes = bytes.map_err(|error| {
        Failure::new("file-unreadable", format!("the policy {name} cannot be read: {error}"))
            .with_help("name a file that holds the JSON of a policy, or - for the standard input")
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Failure::new("policy", format!("{name} is no policy: it is not UTF-8 text: {error}"))
            .with_help("save it as UTF-8")
    })?;
    if is_input {
        terminal.remember(&name, text.clone());
    }
    let json = text.trim_start_matches('\u{feff}');
    let is_encoded = json.trim_start().starts_with('%');
    let scope = Scope { partition: partition(json).to_owned(), account_id: account_id.unwrap_or_default().to_owned() };
    let parsed =
        if is_encoded { Policy::parse_percent_encoded(json.trim(), &scope) } else { Policy::parse(json, &scope) };
    match parsed {
        Ok(policy) => {
            let places = if is_encoded { None } else { PolicyPlaces::read(&name, &text) };
            Ok(Document { policy, name, places })
        }
        Err(error) => {
            let place = if is_encoded { None } else { place_of(&error, &name, &text) };
            let failure = Failure::new("policy", format!("{name} is no policy: {error}")).at(place.as_ref());
            Err(failure.with_help(match error.problem() {
                Problem::TooLong { characters: _, maximum: _ } => {
                    "IAM takes less still of each type: 2,048 characters without white space of a trust policy, 6,144 of a \
                     managed one, 10,240 of all inline policies of a role"
                }
                _ => "a policy is a JSON object with a Statement",
            }))
        }
    }
}

/// Returns all documents, or all that could not be read.
pub(super) fn all(documents: impl Iterator<Item = Result<Document, Failure>>) -> Result<Vec<Document>, Failure> {
    let (mut read, mut failed) = (Vec::new(), None::<Failure>);
    for document in documents {
        match (document, failed.take()) {
            (Ok(document), before) => {
                read.push(document);
                failed = before;
            }
            (Err(failure), None) => failed = Some(failure),
            (Err(failure), Some(before)) => failed = Some(before.and(failure)),
        }
    }
    failed.map_or(Ok(read), Err)
}

fn read_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it is larger than 1 MiB"));
    }
    Ok(bytes)
}

/// The partition that the document itself is written for: that of its first ARN.
fn partition(text: &str) -> &'static str {
    let named = text.match_indices("arn:").filter_map(|(start, prefix)| {
        let (partition, _) = text.get(start + prefix.len()..)?.split_once(':')?;
        PARTITIONS.into_iter().find(|known| *known == partition)
    });
    named.into_iter().next().unwrap_or("aws")
}

fn place_of(error: &PolicyError, name: &Arc<str>, text: &str) -> Option<Place> {
    if let Problem::Syntax { line, column, message: _ } = error.problem() {
        return Some(place_at(name, text, *line, *column));
    }
    let part = Some(error.place()).filter(|part| !part.is_empty())?;
    PolicyPlaces::read(name, text).map(|places| places.of(&part))
}

/// The place of one character, by its line and column, both from 1.
fn place_at(name: &Arc<str>, text: &str, line: usize, column: usize) -> Place {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(index, _)| index);
    let start = before + within;
    let length = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        file: Arc::clone(name),
        line: number(line),
        column: number(column),
        start: number(start),
        end: number(start + length),
    }
}
