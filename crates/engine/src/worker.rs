//! One resource of an apply: its calls, one after the other, and the waits between them.

use std::time::Duration;

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::outcome::{OperationOutcome, ResourceOutcome};
use reconcile_core::plan::{Action, PlannedResource};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource, Settled};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::apply::ApplyOptions;
use crate::event::{Event, Observer};
use crate::observe::Providers;
use crate::provider::{Applied, Provider, Wanted};
use crate::record::{RecordedCall, Stage};
use crate::wait::{self, Pauses, Stop};

/// What is needed to work on one resource.
pub(crate) struct Worker<'a> {
    pub(crate) planned: &'a PlannedResource,
    pub(crate) providers: &'a Providers,
    pub(crate) options: &'a ApplyOptions,
    pub(crate) observer: &'a dyn Observer,
    /// Bounds the calls in flight.
    pub(crate) calls: &'a Semaphore,
    /// Whether something this resource depends on was changed in this run.
    pub(crate) fresh: bool,
}

/// Tells each reason for a wait once.
struct Reasons<'a> {
    worker: &'a Worker<'a>,
    told: String,
}

impl Reasons<'_> {
    fn tell(&mut self, reason: &str) {
        if self.told != reason {
            reason.clone_into(&mut self.told);
            self.worker.observer.on(&Event::Waiting { address: &self.worker.planned.address, reason });
        }
    }
}

