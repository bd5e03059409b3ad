//! Text of the live world made safe to show: a hostile tag writes to no terminal, re-orders no line and injects no
//! markup.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns the text on one line, with every character that acts on a terminal or cannot be seen written out.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 8), |mut shown, character| {
        push_visible(&mut shown, character);
        shown
    }))
}

/// Returns the text in double quotes, unambiguously: quotes and backslashes are escaped as well.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            shown.push('\\');
        }
        push_visible(&mut shown, character);
    }
    shown.push('"');
    shown
}

fn push_visible(shown: &mut String, character: char) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        hidden if is_hidden(hidden) => {
            // Writing to a `String` cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
        }
        other => shown.push(other),
    }
}

/// Returns whether a character acts instead of being seen: controls, line separators, and the marks that re-order or
/// hide text (<https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>). The joiners U+200C and U+200D are
/// part of honest words and emoji, and stay.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Returns the text as Markdown that shows exactly it: no emphasis, links, HTML, table cells, mentions or issue
/// numbers come out of it.
pub(super) fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for character in visible(text).chars() {
        match character {
            // An entity is text to every Markdown reader; a mention is looked for behind that, and ends at a comment.
            '@' | '#' => {
                shown.push(character);
                shown.push_str("<!-- -->");
            }
            '&' | '<' | '>' | '"' | '|' | '`' | '*' | '_' | '~' | '[' | ']' | '\\' | '!' => {
                push_entity(&mut shown, character);
            }
            other => shown.push(other),
        }
    }
    shown
}

/// Returns prose as Markdown: what stands between backticks is code, and its lines are kept. Whatever the backticks
/// enclose, every part is escaped for where it stands.
pub(super) fn markdown_prose(text: &str) -> String {
    text.lines().map(markdown_line).collect::<Vec<_>>().join("<br>")
}

/// Returns a line as Markdown. A sign or a number at its beginning would begin a list, and blanks a block of code.
fn markdown_line(line: &str) -> String {
    let line = line.trim_start();
    let mut rest = line.chars();
    match rest.next() {
        Some(first) if matches!(first, '-' | '+' | '=') || first.is_ascii_digit() => {
            let mut shown = String::new();
            push_entity(&mut shown, first);
            shown + &markdown_spans(rest.as_str())
        }
        Some(_) | None => markdown_spans(line),
    }
}

fn markdown_spans(line: &str) -> String {
    let parts: Vec<_> = line.split('`').collect();
    // An even number of backticks makes an odd number of parts; otherwise one of them encloses nothing.
    if parts.len().is_multiple_of(2) {
        return markdown(line);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(index, part)| if index.is_multiple_of(2) { markdown(part) } else { code(part) }).collect()
}

/// Returns the text as Markdown code on one line, also for a table's cell.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    let plain = !text.is_empty() && !text.contains(['`', '|', '\\']) && text.trim() == text;
    if plain { format!("`{text}`") } else { html_code(&text) }
}

/// Returns the text as code in HTML, where Markdown is not read: in a `<summary>`.
pub(super) fn html_code(text: &str) -> String {
    let mut shown = String::from("<code>");
    for character in visible(text).chars() {
        if character.is_ascii_punctuation() && !matches!(character, '.' | '-' | '/' | ':' | ',') {
            push_entity(&mut shown, character);
        } else {
            shown.push(character);
        }
    }
    shown.push_str("</code>");
    shown
}

fn push_entity(shown: &mut String, character: char) {
    // Writing to a `String` cannot fail.
    let _ = write!(shown, "&#{};", u32::from(character));
}

/// Returns a fence of backticks that no run of backticks in the text closes.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{code, fence, html_code, markdown, markdown_prose, quoted, visible};

    #[rstest]
    #[case("plain, 日本語 and 👩\u{200d}🔬", "plain, 日本語 and 👩\u{200d}🔬")]
    #[case("\u{1b}[2Jgone", "\\u{1b}[2Jgone")]
    #[case("a\r\n\tb\u{7}", "a\\r\\n\\tb\\u{7}")]
    #[case("\u{9b}31m", "\\u{9b}31m")]
    #[case("right\u{202e}tfel", "right\\u{202e}tfel")]
    fn what_acts_on_a_terminal_is_written_out(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(visible(text), shown);
    }

    #[test]
    fn quotes_leave_no_doubt_about_backslashes() {
        assert_ne!(quoted("a\nb"), quoted("a\\nb"));
        assert_eq!(quoted("say \"hi\"\n"), r#""say \"hi\"\n""#);
    }

    #[test]
    fn markdown_shows_text_as_it_is() {
        assert_eq!(markdown("<img> a|b `c` *d*"), "&#60;img&#62; a&#124;b &#96;c&#96; &#42;d&#42;");
        assert_eq!(markdown("@everyone #12"), "@<!-- -->everyone #<!-- -->12");
    }

    #[rstest]
    #[case("set `a|b` to <x>\nnow", "set <code>a&#124;b</code> to &#60;x&#62;<br>now")]
    #[case("one ` only", "one &#96; only")]
    #[case("  - no list\n1. none either", "&#45; no list<br>&#49;. none either")]
    fn prose_keeps_its_code_and_its_lines(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(markdown_prose(text), shown);
    }

    #[rstest]
    #[case("iam.roles.x", "`iam.roles.x`")]
    #[case("a|b", "<code>a&#124;b</code>")]
    #[case("a`<b>", "<code>a&#96;&#60;b&#62;</code>")]
    #[case("", "<code></code>")]
    #[case(" padded", "<code> padded</code>")]
    fn code_never_ends_early(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(code(text), shown);
    }

    #[test]
    fn code_in_html_is_no_markup() {
        assert_eq!(html_code("</code><b>&amp;"), "<code>&#60;/code&#62;&#60;b&#62;&#38;amp&#59;</code>");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(fence("x"), "```");
        assert_eq!(fence("````\n`"), "`````");
    }
}
