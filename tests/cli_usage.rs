//! The command line itself.

use std::io::Read as _;
use std::process::Stdio;

use crate::cli_bench::Bench;

#[test]
fn the_help_teaches() {
    insta::assert_snapshot!(Bench::new().run("--help"), @"");
}

#[test]
fn wrong_usage_ends_with_64_and_writes_no_data() {
    for line in ["", "plna", "plan --nonsense", "plan --timeout 5", "apply --allow all", "completions tcl", "man nothing"] {
        let run = Bench::new().run(line).ends(64);
        assert!(run.stdout.is_empty() && run.stderr.contains("error") | run.stderr.contains("Usage"), "{line}: {run}");
    }
}

#[test]
fn a_typo_says_what_is_near() {
    insta::assert_snapshot!(Bench::new().run("drift --formt json"), @"");
}

#[test]
fn an_apply_that_cannot_ask_is_refused_before_anything_is_read() {
    insta::assert_snapshot!(Bench::new().run("apply nowhere.yaml"), @"");
}

#[test]
fn a_pattern_that_matches_nothing_is_wrong_usage() {
    insta::assert_snapshot!(Bench::with_lab().run("drift --sandbox --only iam.role.*"), @"");
}

#[test]
fn completions_and_manual_pages_come_from_the_same_definition() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = bench.run(&format!("completions {shell}")).ends(0);
        assert!(run.stdout.contains("take-over") && run.stderr.is_empty(), "{shell}: {run}");
    }
    let page = bench.run("man").ends(0).stdout;
    assert!(page.contains(".TH reconcile 1") && page.contains("drift"), "{page}");
    let page = bench.run("man apply").ends(0).stdout;
    assert!(page.contains(".TH reconcile\\-apply") || page.contains(".TH reconcile-apply"), "{page}");
    assert!(page.contains("parallelism"), "{page}");
}

#[test]
fn the_version_is_data() {
    let run = Bench::new().run("--version").ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (concat!("reconcile ", env!("CARGO_PKG_VERSION"), "\n"), ""));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    let mut child =
        bench.command("completions bash").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("read");
    assert_eq!((child.wait().expect("ended").code(), said.as_str()), (Some(0), ""));
}
