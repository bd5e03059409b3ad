//! Lifecycle configurations and their scripts.

use super::{Trial, codes, resolved, said, with_head};
use crate::dependencies;
use crate::field::Field;
use crate::resource::lifecycle_config::Script;
use crate::resource::{LifecycleConfig, Resource};
use rstest::rstest;

fn config(fields: &str) -> Vec<&'static str> {
    codes(&format!("sagemaker:\n  lifecycle_configs:\n    scripts: {{{fields}}}\n"))
}

fn read(trial: &Trial, body: &str) -> LifecycleConfig {
    let manifest = trial.resolve(&with_head(body)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    match manifest.resources.first().map(|declared| declared.resource.clone()) {
        Some(Resource::LifecycleConfig(config)) => config,
        other => panic!("no lifecycle configuration: {other:?}"),
    }
}

#[rstest]
#[case("", &[])]
#[case("name: a-b-1", &[])]
#[case("name: a_b", &["wrong-character"])]
#[case("name: -a", &["wrong-form"])]
#[case("name: a-", &["wrong-form"])]
#[case("on_create: null, on_start: null", &[])]
#[case("on_start: \"#!/bin/sh\\n\"", &[])]
#[case("on_start: ''", &["empty-text"])]
#[case("on_start: echo", &["script-interpreter"])]
#[case("on_start: \"#!/bin/sh\\r\\n\"", &["script-line-ends"])]
#[case("on_start: 5", &["wrong-type"])]
#[case("on_start: [a]", &["wrong-type"])]
#[case("on_start: {}", &["missing-field"])]
#[case("on_start: {file: a.sh, mode: 7}", &["unreadable-file", "unknown-field"])]
#[case("on_stop: x", &["unknown-field"])]
#[case("tags: {'aws:x': a}", &["reserved-tag"])]
fn a_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(config(fields), expected);
}

#[test]
fn an_id_that_is_no_name_needs_one() {
    assert_eq!(codes("sagemaker:\n  lifecycle_configs:\n    my_scripts: {}\n"), ["wrong-character"]);
    assert_eq!(codes("sagemaker:\n  lifecycle_configs:\n    scripts-: {}\n"), ["wrong-form"]);
    assert!(codes("sagemaker:\n  lifecycle_configs:\n    my_scripts: {name: my-scripts}\n").is_empty());
}

#[test]
fn a_script_is_a_text_with_references_or_a_file_byte_for_byte() {
    let trial = Trial::default().file("start.sh", "#!/bin/sh\necho ${HOME} ${aws.region}\n");
    let body = "sagemaker:\n  lifecycle_configs:\n    scripts:\n      on_create: |\n        #!/bin/sh\n        echo $${HOME} ${aws.region}\n      on_start: {file: start.sh}\n";
    let config = read(&trial, body);
    let script = |text: &str| Field::Set(Script::new(text.as_bytes().to_vec()));
    assert_eq!(config.on_create, script("#!/bin/sh\necho ${HOME} us-east-1\n"));
    assert_eq!(config.on_start, script("#!/bin/sh\necho ${HOME} ${aws.region}\n"));
    assert_eq!(config.arn, "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/scripts");
}

#[test]
fn what_keeps_a_script_from_running_is_told_with_its_place() {
    let trial = Trial::default().file("start.sh", "echo\r\n").file("long.sh", format!("#!{}", "x".repeat(12_287)));
    let body = "sagemaker:\n  lifecycle_configs:\n    a:\n      on_create: {file: long.sh}\n      on_start: {file: start.sh}\n    b: {on_start: ''}\n";
    insta::assert_snapshot!(trial.said(&with_head(body)), @"
    lab.yaml:6:25: error[script-size]: a script has at most 16384 characters in base64, and this has 16388 (12289 bytes)
    6 |       on_create: {file: long.sh}
      |                         ^^^^^^^
    help: put the rest into S3 or a repository, and let the script fetch it

    lab.yaml:7:24: error[script-line-ends]: the script's lines end in CR LF, as on Windows: the instance would fail with `bad interpreter`
    7 |       on_start: {file: start.sh}
      |                        ^^^^^^^^
    help: save it with LF line ends, such as by `dos2unix`

    lab.yaml:7:24: error[script-interpreter]: the script does not start with `#!`: the instance would fail with `exec format error`
    7 |       on_start: {file: start.sh}
      |                        ^^^^^^^^
    help: begin it with `#!/bin/bash`

    lab.yaml:8:19: error[empty-text]: a script cannot be empty
    8 |     b: {on_start: ''}
      |                   ^^
    help: write `null` for none
    ");
}

#[test]
fn the_longest_script_has_12288_bytes() {
    let longest = Trial::default().file("long.sh", format!("#!{}", "x".repeat(12_286)));
    let config = read(&longest, "sagemaker:\n  lifecycle_configs:\n    a: {on_start: {file: long.sh}}\n");
    assert_eq!(config.on_start.value().map(|script| script.to_base64().len()), Some(16_384));
}

#[test]
fn a_shells_own_variable_in_a_text_is_told() {
    insta::assert_snapshot!(said("sagemaker:\n  lifecycle_configs:\n    a:\n      on_start: |\n        #!/bin/sh\n        echo ${HOME}\n"), @"
    lab.yaml:7:9: error[unknown-reference]: `${HOME}` refers to nothing in this manifest
    7 |         #!/bin/sh
      |         ^^^^^^^^^
    help: known are var.NAME, aws.account_id, aws.region, aws.partition, and .name and .arn of a resource such as iam.roles.ID; no variables are declared
    help: write `$${` for a literal `${`
    ");
}

#[test]
fn an_instance_comes_after_the_configuration_that_it_names() {
    let body = "sagemaker:\n  notebook_instances:\n    n: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/x', lifecycle_config_name: scripts}\n  lifecycle_configs:\n    c: {name: scripts}\n    d: {}\n";
    let manifest = resolved(body);
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let (instance, _) = resources.first().expect("the instance");
    let before = dependencies::find(&resources);
    let before: Vec<_> = before[*instance].iter().map(ToString::to_string).collect();
    assert_eq!(before, ["sagemaker.lifecycle_configs.c"]);
}
