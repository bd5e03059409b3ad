//! Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reconcile_sandbox::{Behaviour, Config, Fault, FaultKind, Lags};

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

/// What an interrupted apply said.
struct Interrupted {
    code: Option<i32>,
    stdout: String,
}

/// Interrupts an apply when the sandbox holds a call of it, and cuts that call's connection once the interrupt has come through.
fn interrupted_in_flight(bench: &Bench, cloud: &Cloud) -> Interrupted {
    let mut command = bench.command("apply --yes --parallelism 1");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    cloud.wait_for_held();
    interrupt(child.id());
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map(|line| line.expect("read"));
    assert!(lines.by_ref().any(|line| line.contains("interrupted: ")), "the interrupt comes through");
    cloud.sandbox.abandon();
    ended(child, lines)
}

fn ended(mut child: Child, lines: impl Iterator<Item = String>) -> Interrupted {
    // Nobody is to wait for a pipe to be read.
    lines.for_each(drop);
    let mut stdout = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut stdout).expect("read");
    Interrupted { code: child.wait().expect("ended").code(), stdout }
}

/// Calls that are repeated where no answer comes: by the SDK, by the client of the workspace, and by the engine.
const REPEATED: [&str; 4] = ["PutRolePolicy", "CreateRole", "clusters/create", "workspace/import"];

#[test]
fn after_an_interrupt_nothing_is_sent_again() {
    for operation in REPEATED {
        for after_effect in [false, true] {
            let mut bench = Bench::with_lab();
            let cloud = Cloud::start(Config { behaviour: Behaviour::at_once(), ..Config::default() });
            cloud.point(&mut bench);
            cloud.sandbox.inject(Fault::of(FaultKind::Hold { after_effect }).on(operation).times(1));
            cloud.sandbox.inject(Fault::of(FaultKind::CutBefore).on(operation));
            let Interrupted { code, stdout } = interrupted_in_flight(&bench, &cloud);
            let is_all_done = stdout.contains("0 failed, 0 skipped");
            assert_eq!((code, cloud.count(operation)), (Some(i32::from(!is_all_done)), 1), "{operation}: {stdout}");
            // What became of it is looked up once, and told.
            let told = if after_effect { "0 failed" } else { "1 failed" };
            assert!(stdout.contains("Applied: ") && stdout.contains(told), "{operation}, {after_effect}: {stdout}");
            assert_eq!(stdout.contains("interrupted while "), !after_effect, "{operation}: {stdout}");
            cloud.sandbox.clear_faults();
            bench.run("apply --yes").ends(0);
            bench.run("drift").ends(0);
        }
    }
}

/// Services that ask for minutes of patience: nobody waits for them after an interrupt.
#[test]
fn an_interrupt_ends_the_wait_that_a_service_asks_for() {
    let throttled = [("CreateRole", "throttled by IAM"), ("clusters/create", "throttled by the Databricks workspace")];
    for (operation, told) in throttled {
        let mut bench = Bench::with_lab();
        let cloud = Cloud::start(Config { behaviour: Behaviour::at_once(), ..Config::default() });
        cloud.point(&mut bench);
        cloud.sandbox.inject(Fault::of(FaultKind::Throttle { retry_after_seconds: Some(170) }).on(operation).times(1));
        let mut command = bench.command("apply --yes");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map(|line| line.expect("read"));
        assert!(lines.by_ref().any(|line| line.contains(told)), "{told}");
        interrupt(child.id());
        let Interrupted { code, stdout } = ended(child, lines);
        assert_eq!((code, cloud.count(operation)), (Some(1), 1), "{operation}: {stdout}");
        assert!(stdout.contains("interrupted while ") && stdout.contains(operation), "{operation}: {stdout}");
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
