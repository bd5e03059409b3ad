//! What a manifest can have wrong, and how it is told: place, line, and what to do.

use crate::cli_bench::Bench;

/// Validates a manifest whose resources are these lines.
fn validate(resources: &str) -> String {
    Bench::with_manifest(&format!("version: 1\nname: lab\n{resources}")).run("validate").to_string()
}

#[test]
fn a_valid_manifest_says_so_in_one_line() {
    insta::assert_snapshot!(Bench::with_lab().run("validate"), @"
    reconcile.yaml: valid, 7 resources
    --- exit 0
    ");
}

#[test]
fn there_is_no_manifest() {
    insta::assert_snapshot!(Bench::new().run("validate"), @r"
    --- stderr
    error[manifest-unreadable]: the manifest reconcile.yaml cannot be read: No such file or directory (os error 2)
     |
     = help: name the manifest, as in `reconcile plan lab.yaml`; without a name it is reconcile.yaml
    --- exit 1
    ");
}

#[test]
fn the_manifest_is_empty() {
    insta::assert_snapshot!(Bench::with_manifest("").run("validate"), @r"
    --- stderr
    error[empty-file]: the manifest is empty
     --> reconcile.yaml:1:1
      |
    1 |
      | ^
    --- exit 1
    ");
}

#[test]
fn the_manifest_is_a_folder() {
    insta::assert_snapshot!(Bench::new().run("validate home"), @r"
    --- stderr
    error[manifest-unreadable]: the manifest home cannot be read: it is not a file
    --- exit 1
    ");
}

#[test]
fn it_is_not_yaml() {
    insta::assert_snapshot!(validate("iam: {roles: {a: [}}\n"), @r"
    --- stderr
    error[yaml-syntax]: not YAML: mismatched bracket '[' closed by '}'
     --> reconcile.yaml:3:18
      |
    3 | iam: {roles: {a: [}}
      |                  ^
    --- exit 1
    ");
}

#[test]
fn an_unknown_field_has_a_near_name() {
    insta::assert_snapshot!(validate("databricks:\n  clusters:\n    lab:\n      sprak_version: x\n      node_type_id: i3.xlarge\n      num_workers: 1\n"), @r"
    --- stderr
    error[missing-field]: a cluster needs `spark_version`: an example is 16.4.x-scala2.12
     --> reconcile.yaml:5:5
      |
    5 |     lab:
      |     ^^^

    error[unknown-field]: a cluster has no field `sprak_version`
     --> reconcile.yaml:6:7
      |
    6 |       sprak_version: x
      |       ^^^^^^^^^^^^^
      |
      = help: did you mean `spark_version`?
    --- exit 1
    ");
}

#[test]
fn a_key_is_there_twice() {
    insta::assert_snapshot!(validate("iam:\n  roles:\n    a: {existing: true}\n    b: {existing: true}\n    a: {existing: true}\n"), @r"
    --- stderr
    error[duplicate-key]: the key `a` is there twice
     --> reconcile.yaml:7:5
      |
    7 |     a: {existing: true}
      |     ^
      |
     ::: reconcile.yaml:5:5
      |
    5 |     a: {existing: true}
      |     - the first one is here
    --- exit 1
    ");
}

#[test]
fn a_value_has_the_wrong_type() {
    insta::assert_snapshot!(
        validate("databricks:\n  clusters:\n    lab: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: many}\n"),
        @r#"
        --- stderr
        error[wrong-type]: expected a whole number from 0 to 100000, found the text "many"
         --> reconcile.yaml:5:82
          |
        5 |     lab: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: many}
          |                                                                                  ^^^^
        --- exit 1
        "#
    );
}

#[test]
fn a_variable_has_no_value() {
    insta::assert_snapshot!(
        validate("variables: {who: null}\niam:\n  roles:\n    a: {name: \"${var.who}\", existing: true}\n"),
        @r"
        --- stderr
        error[variable-missing]: the variable `who` has no value
         --> reconcile.yaml:3:13
          |
        3 | variables: {who: null}
          |             ^^^
          |
          = help: give one by `--var who=…` or by the environment variable RECONCILE_VAR_who
        --- exit 1
        "
    );
}

#[test]
fn a_reference_leads_nowhere() {
    insta::assert_snapshot!(
        validate("iam:\n  roles:\n    data: {existing: true}\n  instance_profiles:\n    p: {role: \"${iam.roles.date.name}\"}\n"),
        @r#"
        --- stderr
        error[unknown-reference]: `${iam.roles.date.name}` refers to nothing in this manifest
         --> reconcile.yaml:7:15
          |
        7 |     p: {role: "${iam.roles.date.name}"}
          |               ^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: did you mean `iam.roles.data.name`?
          = help: write `$${` for a literal `${`
        --- exit 1
        "#
    );
}

#[test]
fn a_policy_grants_nothing_it_could_mean() {
    insta::assert_snapshot!(
        validate("iam:\n  roles:\n    a:\n      existing: true\n      inline_policies:\n        p:\n          Version: \"2012-10-17\"\n          Statement: [{Effect: Permit, Action: \"iam:GetRole\", Resource: \"*\"}]\n"),
        @r#"
    --- stderr
    error[policy-effect]: Effect must be Allow or Deny, not "Permit"
      --> reconcile.yaml:10:32
       |
    10 |           Statement: [{Effect: Permit, Action: "iam:GetRole", Resource: "*"}]
       |                                ^^^^^^
       |
       = help: the two are Allow and Deny, with a capital letter
    --- exit 1
    "#
    );
}

#[test]
fn a_mistake_in_a_policy_file_is_shown_in_that_file() {
    let bench = Bench::with_manifest(
        "version: 1\nname: lab\niam:\n  roles:\n    a: {existing: true, inline_policies: {p: {file: p.json}}}\n",
    );
    bench.write("p.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Statment\": []\n}\n");
    insta::assert_snapshot!(bench.run("validate"), @r#"
    --- stderr
    error[policy-statement]: a policy needs a Statement
     --> p.json:1:1
      |
    1 | {
      | ^
      |
      = help: to allow nothing, have no policy

    error[policy-unknown-element]: "Statment" is no element of a policy
     --> p.json:3:3
      |
    3 |   "Statment": []
      |   ^^^^^^^^^^
      |
      = help: the elements here are Version, Id, Statement
    --- exit 1
    "#);
}

#[test]
fn a_notebook_source_is_missing() {
    insta::assert_snapshot!(
        validate("databricks:\n  notebooks:\n    n: {path: /Shared/n, source: n.py, language: PYTHON}\n"),
        @r"
        --- stderr
        error[unreadable-file]: the file `n.py` cannot be read: No such file or directory (os error 2)
         --> reconcile.yaml:5:34
          |
        5 |     n: {path: /Shared/n, source: n.py, language: PYTHON}
          |                                  ^^^^
          |
          = help: paths are relative to the manifest's folder: this is n.py
        --- exit 1
        "
    );
}

#[test]
fn a_name_is_beyond_the_limits_of_the_service() {
    let name = "x".repeat(65);
    insta::assert_snapshot!(validate(&format!("iam:\n  roles:\n    a: {{name: {name}, existing: true}}\n")), @r"
    --- stderr
    error[too-long]: a role name has at most 64 characters, and this has 65
     --> reconcile.yaml:5:15
      |
    5 |     a: {name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, existing: true}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    --- exit 1
    ");
}

#[test]
fn all_mistakes_are_told_at_once() {
    insta::assert_snapshot!(
        validate("iam:\n  rolls: {}\n  roles:\n    A: {existing: true}\n    b: {existing: yes, path: /x/}\n"),
        @r#"
        --- stderr
        error[unknown-kind]: `iam` has no kind `rolls`
         --> reconcile.yaml:4:3
          |
        4 |   rolls: {}
          |   ^^^^^
          |
          = help: did you mean `roles`?

        error[wrong-id]: `A` cannot be an id
         --> reconcile.yaml:6:5
          |
        6 |     A: {existing: true}
          |     ^
          |
          = help: an id starts with a small letter, and small letters, digits, `_` and `-` follow; the real name goes into `name`

        error[missing-field]: a role needs `trust_policy`: it says who may assume the role
         --> reconcile.yaml:7:5
          |
        7 |     b: {existing: yes, path: /x/}
          |     ^

        error[wrong-type]: expected true or false, found the text "yes"
         --> reconcile.yaml:7:19
          |
        7 |     b: {existing: yes, path: /x/}
          |                   ^^^
          |
          = help: write `true`
        --- exit 1
        "#
    );
}

#[test]
fn what_has_been_retired_is_a_warning() {
    insta::assert_snapshot!(
        validate("databricks:\n  clusters:\n    lab: {spark_version: 12.2.x-cpu-ml-scala2.12, node_type_id: i3.xlarge, num_workers: 1}\n"),
        @r"
        reconcile.yaml: valid, 1 resource
        --- stderr
        warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
         --> reconcile.yaml:5:26
          |
        5 |     lab: {spark_version: 12.2.x-cpu-ml-scala2.12, node_type_id: i3.xlarge, num_workers: 1}
          |                          ^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3
        --- exit 0
        "
    );
}

#[test]
fn no_line_with_a_secret_is_quoted() {
    let run = Bench::with_manifest(
        "version: 1\nname: lab\ndatabricks:\n  clusters:\n    lab:\n      spark_version: 16.4.x-scala2.12\n      \
         node_type_id: i3.xlarge\n      num_workers: 1\n      spark_env_vars: {KEY: [hunter2]}\n",
    );
    let run = run.run("validate").ends(1);
    assert!(!run.stderr.contains("hunter2"), "{run}");
    assert!(run.stderr.contains("reconcile.yaml:9:"), "{run}");
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
fn a_verdict_can_go_into_a_pull_request() {
    let bench = Bench::with_lab();
    bench.write("broken.yaml", "version: 1\nname: lab\niam: {rolls: {}}\n");
    insta::assert_snapshot!(bench.run("validate reconcile.yaml broken.yaml --format markdown -q"), @"
    **`reconcile.yaml`**: valid, 7 resources

    **`broken.yaml`**: not valid, 1 problem
    - `broken.yaml:3:7: error[unknown-kind]: 'iam' has no kind 'rolls'`

    --- stderr
    error[unknown-kind]: `iam` has no kind `rolls`
     --> broken.yaml:3:7
      |
    3 | iam: {rolls: {}}
      |       ^^^^^
      |
      = help: did you mean `roles`?
    --- exit 1
    ");
}

#[test]
fn variables_come_from_the_command_line_before_the_environment() {
    let text = "version: 1\nname: lab\nvariables: {who: null}\niam:\n  roles:\n    a: {name: \"${var.who}\", existing: true}\n";
    let mut bench = Bench::with_manifest(text);
    // One that the manifest does not have is somebody else's.
    bench.set("RECONCILE_VAR_other", "x");
    bench.set("RECONCILE_VAR_who", "some body");
    let run = bench.run("validate").ends(1);
    assert!(run.stderr.contains("a role name cannot contain ' '"), "{run}");
    bench.run("validate --var who=someone").ends(0);
    assert!(bench.run("validate --var who=someone --var whom=x").ends(1).stderr.contains("did you mean `who`?"));
}
