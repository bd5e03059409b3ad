//! Random manifests over random worlds.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{Action, Plan, PlannedResource};
use reconcile_core::resource::{NotebookInstanceOperation, Operation};
use reconcile_sandbox::FaultSchedule;
use serde_json::Value;
use tokio::runtime::Builder;

use crate::access::Watch;
use crate::bench::{Bench, Run, applied, is_empty, outcome_text, text};
use crate::least::is_least;
use crate::manifest::{Fullness, draft};
use crate::random::{Random, Replay, for_each_seed, seeds};
use crate::soak::{PERCENT, RUNS};
use crate::world::{fields_are_kept, is_untouched};

/// How many calls of a plan are left out, one at a time, to see that they are missed.
const LEFT_OUT: usize = 2;

/// How many cases run side by side: such as are at work all the time, and such as wait most of it.
const AT_WORK: usize = 4;
const WAITING: usize = 20;

/// What the cases of a run added up to.
#[derive(Default)]
struct Counts {
    cases: u64,
    calls: usize,
    moments: usize,
    left_out: usize,
    faults: u64,
    /// Applies that ended with an error and were run again.
    again: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, Self { cases, calls, moments, left_out, faults, again }: Self) {
        self.cases += cases;
        self.calls += calls;
        self.moments += moments;
        self.left_out += left_out;
        self.faults += faults;
        self.again += again;
    }
}

#[test]
fn random_manifests_over_random_worlds() {
    let counts = for_each_seed(&seeds(16), AT_WORK, |seed| {
        let _replay = Replay::of("random_manifests_over_random_worlds", seed);
        alone(case(seed))
    });
    let Counts { cases, calls, moments, left_out, faults: _, again: _ } = counts;
    println!(
        "counted: {cases} random manifests over random worlds: {calls} planned calls, none too many; {moments} moments \
         without a gap in permissions; {left_out} calls left out, each missed; nothing else touched"
    );
}

#[test]
fn random_manifests_through_random_faults() {
    let counts = for_each_seed(&seeds(20), WAITING, |seed| {
        let _replay = Replay::of("random_manifests_through_random_faults", seed);
        alone(through_faults(seed))
    });
    let Counts { cases, calls, moments, left_out: _, faults, again } = counts;
    println!(
        "counted: {cases} random manifests through random faults: {calls} calls, {faults} faults injected, {again} applies \
         run again, 0 that did not come to agree; {moments} moments without a gap in permissions; nothing else touched"
    );
}

fn alone<T>(case: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(case)
}

/// Makes a random world, plans another random manifest on it, and looks at everything that is promised of it.
async fn case(seed: u64) -> Counts {
    let bench = &Bench::start().await;
    let mut random = Random::new(seed);
    let [first, second] = [(); 2].map(|()| draft(&mut random, Fullness::Random));
    let everything = draft(&mut random, Fullness::Everything);
    let run = bench.run().await;
    applied(bench, &run, &run.resolve(&first), &first).await;

    let (manifest, everything) = (run.resolve(&second), run.resolve(&everything));
    let plan = run.plan(&manifest).await;
    let calls = plan.resources.iter().map(|planned| planned.operations.len()).sum::<usize>();
    is_least(&plan);
    let (state, readings) = (bench.sandbox.state(), run.read(&everything).await);
    let watch = Watch::new(&bench.sandbox);
    let outcome = run.apply(&plan, &watch).await;
    assert!(outcome.succeeded(), "{}\n{second}", outcome_text(&plan, &outcome));
    let moments = watch.found_no_gap(&plan, &state);
    let again = bench.run().await.plan(&manifest).await;
    assert!(is_empty(&again), "after the apply of\n{second}\nit plans\n{}", text(&again));
    is_untouched(&state, &bench.sandbox.state(), &manifest);
    fields_are_kept(&manifest, &readings, &run.read(&everything).await);

    let mut left_out = 0;
    for _ in 0..LEFT_OUT {
        left_out += leave_one_out(bench, &plan, &manifest, &state, &mut random).await;
    }
    Counts { cases: 1, calls, moments, left_out, ..Counts::default() }
}

