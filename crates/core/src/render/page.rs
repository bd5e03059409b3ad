//! Lines of text: indented, wrapped, coloured. The one place through which every character of a text plan passes.

use anstyle::{AnsiColor, Effects};
use unicode_width::UnicodeWidthStr;

use super::{Hazards, Style, escape};

/// A terminal that is narrower is written as if it had this many columns.
const NARROWEST: usize = 40;

/// What a piece of text means, for its colour. Its words say the same without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing special.
    Plain,
    /// A heading, a name.
    Strong,
    /// What matters less.
    Faint,
    /// Something new.
    Added,
    /// Something that goes.
    Removed,
    /// Something that becomes another.
    Changed,
    /// Something deleted and made anew.
    Replaced,
    /// The part of an added line that is new.
    AddedPart,
    /// The part of a removed line that goes.
    RemovedPart,
    /// What must not be overlooked.
    Danger,
    /// What should not be overlooked.
    Caution,
    /// What to do.
    Help,
}

impl Look {
    const fn colour(self) -> anstyle::Style {
        match self {
            Self::Plain => anstyle::Style::new(),
            Self::Strong => anstyle::Style::new().bold(),
            Self::Faint => anstyle::Style::new().dimmed(),
            Self::Added => AnsiColor::Green.on_default(),
            Self::Removed => AnsiColor::Red.on_default(),
            Self::Changed => AnsiColor::Yellow.on_default(),
            Self::Replaced => AnsiColor::Magenta.on_default(),
            Self::AddedPart => AnsiColor::Green.on_default().effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Self::RemovedPart => AnsiColor::Red.on_default().effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Self::Danger => AnsiColor::Red.on_default().bold(),
            Self::Caution => AnsiColor::Yellow.on_default().bold(),
            Self::Help => AnsiColor::Cyan.on_default(),
        }
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    text: String,
    look: Look,
}

impl Piece {
    /// Makes a piece of whatever text; what acts on a terminal is written out.
    pub(super) fn new(look: Look, text: impl AsRef<str>) -> Self {
        Self { text: escape::visible(text.as_ref()).into_owned(), look }
    }

    /// Makes a piece without a colour.
    pub(super) fn plain(text: impl AsRef<str>) -> Self {
        Self::new(Look::Plain, text)
    }

    /// Returns how many columns it takes.
    pub(super) fn columns(&self) -> usize {
        columns(&self.text)
    }
}

/// Returns how many columns a text takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    escape::visible(text).width()
}

/// Returns the text with blanks up to the given columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// The text so far.
pub(super) struct Page<'a> {
    style: &'a Style,
    text: String,
}

impl<'a> Page<'a> {
    /// Makes an empty page.
    pub(super) const fn new(style: &'a Style) -> Self {
        Self { style, text: String::new() }
    }

    /// Returns whether the plan's hazards are allowed.
    pub(super) const fn hazards(&self) -> Hazards {
        self.style.hazards
    }

    /// Returns whether everything is to be told.
    pub(super) const fn is_verbose(&self) -> bool {
        self.style.verbose
    }

    /// Returns the page's text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Returns how many columns a line may take.
    pub(super) fn width(&self) -> usize {
        self.style.width.max(NARROWEST)
    }

    /// Ends a paragraph: writes an empty line, unless the page is empty or ends with one.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Writes a line as it is, however long.
    pub(super) fn line(&mut self, indent: usize, mut pieces: Vec<Piece>) {
        while let Some(last) = pieces.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            pieces.pop();
        }
        if !pieces.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
        for piece in merged(pieces) {
            self.paint(&piece);
        }
        self.text.push('\n');
    }

    fn paint(&mut self, piece: &Piece) {
        let colour = piece.look.colour();
        if self.style.color && !colour.is_plain() {
            self.text.extend([colour.render().to_string().as_str(), &piece.text, &colour.render_reset().to_string()]);
        } else {
            self.text.push_str(&piece.text);
        }
    }

    /// Writes prose, broken at blanks so that it fits; a word that is too long stays whole, so that it can be copied.
    pub(super) fn wrapped(&mut self, indent: usize, hanging: usize, pieces: Vec<Piece>) {
        let mut line = Vec::new();
        let (mut margin, mut column) = (indent, indent);
        for word in words(pieces) {
            if !line.is_empty() && column + word.blanks + word.columns() > self.width() {
                self.line(margin, std::mem::take(&mut line));
                (margin, column) = (hanging, hanging);
            } else if word.blanks > 0 {
                column += word.blanks;
                line.push(Piece::plain(" ".repeat(word.blanks)));
            }
            column += word.columns();
            line.extend(word.pieces);
        }
        self.line(margin, line);
    }
}

/// Joins neighbours of the same look, also across the blanks between them, so that no code is written twice.
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let blanks = match merged.as_slice() {
            [.., before, blank] if before.look == piece.look && blank.text.trim_matches(' ').is_empty() => {
                merged.pop().map(|blank| blank.text).unwrap_or_default()
            }
            _ => String::new(),
        };
        match merged.last_mut() {
            Some(last) if last.look == piece.look => last.text.extend([blanks, piece.text]),
            Some(_) | None => merged.push(piece),
        }
    }
    merged
}

/// What is never broken, and the blanks before it.
struct Word {
    blanks: usize,
    pieces: Vec<Piece>,
}

impl Word {
    fn columns(&self) -> usize {
        self.pieces.iter().map(Piece::columns).sum()
    }
}

fn words(pieces: Vec<Piece>) -> Vec<Word> {
    let mut words = vec![Word { blanks: 0, pieces: Vec::new() }];
    for Piece { text, look } in pieces {
        for (index, part) in text.split(' ').enumerate() {
            let starts_a_word = index > 0 && words.last().is_some_and(|word| !word.pieces.is_empty());
            if starts_a_word {
                words.push(Word { blanks: 1, pieces: Vec::new() });
            } else if index > 0
                && let Some(word) = words.last_mut()
            {
                word.blanks += 1;
            }
            if !part.is_empty()
                && let Some(word) = words.last_mut()
            {
                word.pieces.push(Piece { text: part.to_owned(), look });
            }
        }
    }
    words.retain(|word| !word.pieces.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{Hazards, Look, Page, Piece, Style};

    fn wrapped(width: usize, pieces: Vec<Piece>) -> String {
        let style = Style { color: false, width, verbose: false, hazards: Hazards::ToBeAllowed };
        let mut page = Page::new(&style);
        page.wrapped(2, 6, pieces);
        page.into_text()
    }

    #[test]
    fn prose_is_broken_at_blanks_only() {
        let prose = "a running command on the cluster is lost arn:aws:iam::111122223333:role/a-name-that-is-long x";
        insta::assert_snapshot!(wrapped(40, vec![Piece::new(Look::Help, "note:"), Piece::plain(" "), Piece::plain(prose)]), @"
        note: a running command on the cluster
            is lost
            arn:aws:iam::111122223333:role/a-name-that-is-long
            x
        ");
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        insta::assert_snapshot!(wrapped(40, vec![Piece::plain("日本語日本語日本語 日本語日本語日本語 end")]), @"
        日本語日本語日本語 日本語日本語日本語
            end
        ");
    }

    #[test]
    fn no_line_ends_in_blanks_even_when_coloured() {
        let style = Style { color: true, width: 80, verbose: false, hazards: Hazards::ToBeAllowed };
        let mut page = Page::new(&style);
        page.line(2, vec![Piece::new(Look::Added, "a  "), Piece::new(Look::Faint, "  ")]);
        assert_eq!(page.into_text(), "  \u{1b}[32ma\u{1b}[0m\n");
    }
}
