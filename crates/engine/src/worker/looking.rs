//! Looks at the live resource: before its first call, and until what a call started has come to rest.

use std::collections::BTreeSet;
use std::time::Duration;

use reconcile_core::evidence::Deed;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::plan::PlannedResource;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource, Settled};
use reconcile_core::standing::{Standing, standing};

use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::course::Course;
use super::{Reasons, Refusal, Worker, is_passing};
use crate::provider::{Provider, Wanted};
use crate::wait::{self, PROPAGATION, Pauses, Stop, VERIFICATION};

/// How many looks in a row have to find it at rest before it is asked why.
const LOOKS: u32 = 3;

/// What a look before a call has found.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// The planned calls that are still needed, by their places.
    pub(super) left: BTreeSet<usize>,
    /// What puts right what the calls so far have done to what somebody else has made.
    pub(super) amends: Option<Box<PlannedResource>>,
    /// The live state.
    pub(super) now: Option<Resource>,
    /// Under which it was read. The call that follows is made under the same, so that no other call comes between.
    pub(super) permit: Option<SemaphorePermit<'a>>,
}

/// What a wait for what a call started has come to.
pub(super) enum Settlement {
    /// It has come to rest as it was to.
    Reached,
    /// Somebody else has worked on it, and what was waited for is not needed any more; the planned calls that are left.
    Overtaken(BTreeSet<usize>),
    /// The service has accepted the call and done nothing.
    NotTaken,
}

/// What the looks of a wait have shown so far.
#[derive(Default)]
struct Looks {
    /// Whether it was ever there: before the call, or in one of the looks.
    seen: bool,
    /// Whether it was ever on its way, so that something has begun.
    moved: bool,
    /// How many looks in a row have found it at rest, and since when.
    at_rest: u32,
    since: Option<Instant>,
}

impl Looks {
    fn add(&mut self, live: Option<&Resource>) {
        self.seen |= live.is_some();
        if live.is_none_or(|live| live.rest() == Settled::Yes) {
            self.at_rest += 1;
            self.since.get_or_insert_with(Instant::now);
        } else {
            *self = Self { seen: true, moved: true, ..Self::default() };
        }
    }

    /// Returns whether it has rested for so long that it is to be believed, in a wait of so long.
    fn are_certain(&self, budget: Duration) -> bool {
        let doubt = if self.seen { wait::doubt(budget) } else { PROPAGATION };
        self.since.is_some_and(|since| since.elapsed() >= doubt)
    }
}

