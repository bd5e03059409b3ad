//! The arithmetic against a simulated service, in simulated time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::Pace;

/// A service that lets so many calls a second through, and saves up to `burst` of them.
struct Service {
    rate: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Service {
    fn accepts(&mut self, now: Instant) -> bool {
        let gained = now.duration_since(self.filled).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.burst);
        self.filled = now;
        let accepts = self.tokens >= 1.0;
        if accepts {
            self.tokens -= 1.0;
        }
        accepts
    }
}

/// What a run cost.
#[derive(Debug)]
struct Run {
    refused: u32,
    told: u32,
    seconds: f64,
}

/// Makes calls, so many at a time, each taking so long, until all are accepted.
fn run(service: &mut Service, pace: &mut Pace, calls: u32, at_once: usize, latency: Duration) -> Run {
    let started = service.filled;
    let (mut now, mut waiting, mut refused, mut told) = (started, calls, 0, 0);
    let mut under_way: VecDeque<(Instant, bool)> = VecDeque::new();
    while waiting > 0 || !under_way.is_empty() {
        let opens = (waiting > 0 && under_way.len() < at_once)
            .then(|| if pace.is_unlimited(now) { now } else { pace.take(now).unwrap_or(now) });
        if opens == Some(now) {
            under_way.push_back((now, service.accepts(now)));
            waiting -= 1;
            continue;
        }
        let answered = under_way.front().map(|(sent, _)| *sent + latency);
        now = opens.into_iter().chain(answered).min().expect("something is still to happen");
        while let Some((sent, accepted)) = under_way.pop_front_if(|(sent, _)| *sent + latency <= now) {
            if accepted {
                pace.accepted(now);
            } else {
                refused += 1;
                waiting += 1;
                told += u32::from(pace.refused(sent, now, None).is_some());
            }
        }
    }
    Run { refused, told, seconds: now.duration_since(started).as_secs_f64() }
}

fn service(rate: f64, burst: f64) -> Service {
    Service { rate, burst, tokens: burst, filled: Instant::now() }
}

#[rstest::rstest]
#[case::iam_as_people_see_it(5.0, 10.0, 8, 50)]
#[case::without_a_burst(5.0, 1.0, 16, 50)]
#[case::answers_at_once(5.0, 5.0, 8, 1)]
#[case::slow_answers(5.0, 20.0, 8, 900)]
#[case::a_fast_service(100.0, 200.0, 16, 20)]
#[case::a_slow_service(0.7, 1.0, 8, 50)]
fn a_limit_is_kept_to_with_few_refusals_and_told_once(
    #[case] rate: f64,
    #[case] burst: f64,
    #[case] at_once: usize,
    #[case] latency: u64,
) {
    let calls = 800;
    let latency = Duration::from_millis(latency);
    let run = run(&mut service(rate, burst), &mut Pace::default(), calls, at_once, latency);
    let at_best = (f64::from(calls) - burst) / rate;
    println!("{rate}/s: {calls} calls, {} refused, {:.0} s, {at_best:.0} s at best", run.refused, run.seconds);
    assert_eq!(run.told, 1);
    assert!(f64::from(run.refused) < 0.08 * f64::from(calls + run.refused), "{run:?}");
    assert!(run.seconds < 1.25 * at_best, "{run:?}, {at_best} at best");
}

#[test]
fn without_a_refusal_nothing_waits() {
    let latency = Duration::from_millis(10);
    let run = run(&mut service(1e9, 1e9), &mut Pace::default(), 1000, 10, latency);
    assert_eq!((run.refused, run.told), (0, 0));
    assert!((run.seconds - 1.0).abs() < 1e-6, "{run:?}");
}

#[test]
fn a_limit_that_is_gone_is_forgotten_in_minutes_and_not_told_again() {
    let (mut pace, start) = (Pace::default(), Instant::now());
    assert!(pace.refused(start, start, None).is_some());
    assert!(!pace.is_unlimited(start + Duration::from_secs(10)));
    let later = start + Duration::from_mins(5);
    assert!(pace.is_unlimited(later));
    assert_eq!(pace.refused(later, later, None), None);
    assert!(!pace.is_unlimited(later));
}

#[test]
fn a_pause_that_the_service_asks_for_holds_for_all() {
    let (mut pace, start) = (Pace::default(), Instant::now());
    let _ = pace.refused(start, start, Some(Duration::from_secs(30)));
    let _ = pace.refused(start, start, Some(Duration::from_secs(5)));
    assert_eq!(pace.take(start), Some(start + Duration::from_secs(30)));
    assert_eq!(pace.take(start + Duration::from_secs(30)), None);
}

#[test]
fn requests_that_were_refused_together_count_once() {
    let (mut pace, start) = (Pace::default(), Instant::now());
    for _ in 0..10 {
        pace.accepted(start);
    }
    let first = pace.refused(start, start, None);
    for milliseconds in 1..16 {
        let _ = pace.refused(start, start + Duration::from_millis(milliseconds), None);
    }
    let rate = pace.limit.as_ref().map(|limit| limit.rate(limit.since));
    assert_eq!(first.map(f64::round), Some(7.0));
    assert_eq!(rate.map(f64::round), Some(7.0));
}
