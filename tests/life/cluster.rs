use serde_json::{Value, json};

use crate::Applied;

const NAME: &str = "example-shared";

impl Applied {
    fn cluster(&self, api: &str, more: &Value) {
        let mut body = json!({"cluster_id": self.sandbox.cluster_id(NAME)});
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        self.sandbox.databricks(&format!("2.1/clusters/{api}"), &body);
    }

    fn change(&self, mask: &str, spec: &Value) {
        self.cluster("update", &json!({"update_mask": mask, "cluster": spec}));
    }
}

#[test]
fn each_field_is_found_and_repaired_by_one_update() {
    let example = Applied::example("databricks-cluster");
    let changes = [
        ("spark_version", json!({"spark_version": "15.4.x-scala2.12"}), "spark_version"),
        ("node_type_id", json!({"node_type_id": "i3.xlarge"}), "node_type_id"),
        ("driver_node_type_id", json!({"driver_node_type_id": "i3.xlarge"}), "driver_node_type_id"),
        ("autotermination_minutes", json!({"autotermination_minutes": 30}), "autotermination_minutes"),
        ("runtime_engine", json!({"runtime_engine": "PHOTON"}), "runtime_engine"),
        ("data_security_mode", json!({"data_security_mode": "NONE"}), "data_security_mode"),
        ("enable_elastic_disk", json!({"enable_elastic_disk": false}), "enable_elastic_disk"),
        (
            "aws_attributes.availability",
            json!({"aws_attributes": {"availability": "ON_DEMAND"}}),
            "aws_attributes.availability",
        ),
        ("aws_attributes.zone_id", json!({"aws_attributes": {"zone_id": "us-east-1b"}}), "aws_attributes.zone_id"),
        (
            "aws_attributes.first_on_demand",
            json!({"aws_attributes": {"first_on_demand": 2}}),
            "aws_attributes.first_on_demand",
        ),
        ("spark_conf", json!({"spark_conf": {"spark.sql.shuffle.partitions": "8"}}), "spark_conf"),
        ("spark_env_vars", json!({"spark_env_vars": {"STAGE": "test"}}), "spark_env_vars"),
    ];
    for (mask, spec, field) in changes {
        example.change(mask, &spec);
        example.is_repaired(&[field], &["databricks:clusters/update"]);
    }
}

#[test]
fn a_field_that_was_taken_away_is_drift_too() {
    let example = Applied::example("databricks-cluster");
    for field in ["spark_conf", "spark_env_vars", "data_security_mode", "autotermination_minutes"] {
        example.change(field, &json!({}));
        example.is_repaired(&[field], &["databricks:clusters/update"]);
    }
}

#[test]
fn an_instance_profile_put_on_behind_our_back_is_taken_off() {
    let example = Applied::example("databricks-cluster");
    let arn = "arn:aws:iam::111122223333:instance-profile/by-hand";
    let registration = json!({"instance_profile_arn": arn, "skip_validation": true});
    example.sandbox.databricks("2.0/instance-profiles/add", &registration);
    example.change("aws_attributes.instance_profile_arn", &json!({"aws_attributes": {"instance_profile_arn": arn}}));
    example.sandbox.take_writes();
    example.has_hazards(&["interrupt"]);
    example.is_repaired(&["aws_attributes.instance_profile_arn"], &["databricks:clusters/update"]);
}

#[test]
fn another_size_of_a_running_cluster_is_only_resized() {
    let example = Applied::example("databricks-cluster");
    example.cluster("resize", &json!({"autoscale": {"min_workers": 1, "max_workers": 9}}));
    example.is_repaired(&["autoscale.max_workers"], &["databricks:clusters/resize"]);
    example.cluster("resize", &json!({"num_workers": 4}));
    let changes = ["num_workers", "autoscale.min_workers", "autoscale.max_workers"];
    example.is_repaired(&changes, &["databricks:clusters/resize"]);
}

#[test]
fn pins_run_states_and_tags_have_calls_of_their_own() {
    let example = Applied::example("databricks-cluster");
    example.cluster("unpin", &json!({}));
    example.is_repaired(&["pinned"], &["databricks:clusters/pin"]);
    example.cluster("delete", &json!({}));
    example.is_repaired(&["state"], &["databricks:clusters/start"]);
    let tags =
        json!({"team": "other", "cost-center": "0042", "reconcile:owner": "example-databricks-cluster", "theirs": "1"});
    example.change("custom_tags", &json!({"custom_tags": tags}));
    example.is_repaired(&["custom_tags.team"], &["databricks:clusters/update"]);
    let live =
        example.sandbox.databricks_get(&format!("2.1/clusters/get?cluster_id={}", example.sandbox.cluster_id(NAME)));
    assert_eq!(live["custom_tags"]["theirs"], "1", "what is not listed survives");
}

#[test]
fn what_is_not_mentioned_survives_an_update() {
    let example = Applied::example("databricks-cluster");
    let scripts = json!([{"workspace": {"destination": "/Shared/by-hand.sh"}}]);
    example.change("init_scripts", &json!({"init_scripts": scripts}));
    example.agrees();
    example.change("runtime_engine", &json!({"runtime_engine": "PHOTON"}));
    example.is_repaired(&["runtime_engine"], &["databricks:clusters/update"]);
    let live =
        example.sandbox.databricks_get(&format!("2.1/clusters/get?cluster_id={}", example.sandbox.cluster_id(NAME)));
    assert_eq!(live["init_scripts"], scripts);
}
