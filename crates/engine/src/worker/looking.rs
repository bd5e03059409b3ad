//! Looks at the live resource: before its first call, and until what a call started has come to rest.

use std::collections::BTreeSet;

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource, Settled};
use reconcile_core::standing::{Standing, standing};

use tokio::sync::SemaphorePermit;

use super::{Reasons, Worker, is_passing};
use crate::provider::{Provider, Wanted};
use crate::wait::{self, Pauses, Stop, VERIFICATION};

/// What a look before a call has found.
pub(super) struct Found<'a> {
    /// The planned calls that are still needed, by their places.
    pub(super) left: BTreeSet<usize>,
    /// The live state.
    pub(super) now: Option<Resource>,
    /// Under which it was read. The call that follows is made under the same, so that no other call comes between.
    pub(super) permit: Option<SemaphorePermit<'a>>,
}

/// Why nothing is done after a look.
pub(super) struct Refusal {
    pub(super) failure: CallFailure,
    pub(super) has_moved: bool,
}

impl Worker<'_> {
    /// Reads the resource again before a call, and sees what is left to be done of what was reviewed.
    pub(super) async fn look_again(&self, place: usize, operation: &Operation) -> Result<Found<'_>, Refusal> {
        let unreadable = |failure| Refusal { failure, has_moved: false };
        let (now, permit) = self.read_patiently(operation).await.map_err(unreadable)?;
        match standing(self.planned, place, now.as_ref(), &self.options.ownership) {
            Standing::Left(left) => Ok(Found { left, now, permit }),
            Standing::Moved(moved) => Err(Refusal { failure: has_moved(operation, &moved), has_moved: true }),
        }
    }

    async fn read_patiently(
        &self,
        operation: &Operation,
    ) -> Result<(Option<Resource>, Option<SemaphorePermit<'_>>), CallFailure> {
        let provider = self.provider()?;
        let mut pauses = Pauses::within(VERIFICATION);
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
            reasons.tell(&failure.to_string());
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
        now: Option<&Resource>,
    ) -> Result<(), CallFailure> {
        if now.is_none_or(|live| live.rest() == Settled::Yes) {
            return Ok(());
        }
        self.look_until(provider, operation, |live| live.map_or(Settled::Yes, Resource::rest)).await
    }

    /// Waits until what a call started has come to rest.
    pub(super) async fn settle(&self, provider: &dyn Provider, operation: &Operation) -> Result<(), CallFailure> {
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
        let mut reasons = Reasons::of(self);
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
            let given_up = |stop| given_up(operation, stop, budget.as_secs(), &reason);
            pauses.pause(&self.options.interrupt).await.map_err(given_up)?;
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

fn has_moved(operation: &Operation, moved: &[String]) -> CallFailure {
    let message = format!("not done, because the resource has changed since the plan: {}", moved.join("; "));
    CallFailure::new(FailureKind::Conflict, operation.api(), message)
        .with_help("run it again: it plans on what is there now, and shows what that takes")
}

fn given_up(operation: &Operation, stop: Stop, seconds: u64, reason: &str) -> CallFailure {
    let (why, help) = match stop {
        Stop::OutOfTime => (
            format!("gave up after {seconds} s: {reason}"),
            "run it again when it has come to rest: it goes on where it stopped; `--timeout` waits longer",
        ),
        Stop::Interrupted => (format!("interrupted while {reason}"), "run it again: it goes on where it stopped"),
    };
    CallFailure::new(FailureKind::Transient, operation.api(), why).with_help(help)
}