impl Worker<'_> {
    /// Reads the resource again before a call, and sees what is left to be done of what was reviewed. What has moved is looked at
    /// for a while where a service may show what was.
    pub(super) async fn look_again(&self, place: usize, operation: &Operation) -> Result<Found<'_>, Refusal> {
        let mut pauses = Pauses::within(self.options.at_most(wait::hindsight(self.planned.kind())));
        let mut reasons = Reasons::of(self);
        loop {
            let (now, permit) = self.read_patiently(operation).await?;
            let moved = match standing(self.planned, place, now.as_ref(), &self.options.ownership) {
                Standing::Left(left) => return Ok(Found { left, amends: None, now, permit }),
                Standing::Disturbed(amends) => {
                    return Ok(Found { left: BTreeSet::new(), amends: Some(amends), now, permit });
                }
                Standing::Moved(moved) => moved,
            };
            drop(permit);
            match pauses.pause(&self.options.interrupt).await {
                Ok(()) => {}
                Err(Stop::OutOfTime) => return Err(Refusal::moved(operation, &moved)),
                Err(stop) => return Err(given_up(operation, stop, 0, &moved.join("; ")).into()),
            }
            reasons.tell(&format!("it seems to have changed since the plan ({}): looking again", moved.join("; ")));
        }
    }

    async fn read_patiently(
        &self,
        operation: &Operation,
    ) -> Result<(Option<Resource>, Option<SemaphorePermit<'_>>), CallFailure> {
        let provider = self.provider()?;
        let mut pauses = Pauses::within(self.options.at_most(VERIFICATION));
        let mut reasons = Reasons::of(self);
        loop {
            let permit = self.calls.acquire().await.ok();
            let failure = match self.read_now(provider, &self.planned.desired).await {
                Reading::Present(live) => return Ok((Some(*live), permit)),
                Reading::Absent => return Ok((None, permit)),
                Reading::Failed(failure) => failure,
            };
            drop(permit);
            if !is_passing(failure.kind) {
                return Err(failure);
            }
            reasons.tell_failure(&failure);
            if let Err(stop) = pauses.pause(&self.options.interrupt).await {
                return Err(given_up(operation, stop, VERIFICATION.as_secs(), &failure.to_string()));
            }
        }
    }

    /// Waits until a resource that is between two states is at rest.
    pub(super) async fn wait_for_rest(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
    ) -> Result<(), CallFailure> {
        let identity = self.planned.desired.identity();
        let budget = self.options.timeout.unwrap_or(wait::settling(self.planned.kind()));
        let mut pauses = Pauses::within(budget);
        let mut reasons = Reasons::of(self);
        loop {
            let (live, unread) = self.look(provider, &identity).await?;
            let reason = match (unread, live.as_ref().map_or(Settled::Yes, Resource::rest)) {
                (Some(failure), _) => CallFailure { request_id: None, ..failure }.to_string(),
                (None, Settled::Waiting(reason)) => reason,
                (None, Settled::Yes | Settled::Never(_)) => return Ok(()),
            };
            reasons.tell(&reason);
            let given_up = |stop| given_up(operation, stop, budget.as_secs(), &reason);
            pauses.pause(&self.options.interrupt).await.map_err(given_up)?;
        }
    }

    /// Waits until what a call started has come to rest, or turns out not to be needed any more.
    pub(super) async fn settle(
        &self,
        provider: &dyn Provider,
        place: usize,
        operation: &Operation,
    ) -> Result<Settlement, Refusal> {
        let identity = self.planned.desired.identity();
        let budget = self.options.timeout.unwrap_or(wait::settling(self.planned.kind()));
        let mut pauses = Pauses::within(budget);
        let mut reasons = Reasons::of(self);
        let mut looks = Looks { seen: operation.deed() != Deed::Makes, ..Looks::default() };
        loop {
            let (live, unread) = self.look(provider, &identity).await?;
            let reason = match (unread, operation.settled(live.as_ref())) {
                (Some(failure), _) => CallFailure { request_id: None, ..failure }.to_string(),
                (None, Settled::Yes) => return Ok(Settlement::Reached),
                (None, Settled::Never(why)) => {
                    return Err(CallFailure::new(FailureKind::Unexpected, operation.api(), why).into());
                }
                (None, Settled::Waiting(reason)) => {
                    looks.add(live.as_ref());
                    if looks.at_rest >= LOOKS
                        && let Some(settlement) =
                            self.elsewhere(provider, place, looks.are_certain(budget), &looks).await?
                    {
                        return Ok(settlement);
                    }
                    reason
                }
            };
            reasons.tell(&reason);
            if let Err(stop) = pauses.pause(&self.options.interrupt).await {
                let is_last = stop == Stop::OutOfTime && looks.at_rest > 0 && looks.seen;
                if is_last && let Some(settlement) = self.elsewhere(provider, place, true, &looks).await? {
                    return Ok(settlement);
                }
                return Err(given_up(operation, stop, budget.as_secs(), &reason).into());
            }
        }
    }

    /// Says what it means that something rests elsewhere than a call was to bring it; nothing as long as it is not certain that
    /// the service is not only slow to show it.
    async fn elsewhere(
        &self,
        provider: &dyn Provider,
        place: usize,
        is_certain: bool,
        looks: &Looks,
    ) -> Result<Option<Settlement>, Refusal> {
        let operation = &self.planned.operations[place];
        match self.course(provider, place, place + 1).await {
            Course::Overtaken(left) => Ok(Some(Settlement::Overtaken(left))),
            Course::Undone(call) if is_certain && call == operation && operation.may_not_take() && !looks.moved => {
                Ok(Some(Settlement::NotTaken))
            }
            Course::Undone(call) if is_certain => Err(Refusal::undone(operation, call)),
            Course::Moved(moved) if is_certain => Err(Refusal::moved(operation, &moved)),
            Course::On | Course::Undone(_) | Course::Moved(_) => Ok(None),
        }
    }

    /// Looks once; a look that failed for something that passes is told beside.
    async fn look(
        &self,
        provider: &dyn Provider,
        identity: &Resource,
    ) -> Result<(Option<Resource>, Option<CallFailure>), CallFailure> {
        match self.read(provider, identity).await {
            Reading::Present(live) => Ok((Some(*live), None)),
            Reading::Absent => Ok((None, None)),
            Reading::Failed(failure) if is_passing(failure.kind) => Ok((None, Some(failure))),
            Reading::Failed(failure) => Err(failure),
        }
    }

    pub(super) async fn read(&self, provider: &dyn Provider, resource: &Resource) -> Reading {
        let _permit = self.calls.acquire().await.ok();
        self.read_now(provider, resource).await
    }

    /// The same under a permit that is held already.
    async fn read_now(&self, provider: &dyn Provider, resource: &Resource) -> Reading {
        let wanted = [Wanted { address: &self.planned.address, resource }];
        provider.read(&wanted).await.into_iter().next().unwrap_or(Reading::Absent)
    }
}

pub(super) fn given_up(operation: &Operation, stop: Stop, seconds: u64, reason: &str) -> CallFailure {
    let (why, help) = match stop {
        Stop::OutOfTime => (
            format!("gave up after {seconds} s: {reason}"),
            "run it again when it has come to rest: it goes on where it stopped; `--timeout` waits longer",
        ),
        Stop::Interrupted => (format!("interrupted while {reason}"), "run it again: it goes on where it stopped"),
    };
    CallFailure::new(FailureKind::Transient, operation.api(), why).with_help(help)
}
