//! Diagnostics as plain text, with the line of the file that they are about.

use std::fmt::Write as _;

use super::{Diagnostic, Place};

/// How many columns of a line are shown; a longer one is cut around the place.
const WIDTH: usize = 100;

/// How many columns are kept before the place when a line is cut.
const BEFORE: usize = 30;

/// How many spaces a tab is shown as.
const TAB: usize = 4;

/// Writes a diagnostic.
pub(super) fn render<'s>(diagnostic: &Diagnostic, source: &impl Fn(&str) -> Option<&'s str>) -> String {
    let mut text = format!("{diagnostic}\n");
    let source = &|file: &str| if diagnostic.is_secret { None } else { source(file) };
    if let Some(place) = &diagnostic.place {
        quote(place, source, &mut text);
    }
    for label in &diagnostic.labels {
        let _ = writeln!(text, "{}: {}", label.place, label.message);
        quote(&label.place, source, &mut text);
    }
    for help in &diagnostic.help {
        let _ = writeln!(text, "help: {help}");
    }
    text
}

fn quote<'s>(place: &Place, source: &impl Fn(&str) -> Option<&'s str>, text: &mut String) {
    let Some(line) = source(&place.file).and_then(|source| line_of(source, place.line)) else { return };
    let column = usize::try_from(place.column).unwrap_or(usize::MAX).saturating_sub(1);
    let length = source(&place.file)
        .and_then(|source| source.get(place.range()))
        .map_or(1, |marked| marked.lines().next().unwrap_or_default().chars().count());
    let excerpt = Excerpt::of(line, column, length.max(1));
    let gutter = place.line.to_string();
    let margin = " ".repeat(gutter.len());
    let _ = writeln!(text, "{gutter} | {}", excerpt.line);
    let _ = writeln!(text, "{margin} | {}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.carets));
}

fn line_of(source: &str, number: u32) -> Option<&str> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let line = source.split('\n').nth(index)?;
    Some(line.strip_suffix('\r').unwrap_or(line))
}

/// A line as it is shown, and where its carets stand, in terminal columns.
struct Excerpt {
    line: String,
    indent: usize,
    carets: usize,
}

impl Excerpt {
    fn of(line: &str, column: usize, length: usize) -> Self {
        // A byte order mark has no column: the reader of the file skips it.
        let line = line.trim_start_matches('\u{feff}');
        let cells: Vec<(String, usize)> = line.chars().map(shown).collect();
        let column = column.min(cells.len());
        let end = column.saturating_add(length).min(cells.len());
        let width = |cells: &[(String, usize)]| cells.iter().map(|(_, width)| width).sum::<usize>();
        let from = if width(&cells) > WIDTH { first_shown(&cells, column) } else { 0 };
        let to = last_shown(&cells, from);
        let (cut_before, cut_after) = (if from > 0 { "…" } else { "" }, if to < cells.len() { "…" } else { "" });
        let shown: String = cells.get(from..to).unwrap_or_default().iter().map(|(text, _)| text.as_str()).collect();
        let marked = cells.get(column..end.min(to)).unwrap_or_default();
        Self {
            line: format!("{cut_before}{shown}{cut_after}"),
            indent: width(cells.get(from..column).unwrap_or_default()) + cut_before.chars().count(),
            carets: width(marked).max(1),
        }
    }
}

fn first_shown(cells: &[(String, usize)], column: usize) -> usize {
    let mut kept = 0;
    let mut first = column;
    while let Some((_, width)) = first.checked_sub(1).and_then(|before| cells.get(before)) {
        kept += width;
        if kept > BEFORE {
            break;
        }
        first -= 1;
    }
    first
}

fn last_shown(cells: &[(String, usize)], from: usize) -> usize {
    let mut used = 0;
    let rest = cells.get(from..).unwrap_or_default();
    let fitting = rest.iter().take_while(|(_, width)| {
        used += width;
        used <= WIDTH
    });
    from + fitting.count()
}

/// Returns how a character is shown, and how many columns of a terminal it takes.
fn shown(character: char) -> (String, usize) {
    match character {
        '\t' => (" ".repeat(TAB), TAB),
        control if control.is_control() => ("\u{fffd}".to_owned(), 1),
        other => (other.to_string(), if is_wide(other) { 2 } else { usize::from(!is_combining(other)) }),
    }
}

/// Whether a character takes two columns: the blocks of Unicode's East Asian Width `W` and `F` that are in use
/// (<https://www.unicode.org/reports/tr11/>), and pictographs.
const fn is_wide(character: char) -> bool {
    matches!(
        character,
        '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{303e}'
            | '\u{3041}'..='\u{a4cf}'
            | '\u{a960}'..='\u{a97c}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1f64f}'
            | '\u{1f680}'..='\u{1f6ff}'
            | '\u{1f900}'..='\u{1f9ff}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

/// Whether a character stands on the one before it.
const fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{3099}'..='\u{309a}')
}
