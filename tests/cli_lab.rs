//! The lab: planned, applied, drifted and repaired.

use reconcile_sandbox::Config;

use crate::cli_bench::{Bench, Cloud};

const SANDBOX_STATE: &str = ".reconcile/sandbox.json";

#[test]
fn the_plan_of_the_lab() {
    insta::assert_snapshot!(Bench::with_lab().run("plan --sandbox"), @"");
}

#[test]
fn the_lab_is_applied_once_and_then_agrees() {
    let bench = Bench::with_lab();
    insta::assert_snapshot!(sorted(&bench.run("apply --sandbox --yes").to_string()), @"");
    insta::assert_snapshot!(bench.run("apply --sandbox --yes"), @"");
    insta::assert_snapshot!(bench.run("drift --sandbox -q"), @"");
    assert!(bench.path(SANDBOX_STATE).exists());
}

/// Sorts the progress: independent resources finish in any order.
fn sorted(transcript: &str) -> String {
    let (plan, rest) = transcript.split_once("--- stderr\n").expect("something was said");
    let mut said: Vec<_> = rest.lines().collect();
    said.sort_unstable();
    format!("{plan}--- stderr\n{}\n", said.join("\n"))
}

#[test]
fn what_was_changed_behind_our_back_is_drift_and_is_repaired_by_one_call() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.run("apply --yes").ends(0);
    bench.edit("reconcile.yaml", "autotermination_minutes: 120", "autotermination_minutes: 60");
    bench.edit("reconcile.yaml", "state: terminated", "");
    insta::assert_snapshot!(bench.run("drift"), @"");
}

#[test]
fn the_exit_code_of_a_plan_tells_a_difference_only_when_asked() {
    let bench = Bench::with_lab();
    bench.run("plan --sandbox").ends(0);
    bench.run("plan --sandbox --detailed-exitcode").ends(2);
    bench.run("drift --sandbox").ends(2);
    bench.run("apply --sandbox --yes").ends(0);
    bench.run("plan --sandbox --detailed-exitcode").ends(0);
    bench.run("drift --sandbox").ends(0);
}

#[test]
fn a_plan_and_a_drift_write_nothing() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.run("plan").ends(0);
    bench.run("drift --format markdown").ends(2);
    assert_eq!(cloud.writes(), Vec::<String>::new());
    let calls = cloud.sandbox.calls().len() / 2;
    assert!(calls <= 20, "the lab's plan took {calls} calls");
}

#[test]
fn only_what_is_asked_for_is_planned_and_applied() {
    let bench = Bench::with_lab();
    let plan = bench.run("plan --sandbox --only iam.roles.* --format json").ends(0).json();
    let addresses: Vec<_> = plan["resources"].as_array().expect("a list").iter().map(|one| &one["address"]).collect();
    assert_eq!(addresses, ["iam.roles.cluster", "iam.roles.workspace"]);
    bench.run("apply --sandbox --yes --only iam.**").ends(0);
    bench.run("drift --sandbox --only iam.*").ends(0);
    bench.run("drift --sandbox").ends(2);
}

#[test]
fn an_apply_tells_programs_what_became_of_every_call() {
    let run = Bench::with_lab().run("apply --sandbox --yes --format json").ends(0);
    let outcome = run.json();
    assert_eq!(outcome["summary"]["create"], 6);
    assert_eq!(outcome["summary"]["update"], 1);
    let resources = outcome["resources"].as_array().expect("a list");
    let operations: Vec<_> = resources.iter().flat_map(|one| one["operations"].as_array().expect("a list")).collect();
    assert!(operations.len() >= 10);
    assert!(operations.iter().all(|operation| operation["outcome"] == "done"), "{outcome}");
}