impl Worker<'_> {
    /// Makes the planned calls until one fails.
    pub(crate) async fn run(&self) -> ResourceOutcome {
        let mut outcome = ResourceOutcome::default();
        let mut stopped_by: Option<String> = None;
        let mut state = self.state_to_record().await;
        for operation in &self.planned.operations {
            if stopped_by.is_none() && self.options.interrupt.is_raised() {
                stopped_by = Some("interrupted".to_owned());
            }
            if let Some(because) = &stopped_by {
                outcome.operations.push(OperationOutcome::Skipped { because: because.clone() });
                continue;
            }
            let number = outcome.operations.len() + 1;
            let after = operation.effect(state.as_ref(), &self.planned.desired);
            let call = self.recorded(operation, number, (state.as_ref(), after.as_ref()));
            let done = self.run_operation(operation, &call).await;
            state = after;
            if matches!(done, OperationOutcome::Failed { .. }) {
                stopped_by = Some(format!("{} failed", operation.api()));
            }
            outcome.operations.push(done);
        }
        if stopped_by.is_none() {
            self.observer.on(&Event::Finished { address: &self.planned.address });
        }
        outcome
    }

    /// Reads all of a resource that exists, where a record is kept. Where the caller may not read that much, it is what the
    /// plan was made on.
    async fn state_to_record(&self) -> Option<Resource> {
        let planned_on = self.planned.live.as_ref()?;
        let provider = self.options.recorder.as_ref().and_then(|_| self.providers.of(self.planned.kind()).ok())?;
        match self.read(provider, &planned_on.in_full()).await {
            Reading::Present(live) => Some(*live),
            Reading::Absent => None,
            Reading::Failed(failure) => {
                tracing::debug!(address = %self.planned.address, %failure, "recorded as far as it was planned on");
                Some(planned_on.clone())
            }
        }
    }

    fn recorded<'c>(
        &'c self,
        operation: &'c Operation,
        number: usize,
        (before, after): (Option<&'c Resource>, Option<&'c Resource>),
    ) -> RecordedCall<'c> {
        let planned = self.planned;
        let of = planned.operations.len();
        RecordedCall { address: &planned.address, operation, number, of, before, after, stage: Stage::Started }
    }

    async fn record(&self, call: &RecordedCall<'_>, stage: Stage<'_>) -> Result<(), CallFailure> {
        match &self.options.recorder {
            Some(recorder) => recorder.call(&RecordedCall { stage, ..call.clone() }).await,
            None => Ok(()),
        }
    }

    async fn run_operation(&self, operation: &Operation, call: &RecordedCall<'_>) -> OperationOutcome {
        let address = &self.planned.address;
        let started = Instant::now();
        self.observer.on(&Event::Calling { address, operation });
        let result = self.make_on_record(operation, call, started).await;
        let seconds = started.elapsed().as_secs_f64();
        match result {
            Ok(()) => {
                self.observer.on(&Event::Called { address, operation, seconds });
                OperationOutcome::Done { seconds }
            }
            Err(failure) => {
                self.observer.on(&Event::Failed { address, operation, failure: &failure });
                OperationOutcome::Failed { error: failure.to_string(), help: failure.help, seconds }
            }
        }
    }

    async fn make_on_record(
        &self,
        operation: &Operation,
        call: &RecordedCall<'_>,
        started: Instant,
    ) -> Result<(), CallFailure> {
        self.record(call, Stage::Started).await?;
        let result = self.make_and_settle(operation, call.number == 1).await;
        let seconds = started.elapsed().as_secs_f64();
        let stage = match &result {
            Ok(Applied { request_id }) => Stage::Done { request_id: request_id.as_deref(), seconds },
            Err(failure) => Stage::Failed { failure, seconds },
        };
        let recorded = self.record(call, stage).await;
        result.and(recorded)
    }

    async fn make_and_settle(&self, operation: &Operation, first: bool) -> Result<Applied, CallFailure> {
        let provider = self.providers.of(self.planned.kind())?;
        if first {
            self.wait_for_rest(provider, operation).await?;
        }
        let applied = self.make(provider, operation, self.fresh || !first).await?;
        if operation.must_settle() {
            self.settle(provider, operation).await?;
        }
        Ok(applied)
    }

    /// Makes the call; again, while it is refused for something that only time cures.
    async fn make(&self, provider: &dyn Provider, operation: &Operation, fresh: bool) -> Result<Applied, CallFailure> {
        let mut reasons = Reasons { worker: self, told: String::new() };
        let mut pauses: Option<Pauses> = None;
        loop {
            let failure = match self.call(provider, operation).await {
                Ok(applied) => return Ok(applied),
                Err(failure) => failure,
            };
            let gone = self.planned.action == Action::Delete && failure.kind == FailureKind::NotFound;
            if gone || self.has_happened(provider, operation, &failure).await {
                return Ok(Applied::default());
            }
            let Some(budget) = patience(&failure, fresh) else { return Err(failure) };
            reasons.tell(&failure.to_string());
            let pauses = pauses.get_or_insert_with(|| Pauses::within(budget));
            if pauses.pause(&self.options.interrupt).await.is_err() {
                return Err(failure);
            }
        }
    }

    async fn call(&self, provider: &dyn Provider, operation: &Operation) -> Result<Applied, CallFailure> {
        // The semaphore is never closed, so there is always a permit to come.
        let _permit = self.calls.acquire().await.ok();
        provider.apply(operation).await
    }

    /// Returns whether a call that failed has happened all the same: its first answer was lost, and the repetition met
    /// its own effect. The live state says so: what it still needs does not contain the call any more. Something that
    /// bears another owner's tag is not ours, whatever it looks like.
    async fn has_happened(&self, provider: &dyn Provider, operation: &Operation, failure: &CallFailure) -> bool {
        let ambiguous = match failure.kind {
            FailureKind::AlreadyExists | FailureKind::Transient | FailureKind::Quota | FailureKind::Conflict => {
                !operation.is_idempotent()
            }
            FailureKind::NotFound
            | FailureKind::NotYetVisible
            | FailureKind::Throttled
            | FailureKind::Denied
            | FailureKind::Credentials
            | FailureKind::Invalid
            | FailureKind::Unreachable
            | FailureKind::Unexpected => false,
        };
        if !ambiguous {
            return false;
        }
        let Reading::Present(live) = self.read(provider, &self.planned.desired).await else {
            return false;
        };
        let ownership = &self.options.ownership;
        let ours = live.tags().is_none_or(|tags| tags.owner() == Some(ownership.manifest.as_str()));
        ours && !self.planned.desired.diff(Some(&live), ownership).operations.contains(operation)
    }

    /// Waits until a resource that was between two states when it was planned is at rest.
    async fn wait_for_rest(&self, provider: &dyn Provider, operation: &Operation) -> Result<(), CallFailure> {
        let planned_at_rest = self.planned.live.as_ref().is_none_or(|live| live.rest() == Settled::Yes);
        if planned_at_rest {
            return Ok(());
        }
        self.look_until(provider, operation, |live| live.map_or(Settled::Yes, Resource::rest)).await
    }

    async fn settle(&self, provider: &dyn Provider, operation: &Operation) -> Result<(), CallFailure> {
        self.look_until(provider, operation, |live| operation.settled(live)).await
    }

    /// Reads the resource again and again until the given test is content.
    async fn look_until(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
        test: impl Fn(Option<&Resource>) -> Settled,
    ) -> Result<(), CallFailure> {
        let identity = self.planned.desired.identity();
        let budget = self.options.timeout.unwrap_or(wait::settling(self.planned.kind()));
        let mut pauses = Pauses::within(budget);
        let mut reasons = Reasons { worker: self, told: String::new() };
        loop {
            let settled = match self.read(provider, &identity).await {
                Reading::Present(live) => test(Some(&live)),
                Reading::Absent => test(None),
                Reading::Failed(failure) if is_passing(failure.kind) => Settled::Waiting(failure.to_string()),
                Reading::Failed(failure) => return Err(failure),
            };
            let reason = match settled {
                Settled::Yes => return Ok(()),
                Settled::Never(why) => {
                    return Err(CallFailure::new(FailureKind::Unexpected, operation.api(), why));
                }
                Settled::Waiting(reason) => reason,
            };
            reasons.tell(&reason);
            pauses.pause(&self.options.interrupt).await.map_err(|stop| given_up(operation, stop, budget, &reason))?;
        }
    }

    async fn read(&self, provider: &dyn Provider, resource: &Resource) -> Reading {
        let _permit = self.calls.acquire().await.ok();
        let wanted = [Wanted { address: &self.planned.address, resource }];
        provider.read(&wanted).await.into_iter().next().unwrap_or(Reading::Absent)
    }
}

