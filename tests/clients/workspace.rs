//! The official Databricks SDK for Python drives the sandbox's workspace through the lab's page and through the lives of
//! a cluster and a notebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::databricks_sdk::DatabricksSdk;
use crate::support::lab::PROFILE_ARN;
use crate::support::sandbox::TestSandbox;

/// What the page asks for: a single node, runtime 12.2 LTS ML, no Photon, the instance profile.
fn lab_cluster() -> Value {
    json!({
        "cluster_name": "sagemaker-lab",
        "spark_version": "12.2.x-cpu-ml-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 0,
        "spark_conf": {"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"},
        "custom_tags": {"ResourceClass": "SingleNode"},
        "runtime_engine": "STANDARD",
        "autotermination_minutes": 120,
        "aws_attributes": {"instance_profile_arn": PROFILE_ARN},
    })
}

fn with_id(id: &Value) -> Value {
    json!({"cluster_id": id})
}

/// The wanted fields with their live values: what must be equal to the wanted ones.
fn same_fields(wanted: &Value, live: &Value) -> Value {
    match wanted {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), same_fields(value, &live[name]))).collect()
        }
        _ => live.clone(),
    }
}

#[test]
fn the_sdk_follows_the_page_and_sees_what_it_made() {
    let sandbox = TestSandbox::workspace_only();
    let mut workspace = sandbox.databricks_sdk();
    workspace.call("instance_profiles.add", &json!({"instance_profile_arn": PROFILE_ARN}));
    let profiles = workspace.call("instance_profiles.list", &json!({}));
    assert_eq!(profiles, json!([{"instance_profile_arn": PROFILE_ARN}]));

    // The SDK's own waiter sees it start and run.
    let wanted = lab_cluster();
    let running = workspace.call("clusters.create_and_wait", &wanted);
    assert_eq!(running["state"], "RUNNING");
    assert_eq!(same_fields(&wanted, &running), wanted);
    let id = running["cluster_id"].clone();
    let seen = workspace.call("clusters.get", &with_id(&id));
    assert_eq!(same_fields(&wanted, &seen), wanted);
    assert_eq!(seen["driver_node_type_id"], "i3.xlarge");
    assert_eq!(seen["cluster_source"], "API");
    assert_eq!(seen["default_tags"]["ClusterName"], "sagemaker-lab");
    assert_eq!(seen["spec"]["cluster_name"], "sagemaker-lab");
    let events = workspace.call("clusters.events", &json!({"cluster_id": id, "order": "ASC"}));
    let kinds: Vec<&Value> = events.as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["CREATING", "RUNNING"]);

    let path = "/Shared/immersion-day/201-data-prep.ja";
    let source = include_str!("../../manifests/lab/notebooks/201-data-prep.ja.py");
    let import = json!({"path": path, "content": STANDARD.encode(source), "format": "SOURCE", "language": "PYTHON"});
    insta::assert_snapshot!(workspace.refusal("workspace.import_", &import), @"ResourceDoesNotExist RESOURCE_DOES_NOT_EXIST: The parent folder (/Shared/immersion-day) does not exist.");
    workspace.call("workspace.mkdirs", &json!({"path": "/Shared/immersion-day"}));
    workspace.call("workspace.import_", &import);
    let exported = workspace.call("workspace.export", &json!({"path": path, "format": "SOURCE"}));
    let exported = STANDARD.decode(exported["content"].as_str().unwrap()).unwrap();
    // The last newline is dropped (databricks-cli#117).
    assert_eq!(String::from_utf8(exported).unwrap(), source.trim_end());
}

#[test]
fn the_sdk_lists_clusters_page_by_page() {
    let sandbox = TestSandbox::workspace_only();
    let mut workspace = sandbox.databricks_sdk();
    for number in 1..=5 {
        let cluster = json!({
            "cluster_name": format!("c{number}"), "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge",
            "num_workers": number,
        });
        workspace.call("clusters.create", &cluster);
    }
    let order = json!({"page_size": 2, "sort_by": {"field": "CLUSTER_NAME", "direction": "DESC"}});
    let names: Vec<String> = names(&workspace.call("clusters.list", &order));
    assert_eq!(names, ["c5", "c4", "c3", "c2", "c1"]);
    assert_eq!(sandbox.calls("clusters/list").len(), 3, "three pages");
    let pinned = workspace.call("clusters.list", &json!({"filter_by": {"is_pinned": true}}));
    assert_eq!(pinned, json!([]));
}

