//! What is a document, what is none, and how that is said.

use rstest::rstest;

use crate::support::{allow, policy, scope, trust};
use iam_policy::{Policy, Problem};

#[rstest]
#[case::empty("", "not JSON: the text ends where a value should be (line 1, column 1)")]
#[case::white_space(" \n ", "not JSON: the text ends where a value should be (line 2, column 2)")]
#[case::byte_order_mark("\u{feff}{}", "not JSON: expected a value (line 1, column 1)")]
#[case::list("[{}]", "not a JSON object but a list")]
#[case::string(r#""{}""#, "not a JSON object but a string")]
#[case::null("null", "not a JSON object but null")]
#[case::boolean("true", "not a JSON object but a boolean")]
#[case::number("7", "not a JSON object but a number")]
#[case::two("{} {}", "not JSON: more text after the end of the document (line 1, column 4)")]
#[case::unclosed("{", "not JSON: expected a key in double quotes (line 1, column 2)")]
#[case::unclosed_list(
    r#"{"Statement":["#,
    "not JSON: the text ends where a value should be (line 1, column 15), at Statement[0]"
)]
#[case::trailing_comma(r#"{"Id":"a",}"#, "not JSON: expected a key in double quotes (line 1, column 11)")]
#[case::trailing_comma_in_list(
    r#"{"Statement":[{},]}"#,
    "not JSON: expected a value (line 1, column 18), at Statement[1]"
)]
#[case::no_colon(r#"{"Id" "a"}"#, "not JSON: expected `:` (line 1, column 7)")]
#[case::no_comma(r#"{"Id":"a" "b":1}"#, "not JSON: expected `,` or `}` (line 1, column 11)")]
#[case::no_comma_in_list(r#"{"a":[1 2]}"#, "not JSON: expected `,` or `]` (line 1, column 9), at a")]
#[case::single_quotes("{'Id':'a'}", "not JSON: expected a key in double quotes (line 1, column 2)")]
#[case::bare_key("{Id:1}", "not JSON: expected a key in double quotes (line 1, column 2)")]
#[case::comment("{} // no", "not JSON: more text after the end of the document (line 1, column 4)")]
#[case::nan(r#"{"a":NaN}"#, "not JSON: expected a value (line 1, column 6), at a")]
#[case::upper_case_true(r#"{"a":True}"#, "not JSON: expected a value (line 1, column 6), at a")]
#[case::unclosed_string(r#"{"Id":"a"#, "not JSON: the text ends within a string (line 1, column 9), at Id")]
#[case::newline_in_string(
    "{\"Id\":\n\"a\n\"}",
    "not JSON: a control character in a string must be escaped (line 2, column 3), at Id"
)]
#[case::column_in_characters("{\"é\":x}", "not JSON: expected a value (line 1, column 6), at é")]
#[case::bad_escape(r#"{"Id":"\x"}"#, "not JSON: not a valid escape in a string (line 1, column 8), at Id")]
#[case::escape_at_the_end(r#"{"Id":"\"#, "not JSON: not a valid escape in a string (line 1, column 8), at Id")]
#[case::escaped_letter_of_two_bytes(
    r#"{"Id":"\é"}"#,
    "not JSON: not a valid escape in a string (line 1, column 8), at Id"
)]
#[case::short_unicode_escape(r#"{"Id":"\u12"}"#, "not JSON: not a valid escape in a string (line 1, column 8), at Id")]
#[case::signed_unicode_escape(
    r#"{"Id":"\u+123"}"#,
    "not JSON: not a valid escape in a string (line 1, column 8), at Id"
)]
#[case::half_a_pair(r#"{"Id":"\ud83d"}"#, "not JSON: not a valid escape in a string (line 1, column 8), at Id")]
#[case::second_half_first(r#"{"Id":"\ude00"}"#, "not JSON: not a valid escape in a string (line 1, column 8), at Id")]
#[case::two_first_halves(
    r#"{"Id":"\ud83d\ud83d"}"#,
    "not JSON: not a valid escape in a string (line 1, column 8), at Id"
)]
#[case::no_second_half(
    r#"{"Id":"\ud83d\ue000"}"#,
    "not JSON: not a valid escape in a string (line 1, column 8), at Id"
)]
#[case::leading_zero(r#"{"a":01}"#, "not JSON: not a valid number (line 1, column 6), at a")]
#[case::no_digit_after_the_point(r#"{"a":1.}"#, "not JSON: not a valid number (line 1, column 6), at a")]
#[case::no_digit_in_the_exponent(r#"{"a":1e+}"#, "not JSON: not a valid number (line 1, column 6), at a")]
#[case::lone_minus(r#"{"a":-}"#, "not JSON: not a valid number (line 1, column 6), at a")]
#[case::plus(r#"{"a":+1}"#, "not JSON: expected a value (line 1, column 6), at a")]
#[case::hexadecimal(r#"{"a":0x1}"#, "not JSON: expected `,` or `}` (line 1, column 7)")]
fn no_json_object(#[case] text: &str, #[case] message: &str) {
    assert_eq!(Policy::parse(text, &scope()).unwrap_err().to_string(), message);
}

