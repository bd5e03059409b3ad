//! The arithmetic of a budget: a token bucket of one, whose rate follows what the service accepts. It reads no clock.
//!
//! A refusal makes the rate a third smaller, and it grows back along the cubic curve of TCP CUBIC (RFC 9438): fast at
//! first, hardly around the rate that was refused, and ever faster after that, so that a limit that is gone is soon
//! forgotten. The AWS SDKs' adaptive mode follows the same curve by the clock, so steeply that one call in eight was
//! refused under a limit of 5 calls a second; here it is followed by the calls made, which is right for any limit.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// What is left of the rate after a refusal.
const DECREASE: f64 = 0.7;

/// After how many calls the rate is back where it was refused. About twice as many lie between two refusals.
const RECOVERY: f64 = 60.0;

/// How many calls one second counts for on the way back, made or not: what is not called recovers too, and a service that
/// was closed for a while is not called slowly for long.
const SECOND: f64 = 1.0;

/// The slowest rate, in calls a second: everything still ends, and whoever looks on sees that it goes on.
const SLOWEST: f64 = 0.2;

/// A limit is forgotten at so many times the rate that was refused.
const FORGOTTEN: f64 = 10.0;

/// The least rate that the first refusal is taken for: what was accepted before it may have been a call or two. IAM is seen
/// to take 5 to 10 calls a second (facts on throttling in cloud-nuke#371 and steampipe-plugin-aws#2546).
const FIRST: f64 = 10.0;

/// The time over which the rate before the first refusal is measured.
const WINDOW: Duration = Duration::from_secs(1);

/// How fast a service is called.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// None until something is refused, and again when the limit is forgotten.
    limit: Option<Limit>,
    /// Whether anybody was told that calls wait.
    told: bool,
    /// When the requests of the last [`WINDOW`] were accepted; kept only while there is no limit.
    accepted: VecDeque<Instant>,
}

#[derive(Debug)]
struct Limit {
    /// The rate at which the service refused, in calls a second.
    peak: f64,
    /// When it did.
    since: Instant,
    /// How many requests went since.
    calls: u32,
    /// When the last one went.
    last: Instant,
    /// Until when the service wants to hear nothing.
    closed_until: Instant,
}

impl Pace {
    /// Returns whether a request may go without asking any further.
    pub(super) fn is_unlimited(&mut self, now: Instant) -> bool {
        if self.limit.as_ref().is_some_and(|limit| limit.is_over(now)) {
            self.limit = None;
        }
        self.limit.is_none()
    }

    /// Returns whether the service wants to hear nothing until after a time.
    pub(super) fn is_closed_at(&self, time: Instant) -> bool {
        self.limit.as_ref().is_some_and(|limit| limit.closed_until > time)
    }

    /// Takes the token of one request, or returns when there may be one.
    pub(super) fn take(&mut self, now: Instant) -> Option<Instant> {
        let limit = self.limit.as_mut()?;
        let opens = limit.opens(now);
        if opens > now {
            return Some(opens);
        }
        limit.last = now;
        limit.calls = limit.calls.saturating_add(1);
        None
    }

    /// Counts a request that the service took.
    pub(super) fn accepted(&mut self, now: Instant) {
        if self.limit.is_none() {
            self.accepted.push_back(now);
            self.forget_before(now);
        }
    }

    /// Slows down after a refusal. Returns the new rate, in calls a second, when it is the first one.
    ///
    /// Requests that were under way when the rate was last lowered say nothing about the new one.
    pub(super) fn refused(&mut self, sent: Instant, now: Instant, retry_after: Option<Duration>) -> Option<f64> {
        let closed_until = retry_after.and_then(|pause| now.checked_add(pause)).unwrap_or(now);
        let refused_at = match &self.limit {
            None => Some(self.measured(now).max(FIRST)),
            Some(limit) => (sent > limit.since).then(|| limit.rate(now)),
        };
        let limit = self.limit.get_or_insert(Limit { peak: SLOWEST, since: now, calls: 0, last: now, closed_until });
        if let Some(rate) = refused_at {
            // Never so low that the rate after it falls below the slowest one.
            limit.peak = rate.max(SLOWEST / DECREASE);
            limit.since = now;
            limit.calls = 0;
        }
        limit.closed_until = limit.closed_until.max(closed_until);
        let rate = limit.rate(now);
        (!std::mem::replace(&mut self.told, true)).then_some(rate)
    }

    /// The rate of the last second, which is measured no more from here on.
    fn measured(&mut self, now: Instant) -> f64 {
        self.forget_before(now);
        // No second holds four thousand million requests.
        f64::from(u32::try_from(std::mem::take(&mut self.accepted).len()).unwrap_or(u32::MAX))
    }

    fn forget_before(&mut self, now: Instant) {
        while self.accepted.front().is_some_and(|accepted| now.saturating_duration_since(*accepted) > WINDOW) {
            self.accepted.pop_front();
        }
    }
}

impl Limit {
    /// The rate at a time, in calls a second.
    fn rate(&self, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(self.since).as_secs_f64();
        let way_back = (f64::from(self.calls) + SECOND * seconds) / RECOVERY;
        self.peak * (1.0 + (1.0 - DECREASE) * (way_back - 1.0).powi(3))
    }

    fn is_over(&self, now: Instant) -> bool {
        self.closed_until <= now && self.rate(now) >= FORGOTTEN * self.peak
    }

    /// When the next request may go.
    fn opens(&self, now: Instant) -> Instant {
        let gap = Duration::from_secs_f64(self.rate(now).max(SLOWEST).recip());
        self.closed_until.max(self.last + gap)
    }
}

#[cfg(test)]
mod tests;
