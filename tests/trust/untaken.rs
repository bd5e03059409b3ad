//! What a service accepts and does not do: a start that does not take is sent again, a field that does not take is named.

use reconcile_sandbox::{Fault, FaultKind};

use crate::bed::Bed;
use crate::scenarios::{self, Scenario};

/// How often a start is sent at most.
const MOST_STARTS: usize = 6;

fn repair() -> Scenario {
    scenarios::all().into_iter().find(|scenario| scenario.name == "repair").expect("there is one")
}

fn starts(bed: &Bed) -> usize {
    bed.sandbox.calls().iter().filter(|call| call.operation == "StartNotebookInstance").count()
}

#[test]
fn a_start_that_does_not_take_is_sent_again() {
    let repair = repair();
    for ignored_starts in [1, 3] {
        let bed = Bed::new();
        repair.prepare(&bed);
        bed.sandbox.inject(Fault::of(FaultKind::Ignore).on("StartNotebookInstance").times(ignored_starts));
        let ended = bed.succeed(&["apply", "reconcile.yaml", "--timeout=4s"]);
        assert_eq!(starts(&bed), usize::try_from(ignored_starts).expect("a few") + 1);
        let told = "sagemaker:StartNotebookInstance was accepted and did not take: it is sent again";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        bed.succeed(&["drift", "reconcile.yaml"]);
    }
}

#[test]
fn a_start_that_never_takes_is_told_and_the_next_run_sends_it() {
    let bed = Bed::new();
    repair().prepare(&bed);
    bed.sandbox.inject(Fault::of(FaultKind::Ignore).on("StartNotebookInstance"));
    let ended = bed.run(&["apply", "reconcile.yaml", "--timeout=2s"]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("it was accepted 6 times and did not take"), "{}", ended.stdout);
    assert_eq!(starts(&bed), MOST_STARTS);
    bed.sandbox.clear_faults();
    bed.succeed(&["apply", "reconcile.yaml"]);
    bed.succeed(&["drift", "reconcile.yaml"]);
    let state = bed.sandbox.state();
    assert_eq!(state["sagemaker"]["notebooks"]["us-east-1/trust-analysis"]["status"], "InService");
}

/// The service says `Stopped` and has not yet quite stopped.
#[test]
fn a_start_that_comes_too_soon_is_sent_again() {
    let bed = Bed::new();
    repair().prepare(&bed);
    let message = "Status (Stopping) not in ([Stopped, Failed]). Unable to transition to (Pending) for Notebook Instance \
                   (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/trust-analysis).";
    let refusal =
        FaultKind::Status { status: 400, code: "ValidationException".to_owned(), message: message.to_owned() };
    bed.sandbox.inject(Fault::of(refusal).on("StartNotebookInstance").times(3));
    let ended = bed.succeed(&["apply", "reconcile.yaml"]);
    assert_eq!(starts(&bed), 4);
    assert_eq!(
        ended.stderr.matches("waiting: sagemaker:StartNotebookInstance").count(),
        1,
        "told once: {}",
        ended.stderr
    );
    bed.succeed(&["drift", "reconcile.yaml"]);
}

/// Something of each service, in one run: each is named, with what the service shows in its place.
#[test]
fn what_did_not_take_is_named_whatever_the_service() {
    let untaken = [
        ("UpdateRole", "description is still \"Rests\", not \"Works\""),
        ("PutRolePolicy", "inline_policies.pass-trust-worker is still"),
        ("UpdateNotebookInstanceLifecycleConfig", "on_start is still"),
        ("instance-profiles/edit", "iam_role_arn is still null"),
        ("clusters/update", "autotermination_minutes is still 90, not 60"),
        ("workspace/import", "source is still"),
    ];
    let bed = Bed::new();
    repair().prepare(&bed);
    for (operation, _) in untaken {
        bed.sandbox.inject(Fault::of(FaultKind::Ignore).on(operation));
    }
    let ended = bed.run(&["apply", "reconcile.yaml", "--timeout=2s"]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    for (operation, named) in untaken {
        let told = ended.stdout.lines().any(|line| line.contains("did not take: ") && line.contains(named));
        assert!(told, "{operation}: {}", ended.stdout);
    }
    bed.sandbox.clear_faults();
    bed.succeed(&["apply", "reconcile.yaml"]);
    bed.succeed(&["drift", "reconcile.yaml"]);
    eprintln!("counted: fields that did not take and were named: {}", untaken.len());
}
