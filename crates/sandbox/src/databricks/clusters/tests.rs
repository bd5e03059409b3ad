//! What clients see of clusters.

#![allow(clippy::unwrap_used, reason = "tests")]

mod listing;
mod refusals;

use rstest::rstest;
use serde_json::{Value, json};

use super::super::testing::{Answer, Workspace};

const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/lab";

fn lab() -> Value {
    json!({
        "cluster_name": "lab",
        "spark_version": "15.4.x-cpu-ml-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 2,
    })
}

/// The lab's specification with these fields set, or left out where they are null.
fn lab_with(changes: &Value) -> Value {
    let mut specification = lab();
    for (name, value) in changes.as_object().unwrap() {
        specification[name] = value.clone();
    }
    specification
}

impl Workspace {
    fn cluster(&mut self, call: &str, body: &Value) -> Answer {
        self.post(&format!("/api/2.1/clusters/{call}"), body)
    }

    fn create(&mut self, specification: &Value) -> String {
        let answer = self.cluster("create", specification).expect_ok();
        answer["cluster_id"].as_str().unwrap().to_owned()
    }

    /// A cluster that runs.
    fn running(&mut self) -> String {
        let id = self.create(&lab());
        self.pass(1_000);
        id
    }

    fn call(&mut self, call: &str, id: &str) -> Answer {
        self.cluster(call, &json!({"cluster_id": id}))
    }

    fn details(&mut self, id: &str) -> Value {
        self.get("/api/2.1/clusters/get", &[("cluster_id", &id)]).expect_ok()
    }

    fn state(&mut self, id: &str) -> String {
        self.details(id)["state"].as_str().unwrap().to_owned()
    }

