#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::{Ownership, Tags};
use rstest::rstest;
use serde_json::json;

use super::*;

fn wanted(spec: Value) -> Cluster {
    let Value::Object(spec) = spec else { panic!("a spec is an object") };
    Cluster {
        name: "lab".to_owned(),
        cluster_id: Field::Absent,
        single_node: false,
        spec: ClusterSpec(spec),
        custom_tags: Tags::default(),
        pinned: Field::Absent,
        state: Field::Absent,
        termination: None,
        starts_with: Field::Absent,
    }
}

/// What `clusters/get` tells: `sent` under `spec`, and `resolved` beside it.
#[expect(clippy::needless_pass_by_value, reason = "the cases of a table are values")]
fn answered(sent: Value, resolved: Value) -> Answered {
    let tags = json!({"reconcile:owner": "lab"});
    let mut answer =
        json!({"cluster_id": "1", "cluster_name": "lab", "state": "RUNNING", "custom_tags": tags, "spec": sent});
    let (Value::Object(answer), Value::Object(resolved)) = (&mut answer, resolved) else { panic!("objects") };
    answer.extend(resolved);
    serde_json::from_value(Value::Object(answer.clone())).unwrap()
}

/// The paths that differ.
fn differing(wanted: &Cluster, answered: &Answered) -> String {
    let ownership = Ownership::of("lab");
    let difference = wanted.diff(Some(&answered.live(wanted, Field::Absent)), &ownership);
    difference.changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>().join(" ")
}

