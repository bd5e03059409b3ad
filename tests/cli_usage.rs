//! The command line itself.

use std::io::Read as _;
use std::process::Stdio;

use crate::cli_bench::Bench;

#[test]
fn the_help_teaches() {
    insta::assert_snapshot!(Bench::new().run("--help"), @"
    One manifest for Databricks on AWS and SageMaker, diffed against the live state.

    A YAML manifest says which IAM roles, instance profiles, SageMaker notebook instances, Databricks
    instance-profile registrations, clusters and notebooks should exist. reconcile reads what does
    exist, shows what differs, and applies the smallest set of API calls that makes the two agree. There
    is no state file: the cloud is the state.

    Usage: reconcile [OPTIONS] <COMMAND>

    Commands:
      validate     Check manifests without any network: grammar, references, names, limits, policies
      plan         Read the live state and print what would change; writes nothing
      apply        Plan, ask, and make the planned calls
      drift        Plan for CI: exit code 2 when anything differs; writes nothing
      destroy      Delete what the manifest owns, dependants first
      undo         Plan the way back from what a journal tells of a run, ask, and make the planned calls
      policy       Compare, check or evaluate IAM policy documents in files
      sandbox      Serve an embedded AWS account and Databricks workspace on loopback
      completions  Print a completion script for a shell
      man          Print the manual page, in roff
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Output:
      -v, --verbose...
              Show each call with its time; twice: more of the inner workings. Never a secret

      -q, --quiet
              Say nothing on stderr but errors

          --color <WHEN>
              When to use colours; `auto` unless given

              Possible values:
              - auto:   On a terminal
              - always: Even into a file or a pipe
              - never:  Not even on a terminal

    Examples:
      reconcile plan --sandbox lab.yaml       plan against an embedded account, without any cloud
      reconcile apply --sandbox lab.yaml      apply it there; `drift` then finds nothing
      reconcile plan lab.yaml                 plan against the real account and workspace
      reconcile drift --format json *.yaml    for CI: exit code 2 when the world has moved

    Exit codes:
      0   done, or nothing differs
      1   an error, or an apply that could not finish
      2   drift, and plan --detailed-exitcode: something differs
      3   refused: a hazard not allowed, a protected resource, a stale plan, a foreign owner
      64  wrong usage
    --- exit 0
    ");
}

#[test]
fn wrong_usage_ends_with_64_and_writes_no_data() {
    for line in
        ["", "plna", "plan --nonsense", "plan --timeout 5", "apply --allow all", "completions tcl", "man nothing"]
    {
        let run = Bench::new().run(line).ends(64);
        assert!(run.stdout.is_empty() && run.stderr.contains("error") | run.stderr.contains("Usage"), "{line}: {run}");
    }
}

#[test]
fn a_typo_says_what_is_near() {
    insta::assert_snapshot!(Bench::new().run("drift --formt json"), @r"
    --- stderr
    error: unexpected argument '--formt' found

      tip: a similar argument exists: '--format'

    Usage: reconcile drift --format <FORMAT> [MANIFEST]...

    For more information, try '--help'.
    --- exit 64
    ");
}

#[test]
fn an_apply_that_cannot_ask_is_refused_before_anything_is_read() {
    insta::assert_snapshot!(Bench::new().run("apply nowhere.yaml"), @r"
    --- stderr
    error[no-terminal]: there is no terminal to ask on whether to apply
     |
     = help: add `--yes` to apply without asking
    --- exit 3
    ");
}

#[test]
fn a_pattern_that_matches_nothing_is_wrong_usage() {
    insta::assert_snapshot!(Bench::with_lab().run("drift --sandbox --only iam.role.*"), @r"
    --- stderr
    error[nothing-matches]: --only `iam.role.*` matches no resource
     |
     = help: there are: iam.roles.cluster, iam.roles.workspace, iam.instance_profiles.cluster, sagemaker.notebook_instances.image-build, databricks.instance_profiles.cluster, databricks.clusters.lab, databricks.notebooks.data-prep
    --- exit 64
    ");
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
fn colours_are_for_terminals_unless_asked_for() {
    let bench = Bench::with_lab();
    let plain = bench.run("plan --sandbox");
    assert!(!plain.stdout.contains('\u{1b}') && !plain.stderr.contains('\u{1b}'), "{plain}");
    let colored = bench.run("plan --sandbox --color always -v");
    assert!(colored.stdout.contains('\u{1b}') && colored.stderr.contains('\u{1b}'), "{colored}");
    let error = bench.run("plan nowhere.yaml --color always");
    assert!(error.stderr.contains('\u{1b}'), "{error}");
}

#[test]
fn the_version_is_data() {
    let run = Bench::new().run("--version").ends(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        (concat!("reconcile ", env!("CARGO_PKG_VERSION"), "\n"), "")
    );
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
