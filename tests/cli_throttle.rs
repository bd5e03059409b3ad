//! A service that takes only so many calls a second: everything is done all the same, with few calls wasted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use reconcile_sandbox::{Behaviour, Config, RateLimit};

use crate::cli_bench::{Bench, Cloud};

/// How many calls a second the throttled service takes. `RECONCILE_THROTTLE_RATE=5` is what IAM is seen to take; the default
/// keeps the test short.
fn rate() -> u32 {
    std::env::var("RECONCILE_THROTTLE_RATE").map_or(40, |rate| rate.parse().expect("a whole number"))
}

/// A cloud of which one service is throttled, and a bench that is pointed at it.
fn throttled(service: &str, manifest: &str) -> (Bench, Cloud) {
    let limit = RateLimit { calls_per_second: rate(), burst: 2 * rate() };
    let behaviour = Behaviour { limits: BTreeMap::from([(service.to_owned(), limit)]), ..Behaviour::default() };
    let cloud = Cloud::start(Config { behaviour, ..Config::default() });
    let mut bench = Bench::with_manifest(manifest);
    cloud.point(&mut bench);
    (bench, cloud)
}

/// Applies, and checks what it cost: less than one call in ten is wasted on refusals, and it is told once.
#[expect(clippy::print_stdout, reason = "the measurement is half of what the test is for")]
fn applied(bench: &Bench, cloud: &Cloud, service: &str, told: &str) {
    let started = Instant::now();
    let run = bench.run("apply --yes").ends(0);
    let seconds = started.elapsed().as_secs_f64();
    let calls: Vec<_> = cloud.sandbox.calls().into_iter().filter(|call| call.service == service).collect();
    let refused = calls.iter().filter(|call| matches!(call.status, 400 | 429)).count();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand calls")]
    let percent = 100.0 * refused as f64 / calls.len() as f64;
    println!(
        "counted: {service} at {} calls/s: {} calls, {refused} refused ({percent:.1} %), {seconds:.0} s",
        rate(),
        calls.len()
    );
    assert!(refused > 0, "nothing was throttled");
    assert!(percent < 10.0, "{percent:.1} % of {} calls were refused", calls.len());
    assert_eq!(run.stderr.matches(told).count(), 1, "{run}");
    assert_eq!(run.stderr.matches("throttled").count(), 1, "{run}");
    assert!(run.stdout.contains("0 failed"), "{run}");
}

#[test]
fn two_hundred_roles_under_a_throttle() {
    let mut manifest = "version: 1\nname: many\niam:\n  roles:\n".to_owned();
    for role in 0..200 {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        writeln!(manifest, "    role-{role}: {{trust_policy: '{trust}'}}").expect("written");
    }
    let (bench, cloud) = throttled("iam", &manifest);
    applied(&bench, &cloud, "iam", "throttled by IAM: slowed to ");
}

#[test]
fn a_hundred_clusters_under_a_throttle() {
    let mut manifest = "version: 1\nname: many\ndatabricks:\n  clusters:\n".to_owned();
    for cluster in 0..100 {
        let fields = "spark_version: 15.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1";
        writeln!(manifest, "    cluster-{cluster}: {{{fields}}}").expect("written");
    }
    let (bench, cloud) = throttled("databricks", &manifest);
    applied(&bench, &cloud, "databricks", "throttled by the Databricks workspace: slowed to ");
}
