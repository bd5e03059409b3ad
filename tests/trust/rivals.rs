//! Two runs at a time on one world, each a process of its own: they end in one correct world, and each tells what the other
//! one did.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reconcile_sandbox::{Behaviour, Lags};
use serde_json::Value;

use crate::bed::{Bed, at_once};
use crate::kills::{differences, undisturbed};
use crate::scenarios::{self, Scenario};
use crate::support::process::Ended;

/// How many sandboxes work side by side.
const AT_ONCE: usize = 6;

/// What a run says where another one was there before it.
const TOLD: [&str; 4] = [
    "somebody else has done it meanwhile",
    "the resource has changed since the plan",
    "did not take: it does not exist",
    "did not take: it still exists, or somebody has made it again",
];

/// Where one of the two is held while the other one runs from its beginning to its end.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// Which writing call, from 0.
    place: u32,
    after_effect: bool,
}

/// How the races of one kind ended.
#[derive(Default)]
struct Count {
    all: AtomicUsize,
    /// In how many of them the one that was held said what the other one had done.
    told: AtomicUsize,
    /// In how many of them it went no further, because of that.
    stopped: AtomicUsize,
}

impl Count {
    fn add(&self, held: &Ended) {
        self.all.fetch_add(1, Ordering::Relaxed);
        self.told.fetch_add(usize::from(has_told(held)), Ordering::Relaxed);
        self.stopped.fetch_add(usize::from(held.code != Some(0)), Ordering::Relaxed);
    }
}

fn has_told(ended: &Ended) -> bool {
    TOLD.iter().any(|told| ended.stdout.contains(told) || ended.stderr.contains(told))
}

fn said(who: &str, ended: &Ended) -> String {
    format!("--- {who}, code {:?}\n{}{}", ended.code, ended.stdout, ended.stderr)
}

/// Where two worlds differ. The versions of a policy that are not in force are no difference: a call that was on its way may
/// have made one more of the same document, since the service has no call for "unless it has it". What is in force is compared
/// by the run that has to write nothing.
fn differing(expected: &Value, found: &Value) -> Vec<String> {
    let [expected, found] = [expected, found].map(|world| {
        let mut world = world.clone();
        for (_, policy) in world["iam"]["policies"].as_object_mut().into_iter().flatten() {
            policy["versions"] = Value::Null;
        }
        world
    });
    differences(&expected, &found)
}

