//! Misspelt condition operators, and which is meant.

use rstest::rstest;

use super::document;
use crate::support::policy;
use iam_policy::DocumentType::Inline;
use iam_policy::{Code, Limits, Severity, check};

#[rstest]
// Two letters at most are wrong, too many, left out, or in each other's place; the case is no mistake of its own.
#[case::letter_too_many("StringEqualss", Some("StringEquals"))]
#[case::letter_left_out("StringEqual", Some("StringEquals"))]
#[case::letters_swapped("StirngEquals", Some("StringEquals"))]
#[case::letter_replaced("StringEquats", Some("StringEquals"))]
#[case::two_letters_left_out("StrngEqals", Some("StringEquals"))]
#[case::three_letters_left_out("StrngEqls", None)]
#[case::case_only("STRINGEQUALS", Some("StringEquals"))]
#[case::case_and_two_letters("stringequalsxx", Some("StringEquals"))]
#[case::space("String Equals", Some("StringEquals"))]
#[case::underscore("string_like", Some("StringLike"))]
#[case::negated("StringNotEqual", Some("StringNotEquals"))]
#[case::ignoring_case("StringEqualsIgnorecase", Some("StringEqualsIgnoreCase"))]
#[case::negated_ignoring_case("StringNotEqualIgnoreCase", Some("StringNotEqualsIgnoreCase"))]
#[case::number("NumericEqual", Some("NumericEquals"))]
#[case::number_or_equal("NumericLessThanEqual", Some("NumericLessThanEquals"))]
#[case::date("DateGreatherThan", Some("DateGreaterThan"))]
#[case::truth("Boolean", None)]
#[case::truth_in_lower_case("bool", Some("Bool"))]
#[case::address("IPAddress", Some("IpAddress"))]
#[case::negated_address("NotIPAddress", Some("NotIpAddress"))]
#[case::plural_address("IpAddresses", Some("IpAddress"))]
#[case::arn("ARNLike", Some("ArnLike"))]
#[case::bytes("BinaryEqual", Some("BinaryEquals"))]
#[case::null("NULL", Some("Null"))]
// The affixes belong to the name.
#[case::suffix_in_lower_case("StringEqualsifexists", Some("StringEqualsIfExists"))]
#[case::suffix_left_short("StringEqualsIfExist", Some("StringEqualsIfExists"))]
#[case::suffix_of_bool("BoolIfExist", Some("BoolIfExists"))]
#[case::prefix_left_short("ForAllValue:StringEquals", Some("ForAllValues:StringEquals"))]
#[case::prefix_too_long("ForAnyValues:StringLike", Some("ForAnyValue:StringLike"))]
#[case::prefix_without_colon("ForAllValuesStringLike", Some("ForAllValues:StringLike"))]
#[case::prefix_and_space("ForAnyValue: StringEquals", Some("ForAnyValue:StringEquals"))]
#[case::prefix_and_suffix("ForAnyValues:StringLikeIfExist", Some("ForAnyValue:StringLikeIfExists"))]
// Nothing is near.
#[case::other_language("Regex", None)]
#[case::equals("Equals", None)]
#[case::null_if_exists("NullIfExists", None)]
#[case::prefix_alone("ForAnyValue:", None)]
#[case::empty("", None)]
fn what_is_meant(#[case] operator: &str, #[case] meant: Option<&str>) {
    let text = document(&format!(
        r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{{"{operator}":{{"aws:username":"true"}}}}}}"#
    ));
    let findings = check(&policy(&text), Inline, &Limits::NONE);
    let finding = findings.first().unwrap();
    assert_eq!((finding.code, finding.severity), (Code::ConditionOperator, Severity::Error));
    assert_eq!(finding.place, format!("Statement[0].Condition.{operator}"));
    match meant {
        Some(meant) => assert_eq!(finding.help, format!("did you mean {meant}?")),
        None => assert!(!finding.help.contains("did you mean"), "{}", finding.help),
    }
}
