//! Rounds of drift and repair, one after the other in one world, while calls fail by chance.

use std::time::Instant;

use reconcile_engine::Silent;
use reconcile_sandbox::FaultSchedule;
use tokio::runtime::Runtime;

use crate::bench::{Bench, Run, applied, is_empty, outcome_text, text};
use crate::manifest::{Draft, Fullness, draft};
use crate::random::{Random, count};
use crate::world::is_untouched;

/// How many calls in a hundred fail.
const PERCENT: u8 = 3;

/// How often an apply is run again until the world agrees, while calls fail.
const RUNS: u32 = 8;

/// What the rounds added up to.
#[derive(Default)]
struct Counts {
    rounds: u64,
    calls: usize,
    /// Applies that ended with an error and were run again.
    again: u32,
}

/// Each round somebody brings the world to another random state, and the manifest brings it back, through faults. Every world
/// has to come to agree, without a twin, and without a change to anything else.
#[test]
fn soak() {
    let rounds = count("RECONCILE_SOAK_ROUNDS", 25);
    let seed = count("RECONCILE_SEED", 1);
    let runtime = Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Bench::start());
    let started = Instant::now();
    let mut counts = Counts::default();
    let mut random = Random::new(seed);
    for round in 0..rounds {
        println!("round {round} of the seed {seed}: RECONCILE_SEED={seed} RECONCILE_SOAK_ROUNDS={}", round + 1);
        runtime.block_on(one_round(&bench, &mut random, &mut counts));
        counts.rounds += 1;
    }
    let Counts { rounds, calls, again } = counts;
    let (faults, seconds) = (bench.sandbox.faults_met(), started.elapsed().as_secs());
    println!(
        "{rounds} rounds of drift and repair: {calls} calls, {faults} faults, {again} applies run again, 0 worlds that did \
         not come to agree; {seconds} s"
    );
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
