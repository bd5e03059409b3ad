//! `--journal`: every call is on record, whole even when the run is killed.

use serde_json::Value;

use crate::bench::{Bench, SECRET};

fn calls<'a>(lines: &'a [Value], outcome: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["record"] == "call" && line["outcome"] == outcome).collect()
}

#[test]
fn every_call_is_on_record_before_and_after_it() {
    let bench = Bench::new();
    bench.ends("apply --yes -q --journal log", 0);
    let writes = bench.sandbox.take_writes();
    let text = bench.read("log");
    assert!(!text.contains(SECRET), "no secret is on record");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.path("log")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let lines = bench.journal("log");
    assert_eq!(lines[0]["record"], "run");
    let (started, done) = (calls(&lines, "started"), calls(&lines, "done"));
    assert_eq!((started.len(), done.len()), (writes.len(), writes.len()));
    let mut apis: Vec<_> = done.iter().map(|line| line["api"].as_str().expect("text").to_owned()).collect();
    let mut writes = writes;
    apis.sort();
    writes.sort();
    assert_eq!(apis, writes);
    for line in &done {
        let aws = line["api"].as_str().is_some_and(|api| !api.starts_with("databricks:"));
        let who = if aws { "arn:aws:iam::111122223333:user/sandbox" } else { "reconcile@example.com" };
        assert_eq!(line["who"], who, "{line}");
        let when = line["when"].as_str().expect("text");
        assert!(when.ends_with('Z') && when.contains('T'), "{when}");
        assert!(!aws || line["request_id"].is_string(), "{line}");
    }
    let create = done.iter().find(|line| line["api"] == "databricks:clusters/create").expect("it was made");
    assert_eq!(create["secrets"], serde_json::json!(["spark_env_vars.TOKEN"]));
    assert_eq!(create["before"], Value::Null);
    assert_eq!(create["after"]["spec"]["spark_env_vars"]["TOKEN"], "(secret)");
    assert_eq!(lines.iter().filter(|line| line["record"] == "verified").count(), 9, "all took");
}

#[test]
fn what_was_before_is_recorded_in_full_and_what_failed_with_its_error() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    bench.edit("reconcile.yaml", "description: first", "description: second");
    let fault = reconcile_sandbox::Fault::of(reconcile_sandbox::FaultKind::Status {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "not today".to_owned(),
    });
    bench.sandbox.inject(fault.on("UpdateRole"));
    bench.ends("apply --yes -q --journal log", 1);
    let lines = bench.journal("log");
    let failed = calls(&lines, "failed");
    assert_eq!(failed.len(), 1);
    assert!(failed[0]["error"].as_str().is_some_and(|error| error.contains("not today")), "{}", failed[0]);
    let before = &failed[0]["before"];
    assert_eq!(
        (before["description"].as_str(), failed[0]["after"]["description"].as_str()),
        (Some("first"), Some("second"))
    );
    assert!(before["trust_policy"]["document"].is_object() && before["inline_policies"]["own"].is_object(), "{before}");
}

#[test]
fn what_cannot_be_on_record_is_not_done() {
    let bench = Bench::new();
    bench.sandbox.take_writes();
    let ended = bench.ends("apply --yes --journal no/such/folder/log", 1);
    assert!(ended.stderr.contains("the journal no/such/folder/log cannot be written"), "{}", ended.stderr);
    let full = std::path::Path::new("/dev/full");
    if full.exists() {
        // No file takes the line.
        bench.ends("apply --yes --journal /dev/full", 1);
    }
    let manifest = bench.read("reconcile.yaml");
    let refused = bench.ends("apply --yes --journal reconcile.yaml", 1).stderr;
    assert!(refused.contains("something else than a journal"), "{refused}");
    assert_eq!(bench.read("reconcile.yaml"), manifest);
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
}

#[test]
fn several_runs_append_to_one_journal_and_a_torn_line_takes_none_with_it() {
    let bench = Bench::new();
    bench.ends("apply --yes -q --journal log --only iam.policies.*", 0);
    let whole = bench.journal("log").len();
    let text = bench.read("log");
    bench.write("log", &format!("{text}{{\"record\":\"call\",\"run\":\"20"));
    bench.ends("apply --yes -q --journal log", 0);
    let lines: Vec<_> = bench.read("log").lines().map(str::to_owned).collect();
    let torn: Vec<_> = lines.iter().filter(|line| serde_json::from_str::<Value>(line).is_err()).collect();
    assert_eq!(torn.len(), 1);
    assert!(lines.len() > whole + 20);
    let undo = bench.run("undo log --yes");
    assert!(undo.stderr.contains(&format!("log:{}: the line is torn", whole + 1)), "{}", undo.stderr);
    assert_eq!(undo.code, Some(3), "{}", undo.stderr);
}
