//! Calls that a fault holds: whoever ordered it waits for them, looks around, and lets them go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};

use crate::recorder::{Call, Description};

/// What becomes of a held call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes on.
    Release,
    /// Its connection closes; what has not taken effect never does.
    Abandon,
}

struct Held {
    number: u64,
    call: Call,
    verdict: oneshot::Sender<Verdict>,
}

/// The calls that are held now.
pub(super) struct Holding {
    held: Arc<Mutex<Vec<Held>>>,
    numbers: watch::Sender<u64>,
}

/// Takes a call off the list when it is no longer held, however that came about: its client may have gone.
struct Listed {
    held: Arc<Mutex<Vec<Held>>>,
    number: u64,
}

impl Drop for Listed {
    fn drop(&mut self) {
        lock(&self.held).retain(|held| held.number != self.number);
    }
}

impl Holding {
    pub(super) fn new() -> Self {
        Self { held: Arc::default(), numbers: watch::Sender::new(0) }
    }

    /// Holds a call until its verdict.
    pub(super) async fn hold(&self, description: &Description) -> Verdict {
        let Description { service, operation, writes, parameters } = description.clone();
        let (sender, verdict) = oneshot::channel();
        let number = *self.numbers.borrow() + 1;
        let call = Call { sequence: number, service, operation, writes, status: 0, parameters };
        lock(&self.held).push(Held { number, call, verdict: sender });
        let _listed = Listed { held: Arc::clone(&self.held), number };
        self.numbers.send_replace(number);
        // The sender goes only with its verdict, or with the sandbox.
        verdict.await.unwrap_or(Verdict::Abandon)
    }

    /// Returns the calls that are held, as soon as there are that many.
    pub(super) async fn held(&self, at_least: usize) -> Vec<Call> {
        let mut numbers = self.numbers.subscribe();
        loop {
            numbers.mark_unchanged();
            let calls: Vec<Call> = lock(&self.held).iter().map(|held| held.call.clone()).collect();
            if calls.len() >= at_least || numbers.changed().await.is_err() {
                return calls;
            }
        }
    }

    /// Decides on all held calls.
    pub(super) fn decide(&self, verdict: Verdict) {
        for held in lock(&self.held).drain(..) {
            // A call whose client has gone awaits no verdict.
            let _ = held.verdict.send(verdict);
        }
    }
}

fn lock(held: &Mutex<Vec<Held>>) -> MutexGuard<'_, Vec<Held>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
