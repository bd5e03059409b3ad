//! What clients see of the workspace's files.

#![allow(clippy::unwrap_used, reason = "tests")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::testing::{Answer, Workspace, authorized};
use super::MAXIMUM_SIZE;
use crate::http::Request;

impl Workspace {
    fn files(&mut self, call: &str, body: &Value) -> Answer {
        self.post(&format!("/api/2.0/workspace/{call}"), body)
    }

    fn import(&mut self, path: &str, text: &str, more: &Value) -> Answer {
        let mut body = json!({"path": path, "content": STANDARD.encode(text)});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.files("import", &body)
    }

    /// A notebook in Python.
    fn notebook(&mut self, path: &str, text: &str) -> Answer {
        self.import(path, text, &json!({"language": "PYTHON"}))
    }

    fn status(&mut self, path: &str) -> Answer {
        self.get("/api/2.0/workspace/get-status", &[("path", &path)])
    }

    fn list_files(&mut self, path: &str) -> Vec<String> {
        let answer = self.get("/api/2.0/workspace/list", &[("path", &path)]).expect_ok();
        let objects = answer["objects"].as_array().map(Vec::as_slice).unwrap_or_default();
        objects.iter().map(|item| format!("{} {}", item["object_type"], item["path"]).replace('"', "")).collect()
    }

    fn export(&mut self, path: &str, format: &str) -> String {
        let query: &[(&str, &dyn std::fmt::Display)] = &[("path", &path), ("format", &format)];
        let answer = self.get("/api/2.0/workspace/export", query).expect_ok();
        let content = STANDARD.decode(answer["content"].as_str().unwrap()).unwrap();
        format!("{}\n{}", answer["file_type"].as_str().unwrap(), String::from_utf8(content).unwrap())
    }
}