/// Does something for each of these, in several sandboxes at a time; all that failed is told together.
fn each<T: Send, B>(all: Vec<T>, bed: impl Fn() -> B + Sync, work: impl Fn(&B, T) -> Result<(), String> + Sync) {
    let count = all.len();
    let queue = Mutex::new(VecDeque::from(all));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let bed = bed();
                let next = || queue.lock().expect("no panic while it is held").pop_front();
                while let Some(one) = next() {
                    let why = work(&bed, one).err();
                    failed.lock().expect("no panic while it is held").extend(why);
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic while it was held");
    assert!(failed.is_empty(), "{} of {count} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Every point at which a run of a scenario may be held.
fn points(calls: u32) -> Vec<Point> {
    (0..calls).flat_map(|place| [false, true].map(|after_effect| Point { place, after_effect })).collect()
}

/// How a race ended.
struct Race {
    /// The call that was held.
    call: String,
    held: Ended,
    other: Ended,
}

/// Holds a run at a point, lets another one come to its end, and lets the first one go on. The shorter its patience the sooner the
/// waits end that are in vain; but where the other one takes longer, as on a busy machine, the call that is held would be given up
/// in the middle: then it is another race, and this one is held again.
fn overtaken(bed: &Bed, before: &Value, held: &[&str], other: &[&str], point: Point) -> Result<Race, String> {
    for patience in [2, 10, 50] {
        bed.sandbox.restore(before).map_err(|error| error.to_string())?;
        let timeout = format!("--timeout={patience}s");
        let (run, call) = bed.hold_at(&[held, &[&timeout]].concat(), point.place, point.after_effect);
        let since = Instant::now();
        let Some(call) = call else {
            return Err(format!("{point:?} was never reached:\n{}", said("held", &run.end())));
        };
        let other = bed.run(other);
        let was_held = since.elapsed() < Duration::from_secs(patience) * 3 / 4;
        bed.sandbox.release();
        let held = run.end();
        if was_held {
            return Ok(Race { call, held, other });
        }
    }
    Err(format!("{point:?}: the other run does not end in time"))
}

/// One of two equal runs is held at each of its calls, before and after the call's effect, while the other one does it all.
#[test]
fn a_run_that_is_overtaken_by_its_equal_ends_well() {
    let mut all = 0;
    for scenario in scenarios::all() {
        let (calls, undisturbed) = undisturbed(&scenario);
        let count = Count::default();
        let prepare = || {
            let bed = Bed::new();
            let before = scenario.prepare(&bed);
            (bed, before)
        };
        each(points(calls), prepare, |(bed, before), point| {
            equals(&scenario, bed, before, point, &undisturbed, &count)
        });
        let [all_of_it, told, stopped] =
            [&count.all, &count.told, &count.stopped].map(|count| count.load(Ordering::Relaxed));
        eprintln!("counted: {}: {all_of_it} races, of which {told} told and {stopped} stopped", scenario.name);
        all += all_of_it;
    }
    eprintln!("counted: equal runs that overtook each other: {all}, all in one world");
}

fn equals(
    scenario: &Scenario,
    bed: &Bed,
    before: &Value,
    point: Point,
    undisturbed: &Value,
    count: &Count,
) -> Result<(), String> {
    let line = scenario.line();
    let Race { call, held, other } = overtaken(bed, before, &line, &line, point)?;
    count.add(&held);
    let differences = differing(undisturbed, &bed.world());
    bed.take_writes();
    let third = bed.run(&line);
    let writes = bed.take_writes();
    if matches!(held.code, Some(0 | 3))
        && other.code == Some(0)
        && differences.is_empty()
        && third.code == Some(0)
        && writes.is_empty()
    {
        return Ok(());
    }
    let said = [("held", &held), ("other", &other), ("third", &third)].map(|(who, ended)| said(who, ended)).concat();
    Err(format!("{} {point:?} {call}: {differences:?}, the third one writes {writes:?}\n{said}", scenario.name))
}

/// One of two runs that want the opposite is held at each of its calls while the other one does it all: neither waits for what
/// does not come, and the next run of either ends where it is to.
#[test]
fn a_run_that_is_overtaken_by_its_opposite_ends_well() {
    let scenarios = scenarios::all();
    let named = |name: &str| scenarios.iter().find(|scenario| scenario.name == name).expect("a scenario");
    let mut all = BTreeMap::new();
    for (name, other) in [("repair", "destroy"), ("replacement", "destroy"), ("destruction", "apply")] {
        let scenario = named(name);
        let (calls, undisturbed) = undisturbed(scenario);
        let count = Count::default();
        let prepare = || {
            let bed = Bed::new();
            let before = scenario.prepare(&bed);
            (bed, before)
        };
        // Each call once, before or after its effect in turn.
        let every_other = points(calls).into_iter().filter(|point| point.after_effect == (point.place % 2 == 1));
        each(every_other.collect(), prepare, |(bed, before), point| {
            opposites(scenario, bed, before, other, point, &undisturbed, &count)
        });
        let [races, told, stopped] =
            [&count.all, &count.told, &count.stopped].map(|count| count.load(Ordering::Relaxed));
        eprintln!("counted: {name} against {other}: {races} races, of which {told} told and {stopped} stopped");
        all.insert(name, races);
    }
    eprintln!("counted: opposite runs that overtook each other: {}", all.values().sum::<usize>());
}

fn opposites(
    scenario: &Scenario,
    bed: &Bed,
    before: &Value,
    other: &str,
    point: Point,
    undisturbed: &Value,
    count: &Count,
) -> Result<(), String> {
    let Race { call: _, held, other } = overtaken(bed, before, &scenario.line(), &[other, "reconcile.yaml"], point)?;
    count.add(&held);
    let next = bed.run(&scenario.line());
    let differences = differing(undisturbed, &bed.world());
    bed.take_writes();
    let last = bed.run(&scenario.line());
    let writes = bed.take_writes();
    let is_in_use = ["DeleteConflict", "uses it"].iter().any(|refusal| held.stdout.contains(refusal));
    // Whoever goes no further says why: not that it has waited for nothing.
    let is_told = held.code == Some(0) || has_told(&held) || is_in_use;
    if is_told
        && (!held.stdout.contains("gave up after") || held.stdout.contains("does not show the new"))
        && other.code == Some(0)
        && next.code == Some(0)
        && differences.is_empty()
        && last.code == Some(0)
        && writes.is_empty()
    {
        return Ok(());
    }
    let said = [("held", &held), ("other", &other), ("next", &next)].map(|(who, ended)| said(who, ended)).concat();
    Err(format!("{} {point:?}: {differences:?}, the last one writes {writes:?}\n{said}", scenario.name))
}

/// Two equal runs set off together, and meet wherever they meet: the services take their time, and each is late by what a seed
/// draws for it.
#[test]
fn two_runs_that_set_off_together_end_in_one_world() {
    let seeds = 1..=6_u64;
    let races: Vec<_> = scenarios::all()
        .into_iter()
        .flat_map(|scenario| seeds.clone().map(move |seed| (seed, scenario.name)))
        .collect();
    let count = races.len();
    let scenarios = scenarios::all();
    let undisturbed: BTreeMap<_, _> =
        scenarios.iter().map(|scenario| (scenario.name, undisturbed(scenario).1)).collect();
    let told = AtomicUsize::new(0);
    each(
        races,
        || (),
        |(), (seed, name)| {
            let scenario = scenarios.iter().find(|scenario| scenario.name == name).expect("a scenario");
            together(scenario, seed, &undisturbed[name], &told)
        },
    );
    let told = told.load(Ordering::Relaxed);
    eprintln!("counted: runs that set off together: {count} pairs, all in one world; {told} told of each other");
    assert!(told > count / 2, "{told} of {count} have met");
}

fn together(scenario: &Scenario, seed: u64, undisturbed: &Value, told: &AtomicUsize) -> Result<(), String> {
    let latency = 2 + seed % 7;
    let slow = |longest: u64| longest * seed / 6;
    let lags = Lags { seed: Some(seed), read: slow(60), release: slow(60), ..Lags::default() };
    let bed = Bed::with(Behaviour { latency, lags, notebook_stop: slow(90), notebook_start: slow(90), ..at_once() });
    scenario.prepare(&bed);
    let line = scenario.line();
    let [first, second] = [bed.start(&line), bed.start(&line)].map(crate::bed::Running::end);
    told.fetch_add(usize::from(has_told(&first) || has_told(&second)), Ordering::Relaxed);
    bed.let_everything_age();
    let differences = differing(undisturbed, &bed.world());
    bed.take_writes();
    let third = bed.run(&line);
    let writes = bed.take_writes();
    let ends_well = |ended: &Ended| matches!(ended.code, Some(0 | 3));
    if ends_well(&first) && ends_well(&second) && differences.is_empty() && third.code == Some(0) && writes.is_empty() {
        return Ok(());
    }
    let said =
        [("first", &first), ("second", &second), ("third", &third)].map(|(who, ended)| said(who, ended)).concat();
    Err(format!("{} {seed}: {differences:?}, the third one writes {writes:?}\n{said}", scenario.name))
}