#[rstest]
#[case::top(r#"{"Version":"2012-10-17","Version":"2012-10-17"}"#, r#"duplicate key "Version""#)]
#[case::escaped(r#"{"Id":"a","\u0049d":"a"}"#, r#"duplicate key "Id""#)]
#[case::statement(
    r#"{"Statement":[{},{"Effect":"Allow","Action":"a","Effect":"Deny"}]}"#,
    r#"duplicate key "Effect", at Statement[1]"#
)]
#[case::single_statement(r#"{"Statement":{"Sid":"a","Sid":"a"}}"#, r#"duplicate key "Sid", at Statement"#)]
#[case::principal(
    r#"{"Statement":[{"Principal":{"AWS":"a","AWS":"b"}}]}"#,
    r#"duplicate key "AWS", at Statement[0].Principal"#
)]
#[case::operator(
    r#"{"Statement":[{"Condition":{"Bool":{},"Bool":{}}}]}"#,
    r#"duplicate key "Bool", at Statement[0].Condition"#
)]
#[case::key(
    r#"{"Statement":[{"Condition":{"Bool":{"k":"a","k":"a"}}}]}"#,
    r#"duplicate key "k", at Statement[0].Condition.Bool"#
)]
#[case::unknown_element(r#"{"Foo":[{"a":1,"b":2,"a":1}]}"#, r#"duplicate key "a", at Foo[0]"#)]
#[case::key_in_another_case(
    r#"{"Statement":[{"Condition":{"Bool":{"aws:K":"true","AWS:k":"true"}}}]}"#,
    r#"the condition key "AWS:k" is there twice, differing in case only, at Statement[0].Condition.Bool"#
)]
fn a_key_twice(#[case] text: &str, #[case] message: &str) {
    assert_eq!(Policy::parse(text, &scope()).unwrap_err().to_string(), message);
}

#[rstest]
#[case::version(r#"{"Version":2012}"#, "Version must be a string, not a number, at Version")]
#[case::id(r#"{"Id":null}"#, "Id must be a string, not null, at Id")]
#[case::statement(
    r#"{"Statement":"a"}"#,
    "Statement must be an object or a list of objects, not a string, at Statement"
)]
#[case::null_statement(
    r#"{"Statement":null}"#,
    "Statement must be an object or a list of objects, not null, at Statement"
)]
#[case::in_list(r#"{"Statement":[{},"a"]}"#, "a statement must be an object, not a string, at Statement[1]")]
#[case::nested_list(r#"{"Statement":[[{}]]}"#, "a statement must be an object, not a list, at Statement[0]")]
fn wrong_types_of_the_document(#[case] text: &str, #[case] message: &str) {
    assert_eq!(Policy::parse(text, &scope()).unwrap_err().to_string(), message);
}

