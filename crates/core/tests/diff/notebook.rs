use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::Notebook;
use reconcile_core::resource::notebook::{Content, Format, Language, OnRemoteChange};

use crate::{ownership, page};

fn notebook(text: &str) -> Notebook {
    Notebook {
        path: "/Shared/lab/prep".to_owned(),
        content: Field::Set(Content::read(text.as_bytes(), Format::Source, Language::Python).expect("text")),
        language: Field::Set(Language::Python),
        format: Format::Source,
        on_remote_change: OnRemoteChange::Ask,
    }
}

fn diff(desired: &Notebook, live: Option<&Notebook>) -> String {
    page(&desired.diff(live, &ownership()))
}

#[test]
fn a_creation_makes_the_folder_first() {
    assert_snapshot!(diff(&notebook("print(1)\n"), None), @r#"
    ~ source: 1 lines
    ~ language: null -> "PYTHON"
    > databricks:workspace/mkdirs: make the folder /Shared/lab
    > databricks:workspace/import: import the notebook
    "#);
    let at_the_root = Notebook { path: "/prep".to_owned(), ..notebook("print(1)\n") };
    assert_snapshot!(diff(&at_the_root, None), @r#"
    ~ source: 1 lines
    ~ language: null -> "PYTHON"
    > databricks:workspace/import: import the notebook
    "#);
}

#[test]
fn another_text_is_an_overwrite_unless_the_manifest_settles_it() {
    let (desired, live) = (notebook("print(1)\n"), notebook("print(2)\n"));
    assert_eq!(diff(&desired, Some(&notebook("# Databricks notebook source\nprint(1)"))), "");
    assert_snapshot!(diff(&desired, Some(&live)), @r#"
    ~ source: "print(2)\n" -> "print(1)\n"
    > databricks:workspace/import: import the notebook over the live one
    ! overwrite
    # the workspace's text may have been edited by hand; `on_remote_change: overwrite` or `keep` settles it for good
    "#);
    let overwrite = Notebook { on_remote_change: OnRemoteChange::Overwrite, ..desired.clone() };
    assert_snapshot!(diff(&overwrite, Some(&live)), @r#"
    ~ source: "print(2)\n" -> "print(1)\n"
    > databricks:workspace/import: import the notebook over the live one
    "#);
    let keep = Notebook { on_remote_change: OnRemoteChange::Keep, ..desired };
    assert_eq!(diff(&keep, Some(&live)), "");
}

#[test]
fn another_language_is_imported_over() {
    let live = Notebook { language: Field::Set(Language::R), ..notebook("print(1)\n") };
    assert_snapshot!(diff(&notebook("print(1)\n"), Some(&live)), @r#"
    ~ language: "R" -> "PYTHON"
    > databricks:workspace/import: import the notebook over the live one
    "#);
}
