//! Killed at every single call, before and after its effect: the same run again ends in the world of an undisturbed one.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::Value;

use crate::bed::Bed;
use crate::scenarios::{self, Scenario};

/// How many sandboxes work side by side.
const AT_ONCE: usize = 4;

/// Where a run is killed.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// Which writing call, from 0.
    place: u32,
    after_effect: bool,
}

#[test]
fn a_run_that_is_killed_at_any_call_is_finished_by_the_next_one() {
    let mut survived = 0;
    for scenario in scenarios::all() {
        let points = survive_all(&scenario);
        eprintln!("counted: {}: {points} kill points survived", scenario.name);
        survived += points;
    }
    eprintln!("counted: kill points survived: {survived} of {survived}");
}

/// What nobody manages goes along where a thing is made anew, and only the old thing holds it. The plan says so; killed in between,
/// the journal has it still.
#[test]
fn what_a_replacement_carries_over_outlives_a_kill_in_the_journal() {
    let bed = Bed::new();
    let manifest = |path: &str| {
        let trust = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}";
        format!(
            "version: 1\nname: trust\niam: {{roles: {{r: {{name: trust-carried, path: {path}, trust_policy: {trust}}}}}}}\n"
        )
    };
    bed.write("reconcile.yaml", &manifest("/a/"));
    bed.succeed(&["apply", "reconcile.yaml"]);
    let by_hand = [("RoleName", "trust-carried"), ("Description", "By hand"), ("MaxSessionDuration", "7200")];
    bed.iam("UpdateRole", &by_hand);
    bed.write("reconcile.yaml", &manifest("/b/"));
    let plan = bed.succeed(&["plan", "reconcile.yaml"]);
    assert!(plan.stdout.contains("goes along: description, max_session_duration"), "{}", plan.stdout);
    let killed = bed.kill_at(&["apply", "reconcile.yaml", "--journal=log"], 1, false);
    assert_eq!(killed.as_deref(), Some("iam:CreateRole"));
    let undone = bed.run(&["undo", "log"]);
    assert_eq!(undone.code, Some(0), "{}{}", undone.stdout, undone.stderr);
    let state = bed.sandbox.state();
    let role = &state["iam"]["roles"]["trust-carried"];
    assert_eq!((&role["path"], &role["description"]), (&"/a/".into(), &"By hand".into()), "{role}");
    // And the manifest's own way from there.
    bed.succeed(&["apply", "reconcile.yaml"]);
    let role = bed.sandbox.state()["iam"]["roles"]["trust-carried"].clone();
    assert_eq!((&role["path"], &role["description"]), (&"/b/".into(), &"By hand".into()), "{role}");
}

/// Kills a run at each of its calls; returns how many points that were.
fn survive_all(scenario: &Scenario) -> usize {
    let (calls, undisturbed) = undisturbed(scenario);
    let points = (0..calls).flat_map(|place| [false, true].map(|after_effect| Point { place, after_effect }));
    let points: VecDeque<_> = points.collect();
    let count = points.len();
    let queue = Mutex::new(points);
    let lost = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let bed = Bed::new();
                let before = scenario.prepare(&bed);
                while let Some(point) = next(&queue) {
                    let failed = survive(scenario, &bed, &before, point, &undisturbed).err();
                    lost.lock().expect("no panic while it is held").extend(failed);
                }
            });
        }
    });
    let lost = lost.into_inner().expect("no panic while it was held");
    assert!(lost.is_empty(), "{} of {count} points not survived:\n{}", lost.len(), lost.join("\n"));
    count
}

fn next(queue: &Mutex<VecDeque<Point>>) -> Option<Point> {
    queue.lock().expect("no panic while it is held").pop_front()
}

/// Runs once without a disturbance; returns how many writing calls it takes, and the world at its end.
pub(crate) fn undisturbed(scenario: &Scenario) -> (u32, Value) {
    let bed = Bed::new();
    scenario.prepare(&bed);
    bed.succeed(&scenario.line());
    let calls = u32::try_from(bed.take_writes().len()).expect("a number of calls");
    let world = bed.world();
    bed.succeed(&scenario.line());
    assert_eq!(bed.take_writes(), [""; 0], "{}: once is enough", scenario.name);
    (calls, world)
}

/// Kills a run and runs it again; what is wrong then is the error.
fn survive(scenario: &Scenario, bed: &Bed, before: &Value, point: Point, undisturbed: &Value) -> Result<(), String> {
    bed.sandbox.restore(before).map_err(|error| error.to_string())?;
    let name = scenario.name;
    let killed = bed.kill_at(&scenario.line(), point.place, point.after_effect);
    let killed = killed.ok_or_else(|| format!("{name}: {point:?} was never reached"))?;
    let next = bed.run(&scenario.line());
    let differences = differences(undisturbed, &bed.world());
    if next.code == Some(0) && differences.is_empty() {
        return Ok(());
    }
    let said = format!("{}{}", next.stdout, next.stderr);
    Err(format!("{name}, killed at {killed} {point:?}: {differences:?}, code {:?}\n{said}", next.code))
}

/// Where two worlds differ, by path.
pub(crate) fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut all = Vec::new();
    compare("", expected, found, &mut all);
    all
}

fn compare(path: &str, expected: &Value, found: &Value, all: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for key in expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key))) {
                let part = |whole: &serde_json::Map<String, Value>| whole.get(key).cloned().unwrap_or_default();
                compare(&format!("{path}/{key}"), &part(expected), &part(found), all);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => all.push(format!("{path} is {found}, and is {expected} undisturbed")),
    }
}
