//! The condition operators, each against values that match, do not match, are absent, several, of another case or another type.
//!
//! A row is a list of values as the policy writes them, the values of the request's key, and whether the condition holds under
//! four spellings of its operator: plain, `…IfExists`, `ForAllValues:…` and `ForAnyValue:…`. The rules are those of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.

mod addresses;
mod arns;
mod binary;
mod calendar;
mod dates;
mod mixed;
mod names;
mod numbers;
mod presence;
mod sets;
mod strings;
mod truth;
mod variables;
mod wildcards;

use std::collections::BTreeMap;

use crate::support::{policy, with};
use iam_policy::{Decision, Request, evaluate};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Yes,
    No,
    Unknown,
}
use Holds::{No, Unknown, Yes};

/// One row: the values of the policy as JSON, those of the request, and what becomes of it under the four spellings.
type Row = (&'static str, &'static [&'static str], [Holds; 4]);

/// The answers of a row under which the spelling makes no difference.
const ALL_YES: [Holds; 4] = [Yes; 4];
const ALL_NO: [Holds; 4] = [No; 4];

/// What a positive operator answers for a key that is absent, and what a negated one does.
const ABSENT: [Holds; 4] = [No, Yes, Yes, No];
const ABSENT_NEGATED: [Holds; 4] = [Yes, Yes, Yes, No];

/// Whether a condition on the key `k` holds for a request in which it has these values.
pub(crate) fn holds(operator: &str, values: &str, given: &[&str]) -> Holds {
    let k = given.iter().map(|value| (*value).to_owned()).collect();
    holds_in(operator, values, &BTreeMap::from([("test:k".to_owned(), k)]), "2012-10-17")
}

/// The same for any context, and a document of any version.
pub(crate) fn holds_in(operator: &str, values: &str, context: &BTreeMap<String, Vec<String>>, version: &str) -> Holds {
    let text = with(&format!(r#""Condition":{{"{operator}":{{"test:k":{values}}}}}"#)).replace("2012-10-17", version);
    let request =
        Request { principal: None, action: "s3:GetObject", resource: Some("arn:aws:s3:::x"), context: context.clone() };
    let allowed = match evaluate(&[&policy(&text)], &request) {
        Decision::Allowed => Yes,
        Decision::NotAllowed => No,
        Decision::Unknown { keys } => {
            assert_eq!(keys.len(), 1, "{operator} {values}");
            Unknown
        }
        Decision::DeniedExplicitly => panic!("an Allow denies"),
    };
    // A condition means the same in a denial.
    let denied = match evaluate(&[&policy(&text.replace("Allow", "Deny"))], &request) {
        Decision::DeniedExplicitly => Yes,
        Decision::NotAllowed => No,
        other => panic!("{other:?} of a Deny alone"),
    };
    if allowed != Unknown {
        assert_eq!(allowed, denied, "{operator} {values}");
    }
    allowed
}

/// Asks every row under every spelling of an operator, and tells all that differ.
fn check(operator: &str, rows: &[Row]) {
    let mut wrong = Vec::new();
    for (values, given, expected) in rows {
        let spellings = [
            operator.to_owned(),
            format!("{operator}IfExists"),
            format!("ForAllValues:{operator}"),
            format!("ForAnyValue:{operator}"),
        ];
        for (spelling, expected) in spellings.iter().zip(expected) {
            let found = holds(spelling, values, given);
            if found != *expected {
                wrong.push(format!("{spelling} {values} of {given:?}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
