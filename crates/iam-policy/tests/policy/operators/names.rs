//! The names of operators: what is none is never guessed, so nobody is allowed or denied by it.

use rstest::rstest;

use super::Holds::{No, Unknown, Yes};
use super::holds;

/// A value that would fit under the operator that is meant.
#[rstest]
#[case::lower_case("stringEquals", r#""x""#, "x")]
#[case::all_lower_case("stringequals", r#""x""#, "x")]
#[case::upper_case("STRINGEQUALS", r#""x""#, "x")]
#[case::plural("StringsEqual", r#""x""#, "x")]
#[case::singular("StringEqual", r#""x""#, "x")]
#[case::space_before(" StringEquals", r#""x""#, "x")]
#[case::space_after("StringEquals ", r#""x""#, "x")]
#[case::not_before("NotStringEquals", r#""y""#, "x")]
#[case::not_after("StringEqualsNot", r#""y""#, "x")]
#[case::not_ignoring_case_in_another_order("StringNotIgnoreCaseEquals", r#""y""#, "x")]
#[case::like_ignoring_case("StringLikeIgnoreCase", r#""X""#, "x")]
#[case::negated_address_as_others_are("IpNotAddress", r#""10.0.0.0/8""#, "192.0.2.1")]
#[case::negated_bool("BoolNot", "true", "false")]
#[case::bool_equals("BoolEquals", "true", "true")]
#[case::boolean("Boolean", "true", "true")]
#[case::negated_binary("BinaryNotEquals", r#""QQ==""#, "Qg==")]
#[case::binary("Binary", r#""QQ==""#, "QQ==")]
#[case::number_equals("NumberEquals", "1", "1")]
#[case::not_less_than("NumericNotLessThan", "1", "2")]
#[case::or_equals("NumericLessThanOrEquals", "1", "1")]
#[case::date_like("DateLike", r#""2026-*""#, "2026-01-01")]
#[case::date_before("DateBefore", r#""2026""#, "2025")]
#[case::arn("Arn", r#""arn:aws:iam::1:role/x""#, "arn:aws:iam::1:role/x")]
#[case::arn_ignoring_case("ArnEqualsIgnoreCase", r#""arn:aws:iam::1:role/x""#, "arn:aws:iam::1:role/x")]
#[case::not_null("NotNull", "true", "x")]
// "You can add `IfExists` to the end of any condition operator name except the `Null` condition."
#[case::null_if_exists("NullIfExists", "false", "x")]
#[case::null_of_all("ForAllValues:Null", "false", "x")]
#[case::null_of_any("ForAnyValue:Null", "false", "x")]
#[case::if_exists_in_lower_case("StringEqualsIfexists", r#""x""#, "x")]
#[case::if_exists_twice("StringEqualsIfExistsIfExists", r#""x""#, "x")]
#[case::if_exists_first("IfExistsStringEquals", r#""x""#, "x")]
#[case::if_exists_only("IfExists", r#""x""#, "x")]
#[case::if_exists_of_a_quantifier("ForAnyValueIfExists:StringEquals", r#""x""#, "x")]
#[case::one_value("ForAllValue:StringEquals", r#""x""#, "x")]
#[case::any_of_values("ForAnyValues:StringEquals", r#""x""#, "x")]
#[case::quantifier_in_lower_case("forAllValues:StringEquals", r#""x""#, "x")]
#[case::quantifier_without_colon("ForAllValuesStringEquals", r#""x""#, "x")]
#[case::quantifier_only("ForAllValues:", r#""x""#, "x")]
#[case::quantifier_and_space("ForAllValues: StringEquals", r#""x""#, "x")]
#[case::quantifier_twice("ForAllValues:ForAnyValue:StringEquals", r#""x""#, "x")]
#[case::two_colons("ForAllValues::StringEquals", r#""x""#, "x")]
#[case::colon_first(":StringEquals", r#""x""#, "x")]
#[case::empty("", r#""x""#, "x")]
#[case::cyrillic_letter("StringEqu\u{430}ls", r#""x""#, "x")]
fn no_operator(#[case] operator: &str, #[case] values: &str, #[case] given: &str) {
    assert_eq!(holds(operator, values, &[given]), Unknown, "it has a value");
    assert_eq!(holds(operator, values, &[]), Unknown, "it has none");
}

/// What distinguishes an operator from the one whose name is nearest, in one value.
#[rstest]
#[case::equals_and_like("StringEquals", "StringLike", r#""a*""#, "ab")]
#[case::case_counts("StringEquals", "StringEqualsIgnoreCase", r#""A""#, "a")]
#[case::case_of_a_pattern("StringLike", "StringEqualsIgnoreCase", r#""A""#, "a")]
#[case::no_wildcard_ignoring_case("StringEqualsIgnoreCase", "StringLike", r#""a*""#, "ab")]
#[case::text_and_number("StringEquals", "NumericEquals", r#""1.0""#, "1")]
#[case::text_and_date("StringEquals", "DateEquals", r#""2026-01-01""#, "2026")]
#[case::text_and_truth("StringEquals", "Bool", r#""True""#, "true")]
#[case::text_and_bytes("StringEquals", "BinaryEquals", r#""QR==""#, "QQ==")]
#[case::text_and_address("StringEquals", "IpAddress", r#""10.0.0.0/8""#, "10.1.1.1")]
#[case::pattern_and_address("StringLike", "IpAddress", r#""::1""#, "0:0:0:0:0:0:0:1")]
#[case::text_and_arn("StringEquals", "ArnEquals", r#""arn:aws:iam::*:role/x""#, "arn:aws:iam::1:role/x")]
#[case::arn_and_pattern("ArnLike", "StringLike", r#""arn:aws:iam::*""#, "arn:aws:iam::1:role/x")]
#[case::no_arn_and_pattern("ArnLike", "StringLike", r#""*""#, "x")]
#[case::less("NumericLessThan", "NumericLessThanEquals", "1", "1")]
#[case::greater("NumericGreaterThan", "NumericGreaterThanEquals", "1", "1")]
#[case::greater_and_less("NumericGreaterThan", "NumericLessThan", "2", "1")]
#[case::earlier("DateLessThan", "DateLessThanEquals", r#""2026""#, "2026")]
#[case::later("DateGreaterThan", "DateGreaterThanEquals", r#""2026""#, "2026")]
#[case::later_and_earlier("DateGreaterThan", "DateLessThan", r#""2026""#, "2025")]
#[case::a_year_is_a_number_too("DateEquals", "NumericEquals", r#""2026.0""#, "2026")]
#[case::a_number_is_no_year("NumericEquals", "DateEquals", r#""2026-01""#, "2026")]
#[case::digits_in_order_of_text("NumericLessThan", "NumericGreaterThan", "9", "10")]
#[case::of_all_and_of_any("ForAllValues:StringEquals", "StringNotEquals", r#""x""#, "y")]
#[case::truth_and_null("Bool", "Null", "false", "true")]
fn neighbours(#[case] fails: &str, #[case] fits: &str, #[case] values: &str, #[case] given: &str) {
    assert_eq!(holds(fails, values, &[given]), No, "{fails}");
    assert_eq!(holds(fits, values, &[given]), Yes, "{fits}");
}