#[rstest]
// What was sent counts, and not what it was resolved to.
#[case::zone(json!({"aws_attributes": {"zone_id": "auto"}}), json!({"aws_attributes": {"zone_id": "auto"}}), json!({"aws_attributes": {"zone_id": "us-east-1a"}}), "")]
#[case::changed(json!({"spark_version": "b"}), json!({"spark_version": "a"}), json!({"spark_version": "a"}), "spark_version")]
// What was not sent is compared with what it was resolved to.
#[case::default_agrees(json!({"enable_elastic_disk": true}), json!({}), json!({"enable_elastic_disk": true}), "")]
#[case::default_differs(json!({"enable_elastic_disk": true}), json!({}), json!({"enable_elastic_disk": false}), "enable_elastic_disk")]
#[case::nested_default(json!({"aws_attributes": {"first_on_demand": 1}}), json!({"aws_attributes": {"zone_id": "auto"}}), json!({"aws_attributes": {"zone_id": "auto", "first_on_demand": 1}}), "")]
// A default is no value where the field is to be unset.
#[case::unset(json!({"driver_node_type_id": null}), json!({}), json!({"driver_node_type_id": "i3.xlarge"}), "")]
#[case::to_be_unset(json!({"policy_id": null}), json!({"policy_id": "p"}), json!({"policy_id": "p"}), "policy_id")]
#[case::nested_unset(json!({"aws_attributes": {"instance_profile_arn": null}}), json!({"aws_attributes": {"instance_profile_arn": "arn"}}), json!({}), "aws_attributes.instance_profile_arn")]
// A type's own default may be left out of an answer.
#[case::never(json!({"autotermination_minutes": 0}), json!({}), json!({}), "")]
#[case::not_single(json!({"is_single_node": false}), json!({}), json!({}), "")]
#[case::single(json!({"is_single_node": true}), json!({}), json!({}), "is_single_node")]
#[case::clients(json!({"workload_type": {"clients": {"notebooks": true, "jobs": false}}}), json!({}), json!({}), "workload_type.clients.jobs")]
#[case::no_engine(json!({"runtime_engine": "STANDARD"}), json!({"runtime_engine": "NULL"}), json!({"spark_version": "15.4.x-scala2.12"}), "")]
#[case::photon_runtime(json!({"runtime_engine": "STANDARD"}), json!({}), json!({"spark_version": "10.4.x-photon-scala2.12"}), "runtime_engine")]
#[case::no_photon(json!({"runtime_engine": "PHOTON"}), json!({}), json!({"spark_version": "15.4.x-scala2.12"}), "runtime_engine")]
// The size is what a resize has left, wherever it shows.
#[case::resized(json!({"num_workers": 3, "autoscale": null}), json!({"num_workers": 2}), json!({"num_workers": 3}), "")]
#[case::resized_away(json!({"num_workers": 2, "autoscale": null}), json!({"num_workers": 2}), json!({"num_workers": 3}), "num_workers")]
#[case::scales(json!({"num_workers": null, "autoscale": {"min_workers": 1, "max_workers": 4}}), json!({}), json!({"num_workers": 2, "autoscale": {"min_workers": 1, "max_workers": 4}}), "")]
#[case::no_workers(json!({"num_workers": 0}), json!({}), json!({}), "")]
#[case::scales_instead(json!({"num_workers": 0, "autoscale": null}), json!({}), json!({"autoscale": {"min_workers": 1, "max_workers": 4}}), "num_workers autoscale")]
// Access modes have several names.
#[case::dedicated(json!({"data_security_mode": "DATA_SECURITY_MODE_DEDICATED"}), json!({"data_security_mode": "SINGLE_USER"}), json!({}), "")]
#[case::newer_name_told(json!({"data_security_mode": "USER_ISOLATION"}), json!({"data_security_mode": "DATA_SECURITY_MODE_STANDARD"}), json!({}), "")]
#[case::automatic(json!({"data_security_mode": "DATA_SECURITY_MODE_AUTO"}), json!({}), json!({"data_security_mode": "USER_ISOLATION"}), "")]
#[case::other_mode(json!({"data_security_mode": "NONE"}), json!({"data_security_mode": "SINGLE_USER"}), json!({}), "data_security_mode")]
#[case::no_mode(json!({"data_security_mode": "NONE"}), json!({}), json!({}), "")]
#[case::mode_wanted(json!({"data_security_mode": "SINGLE_USER"}), json!({}), json!({}), "data_security_mode")]
// Free settings are texts, and secrets that are not told cannot differ.
#[case::conf(json!({"spark_conf": {"a": "1", "b": "true"}}), json!({"spark_conf": {"a": 1, "b": true}}), json!({}), "")]
#[case::variable(json!({"spark_env_vars": {"A": "1"}}), json!({"spark_env_vars": {"A": "2"}}), json!({}), "spark_env_vars")]
#[case::redacted(json!({"spark_env_vars": {"A": "1"}}), json!({"spark_env_vars": {"A": "*****"}}), json!({}), "")]
#[case::redacted_extra(json!({"spark_env_vars": {}}), json!({"spark_env_vars": {"A": "[REDACTED]"}}), json!({}), "spark_env_vars")]
#[case::password(json!({"docker_image": {"url": "u", "basic_auth": {"username": "me", "password": "p"}}}), json!({"docker_image": {"url": "u", "basic_auth": {"username": "me"}}}), json!({}), "")]
#[case::no_login(json!({"docker_image": {"url": "u", "basic_auth": {"username": "me", "password": "p"}}}), json!({"docker_image": {"url": "u"}}), json!({}), "docker_image.basic_auth.username docker_image.basic_auth.password")]
#[case::another_login(json!({"docker_image": {"url": "u", "basic_auth": {"username": "me", "password": "p"}}}), json!({"docker_image": {"url": "u", "basic_auth": {"username": "you"}}}), json!({}), "docker_image.basic_auth.username docker_image.basic_auth.password")]
// A driver that follows the workers is as wanted only as long as they stay.
#[case::driver_follows(json!({"node_type_id": "a", "driver_node_type_id": "a"}), json!({"node_type_id": "a"}), json!({"driver_node_type_id": "a"}), "")]
#[case::driver_stays_behind(json!({"node_type_id": "b", "driver_node_type_id": "a"}), json!({"node_type_id": "a"}), json!({"driver_node_type_id": "a"}), "node_type_id driver_node_type_id")]
#[case::image(json!({"docker_image": {"url": "u"}}), json!({"docker_image": {"url": "v"}}), json!({}), "docker_image.url")]
#[case::scripts(json!({"init_scripts": [{"s3": {"destination": "d", "region": "r"}}]}), json!({"init_scripts": [{"s3": {"destination": "d", "region": "r"}}]}), json!({}), "")]
#[case::no_scripts(json!({"init_scripts": []}), json!({}), json!({}), "")]
fn the_spec_is_read_as_a_manifest_would_say_it(
    #[case] spec: Value,
    #[case] sent: Value,
    #[case] resolved: Value,
    #[case] expected: &str,
) {
    assert_eq!(differing(&wanted(spec), &answered(sent, resolved)), expected);
}

#[test]
fn the_instance_profile_is_told_whether_it_is_managed_or_not() {
    let attributes = json!({"aws_attributes": {"instance_profile_arn": "arn"}});
    let with = answered(attributes.clone(), attributes).live(&wanted(json!({"spark_version": "a"})), Field::Absent);
    assert_eq!((with.spec.0.contains_key("aws_attributes"), with.starts_with), (false, Field::Set("arn".to_owned())));
    let without = answered(json!({}), json!({"aws_attributes": {}})).live(&wanted(json!({})), Field::Absent);
    assert_eq!(without.starts_with, Field::Null);
}

