use std::collections::BTreeMap;

use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::{Cluster, Operation, Tags};
use serde_json::{Value, json};

use crate::{owned, ownership, page};

fn spec(value: Value) -> ClusterSpec {
    match value {
        Value::Object(fields) => ClusterSpec(fields),
        other => panic!("not a spec: {other}"),
    }
}

fn cluster() -> Cluster {
    Cluster {
        name: "lab".to_owned(),
        cluster_id: Field::Absent,
        single_node: false,
        spec: spec(json!({
            "spark_version": "16.4.x-scala2.12",
            "node_type_id": "i3.xlarge",
            "num_workers": 2,
            "autoscale": null,
            "aws_attributes": {"instance_profile_arn": "arn:aws:iam::111122223333:instance-profile/worker"},
            "spark_conf": {"a": "1"},
            "spark_env_vars": {"TOKEN": "hunter2"},
        })),
        custom_tags: Tags::default(),
        pinned: Field::Absent,
        state: Field::Absent,
        termination: None,
        starts_with: Field::Absent,
    }
}

fn live(state: ClusterState) -> Cluster {
    let mut live = Cluster {
        cluster_id: Field::Set("1234-567890-abcdefgh".to_owned()),
        custom_tags: owned(),
        pinned: Field::Set(false),
        state: Field::Set(state),
        ..cluster()
    };
    live.spec.0.remove("autoscale");
    // What nobody asked for is left alone.
    live.spec.0.insert("init_scripts".to_owned(), json!([{"s3": {"destination": "s3://b/x.sh"}}]));
    live
}

fn drifted(state: ClusterState, field: &str, value: Value) -> Cluster {
    let mut live = live(state);
    live.spec.0.insert(field.to_owned(), value);
    live
}

fn diff(desired: &Cluster, live: &Cluster) -> String {
    page(&desired.diff(Some(live), &ownership()))
}

fn apis(desired: &Cluster, live: &Cluster) -> Vec<&'static str> {
    desired.diff(Some(live), &ownership()).operations.iter().map(Operation::api).collect()
}

