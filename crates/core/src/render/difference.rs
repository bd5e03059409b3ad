//! The difference of two texts, as a unified diff whose lines know which of their parts changed.

use similar::{Algorithm, ChangeTag, DiffOp, InlineChangeMode, InlineChangeOptions, TextDiff};

use similar::udiff::UnifiedHunkHeader;

use super::escape;
use super::value::{Sign, sign};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Replaced lines of more bytes are not compared word by word: the cost grows with the square, and nobody reads that.
const LONGEST_REFINEMENT: usize = 4096;

/// Columns from one tab stop to the next.
const TAB: &str = "⇥   ";

/// Where two texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextDifference {
    /// How many lines are new.
    pub(super) added: usize,
    /// How many lines go.
    pub(super) removed: usize,
    /// The places, in order.
    pub(super) hunks: Vec<Hunk>,
}

/// One place where two texts differ, with its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    /// `@@ -1,4 +1,4 @@`
    pub(super) header: String,
    /// Its lines.
    pub(super) lines: Vec<TextLine>,
}

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextLine {
    /// Where it stands.
    pub(super) sign: Sign,
    /// Its text in parts, safe to show; `true` where it differs from the line that it replaces.
    pub(super) parts: Vec<(bool, String)>,
}

impl TextLine {
    /// Returns the line's text without its sign.
    pub(super) fn text(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

impl TextDifference {
    /// Compares two texts line by line, in time that grows with their length.
    pub(super) fn of(before: &str, after: &str) -> Self {
        let difference = TextDiff::configure().algorithm(Algorithm::Histogram).diff_lines(before, after);
        let hunks: Vec<_> = difference.grouped_ops(CONTEXT).iter().map(|group| hunk(&difference, group)).collect();
        let count = |sign| hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.sign == sign).count();
        Self { added: count(Sign::Added), removed: count(Sign::Removed), hunks }
    }
}

fn hunk(difference: &TextDiff<'_, '_, str>, group: &[DiffOp]) -> Hunk {
    let lines = group.iter().flat_map(|operation| {
        if is_short(difference, operation) {
            refined_lines(difference, operation)
        } else {
            lines(difference, operation)
        }
    });
    Hunk { header: UnifiedHunkHeader::new(group).to_string(), lines: lines.collect() }
}

fn is_short(difference: &TextDiff<'_, '_, str>, operation: &DiffOp) -> bool {
    let bytes = difference.iter_changes(operation).map(|change| change.value().len());
    bytes.sum::<usize>() <= LONGEST_REFINEMENT
}

fn lines(difference: &TextDiff<'_, '_, str>, operation: &DiffOp) -> Vec<TextLine> {
    let changes = difference.iter_changes(operation);
    changes.map(|change| line(change.tag(), [(false, change.value())])).collect()
}

fn refined_lines(difference: &TextDiff<'_, '_, str>, operation: &DiffOp) -> Vec<TextLine> {
    let mut options = InlineChangeOptions::new();
    options.mode(InlineChangeMode::Chars).semantic_cleanup(true);
    // No deadline: the same plan must be the same text on a slow machine.
    let changes = difference.iter_inline_changes_with_options_deadline(operation, options, None);
    changes.map(|change| line(change.tag(), change.values().iter().copied())).collect()
}

fn line<'a>(tag: ChangeTag, parts: impl IntoIterator<Item = (bool, &'a str)>) -> TextLine {
    let mut parts: Vec<_> =
        parts.into_iter().map(|(emphasized, text)| (emphasized, text.trim_end_matches('\n').to_owned())).collect();
    mark_trailing_space(&mut parts);
    for (_, text) in &mut parts {
        let tabs_shown: Vec<_> = text.split('\t').map(escape::visible).collect();
        *text = tabs_shown.join(TAB);
    }
    parts.retain(|(_, text)| !text.is_empty());
    TextLine { sign: sign(tag), parts }
}

/// Shows blanks at a line's end, which are a difference that nobody could see.
fn mark_trailing_space(parts: &mut [(bool, String)]) {
    for (_, text) in parts.iter_mut().rev() {
        let kept = text.trim_end_matches([' ', '\t']).len();
        let marks: String = text[kept..].chars().map(|blank| if blank == '\t' { '⇥' } else { '·' }).collect();
        text.replace_range(kept.., &marks);
        if kept > 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TextDifference;

    /// The difference as text, with the changed parts of a line in brackets.
    fn shown(before: &str, after: &str) -> String {
        let mut text = String::new();
        for hunk in TextDifference::of(before, after).hunks {
            text.push_str(&hunk.header);
            text.push('\n');
            for line in hunk.lines {
                text.push(line.sign.character());
                for (emphasized, part) in line.parts {
                    let (open, close) = if emphasized { ("⟦", "⟧") } else { ("", "") };
                    text.extend([open, &part, close]);
                }
                text.push('\n');
            }
        }
        text
    }

    #[test]
    fn a_changed_line_knows_what_changed_in_it() {
        let before = "import os\n\nprint(1)\na\nb\nc\nd\ne\nf\ng\nlast\n";
        let after = "import os\n\nprint(2)\na\nb\nc\nd\ne\nf\ng\nlast\nmore\n";
        insta::assert_snapshot!(shown(before, after), @"
        @@ -1,6 +1,6 @@
         import os
         
        -print(⟦1⟧)
        +print(⟦2⟧)
         a
         b
         c
        @@ -9,3 +9,4 @@
         f
         g
         last
        +more
        ");
    }

    #[test]
    fn what_cannot_be_seen_is_marked() {
        insta::assert_snapshot!(shown("a\nkeep\nb\tc\nd\r\n", "a  \nkeep\n\tb c\t\nd\n"), @r"
        @@ -1,4 +1,4 @@
        -a
        +a⟦··⟧
         keep
        -b⟦⇥   ⟧c
        -d\r
        +⟦⇥   ⟧b⟦ ⟧c⟦⇥⟧
        +d
        ");
        insta::assert_snapshot!(shown("x\u{1b}[31m\n", "x\u{202e}\n"), @r"
        @@ -1 +1 @@
        -x\u{1b}[31m
        +x\u{202e}
        ");
    }

    #[test]
    fn large_texts_of_two_lines_that_repeat_are_compared() {
        // The same numbers in every run: a linear congruential generator (Knuth's MMIX constants).
        let lines = |mut state: u64| {
            let next = |_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if state >> 63 == 1 { "a\n" } else { "b\n" }
            };
            (0..20_000).map(next).collect::<String>()
        };
        let difference = TextDifference::of(&lines(1), &lines(2));
        assert!(difference.added > 0 && difference.added == difference.removed, "{}", difference.added);
    }

    #[test]
    fn large_texts_without_a_line_in_common_are_compared() {
        let text = |name: &str| (0..100_000).map(|line| format!("{name} {line}\n")).collect::<Vec<_>>().concat();
        let difference = TextDifference::of(&text("before"), &text("after"));
        assert_eq!((difference.removed, difference.added), (100_000, 100_000));
    }
}
