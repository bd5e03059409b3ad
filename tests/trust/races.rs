//! Races: two applies of one manifest, and somebody who changes things between a plan and its calls.

use std::time::Duration;

use reconcile_sandbox::{Behaviour, Fault, FaultKind, Lags};
use serde_json::json;

use crate::bed::{Bed, Running, at_once};
use crate::scenarios::{self, edited, every_kind};
use crate::support::process::{DEADLINE, Ended, RUNTIME};

/// Waits for a run that was started: how it ended, and all that it said.
fn end(run: Running) -> (Option<i32>, String) {
    let Ended { code, stdout, stderr } = run.end();
    (code, stdout + &stderr)
}

/// Starts a run that is held at its first call of an operation; does something meanwhile; returns how it ended.
fn meanwhile(bed: &Bed, hold_at: &str, something: impl FnOnce()) -> (Option<i32>, String) {
    bed.sandbox.inject(Fault::of(FaultKind::Hold { after_effect: false }).on(hold_at).times(1));
    let child = bed.start(&["apply", "reconcile.yaml", "--parallelism=1"]);
    RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, bed.sandbox.held(1)).await }).expect("it gets there");
    something();
    bed.sandbox.release();
    end(child)
}

#[test]
fn what_somebody_changed_between_plan_and_call_is_noticed_before_the_first_write() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    bed.succeed(&["apply", "reconcile.yaml"]);
    let changes = [("Action: s3:ListBucket", "Action: s3:PutObject"), ("description: Works", "description: Toils")];
    bed.write("reconcile.yaml", &edited(&every_kind(), &changes));
    bed.sandbox.clear_calls();
    let (code, said) = meanwhile(&bed, "CreatePolicyVersion", || {
        bed.iam(
            "UpdateRole",
            &[("RoleName", "trust-worker"), ("Description", "By hand"), ("MaxSessionDuration", "3600")],
        );
    });
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(r#"description was "Works", and is "By hand" now"#), "{said}");
    let updates = bed.sandbox.calls().iter().filter(|call| call.operation == "UpdateRole").count();
    assert_eq!(updates, 1, "only that of the other hand: {said}");
    bed.succeed(&["apply", "reconcile.yaml"]);
}

/// The plan was made on a terminated cluster, and allowed no interruption.
#[test]
fn a_cluster_that_somebody_starts_between_plan_and_call_is_not_restarted() {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    bed.succeed(&["apply", "reconcile.yaml"]);
    let id = bed.cluster_id();
    bed.databricks("clusters/delete", &json!({"cluster_id": id}));
    let changes = [("Action: s3:ListBucket", "Action: s3:PutObject"), ("minutes: 60", "minutes: 90")];
    bed.write("reconcile.yaml", &edited(&every_kind(), &changes));
    bed.sandbox.clear_calls();
    let (code, said) = meanwhile(&bed, "CreatePolicyVersion", || {
        bed.databricks("clusters/start", &json!({"cluster_id": id}));
    });
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("it runs now, and would be interrupted"), "{said}");
    assert!(!bed.take_writes().iter().any(|call| call == "databricks:clusters/update"), "{said}");
}

#[test]
fn what_somebody_else_works_on_is_waited_for() {
    let refusals = [("PutRolePolicy", "ConcurrentModification"), ("CreateRole", "EntityTemporarilyUnmodifiable")];
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    for (operation, code) in refusals {
        let refusal = FaultKind::Status { status: 409, code: code.to_owned(), message: "Wait.".to_owned() };
        bed.sandbox.inject(Fault::of(refusal).on(operation).times(2));
    }
    let ended = bed.succeed(&["apply", "reconcile.yaml"]);
    for (_, code) in refusals {
        assert!(ended.stderr.contains(&format!("{code}: Wait.")), "{}", ended.stderr);
    }
}

/// What this run takes from a role or a profile may be seen there for a while; what somebody else keeps there may not.
#[test]
fn what_is_still_seen_in_use_is_waited_for_only_after_own_calls() {
    let bed = Bed::with(Behaviour { lags: Lags { release: 1_500, recreation: 1_500, ..Lags::default() }, ..at_once() });
    let replacement =
        scenarios::all().into_iter().find(|scenario| scenario.name == "replacement").expect("there is one");
    replacement.prepare(&bed);
    let ended = bed.succeed(&replacement.line());
    for code in ["DeleteConflict", "EntityTemporarilyUnmodifiable"] {
        assert!(ended.stderr.contains(code), "{code}: {}", ended.stderr);
    }
    let refusal = FaultKind::Status { status: 409, code: "DeleteConflict".to_owned(), message: "In use.".to_owned() };
    bed.sandbox.inject(Fault::of(refusal).on("DeletePolicy").containing("trust-spare"));
    bed.sandbox.pass(Duration::from_mins(10));
    bed.sandbox.clear_calls();
    let ended = bed.run(&["destroy", "reconcile.yaml"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let of_spare = |call: &&reconcile_sandbox::Call| {
        call.operation == "DeletePolicy" && call.parameters.to_string().contains("trust-spare")
    };
    assert_eq!(bed.sandbox.calls().iter().filter(of_spare).count(), 1, "{}", ended.stdout);
}

/// IAM refuses two changes of one thing at a time, and a run never makes two.
#[test]
fn no_run_is_in_its_own_way() {
    let bed = Bed::with(Behaviour { latency: 5, ..at_once() });
    // One role in several profiles, each of which is a change of the role too.
    let profiles: Vec<_> =
        (0..6).map(|number| format!("    p{number}: {{role: \"${{iam.roles.worker.name}}\"}}\n")).collect();
    let profiles = profiles.concat();
    let manifest = edited(
        &every_kind(),
        &[("  instance_profiles:\n    worker: {", &format!("  instance_profiles:\n{profiles}    worker: {{"))],
    );
    bed.write("reconcile.yaml", &manifest);
    bed.succeed(&["apply", "reconcile.yaml", "--parallelism=16"]);
    bed.succeed(&["destroy", "reconcile.yaml", "--parallelism=16"]);
    let refused: Vec<_> = bed.sandbox.calls().into_iter().filter(|call| call.writes && call.status == 409).collect();
    assert!(refused.is_empty(), "{refused:?}");
}
