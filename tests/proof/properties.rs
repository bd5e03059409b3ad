//! Random manifests over random worlds.

use reconcile_engine::Silent;
use tokio::runtime::Runtime;

use crate::bench::{Bench, described, is_empty};
use crate::manifest::{Fullness, draft};
use crate::random::{Random, for_each_seed};

#[test]
fn a_random_manifest_over_a_random_world() {
    let runtime = Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Bench::start());
    for_each_seed("a_random_manifest_over_a_random_world", 24, |seed| runtime.block_on(case(&bench, seed)));
}

async fn case(bench: &Bench, seed: u64) {
    bench.begin_anew();
    let mut random = Random::new(seed);
    let (before, wanted) = (draft(&mut random, Fullness::Random), draft(&mut random, Fullness::Random));
    let run = bench.run().await;
    for draft in [&before, &wanted] {
        let manifest = run.resolve(draft);
        let plan = run.plan(&manifest).await;
        let outcome = run.apply(&plan, &Silent).await;
        let told = || {
            format!(
                "{}\n{draft}",
                reconcile_core::render::outcome_text(
                    &plan,
                    &outcome,
                    &reconcile_core::render::Style { color: false, width: 120, verbose: false }
                )
            )
        };
        if !outcome.succeeded() {
            for call in bench
                .sandbox
                .calls()
                .iter()
                .filter(|call| call.writes && (call.status >= 400 || call.service == "databricks"))
            {
                eprintln!("{call:?}");
            }
        }
        assert!(outcome.succeeded(), "{}", told());
        let again = bench.run().await.plan(&manifest).await;
        assert!(is_empty(&again), "not empty after an apply:\n{}\n{}", described(&again), told());
    }
}
