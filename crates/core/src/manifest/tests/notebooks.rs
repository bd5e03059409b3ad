//! Workspace notebooks.

use rstest::rstest;

use super::{Trial, with_head};
use crate::resource::{
    Resource,
    notebook::{Format, Language},
};

fn trial() -> Trial {
    Trial::default()
        .file("a.py", "print(1)")
        .file("a.sql", "select 1")
        .file("a.txt", "x")
        .file("latin.py", b"\xe9".as_slice())
        .file("a.ipynb", r#"{"cells": [], "metadata": {}}"#)
        .file("broken.ipynb", "{")
        .file("large.py", vec![b'x'; 7_864_321])
        .file("largest.py", vec![b'x'; 7_864_320])
}

fn codes(fields: &str) -> Vec<&'static str> {
    match trial().resolve(&with_head(&format!("databricks:\n  notebooks:\n    n: {{{fields}}}\n"))) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|mistake| mistake.code).collect(),
    }
}

#[rstest]
#[case("path: /a, source: a.py", &[])]
#[case("path: /a, source: largest.py", &[])]
#[case("path: /a, source: large.py", &["notebook-size"])]
#[case("path: /a, source: none.py", &["unreadable-file"])]
#[case("path: /a, source: latin.py", &["notebook-content"])]
#[case("path: /a, source: a.ipynb", &[])]
#[case("path: /a, source: broken.ipynb", &["notebook-content"])]
#[case("path: /a, source: a.txt", &["missing-field"])]
#[case("path: /a, source: a.txt, language: R", &[])]
#[case("path: /a, source: a.txt, language: python", &["unknown-value"])]
#[case("path: /a, source: a.py, format: HTML", &["unknown-value"])]
#[case("path: /a, source: a.py, on_remote_change: never", &["unknown-value"])]
#[case("path: a, source: a.py", &["wrong-path"])]
#[case("path: /a/, source: a.py", &["wrong-path"])]
#[case("path: /a//b, source: a.py", &["wrong-path"])]
#[case("path: /a/../b, source: a.py", &["wrong-path"])]
#[case("path: /a.py, source: a.py", &["wrong-path"])]
#[case("path: /Workspace, source: a.py", &[])]
#[case("path: /a", &["missing-field"])]
#[case("source: a.py", &["missing-field"])]
#[case("path: /a, source: a.py, name: x", &["unknown-field"])]
fn a_notebook_field_is_checked(#[case] fields: &str, #[case] expected: &[&str]) {
    assert_eq!(codes(fields), expected);
}

#[rstest]
#[case("source: a.sql", Format::Source, Some(Language::Sql))]
#[case("source: a.sql, language: PYTHON", Format::Source, Some(Language::Python))]
#[case("source: a.ipynb", Format::Jupyter, None)]
#[case("source: a.ipynb, language: SCALA", Format::Jupyter, None)]
fn format_and_language_follow_from_the_file(
    #[case] fields: &str,
    #[case] format: Format,
    #[case] language: Option<Language>,
) {
    let text = with_head(&format!("databricks:\n  notebooks:\n    n: {{path: /Workspace/Shared/x, {fields}}}\n"));
    let manifest = trial().resolve(&text).expect("a manifest");
    let Some(Resource::Notebook(notebook)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no notebook")
    };
    assert_eq!((notebook.format, notebook.language.value().copied()), (format, language));
    assert_eq!(notebook.path, "/Shared/x");
}

#[test]
fn a_source_is_found_from_the_manifest() {
    let files = super::Memory([("deep/er/a.py", b"1".to_vec())].into());
    let inputs = super::Inputs { variables: &std::collections::BTreeMap::new(), files: &files, scope: None };
    let text = with_head("databricks:\n  notebooks:\n    n: {path: /a, source: er/a.py}\n");
    let document = super::Document::parse("deep/lab.yaml", text.as_bytes()).expect("a document");
    assert!(document.resolve(&inputs).is_ok());
}

#[test]
fn what_is_wrong_with_a_notebook_is_said() {
    let body = "databricks:\n  notebooks:\n    a: {path: Shared/x.py, source: none.py, language: Pyton}\n    b: {path: /Shared/x.py, source: large.py}\n";
    insta::assert_snapshot!(trial().said(&with_head(body)), @r#"
    lab.yaml:5:15: error[wrong-path]: a notebook's path starts with /
    5 |     a: {path: Shared/x.py, source: none.py, language: Pyton}
      |               ^^^^^^^^^^^
    help: did you mean `/Shared/x.py`?

    lab.yaml:5:36: error[unreadable-file]: the file `none.py` cannot be read: No such file or directory
    5 |     a: {path: Shared/x.py, source: none.py, language: Pyton}
      |                                    ^^^^^^^
    help: paths are relative to the manifest's folder: this is none.py

    lab.yaml:5:55: error[unknown-value]: expected PYTHON, SCALA, SQL or R, found "Pyton"
    5 |     a: {path: Shared/x.py, source: none.py, language: Pyton}
      |                                                       ^^^^^
    help: did you mean `PYTHON`?

    lab.yaml:6:15: error[wrong-path]: a notebook's path ends without `.py`: parts of the workspace strip it and then do not find the notebook
    6 |     b: {path: /Shared/x.py, source: large.py}
      |               ^^^^^^^^^^^^
    help: write `/Shared/x`

    lab.yaml:6:37: error[notebook-size]: the notebook `large.py` has 7864321 bytes, 10485764 as it is sent; the workspace imports at most 10485760
    6 |     b: {path: /Shared/x.py, source: large.py}
      |                                     ^^^^^^^^
    help: divide it, or clear its outputs
    "#);
}
