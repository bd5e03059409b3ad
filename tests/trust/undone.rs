//! Killed at every single call while a journal is kept: the journal is whole, and `undo` brings back what was before.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::bed::Bed;
use crate::kills::{differences, undisturbed};
use crate::scenarios::{self, Scenario};

/// How many sandboxes work side by side.
const AT_ONCE: usize = 4;

/// Where the journal is, from the bed's folder.
const JOURNAL: &str = "--journal=log";

#[test]
fn a_run_that_is_killed_at_any_call_can_be_undone() {
    let undone = at_each_call(kill_and_undo);
    eprintln!("counted: runs killed with a journal and undone: {undone} of {undone}");
}

/// Does something at each call, by its place, of the runs that can be undone: what is made anew or deleted cannot come back as it
/// was. It is given the scenario, the bed and the world before. Returns how many calls there are.
pub(crate) fn at_each_call(work: impl Fn(&Scenario, &Bed, &Value, u32) + Sync) -> u32 {
    let mut all = 0;
    for scenario in scenarios::all().iter().filter(|scenario| ["creation", "repair"].contains(&scenario.name)) {
        let (calls, _) = undisturbed(scenario);
        let next = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    let bed = Bed::new();
                    let before = scenario.prepare(&bed);
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= calls {
                            return;
                        }
                        work(scenario, &bed, &before, place);
                    }
                });
            }
        });
        all += calls;
    }
    all
}

/// Kills a run at a call, before the effect of every other one, and undoes it.
fn kill_and_undo(scenario: &Scenario, bed: &Bed, before: &Value, place: u32) {
    let after_effect = !place.is_multiple_of(2);
    bed.sandbox.restore(before).expect("restored");
    bed.remove("log");
    let world = bed.world();
    let line: Vec<_> = scenario.line().into_iter().chain([JOURNAL]).collect();
    let killed = bed.kill_at(&line, place, after_effect).expect("the call is made");
    let text = bed.read("log");
    assert!(text.ends_with('\n'), "the last line is whole");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is whole")).collect();
    assert!(is_under_way(&lines, &killed), "{killed} is not on record before it is made");
    bed.succeed(&["undo", "log"]);
    let differences = differences(&world, &bed.world());
    let left: Vec<_> = differences.iter().filter(|difference| !is_left(difference)).collect();
    assert!(left.is_empty(), "{} killed at {killed}, after its effect: {after_effect}: {left:#?}", scenario.name);
}

/// Whether a call was begun, by the record, and did not end.
fn is_under_way(lines: &[Value], api: &str) -> bool {
    let count = |outcome: &str| lines.iter().filter(|line| line["api"] == api && line["outcome"] == outcome).count();
    count("started") > count("done")
}

/// What an undo leaves: the folders of notebooks, and the numbers and the texts of policy versions that are not in force.
pub(crate) fn is_left(difference: &str) -> bool {
    difference.contains("/tree/nodes/") || difference.contains("/versions")
}
