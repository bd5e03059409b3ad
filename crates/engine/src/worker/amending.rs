//! Puts right what this run has done to what somebody else has made anew: its calls were on their way for longer than that took.

use reconcile_core::outcome::{OperationOutcome, ResourceOutcome};
use reconcile_core::plan::PlannedResource;

use super::{Worked, Worker};
use crate::event::Event;

impl Worker<'_> {
    /// Makes the calls that put it right, as those of a plan of its own. Where one fails, the resource counts as one that did not
    /// take.
    pub(super) async fn amend(&self, amends: &PlannedResource, worked: &mut Worked) {
        self.observer.on(&Event::Amending { address: &self.planned.address });
        let amender = Worker {
            planned: amends,
            after_calls: self.after_calls + self.planned.operations.len(),
            before: self.before.clone(),
            fresh: self.fresh.clone(),
            ..*self
        };
        let Worked { outcome, has_moved } = Box::pin(amender.work()).await;
        worked.has_moved |= has_moved;
        worked.outcome.not_taken.extend(left_disturbed(amends, &outcome));
    }
}

/// Says what of it was not put right, and why.
fn left_disturbed(amends: &PlannedResource, outcome: &ResourceOutcome) -> Option<String> {
    let first_left = amends.operations.iter().zip(&outcome.operations).find_map(|(call, outcome)| match outcome {
        OperationOutcome::Done { .. } => None,
        OperationOutcome::Failed { error, .. } => Some((call, error)),
        OperationOutcome::Skipped { because } => Some((call, because)),
    });
    let (call, why) = first_left?;
    Some(format!(
        "somebody else has made it anew, and this run has disturbed the new one; {} ({}) is left to be done: {why}",
        call.api(),
        call.summary()
    ))
}
