//! Whether a request is sent again, and when.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reconcile_engine::wait::Interrupt;

use super::{Reply, Unreachable, UnreachableKind};
use crate::client::Retry;

/// How patient a client is.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// The longest that a call may take, its repetitions included.
    pub(crate) total_limit: Duration,
    /// The longest that one attempt may take.
    pub(crate) attempt_limit: Duration,
    /// The longest that opening a connection may take.
    pub(crate) connect_limit: Duration,
    /// The upper bound of the first wait; it doubles with every attempt.
    pub(crate) first_wait: Duration,
    /// The upper bound of every wait.
    pub(crate) longest_wait: Duration,
    /// The waits before a read is repeated whose answer could not be read.
    pub(crate) after_garbled: [Duration; 2],
    /// Where the jitter begins.
    pub(crate) seed: u64,
    /// Ends all patience.
    pub(crate) interrupt: Interrupt,
}

/// How often a host is tried that has never answered.
const ATTEMPTS_BEFORE_FIRST_ANSWER: u32 = 3;
/// Waits double this often at most, which no `longest_wait` outgrows.
const MOST_DOUBLINGS: u32 = 16;

/// Texts of refusals that say "not yet": what is asked for is still starting. From the official Go SDK's list.
const NOT_YET: [&str; 7] = [
    "does not have any associated worker environments",
    "There is no worker environment with id",
    "Unknown worker environment",
    "UnknownWorkerEnvironmentException",
    "ClusterNotReadyException",
    "Timed out after",
    "deadline exceeded",
];

impl Pace {
    /// The official SDKs' limits (five minutes a call, a minute an attempt), within the caller's own.
    pub(crate) fn within(limit: Duration) -> Self {
        let total_limit = limit.min(Duration::from_mins(5));
        Self {
            total_limit,
            attempt_limit: total_limit.min(Duration::from_mins(1)),
            connect_limit: total_limit.min(Duration::from_secs(10)),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(10),
            after_garbled: [Duration::from_millis(200), Duration::from_secs(1)],
            // The standard library seeds its hash maps from the operating system's randomness.
            seed: RandomState::new().build_hasher().finish(),
            interrupt: Interrupt::never(),
        }
    }
}

/// What is known when an attempt has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation {
    pub(super) retry: Retry,
    /// 1 for the first attempt.
    pub(super) attempt: u32,
    /// Whether the host has ever answered.
    pub(super) reached: bool,
    /// The time left for the whole call.
    pub(super) left: Duration,
}

/// What to do after an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its outcome counts.
    Done,
    /// Send the request again after a wait.
    Again { wait: Duration },
}

/// Full-jitter exponential backoff: parallel calls that were refused together do not come back together.
#[derive(Debug)]
pub(super) struct Backoff {
    pace: Pace,
    state: AtomicU64,
}

impl Backoff {
    pub(super) fn new(pace: Pace) -> Self {
        let state = AtomicU64::new(pace.seed);
        Self { pace, state }
    }

    pub(super) fn verdict(&self, outcome: &Result<Reply, Unreachable>, situation: Situation) -> Verdict {
        if !may_repeat(outcome, situation) {
            return Verdict::Done;
        }
        let asked = outcome.as_ref().ok().and_then(retry_after);
        // A call that was one too many queues in the budget, which spreads the calls better than chance does.
        let spread =
            if outcome.as_ref().is_ok_and(is_throttling) { Duration::ZERO } else { self.jitter(situation.attempt) };
        // A server may ask for more seconds than can be counted.
        let wait = asked.unwrap_or_default().saturating_add(spread);
        if wait < situation.left { Verdict::Again { wait } } else { Verdict::Done }
    }

