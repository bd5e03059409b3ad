//! The golden transcript of what clusters are refused for.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::super::testing::Workspace;
use super::{PROFILE, lab_with};

/// What is wrong, and the changes to a good specification that make it so.
fn mistakes() -> Vec<(&'static str, Value)> {
    vec![
        ("no runtime", json!({"spark_version": null})),
        ("unknown runtime", json!({"spark_version": "9.9.x-scala2.12"})),
        ("no node type", json!({"node_type_id": null})),
        ("no size", json!({"num_workers": null})),
        ("two sizes", json!({"autoscale": {"min_workers": 1, "max_workers": 2}})),
        ("empty range", json!({"num_workers": null, "autoscale": {"min_workers": 2, "max_workers": 2}})),
        ("half a range", json!({"num_workers": null, "autoscale": {"min_workers": 2}})),
        ("no workers", json!({"num_workers": 0})),
        ("negative workers", json!({"num_workers": -1})),
        ("short autotermination", json!({"autotermination_minutes": 9})),
        ("unknown field", json!({"colour": "red"})),
        ("unknown nested field", json!({"aws_attributes": {"zone": "auto"}})),
        ("unknown field in a list", json!({"init_scripts": [{"workspace": {"destination": "/a", "x": 1}}]})),
        ("field of another cloud", json!({"azure_attributes": {}})),
        ("number as text", json!({"num_workers": "2"})),
        ("fraction", json!({"num_workers": 2.5})),
        ("boolean in a map", json!({"custom_tags": {"a": true}})),
        ("secret of a wrong type", json!({"spark_env_vars": {"PASSWORD": 12_345}})),
        ("unknown choice", json!({"data_security_mode": "OPEN"})),
        ("unknown zone", json!({"aws_attributes": {"zone_id": "us-west-2a"}})),
        ("unregistered profile", json!({"aws_attributes": {"instance_profile_arn": PROFILE}})),
        ("no volume", json!({"node_type_id": "m5.xlarge"})),
        ("no volume for the driver", json!({"driver_node_type_id": "m4.xlarge"})),
        ("zero iops", json!({"aws_attributes": {"ebs_volume_iops": 0}})),
        (
            "small disk",
            json!({"aws_attributes": {"ebs_volume_type": "THROUGHPUT_OPTIMIZED_HDD", "ebs_volume_size": 100}}),
        ),
        ("no graphics", json!({"spark_version": "15.4.x-gpu-ml-scala2.12"})),
        ("photon twice", json!({"spark_version": "15.4.x-photon-scala2.12", "runtime_engine": "STANDARD"})),
        ("short form without kind", json!({"is_single_node": true, "num_workers": null})),
        ("ml without kind", json!({"use_ml_runtime": true})),
        ("single node with workers", json!({"is_single_node": true, "kind": "CLASSIC_PREVIEW"})),
        ("pool and node type", json!({"instance_pool_id": "pool"})),
        (
            "pool and zone",
            json!({"instance_pool_id": "pool", "node_type_id": null, "aws_attributes": {"zone_id": "auto"}}),
        ),
        ("user of a shared cluster", json!({"single_user_name": "a@example.com"})),
        ("script in no place", json!({"init_scripts": [{}]})),
        ("script in a bucket of no region", json!({"init_scripts": [{"s3": {"destination": "s3://b/x"}}]})),
        ("many keys", json!({"ssh_public_keys": ["k", "k", "k", "k", "k", "k", "k", "k", "k", "k", "k"]})),
        ("long token", json!({"idempotency_token": "x".repeat(65)})),
        ("clone of nothing", json!({"clone_from": {"source_cluster_id": "x"}})),
    ]
}

