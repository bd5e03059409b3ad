//! What is silenced on a resource, and the mistakes in saying so.

use super::Trial;

/// A manifest with a retired runtime, and this in its cluster.
fn cluster(ignore: &str) -> String {
    format!(
        "version: 1
name: lab
databricks:
  clusters:
    lab:
      spark_version: 12.2.x-scala2.12
      node_type_id: i3.xlarge
      num_workers: 1
      {ignore}
"
    )
}

#[test]
fn an_ignored_warning_is_kept_apart_with_its_reason() {
    let manifest = Trial::default().resolve(&cluster("ignore: {retired-runtime: moved in May}")).expect("a manifest");
    assert_eq!(manifest.warnings, []);
    let declared = &manifest.resources[0];
    let silenced: Vec<_> = declared.silenced.iter().map(|silenced| silenced.code).collect();
    assert_eq!(silenced, ["retired-runtime"]);
    assert_eq!(declared.ignore["retired-runtime"], "moved in May");
}

#[test]
fn another_code_leaves_the_warning() {
    let manifest = Trial::default().resolve(&cluster("ignore: {access-pass-role: not ours}")).expect("a manifest");
    assert_eq!(manifest.warnings.len(), 1);
    assert_eq!(manifest.resources[0].silenced, []);
}

#[test]
fn a_finding_in_a_policy_is_silenced_on_its_role_only() {
    let role = |id: &str, ignore: &str| {
        format!(
            "    {id}:
      {ignore}
      trust_policy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: sts:AssumeRole}}]}}
      managed_policies: [AmazonS3FullAccess]
"
        )
    };
    let text = format!(
        "version: 1\nname: lab\niam:\n  roles:\n{}{}",
        role("a", "ignore: {policy-full-access: a sandbox account}"),
        role("b", "description: not silenced")
    );
    let manifest = Trial::default().resolve(&text).expect("a manifest");
    let lines: Vec<_> =
        manifest.warnings.iter().filter_map(|warning| Some((warning.code, warning.place.as_ref()?.line))).collect();
    assert_eq!(lines, [("policy-full-access", 12)]);
    let silenced: Vec<_> = manifest.resources[0].silenced.iter().map(|silenced| silenced.code).collect();
    assert_eq!(silenced, ["policy-full-access"]);
}

#[test]
fn an_error_is_not_silenced() {
    let text = "version: 1
name: lab
iam:
  roles:
    a:
      ignore: {too-many: they are many}
      trust_policy: {Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}}
      inline_policies: {x: 5}
";
    let mistakes = Trial::default().resolve(text).expect_err("a mistake");
    assert!(mistakes.iter().any(|mistake| mistake.code == "wrong-type"), "{mistakes}");
}

#[test]
fn mistakes_in_it_are_told() {
    insta::assert_snapshot!(Trial::default().said(&cluster("ignore: [retired-runtime]")), @"
    lab.yaml:6:22: warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
    6 |       spark_version: 12.2.x-scala2.12
      |                      ^^^^^^^^^^^^^^^^
    help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3

    lab.yaml:9:15: error[wrong-type]: expected codes, each with the reason to ignore it, found a list
    9 |       ignore: [retired-runtime]
      |               ^^^^^^^^^^^^^^^^^
    help: write `ignore: {CODE: why}`
    ");
    insta::assert_snapshot!(Trial::default().said(&cluster("ignore: retired-runtime")), @r#"
    lab.yaml:6:22: warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
    6 |       spark_version: 12.2.x-scala2.12
      |                      ^^^^^^^^^^^^^^^^
    help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3

    lab.yaml:9:15: error[wrong-type]: expected codes, each with the reason to ignore it, found the text "retired-runtime"
    9 |       ignore: retired-runtime
      |               ^^^^^^^^^^^^^^^
    help: write `ignore: {CODE: why}`
    "#);
    insta::assert_snapshot!(Trial::default().said(&cluster("ignore: {retired-runtimes: why, retired-platform: ''}")), @"
    lab.yaml:6:22: warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
    6 |       spark_version: 12.2.x-scala2.12
      |                      ^^^^^^^^^^^^^^^^
    help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3

    lab.yaml:9:16: error[unknown-code]: `retired-runtimes` is not the code of a warning
    9 |       ignore: {retired-runtimes: why, retired-platform: ''}
      |                ^^^^^^^^^^^^^^^^
    help: did you mean `retired-runtime`?

    lab.yaml:9:57: error[empty-text]: an empty text is no value here
    9 |       ignore: {retired-runtimes: why, retired-platform: ''}
      |                                                         ^^
    ");
    insta::assert_snapshot!(Trial::default().said(&cluster("ignores: {retired-runtime: why}")), @"
    lab.yaml:6:22: warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
    6 |       spark_version: 12.2.x-scala2.12
      |                      ^^^^^^^^^^^^^^^^
    help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3

    lab.yaml:9:7: error[unknown-field]: a cluster has no field `ignores`
    9 |       ignores: {retired-runtime: why}
      |       ^^^^^^^
    help: did you mean `ignore`?
    ");
}

#[test]
fn a_code_that_is_near_none_is_answered_with_all() {
    let mistakes = Trial::default().resolve(&cluster("ignore: {x: why}")).expect_err("a mistake");
    let help: Vec<_> = mistakes.iter().flat_map(|mistake| mistake.help.clone()).collect();
    let all = help.iter().find(|help| help.starts_with("known are ")).expect("the codes");
    for code in ["retired-runtime", "too-many", "access-ec2-trust", "access-pass-role"] {
        assert!(all.contains(code), "{all}");
    }
}
