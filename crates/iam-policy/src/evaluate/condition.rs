//! Whether a condition holds
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>).

use super::matching::Match;
use super::outcome::Outcome;
use crate::date;
use crate::operator::{Operator, Quantifier, Test};
use crate::pattern::{self, Resolved, Token};
use crate::statement::Condition;
use crate::value::{self, Network};

impl Match<'_> {
    /// Whether a condition holds. Unknown for a key that the request does not give, and for an operator that does not exist.
    pub(super) fn condition(self, condition: &Condition) -> Outcome {
        let Condition { operator, key, values: _ } = condition;
        let key = key.as_written();
        let Some(given) = pattern::lookup(self.context(), key) else { return Outcome::unknown(key) };
        let Some(operator) = Operator::named(operator) else { return Outcome::unknown(key) };
        let Operator { quantifier, test: _, negated, if_exists } = operator;
        if matches!(operator.test, Test::Null) {
            let expected = if given.is_empty() { "true" } else { "false" };
            return Outcome::from(condition.values.iter().any(|value| value.eq_ignore_ascii_case(expected)));
        }
        match quantifier {
            // Documented: a key without values, and with empty ones only, is an empty set. All of it fits, and none of it.
            Quantifier::All if given.iter().all(String::is_empty) => Outcome::Yes,
            Quantifier::Any if given.is_empty() => Outcome::from(if_exists),
            Quantifier::Any if given.iter().all(String::is_empty) => Outcome::No,
            Quantifier::Single if given.is_empty() => Outcome::from(if_exists || negated),
            Quantifier::All => {
                given.iter().fold(Outcome::Yes, |outcome, given| outcome.and(self.holds_of(condition, operator, given)))
            }
            Quantifier::Any => {
                given.iter().fold(Outcome::No, |outcome, given| outcome.or(self.holds_of(condition, operator, given)))
            }
            // A key with one value is what this is for. With more of them, the negated operators hold when none fits.
            Quantifier::Single => {
                let fits = given
                    .iter()
                    .fold(Outcome::No, |outcome, given| outcome.or(self.fits_any(condition, operator.test, given)));
                if negated { fits.not() } else { fits }
            }
        }
    }

    /// Whether the condition holds for one value of the request.
    fn holds_of(self, condition: &Condition, operator: Operator, given: &str) -> Outcome {
        let fits = self.fits_any(condition, operator.test, given);
        if operator.negated { fits.not() } else { fits }
    }

    fn fits_any(self, condition: &Condition, test: Test, given: &str) -> Outcome {
        condition.values.iter().fold(Outcome::No, |outcome, value| outcome.or(self.fits(test, value, given)))
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
            Test::Arn => with_pattern(&|tokens| pattern::covers_arn(tokens, &pattern::literals(given))),
            Test::Truth => self.truth_fits(value, given),
            // It asks about the key, and was answered before.
            Test::Null => Outcome::from(value.eq_ignore_ascii_case(given)),
            Test::Number(holds) => Outcome::from(value::compare_numbers(given, value).is_some_and(holds)),
            Test::Date(holds) => {
                let dates = date::instant(given).zip(date::instant(value));
                Outcome::from(dates.is_some_and(|(given, value)| holds(given.cmp(&value))))
            }
            Test::Address => {
                let networks = Network::parse(value).zip(Network::parse(given));
                Outcome::from(networks.is_some_and(|(network, given)| network.contains(given)))
            }
            Test::Binary => {
                let bytes = value::base64(value).zip(value::base64(given));
                Outcome::from(bytes.is_some_and(|(value, given)| value == given))
            }
        }
    }
}

impl Match<'_> {
    /// AWS's pages disagree on variables under `Bool`: that on operators says they are replaced, that on variables
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>) that they are not. So the answer
    /// is known only where both readings agree.
    fn truth_fits(self, value: &str, given: &str) -> Outcome {
        let fits = |value: &str| value.eq_ignore_ascii_case(given);
        match self.resolve(value) {
            Resolved::Pattern(tokens) if fits(&pattern::text(&tokens)) == fits(value) => Outcome::from(fits(value)),
            Resolved::Absent if !fits(value) => Outcome::No,
            Resolved::Pattern(_) | Resolved::Absent => Outcome::unknown(value),
            Resolved::Unknown(key) => Outcome::unknown(&key),
        }
    }
}
