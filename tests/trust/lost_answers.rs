//! Answers that are lost, late, halved, somebody else's, or refusals of credentials and clocks.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use reconcile_sandbox::{Fault, FaultKind};
use serde_json::Value;

use crate::bed::Bed;
use crate::calls;
use crate::kills::differences;
use crate::scenarios::{self, Scenario, every_kind};

/// How many sandboxes work side by side: most of the time they wait for a repetition.
const AT_ONCE: usize = 12;

/// What else an answer may meet than to be lost after the effect.
fn others() -> [FaultKind; 9] {
    let error = |code: &str| FaultKind::Status { status: 500, code: code.to_owned(), message: "It broke.".to_owned() };
    [
        FaultKind::CutBefore,
        FaultKind::HtmlAfter { status: 502 },
        FaultKind::Truncate { promises_all: true },
        FaultKind::Truncate { promises_all: false },
        error("InternalFailure"),
        FaultKind::Html { status: 503 },
        FaultKind::Html { status: 200 },
        FaultKind::Throttle { retry_after_seconds: None },
        FaultKind::Throttle { retry_after_seconds: Some(1) },
    ]
}

/// One fault at one writing call.
struct Trial {
    place: u32,
    what: FaultKind,
}

#[test]
fn whatever_becomes_of_an_answer_the_run_ends_as_if_nothing_had() {
    let mut made = BTreeSet::new();
    let mut faults = 0;
    for scenario in scenarios::all() {
        let (calls, undisturbed) = undisturbed(&scenario);
        let endured = endure_all(&scenario, calls.len(), &undisturbed);
        eprintln!("counted: {}: {endured} answers lost, halved or refused", scenario.name);
        faults += endured;
        made.extend(calls);
    }
    let missing: Vec<_> = calls::ALL.iter().filter(|call| !made.contains(**call)).collect();
    assert!(missing.is_empty(), "no scenario makes {missing:?}");
    eprintln!(
        "counted: answers lost, halved or refused: {faults} of {faults} endured, at all {} calls that there are",
        made.len()
    );
}

fn undisturbed(scenario: &Scenario) -> (Vec<String>, Value) {
    let bed = Bed::new();
    scenario.prepare(&bed);
    bed.succeed(&scenario.line());
    (bed.take_writes(), bed.world())
}

/// Loses the answer of every call, and lets each meet one of the other faults; returns how many runs that were.
fn endure_all(scenario: &Scenario, calls: usize, undisturbed: &Value) -> usize {
    let others = others();
    let places = (0..calls)
        .flat_map(|place| [FaultKind::CutAfter, others[place % others.len()].clone()].map(|what| (place, what)));
    let trials = places.map(|(place, what)| Trial { place: u32::try_from(place).expect("a small number"), what });
    let queue: Mutex<VecDeque<Trial>> = Mutex::new(trials.collect());
    let lost = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let bed = Bed::new();
                let before = scenario.prepare(&bed);
                let next = || queue.lock().expect("no panic while it is held").pop_front();
                while let Some(trial) = next() {
                    let failed = endure(scenario, &bed, &before, &trial, undisturbed).err();
                    lost.lock().expect("no panic while it is held").extend(failed);
                }
            });
        }
    });
    let lost = lost.into_inner().expect("no panic while it was held");
    assert!(lost.is_empty(), "{} of {} not endured:\n{}", lost.len(), calls * 2, lost.join("\n"));
    calls * 2
}

fn endure(scenario: &Scenario, bed: &Bed, before: &Value, trial: &Trial, undisturbed: &Value) -> Result<(), String> {
    bed.sandbox.restore(before).map_err(|error| error.to_string())?;
    bed.sandbox.clear_calls();
    bed.sandbox.inject(Fault::of(trial.what.clone()).on_writes().after(trial.place).times(1));
    let line: Vec<_> = scenario.line().into_iter().chain(["--parallelism=1"]).collect();
    let ended = bed.run(&line);
    bed.sandbox.clear_faults();
    let differences = differences(undisturbed, &bed.world());
    if ended.code == Some(0) && differences.is_empty() {
        return Ok(());
    }
    let writes: Vec<_> = bed.take_writes();
    let call = writes.get(usize::try_from(trial.place).unwrap_or_default());
    let said = format!("{}{}", ended.stdout, ended.stderr);
    Err(format!("{}: {:?} at {call:?}: {differences:?}, code {:?}\n{said}", scenario.name, trial.what, ended.code))
}

/// A version too many is what a second `CreatePolicyVersion` would leave.
#[test]
fn a_creation_whose_answer_was_lost_is_made_once() {
    let creations = [
        ("iam", "CreatePolicyVersion", "repair"),
        ("iam", "CreateRole", "creation"),
        ("databricks", "clusters/create", "creation"),
        ("databricks", "instance-profiles/add", "creation"),
        ("sagemaker", "CreateNotebookInstance", "creation"),
    ];
    let scenarios = scenarios::all();
    for (service, creation, name) in creations {
        let scenario = scenarios.iter().find(|scenario| scenario.name == name).expect("a scenario");
        let bed = Bed::new();
        scenario.prepare(&bed);
        bed.sandbox.inject(Fault::of(FaultKind::CutAfter).on(creation).times(1));
        bed.succeed(&scenario.line());
        let made = bed.sandbox.calls().iter().filter(|call| call.operation == creation).count();
        // A cluster's creation carries a token, so that it may be sent again; two policies and profiles are made otherwise.
        let once = if service == "databricks" && creation == "clusters/create" { 2 } else { 1 };
        assert_eq!(made, once, "{creation}");
    }
}

