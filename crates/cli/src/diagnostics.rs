//! Reports with the lines of the file they are about.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use reconcile_core::manifest::Files as _;
use reconcile_core::manifest::diagnostic::{Diagnostic, Label, Place, Severity};

use crate::files::LocalFiles;

/// Renders reports; the files they name are read once.
#[derive(Debug)]
pub(crate) struct Reporter {
    renderer: Renderer,
    sources: BTreeMap<String, Option<String>>,
}

impl Reporter {
    /// Makes one for a terminal of so many columns.
    pub(crate) fn new(width: usize) -> Self {
        // Colours are always written; the stream drops them where they are not wanted.
        Self { renderer: Renderer::styled().term_width(width), sources: BTreeMap::new() }
    }

    /// Renders one report: what is wrong, the lines it is about, and what to do. It ends without a line break.
    pub(crate) fn render(&mut self, report: &Diagnostic) -> String {
        let Diagnostic { severity, code, message, place, labels, help, is_secret } = report;
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(message.as_str()).id(*code));
        if *is_secret {
            // The lines hold secrets: only where they are is told.
            let places = place.iter().chain(labels.iter().map(|label| &label.place));
            group = group.elements(places.map(origin));
        } else {
            for place in place.iter().chain(labels.iter().map(|label| &label.place)) {
                self.load(&place.file);
            }
            group = group.elements(self.excerpts(place.as_ref(), labels));
        }
        let help = help.iter().map(|help| Level::HELP.message(normalize_untrusted_str(help)));
        self.renderer.render(&[group.elements(help)])
    }

    /// Gives the text of what is no file, so that reports can show its lines.
    pub(crate) fn remember(&mut self, name: &str, text: String) {
        self.sources.insert(name.to_owned(), Some(text));
    }

    fn load(&mut self, file: &str) {
        if !self.sources.contains_key(file) {
            let text = LocalFiles::default().read(Path::new(file)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            self.sources.insert(file.to_owned(), text);
        }
    }

    /// Cuts the line of each place out of its file; labels on the line of the place are shown with it. No other line is
    /// shown, even of a place that has several: it might hold a secret.
    fn excerpts<'a>(&'a self, place: Option<&'a Place>, labels: &'a [Label]) -> Vec<Snippet<'a, Annotation<'a>>> {
        let Some(place) = place else { return Vec::new() };
        let (near, far): (Vec<_>, Vec<_>) =
            labels.iter().partition(|label| label.place.file == place.file && label.place.line == place.line);
        let main = self.excerpt(place, AnnotationKind::Primary, None);
        let main = near.iter().fold(main, |snippet, label| {
            let line = line_around(self.source(&label.place.file), label.place.range().start);
            snippet.annotation(annotation(AnnotationKind::Context, &label.place, &line, Some(&label.message)))
        });
        let others = far.iter().map(|label| self.excerpt(&label.place, AnnotationKind::Context, Some(&label.message)));
        std::iter::once(main).chain(others).collect()
    }

    fn excerpt<'a>(
        &'a self,
        place: &'a Place,
        kind: AnnotationKind,
        label: Option<&'a str>,
    ) -> Snippet<'a, Annotation<'a>> {
        let line = line_around(self.source(&place.file), place.range().start);
        let marked = annotation(kind, place, &line, label);
        let number = usize::try_from(place.line).unwrap_or(usize::MAX);
        Snippet::source(line.text).path(&*place.file).line_start(number).annotation(marked)
    }

    fn source(&self, file: &str) -> &str {
        self.sources.get(file).and_then(Option::as_deref).unwrap_or_default()
    }
}

fn origin(place: &Place) -> Origin<'_> {
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Origin::path(&*place.file).line(number(place.line)).char_column(number(place.column))
}

/// A line of a file, without its line break.
struct Line<'a> {
    text: &'a str,
    start: usize,
}

/// Returns the line that holds a byte; the last one for what lies behind the end.
fn line_around(source: &str, byte: usize) -> Line<'_> {
    let byte = source.floor_char_boundary(byte.min(source.len()));
    let start = source.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |index| index + 1);
    let rest = source.get(start..).unwrap_or_default();
    let text = rest.split('\n').next().unwrap_or_default();
    // A byte order mark is no text, and takes no column.
    let (text, start) =
        text.strip_prefix('\u{feff}').map_or((text, start), |text| (text, start + '\u{feff}'.len_utf8()));
    Line { text: text.strip_suffix('\r').unwrap_or(text), start }
}

/// Marks a place in its line, as far as it is in that line.
fn annotation<'a>(kind: AnnotationKind, place: &Place, line: &Line<'_>, label: Option<&str>) -> Annotation<'a> {
    let within = |byte: usize| byte.saturating_sub(line.start).min(line.text.len());
    let Range { start, end } = place.range();
    // The file may have changed since it was read: a mark never ends in the middle of a character.
    let start = line.text.floor_char_boundary(within(start));
    let end = line.text.ceil_char_boundary(within(end).max(start));
    kind.span(start..end).label(label.map(normalize_untrusted_str))
}

#[cfg(test)]
mod tests;
