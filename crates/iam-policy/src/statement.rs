//! The canonical form of a statement: sets where IAM means sets, one spelling where IAM sees no difference.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::caseless::Caseless;
use crate::json::Json;

/// One statement in canonical form.
///
/// An element that is absent is `None`; one that is present but empty is `Some` of an empty set. The two are kept apart
/// because they may decide differently: no `Principal` means the identity that holds the policy, an empty one means nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The statement's name. An empty one is the same as none.
    pub sid: Option<String>,
    /// Whether a match allows or denies.
    pub effect: Option<Effect>,
    /// `Principal`: whom the statement is about, in a trust policy.
    pub principals: Option<Principals>,
    /// `NotPrincipal`: everybody but these.
    pub not_principals: Option<Principals>,
    /// `Action`: patterns such as `s3:Get*`.
    pub actions: Option<BTreeSet<Caseless>>,
    /// `NotAction`: every action but these.
    pub not_actions: Option<BTreeSet<Caseless>>,
    /// `Resource`: ARN patterns, or `*`.
    pub resources: Option<BTreeSet<String>>,
    /// `NotResource`: every resource but these.
    pub not_resources: Option<BTreeSet<String>>,
    /// `Condition`: all of them must hold. Operators without keys are dropped.
    pub conditions: BTreeSet<Condition>,
    /// Elements that the grammar does not know, with their objects' keys sorted. Kept so that a typo such as `Conditions` makes
    /// two documents differ.
    pub unknown: BTreeMap<String, Json>,
}

/// What a matching statement decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
    /// Any other spelling, such as `allow`, which IAM refuses. Such a statement decides nothing.
    Unrecognized(String),
}

/// The value of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principals {
    /// By type (`AWS`, `Service`, `Federated`, `CanonicalUser`). `"*"` is here as `AWS: *`, and an account id under `AWS` as the
    /// ARN of its root in the own partition. Types without values are dropped.
    ByType(BTreeMap<String, BTreeSet<String>>),
    /// A string other than `"*"`. IAM refuses it, and it is equal to nothing but itself.
    Text(String),
}

/// One key under one operator of `Condition`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// The operator as written, such as `StringEqualsIfExists`. Its case is kept: nothing documents that it has no meaning.
    pub operator: String,
    /// The condition key, such as `iam:PassedToService`.
    pub key: Caseless,
    /// The values; numbers and booleans as their text. With no values a positive operator never holds, which is why a
    /// condition without values is kept.
    pub values: BTreeSet<String>,
}

impl Principals {
    /// The pairs of type and value, in order. [`Principals::Text`] has an empty type.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Text(text) => vec![("", text)],
            Self::ByType(types) => types
                .iter()
                .flat_map(|(kind, values)| values.iter().map(move |value| (kind.as_str(), value.as_str())))
                .collect(),
        }
    }

    /// Only this one principal.
    pub(crate) fn single(kind: &str, value: &str) -> Self {
        if kind.is_empty() {
            return Self::Text(value.to_owned());
        }
        Self::ByType(BTreeMap::from([(kind.to_owned(), BTreeSet::from([value.to_owned()]))]))
    }
}

impl Condition {
    /// Whether a request without the key cannot meet it.
    pub(crate) fn requires_its_key(&self) -> bool {
        let Self { operator, key: _, values } = self;
        if operator == "Null" {
            return values.iter().all(|value| value.eq_ignore_ascii_case("false"));
        }
        let is_positive = !self.is_negated() || operator.starts_with("ForAnyValue:");
        is_positive && !operator.starts_with("ForAllValues:") && !operator.ends_with("IfExists")
    }

    /// Whether the operator is one of the negated ones, under which each further value makes the condition harder to meet.
    pub(crate) fn is_negated(&self) -> bool {
        let operator = self.operator.rsplit(':').next().unwrap_or_default();
        operator.contains("Not")
    }

    /// Such as `= a`, `in [a, b]`, `without values`.
    pub(crate) fn values_in_words(&self) -> String {
        match self.values.len() {
            0 => "without values".to_owned(),
            1 => format!("= {}", list_of_values(&self.values)),
            _ => format!("in [{}]", list_of_values(&self.values)),
        }
    }
}

/// Values with commas between. One that could not be seen as it is, such as an empty one, stands in quotes.
pub(crate) fn list_of_values(values: &BTreeSet<String>) -> String {
    let shown = |value: &String| {
        let is_plain = !value.is_empty() && value.trim() == value && !value.contains(", ");
        if is_plain { value.clone() } else { format!("{value:?}") }
    };
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
            Self::Unrecognized(text) => text,
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operator, key, values: _ } = self;
        write!(formatter, "{operator} {key} {}", self.values_in_words())
    }
}
