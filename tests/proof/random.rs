//! Chance that can be repeated: everything follows from one seed, which is printed and can be given back.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

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

/// Runs so many cases, each with a seed of its own. A case that fails says how to run it alone again.
///
/// The seeds are the same in every run, so that a red build is not a matter of luck; `RECONCILE_PROOF_CASES=500` runs more of
/// them, and `RECONCILE_SEED=7` that one alone.
#[expect(clippy::print_stderr, reason = "how to repeat a failure is said where the failure is")]
pub(crate) fn for_each_seed(test: &str, default: u64, case: impl Fn(u64)) {
    let alone =
        std::env::var("RECONCILE_SEED").ok().map(|seed| seed.parse::<u64>().expect("RECONCILE_SEED is a number"));
    let seeds = alone.map_or(1..=count("RECONCILE_PROOF_CASES", default), |seed| seed..=seed);
    for seed in seeds {
        if let Err(failure) = catch_unwind(AssertUnwindSafe(|| case(seed))) {
            eprintln!("run this one again: RECONCILE_SEED={seed} cargo test --workspace --test proof {test}");
            resume_unwind(failure);
        }
    }
}