/// Returns how long a refused call is repeated. What looks like something not yet visible is worth waiting for only
/// where this run made it (`fresh`); otherwise the same answer is permanent.
fn patience(failure: &CallFailure, fresh: bool) -> Option<Duration> {
    match failure.kind {
        FailureKind::NotYetVisible => fresh.then_some(wait::PROPAGATION),
        FailureKind::Conflict => Some(wait::CONTENTION),
        FailureKind::NotFound
        | FailureKind::AlreadyExists
        | FailureKind::Throttled
        | FailureKind::Denied
        | FailureKind::Credentials
        | FailureKind::Invalid
        | FailureKind::Quota
        | FailureKind::Transient
        | FailureKind::Unreachable
        | FailureKind::Unexpected => None,
    }
}

/// Returns whether a failed look says nothing about the resource, so that it is worth another one.
fn is_passing(kind: FailureKind) -> bool {
    match kind {
        FailureKind::NotYetVisible | FailureKind::Throttled | FailureKind::Transient | FailureKind::Unreachable => true,
        FailureKind::NotFound
        | FailureKind::AlreadyExists
        | FailureKind::Conflict
        | FailureKind::Denied
        | FailureKind::Credentials
        | FailureKind::Invalid
        | FailureKind::Quota
        | FailureKind::Unexpected => false,
    }
}

fn given_up(operation: &Operation, stop: Stop, budget: Duration, reason: &str) -> CallFailure {
    let (why, help) = match stop {
        Stop::OutOfTime => (
            format!("gave up after {} s: {reason}", budget.as_secs()),
            "run it again when it has come to rest: it goes on where it stopped; `--timeout` waits longer",
        ),
        Stop::Interrupted => (format!("interrupted while {reason}"), "run it again: it goes on where it stopped"),
    };
    CallFailure::new(FailureKind::Transient, operation.api(), why).with_help(help)
}
