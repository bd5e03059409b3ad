//! YAML text to a tree: the only module that knows the YAML library.
//!
//! The events of the parser are put together here rather than by serde, so that one mistake does not hide the next, every
//! key keeps its place, numbers keep their digits, and an alias costs what it says and no more.

mod composer;
mod scalar;

use std::cell::RefCell;
use std::sync::Arc;

use serde_yaml::granit_parser::{Event, Options, Parser, ScanError, Span as ParserSpan};

use super::diagnostic::{Diagnostic, Diagnostics, Reporter, Span};
use super::layout::SECRETS;
use super::node::Node;
use composer::Composer;

/// The largest file that is read, in bytes. Ten thousand resources take about a third of it.
pub(crate) const MAXIMUM_BYTES: usize = 16 * 1024 * 1024;

/// How deep lists and mappings may nest.
pub(crate) const MAXIMUM_DEPTH: usize = 64;

/// How many values aliases may repeat in all. What is written out is only bounded by the file's size.
pub(crate) const MAXIMUM_REPEATED: usize = 200_000;

/// Reads a file of one document. `what` is what the file is to be, such as `the manifest`.
///
/// Everything that is wrong is reported; nothing is returned when the text has no structure at all. Parts that were
/// reported are [`Broken`](super::node::Value::Broken) in the tree.
pub(crate) fn read(file: &Arc<str>, bytes: &[u8], what: &str, found: &RefCell<Diagnostics>) -> Option<Node> {
    let reporter = Reporter::new(Arc::clone(file), found);
    match decode(bytes, what) {
        Ok(text) => compose(text, what, &reporter),
        Err((span, diagnostic)) => {
            reporter.report(span, diagnostic);
            None
        }
    }
}

const START: Span = Span { line: 1, column: 1, start: 0, end: 0 };

fn decode<'t>(bytes: &'t [u8], what: &str) -> Result<&'t str, (Span, Diagnostic)> {
    if bytes.len() > MAXIMUM_BYTES {
        let message = format!("{what} has {} bytes, and at most {MAXIMUM_BYTES} are read", bytes.len());
        let help = "divide it into several manifests, and move long texts into files of their own";
        return Err((START, Diagnostic::error("file-too-large", message).with_help(help)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err((START, Diagnostic::error("not-utf8", format!("{what} is UTF-16")).with_help("save it as UTF-8")));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let valid = String::from_utf8_lossy(valid);
        let line = valid.matches('\n').count() + 1;
        let column = valid.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let start = to_u32(valid.len());
        let span = Span { line: to_u32(line), column: to_u32(column), start, end: start };
        (span, Diagnostic::error("not-utf8", format!("{what} is not UTF-8 text")).with_help("save it as UTF-8"))
    })
}

fn compose(whole: &str, what: &str, reporter: &Reporter<'_>) -> Option<Node> {
    // The library skips a byte order mark, but counts its bytes in one mode and not in the other.
    let (text, skipped) = whole.strip_prefix('\u{feff}').map_or((whole, 0), |rest| (rest, 3));
    let mut options = Options::default();
    options.emit_comments = false;
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = MAXIMUM_DEPTH;
    options.block_nesting_limit = MAXIMUM_DEPTH;
    let mut composer = Composer::new(reporter, whole);
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Err(error) => {
                let (span, diagnostic) = syntax_error(&error, text);
                reporter.report(shifted(span, skipped), diagnostic);
                return None;
            }
            Ok((Event::DocumentStart(..), span)) => {
                documents += 1;
                if documents > 1 {
                    let diagnostic = Diagnostic::error(
                        "second-document",
                        format!("{what} is one YAML document, and a second one starts here"),
                    );
                    reporter.report(
                        shifted(converted(&span), skipped),
                        diagnostic
                            .with_help("put it into a file of its own; several files can be named on the command line"),
                    );
                    return None;
                }
            }
            Ok((event, span)) => {
                let span = shifted(converted(&span), skipped);
                if let Err(diagnostic) = composer.take(event, span) {
                    reporter.report(span, *diagnostic);
                    return None;
                }
            }
        }
    }
    composer.finish().or_else(|| {
        reporter.error(START, "empty-file", format!("{what} is empty"));
        None
    })
}

fn syntax_error(error: &ScanError, text: &str) -> (Span, Diagnostic) {
    let marker = error.marker();
    let start = marker.byte_offset().unwrap_or(text.len()).min(text.len());
    let span = Span {
        line: to_u32(marker.line()),
        column: to_u32(marker.col() + 1),
        start: to_u32(start),
        end: to_u32(start),
    };
    let info = error.info();
    if info.contains("nesting") || info.contains("recursion") {
        return (span, too_deep());
    }
    let diagnostic = Diagnostic::error("yaml-syntax", format!("not YAML: {info}"));
    let diagnostic = diagnostic.with_optional_help(syntax_help(info.as_ref(), text, start));
    (span, Diagnostic { is_secret: may_hold_secret(text, start), ..diagnostic })
}

/// Says what commonly is behind a syntax error at a byte of the text.
fn syntax_help(info: &str, text: &str, start: usize) -> Option<String> {
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let before = text.get(line_start..start)?;
    let at_mark = |text: &str| text.starts_with(['*', '&', '!', '%', '@', '`']);
    if before.chars().all(char::is_whitespace) && text.get(line_start..)?.trim_start_matches(' ').starts_with('\t') {
        return Some("YAML is indented with spaces, never with tabs".to_owned());
    }
    if text.get(start..).is_some_and(at_mark)
        || before.char_indices().next_back().is_some_and(|(_, last)| at_mark(&last.to_string()))
    {
        return Some("put quotes around a text that starts with one of * & ! % @ `".to_owned());
    }
    info.contains("mapping values are not allowed").then(|| "put quotes around a text that contains `: `".to_owned())
}

/// Whether the line at a byte of a text that could not be parsed may hold a secret: it is the line of such a field, or
/// every line since is indented deeper.
fn may_hold_secret(text: &str, start: usize) -> bool {
    let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
    let lines: Vec<_> = text.get(..line_end).unwrap_or_default().lines().collect();
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let names_secret = |line: &str| SECRETS.iter().any(|secret| line.contains(secret));
    let Some(at) = lines.iter().rposition(|line| names_secret(line)) else { return false };
    let Some((named, inside)) = lines.get(at..).and_then(<[_]>::split_first) else { return false };
    let filled = |line: &&&str| !line.trim().is_empty();
    inside.iter().filter(filled).all(|line| indentation(line) > indentation(named))
}

fn too_deep() -> Diagnostic {
    Diagnostic::error("too-deep", format!("lists and mappings nest deeper than {MAXIMUM_DEPTH} levels"))
}

fn converted(span: &ParserSpan) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span {
        line: to_u32(span.start.line()),
        column: to_u32(span.start.col() + 1),
        start: to_u32(range.start),
        end: to_u32(range.end),
    }
}

const fn shifted(span: Span, bytes: u32) -> Span {
    Span { start: span.start.saturating_add(bytes), end: span.end.saturating_add(bytes), ..span }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