#[test]
fn a_creation_sends_what_is_set_and_shows_no_secret() {
    let difference = cluster().diff(None, &ownership());
    assert_snapshot!(page(&difference), @r#"
    ~ spark_version: null -> "16.4.x-scala2.12"
    ~ node_type_id: null -> "i3.xlarge"
    ~ num_workers: null -> 2
    ~ aws_attributes.instance_profile_arn: null -> "arn:aws:iam::111122223333:instance-profile/worker"
    ~ spark_conf: null -> {"a":"1"}
    ~ spark_env_vars: + TOKEN
    > databricks:clusters/create: create the cluster and start it
    "#);
    let Some(Operation::Cluster(operation)) = difference.operations.first() else { panic!("no creation") };
    let body = operation.body();
    assert_eq!(body["spark_env_vars"]["TOKEN"], "hunter2");
    assert_eq!(body["custom_tags"]["reconcile:owner"], "lab");
    assert!(body.get("autoscale").is_none());
    assert!(!format!("{difference:?}").contains("hunter2"));
}

#[test]
fn what_agrees_needs_nothing_in_any_state() {
    for state in [ClusterState::Running, ClusterState::Terminated, ClusterState::from_service("PENDING")] {
        assert_eq!(diff(&cluster(), &live(state)), "");
    }
}

#[test]
fn only_a_new_size_does_not_restart_a_running_cluster() {
    let running = drifted(ClusterState::Running, "num_workers", json!(5));
    assert_snapshot!(diff(&cluster(), &running), @"
    ~ num_workers: 5 -> 2
    > databricks:clusters/resize: set num_workers to 2 without a restart
    ");
    let terminated = drifted(ClusterState::Terminated, "num_workers", json!(5));
    assert_snapshot!(diff(&cluster(), &terminated), @"
    ~ num_workers: 5 -> 2
    > databricks:clusters/update: set num_workers
    ");
}

#[test]
fn anything_else_restarts_a_running_one_and_leaves_a_terminated_one_alone() {
    let running = drifted(ClusterState::Running, "node_type_id", json!("m5.large"));
    assert_snapshot!(diff(&cluster(), &running), @r#"
    ~ node_type_id: "m5.large" -> "i3.xlarge"
    > databricks:clusters/update: set node_type_id
    ! interrupt
    # it runs, and restarts for this: running commands are lost
    "#);
    let terminated = drifted(ClusterState::Terminated, "node_type_id", json!("m5.large"));
    assert_snapshot!(diff(&cluster(), &terminated), @r#"
    ~ node_type_id: "m5.large" -> "i3.xlarge"
    > databricks:clusters/update: set node_type_id
    "#);
}

#[test]
fn an_instance_profile_taken_away_or_added_is_drift() {
    assert_snapshot!(diff(&cluster(), &drifted(ClusterState::Terminated, "aws_attributes", json!({"zone_id": "auto"}))), @r#"
    ~ aws_attributes.instance_profile_arn: null -> "arn:aws:iam::111122223333:instance-profile/worker"
    > databricks:clusters/update: set aws_attributes.instance_profile_arn
    "#);
    let mut none = cluster();
    none.spec.0.insert("aws_attributes".to_owned(), json!({"instance_profile_arn": null}));
    assert_snapshot!(diff(&none, &live(ClusterState::Terminated)), @r#"
    ~ aws_attributes.instance_profile_arn: "arn:aws:iam::111122223333:instance-profile/worker" -> null
    > databricks:clusters/update: set aws_attributes.instance_profile_arn
    "#);
}

#[test]
fn a_changed_secret_is_told_by_its_key_only() {
    let live = drifted(ClusterState::Terminated, "spark_env_vars", json!({"TOKEN": "other", "EXTRA": "x"}));
    assert_snapshot!(diff(&cluster(), &live), @"
    ~ spark_env_vars: ~ TOKEN: another value | - EXTRA
    > databricks:clusters/update: set spark_env_vars
    ");
}

#[test]
fn a_map_is_enforced_whole_but_for_what_the_service_adds() {
    let added = json!({"a": "1", "spark.databricks.delta.preview.enabled": "true"});
    assert_eq!(diff(&cluster(), &drifted(ClusterState::Running, "spark_conf", added)), "");
    let extra = drifted(ClusterState::Terminated, "spark_conf", json!({"a": "1", "b": "2"}));
    assert_eq!(apis(&cluster(), &extra), ["databricks:clusters/update"]);
}

#[test]
fn tags_of_others_go_along_and_the_owner_tag_never_restarts() {
    let tags = |pairs: &[(&str, &str)]| {
        Tags(
            pairs.iter().map(|(key, value)| ((*key).to_owned(), Some((*value).to_owned()))).collect::<BTreeMap<_, _>>(),
        )
    };
    let unowned = Cluster { custom_tags: tags(&[("theirs", "1")]), ..live(ClusterState::Running) };
    assert_eq!(diff(&cluster(), &unowned), "");
    let desired = Cluster { custom_tags: tags(&[("ours", "2")]), ..cluster() };
    let difference = desired.diff(Some(&unowned), &ownership());
    assert_snapshot!(page(&difference), @r#"
    ~ custom_tags.ours: null -> "2"
    ~ custom_tags.reconcile:owner: null -> "lab"
    > databricks:clusters/update: set custom_tags
    ! interrupt
    # it runs, and restarts for this: running commands are lost
    "#);
    let Some(Operation::Cluster(operation)) = difference.operations.first() else { panic!("no update") };
    assert_eq!(
        operation.body()["cluster"]["custom_tags"],
        json!({"ours": "2", "reconcile:owner": "lab", "theirs": "1"})
    );
}

#[test]
fn a_resize_of_an_unowned_cluster_does_not_restart_it_for_its_tag() {
    let unowned = Cluster { custom_tags: Tags::default(), ..drifted(ClusterState::Running, "num_workers", json!(5)) };
    assert_eq!(apis(&cluster(), &unowned), ["databricks:clusters/resize"]);
}

#[test]
fn pins_and_run_states_have_calls_of_their_own() {
    let desired = Cluster { pinned: Field::Set(true), ..cluster() };
    assert_snapshot!(diff(&desired, &live(ClusterState::Running)), @"
    ~ pinned: false -> true
    > databricks:clusters/pin: pin it
    ");
    let to_run = Cluster { state: Field::Set(ClusterState::Running), ..cluster() };
    assert_snapshot!(diff(&to_run, &live(ClusterState::Terminated)), @r#"
    ~ state: "terminated" -> "running"
    > databricks:clusters/start: start it
    "#);
    let to_terminate = Cluster { state: Field::Set(ClusterState::Terminated), ..cluster() };
    assert_snapshot!(diff(&to_terminate, &drifted(ClusterState::Running, "node_type_id", json!("m5.large"))), @r#"
    ~ node_type_id: "m5.large" -> "i3.xlarge"
    ~ state: "running" -> "terminated"
    > databricks:clusters/delete: terminate it; its configuration is kept
    > databricks:clusters/update: set node_type_id
    ! interrupt
    "#);
}

#[test]
fn a_single_node_needs_two_settings_whoever_wrote_them_and_keeps_the_others() {
    let mut desired = Cluster { single_node: true, ..cluster() };
    desired.spec.0.remove("spark_conf");
    let console = json!({"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*, 4]", "a": "1"});
    assert_eq!(diff(&desired, &drifted(ClusterState::Running, "spark_conf", console)), "");
    assert_snapshot!(diff(&desired, &live(ClusterState::Terminated)), @r#"
    ~ spark_conf: {"a":"1"} -> {"a":"1","spark.databricks.cluster.profile":"singleNode","spark.master":"local[*]"}
    > databricks:clusters/update: set spark_conf
    "#);
}

#[test]
fn from_a_fixed_size_to_autoscale_and_back() {
    let mut desired = cluster();
    desired.spec.0.insert("num_workers".to_owned(), Value::Null);
    desired.spec.0.insert("autoscale".to_owned(), json!({"min_workers": 1, "max_workers": 3}));
    assert_snapshot!(diff(&desired, &live(ClusterState::Running)), @r#"
    ~ num_workers: 2 -> null
    ~ autoscale.min_workers: null -> 1
    ~ autoscale.max_workers: null -> 3
    > databricks:clusters/resize: set autoscale to {"min_workers":1,"max_workers":3} without a restart
    "#);
    let mut scaled = live(ClusterState::Terminated);
    scaled.spec.0.remove("num_workers");
    scaled.spec.0.insert("autoscale".to_owned(), json!({"min_workers": 1, "max_workers": 3}));
    assert_snapshot!(diff(&cluster(), &scaled), @r#"
    ~ num_workers: null -> 2
    ~ autoscale: {"min_workers":1,"max_workers":3} -> null
    > databricks:clusters/update: set num_workers, autoscale
    "#);
}
