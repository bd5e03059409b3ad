//! The budget of calls of one service: no limit at all until it refuses a call, then as fast as it lets us.
//!
//! A service's own limits are unpublished, and shared with whoever else works in the account, so they can only be felt
//! for. Whoever waits here waits in the order of asking, and a call that was refused asks again at the end of the queue.

mod pace;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use pace::Pace;

/// The budget of one service, shared by all that call it. Dropping a future of it loses nothing.
#[derive(Debug)]
pub struct Budget {
    service: &'static str,
    /// Who holds it is next to go; it hands itself on in the order of asking.
    turn: tokio::sync::Mutex<()>,
    pace: Mutex<Pace>,
}

/// Leave to send one request: one attempt of a call. What became of it is told by [`Budget::accepted`] or
/// [`Budget::refused`]; of one that got no answer there is nothing to tell.
#[derive(Clone, Copy, Debug)]
#[must_use = "what became of the attempt is what the budget learns from"]
pub struct Pass {
    sent: Instant,
}

impl Budget {
    /// Begins without a limit. The service is named as people know it: `IAM`.
    pub fn new(service: &'static str) -> Self {
        Self { service, turn: tokio::sync::Mutex::new(()), pace: Mutex::new(Pace::default()) }
    }

    /// Waits for leave to send one request; where nothing was refused lately there is no wait.
    pub async fn pass(&self) -> Pass {
        let now = Instant::now();
        if self.pace().is_unlimited(now) {
            return Pass { sent: now };
        }
        let _turn = self.turn.lock().await;
        loop {
            let now = Instant::now();
            let opens = self.pace().take(now);
            match opens {
                None => return Pass { sent: now },
                // While this one waits the pace may become another: it is asked again.
                Some(opens) => sleep_until(opens).await,
            }
        }
    }

    /// Waits likewise, but not beyond the deadline. Where the service wants to hear nothing until after it, there is no leave at
    /// once.
    pub async fn pass_before(&self, deadline: Instant) -> Option<Pass> {
        if self.pace().is_closed_at(deadline) {
            return None;
        }
        timeout_at(deadline, self.pass()).await.ok()
    }

    /// Tells that the service has taken a request, whatever it answered otherwise.
    pub fn accepted(&self, _pass: Pass) {
        self.pace().accepted(Instant::now());
    }

    /// Tells that the service has refused a request as one too many, and for how long it wants to hear no other, if it says
    /// so. The first refusal is logged: from there on calls wait here, and whoever looks on should know why.
    pub fn refused(&self, pass: Pass, retry_after: Option<Duration>) {
        let slowed = self.pace().refused(pass.sent, Instant::now(), retry_after);
        if let Some(rate) = slowed {
            tracing::warn!("throttled by {}: slowed to {rate:.1} calls/s", self.service);
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        // Its numbers are whole between any two statements, so that a panic elsewhere breaks nothing here.
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
