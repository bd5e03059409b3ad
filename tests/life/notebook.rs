use serde_json::json;

use crate::Applied;

const SOURCE: &str = "/Shared/example/clean";
const JUPYTER: &str = "/Shared/example/explore";

/// `SELECT 2`
const OTHER_SQL: &str = "U0VMRUNUIDI=";
/// `-- Databricks notebook source`, the same cells as the example with other white space between them
const SAME_SQL: &str = "Q1JFQVRFIFRBQkxFIElGIE5PVCBFWElTVFMgY2xlYW4gQVMgU0VMRUNUICogRlJPTSByYXcgV0hFUkUgaWQgSVMgTk9UIE5VTEwKLS0gQ09NTUFORCAtLS0tLS0tLS0tClNFTEVDVCBjb3VudCgqKSBGUk9NIGNsZWFuCg==";

fn import(path: &str, content: &str, language: &str) -> serde_json::Value {
    json!({"path": path, "content": content, "format": "SOURCE", "language": language, "overwrite": true})
}

#[test]
fn other_white_space_between_the_cells_is_no_drift() {
    let example = Applied::example("databricks-notebook");
    example.sandbox.databricks("2.0/workspace/import", &import(SOURCE, SAME_SQL, "SQL"));
    example.agrees();
}

#[test]
fn a_text_edited_by_hand_is_overwritten_only_when_allowed() {
    let example = Applied::example("databricks-notebook");
    example.sandbox.databricks("2.0/workspace/import", &import(JUPYTER, OTHER_SQL, "PYTHON"));
    example.sandbox.take_writes();
    example.has_hazards(&["overwrite"]);
    example.is_repaired(&["source"], &["databricks:workspace/import"]);
}

#[test]
fn what_is_gone_comes_back_with_its_folder_which_is_made_once() {
    let example = Applied::example("databricks-notebook");
    let import = "databricks:workspace/import";
    // What else lies in the folder says that it is there.
    example.sandbox.databricks("2.0/workspace/delete", &json!({"path": JUPYTER}));
    example.is_repaired(&["source"], &[import]);
    let folder = json!({"path": "/Shared/example", "recursive": true});
    example.sandbox.databricks("2.0/workspace/delete", &folder);
    example.is_repaired(&["source", "language", "source"], &["databricks:workspace/mkdirs", import, import]);
}