#[test]
fn a_reading_holds_what_is_managed_and_no_more() {
    let sent = json!({"spark_version": "a", "node_type_id": "n", "aws_attributes": {"zone_id": "auto", "availability": "SPOT"}});
    let wanted = wanted(json!({"spark_version": "b", "aws_attributes": {"zone_id": "x"}}));
    let live = answered(sent, json!({})).live(&wanted, Field::Absent);
    assert_eq!(Value::Object(live.spec.0), json!({"spark_version": "a", "aws_attributes": {"zone_id": "auto"}}));
}

#[test]
fn a_single_node_keeps_the_settings_that_are_not_mentioned() {
    let single = Cluster { single_node: true, ..wanted(json!({"num_workers": 0})) };
    let conf = json!({"spark_conf": {"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*, 4]", "own": "1"}});
    assert_eq!(differing(&single, &answered(conf, json!({"num_workers": 0}))), "");
    let conf = json!({"spark_conf": {"own": "1"}});
    assert_eq!(differing(&single, &answered(conf, json!({"num_workers": 0}))), "spark_conf");
}

fn listed(clusters: &[(&str, &str, Value)]) -> Vec<Answered> {
    let cluster = |(id, name, tags): &(&str, &str, Value)| {
        serde_json::from_value(json!({"cluster_id": id, "cluster_name": name, "custom_tags": tags})).unwrap()
    };
    clusters.iter().map(cluster).collect()
}

#[rstest]
#[case::none(&[("1", "other", json!(null))], Ok(None))]
#[case::only(&[("1", "lab", json!(null)), ("2", "LAB", json!({}))], Ok(Some("1")))]
#[case::someone_elses(&[("1", "lab", json!({"reconcile:owner": "other"}))], Ok(Some("1")))]
#[case::ours(&[("1", "lab", json!({})), ("2", "lab", json!({"reconcile:owner": "mine"}))], Ok(Some("2")))]
#[case::several(&[("1", "lab", json!({})), ("2", "lab", json!({"reconcile:owner": "other"}))], Err(()))]
#[case::several_of_ours(&[("1", "lab", json!({"reconcile:owner": "mine"})), ("2", "lab", json!({"reconcile:owner": "mine"}))], Err(()))]
fn a_name_means_our_cluster_or_the_only_one(
    #[case] clusters: &[(&str, &str, Value)],
    #[case] expected: Result<Option<&str>, ()>,
) {
    let clusters = listed(clusters);
    let found = select(&clusters, "lab", "mine").map(|found| found.map(|found| found.cluster_id.as_str()));
    assert_eq!(found.map_err(|_| ()), expected);
}

#[test]
fn several_clusters_of_a_name_are_listed_in_the_error() {
    let clusters = listed(&[("1123-1", "lab", json!({})), ("1123-2", "lab", json!({}))]);
    let failure = select(&clusters, "lab", "mine").err().unwrap();
    insta::assert_snapshot!(format!("{failure}\nhelp: {}", failure.help.as_deref().unwrap_or_default()), @"
    databricks:clusters/list: 2 clusters bear the name `lab`: 1123-1, 1123-2
    help: say which one by `cluster_id`, or give this one another name
    ");
}

#[rstest]
#[case("TERMINATED", Some("INVALID_ARGUMENT (CLIENT_ERROR): no such role; Bad launch"))]
#[case("RUNNING", None)]
fn a_termination_is_told_in_the_services_words(#[case] state: &str, #[case] expected: Option<&str>) {
    let reason = json!({
        "code": "INVALID_ARGUMENT",
        "type": "CLIENT_ERROR",
        "parameters": {"aws_error_message": "no such role", "instance_id": "i-1"},
    });
    let resolved = json!({"state": state, "state_message": "Bad\nlaunch", "termination_reason": reason});
    let live = answered(json!({}), resolved).live(&wanted(json!({})), Field::Absent);
    assert_eq!(live.termination.as_deref(), expected);
    assert_eq!(live.state, Field::Set(ClusterState::from_service(state)));
}

#[test]
fn clusters_of_jobs_are_passed_over() {
    let source = |source: Value| {
        let answered: Answered = serde_json::from_value(json!({"cluster_id": "1", "cluster_source": source})).unwrap();
        answered.is_made_by_people()
    };
    assert!(source(json!("UI")) && source(json!("API")) && source(json!(null)));
    assert!(!source(json!("JOB")) && !source(json!("PIPELINE")));
}
