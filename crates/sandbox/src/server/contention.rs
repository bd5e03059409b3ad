//! Two changes of one thing at the same time: IAM refuses the second one with `ConcurrentModification`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::recorder::Description;

/// What IAM says then (IAM API reference, errors of `UpdateAssumeRolePolicy`).
pub(super) const MESSAGE: &str = "The request was rejected because multiple requests to change this object were \
    submitted simultaneously. Wait a few minutes and submit your request again.";

/// The things of IAM that calls in flight are changing.
#[derive(Clone, Default)]
pub(super) struct Contention(Arc<Mutex<BTreeSet<String>>>);

/// A change in flight; it is over when this is dropped.
pub(super) struct Changing {
    all: Contention,
    things: Vec<String>,
}

impl Contention {
    /// Begins a change, unless another call is changing one of the same things.
    pub(super) fn enter(&self, call: &Description) -> Option<Changing> {
        let things = things(call);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if things.iter().any(|thing| all.contains(thing)) {
            return None;
        }
        all.extend(things.iter().cloned());
        Some(Changing { all: self.clone(), things })
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        for thing in &self.things {
            all.remove(thing);
        }
    }
}

/// What a call changes: its role and its instance profile, else its policy. Names ignore case.
fn things(call: &Description) -> Vec<String> {
    if call.service != "iam" || !call.writes {
        return Vec::new();
    }
    let named = |parameter: &str| {
        let name = call.parameters.get(parameter)?.as_str()?;
        let name = name.rsplit('/').next().unwrap_or(name);
        Some(name.to_lowercase())
    };
    let things = ["RoleName", "InstanceProfileName"];
    let things: Vec<_> = things.into_iter().filter_map(|kind| Some(format!("{kind} {}", named(kind)?))).collect();
    if !things.is_empty() {
        return things;
    }
    named("PolicyArn").or_else(|| named("PolicyName")).map(|name| format!("policy {name}")).into_iter().collect()
}
