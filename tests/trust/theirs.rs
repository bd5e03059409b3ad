//! Two equal runs that each keep a journal: every call is on record as done by the one that has made it, and undoing either takes
//! back what that one did.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::bed::Bed;
use crate::kills::differences;
use crate::scenarios::{self, Scenario};
use crate::undone::{at_each_call, is_left};

/// What the runs put on record, all together.
#[derive(Default)]
struct Count {
    runs: AtomicUsize,
    found: AtomicUsize,
}

#[test]
fn of_two_equal_runs_each_undoes_its_own() {
    let count = Count::default();
    at_each_call(|scenario, bed, before, place| race_and_undo(scenario, bed, before, place, &count));
    let [runs, found] = [&count.runs, &count.found].map(|count| count.load(Ordering::Relaxed));
    assert!(found > runs, "what the other one has made is on record as found");
    eprintln!(
        "counted: pairs of equal runs, each undone by its own journal: {runs}; calls on record as somebody else's: {found}"
    );
}

/// Holds a run at a call while another one does it all, and undoes both, one after the other.
fn race_and_undo(scenario: &Scenario, bed: &Bed, before: &Value, place: u32, count: &Count) {
    bed.sandbox.restore(before).expect("restored");
    bed.sandbox.clear_calls();
    bed.remove("held.log");
    bed.remove("other.log");
    let world = bed.world();
    let with = |journal| scenario.line().into_iter().chain([journal]).collect::<Vec<_>>();
    let (run, call) = bed.hold_at(&with("--journal=held.log"), place, false);
    let call = call.expect("the call is made");
    bed.succeed(&with("--journal=other.log"));
    bed.sandbox.release();
    let held = run.end();
    let at = format!("{} at {call}", scenario.name);
    assert_eq!(held.code, Some(0), "{at}\n{}{}", held.stdout, held.stderr);
    let effects = bed.sandbox.calls().iter().filter(|call| call.writes && call.status < 400).count();
    let [held, other] = ["held.log", "other.log"].map(|journal| Outcomes::of(&bed.read(journal)));
    assert_eq!(held.done + other.done, effects, "{at}: what took effect is on record once, as done");
    assert_eq!(other.found, 0, "{at}");
    count.runs.fetch_add(1, Ordering::Relaxed);
    count.found.fetch_add(held.found, Ordering::Relaxed);
    // In either order; but what the other one has made uses what this one has, and goes first.
    let is_made = scenario.name == "creation";
    let order = if is_made || place.is_multiple_of(2) { ["other.log", "held.log"] } else { ["held.log", "other.log"] };
    let undone = order.map(|journal| bed.succeed(&["undo", journal]));
    let differences = differences(&world, &bed.world());
    let left: Vec<_> = differences.iter().filter(|difference| !is_left(difference)).collect();
    assert!(left.is_empty(), "{at}, {order:?}: {left:#?}\n{}\n{}", undone[0].stdout, undone[1].stdout);
}

/// How many calls a journal tells of, by how they came out.
struct Outcomes {
    done: usize,
    found: usize,
}

impl Outcomes {
    fn of(journal: &str) -> Self {
        let lines: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
        let count = |outcome: &str| lines.iter().filter(|line| line["outcome"] == outcome).count();
        Self { done: count("done"), found: count("found") }
    }
}

/// Somebody makes the role while the run that is to make it is held: it is theirs, and is not deleted when the run is undone.
#[test]
fn what_somebody_else_has_made_is_not_unmade() {
    let bed = Bed::new();
    let creation = &scenarios::all()[0];
    creation.prepare(&bed);
    let (run, call) = bed.hold_at(&["apply", "reconcile.yaml", "--only=iam.policies.*", "--journal=log"], 0, false);
    assert_eq!(call.as_deref(), Some("iam:CreatePolicy"));
    bed.succeed(&["apply", "reconcile.yaml", "--only=iam.policies.*"]);
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let world = bed.world();
    bed.take_writes();
    let undone = bed.succeed(&["undo", "log"]);
    assert_eq!(bed.take_writes(), [""; 0]);
    assert_eq!(differences(&world, &bed.world()), [""; 0]);
    assert!(undone.stdout.contains("somebody else had done all of it before that run could"), "{}", undone.stdout);
}
