//! Clusters, whose names are not unique: two runs that make one at a time end with one.

use reconcile_sandbox::{Fault, FaultKind};
use serde_json::Value;

use crate::bed::Bed;
use crate::scenarios::edited;

const MANIFEST: &str = "
version: 1
name: trust
databricks:
  clusters:
    only:
      name: trust-only
      state: terminated
      spark_version: 16.4.x-scala2.12
      node_type_id: m5d.large
      num_workers: 1
      autotermination_minutes: 60
";

const APPLY: [&str; 2] = ["apply", "reconcile.yaml"];

fn clusters(bed: &Bed) -> Vec<Value> {
    let state = bed.sandbox.state();
    let all = state["workspace"]["clusters"]["by_id"].as_object().expect("clusters");
    all.values().cloned().collect()
}

/// The one cluster that there is, at rest, and nothing is left to be done.
#[track_caller]
fn is_only(bed: &Bed, size: u64) {
    let all = clusters(bed);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["specification"]["num_workers"], size, "{all:#?}");
    bed.succeed(&["drift", "reconcile.yaml"]);
}

/// The token guards against a second cluster only as long as the first one has not terminated.
#[test]
fn a_creation_that_comes_after_the_other_runs_termination_makes_no_twin() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", MANIFEST);
    let (run, call) = bed.hold_at(&[&APPLY[..], &["--journal=log"]].concat(), 0, false);
    assert_eq!(call.as_deref(), Some("databricks:clusters/create"));
    bed.succeed(&APPLY);
    let first = bed.cluster_id();
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("somebody else has done it meanwhile"), "{}", ended.stderr);
    is_only(&bed, 1);
    assert_eq!(bed.cluster_id(), first, "the first one stays: others may use it already");
    // What it has made is gone again, and the cluster is not its own.
    let undone = bed.succeed(&["undo", "log"]);
    assert!(undone.stdout.contains("somebody else had done all of it"), "{}", undone.stdout);
    is_only(&bed, 1);
}

/// The creation is refused for the moment, and sent again when the other run has made the cluster and terminated it.
#[test]
fn a_creation_that_is_sent_again_makes_no_twin() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", MANIFEST);
    bed.sandbox.inject(Fault::of(FaultKind::Throttle { retry_after_seconds: None }).on("clusters/create").times(1));
    // The second attempt: it bears the same token.
    let (run, call) = bed.hold_at(&APPLY, 0, false);
    assert_eq!(call.as_deref(), Some("databricks:clusters/create"));
    bed.succeed(&APPLY);
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    is_only(&bed, 1);
}

/// Its answer is lost, and the other run has terminated what it had made when it is sent again: that one is its own.
#[test]
fn a_creation_whose_answer_is_lost_and_which_others_terminate_makes_no_twin() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", MANIFEST);
    bed.sandbox.inject(Fault::of(FaultKind::CutAfter).on("clusters/create").times(1));
    let (run, call) = bed.hold_at(&APPLY, 0, false);
    assert_eq!(call.as_deref(), Some("databricks:clusters/create"));
    bed.succeed(&APPLY);
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    is_only(&bed, 1);
}

/// Two versions of a manifest want two different clusters of one name: whoever comes second says so. While the first one lives,
/// the token leads to it.
#[test]
fn another_version_of_the_manifest_makes_no_twin() {
    let versions = [
        ("state: terminated", 3, "num_workers is 2 now, and is to be 1"),
        ("state: running", 1, "did not take: num_workers is still 2, not 1"),
    ];
    for (state, code, told) in versions {
        let bed = Bed::new();
        let manifest = edited(MANIFEST, &[("state: terminated", state)]);
        bed.write("reconcile.yaml", &manifest);
        bed.write("other.yaml", &edited(&manifest, &[("num_workers: 1", "num_workers: 2")]));
        let (run, call) = bed.hold_at(&[&APPLY[..], &["--timeout=5s"]].concat(), 0, false);
        assert_eq!(call.as_deref(), Some("databricks:clusters/create"));
        bed.succeed(&["apply", "other.yaml"]);
        bed.sandbox.release();
        let ended = run.end();
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        assert_eq!(ended.stderr.contains("the second one was deleted again"), code == 3, "{}", ended.stderr);
        assert_eq!(clusters(&bed).len(), 1);
        bed.succeed(&APPLY);
        is_only(&bed, 1);
    }
}

/// One of the same name that belongs to nobody, or to another manifest, is not older than ours: it is another one.
#[test]
fn a_cluster_of_somebody_elses_is_no_twin() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", MANIFEST);
    let (run, _) = bed.hold_at(&APPLY, 0, false);
    let theirs = serde_json::json!({"cluster_name": "trust-only", "spark_version": "16.4.x-scala2.12",
        "node_type_id": "m5d.large", "num_workers": 7, "custom_tags": {"reconcile:owner": "another"}});
    bed.databricks("clusters/create", &theirs);
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(clusters(&bed).len(), 2);
    bed.succeed(&["drift", "reconcile.yaml"]);
}
