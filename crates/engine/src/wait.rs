//! Waiting: how long, how often, and until when.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use reconcile_core::id::Kind;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// How long what was just made may stay invisible to others before it counts as an error: what IAM's own tools take
/// for its propagation, see <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>.
pub const PROPAGATION: Duration = Duration::from_mins(2);

/// How old a thing may be to count as just made: what a run that was killed has made is seen as late as what this one makes.
pub const RECENT: Duration = Duration::from_mins(5);

/// How long something that someone else works on may stay refused.
pub const CONTENTION: Duration = PROPAGATION;

/// How long the services may take to show what was written, when it is read again after an apply.
pub const VERIFICATION: Duration = Duration::from_secs(30);

/// How long something may rest elsewhere than a call was to bring it before that is believed: that the call did not take, or
/// that somebody else has worked on it since. A service that answers from several places may show what was for a while.
pub const DOUBT: Duration = Duration::from_secs(30);

/// Returns how long a doubt lasts within a wait of so long.
pub fn doubt(budget: Duration) -> Duration {
    DOUBT.min(budget / 8)
}

/// Returns how long a read of a kind may show what was before a read that has shown more: IAM answers from several places, see
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>, and the others from one.
pub const fn hindsight(kind: Kind) -> Duration {
    match kind {
        Kind::IamPolicy | Kind::IamRole | Kind::IamInstanceProfile => Duration::from_secs(5),
        Kind::SagemakerNotebookInstance
        | Kind::DatabricksCluster
        | Kind::SagemakerLifecycleConfig
        | Kind::DatabricksInstanceProfile
        | Kind::DatabricksNotebook => Duration::ZERO,
    }
}

/// Returns how long something of a kind may take to come to rest.
pub const fn settling(kind: Kind) -> Duration {
    match kind {
        Kind::IamPolicy | Kind::IamRole | Kind::IamInstanceProfile => PROPAGATION,
        Kind::SagemakerNotebookInstance | Kind::DatabricksCluster => Duration::from_mins(30),
        Kind::SagemakerLifecycleConfig | Kind::DatabricksInstanceProfile | Kind::DatabricksNotebook => VERIFICATION,
    }
}

/// Says that an apply is to stop: the attempt in flight is finished, nothing is sent again and nothing more is begun.
#[derive(Clone, Debug)]
pub struct Interrupt(watch::Receiver<bool>);

/// The other end of an [`Interrupt`].
#[derive(Clone, Debug)]
pub struct Interrupter(watch::Sender<bool>);

impl Interrupter {
    /// Makes the two ends.
    pub fn new() -> (Self, Interrupt) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Interrupt(receiver))
    }

    /// Makes another one of the ends that are told.
    pub fn watched(&self) -> Interrupt {
        Interrupt(self.0.subscribe())
    }

    /// Asks for the stop.
    pub fn interrupt(&self) {
        self.0.send_replace(true);
    }
}

impl Interrupt {
    /// Makes one that is never raised.
    pub fn never() -> Self {
        Interrupter::new().1
    }

    /// Returns whether the stop was asked for.
    pub fn is_raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the stop is asked for; never, when nobody can ask any more.
    pub async fn raised(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|raised| *raised).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for something, and returns nothing when the stop is asked for before it has come. What has come already counts.
    pub async fn or<T>(&self, awaited: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            came = awaited => Some(came),
            () = self.raised() => None,
        }
    }
}

/// Pauses between two looks, longer each time, within a budget.
#[derive(Debug)]
pub struct Pauses {
    started: Instant,
    budget: Duration,
    next: Duration,
}

/// Why no further look is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The budget is used up.
    OutOfTime,
    /// The user asked for it.
    Interrupted,
}

impl Pauses {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(15);

    /// Begins to count.
    pub fn within(budget: Duration) -> Self {
        Self { started: Instant::now(), budget, next: Self::FIRST }
    }

    /// The same with a first pause of half a second: for what is not worth asking often.
    #[must_use]
    pub fn from_half_a_second(self) -> Self {
        Self { next: Duration::from_millis(500), ..self }
    }

    /// Returns whether there was a pause.
    pub fn has_paused(&self) -> bool {
        self.next > Self::FIRST
    }

    /// Returns how long it may be.
    pub const fn budget(&self) -> Duration {
        self.budget
    }

    /// Returns how long it has been.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Pauses until the next look: 0.1 s at first, half as long again each time, 15 s at most; up to a third less by chance, so
    /// that two applies that meet do not go on meeting.
    ///
    /// # Errors
    ///
    /// Says why there is to be no further look.
    pub async fn pause(&mut self, interrupt: &Interrupt) -> Result<(), Stop> {
        let left = self.budget.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            return Err(Stop::OutOfTime);
        }
        let pause = self.next.mul_f64(1.0 - chance() / 3.0).min(left);
        self.next = (self.next + self.next / 2).min(Self::LONGEST);
        tokio::select! {
            () = sleep(pause) => Ok(()),
            () = interrupt.raised() => Err(Stop::Interrupted),
        }
    }
}

/// A number from 0 to 1. The standard library seeds its hash maps from the operating system's randomness.
fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Interrupt, Interrupter, Pauses, Stop};

    #[tokio::test]
    async fn pauses_grow_and_end_with_the_budget() {
        let (_interrupter, interrupt) = Interrupter::new();
        let budget = Duration::from_millis(350);
        let mut pauses = Pauses::within(budget);
        let mut looks = 0;
        let stop = loop {
            match pauses.pause(&interrupt).await {
                Ok(()) => looks += 1,
                Err(stop) => break stop,
            }
        };
        assert_eq!(stop, Stop::OutOfTime);
        assert!(pauses.elapsed() >= budget);
        // 100 ms, 150 ms, and what is left, each a third less at most; fewer where the machine is slow.
        assert!((1..=4).contains(&looks), "{looks}");
    }

    #[tokio::test]
    async fn an_interrupt_ends_a_wait_and_takes_away_nothing_that_has_come() {
        let (interrupter, interrupt) = Interrupter::new();
        let waiting = interrupt.clone();
        let waiting = tokio::spawn(async move { waiting.or(std::future::pending::<()>()).await });
        interrupter.interrupt();
        assert_eq!(waiting.await.expect("no panic"), None);
        assert_eq!(interrupt.or(std::future::ready(1)).await, Some(1));
        assert_eq!(Interrupt::never().or(std::future::ready(1)).await, Some(1));
    }

    #[tokio::test]
    async fn an_interrupt_ends_a_pause() {
        let (interrupter, interrupt) = Interrupter::new();
        interrupter.interrupt();
        assert_eq!(Pauses::within(Duration::from_mins(1)).pause(&interrupt).await, Err(Stop::Interrupted));
        assert!(interrupt.is_raised());
    }
}
