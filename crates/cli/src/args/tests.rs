//! What may be typed, and what may not.

use std::time::Duration;

use clap::{CommandFactory, Parser};
use reconcile_core::change::Hazard;
use reconcile_core::id::{Address, Kind};

use super::{Arguments, Command, Format, values};

fn parse(line: &str) -> Result<Arguments, String> {
    let words = std::iter::once("reconcile").chain(line.split_whitespace());
    Arguments::try_parse_from(words).map_err(|error| error.to_string())
}

fn refusal(line: &str) -> String {
    parse(line).expect_err("it is no correct usage")
}

#[test]
fn the_definition_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn an_apply_reads_all_its_flags() {
    let line = "apply a.yaml b.yaml --var x=1=2 --var y= --only iam.* --allow interrupt,overwrite --allow delete --yes \
        --timeout 1h30m --parallelism 3 --format json -v";
    let arguments = parse(line).expect("correct usage");
    assert_eq!(arguments.talk.verbose, 1);
    let Command::Apply(apply) = arguments.command else { panic!("another command") };
    let source = &apply.planning.selection.source;
    assert_eq!(source.manifests.len(), 2);
    assert_eq!(source.variables()["x"], "1=2");
    assert_eq!(source.variables()["y"], "");
    assert_eq!(source.format, Format::Json);
    assert_eq!(apply.acting.allow, [Hazard::Interrupt, Hazard::Overwrite, Hazard::Delete]);
    assert_eq!(apply.planning.selection.timeout, Some(Duration::from_mins(90)));
    assert_eq!(apply.acting.parallelism.get(), 3);
    assert!(apply.acting.yes && !apply.planning.adopt);
}

#[test]
fn the_manifest_has_a_default() {
    let Command::Plan(plan) = parse("plan").expect("correct usage").command else { panic!("another command") };
    assert_eq!(plan.planning.selection.source.manifests, [std::path::Path::new("reconcile.yaml")]);
}

#[test]
fn wrong_usage_says_what_would_be_right() {
    for (line, says) in [
        ("plan --var x", "--var x=VALUE"),
        ("plan --var =x", "name before the equals sign"),
        ("plan --only [", "unclosed character class"),
        ("plan --timeout 10", "such as 90s"),
        ("plan --timeout 0s", "longer than nothing"),
        ("plan --timeout 99999999999999999999h", "such as 90s"),
        ("plan --timeout 9999999999999999h", "seven days"),
        ("sandbox --throttle iam", "--throttle iam=VALUE"),
        ("sandbox --throttle ec2=5", "there are iam, sts"),
        ("sandbox --throttle iam=0", "whole number of calls a second"),
        ("apply --allow widens-access", "is not a hazard"),
        ("apply --allow everything", "known are interrupt, replace, delete"),
        ("apply --parallelism 0", "non-zero"),
        ("plan -v -q", "cannot be used with"),
        ("plna", "similar subcommand exists: 'plan'"),
        ("plan --format yaml", "possible values: text, json, markdown"),
        ("plan --prune --only iam.*", "cannot be used with"),
    ] {
        let refusal = refusal(line);
        assert!(refusal.contains(says), "{line}: {refusal}");
    }
}

#[test]
fn durations_add_up() {
    for (text, milliseconds) in [("250ms", 250), ("90s", 90_000), ("1h30m", 5_400_000), ("1m1s1ms", 61_001), ("0s", 0)]
    {
        assert_eq!(values::duration_or_zero(text), Ok(Duration::from_millis(milliseconds)), "{text}");
    }
    for text in ["", "s", "1", "1x", "-1s", "1.5s", "1s ", "１s"] {
        assert!(values::duration_or_zero(text).is_err(), "{text}");
    }
}

#[test]
fn patterns_match_whole_addresses() {
    let cluster = Address::new(Kind::DatabricksCluster, "lab");
    for (pattern, matches) in [
        ("databricks.clusters.lab", true),
        ("databricks.*", true),
        ("databricks.**", true),
        ("*.lab", true),
        ("*", true),
        ("clusters.lab", false),
        ("databricks.clusters.la", false),
        ("databricks.{clusters,notebooks}.*", true),
    ] {
        let pattern = values::pattern(pattern).expect("a pattern");
        assert_eq!(pattern.matches(&cluster), matches, "{}", pattern.as_str());
    }
}