    /// A random part of the longest wait after this attempt.
    fn jitter(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(MOST_DOUBLINGS);
        let bound = self.pace.first_wait.saturating_mul(1 << doublings).min(self.pace.longest_wait);
        let bound = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.random() % bound.saturating_add(1))
    }

    /// `SplitMix64` (Steele, Lea, Flood 2014): enough for jitter, and shared by parallel calls without a lock.
    fn random(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn may_repeat(outcome: &Result<Reply, Unreachable>, situation: Situation) -> bool {
    let safe = match situation.retry {
        Retry::Safe => true,
        Retry::OnlyIfNotSent => false,
    };
    match outcome {
        Ok(reply) => match reply.status {
            // Refused before anything was done.
            TOO_MANY_REQUESTS | 503 => true,
            504 => safe,
            400..=599 => safe && says_not_yet(reply),
            _ => false,
        },
        // No later attempt makes a certificate good.
        Err(Unreachable { kind: UnreachableKind::Certificate, .. }) => false,
        Err(cause) => {
            let worth_it = situation.reached || situation.attempt < ATTEMPTS_BEFORE_FIRST_ANSWER;
            worth_it && (safe || !cause.maybe_sent)
        }
    }
}

fn says_not_yet(reply: &Reply) -> bool {
    // Refusals are short; a long body is something else.
    let beginning = &reply.body[..reply.body.len().min(4096)];
    let text = String::from_utf8_lossy(beginning);
    NOT_YET.iter().any(|mark| text.contains(mark))
}

/// The status that says that this was one call too many.
pub(super) const TOO_MANY_REQUESTS: u16 = 429;

/// Whether a reply says so.
pub(super) fn is_throttling(reply: &Reply) -> bool {
    reply.status == TOO_MANY_REQUESTS
}

/// `Retry-After` in whole seconds, the only form that the service is known to send.
pub(super) fn retry_after(reply: &Reply) -> Option<Duration> {
    reply.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use rstest::rstest;

    use super::*;

    fn backoff() -> Backoff {
        Backoff::new(Pace { seed: 7, ..Pace::within(Duration::from_mins(5)) })
    }

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, headers: HeaderMap::new(), body: body.into() }
    }

    fn failure(kind: UnreachableKind, maybe_sent: bool) -> Unreachable {
        Unreachable { kind, detail: String::new(), maybe_sent }
    }

    fn situation(retry: Retry) -> Situation {
        Situation { retry, attempt: 1, reached: true, left: Duration::from_mins(1) }
    }

    #[rstest]
    #[case::throttled(Ok(reply(429, "")), true, true)]
    #[case::unavailable(Ok(reply(503, "")), true, true)]
    #[case::gateway_timeout(Ok(reply(504, "")), true, false)]
    #[case::server_error(Ok(reply(500, "boom")), false, false)]
    #[case::not_yet(Ok(reply(400, "ClusterNotReadyException: x")), true, false)]
    #[case::refused(Ok(reply(400, "INVALID_STATE")), false, false)]
    #[case::success(Ok(reply(200, "deadline exceeded")), false, false)]
    #[case::connect(Err(failure(UnreachableKind::Refused, false)), true, true)]
    #[case::cut(Err(failure(UnreachableKind::Cut, true)), true, false)]
    #[case::timed_out(Err(failure(UnreachableKind::TimedOut, true)), true, false)]
    #[case::certificate(Err(failure(UnreachableKind::Certificate, false)), false, false)]
    fn what_may_have_happened_is_repeated_only_where_that_is_safe(
        #[case] outcome: Result<Reply, Unreachable>,
        #[case] when_safe: bool,
        #[case] otherwise: bool,
    ) {
        let again = |retry| backoff().verdict(&outcome, situation(retry)) != Verdict::Done;
        assert_eq!((again(Retry::Safe), again(Retry::OnlyIfNotSent)), (when_safe, otherwise));
    }

    #[rstest]
    #[case(2, false, true)]
    #[case(3, false, false)]
    #[case(30, true, true)]
    fn a_host_that_never_answered_is_given_up_soon(#[case] attempt: u32, #[case] reached: bool, #[case] again: bool) {
        let situation = Situation { attempt, reached, ..situation(Retry::Safe) };
        let verdict = backoff().verdict(&Err(failure(UnreachableKind::Refused, false)), situation);
        assert_eq!(verdict != Verdict::Done, again);
    }

    #[rstest]
    #[case(429, "30", true)]
    #[case(429, "60", false)]
    #[case(429, "soon", true)]
    #[case(503, "18446744073709551615", false)]
    fn a_wait_that_the_server_asks_for_is_kept_or_not_begun(
        #[case] status: u16,
        #[case] header: &'static str,
        #[case] again: bool,
    ) {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(header))]);
        let outcome = Ok(Reply { status, headers, body: Vec::new() });
        // After several attempts chance adds more than a second to it.
        let situation = Situation { attempt: 6, ..situation(Retry::OnlyIfNotSent) };
        match backoff().verdict(&outcome, situation) {
            Verdict::Again { wait } => {
                assert!(again);
                assert!(wait >= Duration::from_secs(header.parse().unwrap_or_default()));
            }
            Verdict::Done => assert!(!again),
        }
    }

    #[test]
    fn waits_follow_from_the_seed() {
        let backoff = backoff();
        let waits: Vec<_> = (1..=8).map(|attempt| backoff.jitter(attempt).as_millis().to_string()).collect();
        insta::assert_snapshot!(waits.join(" "), @"10 285 507 1613 4457 5005 6559 3078");
    }

    proptest::proptest! {
        #[test]
        fn no_wait_exceeds_its_bounds(seed: u64, attempt in 1_u32..) {
            let backoff = Backoff::new(Pace { seed, ..Pace::within(Duration::from_mins(5)) });
            let wait = backoff.jitter(attempt);
            let bound = Duration::from_millis(500).saturating_mul(1 << attempt.saturating_sub(1).min(5));
            proptest::prop_assert!(wait <= bound.min(Duration::from_secs(10)), "{wait:?}");
        }
    }
}
