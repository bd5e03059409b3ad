//! Looks again in the middle of a call or of a wait that does not come to its end: whether somebody else has worked on the
//! resource meanwhile, and what that leaves to be done.

use std::collections::BTreeSet;

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::plan::Action;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};
use reconcile_core::standing::{Standing, standing, undone};

use super::{Refusal, Worker};
use crate::provider::Provider;

/// How the resource stands in the middle of its calls.
pub(super) enum Course<'a> {
    /// What is being done is still what it takes.
    On,
    /// What is being done is not needed any more; the planned calls that are left, by their places.
    Overtaken(BTreeSet<usize>),
    /// This call was made, and is to be made again.
    Undone(&'a Operation),
    /// It is not what it was when it was planned; what moved, in words.
    Moved(Vec<String>),
}

impl Worker<'_> {
    /// Sees whether the call at a place, before which so many were made, is still what it takes. What cannot be read says
    /// nothing.
    pub(super) async fn course(&self, provider: &dyn Provider, place: usize, made: usize) -> Course<'_> {
        match self.read(provider, &self.planned.desired).await {
            Reading::Present(live) => self.course_of(Some(&live), place, made),
            Reading::Absent => self.course_of(None, place, made),
            Reading::Failed(_) => Course::On,
        }
    }

    fn course_of(&self, now: Option<&Resource>, place: usize, made: usize) -> Course<'_> {
        let ownership = &self.options.ownership;
        let left = match standing(self.planned, made, now, ownership) {
            Standing::Moved(moved) => return Course::Moved(moved),
            Standing::Left(left) => left,
            // The look before the next call tells what puts it right.
            Standing::Disturbed(_) => return Course::Overtaken(BTreeSet::new()),
        };
        match undone(self.planned, made, now, ownership) {
            Some(call) => Course::Undone(call),
            None if made <= place && left.contains(&place) => Course::On,
            None => Course::Overtaken(left),
        }
    }

    /// Returns what is left to be done after a call that somebody else has made.
    pub(super) async fn left_after(
        &self,
        provider: &dyn Provider,
        place: usize,
    ) -> Result<Option<BTreeSet<usize>>, Refusal> {
        if place + 1 == self.planned.operations.len() {
            return Ok(None);
        }
        match self.course(provider, place, place + 1).await {
            Course::Overtaken(left) => Ok(Some(left)),
            Course::Moved(moved) => Err(Refusal::moved(&self.planned.operations[place], &moved)),
            // The services may be slow to show what was made.
            Course::On | Course::Undone(_) => Ok(None),
        }
    }

    /// Says why a call has failed for good, when it is that something has gone since: the resource itself, or one before it.
    pub(super) async fn in_the_end(&self, provider: &dyn Provider, place: usize, failure: CallFailure) -> Refusal {
        let operation = &self.planned.operations[place];
        match self.course(provider, place, place).await {
            Course::Moved(moved) => return Refusal::moved(operation, &moved),
            Course::Undone(call) => return Refusal::undone(operation, call),
            Course::On | Course::Overtaken(_) => {}
        }
        match self.gone_before().await {
            Some(gone) => Refusal::moved(operation, &[gone]),
            None => failure.into(),
        }
    }

    /// Finds one of the resources before this one that is to exist and does not.
    async fn gone_before(&self) -> Option<String> {
        for before in self.before.iter().filter(|before| before.action != Action::Delete) {
            let provider = self.providers.of(before.kind()).ok()?;
            if let Reading::Absent = self.read(provider, &before.desired.identity()).await {
                return Some(format!("{} does not exist any more", before.address));
            }
        }
        None
    }
}

impl Refusal {
    /// Nothing is done, because of what somebody else has done.
    pub(super) fn moved(operation: &Operation, moved: &[String]) -> Self {
        let message = format!("not done, because the resource has changed since the plan: {}", moved.join("; "));
        let failure = CallFailure::new(FailureKind::Conflict, operation.api(), message)
            .with_help("run it again: it plans on what is there now, and shows what that takes");
        Self { failure, has_moved: true }
    }

    /// The same where what this run has done is undone.
    pub(super) fn undone(operation: &Operation, call: &Operation) -> Self {
        Self::moved(operation, &[format!("somebody else has undone {} ({})", call.api(), call.summary())])
    }
}
