//! The changed fields of a resource as text.

use super::INDENT;
use crate::change::FieldChange;
use crate::render::difference::{Hunk, TextDifference, TextLine};
use crate::render::page::{Look, Page, Piece, columns, padded};
use crate::render::value::{Shown, Sign, SignedLine, shown};
use crate::render::words;

/// Longer labels do not push all values to the right.
const WIDEST_LABEL: usize = 44;

/// Of a long difference of texts, so many lines are shown unless everything is to be told.
const MOST_LINES: usize = 200;

/// Writes the changed fields, the values in one column.
pub(super) fn changes(page: &mut Page<'_>, changes: &[FieldChange], creates: bool) {
    let fields: Vec<_> = changes.iter().map(|change| (format!("{}:", change.path), shown(change, creates))).collect();
    let labels = fields.iter().filter(|(_, shown)| matches!(shown, Shown::Value(_) | Shown::Transition { .. }));
    let widths = labels.map(|(label, _)| columns(label)).filter(|width| *width <= WIDEST_LABEL);
    let width = widths.max().unwrap_or_default();
    for (label, shown) in fields {
        match shown {
            Shown::Value(value) => {
                page.line(INDENT, vec![Piece::plain(padded(&label, width)), Piece::plain(" "), Piece::plain(value)]);
            }
            Shown::Transition { before, after } => transition(page, &padded(&label, width), &before, &after),
            Shown::Lines(lines) => signed_lines(page, label, &lines),
            Shown::Texts(texts) => self::texts(page, &label, &texts),
        }
    }
}

/// Writes `volume_size_in_gb: 20 → 30`, on two lines where one is too narrow.
fn transition(page: &mut Page<'_>, label: &str, before: &str, after: &str) {
    let start = INDENT + columns(label) + 1;
    let from = [Piece::plain(label), Piece::plain(" "), Piece::new(Look::Removed, before)];
    let to = [Piece::plain("→ "), Piece::new(Look::Added, after)];
    if start + columns(before) + 3 + columns(after) <= page.width() {
        page.line(INDENT, from.into_iter().chain([Piece::plain(" ")]).chain(to).collect());
    } else {
        page.line(INDENT, from.into());
        page.line(start.saturating_sub(2), to.into());
    }
}

fn signed_lines(page: &mut Page<'_>, label: String, lines: &[SignedLine]) {
    page.line(INDENT, vec![Piece::plain(label)]);
    let any_sign = lines.iter().any(|line| line.sign != Sign::Neutral);
    for SignedLine { sign, text } in lines {
        let look = look(*sign);
        let lead = if any_sign { format!("{} ", sign.character()) } else { String::new() };
        // A blank for a sign is part of the indent, which wrapping keeps.
        let indent = INDENT + 2 + if *sign == Sign::Neutral { lead.len() } else { 0 };
        let lead = if *sign == Sign::Neutral { String::new() } else { lead };
        page.wrapped(indent, INDENT + 4, vec![Piece::new(look, lead), Piece::new(look, text)]);
    }
}

const fn look(sign: Sign) -> Look {
    match sign {
        Sign::Added => Look::Added,
        Sign::Removed => Look::Removed,
        Sign::Changed => Look::Changed,
        Sign::Neutral => Look::Plain,
    }
}

fn texts(page: &mut Page<'_>, label: &str, texts: &TextDifference) {
    let TextDifference { added, removed, hunks } = texts;
    let counts = format!("{} added, {removed} removed", words::count(*added, "line"));
    page.line(INDENT, vec![Piece::plain(label), Piece::plain(" "), Piece::plain(counts)]);
    let mut room = if page.is_verbose() { usize::MAX } else { MOST_LINES };
    let all: usize = hunks.iter().map(|hunk| hunk.lines.len()).sum();
    for Hunk { header, lines } in hunks {
        if room == 0 {
            break;
        }
        page.line(INDENT + 2, vec![Piece::new(Look::Faint, header)]);
        for line in lines.iter().take(room) {
            text_line(page, line);
        }
        room = room.saturating_sub(lines.len());
    }
    if !page.is_verbose() && all > MOST_LINES {
        let rest = format!("… {} (-v shows all)", words::count(all - MOST_LINES, "more line"));
        page.line(INDENT + 2, vec![Piece::new(Look::Faint, rest)]);
    }
}

fn text_line(page: &mut Page<'_>, line: &TextLine) {
    let TextLine { sign, parts } = line;
    let look = look(*sign);
    let emphasis = match sign {
        Sign::Added => Look::AddedPart,
        Sign::Removed => Look::RemovedPart,
        Sign::Changed | Sign::Neutral => look,
    };
    let mut pieces = vec![Piece::new(look, sign.character().to_string())];
    pieces.extend(parts.iter().map(|(changed, text)| Piece::new(if *changed { emphasis } else { look }, text)));
    page.line(INDENT + 2, pieces);
}