#[test]
fn several_manifests_give_one_object_a_line_and_the_worst_ending() {
    let bench = Bench::with_lab();
    let other = "version: 1\nname: other\niam:\n  roles:\n    missing: {existing: true}\n";
    bench.write("other.yaml", other);
    let run = bench.run("drift reconcile.yaml other.yaml --sandbox --format json").ends(1);
    let plans: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let names: Vec<_> = plans.iter().map(|plan| plan["manifest"].as_str().expect("a name")).collect();
    assert_eq!(names, ["databricks-sagemaker-lab", "other"]);
    // One that cannot be loaded does not keep the other from being planned.
    bench.write("other.yaml", "version: 2\n");
    let run = bench.run("drift other.yaml reconcile.yaml --sandbox --format json").ends(1);
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
}

#[test]
fn an_apply_of_several_writes_nothing_when_one_of_them_cannot_be() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.write("other.yaml", "version: 1\nname: other\niam:\n  roles:\n    missing: {existing: true}\n");
    let run = bench.run("apply reconcile.yaml other.yaml --yes").ends(1);
    assert!(run.stderr.contains("Nothing was applied."), "{run}");
    assert_eq!(cloud.writes(), Vec::<String>::new());
}

#[test]
fn a_foreign_owner_is_refused_until_it_is_taken_over() {
    let bench = Bench::with_lab();
    bench.run("apply --sandbox --yes --only iam.roles.cluster").ends(0);
    bench.edit("reconcile.yaml", "name: databricks-sagemaker-lab", "name: another-lab");
    insta::assert_snapshot!(bench.run("apply --sandbox --yes --only iam.roles.cluster"), @"");
    bench.run("plan --sandbox --only iam.roles.cluster").ends(3);
    bench.run("apply --sandbox --yes --only iam.roles.cluster --take-over").ends(0);
    bench.run("drift --sandbox --only iam.roles.cluster").ends(0);
}

#[test]
fn a_hazard_is_refused_with_what_to_type_and_yes_does_not_cover_it() {
    let bench = Bench::with_lab();
    bench.run("apply --sandbox --yes").ends(0);
    bench.edit("reconcile.yaml", "node_type_id: i3.xlarge", "node_type_id: m5d.large");
    insta::assert_snapshot!(bench.run("apply --sandbox --yes"), @"");
    bench.run("apply --sandbox --yes --allow delete").ends(3);
    bench.run("apply --sandbox --yes --allow interrupt").ends(0);
    bench.run("drift --sandbox").ends(0);
}

#[test]
fn a_failure_skips_what_depends_on_it_and_nothing_else() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    cloud.refuse("CreateInstanceProfile", "", 403, "AccessDenied", "not authorized to perform: iam:CreateInstanceProfile");
    let run = bench.run("apply --yes").ends(1);
    let (_, outcome) = run.stdout.split_once("calls").unwrap_or(("", &run.stdout));
    assert!(outcome.contains("skipped"), "{run}");
    let notebook = cloud.writes().iter().any(|call| call.ends_with("CreateNotebookInstance"));
    assert!(notebook, "{run}");
    insta::assert_snapshot!(sorted(&bench.run("apply --yes --only iam.instance_profiles.*").to_string()), @"");
}

#[test]
fn the_sandbox_needs_no_credentials_and_uses_none() {
    let mut bench = Bench::with_lab();
    for (name, value) in [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "real"),
        ("AWS_SECRET_ACCESS_KEY", "real"),
        ("AWS_PROFILE", "missing"),
        ("DATABRICKS_HOST", "http://127.0.0.1:9"),
        ("DATABRICKS_TOKEN", "real"),
        ("DATABRICKS_CLIENT_ID", "real"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
    ] {
        bench.set(name, value);
    }
    bench.run("apply --sandbox --yes").ends(0);
}

#[test]
fn a_foreign_file_in_the_place_of_the_sandbox_is_left_alone() {
    let bench = Bench::with_lab();
    bench.write(SANDBOX_STATE, "{\"mine\": true}\n");
    insta::assert_snapshot!(bench.run("plan --sandbox"), @"");
    assert_eq!(bench.read(SANDBOX_STATE), "{\"mine\": true}\n");
}
