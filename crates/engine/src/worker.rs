//! One resource of an apply: its calls, one after the other, and the waits between them.

mod amending;
mod calling;
mod course;
mod looking;
mod recording;

use std::collections::BTreeSet;

use reconcile_core::evidence::Deed;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::freshness::Fresh;
use reconcile_core::outcome::{OperationOutcome, ResourceOutcome};
use reconcile_core::plan::{Action, PlannedResource};
use reconcile_core::resource::{NotebookInstanceOperation, Operation, Settled};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::apply::ApplyOptions;
use crate::event::{Event, Observer};
use crate::locks::Locks;
use crate::observe::Providers;
use crate::provider::{Applied, Provider};
use crate::record::{RecordedCall, Stage};
use looking::{Found, Settlement};

/// How often a call that was accepted and did not take is sent again.
const SENT_AGAIN: u32 = 5;

/// What is needed to work on one resource.
pub(crate) struct Worker<'a> {
    pub(crate) planned: &'a PlannedResource,
    /// How many calls the resource has before the planned ones: none, but where these put right what those have done.
    pub(crate) after_calls: usize,
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

/// A call that was made.
pub(super) struct Made {
    pub(super) applied: Applied,
    /// Whether somebody else has made it.
    pub(super) by_others: bool,
    /// The planned calls that are left, by their places, where somebody else has made some.
    pub(super) left: Option<BTreeSet<usize>>,
}

/// Why a call is not made, or has failed.
pub(super) struct Refusal {
    pub(super) failure: CallFailure,
    /// Whether it is that the resource is not what it was when it was planned.
    pub(super) has_moved: bool,
}

impl From<CallFailure> for Refusal {
    fn from(failure: CallFailure) -> Self {
        Self { failure, has_moved: false }
    }
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
        let worked = self.work().await;
        if worked.outcome.succeeded() {
            self.observer.on(&Event::Finished { address: &self.planned.address });
        }
        worked
    }

    async fn work(&self) -> Worked {
        let mut worked = Worked { outcome: ResourceOutcome::default(), has_moved: false };
        let mut ended: Option<Ended> = None;
        let mut found = Found { left: self.places().collect(), now: self.planned.live.clone(), ..Found::default() };
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
            let after = operation.effect(state.as_ref(), &self.planned.desired);
            let call = self.recorded(place, (state.as_ref(), after.as_ref()));
            let outcome = match self.look_and_call(place, &call, &mut found, progress).await {
                Ok(seconds) => OperationOutcome::Done { seconds },
                Err(refusal) => {
                    worked.has_moved = refusal.has_moved;
                    ended = Some(Ended::Failed(operation.api()));
                    self.failed(operation, refusal.failure, started)
                }
            };
            state = after;
            progress = Progress { begun: true, spreads: progress.spreads || operation.spreads_slowly() };
            worked.outcome.operations.push(outcome);
        }
        if let Some(amends) = found.amends {
            self.amend(&amends, &mut worked).await;
        }
        worked
    }

    /// The places of the planned calls.
    fn places(&self) -> std::ops::Range<usize> {
        0..self.planned.operations.len()
    }

    /// Makes a planned call if it is still needed; returns how many seconds it took to come to rest.
    async fn look_and_call<'s>(
        &'s self,
        place: usize,
        call: &RecordedCall<'_>,
        found: &mut Found<'s>,
        progress: Progress,
    ) -> Result<f64, Refusal> {
        let (address, operation) = (call.address, call.operation);
        self.look_before(place, operation, found).await?;
        if !found.left.contains(&place) {
            self.observer.on(&Event::Found { address, operation });
            self.record(call, Stage::Found { seconds: 0.0 }).await?;
            return Ok(0.0);
        }
        let started = Instant::now();
        self.observer.on(&Event::Calling { address, operation });
        let making = self.make_and_settle(place, operation, progress, found.permit.take());
        let made = self.on_record(call, started, making).await?;
        let seconds = started.elapsed().as_secs_f64();
        if made.by_others {
            self.observer.on(&Event::Found { address, operation });
        } else {
            self.observer.on(&Event::Called { address, operation, seconds });
        }
        if let Some(left) = made.left {
            found.left = left;
        }
        Ok(seconds)
    }

    /// Sees how the resource stands before a call, at rest before the first one.
    async fn look_before<'s>(
        &'s self,
        place: usize,
        operation: &Operation,
        found: &mut Found<'s>,
    ) -> Result<(), Refusal> {
        let looks = self.looks_before(place, operation);
        // That of a look after which no call was needed.
        found.permit = None;
        if looks {
            *found = self.look_again(place, operation).await?;
        }
        if place > 0 || found.now.as_ref().is_none_or(|live| live.rest() == Settled::Yes) {
            return Ok(());
        }
        // A wait is nothing to keep others from their calls for.
        found.permit = None;
        self.wait_for_rest(self.provider()?, operation).await?;
        if looks {
            *found = self.look_again(place, operation).await?;
        }
        Ok(())
    }

    /// Returns whether the resource is read again before a call: before the first one, before it is stopped, and before the old
    /// thing is emptied and deleted to be made anew, lest it is the new one by then. A creation that the service refuses where the name
    /// is taken needs no look, nor does what this run has made itself.
    fn looks_before(&self, place: usize, operation: &Operation) -> bool {
        let is_guarded = self.planned.action == Action::Create && self.planned.kind().has_unique_names();
        if place == 0 {
            return !is_guarded;
        }
        let is_made = self.planned.operations.iter().take(place).any(|call| call.deed() == Deed::Makes);
        match self.planned.action {
            Action::Replace if is_made => false,
            Action::Replace if matches!(operation.deed(), Deed::TakesAway | Deed::Deletes) => true,
            Action::Update | Action::Replace => {
                matches!(operation, Operation::NotebookInstance(NotebookInstanceOperation::Stop { .. }))
            }
            Action::None | Action::Create | Action::Delete => false,
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
        place: usize,
        operation: &Operation,
        progress: Progress,
        mut permit: Option<SemaphorePermit<'_>>,
    ) -> Result<Made, Refusal> {
        let provider = self.provider()?;
        let mut reasons = Reasons::of(self);
        for _ in 0..=SENT_AGAIN {
            let mut made = self.make(provider, place, progress, permit.take()).await?;
            if operation.must_settle() {
                match self.settle(provider, place, operation).await? {
                    Settlement::Reached => {}
                    Settlement::Overtaken(left) => made.left = Some(left),
                    Settlement::NotTaken => {
                        reasons.tell(&format!("{} was accepted and did not take: it is sent again", operation.api()));
                        continue;
                    }
                }
            }
            if made.by_others && made.left.is_none() {
                made.left = self.left_after(provider, place).await?;
            }
            return Ok(made);
        }
        let message = format!("it was accepted {} times and did not take", SENT_AGAIN + 1);
        let help = "look at it in the console, and run it again: it goes on where it stopped";
        Err(CallFailure::new(FailureKind::Unexpected, operation.api(), message).with_help(help).into())
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

    /// Tells why a call or a look is made again. The number of the request would make another reason of each.
    fn tell_failure(&mut self, failure: &CallFailure) {
        self.tell(&CallFailure { request_id: None, ..failure.clone() }.to_string());
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
