//! What became of a plan's calls.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::Address;

/// What became of one call.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationOutcome {
    /// It was made, and what it started has come to rest.
    Done {
        /// From the call to its rest.
        seconds: f64,
    },
    /// It failed.
    Failed {
        /// What failed and why.
        error: String,
        /// What to do about it.
        help: Option<String>,
        /// From the call to the failure.
        seconds: f64,
    },
    /// It was not made.
    Skipped {
        /// Why: what failed before it, or that the apply was interrupted.
        because: String,
    },
}

/// What became of a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceOutcome {
    /// One for each planned call, in order.
    pub operations: Vec<OperationOutcome>,
    /// What was still different when the resource was read again, in words; empty when all took.
    pub not_taken: Vec<String>,
}

impl ResourceOutcome {
    /// Returns whether every call was made and every field took.
    pub fn succeeded(&self) -> bool {
        let Self { operations, not_taken } = self;
        not_taken.is_empty() && operations.iter().all(|operation| matches!(operation, OperationOutcome::Done { .. }))
    }

    /// Returns the first failure: what failed, and what to do about it.
    pub fn failure(&self) -> Option<(&str, Option<&str>)> {
        self.operations.iter().find_map(|operation| match operation {
            OperationOutcome::Failed { error, help, seconds: _ } => Some((error.as_str(), help.as_deref())),
            OperationOutcome::Done { .. } | OperationOutcome::Skipped { .. } => None,
        })
    }
}

/// What became of a plan, by the addresses of the resources that had anything to do.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "an unread outcome hides failures"]
pub struct Outcome {
    /// One for each resource with planned calls.
    pub resources: BTreeMap<Address, ResourceOutcome>,
    /// The resources that were not what they were when they were planned, so that nothing was done to them.
    pub moved: BTreeSet<Address>,
}

impl Outcome {
    /// Returns whether everything was done.
    pub fn succeeded(&self) -> bool {
        self.resources.values().all(ResourceOutcome::succeeded)
    }

    /// Returns whether all that kept it from being done is that resources have moved since the plan.
    pub fn was_only_outrun(&self) -> bool {
        let failed = |resource: &ResourceOutcome| resource.failure().is_some() || !resource.not_taken.is_empty();
        let mut others = self.resources.iter().filter(|(address, _)| !self.moved.contains(*address));
        !self.moved.is_empty() && !others.any(|(_, resource)| failed(resource))
    }

    /// Gives the failed calls a help that knows more than the call did, where `explain` has one for the resource and the error.
    pub fn explain(&mut self, explain: impl Fn(&Address, &str) -> Option<String>) {
        for (address, resource) in &mut self.resources {
            for operation in &mut resource.operations {
                if let OperationOutcome::Failed { error, help, seconds: _ } = operation
                    && let Some(better) = explain(address, error)
                {
                    *help = Some(better);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OperationOutcome, Outcome, ResourceOutcome};
    use crate::id::{Address, Kind};

    fn failed(error: &str) -> OperationOutcome {
        OperationOutcome::Failed { error: error.to_owned(), help: Some("none".to_owned()), seconds: 0.0 }
    }

    #[test]
    fn a_better_help_takes_the_place_of_the_calls_own() {
        let address = Address::new(Kind::DatabricksInstanceProfile, "x");
        let operations = vec![OperationOutcome::Done { seconds: 0.0 }, failed("known"), failed("other")];
        let resource = ResourceOutcome { operations, not_taken: Vec::new() };
        let mut outcome = Outcome { resources: [(address.clone(), resource)].into(), ..Outcome::default() };
        outcome.explain(|of, error| (error == "known").then(|| format!("mend {of}")));
        let helps: Vec<_> = outcome.resources[&address]
            .operations
            .iter()
            .map(|operation| match operation {
                OperationOutcome::Failed { error: _, help, seconds: _ } => help.as_deref(),
                OperationOutcome::Done { .. } | OperationOutcome::Skipped { .. } => None,
            })
            .collect();
        assert_eq!(helps, [None, Some("mend databricks.instance_profiles.x"), Some("none")]);
    }
}
