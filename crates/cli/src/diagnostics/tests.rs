//! How reports look, and that no file and no text can make them fail.

use std::fs;
use std::path::Path;

use reconcile_core::manifest::diagnostic::{Diagnostic, Place};

use super::Reporter;

fn place(file: &Path, line: u32, column: u32, start: u32, end: u32) -> Place {
    Place { file: file.display().to_string().into(), line, column, start, end }
}

fn plain(report: &Diagnostic) -> String {
    anstream::adapter::strip_str(&Reporter::new(80).render(report)).to_string()
}

#[test]
fn the_line_its_label_and_the_help_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("m.yaml");
    fs::write(&file, "a: 1\r\nb: 2\r\na: 3\r\n").expect("written");
    let report = Diagnostic::error("duplicate-key", "`a` is there twice")
        .at(place(&file, 3, 1, 12, 13))
        .with_label(place(&file, 1, 1, 0, 1), "the first one")
        .with_help("drop one");
    let folder = format!("{}/", folder.path().display());
    insta::assert_snapshot!(plain(&report).replace(&folder, ""), @r"
    error[duplicate-key]: `a` is there twice
     --> m.yaml:3:1
      |
    3 | a: 3
      | ^
      |
     ::: m.yaml:1:1
      |
    1 | a: 1
      | - the first one
      |
      = help: drop one
    ");
}

#[test]
fn a_report_without_a_place_has_the_same_shape() {
    let report = Diagnostic::error("aws-connection", "no credentials").with_help("run `aws sso login`");
    insta::assert_snapshot!(plain(&report), @r"
    error[aws-connection]: no credentials
     |
     = help: run `aws sso login`
    ");
}

#[test]
fn lines_with_secrets_are_named_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("m.yaml");
    fs::write(&file, "KEY: hunter2\n").expect("written");
    let mut report = Diagnostic::error("wrong-type", "not a text").at(place(&file, 1, 6, 5, 12));
    assert!(plain(&report).contains("hunter2"));
    report.is_secret = true;
    let shown = plain(&report);
    assert!(!shown.contains("hunter2") && shown.contains("m.yaml:1:6"), "{shown}");
}

#[test]
fn a_place_outside_of_its_file_is_no_reason_to_fail() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("m.yaml");
    fs::write(&file, "\u{feff}é: ü\nzwei\n").expect("written");
    for start in 0..20 {
        for end in start..22 {
            let shown = plain(&Diagnostic::error("x", "message").at(place(&file, 1, 1, start, end)));
            assert!(shown.contains("error[x]: message"), "{start} {end}: {shown}");
        }
    }
    let missing = plain(&Diagnostic::error("x", "message").at(place(&folder.path().join("no"), 7, 3, 90, 95)));
    assert!(missing.contains("no:7"), "{missing}");
}

#[test]
fn a_hostile_text_cannot_write_to_the_terminal() {
    let report = Diagnostic::error("x", "a\u{1b}[2Jb").with_help("c\u{1b}]0;title\u{7}d");
    let rendered = Reporter::new(80).render(&report);
    assert!(
        !rendered.contains("\u{1b}[2J") && !rendered.contains("\u{1b}]") && !rendered.contains('\u{7}'),
        "{rendered:?}"
    );
}
