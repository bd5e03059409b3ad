//! Whether one condition holds wherever another one does, as far as the text shows.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::cover::has_variable;
use crate::date;
use crate::operator::{Operator, Quantifier, Test};
use crate::pattern;
use crate::statement::Condition;
use crate::value::{self, Network};

/// Whether all of the wanted conditions hold wherever all of the given ones do.
pub(super) fn all(given: &BTreeSet<Condition>, wanted: &BTreeSet<Condition>) -> bool {
    wanted.iter().all(|wide| given.contains(wide) || given.iter().any(|narrow| implies(narrow, wide)))
}

/// Whether a condition holds for no request at all: nothing is equal to one of no values.
pub(super) fn never_holds(condition: &Condition) -> bool {
    let is_positive = |operator: Operator| {
        let Operator { quantifier, test: _, negated, if_exists } = operator;
        quantifier != Quantifier::All && !negated && !if_exists
    };
    condition.values.is_empty() && Operator::named(&condition.operator).is_some_and(is_positive)
}

/// Whether `wide` holds wherever `narrow` does.
pub(super) fn implies(narrow: &Condition, wide: &Condition) -> bool {
    if narrow == wide {
        return true;
    }
    let (Some(one), Some(other)) = (Operator::named(&narrow.operator), Operator::named(&wide.operator)) else {
        return false;
    };
    if narrow.key != wide.key || one.quantifier != other.quantifier || one.negated != other.negated {
        return false;
    }
    // A negated condition holds for an absent key with or without `IfExists`.
    let is_alike_when_absent = one.negated && one.quantifier == Quantifier::Single;
    if one.if_exists && !other.if_exists && !is_alike_when_absent {
        return false;
    }
    // A negated condition holds for what none of its values fits, so the one that holds for more has the narrower values.
    if one.negated {
        are_covered((other.test, &wide.values), (one.test, &narrow.values))
    } else {
        are_covered((one.test, &narrow.values), (other.test, &wide.values))
    }
}

/// Whether all that fits one of these values fits one of those as well.
fn are_covered(narrow: (Test, &BTreeSet<String>), wide: (Test, &BTreeSet<String>)) -> bool {
    narrow.1.iter().all(|value| wide.1.iter().any(|by| is_covered((narrow.0, value), (wide.0, by))))
}

fn is_covered(narrow: (Test, &str), wide: (Test, &str)) -> bool {
    let (value, by) = (narrow.1, wide.1);
    // A variable stands for text that is not known here.
    let no_variables = !has_variable(value) && !has_variable(by);
    let (tokens, literals) = (pattern::tokens, pattern::literals);
    match (narrow.0, wide.0) {
        (Test::Text, Test::Text) | (Test::Binary, Test::Binary) => value == by,
        (Test::TextIgnoringCase | Test::Text, Test::TextIgnoringCase) => value.to_lowercase() == by.to_lowercase(),
        (Test::Text, Test::Pattern) => value == by || no_variables && pattern::covers(&tokens(by), &literals(value)),
        (Test::Pattern, Test::Pattern) => value == by || no_variables && pattern::covers(&tokens(by), &tokens(value)),
        (Test::Arn, Test::Arn) => value == by || no_variables && pattern::covers_arn(&tokens(by), &tokens(value)),
        (Test::Truth, Test::Truth) | (Test::Null, Test::Null) => value.eq_ignore_ascii_case(by),
        (Test::Number(narrow), Test::Number(wide)) => {
            value::compare_numbers(value, by).is_some_and(|order| reaches_no_further(narrow, wide, order))
        }
        (Test::Date(narrow), Test::Date(wide)) => {
            let instants = date::instant(value).zip(date::instant(by));
            instants.is_some_and(|(value, by)| reaches_no_further(narrow, wide, value.cmp(&by)))
        }
        (Test::Address, Test::Address) => {
            let networks = Network::parse(by).zip(Network::parse(value));
            networks.is_some_and(|(by, value)| by.contains(value))
        }
        (
            Test::Text
            | Test::TextIgnoringCase
            | Test::Pattern
            | Test::Arn
            | Test::Truth
            | Test::Number(_)
            | Test::Date(_)
            | Test::Address
            | Test::Binary
            | Test::Null,
            _,
        ) => false,
    }
}

/// Whether all that is so to a first value is so to a second one, to which the first is in this order.
fn reaches_no_further(narrow: fn(Ordering) -> bool, wide: fn(Ordering) -> bool, order: Ordering) -> bool {
    let below = !narrow(Ordering::Less) || (wide(Ordering::Less) && order != Ordering::Greater);
    let above = !narrow(Ordering::Greater) || (wide(Ordering::Greater) && order != Ordering::Less);
    below && above && (!narrow(Ordering::Equal) || wide(order))
}