#[rstest]
#[case::sid(r#""Sid":1"#, "Sid must be a string, not a number, at Statement[0].Sid")]
#[case::effect(r#""Effect":["Allow"]"#, "Effect must be a string, not a list, at Statement[0].Effect")]
#[case::action(r#""Action":1"#, "Action must be a string or a list of strings, not a number, at Statement[0].Action")]
#[case::action_in_list(
    r#""Action":["a",null]"#,
    "Action must be a string or a list of strings, not null, at Statement[0].Action[1]"
)]
#[case::not_action(
    r#""NotAction":{}"#,
    "NotAction must be a string or a list of strings, not an object, at Statement[0].NotAction"
)]
#[case::resource(
    r#""Resource":[["a"]]"#,
    "Resource must be a string or a list of strings, not a list, at Statement[0].Resource[0]"
)]
#[case::not_resource(
    r#""NotResource":false"#,
    "NotResource must be a string or a list of strings, not a boolean, at Statement[0].NotResource"
)]
#[case::principal(
    r#""Principal":["*"]"#,
    "Principal must be \"*\" or an object, not a list, at Statement[0].Principal"
)]
#[case::principal_value(
    r#""Principal":{"AWS":111122223333}"#,
    "AWS must be a string or a list of strings, not a number, at Statement[0].Principal.AWS"
)]
#[case::not_principal(
    r#""NotPrincipal":{"AWS":["a",{}]}"#,
    "AWS must be a string or a list of strings, not an object, at Statement[0].NotPrincipal.AWS[1]"
)]
#[case::condition(r#""Condition":[]"#, "Condition must be an object, not a list, at Statement[0].Condition")]
#[case::operator(
    r#""Condition":{"Bool":"true"}"#,
    "Bool must be an object, not a string, at Statement[0].Condition.Bool"
)]
#[case::value(
    r#""Condition":{"Bool":{"k":null}}"#,
    "k must be a string, a number, a boolean or a list of them, not null, at Statement[0].Condition.Bool.k"
)]
#[case::value_in_list(
    r#""Condition":{"Bool":{"k":["a",["b"]]}}"#,
    "k must be a string, a number, a boolean or a list of them, not a list, at Statement[0].Condition.Bool.k[1]"
)]
fn wrong_types_of_a_statement(#[case] elements: &str, #[case] message: &str) {
    let text = format!(r#"{{"Statement":[{{{elements}}}]}}"#);
    let error = Policy::parse(&text, &scope()).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(matches!(error.problem(), Problem::WrongType { .. }));
    assert!(message.ends_with(&error.place()));
}

#[rstest]
#[case::effect(r#""Effect":"allow""#)]
#[case::both_actions(r#""Action":"a","NotAction":"b""#)]
#[case::no_elements(r#""Sid":"a b""#)]
#[case::unknown_elements(r#""Conditions":{"a":[null,1.5e3]}"#)]
#[case::principal_text(r#""Principal":"arn:aws:iam::111122223333:root""#)]
#[case::unknown_operator(r#""Condition":{"Nonsense":{"k":[]}}"#)]
fn what_only_breaks_the_grammar_is_read(#[case] elements: &str) {
    let text = format!(r#"{{"Statement":[{{{elements}}}]}}"#);
    assert_eq!(policy(&text).to_json(), text);
}

#[rstest]
#[case::lower_case_digits("%7b%22Id%22%3a%22a%2bb%22%7d", r#"{"Id":"a+b"}"#)]
#[case::upper_case_digits("%7B%22Id%22%3A%22a%2Bb%22%7D", r#"{"Id":"a+b"}"#)]
#[case::plus_is_no_space("%7B%22Id%22%3A%22a+b%22%7D", r#"{"Id":"a+b"}"#)]
#[case::decoded_once("%7B%22Id%22%3A%22%2541%22%7D", r#"{"Id":"%41"}"#)]
#[case::not_encoded(r#"{"Id":"a b"}"#, r#"{"Id":"a b"}"#)]
#[case::latin("%7B%22Id%22%3A%22%C3%A9%22%7D", r#"{"Id":"é"}"#)]
fn percent_encoded_text(#[case] encoded: &str, #[case] plain: &str) {
    assert_eq!(Policy::parse_percent_encoded(encoded, &scope()).unwrap().to_json(), plain);
}

#[rstest]
#[case::cut_off("%7B%7", r#"not percent-encoded text: "%7" is not a percent sign and two hexadecimal digits"#)]
#[case::no_digits("%7B%ag%7D", r#"not percent-encoded text: "%ag" is not a percent sign and two hexadecimal digits"#)]
#[case::not_utf8("%7B%22Id%22%3A%22%E9%22%7D", "not percent-encoded text: the decoded bytes are not UTF-8")]
#[case::no_object("%5B%5D", "not a JSON object but a list")]
fn wrong_percent_encoding(#[case] encoded: &str, #[case] message: &str) {
    assert_eq!(Policy::parse_percent_encoded(encoded, &scope()).unwrap_err().to_string(), message);
}

#[rstest]
fn canonical_statements_are_public() {
    let document = policy(&trust(r#"{"Service":["b","a"],"AWS":"444455556666"}"#));
    let statement = document.statements().first().unwrap();
    let pairs = statement.principals.as_ref().unwrap().pairs();
    assert_eq!(pairs, [("AWS", "arn:aws:iam::444455556666:root"), ("Service", "a"), ("Service", "b")]);
    let action = statement.actions.iter().flatten().next().unwrap();
    assert_eq!((action.as_written(), action.folded().as_str()), ("sts:AssumeRole", "sts:assumerole"));
    assert_eq!(document.version(), "2012-10-17");
    assert_eq!(policy(&allow(r#""Foo":1"#)).statements().first().unwrap().unknown.len(), 1);
    assert_eq!(policy(r#"{"Id":"a","Foo":1}"#).unknown().keys().collect::<Vec<_>>(), ["Foo"]);
    assert_eq!(policy(r#"{"Id":"a"}"#).id(), Some("a"));
}