/// The same while calls fail by chance: applied again and again until nothing differs, it comes to the same end.
async fn through_faults(seed: u64) -> Counts {
    let bench = &Bench::start().await;
    let mut random = Random::new(seed);
    let [first, second] = [(); 2].map(|()| draft(&mut random, Fullness::Random));
    let everything = draft(&mut random, Fullness::Everything);
    let run = bench.run().await;
    applied(bench, &run, &run.resolve(&first), &first).await;
    let (manifest, everything) = (run.resolve(&second), run.resolve(&everything));
    let mut kept = manifest.clone();
    let (state, readings) = (bench.sandbox.state(), run.read(&everything).await);

    let mut counts = Counts { cases: 1, ..Counts::default() };
    bench.sandbox.clear_calls();
    bench.sandbox.follow(FaultSchedule { seed: random.next(), percent: PERCENT });
    for _ in 0..RUNS {
        let run = bench.run().await;
        let plan = run.plan(&manifest).await;
        if is_empty(&plan) {
            break;
        }
        let (before, watch) = (bench.sandbox.state(), Watch::new(&bench.sandbox));
        let outcome = run.apply(&plan, &watch).await;
        counts.moments += watch.found_no_gap(&plan, &before);
        if outcome.succeeded() {
            break;
        }
        counts.again += 1;
        // What was deleted to be made anew, and was not, is made by the next run from the manifest alone.
        let is_lost = |planned: &&PlannedResource| planned.action == Action::Replace;
        let lost: BTreeSet<_> = plan.resources.iter().filter(is_lost).map(|planned| &planned.address).collect();
        kept.resources.retain(|declared| !lost.contains(&declared.address));
    }
    counts.faults = bench.sandbox.faults_met();
    bench.sandbox.clear_faults();
    applied(bench, &bench.run().await, &manifest, &second).await;
    counts.calls = bench.sandbox.calls().len();
    is_untouched(&state, &bench.sandbox.state(), &manifest);
    fields_are_kept(&kept, &readings, &run.read(&everything).await);
    counts
}

/// Makes all calls of a plan but one, in their order, and checks that this one is missed.
async fn leave_one_out(bench: &Bench, plan: &Plan, manifest: &Manifest, state: &Value, random: &mut Random) -> usize {
    let calls: Vec<_> = plan
        .resources
        .iter()
        .flat_map(|planned| {
            let calls = planned.operations.iter().map(move |operation| (planned, operation));
            calls.filter(|(planned, call)| planned.action == Action::Update && !is_noted(planned, call))
        })
        .collect();
    if calls.is_empty() {
        return 0;
    }
    let (of, left_out) = random.pick(&calls);
    bench.sandbox.restore(state).expect("restored");
    let run = bench.run().await;
    for planned in &plan.resources {
        for operation in planned.operations.iter().filter(|operation| !std::ptr::eq(*operation, left_out)) {
            make(&run, planned.kind(), operation).await;
        }
    }
    let again = bench.run().await.plan(manifest).await;
    assert!(!is_empty(&again), "{} of {} is not needed:\n{}", left_out.api(), of.address, text(plan));
    1
}

/// Whether a call is missed only through a note that a later call takes away: that an instance ran, and so is to run again.
fn is_noted(planned: &PlannedResource, call: &Operation) -> bool {
    const NOTE: &str = "reconcile:run-state";
    let takes_note_away = |call: &Operation| match call {
        Operation::NotebookInstance(NotebookInstanceOperation::Untag { arn: _, keys }) => {
            keys.iter().any(|key| key == NOTE)
        }
        _ => false,
    };
    planned.operations.iter().any(takes_note_away)
        && match call {
            Operation::NotebookInstance(NotebookInstanceOperation::Tag { arn: _, tags }) => {
                tags.keys().all(|key| key == NOTE)
            }
            Operation::NotebookInstance(NotebookInstanceOperation::Start { name: _ }) => true,
            _ => false,
        }
}

/// Makes a call; one that needs the one that was left out fails.
async fn make(run: &Run, kind: reconcile_core::id::Kind, operation: &Operation) {
    let _ = run.providers.of(kind).expect("connected").apply(operation).await;
}
