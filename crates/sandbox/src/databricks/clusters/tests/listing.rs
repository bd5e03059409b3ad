//! What clients see of the lists: clusters, events, and what clusters can be made of.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::super::super::testing::Workspace;
use super::lab_with;

fn names(list: &Value) -> Vec<&str> {
    let clusters = list["clusters"].as_array().map(Vec::as_slice).unwrap_or_default();
    clusters.iter().map(|cluster| cluster["cluster_name"].as_str().unwrap()).collect()
}

#[test]
fn lists_come_in_pages() {
    let mut workspace = Workspace::new();
    for number in 0..45 {
        workspace.create(&lab_with(&json!({"cluster_name": format!("{number:02}")})));
    }
    let first = workspace.list(&[]);
    assert_eq!(names(&first).len(), 20, "the default page size");
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = workspace.list(&[("page_size", &7), ("page_token", &token)]);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_page_token"].as_str() else { break };
        next.clone_into(&mut token);
    }
    let expected: Vec<String> = (0..45).map(|number| format!("{number:02}")).collect();
    assert_eq!(seen, expected);
    let other_question: &[(&str, &dyn std::fmt::Display)] = &[("page_token", &token), ("filter_by.is_pinned", &"true")];
    let answer = workspace.get("/api/2.1/clusters/list", other_question);
    assert_eq!(answer.text(), "400 INVALID_PARAMETER_VALUE: Invalid page_token");
    let answer = workspace.get("/api/2.1/clusters/list", &[("page_size", &101)]);
    assert_eq!(answer.status, 400);
    let everything = workspace.get("/api/2.0/clusters/list", &[]).expect_ok();
    assert_eq!(names(&everything).len(), 45, "version 2.0 has no pages");
}

#[test]
fn lists_are_filtered_and_sorted() {
    let mut workspace = Workspace::new();
    let terminated = workspace.create(&lab_with(&json!({"cluster_name": "a"})));
    workspace.create(&lab_with(&json!({"cluster_name": "b"})));
    let pinned = workspace.create(&lab_with(&json!({"cluster_name": "c", "policy_id": "p"})));
    workspace.call("pin", &pinned).expect_ok();
    workspace.call("delete", &terminated).expect_ok();
    workspace.pass(1_000);
    assert_eq!(names(&workspace.list(&[])), ["c", "b", "a"]);
    let states: &[(&str, &dyn std::fmt::Display)] =
        &[("filter_by.cluster_states", &"TERMINATED"), ("filter_by.cluster_states", &"PENDING")];
    assert_eq!(names(&workspace.list(states)), ["a"]);
    assert_eq!(names(&workspace.list(&[("filter_by.is_pinned", &true)])), ["c"]);
    assert_eq!(names(&workspace.list(&[("filter_by.is_pinned", &"False")])), ["b", "a"]);
    assert_eq!(workspace.get("/api/2.1/clusters/list", &[("filter_by.is_pinned", &"1")]).status, 400);
    assert_eq!(names(&workspace.list(&[("filter_by.policy_id", &"p")])), ["c"]);
    assert_eq!(names(&workspace.list(&[("filter_by.cluster_sources", &"JOB")])), [""; 0]);
    let by_name: &[(&str, &dyn std::fmt::Display)] =
        &[("sort_by.field", &"CLUSTER_NAME"), ("sort_by.direction", &"DESC")];
    assert_eq!(names(&workspace.list(by_name)), ["c", "b", "a"]);
    assert_eq!(names(&workspace.list(&[("sort_by.field", &"CLUSTER_NAME")])), ["a", "b", "c"]);
}

#[test]
fn events_come_in_pages() {
    let mut workspace = Workspace::new();
    let id = workspace.running();
    let page = workspace.cluster("events", &json!({"cluster_id": id, "limit": 1})).expect_ok();
    assert_eq!(page["events"][0]["type"], "RUNNING");
    assert_eq!(page["total_count"], 2);
    let page = workspace.cluster("events", &page["next_page"]).expect_ok();
    assert_eq!(page["events"][0]["type"], "CREATING");
    assert_eq!(page.get("next_page"), None);
    let page = workspace.cluster("events", &json!({"cluster_id": id, "page_size": 1})).expect_ok();
    let next = json!({"cluster_id": id, "page_size": 1, "page_token": page["next_page_token"]});
    assert_eq!(page["next_page"], next);
    let page = workspace.cluster("events", &next).expect_ok();
    assert_eq!(page["events"][0]["type"], "CREATING");
}

#[test]
fn tells_what_clusters_can_be_made_of() {
    let mut workspace = Workspace::new();
    let versions = workspace.get("/api/2.1/clusters/spark-versions", &[]).expect_ok();
    let keys: Vec<&Value> = versions["versions"].as_array().unwrap().iter().map(|version| &version["key"]).collect();
    for key in ["12.2.x-cpu-ml-scala2.12", "15.4.x-cpu-ml-scala2.12", "17.3.x-cpu-ml-scala2.13", "16.4.x-scala2.12"] {
        assert!(keys.contains(&&json!(key)), "{key}");
    }
    let types = workspace.get("/api/2.1/clusters/list-node-types", &[]).expect_ok();
    let types = types["node_types"].as_array().unwrap();
    let i3 = types.iter().find(|item| item["node_type_id"] == "i3.xlarge").unwrap();
    assert_eq!(i3["memory_mb"], 31_232);
    let zones = workspace.get("/api/2.1/clusters/list-zones", &[]).expect_ok();
    assert_eq!(zones["default_zone"], "us-east-1c");
}
