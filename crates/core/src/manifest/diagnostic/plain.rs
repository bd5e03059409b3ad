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
    let Some(source) = source(&place.file) else { return };
    let Some(line) = line_of(source, place.range().start) else { return };
    let column = usize::try_from(place.column).unwrap_or(usize::MAX).saturating_sub(1);
    let marked = source.get(place.range()).and_then(|marked| marked.lines().next()).unwrap_or_default();
    let excerpt = Excerpt::of(line, column, marked.chars().count().max(1));
    let gutter = place.line.to_string();
    let margin = " ".repeat(gutter.len());
    let _ = writeln!(text, "{gutter} | {}", excerpt.line);
    let _ = writeln!(text, "{margin} | {}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.carets));
}

fn line_of(source: &str, at: usize) -> Option<&str> {
    let start = source.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = source.get(start..)?.split('\n').next()?;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::{prop_assert, proptest};

    use super::super::{Diagnostic, Place};

    /// Renders an error at the text between two `|` of a source.
    fn rendered(marked: &str) -> String {
        let (start, end) = (marked.find('|').unwrap_or_default(), marked.rfind('|').unwrap_or_default());
        let source = marked.replace('|', "");
        let before = source.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}').chars().count() + 1;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let file = Arc::from("f");
        let place =
            Place { file, line: number(line), column: number(column), start: number(start), end: number(end - 1) };
        Diagnostic::error("code", "message").at(place).to_plain_text(|_| Some(source.as_str()))
    }

    #[test]
    fn the_carets_stand_under_what_is_meant() {
        insta::assert_snapshot!(rendered("a\nkey: |value| more\r\nb"), @"
        f:2:6: error[code]: message
        2 | key: value more
          |      ^^^^^
        ");
        insta::assert_snapshot!(rendered("\tk:\t|v|"), @"
        f:1:5: error[code]: message
        1 |     k:    v
          |           ^
        ");
        insta::assert_snapshot!(rendered("名前: |値段| x"), @"
        f:1:5: error[code]: message
        1 | 名前: 値段 x
          |       ^^^^
        ");
        insta::assert_snapshot!(rendered("q\u{301}: |v|"), @"
        f:1:5: error[code]: message
        1 | q́: v
          |    ^
        ");
        insta::assert_snapshot!(rendered("\u{feff}|k|: v"), @"
        f:1:1: error[code]: message
        1 | k: v
          | ^
        ");
        insta::assert_snapshot!(rendered("a: |\"b\nc\"|"), @r#"
        f:1:4: error[code]: message
        1 | a: "b
          |    ^^
        "#);
        insta::assert_snapshot!(rendered("a\u{1b}[31m: |b|"), @"
        f:1:9: error[code]: message
        1 | a�[31m: b
          |         ^
        ");
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_meant() {
        let filling = "0123456789".repeat(30);
        insta::assert_snapshot!(rendered(&format!("{filling}|here|{filling}")), @"
        f:1:301: error[code]: message
        1 | …012345678901234567890123456789here012345678901234567890123456789012345678901234567890123456789012345…
          |                                ^^^^
        ");
        insta::assert_snapshot!(rendered(&format!("|here|{filling}")), @"
        f:1:1: error[code]: message
        1 | here012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345…
          | ^^^^
        ");
        insta::assert_snapshot!(rendered(&format!("{filling}|here|")), @"
        f:1:301: error[code]: message
        1 | …012345678901234567890123456789here
          |                                ^^^^
        ");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_a_terminal(before in "\\PC{0,300}", marked in "[^|\n]{1,20}", after in "\\PC{0,300}") {
            let text = rendered(&format!("{}|{marked}|{}", before.replace('|', ""), after.replace('|', "")));
            prop_assert!(text.lines().all(|line| line.chars().count() <= 120), "{}", text);
        }
    }
}
