//! Clusters.

use rstest::rstest;

use super::{codes, resolved, said};
use crate::resource::{Cluster, Resource};

const BASE: &str = "spark_version: 16.4.x-scala2.12";

fn cluster(fields: &str) -> Vec<&'static str> {
    codes(&format!("databricks:\n  clusters:\n    c: {{{BASE}, {fields}}}\n"))
}

fn read(fields: &str) -> Cluster {
    let manifest = resolved(&format!("tags: {{team: ml}}\ndatabricks:\n  clusters:\n    c: {{{BASE}, {fields}}}\n"));
    let Some(Resource::Cluster(cluster)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no cluster")
    };
    cluster.clone()
}

#[rstest]
#[case("num_workers: 2, node_type_id: m", &[])]
#[case("node_type_id: m", &["missing-field"])]
#[case("num_workers: 2", &["missing-field"])]
#[case("policy_id: p, apply_policy_default_values: true", &[])]
#[case("policy_id: p", &["missing-field"])]
#[case("num_workers: 0, node_type_id: m", &["conflicting-fields"])]
#[case("num_workers: 0, node_type_id: m, spark_conf: {spark.databricks.cluster.profile: singleNode}", &[])]
#[case("num_workers: -1, node_type_id: m", &["out-of-range"])]
#[case("num_workers: 1, autoscale: {min_workers: 1, max_workers: 2}, node_type_id: m", &["conflicting-fields"])]
#[case("autoscale: {min_workers: 1, max_workers: 2}, node_type_id: m", &[])]
#[case("autoscale: {min_workers: 2, max_workers: 2}, node_type_id: m", &["conflicting-fields"])]
#[case("autoscale: {min_workers: 2}, node_type_id: m", &["missing-field"])]
#[case("autoscale: {min_workers: x, max_workers: 3}, node_type_id: m", &["wrong-type"])]
#[case("single_node: true, node_type_id: m", &[])]
#[case("single_node: true, num_workers: 0, node_type_id: m", &[])]
#[case("single_node: true, num_workers: 1, node_type_id: m", &["conflicting-fields"])]
#[case("single_node: true, autoscale: {min_workers: 1, max_workers: 2}, node_type_id: m", &["conflicting-fields"])]
#[case("single_node: true, custom_tags: {ResourceClass: Other}, node_type_id: m", &["conflicting-fields"])]
#[case("is_single_node: true, kind: CLASSIC_PREVIEW, node_type_id: m", &[])]
#[case("is_single_node: true, node_type_id: m", &["conflicting-fields"])]
#[case("is_single_node: true, kind: CLASSIC_PREVIEW, num_workers: 1, node_type_id: m", &["conflicting-fields"])]
#[case("use_ml_runtime: true, num_workers: 1, node_type_id: m", &["conflicting-fields"])]
#[case("num_workers: 1, instance_pool_id: p", &[])]
#[case("num_workers: 1, instance_pool_id: p, node_type_id: m", &["conflicting-fields"])]
#[case("num_workers: 1, instance_pool_id: p, aws_attributes: {zone_id: auto}", &["conflicting-fields"])]
#[case("num_workers: 1, instance_pool_id: p, aws_attributes: {instance_profile_arn: null}", &[])]
#[case("num_workers: 1, node_type_id: m, autotermination_minutes: 5", &["out-of-range"])]
#[case("num_workers: 1, node_type_id: m, autotermination_minutes: 0", &[])]
#[case("num_workers: 1, node_type_id: m, runtime_engine: photon", &["unknown-value"])]
#[case("num_workers: 1, node_type_id: m, aws_attributes: {ebs_volume_type: THROUGHPUT_OPTIMIZED_HDD, ebs_volume_size: 100}", &["out-of-range"])]
#[case("num_workers: 1, node_type_id: m, aws_attributes: {ebs_volume_count: 11}", &["out-of-range"])]
#[case("num_workers: 1, node_type_id: m, aws_attributes: {instance_profile_arn: x}", &["wrong-arn"])]
#[case("num_workers: 1, node_type_id: m, init_scripts: [{workspace: {destination: /x}}]", &[])]
#[case("num_workers: 1, node_type_id: m, init_scripts: [{workspace: {destination: /x}, s3: {destination: s3://b}}]", &["one-of"])]
#[case("num_workers: 1, node_type_id: m, init_scripts: [{}]", &["one-of"])]
#[case("num_workers: 1, node_type_id: m, spark_conf: []", &["wrong-type"])]
#[case("num_workers: 1, node_type_id: m, state: running, pinned: true, cluster_id: 1-2-a", &[])]
#[case("num_workers: 1, node_type_id: m, state: stopped", &["unknown-value"])]
#[case("num_workers: 1, node_type_id: m, cluster_name: x", &["unknown-field"])]
fn a_cluster_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(cluster(fields), expected);
}

#[test]
fn photon_is_said_once() {
    let photon = "databricks:\n  clusters:\n    c: {spark_version: 16.4.x-photon-scala2.12, runtime_engine: PHOTON, num_workers: 1, node_type_id: m}\n";
    insta::assert_snapshot!(said(photon), @"
    lab.yaml:5:49: error[conflicting-fields]: the runtime's version says `-photon-` already, and the service refuses both
    5 | …ion: 16.4.x-photon-scala2.12, runtime_engine: PHOTON, num_workers: 1, node_type_id: m}
      |                                ^^^^^^^^^^^^^^
    help: write `spark_version: 16.4.x-scala2.12`, or remove `runtime_engine`
    ");
}