fn names(clusters: &Value) -> Vec<String> {
    clusters.as_array().unwrap().iter().map(|cluster| cluster["cluster_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_sdk_leads_a_cluster_through_its_life() {
    let sandbox = TestSandbox::workspace_only();
    let mut workspace = sandbox.databricks_sdk();
    let specification = json!({
        "cluster_name": "life", "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge", "num_workers": 1,
        "spark_conf": {"spark.speculation": "true"},
    });
    let id = workspace.call("clusters.create_and_wait", &specification)["cluster_id"].clone();
    let insufficient =
        json!({"cluster_name": "life", "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge"});
    insta::assert_snapshot!(workspace.refusal("clusters.create", &insufficient), @"InvalidParameterValue INVALID_PARAMETER_VALUE: Missing required field: size");

    resize_and_edit(&mut workspace, &id);

    workspace.call("clusters.pin", &with_id(&id));
    let terminated = workspace.call("clusters.delete_and_wait", &with_id(&id));
    assert_eq!(terminated["state"], "TERMINATED");
    assert_eq!(terminated["termination_reason"]["code"], "USER_REQUEST");
    let while_terminated = json!({"cluster_id": id, "num_workers": 2});
    let refusal = workspace.refusal("clusters.resize", &while_terminated);
    insta::assert_snapshot!(refusal.replace(id.as_str().unwrap(), "ID"), @"InvalidState INVALID_STATE: Cluster ID is in unexpected state Terminated.");
    let refusal = workspace.refusal("clusters.permanent_delete", &with_id(&id));
    insta::assert_snapshot!(refusal.replace(id.as_str().unwrap(), "ID"), @"InvalidState INVALID_STATE: Cluster ID is pinned, please unpin the cluster first");
    assert_eq!(workspace.call("clusters.start_and_wait", &with_id(&id))["state"], "RUNNING");
    workspace.call("clusters.unpin", &with_id(&id));
    workspace.call("clusters.permanent_delete", &with_id(&id));
    let refusal = workspace.refusal("clusters.get", &with_id(&id));
    insta::assert_snapshot!(refusal.replace(id.as_str().unwrap(), "ID"), @"ResourceDoesNotExist INVALID_PARAMETER_VALUE: Cluster ID does not exist");
    assert_eq!(workspace.call("clusters.list", &json!({})), json!([]));
}

/// A resize keeps the driver, an edit restarts it, and an edit takes back what it does not name.
fn resize_and_edit(workspace: &mut DatabricksSdk, id: &Value) {
    let before = workspace.call("clusters.get", &with_id(id));
    let resized = workspace.call("clusters.resize_and_wait", &json!({"cluster_id": id, "num_workers": 3}));
    assert_eq!(resized["num_workers"], 3);
    assert_eq!(resized["spark_context_id"], before["spark_context_id"]);
    let edit = json!({
        "cluster_id": id, "cluster_name": "life", "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.2xlarge",
        "autoscale": {"min_workers": 1, "max_workers": 4},
    });
    let edited = workspace.call("clusters.edit_and_wait", &edit);
    assert_eq!(edited["state"], "RUNNING");
    assert_eq!(edited["node_type_id"], "i3.2xlarge");
    assert_eq!(edited["autoscale"], json!({"min_workers": 1, "max_workers": 4}));
    assert_ne!(edited["spark_context_id"], before["spark_context_id"]);
    assert_eq!(edited.get("spark_conf"), None, "an edit takes back what it does not name");
    let update = json!({"cluster_id": id, "update_mask": "spark_conf", "cluster": {"spark_conf": {"a": "b"}}});
    let updated = workspace.call("clusters.update_and_wait", &update);
    assert_eq!((&updated["spark_conf"], &updated["node_type_id"]), (&json!({"a": "b"}), &json!("i3.2xlarge")));
}

#[test]
fn the_sdk_leads_a_notebook_through_its_life() {
    let sandbox = TestSandbox::workspace_only();
    let mut workspace = sandbox.databricks_sdk();
    let path = "/Shared/life/notebook";
    workspace.call("workspace.mkdirs", &json!({"path": "/Shared/life/deeper"}));
    let upload = |content: &str, overwrite: bool| {
        json!({
            "path": path, "content": content, "format": "SOURCE", "language": "PYTHON", "overwrite": overwrite,
        })
    };
    // `upload` sends a form with a file, `import_` JSON.
    workspace.call("workspace.upload", &upload("print(1)\r\n\r\n# COMMAND ----------\r\nprint(2)\n", false));
    let first = workspace.call("workspace.get_status", &json!({"path": path}));
    assert_eq!((&first["object_type"], &first["language"]), (&json!("NOTEBOOK"), &json!("PYTHON")));
    insta::assert_snapshot!(workspace.refusal("workspace.upload", &upload("print(3)", false)), @"ResourceAlreadyExists RESOURCE_ALREADY_EXISTS: Path (/Shared/life/notebook) already exists.");
    let text = workspace.call("workspace.download", &json!({"path": path, "format": "SOURCE"}));
    insta::assert_snapshot!(text.as_str().unwrap(), @"
    # Databricks notebook source
    print(1)

    # COMMAND ----------

    print(2)
    ");
    workspace.call("workspace.upload", &upload("print(3)", true));
    let second = workspace.call("workspace.get_status", &json!({"path": format!("/Workspace{path}")}));
    assert_eq!(second["object_id"], first["object_id"], "overwriting keeps the id");

    let listed = workspace.call("workspace.list", &json!({"path": "/Shared/life"}));
    let listed: Vec<(&Value, &Value)> =
        listed.as_array().unwrap().iter().map(|item| (&item["object_type"], &item["path"])).collect();
    let directory = (&json!("DIRECTORY"), &json!("/Shared/life/deeper"));
    assert_eq!(listed, [directory, (&json!("NOTEBOOK"), &json!(path))]);
    insta::assert_snapshot!(workspace.refusal("workspace.delete", &json!({"path": "/Shared/life"})), @"BadRequest DIRECTORY_NOT_EMPTY: Folder (/Shared/life) is not empty");
    workspace.call("workspace.delete", &json!({"path": path}));
    insta::assert_snapshot!(workspace.refusal("workspace.get_status", &json!({"path": path})), @"ResourceDoesNotExist RESOURCE_DOES_NOT_EXIST: Path (/Shared/life/notebook) doesn't exist.");
    workspace.call("workspace.delete", &json!({"path": "/Shared/life", "recursive": true}));
    assert_eq!(workspace.call("workspace.list", &json!({"path": "/Shared"})), json!([]));
}
