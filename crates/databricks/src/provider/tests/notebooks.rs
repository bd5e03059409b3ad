use super::*;

#[tokio::test]
async fn a_notebook_is_imported_with_its_folder_and_only_its_text_counts() {
    let lab = Lab::start().await;
    let written = notebook("# Databricks notebook source\r\nprint(1)\r\n\r\n# COMMAND ----------\r\nprint(2)\r\n");
    assert_eq!(lab.converge(&Resource::Notebook(written)).await, "workspace/mkdirs workspace/import");
    lab.sandbox.clear_calls();
    let respelled = Resource::Notebook(notebook("print(1)\n# COMMAND ----------\n\nprint(2)"));
    assert_eq!(lab.difference(&respelled).await, (Vec::new(), String::new()));
    assert_eq!(lab.calls(), ["workspace/get-status", "workspace/export"]);
}

#[tokio::test]
async fn a_text_changed_by_hand_is_found_and_written_over() {
    let lab = Lab::start().await;
    let wanted = Resource::Notebook(notebook("print(1)\n"));
    lab.converge(&wanted).await;
    let by_hand = json!({
        "path": "/Shared/lab/first",
        "content": STANDARD.encode("print(2)\n"),
        "format": "SOURCE",
        "language": "PYTHON",
        "overwrite": true,
    });
    lab.behind_the_back("workspace/import", ApiVersion::V2_0, by_hand).await;
    assert_eq!(lab.difference(&wanted).await.1, "source");
    assert_eq!(lab.converge(&wanted).await, "workspace/import");
}

#[tokio::test]
async fn a_notebook_that_is_to_be_kept_is_not_exported() {
    let lab = Lab::start().await;
    lab.converge(&Resource::Notebook(notebook("print(1)\n"))).await;
    lab.sandbox.clear_calls();
    let kept = Notebook { on_remote_change: OnRemoteChange::Keep, ..notebook("print(2)\n") };
    assert_eq!(lab.difference(&Resource::Notebook(kept)).await.0, []);
    assert_eq!(lab.calls(), ["workspace/get-status"]);
}

#[tokio::test]
async fn a_jupyter_notebook_is_compared_by_its_cells() {
    let lab = Lab::start().await;
    let cell = json!({
        "cell_type": "code",
        "source": ["print(1)\n", "print(2)"],
        "metadata": {},
        "outputs": [],
        "execution_count": null,
    });
    let text = json!({
        "cells": [cell],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 0,
    });
    let content = Content::read(text.to_string().as_bytes(), Format::Jupyter, Language::Python).unwrap();
    let jupyter =
        Notebook { content: Field::Set(content), format: Format::Jupyter, language: Field::Absent, ..notebook("") };
    assert_eq!(lab.converge(&Resource::Notebook(jupyter)).await, "workspace/mkdirs workspace/import");
}

#[tokio::test]
async fn another_language_is_a_change() {
    let lab = Lab::start().await;
    lab.converge(&Resource::Notebook(notebook("select"))).await;
    let content = Field::Set(Content::read(b"select", Format::Source, Language::Sql).unwrap());
    let sql = Notebook { content, language: Field::Set(Language::Sql), ..notebook("") };
    assert_eq!(lab.difference(&Resource::Notebook(sql)).await.1, "language");
}

#[tokio::test]
async fn what_is_no_notebook_is_in_the_way() {
    let lab = Lab::start().await;
    let folder = Resource::Notebook(Notebook { path: "/Shared".to_owned(), ..notebook("x") });
    let Reading::Failed(failure) = lab.read(&folder).await else { panic!("a folder is no notebook") };
    assert_eq!(failure.kind, FailureKind::AlreadyExists);
    insta::assert_snapshot!(shown(&failure), @"
    databricks:workspace/get-status: /Shared is a directory, not a notebook
    help: choose another `path`, or move away what is there
    ");
}

#[tokio::test]
async fn a_text_too_large_to_export_says_the_way_out() {
    let lab = Lab::start().await;
    let wanted = Resource::Notebook(notebook("x"));
    lab.converge(&wanted).await;
    let message = "File size is (10485761 bytes), exceeded max size (10485760 bytes)".to_owned();
    let code = "MAX_NOTEBOOK_SIZE_EXCEEDED".to_owned();
    lab.inject("workspace/export", 1, FaultKind::Status { status: 200, code, message });
    let Reading::Failed(failure) = lab.read(&wanted).await else { panic!("it is too large") };
    assert_eq!(failure.kind, FailureKind::Invalid);
    assert!(failure.help.unwrap_or_default().contains("on_remote_change: keep"));
}
