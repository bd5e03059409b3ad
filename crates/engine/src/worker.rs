//! One resource of an apply: its calls, one after the other, and the waits between them.

mod calling;
mod looking;
mod recording;

use reconcile_core::evidence::Deed;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::freshness::Fresh;
use reconcile_core::outcome::{OperationOutcome, ResourceOutcome};
use reconcile_core::plan::{Action, PlannedResource};
use reconcile_core::resource::{Operation, Resource, Settled};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::apply::ApplyOptions;
use crate::event::{Event, Observer};
use crate::locks::Locks;
use crate::observe::Providers;
use crate::provider::{Applied, Provider};
use crate::record::RecordedCall;
use looking::Found;

/// What is needed to work on one resource.
pub(crate) struct Worker<'a> {
    pub(crate) planned: &'a PlannedResource,
    pub(crate) providers: &'a Providers,
    pub(crate) options: &'a ApplyOptions,
    pub(crate) observer: &'a dyn Observer,
    /// Bounds the calls in flight.
    pub(crate) calls: &'a Semaphore,
    /// Keeps two calls from changing one thing at a time.
    pub(crate) locks: &'a Locks,
    /// The resources that come before this one, near and far.
    pub(crate) before: Vec<&'a PlannedResource>,
    /// Those of them that were changed in this run.
    pub(crate) fresh: Fresh,
    /// Whether any of them was touched in this run.
    pub(crate) follows_changes: bool,
}

/// What became of a resource.
pub(crate) struct Worked {
    pub(crate) outcome: ResourceOutcome,
    /// Whether it was not what it was when it was planned, so that nothing was done.
    pub(crate) has_moved: bool,
}

/// What was done so far to the resource that is worked on.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Whether any call was made.
    begun: bool,
    /// Whether one of them changed what others may be slow to see.
    spreads: bool,
}

/// Why no further call is made.
enum Ended {
    Interrupted,
    Failed(&'static str),
}

impl Ended {
    fn because(&self) -> String {
        match self {
            Self::Interrupted => "interrupted".to_owned(),
            Self::Failed(api) => format!("{api} failed"),
        }
    }
}

impl Worker<'_> {
    /// Makes the planned calls that are still needed, until one fails.
    pub(crate) async fn run(&self) -> Worked {
        let mut worked = Worked { outcome: ResourceOutcome::default(), has_moved: false };
        let mut ended: Option<Ended> = None;
        let mut found = Found { left: self.places().collect(), now: self.planned.live.clone(), permit: None };
        let mut state = None;
        let mut progress = Progress::default();
        for (place, operation) in self.places().zip(&self.planned.operations) {
            if ended.is_none() && self.options.interrupt.is_raised() {
                ended = Some(Ended::Interrupted);
            }
            if let Some(ended) = &ended {
                worked.outcome.operations.push(OperationOutcome::Skipped { because: ended.because() });
                continue;
            }
            let started = Instant::now();
            if place == 0 {
                state = self.state_to_record().await;
            }
            if self.looks_before(place, operation) {
                match self.look_again(place, operation).await {
                    Ok(now) => found = now,
                    Err(refusal) => {
                        worked.has_moved = refusal.has_moved;
                        worked.outcome.operations.push(self.failed(operation, refusal.failure, started));
                        ended = Some(Ended::Failed(operation.api()));
                        continue;
                    }
                }
            }
            let after = operation.effect(state.as_ref(), &self.planned.desired);
            let outcome = if found.left.contains(&place) {
                let call = self.recorded(operation, place + 1, (state.as_ref(), after.as_ref()));
                let permit = found.permit.take();
                self.run_operation(&call, found.now.as_ref(), progress, permit).await
            } else {
                self.observer.on(&Event::Found { address: &self.planned.address, operation });
                OperationOutcome::Done { seconds: 0.0 }
            };
            state = after;
            if matches!(outcome, OperationOutcome::Failed { .. }) {
                ended = Some(Ended::Failed(operation.api()));
            }
            progress = Progress { begun: true, spreads: progress.spreads || operation.spreads_slowly() };
            worked.outcome.operations.push(outcome);
        }
        if ended.is_none() {
            self.observer.on(&Event::Finished { address: &self.planned.address });
        }
        worked
    }

