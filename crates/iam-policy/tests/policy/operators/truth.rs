//! `Bool`.

use std::collections::BTreeMap;

use super::Holds::{No, Unknown, Yes};
use super::{ABSENT, ALL_NO, ALL_YES, check, holds, holds_in};

#[test]
fn bool_() {
    check(
        "Bool",
        &[
            (r#""true""#, &["true"], ALL_YES),
            (r#""true""#, &["false"], ALL_NO),
            (r#""false""#, &["false"], ALL_YES),
            (r#""false""#, &["true"], ALL_NO),
            ("true", &["true"], ALL_YES),
            ("false", &["false"], ALL_YES),
            ("true", &["false"], ALL_NO),
            (r#""TRUE""#, &["true"], ALL_YES),
            (r#""true""#, &["True"], ALL_YES),
            (r#"["true","false"]"#, &["true"], ALL_YES),
            (r#"["true","false"]"#, &["false"], ALL_YES),
            ("[true,false]", &["false"], ALL_YES),
            // One, yes and nothing are neither.
            ("1", &["true"], ALL_NO),
            (r#""yes""#, &["true"], ALL_NO),
            (r#""true""#, &["1"], ALL_NO),
            (r#""true""#, &["yes"], ALL_NO),
            (r#""false""#, &["0"], ALL_NO),
            (r#""t*""#, &["true"], ALL_NO),
            (r#""true""#, &[""], [No, No, Yes, No]),
            (r#""true""#, &["true", "false"], [Yes, Yes, No, Yes]),
            (r#""true""#, &["true", "true"], ALL_YES),
            (r#""true""#, &["false", "false"], ALL_NO),
            ("[]", &["true"], ALL_NO),
            // The key of a request without a second factor is absent: `Bool` needs it, `BoolIfExists` does not.
            (r#""true""#, &[], ABSENT),
            (r#""false""#, &[], ABSENT),
        ],
    );
}

/// AWS's pages disagree: "You can use a policy variable with the Boolean condition operator"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>), and "You can't use
/// a policy variable with other operators, such as Numeric, Date, Boolean, …"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>). What depends on who is right is unknown.
#[test]
fn a_variable_under_bool_is_unknown_where_it_matters() {
    let context = |other: &[&str]| {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        BTreeMap::from([("test:k".to_owned(), values(&["true"])), ("test:other".to_owned(), values(other))])
    };
    let ask = |other: &[&str], version: &str| holds_in("Bool", r#""${test:other}""#, &context(other), version);
    assert_eq!(ask(&["true"], "2012-10-17"), Unknown, "replaced it fits, else not");
    assert_eq!(ask(&["false"], "2012-10-17"), No, "either way it does not fit");
    assert_eq!(ask(&[], "2012-10-17"), No, "an absent value is like none");
    assert_eq!(ask(&["true"], "2008-10-17"), No, "the old version has no variables");
    assert_eq!(holds("Bool", r#""${test:never-given}""#, &["true"]), Unknown);
    assert_eq!(holds("Bool", r#""${test:never-given, 'true'}""#, &["true"]), Unknown);
    assert_eq!(holds("Bool", r#"["true","${test:never-given}"]"#, &["true"]), Yes, "another value fits anyway");
}
