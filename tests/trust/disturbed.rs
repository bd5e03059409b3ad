//! What a run has done to what another one has made anew, because its call was on its way for as long as that took: it puts that
//! right.

use reconcile_sandbox::{Fault, FaultKind};
use serde_json::Value;

use crate::bed::Bed;
use crate::scenarios::{self, Scenario};
use crate::support::process::{DEADLINE, Ended, RUNTIME};

fn replacement() -> Scenario {
    scenarios::all().into_iter().find(|scenario| scenario.name == "replacement").expect("there is one")
}

/// Holds a run at its stop of the instance, lets another one make everything anew, and lets the stop meet the new instance.
fn disturb(bed: &Bed, then: impl FnOnce()) -> Ended {
    let scenario = replacement();
    scenario.prepare(bed);
    bed.sandbox.inject(Fault::of(FaultKind::Hold { after_effect: false }).on("StopNotebookInstance").times(1));
    let held = bed.start(&["apply", "reconcile.yaml", "--parallelism=1", "--journal=run.journal"]);
    RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, bed.sandbox.held(1)).await }).expect("it gets there");
    bed.succeed(&scenario.line());
    then();
    bed.sandbox.release();
    held.end()
}

#[test]
fn a_new_instance_that_a_late_stop_has_met_is_started_again() {
    let bed = Bed::new();
    let ended = disturb(&bed, || bed.sandbox.clear_calls());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let told = "somebody else has made it anew, and this run has disturbed the new one: putting that right";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    let of_instance = |call: &String| call.ends_with("NotebookInstance");
    let writes: Vec<_> = bed.take_writes().into_iter().filter(of_instance).collect();
    assert_eq!(writes, ["sagemaker:StopNotebookInstance", "sagemaker:StartNotebookInstance"]);
    // On record after the planned calls.
    let lines: Vec<Value> =
        bed.read("run.journal").lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    let start = lines.iter().rfind(|line| line["api"] == "sagemaker:StartNotebookInstance").expect("its line");
    assert_eq!((&start["number"], &start["of"], &start["outcome"]), (&5.into(), &5.into(), &"done".into()));
}

#[test]
fn a_new_instance_that_cannot_be_started_again_is_named() {
    let bed = Bed::new();
    let refusal = FaultKind::Status {
        status: 400,
        code: "ResourceLimitExceeded".to_owned(),
        message: "No more instances of this type.".to_owned(),
    };
    let ended = disturb(&bed, || bed.sandbox.inject(Fault::of(refusal).on("StartNotebookInstance")));
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let said = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "this run has disturbed the new one; sagemaker:StartNotebookInstance (start it) is left to be done: \
                sagemaker:StartNotebookInstance: ResourceLimitExceeded: No more instances of this type.";
    assert!(said.contains(told), "{said}");
}