    /// The places of the planned calls.
    fn places(&self) -> std::ops::Range<usize> {
        0..self.planned.operations.len()
    }

    /// Returns whether the resource is read again before a call: before the first one, and before the old thing is deleted to
    /// be made anew, lest it is the new one by then. A creation that the service refuses where the name is taken needs no look.
    fn looks_before(&self, place: usize, operation: &Operation) -> bool {
        let is_guarded = self.planned.action == Action::Create && self.planned.kind().has_unique_names();
        if place == 0 {
            return !is_guarded;
        }
        self.planned.action == Action::Replace && operation.deed() == Deed::Deletes
    }

    async fn run_operation(
        &self,
        call: &RecordedCall<'_>,
        now: Option<&Resource>,
        progress: Progress,
        permit: Option<SemaphorePermit<'_>>,
    ) -> OperationOutcome {
        let (address, operation) = (call.address, call.operation);
        let started = Instant::now();
        self.observer.on(&Event::Calling { address, operation });
        let made = self.on_record(call, started, self.make_and_settle(operation, now, progress, permit)).await;
        match made {
            Ok(()) => {
                let seconds = started.elapsed().as_secs_f64();
                self.observer.on(&Event::Called { address, operation, seconds });
                OperationOutcome::Done { seconds }
            }
            Err(failure) => self.failed(operation, failure, started),
        }
    }

    fn failed(&self, operation: &Operation, failure: CallFailure, started: Instant) -> OperationOutcome {
        let address = &self.planned.address;
        self.observer.on(&Event::Failed { address, operation, failure: &failure });
        let seconds = started.elapsed().as_secs_f64();
        OperationOutcome::Failed { error: failure.to_string(), help: failure.help, seconds }
    }

    async fn make_and_settle(
        &self,
        operation: &Operation,
        now: Option<&Resource>,
        progress: Progress,
        permit: Option<SemaphorePermit<'_>>,
    ) -> Result<Applied, CallFailure> {
        let provider = self.provider()?;
        let is_at_rest = now.is_none_or(|live| live.rest() == Settled::Yes);
        // A wait is nothing to keep others from their calls for.
        let permit = permit.filter(|_| is_at_rest);
        if !progress.begun {
            self.wait_for_rest(provider, operation, now).await?;
        }
        let applied = self.make(provider, operation, progress, permit).await?;
        if operation.must_settle() {
            self.settle(provider, operation).await?;
        }
        Ok(applied)
    }

    fn provider(&self) -> Result<&dyn Provider, CallFailure> {
        self.providers.of(self.planned.kind())
    }
}

/// Tells each reason for a wait once.
struct Reasons<'a> {
    worker: &'a Worker<'a>,
    told: String,
}

impl<'a> Reasons<'a> {
    fn of(worker: &'a Worker<'a>) -> Self {
        Self { worker, told: String::new() }
    }

    fn tell(&mut self, reason: &str) {
        if self.told != reason {
            reason.clone_into(&mut self.told);
            self.worker.observer.on(&Event::Waiting { address: &self.worker.planned.address, reason });
        }
    }
}

/// Returns whether a failed look says nothing about the resource, so that it is worth another one.
fn is_passing(kind: FailureKind) -> bool {
    match kind {
        FailureKind::NotYetVisible | FailureKind::Throttled | FailureKind::Transient | FailureKind::Unreachable => true,
        FailureKind::NotFound
        | FailureKind::AlreadyExists
        | FailureKind::Conflict
        | FailureKind::InUse
        | FailureKind::Denied
        | FailureKind::Credentials
        | FailureKind::Invalid
        | FailureKind::Quota
        | FailureKind::Unexpected => false,
    }
}
