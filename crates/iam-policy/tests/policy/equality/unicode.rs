//! Characters and their spellings: an escape is its character, and no character is another that looks like it.

use rstest::rstest;

use super::assert_meaning;
use crate::support::{allow, policy, scope, trust, with};
use iam_policy::Policy;

/// A document around a text.
type Document<'a> = &'a dyn Fn(&str) -> String;

/// A value of each element that compares text as it is: `equal` there, and nowhere else.
fn assert_text(one: &str, other: &str, equal: bool) {
    let documents: [Document<'_>; 5] = [
        &|text| allow(&format!(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/{text}""#)),
        &|text| allow(&format!(r#""Action":"s3:GetObject","NotResource":["*","arn:aws:s3:::lab/{text}"]"#)),
        &|text| with(&format!(r#""Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"{text}"}}}}"#)),
        &|text| with(&format!(r#""Condition":{{"ForAnyValue:StringLike":{{"aws:TagKeys":["a","{text}"]}}}}"#)),
        &|text| trust(&format!(r#"{{"AWS":"arn:aws:iam::111122223333:role/{text}"}}"#)),
    ];
    for document in documents {
        assert_meaning(&document(one), &document(other), equal);
    }
}

#[rstest]
// Escapes (<https://www.rfc-editor.org/rfc/rfc8259#section-7>).
#[case::letter(r"A", r"\u0041", true)]
#[case::digits_of_either_case(r"\u00e9", r"\u00E9", true)]
#[case::accent("\u{e9}", r"\u00e9", true)]
#[case::slash("a/b", r"a\/b", true)]
#[case::slash_by_number("a/b", r"a\u002fb", true)]
#[case::quote(r#"\""#, r"\u0022", true)]
#[case::backslash(r"\\", r"\u005c", true)]
#[case::tab(r"\t", r"\u0009", true)]
#[case::new_line(r"\n", r"\u000a", true)]
#[case::carriage_return(r"\r", r"\u000D", true)]
#[case::back_space(r"\b", r"\u0008", true)]
#[case::form_feed(r"\f", r"\u000c", true)]
#[case::beyond_16_bits("\u{1f980}", r"\ud83e\udd80", true)]
#[case::star("*", r"\u002a", true)]
#[case::variable("${aws:username}", r"\u0024\u007baws:username\u007d", true)]
#[case::backslash_and_letters(r"\\u0041", r"A", false)]
#[case::backslash_n(r"\\n", r"\n", false)]
#[case::new_line_and_carriage_return(r"\n", r"\r\n", false)]
// Case.
#[case::case("lab", "Lab", false)]
#[case::case_of_an_accent("\u{e9}", "\u{c9}", false)]
#[case::sharp_s("stra\u{df}e", "strasse", false)]
#[case::dotless_i("\u{131}", "i", false)]
#[case::final_sigma("\u{3c3}", "\u{3c2}", false)]
// Look-alikes: nothing is normalised.
#[case::composed_and_not("\u{e9}", "e\u{301}", false)]
#[case::cyrillic("\u{430}", "a", false)]
#[case::full_width("\u{ff21}", "A", false)]
#[case::full_width_star("\u{ff0a}", "*", false)]
#[case::ligature("\u{fb01}", "fi", false)]
#[case::angstrom("\u{212b}", "\u{c5}", false)]
#[case::hyphens("a-b", "a\u{2010}b", false)]
#[case::soft_hyphen("ab", "a\u{ad}b", false)]
#[case::no_width("ab", "a\u{200b}b", false)]
#[case::joiner("ab", "a\u{200d}b", false)]
#[case::mark_of_byte_order("ab", "\u{feff}ab", false)]
#[case::order_of_writing("ab", "\u{202e}ab", false)]
// White space is text.
#[case::space_before("a", " a", false)]
#[case::space_after("a", "a ", false)]
#[case::two_spaces("a b", "a  b", false)]
#[case::space_that_does_not_break("a b", "a\u{a0}b", false)]
#[case::tab_and_space("a b", r"a\tb", false)]
// What stands for other text elsewhere does not here.
#[case::percent("a b", "a%20b", false)]
#[case::plus("a b", "a+b", false)]
#[case::entity("&", "&amp;", false)]
#[case::question_mark("?", "*", false)]
#[case::escaped_wildcard("${*}", "*", false)]
#[case::nul("a", r"a\u0000", false)]
fn texts(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    assert_text(one, other, equal);
}

/// The names of actions and of condition keys have no case within ASCII, and beyond it every character is itself.
#[rstest]
#[case::ascii("GetObjectK", "getobjectk", true)]
#[case::escaped("GetObject", r"\u0067\u0065tobject", true)]
#[case::kelvin("GetK", "Get\u{212a}", false)]
#[case::long_s("GetS", "Get\u{17f}", false)]
#[case::dotted_capital_i("GetI", "Get\u{130}", false)]
#[case::dotless_i("GetI", "Get\u{131}", false)]
#[case::accents("Get\u{c9}", "Get\u{e9}", false)]
#[case::greek("Get\u{3a9}", "Get\u{3c9}", false)]
#[case::at_and_grave("Get@", "Get`", false)]
#[case::bracket_and_brace("Get[", "Get{", false)]
fn caseless_names(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    let documents: [Document<'_>; 3] = [
        &|name| allow(&format!(r#""Action":"s3:{name}","Resource":"*""#)),
        &|name| allow(&format!(r#""NotAction":["ec2:*","s3:{name}"],"Resource":"*""#)),
        &|name| with(&format!(r#""Condition":{{"StringEquals":{{"aws:{name}":"x"}}}}"#)),
    ];
    for document in documents {
        assert_meaning(&document(one), &document(other), equal);
    }
}

/// A document as IAM's reads answer it is the one that was sent
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>: "URL-encoded compliant with RFC 3986").
#[rstest]
#[case::plain("lab")]
#[case::percent("100%")]
#[case::what_looks_encoded("%7B%22")]
#[case::plus("a+b")]
#[case::space("a b")]
#[case::reserved("!*'();:@&=$,/?#[]")]
#[case::two_bytes("caf\u{e9}")]
#[case::three_bytes("\u{20ac}")]
#[case::four_bytes("\u{1f980}")]
#[case::last_character("\u{10ffff}")]
#[case::escape(r"\u00e9\n")]
fn percent_encoded(#[case] text: &str) {
    let sent = with(&format!(r#""Condition":{{"StringLike":{{"aws:PrincipalTag/team":"{text}"}}}}"#));
    let upper = sent.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let read = Policy::parse_percent_encoded(&upper, &scope()).unwrap();
    assert_eq!(read, policy(&sent));
    assert_eq!(read.to_json(), policy(&sent).to_json());
    let lower = upper.to_lowercase();
    assert_eq!(Policy::parse_percent_encoded(&lower, &scope()).unwrap(), read);
    let twice = upper.replace('%', "%25");
    assert!(Policy::parse_percent_encoded(&twice, &scope()).is_err(), "it is decoded once only");
}
