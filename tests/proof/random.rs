//! Chance that can be repeated: everything follows from one seed, which is printed and can be given back.

use std::ops::{AddAssign, RangeInclusive};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stream of choices that follows from its seed: `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one less than this.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a small number");
        usize::try_from(self.next() % end).expect("a small number")
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// Some of these, in their order; perhaps none, perhaps all.
    pub(crate) fn some<T: Clone>(&mut self, choices: &[T]) -> Vec<T> {
        choices.iter().filter(|_| self.percent(45)).cloned().collect()
    }
}

/// How often something is done: by default so often, or as the environment says.
pub(crate) fn count(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// The seed that alone is to be tried, where one is given.
pub(crate) fn seed() -> Option<u64> {
    std::env::var("RECONCILE_SEED").ok().map(|seed| seed.parse().expect("RECONCILE_SEED is a number"))
}

/// The seeds of a test: as many as `default` says, from 1 on.
///
/// They are the same in every run, so that a red build is not a matter of luck; `RECONCILE_PROOF_CASES=500` takes more of
/// them, and `RECONCILE_SEED=7` that one alone.
pub(crate) fn seeds(default: u64) -> RangeInclusive<u64> {
    seed().map_or(1..=count("RECONCILE_PROOF_CASES", default), |seed| seed..=seed)
}

/// Runs one case for each seed, so many side by side, and adds up what they counted. Each makes a world of its own.
pub(crate) fn for_each_seed<C: Default + AddAssign + Send>(
    seeds: &RangeInclusive<u64>,
    side_by_side: usize,
    case: impl Fn(u64) -> C + Sync,
) -> C {
    let next = AtomicU64::new(*seeds.start());
    let work = || {
        let mut sum = C::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                return sum;
            }
            sum += case(seed);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..side_by_side).map(|_| scope.spawn(work)).collect();
        workers.into_iter().fold(C::default(), |mut sum, worker| {
            sum += worker.join().unwrap_or_else(|failure| resume_unwind(failure));
            sum
        })
    })
}

/// Says how to run alone again what fails while this is alive.
pub(crate) struct Replay(pub(crate) String);

impl Replay {
    /// A case of a test that follows from its seed alone.
    pub(crate) fn of(test: &str, seed: u64) -> Self {
        Self(format!("RECONCILE_SEED={seed} cargo test --workspace --test proof {test}"))
    }
}

impl Drop for Replay {
    #[expect(clippy::print_stderr, reason = "how to repeat a failure is said where the failure is")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("run this one again: {}", self.0);
        }
    }
}
