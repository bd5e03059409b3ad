//! Rounds of drift and repair, one after the other in one world, while calls fail by chance.
//!
//! Most of a round is waiting: a client that meets a fault waits before it calls again. So the rounds are divided among worlds
//! that live side by side, each with a sandbox and a seed of its own.

use std::ops::AddAssign;
use std::time::Instant;

use reconcile_engine::Silent;
use reconcile_sandbox::FaultSchedule;
use tokio::runtime::Builder;

use crate::bench::{Bench, Run, applied, is_empty, outcome_text, text};
use crate::manifest::{Draft, Fullness, draft};
use crate::random::{Random, Replay, count, for_each_seed, seed};
use crate::world::is_untouched;

/// How many calls in a hundred fail.
pub(crate) const PERCENT: u8 = 8;

/// How often an apply is run again until the world agrees, while calls fail.
pub(crate) const RUNS: u32 = 8;

/// How many worlds live side by side.
const WORLDS: u64 = 20;

/// What the rounds added up to.
#[derive(Clone, Copy, Default)]
struct Counts {
    rounds: u64,
    calls: usize,
    faults: u64,
    /// Applies that ended with an error and were run again.
    again: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, Self { rounds, calls, faults, again }: Self) {
        self.rounds += rounds;
        self.calls += calls;
        self.faults += faults;
        self.again += again;
    }
}

/// Each round somebody brings the world to another random state, and the manifest brings it back, through faults. Every world
/// has to come to agree, without a twin, and without a change to anything else.
///
/// `RECONCILE_SOAK_ROUNDS=1000` runs more of them; with `RECONCILE_SEED` they are all of the one world of that seed.
#[test]
fn soak() {
    let rounds = count("RECONCILE_SOAK_ROUNDS", 40);
    let seeds = seed().map_or(1..=WORLDS.min(rounds), |seed| seed..=seed);
    let worlds = seeds.clone().count() as u64;
    let started = Instant::now();
    let share = |seed: u64| rounds / worlds + u64::from(seed - seeds.start() < rounds % worlds);
    let counts = for_each_seed(&seeds, seeds.clone().count(), |seed| world(seed, share(seed)));
    let Counts { rounds, calls, faults, again } = counts;
    println!(
        "counted: {rounds} rounds of drift and repair in {worlds} worlds: {calls} calls, {faults} faults injected, {again} applies \
         run again, 0 worlds that did not come to agree, 0 twins, nothing else touched; {} s",
        started.elapsed().as_secs()
    );
}

/// Runs the rounds of one world.
fn world(seed: u64, rounds: u64) -> Counts {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let bench = runtime.block_on(Bench::start());
    let mut counts = Counts::default();
    let mut random = Random::new(seed);
    for round in 1..=rounds {
        let variables = format!("RECONCILE_SEED={seed} RECONCILE_SOAK_ROUNDS={round}");
        let _replay = Replay(format!("{variables} cargo test --workspace --test proof soak"));
        runtime.block_on(one_round(&bench, &mut random, &mut counts));
        counts.rounds += 1;
    }
    Counts { faults: bench.sandbox.faults_met(), ..counts }
}

async fn one_round(bench: &Bench, random: &mut Random, counts: &mut Counts) {
    bench.sandbox.clear_calls();
    let (drifted, wanted) = (draft(random, Fullness::Random), draft(random, Fullness::Random));
    let run = bench.run().await;
    applied(bench, &run, &run.resolve(&drifted), &drifted).await;
    let before = bench.sandbox.state();
    bench.sandbox.follow(FaultSchedule { seed: random.next(), percent: PERCENT });
    counts.again += through_faults(bench, &wanted).await;
    bench.sandbox.clear_faults();
    let run = bench.run().await;
    let manifest = run.resolve(&wanted);
    // What the faults left undone, one undisturbed run does.
    applied(bench, &run, &manifest, &wanted).await;
    is_untouched(&before, &bench.sandbox.state(), &manifest);
    counts.calls += bench.sandbox.calls().len();
}

/// Applies until nothing differs, and returns how many applies had to be run again.
async fn through_faults(bench: &Bench, wanted: &Draft) -> u32 {
    for again in 0..RUNS {
        let run = bench.run().await;
        if ends(&run, wanted).await {
            return again;
        }
    }
    RUNS
}

/// Runs it once, and returns whether nothing is left to do.
async fn ends(run: &Run, wanted: &Draft) -> bool {
    let manifest = run.resolve(wanted);
    let plan = run.plan(&manifest).await;
    if is_empty(&plan) {
        return true;
    }
    let outcome = run.apply(&plan, &Silent).await;
    let told = outcome_text(&plan, &outcome);
    // A failure under faults is told, and is not the end: the next run goes on.
    assert!(
        outcome.succeeded() || told.contains("error") || told.contains("skipped") || told.contains("did not take"),
        "{told}\n{}",
        text(&plan)
    );
    outcome.succeeded()
}
