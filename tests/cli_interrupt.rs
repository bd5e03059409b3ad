//! Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use reconcile_sandbox::{Behaviour, Config, FaultKind, Lags};

use crate::cli_bench::{Bench, Cloud};

/// Asks a process to stop, as a terminal does.
fn interrupt(process: u32) {
    let killed = Command::new("kill").args(["-INT", &process.to_string()]).status().expect("run");
    assert!(killed.success());
}

#[test]
fn an_interrupted_apply_says_what_is_left_and_the_next_one_goes_on() {
    let mut bench = Bench::with_lab();
    // Slow enough that the first call is long done before the last one begins.
    let behaviour = Behaviour { latency: 150, ..Behaviour::default() };
    let cloud = Cloud::start(Config { behaviour, ..Config::default() });
    cloud.point(&mut bench);
    let mut child =
        bench.command("apply --yes").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let first = lines.by_ref().map(|line| line.expect("read")).find(|line| line.contains(" done ("));
    assert!(first.is_some());
    interrupt(child.id());
    let rest: Vec<_> = lines.map(|line| line.expect("read")).collect();
    let mut said = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut said).expect("read");
    assert_eq!(child.wait().expect("ended").code(), Some(1), "{said}");
    assert!(rest.iter().any(|line| line.contains("interrupted")), "{rest:?}");
    assert!(said.contains("interrupted"), "{said}");
    assert!(!cloud.writes().iter().any(|call| call.contains("CreateNotebookInstance")), "{said}");
    bench.run("apply --yes").ends(0);
    bench.run("drift").ends(0);
}

#[test]
fn a_second_interrupt_waits_for_nothing() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    cloud.fault("CreateRole", "", FaultKind::Delay { milliseconds: 20_000 });
    let mut child =
        bench.command("apply --yes").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    for awaited in [" done (", "interrupted"] {
        let found = lines.by_ref().map(|line| line.expect("read")).find(|line| line.contains(awaited));
        assert!(found.is_some(), "{awaited}");
        interrupt(child.id());
    }
    let mut said = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut said).expect("read");
    assert_eq!(child.wait().expect("ended").code(), Some(1), "{said}");
    // An orderly end would have told what became of every call.
    assert!(said.contains("Plan: 6 to create") && !said.contains("Applied:"), "{said}");
}

/// Interrupts an apply when it waits for something; returns how it ended, what it printed and what it said after that.
fn interrupted_while(bench: &Bench, awaited: &str) -> (Option<i32>, String, Vec<String>) {
    let mut child =
        bench.command("apply --yes").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map(|line| line.expect("read"));
    let found = lines.by_ref().find(|line| line.contains("waiting: ") && line.contains(awaited));
    assert!(found.is_some(), "it waits: {awaited}");
    interrupt(child.id());
    let rest: Vec<_> = lines.collect();
    let mut said = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut said).expect("read");
    (child.wait().expect("ended").code(), said, rest)
}

/// In the middle of a wait, and of a pause between two tries of a call: what is done, what was waited for and what is left is told,
/// and the next run goes on from there.
#[test]
fn an_apply_that_is_interrupted_while_it_waits_says_so_at_once() {
    let hour = 60 * 60 * 1_000;
    let lags = Lags { assumable: Some(hour), ..Lags::default() };
    let rests = [
        (Behaviour { notebook_start: hour, ..Behaviour::default() }, "it is Pending, and is to be running"),
        (Behaviour { lags, ..Behaviour::default() }, "Could not assume role"),
    ];
    for (behaviour, awaited) in rests {
        let mut bench = Bench::with_lab();
        let cloud = Cloud::start(Config { behaviour, ..Config::default() });
        cloud.point(&mut bench);
        let (code, said, rest) = interrupted_while(&bench, awaited);
        assert_eq!(code, Some(1), "{said}");
        assert!(rest.iter().any(|line| line.contains("interrupted: ")), "{rest:?}");
        let ended = rest.iter().any(|line| line.contains("interrupted while ") && line.contains(awaited));
        assert!(ended && said.contains("interrupted while"), "{said}{rest:?}");
        assert!(said.contains("it goes on where it stopped") && said.contains("Applied: "), "{said}");
        cloud.sandbox.pass(Duration::from_hours(2));
        bench.run("apply --yes").ends(0);
        bench.run("drift").ends(0);
    }
}

#[test]
fn the_served_sandbox_prints_its_environment_and_ends_well() {
    let bench = Bench::new();
    let mut child = bench
        .command("sandbox --listen 127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let exports: Vec<_> = lines.by_ref().take(8).map(|line| line.expect("read")).collect();
    assert!(exports.iter().all(|line| line.starts_with("export ")), "{exports:?}");
    let mut client = Bench::with_lab();
    for export in &exports {
        let (name, value) = export.trim_start_matches("export ").split_once('=').expect("a pair");
        client.set(name, value);
    }
    client.run("apply --yes").ends(0);
    client.run("drift").ends(0);
    interrupt(child.id());
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}
