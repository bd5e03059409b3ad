//! Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use reconcile_sandbox::{Behaviour, Config, FaultKind};

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
