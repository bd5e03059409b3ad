//! One call, and what its failure means: that it has happened all the same, that time will cure it, or that it has failed.

use std::time::Duration;

use futures_util::future::join_all;
use reconcile_core::evidence::Deed;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::freshness::Fresh;
use reconcile_core::plan::Action;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};

use tokio::sync::SemaphorePermit;

use super::course::Course;
use super::looking::given_up;
use super::{Made, Progress, Reasons, Refusal, Worker};
use crate::provider::{Applied, Provider};
use crate::wait::{self, CONTENTION, PROPAGATION, Pauses, RECENT, Stop};

/// How often a call is made again, at most, when nobody knows why its answer is none.
const REPETITIONS: u32 = 5;

/// The same for a call that its provider has repeated by itself.
const MORE_REPETITIONS: u32 = 2;

/// What a failure means.
enum Meaning {
    /// The call has happened, by this run or by somebody else.
    Happened,
    /// It is worth making it again for so long.
    Passing(Duration),
    /// It is worth making it again some few times: nobody knows what came between.
    Unclear,
    /// It has failed.
    Final,
}

impl Worker<'_> {
    /// Makes the call at a place; again, while it is refused for something that only time cures.
    pub(super) async fn make(
        &self,
        provider: &dyn Provider,
        place: usize,
        progress: Progress,
        mut permit: Option<SemaphorePermit<'_>>,
    ) -> Result<Made, Refusal> {
        let operation = &self.planned.operations[place];
        let mut reasons = Reasons::of(self);
        let mut pauses: Option<Pauses> = None;
        let mut repetitions = 0;
        let mut is_unclear = false;
        let most = if operation.is_idempotent() { MORE_REPETITIONS } else { REPETITIONS };
        loop {
            let failure = match self.call(provider, operation, permit.take()).await {
                Ok(applied) => match self.taken_back(provider, operation).await? {
                    None => return Ok(Made { applied, by_others: false, left: None }),
                    // Where an answer was lost before, the first one is this run's too.
                    Some(failure) => return self.of_the_first(provider, place, failure, !is_unclear).await,
                },
                Err(failure) => failure,
            };
            is_unclear |= matches!(failure.kind, FailureKind::Transient | FailureKind::Unexpected);
            let within = match self.meaning(provider, operation, &failure, progress).await {
                Meaning::Happened => {
                    return Ok(Made { applied: Applied::default(), by_others: !is_unclear, left: None });
                }
                Meaning::Passing(budget) => Pauses::within(self.options.at_most(budget)),
                Meaning::Unclear if repetitions < most => {
                    Pauses::within(self.options.at_most(CONTENTION)).from_half_a_second()
                }
                Meaning::Unclear | Meaning::Final if self.is_cut_short(&failure) => {
                    return Err(given_up(operation, Stop::Interrupted, 0, &failure.to_string()).into());
                }
                Meaning::Unclear | Meaning::Final => return self.finally(provider, place, failure).await,
            };
            repetitions += 1;
            reasons.tell_failure(&failure);
            let pauses = pauses.get_or_insert(within);
            if pauses.elapsed() >= wait::doubt(pauses.budget())
                && let Some(made) = self.overtaken(provider, place, &failure).await?
            {
                return Ok(made);
            }
            match pauses.pause(&self.options.interrupt).await {
                Ok(()) => {}
                Err(Stop::Interrupted) => {
                    return Err(given_up(operation, Stop::Interrupted, 0, &failure.to_string()).into());
                }
                Err(Stop::OutOfTime) => {
                    let overtaken = self.overtaken(provider, place, &failure).await?;
                    return match overtaken {
                        Some(made) => Ok(made),
                        None => Err(self.in_the_end(provider, place, failure).await),
                    };
                }
            }
        }
    }

    /// Takes back what a creation has made, where it is the second one of its name; returns what the creation has met then.
    async fn taken_back(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
    ) -> Result<Option<CallFailure>, CallFailure> {
        if operation.deed() != Deed::Makes || self.planned.kind().has_unique_names() {
            return Ok(None);
        }
        let twin = {
            let _permit = self.calls.acquire().await.ok();
            provider.twin(&self.planned.desired).await
        };
        let call = match twin {
            Ok(Some(call)) => call,
            Ok(None) => return Ok(None),
            Err(failure) => {
                tracing::warn!(address = %self.planned.address, %failure, "whether there is another one of its name is not known");
                return Ok(None);
            }
        };
        match self.call(provider, &call, None).await {
            Err(failure) if failure.kind != FailureKind::NotFound => Err(failure),
            Ok(_) | Err(_) => {
                let why = "somebody else had made one of this name before: the second one was deleted again";
                tracing::warn!("{}: {why}", self.planned.address);
                let help = "run it again: it plans on what is there now, and shows what that takes";
                Ok(Some(CallFailure::new(FailureKind::AlreadyExists, operation.api(), why).with_help(help)))
            }
        }
    }

    /// Goes on with what was there before what this run has taken back.
    async fn of_the_first(
        &self,
        provider: &dyn Provider,
        place: usize,
        failure: CallFailure,
        by_others: bool,
    ) -> Result<Made, Refusal> {
        match self.overtaken(provider, place, &failure).await? {
            Some(made) => Ok(Made { by_others, ..made }),
            None => Err(failure.into()),
        }
    }

    /// Returns whether a call has failed for want of the patience that an interrupt has ended.
    fn is_cut_short(&self, failure: &CallFailure) -> bool {
        self.options.interrupt.is_raised() && super::is_passing(failure.kind)
    }

    /// Sees whether a call that is refused for long is still to be made. What is not visible may be read late, too.
    async fn overtaken(
        &self,
        provider: &dyn Provider,
        place: usize,
        failure: &CallFailure,
    ) -> Result<Option<Made>, Refusal> {
        let operation = &self.planned.operations[place];
        let may_be_late = failure.kind == FailureKind::NotYetVisible;
        match self.course(provider, place, place).await {
            Course::Overtaken(left) => {
                Ok(Some(Made { applied: Applied::default(), by_others: true, left: Some(left) }))
            }
            Course::Undone(call) if !may_be_late => Err(Refusal::undone(operation, call)),
            Course::Moved(moved) if !may_be_late => Err(Refusal::moved(operation, &moved)),
            Course::On | Course::Undone(_) | Course::Moved(_) => Ok(None),
        }
    }

    /// Ends a call that has failed at once. It may be that what was there when it was planned is gone: somebody else has deleted
    /// it to make it anew, say, so that the call is not needed any more.
    async fn finally(&self, provider: &dyn Provider, place: usize, failure: CallFailure) -> Result<Made, Refusal> {
        let misses = matches!(failure.kind, FailureKind::NotFound | FailureKind::NotYetVisible);
        if !misses || self.planned.live.is_none() {
            return Err(failure.into());
        }
        match self.overtaken(provider, place, &failure).await? {
            Some(made) => Ok(made),
            None => Err(self.in_the_end(provider, place, failure).await),
        }
    }

    /// Makes the call under a permit; one that is held already is used.
    async fn call(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
        held: Option<SemaphorePermit<'_>>,
    ) -> Result<Applied, CallFailure> {
        let _permit = match held {
            Some(permit) => Some(permit),
            // The semaphore is never closed, so there is always a permit to come.
            None => self.calls.acquire().await.ok(),
        };
        let _alone = self.locks.hold(operation.locked()).await;
        provider.apply(operation).await
    }

    async fn meaning(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
        failure: &CallFailure,
        progress: Progress,
    ) -> Meaning {
        match failure.kind {
            FailureKind::NotFound => match operation.deed() {
                Deed::TakesAway | Deed::Deletes => Meaning::Happened,
                Deed::Makes | Deed::Changes if self.planned.action == Action::Delete => Meaning::Happened,
                Deed::Makes | Deed::Changes => Meaning::Final,
            },
            FailureKind::NotYetVisible if self.is_about_what_is_fresh(failure, progress).await => {
                Meaning::Passing(PROPAGATION)
            }
            // What this run has just taken from it may be seen there for a while.
            FailureKind::InUse if progress.begun || self.follows_changes => Meaning::Passing(PROPAGATION),
            FailureKind::Conflict if operation.is_idempotent() => Meaning::Passing(CONTENTION),
            FailureKind::Conflict => self.if_not_happened(provider, operation, Meaning::Passing(CONTENTION)).await,
            FailureKind::AlreadyExists => self.of_what_exists(provider, operation).await,
            FailureKind::Quota if operation.is_idempotent() => Meaning::Final,
            FailureKind::Quota => self.if_not_happened(provider, operation, Meaning::Final).await,
            FailureKind::Transient | FailureKind::Unexpected => {
                self.if_not_happened(provider, operation, Meaning::Unclear).await
            }
            FailureKind::NotYetVisible
            | FailureKind::InUse
            | FailureKind::Throttled
            | FailureKind::Denied
            | FailureKind::Credentials
            | FailureKind::Invalid
            | FailureKind::Unreachable => Meaning::Final,
        }
    }

    /// Looks whether a call has happened: its first answer was lost and the repetition met its own effect, or somebody else has
    /// made it.
    async fn if_not_happened(&self, provider: &dyn Provider, operation: &Operation, otherwise: Meaning) -> Meaning {
        let live = match self.read(provider, &self.planned.desired.in_full()).await {
            Reading::Present(live) => Some(live),
            Reading::Absent => None,
            Reading::Failed(_) => return otherwise,
        };
        if self.has_happened(operation, live.as_deref()) { Meaning::Happened } else { otherwise }
    }

    /// Something of the name is there: what this call or another apply has made, or somebody else's. What is there and cannot
    /// be seen is too new to be seen.
    async fn of_what_exists(&self, provider: &dyn Provider, operation: &Operation) -> Meaning {
        match self.read(provider, &self.planned.desired.in_full()).await {
            Reading::Present(live) if self.has_happened(operation, Some(&live)) => Meaning::Happened,
            Reading::Absent => Meaning::Passing(PROPAGATION),
            Reading::Failed(failure) if super::is_passing(failure.kind) => Meaning::Passing(PROPAGATION),
            Reading::Present(_) | Reading::Failed(_) => Meaning::Final,
        }
    }

    fn has_happened(&self, operation: &Operation, live: Option<&Resource>) -> bool {
        operation.has_happened(live, &self.planned.desired, &self.options.ownership)
    }

    /// Returns whether a refusal may be about something that was made or changed moments ago: by this run, or by one that was
    /// killed, as the dates of the live things tell. Otherwise the same refusal is for good.
    async fn is_about_what_is_fresh(&self, failure: &CallFailure, progress: Progress) -> bool {
        let mut fresh = self.fresh.clone();
        if progress.spreads {
            fresh.add(&self.planned.desired);
        }
        let of = &self.planned.desired;
        fresh.may_explain(failure, of) || self.made_recently().await.may_explain(failure, of)
    }

    /// Finds what was made in the last minutes, of this resource and those before it.
    async fn made_recently(&self) -> Fresh {
        let all = self.before.iter().copied().chain([self.planned]);
        let ages = all.map(async |planned| {
            let provider = self.providers.of(planned.kind()).ok()?;
            let _permit = self.calls.acquire().await.ok();
            let age = provider.age(&planned.desired).await?;
            (age < RECENT).then_some(&planned.desired)
        });
        let mut fresh = Fresh::default();
        for resource in join_all(ages).await.into_iter().flatten() {
            fresh.add(resource);
        }
        fresh
    }
}