#[test]
fn a_notebook_comes_back_normalised() {
    let mut workspace = Workspace::new();
    let answer = workspace.notebook("/Shared/lab", "print(1)\n\n\n# COMMAND ----------\n\n\nprint(2)\n").expect_ok();
    let status = workspace.status("/Shared/lab").expect_ok();
    assert_eq!(answer["object_id"], status["object_id"]);
    insta::assert_snapshot!(status, @r#"{"object_type":"NOTEBOOK","path":"/Shared/lab","object_id":4900000000000004,"resource_id":"4900000000000004","language":"PYTHON","created_at":1795435200000,"modified_at":1795435200000}"#);
    insta::assert_snapshot!(workspace.export("/Shared/lab", "SOURCE"), @r"
    py
    # Databricks notebook source
    print(1)

    # COMMAND ----------

    print(2)
    ");
    let query: &[(&str, &dyn std::fmt::Display)] = &[("path", &"/Shared/lab"), ("direct_download", &true)];
    let raw = workspace.get("/api/2.0/workspace/export", query).raw;
    assert!(raw.starts_with(b"# Databricks notebook source\nprint(1)"));
}

#[test]
fn a_jupyter_import_exports_as_source_and_as_jupyter() {
    let mut workspace = Workspace::new();
    let text = r#"{"nbformat": 4, "metadata": {}, "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "text"},
        {"cell_type": "code", "metadata": {}, "source": ["print(1)"], "outputs": [], "execution_count": 3}]}"#;
    workspace.import("/Shared/lab", text, &json!({"format": "JUPYTER"})).expect_ok();
    assert_eq!(workspace.status("/Shared/lab").body["language"], "PYTHON");
    insta::assert_snapshot!(workspace.export("/Shared/lab", "SOURCE"), @r"
    py
    # Databricks notebook source
    # MAGIC %md
    # MAGIC text

    # COMMAND ----------

    print(1)
    ");
    let exported = workspace.export("/Shared/lab", "AUTO");
    assert!(exported.starts_with("ipynb\n") && exported.contains("application/vnd.databricks.v1+cell"), "{exported}");
}

#[test]
fn overwriting_keeps_the_object() {
    let mut workspace = Workspace::new();
    workspace.notebook("/Shared/lab", "1").expect_ok();
    let before = workspace.status("/Shared/lab").expect_ok();
    workspace.pass(5);
    insta::assert_snapshot!(workspace.notebook("/Shared/lab", "2").text(), @"400 RESOURCE_ALREADY_EXISTS: Path (/Shared/lab) already exists.");
    let overwrite = json!({"language": "SQL", "overwrite": true});
    workspace.import("/Shared/lab", "select 2", &overwrite).expect_ok();
    let after = workspace.status("/Shared/lab").expect_ok();
    assert_eq!(before["object_id"], after["object_id"]);
    assert_eq!(before["created_at"], after["created_at"]);
    assert_ne!(before["modified_at"], after["modified_at"]);
    assert_eq!(workspace.export("/Shared/lab", "SOURCE"), "sql\n-- Databricks notebook source\nselect 2");
    let text = workspace.import("/Shared/lab", "x", &json!({"format": "RAW", "overwrite": true})).text();
    insta::assert_snapshot!(text, @"400 RESOURCE_ALREADY_EXISTS: Node named 'lab' already exists");
}

#[test]
fn a_parent_must_be_there() {
    let mut workspace = Workspace::new();
    insta::assert_snapshot!(workspace.notebook("/Shared/a/lab", "1").text(), @"404 RESOURCE_DOES_NOT_EXIST: The parent folder (/Shared/a) does not exist.");
    workspace.files("mkdirs", &json!({"path": "/Shared/a/b"})).expect_ok();
    workspace.files("mkdirs", &json!({"path": "/Shared/a/b"})).expect_ok();
    workspace.notebook("/Shared/a/lab", "1").expect_ok();
    insta::assert_snapshot!(workspace.notebook("/Shared/a/lab/x", "1").text(), @"404 RESOURCE_DOES_NOT_EXIST: The parent folder (/Shared/a/lab) does not exist.");
    insta::assert_snapshot!(workspace.files("mkdirs", &json!({"path": "/Shared/a/lab/x"})).text(), @"400 RESOURCE_ALREADY_EXISTS: Path (/Shared/a/lab) already exists and is not a directory.");
    insta::assert_snapshot!(workspace.notebook("/Shared/a/b", "1").text(), @"400 RESOURCE_ALREADY_EXISTS: Path (/Shared/a/b) already exists.");
    assert_eq!(workspace.list_files("/Shared/a"), ["DIRECTORY /Shared/a/b", "NOTEBOOK /Shared/a/lab"]);
    assert_eq!(workspace.list_files("/Shared/a/lab"), ["NOTEBOOK /Shared/a/lab"]);
    assert_eq!(workspace.list_files("/"), ["DIRECTORY /Shared", "DIRECTORY /Users"]);
}

#[test]
fn paths_have_more_than_one_form() {
    let mut workspace = Workspace::new();
    workspace.notebook("/Workspace/Shared//lab", "1").expect_ok();
    assert_eq!(workspace.status("/Shared/lab/").body["path"], "/Shared/lab");
    assert_eq!(workspace.status("/Workspace").body["path"], "/");
    for path in ["lab", "", "/Shared/../lab", "/./lab"] {
        assert_eq!(workspace.status(path).status, 400, "{path}");
    }
    insta::assert_snapshot!(workspace.status("/nothing").text(), @"404 RESOURCE_DOES_NOT_EXIST: Path (/nothing) doesn't exist.");
}

#[test]
fn directories_are_deleted_only_when_empty_or_with_everything() {
    let mut workspace = Workspace::new();
    for path in ["/Shared/a", "/Shared/ab"] {
        workspace.files("mkdirs", &json!({"path": path})).expect_ok();
    }
    workspace.notebook("/Shared/a/lab", "1").expect_ok();
    let mut delete =
        |path: &str, recursive: bool| workspace.files("delete", &json!({"path": path, "recursive": recursive})).text();
    insta::assert_snapshot!(delete("/Shared/a", false), @"400 DIRECTORY_NOT_EMPTY: Folder (/Shared/a) is not empty");
    insta::assert_snapshot!(delete("/Shared", true), @"400 BAD_REQUEST: Path (/Shared) is a system directory, which cannot be deleted.");
    insta::assert_snapshot!(delete("/Shared/b", false), @"404 RESOURCE_DOES_NOT_EXIST: Path (/Shared/b) doesn't exist.");
    assert_eq!(delete("/Shared/a", true), "200 {}");
    assert_eq!(workspace.list_files("/Shared"), ["DIRECTORY /Shared/ab"]);
}

#[rstest]
#[case::notebook("/Shared/a.py", "# Databricks notebook source\nprint(1)", "NOTEBOOK /Shared/a")]
#[case::scala("/Shared/a.scala", "// Databricks notebook source\r\n1", "NOTEBOOK /Shared/a")]
#[case::jupyter("/Shared/a.b.ipynb", r#"{"nbformat": 4, "cells": []}"#, "NOTEBOOK /Shared/a.b")]
#[case::other_header("/Shared/a.sql", "# Databricks notebook source", "FILE /Shared/a.sql")]
#[case::module("/Shared/a.py", "print(1)", "FILE /Shared/a.py")]
#[case::no_extension("/Shared/a", "# Databricks notebook source", "FILE /Shared/a")]
fn auto_looks_at_the_extension_and_the_first_line(#[case] path: &str, #[case] text: &str, #[case] expected: &str) {
    let mut workspace = Workspace::new();
    workspace.import(path, text, &json!({"format": "AUTO"})).expect_ok();
    assert_eq!(workspace.list_files("/Shared"), [expected]);
}

#[test]
fn a_file_comes_back_as_it_was() {
    let mut workspace = Workspace::new();
    workspace.import("/Shared/a.txt", "a\r\n", &json!({"format": "AUTO"})).expect_ok();
    assert_eq!(workspace.export("/Shared/a.txt", "SOURCE"), "txt\na\r\n");
    assert_eq!(workspace.status("/Shared/a.txt").body["size"], 3);
}

#[test]
fn the_limit_is_exact() {
    let mut workspace = Workspace::new();
    let largest = "x".repeat(MAXIMUM_SIZE);
    workspace.import("/Shared/a", &largest, &json!({"format": "RAW"})).expect_ok();
    insta::assert_snapshot!(workspace.notebook("/Shared/b", &format!("{largest}x")).text(), @"400 MAX_NOTEBOOK_SIZE_EXCEEDED: File size imported is (10485761 bytes), exceeded max size (10485760 bytes)");
    // The header makes the export larger than the import was.
    workspace.notebook("/Shared/c", &largest).expect_ok();
    assert_eq!(workspace.get("/api/2.0/workspace/export", &[("path", &"/Shared/c")]).status, 400);
}

#[test]
fn refuses_other_imports() {
    let mut workspace = Workspace::new();
    let mut transcript = String::new();
    let content = STANDARD.encode("1");
    for body in [
        json!({"path": "/Shared/a", "content": content}),
        json!({"path": "/Shared/a", "language": "PYTHON"}),
        json!({"path": "/Shared/a", "content": "?", "language": "PYTHON"}),
        json!({"path": "/Shared/a", "content": 1, "language": "PYTHON"}),
        json!({"path": "/Shared/a", "content": STANDARD.encode([0xff]), "language": "PYTHON"}),
        json!({"path": "/Shared/a", "content": content, "language": "python"}),
        json!({"path": "/Shared/a", "content": content, "format": "JUPYTER"}),
        json!({"path": "/Shared/a", "content": content, "format": "JUPYTER", "language": "R"}),
        json!({"path": "/Shared/a", "content": content, "format": "DBC"}),
        json!({"path": "/Shared/a", "content": content, "language": "R", "overwrite": "true"}),
        json!({"path": "/Shared/a", "content": content, "language": "R", "force": true}),
        json!({"content": content, "language": "R"}),
    ] {
        transcript.push_str(&workspace.files("import", &body).text());
        transcript.push('\n');
    }
    insta::assert_snapshot!(transcript, @r"
    400 INVALID_PARAMETER_VALUE: Missing required field: language
    400 INVALID_PARAMETER_VALUE: Missing required field: content
    400 MALFORMED_REQUEST: Could not parse request object: Expected Base64 for field 'content'
    400 MALFORMED_REQUEST: Could not parse request object: Expected Base64 for field 'content'
    400 BAD_REQUEST: The content is not text in UTF-8
    400 INVALID_PARAMETER_VALUE: Invalid value python for language. Supported values: PYTHON, R, SCALA, SQL
    400 BAD_REQUEST: The content is not a Jupyter notebook: nbformat must be 4
    400 INVALID_PARAMETER_VALUE: A notebook in JUPYTER format is always in PYTHON
    400 BAD_REQUEST: The sandbox does not import the format DBC
    400 MALFORMED_REQUEST: Could not parse request object: Expected a boolean for field 'overwrite'
    400 INVALID_PARAMETER_VALUE: unknown field force
    400 INVALID_PARAMETER_VALUE: Missing required field: path
    ");
    assert_eq!(workspace.list_files("/Shared"), [""; 0]);
}

#[test]
fn refuses_to_export_directories() {
    let mut workspace = Workspace::new();
    insta::assert_snapshot!(workspace.get("/api/2.0/workspace/export", &[("path", &"/Shared")]).text(), @"400 BAD_REQUEST: Path (/Shared) is a DIRECTORY, which the sandbox does not export as SOURCE");
}

#[test]
fn takes_forms_with_files() {
    let mut workspace = Workspace::new();
    let part =
        |name: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let mut send = |body: String| {
        let mut request = Request {
            method: "POST".to_owned(),
            path: "/api/2.0/workspace/import".to_owned(),
            body: body.into_bytes(),
            ..authorized()
        };
        request.headers.insert("content-type".to_owned(), "multipart/form-data; boundary=x".to_owned());
        workspace.send(&request).text()
    };
    let fields = [part("path", "/Shared/a"), part("language", "PYTHON"), part("overwrite", "true")].concat();
    insta::assert_snapshot!(send(format!("{fields}--x--")), @"400 INVALID_PARAMETER_VALUE: Missing required field: content");
    insta::assert_snapshot!(send(format!("{fields}{}--x--", part("colour", "red"))), @"400 INVALID_PARAMETER_VALUE: unknown field colour");
    assert!(send(format!("{fields}{}--x--", part("content", "print(1)"))).starts_with("200 "));
    assert_eq!(workspace.export("/Shared/a", "SOURCE"), "py\n# Databricks notebook source\nprint(1)");
}

#[test]
fn a_list_can_leave_out_older_notebooks() {
    let mut workspace = Workspace::new();
    workspace.notebook("/Shared/old", "1").expect_ok();
    let time = workspace.world.now;
    workspace.pass(1);
    workspace.notebook("/Shared/new", "1").expect_ok();
    let query: &[(&str, &dyn std::fmt::Display)] = &[("path", &"/Shared"), ("notebooks_modified_after", &time)];
    let answer = workspace.get("/api/2.0/workspace/list", query).expect_ok();
    assert_eq!(answer["objects"].as_array().unwrap().len(), 1);
    assert_eq!(answer["objects"][0]["path"], "/Shared/new");
}

#[test]
fn the_state_survives_being_stored() {
    let mut workspace = Workspace::new();
    workspace.notebook("/Shared/lab", "1").expect_ok();
    workspace.import("/Shared/a.bin", "\u{0}", &json!({"format": "RAW"})).expect_ok();
    let stored = serde_json::to_string(&workspace.world.workspace).unwrap();
    workspace.world.workspace = serde_json::from_str(&stored).unwrap();
    assert_eq!(workspace.export("/Shared/lab", "SOURCE"), "py\n# Databricks notebook source\n1");
    assert_eq!(workspace.export("/Shared/a.bin", "RAW"), "bin\n\u{0}");
}