    fn events(&mut self, id: &str) -> Vec<String> {
        let body = json!({"cluster_id": id, "order": "ASC"});
        let answer = self.cluster("events", &body).expect_ok();
        let events = answer["events"].as_array().unwrap();
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    fn list(&mut self, query: &[(&str, &dyn std::fmt::Display)]) -> Value {
        self.get("/api/2.1/clusters/list", query).expect_ok()
    }
}

#[test]
fn a_cluster_shows_what_was_sent_and_what_became_of_it() {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    let mut details = workspace.details(&id);
    details.as_object_mut().unwrap().shift_remove("executors");
    insta::assert_snapshot!(serde_json::to_string_pretty(&details).unwrap(), @r#"
    {
      "cluster_name": "lab",
      "spark_version": "15.4.x-cpu-ml-scala2.12",
      "node_type_id": "i3.xlarge",
      "num_workers": 2,
      "driver_node_type_id": "i3.xlarge",
      "autotermination_minutes": 0,
      "enable_elastic_disk": false,
      "enable_local_disk_encryption": false,
      "disk_spec": {},
      "instance_source": {
        "node_type_id": "i3.xlarge"
      },
      "driver_instance_source": {
        "node_type_id": "i3.xlarge"
      },
      "effective_spark_version": "15.4.x-cpu-ml-scala2.12",
      "aws_attributes": {
        "first_on_demand": 1,
        "availability": "SPOT_WITH_FALLBACK",
        "zone_id": "us-east-1c",
        "spot_bid_price_percent": 100,
        "ebs_volume_count": 0
      },
      "cluster_id": "1123-120000-03bd68e9",
      "creator_user_name": "reconcile@example.com",
      "cluster_source": "API",
      "state": "RUNNING",
      "state_message": "",
      "default_tags": {
        "Vendor": "Databricks",
        "Creator": "reconcile@example.com",
        "ClusterName": "lab",
        "ClusterId": "1123-120000-03bd68e9"
      },
      "start_time": 1795435200000,
      "last_state_loss_time": 1795435200200,
      "init_scripts_safe_mode": false,
      "last_restarted_time": 1795435200200,
      "last_activity_time": 1795435200200,
      "driver": {
        "node_id": "1123-120000-03bd68e9-0",
        "instance_id": "i-00000000000000000",
        "start_timestamp": 1795435200200,
        "private_ip": "10.0.0.4",
        "host_private_ip": "10.0.0.4"
      },
      "spark_context_id": 1795435200000001,
      "jdbc_port": 10000,
      "driver_healthy": true,
      "cluster_cores": 12.0,
      "cluster_memory_mb": 93696,
      "spec": {
        "cluster_name": "lab",
        "spark_version": "15.4.x-cpu-ml-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 2
      }
    }
    "#);
}

#[test]
fn the_list_has_no_specifications() {
    let mut workspace = Workspace::new();
    workspace.create(&lab());
    let list = workspace.list(&[]);
    assert_eq!(list["clusters"][0]["cluster_name"], "lab");
    assert_eq!(list["clusters"][0].get("spec"), None);
}

#[test]
fn the_pages_example_can_be_created() {
    let mut workspace = Workspace::new();
    workspace.register(PROFILE);
    let id = workspace.create(&json!({
        "cluster_name": "sagemaker-lab",
        "spark_version": "12.2.x-cpu-ml-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 0,
        "spark_conf": {"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"},
        "custom_tags": {"ResourceClass": "SingleNode"},
        "runtime_engine": "STANDARD",
        "autotermination_minutes": 120,
        "aws_attributes": {"instance_profile_arn": PROFILE},
    }));
    let details = workspace.details(&id);
    assert_eq!(details["spec"]["aws_attributes"], json!({"instance_profile_arn": PROFILE}));
    assert_eq!(details["aws_attributes"]["instance_profile_arn"], PROFILE);
    assert_eq!(details["aws_attributes"]["availability"], "SPOT_WITH_FALLBACK");
    assert_eq!(details["spec"].get("cluster_id"), None);
}

#[test]
fn the_short_form_of_a_single_node_is_filled_in() {
    let mut workspace = Workspace::new();
    let id = workspace.create(&json!({
        "kind": "CLASSIC_PREVIEW",
        "is_single_node": true,
        "use_ml_runtime": true,
        "spark_version": "15.4.x-scala2.12",
        "node_type_id": "g4dn.xlarge",
        "data_security_mode": "DATA_SECURITY_MODE_AUTO",
    }));
    let details = workspace.details(&id);
    assert_eq!(details["num_workers"], 0);
    assert_eq!(details["spark_conf"]["spark.master"], "local[*]");
    assert_eq!(details["custom_tags"], json!({"ResourceClass": "SingleNode"}));
    assert_eq!(details["effective_spark_version"], "15.4.x-gpu-ml-scala2.12");
    assert_eq!(details["data_security_mode"], "SINGLE_USER");
    assert_eq!(details["single_user_name"], "reconcile@example.com");
    assert_eq!(details["spec"].get("spark_conf"), None);
    assert_eq!(details["spec"]["data_security_mode"], "DATA_SECURITY_MODE_AUTO");
}

#[rstest]
#[case("DATA_SECURITY_MODE_DEDICATED", "SINGLE_USER")]
#[case("DATA_SECURITY_MODE_STANDARD", "USER_ISOLATION")]
#[case("NONE", "NONE")]
fn newer_access_modes_are_read_back_under_the_older_names(#[case] sent: &str, #[case] read: &str) {
    let mut workspace = Workspace::new();
    let id = workspace.create(&lab_with(&json!({"data_security_mode": sent})));
    let details = workspace.details(&id);
    assert_eq!(details["data_security_mode"], read);
    assert_eq!(details["spec"]["data_security_mode"], read);
}

#[test]
fn states_follow_the_clock() {
    let mut workspace = Workspace::new();
    let id = workspace.create(&lab());
    assert_eq!(workspace.state(&id), "PENDING");
    workspace.pass(199);
    assert_eq!(workspace.state(&id), "PENDING");
    workspace.pass(1);
    assert_eq!(workspace.state(&id), "RUNNING");
    for (call, transitional, settled) in
        [("restart", "RESTARTING", "RUNNING"), ("delete", "TERMINATING", "TERMINATED"), ("start", "PENDING", "RUNNING")]
    {
        workspace.call(call, &id).expect_ok();
        assert_eq!(workspace.state(&id), transitional);
        workspace.pass(200);
        assert_eq!(workspace.state(&id), settled);
    }
    workspace.cluster("resize", &json!({"cluster_id": id, "num_workers": 5})).expect_ok();
    assert_eq!(workspace.state(&id), "RESIZING");
    workspace.pass(100);
    assert_eq!(workspace.state(&id), "RUNNING");
    assert_eq!(workspace.details(&id)["executors"].as_array().unwrap().len(), 5);
    insta::assert_snapshot!(workspace.events(&id).join(" "), @"CREATING RUNNING RESTARTING RUNNING TERMINATING STARTING RUNNING RESIZING UPSIZE_COMPLETED");
}

#[rstest]
#[case::start_of_a_running("start", 1_000, &[])]
#[case::start_of_a_starting("start", 0, &[])]
#[case::restart_of_a_terminated("restart", 1_000, &["delete"])]
#[case::edit_of_a_starting("edit", 0, &[])]
#[case::update_of_a_restarting("update", 1_000, &["restart"])]
#[case::resize_of_a_terminated("resize", 1_000, &["delete"])]
fn refuses_calls_in_other_states(#[case] call: &str, #[case] wait: u64, #[case] before: &[&str]) {
    let mut workspace = Workspace::new();
    let id = workspace.create(&lab());
    workspace.pass(wait);
    for call in before {
        workspace.call(call, &id).expect_ok();
        workspace.pass(if *call == "delete" { 1_000 } else { 0 });
    }
    let state = workspace.state(&id);
    let mut body = match call {
        "edit" => lab(),
        "update" => json!({"update_mask": "num_workers", "cluster": {"num_workers": 3}}),
        "resize" => json!({"num_workers": 3}),
        _ => json!({}),
    };
    body["cluster_id"] = json!(id);
    let title = format!("{}{}", &state[..1], state[1..].to_lowercase());
    let expected = format!("400 INVALID_STATE: Cluster {id} is in unexpected state {title}.");
    assert_eq!(workspace.cluster(call, &body).text(), expected);
    assert_eq!(workspace.state(&id), state, "a refused call changes nothing");
}

#[test]
fn an_edit_replaces_everything_and_restarts_only_what_runs() {
    let mut workspace = Workspace::new();
    let id = workspace.create(&lab_with(&json!({"custom_tags": {"a": "b"}})));
    workspace.pass(1_000);
    let edited = json!({
        "cluster_id": id,
        "spark_version": "16.4.x-scala2.13",
        "node_type_id": "m5d.large",
        "autoscale": {"min_workers": 1, "max_workers": 3},
    });
    workspace.cluster("edit", &edited).expect_ok();
    let details = workspace.details(&id);
    assert_eq!(details["state"], "RESTARTING");
    assert_eq!(details.get("custom_tags"), None);
    assert_eq!(details.get("num_workers"), None);
    assert_eq!(details["cluster_name"], "");
    workspace.pass(1_000);
    workspace.call("delete", &id).expect_ok();
    workspace.pass(1_000);
    workspace.cluster("edit", &edited).expect_ok();
    workspace.pass(1_000);
    assert_eq!(workspace.state(&id), "TERMINATED");
}

#[test]
fn an_update_changes_what_its_mask_names() {
    let mut workspace = Workspace::new();
    let specification = lab_with(&json!({
        "custom_tags": {"a": "b"},
        "aws_attributes": {"zone_id": "auto", "first_on_demand": 1},
    }));
    let id = workspace.create(&specification);
    workspace.pass(1_000);
    let update = json!({
        "cluster_id": id,
        "update_mask": "autoscale,custom_tags,aws_attributes.zone_id",
        "cluster": {
            "autoscale": {"min_workers": 1, "max_workers": 2},
            "aws_attributes": {"zone_id": "us-east-1a", "first_on_demand": 9},
            "cluster_name": "ignored",
        },
    });
    workspace.cluster("update", &update).expect_ok();
    let details = workspace.details(&id);
    assert_eq!(details["state"], "RESTARTING");
    assert_eq!(
        details["spec"],
        json!({
            "cluster_name": "lab",
            "spark_version": "15.4.x-cpu-ml-scala2.12",
            "node_type_id": "i3.xlarge",
            "aws_attributes": {"zone_id": "us-east-1a", "first_on_demand": 1},
            "autoscale": {"min_workers": 1, "max_workers": 2},
        })
    );
}

#[rstest]
#[case::a_map_key("custom_tags.a")]
#[case::a_list_index("ssh_public_keys.0")]
#[case::spaces("custom_tags, num_workers")]
#[case::nothing("")]
#[case::an_unknown_field("cluster_size")]
fn refuses_other_masks(#[case] mask: &str) {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    let update = json!({"cluster_id": id, "update_mask": mask, "cluster": {}});
    let text = workspace.cluster("update", &update).text();
    assert!(text.starts_with("400 INVALID_PARAMETER_VALUE: Invalid update_mask: '"), "{text}");
}

#[test]
fn an_update_cannot_clear_what_is_required() {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    let update = json!({"cluster_id": id, "update_mask": "spark_version"});
    insta::assert_snapshot!(workspace.cluster("update", &update).text(), @"400 INVALID_PARAMETER_VALUE: Missing required field: cluster.spark_version");
}

#[test]
fn a_pinned_cluster_stays() {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    workspace.call("pin", &id).expect_ok();
    workspace.call("pin", &id).expect_ok();
    assert_eq!(workspace.details(&id)["pinned_by_user_name"], "reconcile@example.com");
    let text = workspace.call("permanent-delete", &id).text();
    assert!(text.contains("unpin the cluster first"), "{text}");
    workspace.call("unpin", &id).expect_ok();
    assert_eq!(workspace.details(&id).get("pinned_by_user_name"), None);
    workspace.call("permanent-delete", &id).expect_ok();
    assert_eq!(workspace.list(&[]), json!({}));
}

#[test]
fn only_so_many_clusters_are_pinned() {
    let mut workspace = Workspace::new();
    for _ in 0..100 {
        let id = workspace.create(&lab());
        workspace.call("pin", &id).expect_ok();
    }
    let id = workspace.create(&lab());
    assert_eq!(workspace.call("pin", &id).status, 400);
}

#[test]
fn a_token_makes_creating_safe_to_repeat() {
    let mut workspace = Workspace::new();
    let specification = lab_with(&json!({"idempotency_token": "once"}));
    let first = workspace.create(&specification);
    assert_eq!(workspace.create(&specification), first);
    assert_ne!(workspace.create(&lab_with(&json!({"idempotency_token": "twice"}))), first);
    assert_eq!(workspace.details(&first)["spec"].get("idempotency_token"), None);
    workspace.call("delete", &first).expect_ok();
    workspace.pass(1_000);
    assert_ne!(workspace.create(&specification), first, "the token ends with its cluster");
}

#[test]
fn names_are_not_unique() {
    let mut workspace = Workspace::new();
    assert_ne!(workspace.create(&lab()), workspace.create(&lab()));
}

#[test]
fn ids_have_the_real_form() {
    let id = Workspace::new().create(&lab());
    assert!(id.starts_with("1123-120000-"), "{id}");
    assert_eq!(id.len(), "MMDD-HHMMSS-xxxxxxxx".len());
}
