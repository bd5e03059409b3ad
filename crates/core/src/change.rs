//! What the comparison of two states says: changes, operations, hazards and notes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::Field;
use crate::guard::Guard;
use crate::resource::Operation;

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// The field's path in the resource: `trust_policy`, `inline_policies.get-role`, `aws_attributes.zone_id`.
    pub path: String,
    /// The live value, null where there is none. Secrets are masked.
    pub before: Value,
    /// The desired value, null where there is to be none. Secrets are masked.
    pub after: Value,
    /// The change in words, one line for each thing that changes in meaning; empty where before and after say it all.
    pub summary: String,
}

impl FieldChange {
    /// Makes a change of a plain value, which speaks for itself.
    pub fn plain(path: impl Into<String>, before: impl Serialize, after: impl Serialize) -> Self {
        Self { path: path.into(), before: to_value(before), after: to_value(after), summary: String::new() }
    }

    /// Makes a change that words explain better than the two values.
    pub fn explained(
        path: impl Into<String>,
        before: impl Serialize,
        after: impl Serialize,
        summary: impl Into<String>,
    ) -> Self {
        Self { summary: summary.into(), ..Self::plain(path, before, after) }
    }
}

/// Serialises a value that has only text keys, which cannot fail; a value that did would show as null.
fn to_value(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Something about a change that a person should know before it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Hazard {
    /// A running cluster restarts, or a running notebook instance stops.
    Interrupt,
    /// The resource is deleted and made anew.
    Replace,
    /// The resource is deleted.
    Delete,
    /// Data is lost for good: a notebook instance's volume goes.
    DataLoss,
    /// More than a third of a plan's ten or more resources are deleted or made anew.
    MassChange,
    /// Another document or text, perhaps somebody else's, is written over.
    Overwrite,
    /// More is allowed than before. It is shown and needs no allowing.
    WidensAccess,
}

impl Hazard {
    /// Every hazard, mildest last.
    pub const ALL: [Self; 7] = [
        Self::Interrupt,
        Self::Replace,
        Self::Delete,
        Self::DataLoss,
        Self::MassChange,
        Self::Overwrite,
        Self::WidensAccess,
    ];

    /// Returns the name by which `--allow` knows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interrupt => "interrupt",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::DataLoss => "data-loss",
            Self::MassChange => "mass-change",
            Self::Overwrite => "overwrite",
            Self::WidensAccess => "widens-access",
        }
    }

    /// Returns whether an apply needs it allowed by name.
    pub const fn needs_allowing(self) -> bool {
        match self {
            Self::Interrupt | Self::Replace | Self::Delete | Self::DataLoss | Self::MassChange | Self::Overwrite => {
                true
            }
            Self::WidensAccess => false,
        }
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A name that is no hazard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a hazard; known are interrupt, replace, delete, data-loss, mass-change and overwrite")]
pub struct UnknownHazard(pub String);

impl FromStr for Hazard {
    type Err = UnknownHazard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|hazard| hazard.as_str() == text && hazard.needs_allowing())
            .ok_or_else(|| UnknownHazard(text.to_owned()))
    }
}

/// All that the comparison of a desired with a live state says. Empty means that nothing needs doing.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "an unread difference changes nothing"]
pub struct Difference {
    /// The fields that differ, in the order of the kind's reference.
    pub changes: Vec<FieldChange>,
    /// The calls that make them agree, in order. Each is one call.
    pub operations: Vec<Operation>,
    /// What a person should know before.
    pub hazards: BTreeSet<Hazard>,
    /// Remarks for the reader of the plan.
    pub notes: Vec<String>,
    /// What speaks against it so strongly that it is refused, until the manifest says why it may be.
    pub guards: Vec<Guard>,
    /// Whether the calls delete the resource and make it anew.
    pub replaces: bool,
}

impl Difference {
    /// Records a changed plain field when it is managed and differs; returns whether it does.
    pub fn compare<T: PartialEq + Serialize>(&mut self, path: &str, desired: &Field<T>, live: &Field<T>) -> bool {
        let differs = desired.differs_from(live);
        if differs {
            self.changes.push(FieldChange::plain(path, live, desired));
        }
        differs
    }

    /// Adds an operation.
    pub fn then(&mut self, operation: impl Into<Operation>) {
        self.operations.push(operation.into());
    }

    /// Returns whether nothing needs doing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, Hazard};
    use crate::field::Field;

    #[test]
    fn hazards_are_named_as_on_the_command_line() {
        for hazard in Hazard::ALL {
            let json = serde_json::to_value(hazard).expect("a name");
            assert_eq!(json, hazard.as_str());
            assert_eq!(hazard.as_str().parse::<Hazard>().is_ok(), hazard.needs_allowing());
        }
        assert!("everything".parse::<Hazard>().is_err());
    }

    #[test]
    fn only_a_managed_field_that_differs_is_a_change() {
        let mut difference = Difference::default();
        assert!(!difference.compare("a", &Field::Absent, &Field::Set(1)));
        assert!(!difference.compare("b", &Field::Set(1), &Field::Set(1)));
        assert!(difference.compare("c", &Field::Set(2), &Field::Set(1)));
        assert!(difference.compare("d", &Field::Null, &Field::Set(1)));
        let paths: Vec<_> = difference.changes.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["c", "d"]);
    }
}
