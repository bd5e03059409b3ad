//! What a manifest can have wrong, and how it is told: place, line, and what to do.

use crate::cli_bench::Bench;

/// Validates a manifest whose resources are these lines.
fn validate(resources: &str) -> String {
    Bench::with_manifest(&format!("version: 1\nname: lab\n{resources}")).run("validate").to_string()
}

#[test]
fn a_valid_manifest_says_so_in_one_line() {
    insta::assert_snapshot!(Bench::with_lab().run("validate"), @"");
}

#[test]
fn there_is_no_manifest() {
    insta::assert_snapshot!(Bench::new().run("validate"), @"");
}

#[test]
fn the_manifest_is_empty() {
    insta::assert_snapshot!(Bench::with_manifest("").run("validate"), @"");
}

#[test]
fn the_manifest_is_a_folder() {
    insta::assert_snapshot!(Bench::new().run("validate home"), @"");
}

#[test]
fn it_is_not_yaml() {
    insta::assert_snapshot!(validate("iam: {roles: {a: [}}\n"), @"");
}

#[test]
fn an_unknown_field_has_a_near_name() {
    insta::assert_snapshot!(validate("databricks:\n  clusters:\n    lab:\n      sprak_version: x\n      num_workers: 1\n"), @"");
}

#[test]
fn a_key_is_there_twice() {
    insta::assert_snapshot!(validate("iam:\n  roles:\n    a: {existing: true}\n    b: {existing: true}\n    a: {existing: true}\n"), @"");
}

#[test]
fn a_value_has_the_wrong_type() {
    insta::assert_snapshot!(
        validate("databricks:\n  clusters:\n    lab: {spark_version: 16.4.x-scala2.12, num_workers: many}\n"),
        @""
    );
}

#[test]
fn a_variable_has_no_value() {
    insta::assert_snapshot!(
        validate("variables: {who: null}\niam:\n  roles:\n    a: {name: \"${var.who}\", existing: true}\n"),
        @""
    );
}

#[test]
fn a_reference_leads_nowhere() {
    insta::assert_snapshot!(
        validate("iam:\n  roles:\n    data: {existing: true}\n  instance_profiles:\n    p: {role: \"${iam.roles.date.name}\"}\n"),
        @""
    );
}

#[test]
fn a_policy_grants_nothing_it_could_mean() {
    insta::assert_snapshot!(
        validate("iam:\n  roles:\n    a:\n      existing: true\n      inline_policies:\n        p:\n          Version: \"2012-10-17\"\n          Statement: [{Effect: Permit, Action: \"iam:GetRole\", Resource: \"*\"}]\n"),
        @""
    );
}

#[test]
fn a_mistake_in_a_policy_file_is_shown_in_that_file() {
    let bench = Bench::with_manifest(
        "version: 1\nname: lab\niam:\n  roles:\n    a: {existing: true, inline_policies: {p: {file: p.json}}}\n",
    );
    bench.write("p.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Statment\": []\n}\n");
    insta::assert_snapshot!(bench.run("validate"), @"");
}

#[test]
fn a_notebook_source_is_missing() {
    insta::assert_snapshot!(
        validate("databricks:\n  notebooks:\n    n: {path: /Shared/n, source: n.py, language: PYTHON}\n"),
        @""
    );
}

#[test]
fn a_name_is_beyond_the_limits_of_the_service() {
    let name = "x".repeat(65);
    insta::assert_snapshot!(validate(&format!("iam:\n  roles:\n    a: {{name: {name}, existing: true}}\n")), @"");
}

#[test]
fn all_mistakes_are_told_at_once() {
    insta::assert_snapshot!(
        validate("iam:\n  rolls: {}\n  roles:\n    A: {existing: true}\n    b: {existing: yes, path: /x/}\n"),
        @""
    );
}

#[test]
fn what_has_been_retired_is_a_warning() {
    insta::assert_snapshot!(
        validate("databricks:\n  clusters:\n    lab: {spark_version: 12.2.x-cpu-ml-scala2.12, num_workers: 1}\n"),
        @""
    );
}

#[test]
fn no_line_with_a_secret_is_quoted() {
    let run = Bench::with_manifest(
        "version: 1\nname: lab\ndatabricks:\n  clusters:\n    lab:\n      spark_version: 16.4.x-scala2.12\n      \
         num_workers: 1\n      spark_env_vars: {KEY: [hunter2]}\n",
    );
    let run = run.run("validate").ends(1);
    assert!(!run.stderr.contains("hunter2"), "{run}");
    assert!(run.stderr.contains("reconcile.yaml:8:"), "{run}");
}

#[test]
fn several_manifests_are_judged_each_and_the_worst_counts() {
    let bench = Bench::with_lab();
    bench.write("broken.yaml", "version: 1\nname: Broken\n");
    let run = bench.run("validate reconcile.yaml broken.yaml --format json").ends(1);
    let lines: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let found: Vec<_> = lines.iter().map(|line| (line["file"].as_str(), line["valid"].as_bool())).collect();
    assert_eq!(found, [(Some("reconcile.yaml"), Some(true)), (Some("broken.yaml"), Some(false))]);
    assert_eq!(lines[0]["resources"], 7);
    assert_eq!(lines[1]["diagnostics"][0]["place"]["line"], 2);
}

#[test]
fn variables_come_from_the_command_line_before_the_environment() {
    let text = "version: 1\nname: lab\nvariables: {who: null}\niam:\n  roles:\n    a: {name: \"${var.who}\", existing: true}\n";
    let mut bench = Bench::with_manifest(text);
    // One that the manifest does not have is somebody else's.
    bench.set("RECONCILE_VAR_other", "x");
    bench.set("RECONCILE_VAR_who", "somebody else");
    assert!(bench.run("validate").ends(1).stderr.contains("somebody else"));
    bench.run("validate --var who=someone").ends(0);
    assert!(bench.run("validate --var who=someone --var whom=x").ends(1).stderr.contains("did you mean `who`?"));
}