#[test]
fn a_cluster_says_which_runtime() {
    assert_eq!(codes("databricks:\n  clusters:\n    c: {num_workers: 1, node_type_id: m}\n"), ["missing-field"]);
    assert_eq!(
        codes("databricks:\n  clusters:\n    c: {spark_version: null, num_workers: 1, node_type_id: m}\n"),
        ["null-not-allowed"]
    );
}

#[test]
fn what_the_service_knows_under_another_form_is_canonical() {
    let cluster = read(
        "node_type_id: m, autoscale: {min_workers: 1, max_workers: 4}, data_security_mode: DATA_SECURITY_MODE_DEDICATED, \
         spark_conf: {a: 1.10, b: true, c: null, d: x}, custom_tags: {n: 5, flag: true, gone: null}, policy_id: null, \
         aws_attributes: {zone_id: null, first_on_demand: 1}, pinned: null",
    );
    insta::assert_debug_snapshot!(cluster, @r#"
    Cluster {
        name: "c",
        cluster_id: Absent,
        single_node: false,
        spec: ClusterSpec(
            {
                "spark_version": String("16.4.x-scala2.12"),
                "node_type_id": String("m"),
                "autoscale": Object {
                    "min_workers": Number(1),
                    "max_workers": Number(4),
                },
                "data_security_mode": String("SINGLE_USER"),
                "aws_attributes": Object {
                    "zone_id": Null,
                    "first_on_demand": Number(1),
                },
                "spark_conf": Object {
                    "a": String("1.10"),
                    "b": String("true"),
                    "d": String("x"),
                },
                "policy_id": Null,
                "num_workers": Null,
            },
        ),
        custom_tags: Tags(
            {
                "flag": Some(
                    "true",
                ),
                "gone": None,
                "n": Some(
                    "5",
                ),
                "team": Some(
                    "ml",
                ),
            },
        ),
        pinned: Set(
            false,
        ),
        state: Absent,
        termination: None,
        starts_with: Absent,
    }
    "#);
}

#[test]
fn a_single_node_has_no_workers_and_its_tag() {
    let cluster = read("node_type_id: m, single_node: true");
    assert_eq!(cluster.spec.0["num_workers"], 0);
    assert!(cluster.spec.0["autoscale"].is_null() && !cluster.spec.0.contains_key("spark_conf"));
    assert_eq!(cluster.custom_tags.0["ResourceClass"].as_deref(), Some("SingleNode"));
}

#[test]
fn two_clusters_of_a_name_say_which_they_mean() {
    let body = |ids: [&str; 2]| {
        let [a, b] = ids.map(|id| format!("{{name: x, {BASE}, num_workers: 1, node_type_id: m{id}}}"));
        format!("databricks:\n  clusters:\n    a: {a}\n    b: {b}\n")
    };
    assert_eq!(codes(&body(["", ""])), ["same-resource"]);
    assert!(codes(&body([", cluster_id: a", ", cluster_id: b"])).is_empty());
}

#[test]
fn secrets_are_in_no_message() {
    let body = "databricks:\n  clusters:\n    c:\n      spark_version: 16.4.x-scala2.12\n      num_workers: 1\n      node_type_id: m\n      spark_env_vars: {TOKEN: \"hunter2${var.nope}\", OTHER: [hunter2]}\n      docker_image:\n        url: u\n        basic_auth:\n          username: me\n          password: [hunter2]\n      autotermination_minutes: x\n    d: {spark_version: 1, spark_env_vars: {A: hunter2}, nope: 1}\n";
    let said = said(body);
    assert!(!said.contains("hunter2"), "{said}");
    insta::assert_snapshot!(said, @r#"
    lab.yaml:9:31: error[unknown-reference]: `${var.nope}` refers to nothing in this manifest
    help: known are var.NAME, aws.account_id, aws.region, aws.partition, and .name and .arn of a resource such as iam.roles.ID; no variables are declared
    help: write `$${` for a literal `${`

    lab.yaml:9:60: error[wrong-type]: expected a text, found a list

    lab.yaml:14:21: error[wrong-type]: expected a text, found a list

    lab.yaml:15:32: error[wrong-type]: expected a whole number from 0 to 10000, found the text "x"
    15 |       autotermination_minutes: x
       |                                ^

    lab.yaml:16:5: error[missing-field]: a cluster needs a size
    help: add `num_workers`, `autoscale` or `single_node: true`

    lab.yaml:16:5: error[missing-field]: a cluster needs `node_type_id` or `instance_pool_id`
    help: an example is `node_type_id: i3.xlarge`

    lab.yaml:16:57: error[unknown-field]: a cluster has no field `nope`
    help: did you mean `name`?
    "#);
    let document = super::Document::parse("lab.yaml", super::with_head(body).as_bytes()).expect("a document");
    assert_eq!(format!("{document:?}").find("hunter2"), None);
    let cluster = read("node_type_id: m, num_workers: 1, spark_env_vars: {TOKEN: hunter2}");
    assert!(!format!("{cluster:?}").contains("hunter2"));
}
