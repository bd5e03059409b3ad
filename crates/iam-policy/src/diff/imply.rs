//! Whether one condition holds wherever another one does, as far as the text shows.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::text::{Text, has_variable};
use crate::date;
use crate::operator::{Operator, Quantifier, Test};
use crate::statement::Condition;
use crate::value::{Network, Number};

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
    if narrow.key != wide.key {
        return false;
    }
    if narrow == wide {
        return true;
    }
    let (Some(one), Some(other)) = (Operator::named(&narrow.operator), Operator::named(&wide.operator)) else {
        return false;
    };
    if one.quantifier != other.quantifier || one.negated != other.negated {
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
    let (values, by) = (narrow.1, wide.1);
    match (narrow.0, wide.0) {
        (Test::Text, Test::Text) | (Test::Binary, Test::Binary) => values.is_subset(by),
        (Test::TextIgnoringCase | Test::Text, Test::TextIgnoringCase) => {
            let folded: BTreeSet<String> = by.iter().map(|by| by.to_lowercase()).collect();
            values.iter().all(|value| folded.contains(&value.to_lowercase()))
        }
        (Test::Truth, Test::Truth) | (Test::Null, Test::Null) => {
            let folded: BTreeSet<String> = by.iter().map(|by| by.to_ascii_lowercase()).collect();
            values.iter().all(|value| folded.contains(&value.to_ascii_lowercase()))
        }
        // Without a wildcard, a pattern is what it says.
        (Test::Pattern, Test::Text) => values.iter().all(|value| !value.contains(['*', '?']) && by.contains(value)),
        (Test::Text, Test::Pattern) => are_matched(values, by, Text::exactly, Text::covers),
        (Test::Pattern, Test::Pattern) => are_matched(values, by, Text::of, Text::covers),
        (Test::Arn, Test::Arn) => are_matched(values, by, Text::of, Text::covers_arn),
        (Test::Number(narrow), Test::Number(wide)) => {
            are_read(values, by, Number::parse, |value, by| reaches_no_further(narrow, wide, value.cmp(by)))
        }
        (Test::Date(narrow), Test::Date(wide)) => {
            are_read(values, by, date::instant, |value, by| reaches_no_further(narrow, wide, value.cmp(by)))
        }
        (Test::Address, Test::Address) => are_read(values, by, Network::parse, |value, by| by.contains(*value)),
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

/// The same of patterns. A variable stands for text that is not known here, so what has one is compared by equality only.
fn are_matched<'a>(
    values: &'a BTreeSet<String>,
    by: &'a BTreeSet<String>,
    read: fn(&'a str) -> Text<'a>,
    covers: fn(&Text<'a>, &Text<'a>) -> bool,
) -> bool {
    let patterns: Vec<_> = by.iter().map(|by| Text::of(by)).filter(Text::is_known_pattern).collect();
    values.iter().all(|value| {
        by.contains(value) || {
            let text = read(value);
            !has_variable(value) && patterns.iter().any(|pattern| covers(pattern, &text))
        }
    })
}

/// The same of values that are no texts. What cannot be read fits nothing.
fn are_read<'a, T>(
    values: &'a BTreeSet<String>,
    by: &'a BTreeSet<String>,
    read: impl Fn(&'a str) -> Option<T>,
    covers: impl Fn(&T, &T) -> bool,
) -> bool {
    let wide: Vec<T> = by.iter().filter_map(|by| read(by)).collect();
    values.iter().all(|value| read(value).is_some_and(|value| wide.iter().any(|by| covers(&value, by))))
}

/// Whether all that is so to a first value is so to a second one, to which the first is in this order.
fn reaches_no_further(narrow: fn(Ordering) -> bool, wide: fn(Ordering) -> bool, order: Ordering) -> bool {
    let below = !narrow(Ordering::Less) || (wide(Ordering::Less) && order != Ordering::Greater);
    let above = !narrow(Ordering::Greater) || (wide(Ordering::Greater) && order != Ordering::Less);
    below && above && (!narrow(Ordering::Equal) || wide(order))
}
