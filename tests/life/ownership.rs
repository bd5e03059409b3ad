//! What is ours, and what becomes of it when the manifest no longer wants it.

use serde_json::Value;

use crate::Applied;
use crate::support::plan_json;

const ALLOW: &str = "--allow=delete,data-loss,interrupt";

impl Applied {
    fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
        plan_json::checked(&ended.stdout)
    }
}

#[test]
fn a_destruction_is_a_hazard_that_has_to_be_allowed() {
    let example = Applied::example("databricks-cluster");
    let ended = example.run(&["destroy", example.manifest(), "--yes"]);
    assert_eq!(ended.code, Some(3), "{}\n{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("--allow interrupt,delete"), "{}", ended.stderr);
    assert_eq!(example.sandbox.take_writes(), [""; 0]);
}

#[test]
fn what_is_no_longer_in_the_manifest_is_listed_and_goes_only_when_pruned() {
    let example = Applied::example("iam-instance-profile");
    let emptied = example.write("emptied.yaml", "version: 1\nname: example-iam-instance-profile\niam: {roles: {other: {existing: true, name: databricks-cross-account-role}}}\n");
    let plan = example.json(&["plan", &emptied, "--format", "json"]);
    let names: Vec<_> = plan["orphans"].as_array().expect("a list").iter().map(|orphan| &orphan["kind"]).collect();
    assert_eq!(names, ["iam_role", "iam_instance_profile"]);
    assert_eq!(plan["summary"]["delete"], 0);
    let ended = example.run(&["drift", &emptied]);
    assert_eq!(ended.code, Some(0), "an orphan is no drift: {}", ended.stdout);
    assert_eq!(example.sandbox.take_writes(), [""; 0]);

    let ended = example.run(&["apply", &emptied, "--prune", "--yes", ALLOW]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    let calls = ["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole"];
    assert_eq!(example.sandbox.take_writes(), calls);
    let plan = example.json(&["plan", &emptied, "--format", "json"]);
    assert_eq!(plan["orphans"], serde_json::json!([]));
}

#[test]
fn a_part_of_the_manifest_is_destroyed_by_its_addresses() {
    let example = Applied::example("databricks-instance-profile");
    let ended = example.run(&["destroy", example.manifest(), "--only", "databricks.*", "--yes", ALLOW]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(example.sandbox.take_writes(), ["databricks:instance-profiles/remove"]);
}
