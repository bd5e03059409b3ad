//! The condition operators by their names
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>).

use std::cmp::Ordering;

use crate::distance::distance;

/// An operator, taken apart.
#[derive(Clone, Copy)]
pub(crate) struct Operator {
    pub(crate) quantifier: Quantifier,
    pub(crate) test: Test,
    /// Holds when no value fits.
    pub(crate) negated: bool,
    /// Holds when the key is absent.
    pub(crate) if_exists: bool,
}

/// How the values of the request count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// No set operator: meant for keys with one value.
    Single,
    /// `ForAllValues:`.
    All,
    /// `ForAnyValue:`.
    Any,
}

/// How a value of the policy and one of the request are compared.
#[derive(Clone, Copy)]
pub(crate) enum Test {
    Text,
    TextIgnoringCase,
    Pattern,
    Arn,
    Truth,
    Number(fn(Ordering) -> bool),
    Date(fn(Ordering) -> bool),
    Address,
    Binary,
    /// Whether the key is there at all.
    Null,
}

/// The names without set operator and `IfExists`, what they compare, and whether they negate it.
const NAMES: [(&str, Test, bool); 27] = [
    ("StringEquals", Test::Text, false),
    ("StringNotEquals", Test::Text, true),
    ("StringEqualsIgnoreCase", Test::TextIgnoringCase, false),
    ("StringNotEqualsIgnoreCase", Test::TextIgnoringCase, true),
    ("StringLike", Test::Pattern, false),
    ("StringNotLike", Test::Pattern, true),
    // ArnEquals and ArnLike are documented to behave identically.
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Bool", Test::Truth, false),
    ("NumericEquals", Test::Number(Ordering::is_eq), false),
    ("NumericNotEquals", Test::Number(Ordering::is_eq), true),
    ("NumericLessThan", Test::Number(Ordering::is_lt), false),
    ("NumericLessThanEquals", Test::Number(Ordering::is_le), false),
    ("NumericGreaterThan", Test::Number(Ordering::is_gt), false),
    ("NumericGreaterThanEquals", Test::Number(Ordering::is_ge), false),
    ("DateEquals", Test::Date(Ordering::is_eq), false),
    ("DateNotEquals", Test::Date(Ordering::is_eq), true),
    ("DateLessThan", Test::Date(Ordering::is_lt), false),
    ("DateLessThanEquals", Test::Date(Ordering::is_le), false),
    ("DateGreaterThan", Test::Date(Ordering::is_gt), false),
    ("DateGreaterThanEquals", Test::Date(Ordering::is_ge), false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    ("BinaryEquals", Test::Binary, false),
    ("Null", Test::Null, false),
];

/// What may stand before and behind a name.
const AFFIXES: [(&str, &str); 6] = [
    ("", ""),
    ("", "IfExists"),
    ("ForAllValues:", ""),
    ("ForAllValues:", "IfExists"),
    ("ForAnyValue:", ""),
    ("ForAnyValue:", "IfExists"),
];

/// The most letters by which a name may be off.
const FARTHEST: usize = 2;

impl Operator {
    /// The operator of this name. Nothing where there is none; the case counts, because nothing documents that it does not.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (quantifier, name) = match name.split_once(':') {
            Some(("ForAllValues", name)) => (Quantifier::All, name),
            Some(("ForAnyValue", name)) => (Quantifier::Any, name),
            Some(_) => return None,
            None => (Quantifier::Single, name),
        };
        let base = name.strip_suffix("IfExists");
        let wanted = base.unwrap_or(name);
        let (_, test, negated) = NAMES.iter().copied().find(|(name, _, _)| *name == wanted)?;
        // `Null` asks whether the key exists, so neither affix has a meaning there.
        if matches!(test, Test::Null) && (base.is_some() || quantifier != Quantifier::Single) {
            return None;
        }
        Some(Self { quantifier, test, negated, if_exists: base.is_some() })
    }

    /// The operator that is meant by a name in another case, or with a letter or two wrong.
    pub(crate) fn nearest(name: &str) -> Option<String> {
        let wanted = name.to_ascii_lowercase();
        let plain = NAMES.iter().map(|(name, _, _)| *name);
        let spellings = plain.flat_map(|name| {
            let affixes: &[(&str, &str)] = if name == "Null" { &[("", "")] } else { &AFFIXES };
            affixes.iter().map(move |(prefix, suffix)| format!("{prefix}{name}{suffix}"))
        });
        let distances = spellings
            .filter_map(|spelling| Some((distance(&wanted, &spelling.to_ascii_lowercase(), FARTHEST)?, spelling)));
        distances.min().map(|(_, spelling)| spelling)
    }
}
