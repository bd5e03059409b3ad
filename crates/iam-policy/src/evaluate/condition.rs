//! The condition operators.

use std::cmp::Ordering;

use super::{Match, Outcome};
use crate::pattern::{self, Resolved, Token};
use crate::statement::Condition;

/// An operator without `…IfExists`.
#[derive(Clone, Copy)]
struct Operator {
    test: Test,
    /// Holds when no value fits.
    negated: bool,
}

#[derive(Clone, Copy)]
enum Test {
    Text,
    TextIgnoringCase,
    Pattern,
    Arn,
    Truth,
    Number(fn(Ordering) -> bool),
}

impl Match<'_> {
    /// Whether a condition holds. Unknown for a key that the request does not give, and for operators that are not evaluated
    /// (dates, addresses, binary, `ForAllValues:` and `ForAnyValue:`).
    pub(super) fn condition(self, condition: &Condition) -> Outcome {
        let Condition { operator, key, values } = condition;
        let key = key.as_written();
        let Some(given) = pattern::lookup(self.context(), key) else { return Outcome::unknown(key) };
        if operator == "Null" {
            let expected = if given.is_empty() { "true" } else { "false" };
            return Outcome::from(values.iter().any(|value| value.eq_ignore_ascii_case(expected)));
        }
        let base = operator.strip_suffix("IfExists");
        let Some(Operator { test, negated }) = Operator::named(base.unwrap_or(operator)) else {
            return Outcome::unknown(key);
        };
        if given.is_empty() {
            return Outcome::from(base.is_some() || negated);
        }
        let fits = values
            .iter()
            .flat_map(|value| given.iter().map(move |given| (value, given)))
            .fold(Outcome::No, |outcome, (value, given)| outcome.or(self.fits(test, value, given)));
        if negated { fits.not() } else { fits }
    }

    fn fits(self, test: Test, value: &str, given: &str) -> Outcome {
        let with_pattern = |fits: &dyn Fn(&[Token]) -> bool| match self.resolve(value) {
            Resolved::Pattern(tokens) => Outcome::from(fits(&tokens)),
            Resolved::Absent => Outcome::No,
            Resolved::Unknown(key) => Outcome::unknown(&key),
        };
        match test {
            Test::Text => with_pattern(&|tokens| pattern::text(tokens) == given),
            Test::TextIgnoringCase => {
                with_pattern(&|tokens| pattern::text(tokens).to_lowercase() == given.to_lowercase())
            }
            Test::Pattern => with_pattern(&|tokens| pattern::covers(tokens, &pattern::literals(given))),
            Test::Arn => with_pattern(&|tokens| arn_fits(tokens, &pattern::literals(given))),
            Test::Truth => Outcome::from(value.eq_ignore_ascii_case(given)),
            Test::Number(holds) => Outcome::from(compare_numbers(given, value).is_some_and(holds)),
        }
    }
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        let (test, negated) = match name {
            "StringEquals" => (Test::Text, false),
            "StringNotEquals" => (Test::Text, true),
            "StringEqualsIgnoreCase" => (Test::TextIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => (Test::TextIgnoringCase, true),
            "StringLike" => (Test::Pattern, false),
            "StringNotLike" => (Test::Pattern, true),
            // The two are documented to behave identically.
            "ArnEquals" | "ArnLike" => (Test::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
            "Bool" => (Test::Truth, false),
            "NumericEquals" => (Test::Number(Ordering::is_eq), false),
            "NumericNotEquals" => (Test::Number(Ordering::is_eq), true),
            "NumericLessThan" => (Test::Number(Ordering::is_lt), false),
            "NumericLessThanEquals" => (Test::Number(Ordering::is_le), false),
            "NumericGreaterThan" => (Test::Number(Ordering::is_gt), false),
            "NumericGreaterThanEquals" => (Test::Number(Ordering::is_ge), false),
            _ => return None,
        };
        Some(Self { test, negated })
    }
}

/// ARN operators compare each of the six parts by itself: a `*` does not reach over a colon, except within the last part.
fn arn_fits(pattern: &[Token], given: &[Token]) -> bool {
    const PARTS: usize = 6;
    let split = |tokens: &[Token]| -> Vec<Vec<Token>> {
        tokens.splitn(PARTS, |token| *token == Token::Literal(':')).map(<[Token]>::to_vec).collect()
    };
    let (pattern, given) = (split(pattern), split(given));
    pattern.len() == PARTS
        && given.len() == PARTS
        && pattern.iter().zip(&given).all(|(pattern, given)| pattern::covers(pattern, given))
}

/// Integers exactly, other numbers as floats; nothing when one of the two is no number.
fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    if let (Ok(left), Ok(right)) = (left.parse::<i128>(), right.parse::<i128>()) {
        return Some(left.cmp(&right));
    }
    left.parse::<f64>().ok()?.partial_cmp(&right.parse::<f64>().ok()?)
}