/// The client gives up, and the effect is there all the same.
#[test]
fn an_answer_that_comes_too_late_is_looked_up() {
    for operation in ["CreateRole", "PutRolePolicy", "CreateNotebookInstance", "clusters/create", "workspace/import"] {
        let bed = Bed::new();
        bed.write("reconcile.yaml", &every_kind());
        bed.sandbox.inject(Fault::of(FaultKind::Late { milliseconds: 20_000 }).on(operation).times(1));
        let ended = bed.succeed(&["apply", "reconcile.yaml", "--timeout=3s"]);
        assert!(ended.stdout.contains("Applied: 11 done, 0 failed"), "{operation}\n{}", ended.stdout);
        bed.succeed(&["drift", "reconcile.yaml"]);
    }
}

#[test]
fn a_read_that_is_garbled_is_read_again() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    bed.succeed(&["apply", "reconcile.yaml"]);
    let reads =
        ["GetRole", "ListRolePolicies", "GetPolicyVersion", "DescribeNotebookInstance", "ListTags", "clusters/get"];
    for operation in reads {
        for what in [
            FaultKind::Truncate { promises_all: true },
            FaultKind::Truncate { promises_all: false },
            FaultKind::Html { status: 200 },
        ] {
            bed.sandbox.inject(Fault::of(what.clone()).on(operation).times(1));
            bed.succeed(&["drift", "reconcile.yaml"]);
        }
    }
}

#[test]
fn a_token_that_ends_in_the_middle_is_renewed() {
    let mut bed = Bed::new();
    bed.environment.retain(|(name, _)| name != "DATABRICKS_TOKEN");
    let client = [("DATABRICKS_CLIENT_ID", "sandbox-client"), ("DATABRICKS_CLIENT_SECRET", "sandbox-secret")];
    bed.environment.extend(client.map(|(name, value)| (name.to_owned(), value.to_owned())));
    bed.write("reconcile.yaml", &every_kind());
    for operation in ["instance-profiles/list", "clusters/create", "workspace/import"] {
        bed.sandbox.inject(Fault::of(FaultKind::ExpireCredential).on(operation).times(1));
    }
    bed.succeed(&["apply", "reconcile.yaml"]);
    bed.succeed(&["drift", "reconcile.yaml"]);
}

#[test]
fn a_session_that_ends_in_the_middle_is_told_and_the_next_run_goes_on() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    bed.sandbox.inject(Fault::of(FaultKind::ExpireCredential).on("CreateInstanceProfile").times(1));
    let ended = bed.run(&["apply", "reconcile.yaml"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains("ExpiredToken"), "{}", ended.stdout);
    assert!(ended.stdout.contains("the session has ended: sign in again"), "{}", ended.stdout);
    bed.succeed(&["apply", "reconcile.yaml"]);
    bed.succeed(&["drift", "reconcile.yaml"]);
}

/// The other half of the promise: a session whose end is known is renewed before it has come, by whoever gave it.
#[test]
fn a_session_that_can_be_renewed_is_renewed_in_the_middle() {
    let mut bed = Bed::new();
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#;
    bed.iam("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", trust)]);
    // What it prints ends within the second, so that it is asked again for every few calls.
    let script = "#!/bin/sh\necho asked >> asked\nprintf '{\"Version\": 1, \"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"secret\", \
                  \"SessionToken\": \"token\", \"Expiration\": \"%s\"}' \"$(cat key)\" \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"\n";
    bed.write("credentials.sh", script);
    bed.write("config", "[default]\nregion = us-east-1\ncredential_process = /bin/sh credentials.sh\n");
    bed.environment.retain(|(name, _)| !["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].contains(&name.as_str()));
    let config = bed.path("config").display().to_string();
    bed.environment.push(("AWS_CONFIG_FILE".to_owned(), config));
    bed.write("key", &bed.session_of("deployer"));
    bed.write("reconcile.yaml", &every_kind());
    let (run, held) = bed.hold_at(&["apply", "reconcile.yaml"], 6, true);
    assert!(held.is_some(), "{:?}", run.end());
    // Meanwhile the session ends, for good; whoever is asked has another one.
    bed.sandbox.pass(Duration::from_hours(2));
    bed.write("key", &bed.session_of("deployer"));
    bed.sandbox.release();
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let asked = std::fs::read_to_string(bed.path("asked")).expect("it was asked").lines().count();
    eprintln!("counted: sessions that were renewed: asked {asked} times in one apply");
    assert!(asked > 1);
    bed.succeed(&["drift", "reconcile.yaml"]);
}

#[test]
fn a_clock_that_is_minutes_off_is_allowed_for() {
    for seconds in [-900, 900] {
        let bed = Bed::new();
        bed.write("reconcile.yaml", &every_kind());
        bed.sandbox.inject(Fault::of(FaultKind::Skew { seconds }));
        bed.succeed(&["apply", "reconcile.yaml"]);
        bed.succeed(&["drift", "reconcile.yaml"]);
    }
}

#[test]
fn a_clock_that_cannot_be_allowed_for_is_told() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    let message = "The difference between the request time and the current time is too large.".to_owned();
    let skewed = FaultKind::Status { status: 403, code: "RequestTimeTooSkewed".to_owned(), message };
    bed.sandbox.inject(Fault::of(skewed).of_service("sts"));
    let ended = bed.run(&["apply", "reconcile.yaml"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("RequestTimeTooSkewed") && ended.stderr.contains("clock is off"), "{}", ended.stderr);
}
