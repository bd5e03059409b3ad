//! Random manifests over random worlds.

use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{Action, Plan};
use reconcile_core::resource::Operation;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::access::Watch;
use crate::bench::{Bench, Run, applied, is_empty, outcome_text, text};
use crate::least::is_least;
use crate::manifest::{Fullness, draft};
use crate::random::{Random, for_each_seed};
use crate::world::{fields_are_kept, is_untouched};

/// How many calls of a plan are left out, one at a time, to see that they are missed.
const LEFT_OUT: usize = 2;

/// What the cases of a run added up to.
#[derive(Default)]
struct Counts {
    cases: u64,
    calls: usize,
    moments: usize,
    left_out: usize,
}

#[test]
fn random_manifests_over_random_worlds() {
    let runtime = Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Bench::start());
    let counts = std::cell::RefCell::<Counts>::default();
    for_each_seed("random_manifests_over_random_worlds", 16, |seed| {
        let mut counts = counts.borrow_mut();
        counts.cases += 1;
        runtime.block_on(case(&bench, seed, &mut counts));
    });
    let Counts { cases, calls, moments, left_out } = counts.into_inner();
    println!(
        "{cases} random manifests over random worlds: {calls} planned calls, none too many; {moments} moments without a gap \
         in permissions; {left_out} calls left out, each missed; nothing else touched"
    );
}

/// Makes a random world, plans another random manifest on it, and looks at everything that is promised of it.
async fn case(bench: &Bench, seed: u64, counts: &mut Counts) {
    bench.begin_anew();
    let mut random = Random::new(seed);
    let [first, second] = [(); 2].map(|()| draft(&mut random, Fullness::Random));
    let everything = draft(&mut random, Fullness::Everything);
    let run = bench.run().await;
    applied(bench, &run, &run.resolve(&first), &first).await;

    let (manifest, everything) = (run.resolve(&second), run.resolve(&everything));
    let plan = run.plan(&manifest).await;
    counts.calls += plan.resources.iter().map(|planned| planned.operations.len()).sum::<usize>();
    is_least(&plan);
    let (state, readings) = (bench.sandbox.state(), run.read(&everything).await);
    let watch = Watch::new(&bench.sandbox);
    let outcome = run.apply(&plan, &watch).await;
    assert!(outcome.succeeded(), "{}\n{second}", outcome_text(&plan, &outcome));
    counts.moments += watch.found_no_gap(&plan, &state);
    let again = bench.run().await.plan(&manifest).await;
    assert!(is_empty(&again), "after the apply of\n{second}\nit plans\n{}", text(&again));
    is_untouched(&state, &bench.sandbox.state(), &manifest);
    fields_are_kept(&manifest, &readings, &run.read(&everything).await);

    for _ in 0..LEFT_OUT {
        counts.left_out += leave_one_out(bench, &plan, &manifest, &state, &mut random).await;
    }
}

/// Makes all calls of a plan but one, in their order, and checks that this one is missed.
async fn leave_one_out(bench: &Bench, plan: &Plan, manifest: &Manifest, state: &Value, random: &mut Random) -> usize {
    let calls: Vec<_> = plan
        .resources
        .iter()
        .flat_map(|planned| {
            let calls = planned.operations.iter().map(move |operation| (planned, operation));
            calls.filter(|(planned, _)| planned.action == Action::Update)
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

/// Makes a call; one that needs the one that was left out fails.
async fn make(run: &Run, kind: reconcile_core::id::Kind, operation: &Operation) {
    let _ = run.providers.of(kind).expect("connected").apply(operation).await;
}