#[test]
fn refuses_other_specifications() {
    let mut workspace = Workspace::new();
    let mut transcript = String::new();
    for (name, changes) in mistakes() {
        let text = workspace.cluster("create", &lab_with(&changes)).text();
        // The list of what is supported is long and tested elsewhere.
        let text = text.split(" Supported node types: ").next().unwrap();
        writeln!(transcript, "{name}: {text}").unwrap();
    }
    insta::assert_snapshot!(transcript, @r"
    no runtime: 400 INVALID_PARAMETER_VALUE: Missing required field: spark_version
    unknown runtime: 400 INVALID_PARAMETER_VALUE: Invalid spark version 9.9.x-scala2.12.
    no node type: 400 INVALID_PARAMETER_VALUE: Missing required field 'node_type_id'
    no size: 400 INVALID_PARAMETER_VALUE: Missing required field: size
    two sizes: 400 INVALID_PARAMETER_VALUE: Only one of num_workers and autoscale can be set
    empty range: 400 INVALID_PARAMETER_VALUE: autoscale.max_workers must be greater than autoscale.min_workers
    half a range: 400 INVALID_PARAMETER_VALUE: Missing required field: autoscale.max_workers
    no workers: 400 INVALID_PARAMETER_VALUE: NumWorkers could be 0 only for SingleNode clusters.
    negative workers: 400 INVALID_PARAMETER_VALUE: num_workers must be between 0 and 100000 (was -1)
    short autotermination: 400 INVALID_PARAMETER_VALUE: autotermination_minutes must be between 10 and 10000 (was 9)
    unknown field: 400 INVALID_PARAMETER_VALUE: unknown field colour
    unknown nested field: 400 INVALID_PARAMETER_VALUE: unknown field aws_attributes.zone
    unknown field in a list: 400 INVALID_PARAMETER_VALUE: unknown field init_scripts[0].workspace.x
    field of another cloud: 400 INVALID_PARAMETER_VALUE: unknown field azure_attributes
    number as text: 400 MALFORMED_REQUEST: Could not parse request object: Expected an integer for field 'num_workers'
    fraction: 400 MALFORMED_REQUEST: Could not parse request object: Expected an integer for field 'num_workers'
    boolean in a map: 400 MALFORMED_REQUEST: Could not parse request object: Expected a map of strings for field 'custom_tags'
    secret of a wrong type: 400 MALFORMED_REQUEST: Could not parse request object: Expected a map of strings for field 'spark_env_vars'
    unknown choice: 400 INVALID_PARAMETER_VALUE: Invalid value OPEN for data_security_mode. Supported values: DATA_SECURITY_MODE_AUTO, DATA_SECURITY_MODE_DEDICATED, DATA_SECURITY_MODE_STANDARD, LEGACY_PASSTHROUGH, LEGACY_SINGLE_USER, LEGACY_SINGLE_USER_STANDARD, LEGACY_TABLE_ACL, NONE, SINGLE_USER, USER_ISOLATION
    unknown zone: 400 INVALID_PARAMETER_VALUE: Zone us-west-2a is not in the region of the workspace, us-east-1
    unregistered profile: 400 INVALID_PARAMETER_VALUE: The instance profile arn:aws:iam::111122223333:instance-profile/lab is not registered in this workspace, or the caller may not use it.
    no volume: 400 INVALID_PARAMETER_VALUE: At least one EBS volume must be attached for clusters created with node type m5.xlarge.
    no volume for the driver: 400 INVALID_PARAMETER_VALUE: At least one EBS volume must be attached for clusters created with node type m4.xlarge.
    zero iops: 400 INVALID_PARAMETER_VALUE: The specified IOPS, 0, is not in the range
    small disk: 400 INVALID_PARAMETER_VALUE: ebs_volume_size must be between 500 and 4096 (was 100)
    no graphics: 400 INVALID_PARAMETER_VALUE: Spark version 15.4.x-gpu-ml-scala2.12 needs a node type with GPUs, and i3.xlarge has none
    photon twice: 400 INVALID_PARAMETER_VALUE: runtime_engine cannot be combined with a spark_version that contains -photon-
    short form without kind: 400 INVALID_PARAMETER_VALUE: is_single_node can only be used when kind = CLASSIC_PREVIEW
    ml without kind: 400 INVALID_PARAMETER_VALUE: use_ml_runtime can only be used when kind = CLASSIC_PREVIEW
    single node with workers: 400 INVALID_PARAMETER_VALUE: num_workers must be 0 when is_single_node is true
    pool and node type: 400 INVALID_PARAMETER_VALUE: The field 'node_type_id' cannot be supplied when an instance pool ID is provided.
    pool and zone: 400 INVALID_PARAMETER_VALUE: The field 'aws_attributes.zone_id' cannot be supplied when an instance pool ID is provided.
    user of a shared cluster: 400 INVALID_PARAMETER_VALUE: single_user_name can only be set together with data_security_mode SINGLE_USER
    script in no place: 400 INVALID_PARAMETER_VALUE: Each of init_scripts must name exactly one location (has 0)
    script in a bucket of no region: 400 INVALID_PARAMETER_VALUE: init_scripts.s3 must set region or endpoint
    many keys: 400 INVALID_PARAMETER_VALUE: ssh_public_keys must have at most 10 entries (has 11)
    long token: 400 INVALID_PARAMETER_VALUE: idempotency_token must be at most 64 characters long
    clone of nothing: 400 INVALID_PARAMETER_VALUE: Cluster x does not exist
    ");
    assert!(!transcript.contains("12345"), "no value of a secret");
    assert_eq!(workspace.list(&[]), json!({}), "a refused call creates nothing");
}

#[test]
fn an_edit_and_a_resize_keep_to_the_same_rules() {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    for (name, changes) in mistakes() {
        if name == "long token" || name == "clone of nothing" {
            continue;
        }
        let mut body = lab_with(&changes);
        body["cluster_id"] = json!(id);
        assert_eq!(workspace.cluster("edit", &body).status, 400, "{name}");
    }
    assert_eq!(workspace.cluster("resize", &json!({"cluster_id": id})).status, 400);
    assert_eq!(workspace.cluster("resize", &json!({"cluster_id": id, "num_workers": 0})).status, 400);
    assert_eq!(workspace.state(&id), "RUNNING", "a refused call restarts nothing");
}

#[test]
fn a_body_must_be_a_map() {
    let mut workspace = Workspace::new();
    insta::assert_snapshot!(workspace.cluster("create", &json!([])).text(), @"400 MALFORMED_REQUEST: Invalid JSON given in the body of the request - expected a map");
    insta::assert_snapshot!(workspace.cluster("create", &json!({})).text(), @"400 INVALID_PARAMETER_VALUE: Missing required field: spark_version");
    insta::assert_snapshot!(workspace.get("/api/2.1/clusters/get", &[]).text(), @"400 INVALID_PARAMETER_VALUE: Missing required field: cluster_id");
    insta::assert_snapshot!(workspace.get("/api/2.1/clusters/get", &[("id", &1)]).text(), @"400 INVALID_PARAMETER_VALUE: unknown field id");
}

#[test]
fn what_is_not_there_is_said_in_the_real_words() {
    let mut workspace = Workspace::new();
    for call in ["start", "restart", "delete", "permanent-delete", "pin", "unpin", "events"] {
        let text = workspace.call(call, "x").text();
        assert_eq!(text, "400 INVALID_PARAMETER_VALUE: Cluster x does not exist", "{call}");
    }
    let answer = workspace.get("/api/2.1/clusters/get", &[("cluster_id", &"x")]);
    assert_eq!(answer.text(), "400 INVALID_PARAMETER_VALUE: Cluster x does not exist");
    assert_eq!(answer.body["details"][0]["reason"], "CM_API_ERROR_SOURCE_CALLER_ERROR");
}
