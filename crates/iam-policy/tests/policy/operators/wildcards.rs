//! Wildcards under `StringLike`: where `*` must give back what it took, and characters of several bytes.

use rstest::rstest;

use super::Holds::{self, No, Yes};
use super::holds;

#[rstest]
// "a multi-character match wildcard (`*`)" stands for nothing as well, "a single-character match wildcard (`?`)" does not.
#[case::nothing_within("a*b", "ab", Yes)]
#[case::nothing_at_the_end("ab*", "ab", Yes)]
#[case::nothing_at_the_start("*ab", "ab", Yes)]
#[case::two_stars("a**b", "ab", Yes)]
#[case::one_character_is_needed("a?b", "ab", No)]
#[case::only_one_character("a?b", "axxb", No)]
#[case::three_of_any("???", "abc", Yes)]
#[case::three_of_two("???", "ab", No)]
#[case::at_least_two("?*?", "a", No)]
#[case::just_two("?*?", "ab", Yes)]
#[case::star_then_one("*?", "abc", Yes)]
// The first place where the rest fits need not be the right one.
#[case::rest_fits_too_early("*ab", "abab", Yes)]
#[case::rest_fits_in_itself("*aab", "aaaab", Yes)]
#[case::rest_fits_twice("a*bc*d", "abcbcd", Yes)]
#[case::last_piece_missing("a*bc*d", "abcbc", No)]
#[case::pieces_in_another_order("*b*a*", "ab", No)]
#[case::pieces_do_not_overlap("aba*aba", "ababa", No)]
#[case::pieces_meet("aba*aba", "abaaba", Yes)]
#[case::one_after_a_star("*a?c", "aacabc", Yes)]
#[case::one_after_a_star_too_short("*a?c", "aacac", No)]
#[case::end_is_anchored("a*b", "abc", No)]
#[case::start_is_anchored("b*", "ab", No)]
// Nothing else is special, as it would be in a shell or a regular expression.
#[case::dot("a.c", "abc", No)]
#[case::class("[ab]", "a", No)]
#[case::class_itself("[ab]", "[ab]", Yes)]
#[case::alternatives("a|b", "a", No)]
#[case::braces("{a,b}", "a", No)]
#[case::one_or_more("a+", "aa", No)]
#[case::anchors("^a$", "a", No)]
#[case::percent("a%", "ab", No)]
#[case::underscore("a_", "ab", No)]
#[case::backslash_escapes_nothing(r"a\\*", r"a\b", Yes)]
#[case::slash_is_a_character("home/*", "home/a/b/c", Yes)]
#[case::colon_is_a_character("a:*", "a:b:c", Yes)]
#[case::new_line_is_a_character("a*b", "a\nb", Yes)]
// A wildcard of the request is a character.
#[case::star_of_the_request("ab", "a*", No)]
#[case::star_for_a_star("a?", "a*", Yes)]
#[case::question_for_a_letter("ab", "a?", No)]
// A character is one, however many bytes it has.
#[case::two_bytes("?", "\u{e9}", Yes)]
#[case::three_bytes("?", "\u{20ac}", Yes)]
#[case::four_bytes("?", "\u{1f980}", Yes)]
#[case::letter_and_accent("?", "e\u{301}", No)]
#[case::letter_and_accent_are_two("??", "e\u{301}", Yes)]
#[case::composed_and_not("\u{e9}", "e\u{301}", No)]
#[case::capital_accent("\u{c9}", "\u{e9}", No)]
#[case::between_wide_characters("*\u{e9}*", "\u{20ac}\u{e9}\u{1f980}", Yes)]
#[case::no_width("ab", "a\u{200b}b", No)]
// `${*}`, `${?}` and `${$}` are the characters themselves.
#[case::escaped_star("a${*}", "a*", Yes)]
#[case::escaped_star_is_none("a${*}", "ab", No)]
#[case::escaped_question("a${?}", "a?", Yes)]
#[case::escaped_question_is_none("a${?}", "ab", No)]
#[case::escaped_dollar("${$}{x}", "${x}", Yes)]
#[case::escaped_and_not("*${*}*", "a*b", Yes)]
#[case::escaped_and_not_there("*${*}*", "ab", No)]
#[case::escaped_twice("${*}${*}", "**", Yes)]
#[case::escaped_twice_and_once("${*}${*}", "*", No)]
#[case::unclosed("${*", "${anything", Yes)]
#[case::dollar_alone("$*", "$5", Yes)]
#[case::braces_alone("{*}", "{x}", Yes)]
fn patterns(#[case] pattern: &str, #[case] text: &str, #[case] expected: Holds) {
    let values = format!("\"{pattern}\"");
    let opposite = if expected == Yes { No } else { Yes };
    assert_eq!(holds("StringLike", &values, &[text]), expected);
    assert_eq!(holds("StringNotLike", &values, &[text]), opposite);
}
