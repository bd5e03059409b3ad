//! How many calls a second a service takes: a token bucket each, as AWS's own throttling is.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// How many calls a service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many calls a second, over time.
    pub calls_per_second: u32,
    /// How many calls at once after a while without any.
    pub burst: u32,
}

/// The buckets of the services that have a limit.
#[derive(Debug, Default)]
pub(crate) struct Limits(BTreeMap<String, Bucket>);

#[derive(Debug)]
struct Bucket {
    limit: RateLimit,
    /// How many calls it would take now.
    tokens: f64,
    /// When that was so.
    at: Instant,
}

impl Limits {
    /// Begins with full buckets.
    pub(crate) fn new(limits: &BTreeMap<String, RateLimit>, now: Instant) -> Self {
        let bucket = |limit: RateLimit| Bucket { limit, tokens: f64::from(limit.burst), at: now };
        Self(limits.iter().map(|(service, limit)| (service.clone(), bucket(*limit))).collect())
    }

    /// Counts one call, and says whether the service takes it.
    pub(crate) fn takes(&mut self, service: &str, now: Instant) -> bool {
        let Some(Bucket { limit, tokens, at }) = self.0.get_mut(service) else { return true };
        let gained = now.saturating_duration_since(*at).as_secs_f64() * f64::from(limit.calls_per_second);
        *tokens = (*tokens + gained).min(f64::from(limit.burst));
        *at = now;
        let takes = *tokens >= 1.0;
        if takes {
            *tokens -= 1.0;
        }
        takes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_takes_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let limit = RateLimit { calls_per_second: 5, burst: 3 };
        let mut limits = Limits::new(&BTreeMap::from([("iam".to_owned(), limit)]), start);
        let mut taken = |milliseconds: u64, calls: u32| {
            let now = start + Duration::from_millis(milliseconds);
            (0..calls).filter(|_| limits.takes("iam", now)).count()
        };
        assert_eq!(taken(0, 9), 3);
        assert_eq!(taken(150, 9), 0);
        assert_eq!(taken(250, 9), 1);
        assert_eq!(taken(60_000, 9), 3);
        assert!((0..9).all(|_| limits.takes("sts", start)));
    }
}
