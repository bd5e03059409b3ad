//! After an apply the touched resources are read again: what did not take is named.

use reconcile_sandbox::{Fault, FaultKind};

use crate::bench::Bench;

#[test]
fn a_field_that_a_service_ignores_is_named_and_on_record() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    bench.edit("reconcile.yaml", "description: first", "description: second");
    // The service answers that all is well, and has done nothing.
    let ignored = FaultKind::Status { status: 200, code: "Ignored".to_owned(), message: "fine".to_owned() };
    bench.sandbox.inject(Fault::of(ignored).on("UpdateRole"));
    let ended = bench.ends("apply --yes --format json --timeout 2s --journal log", 1);
    let plan: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let role = plan["resources"].as_array().expect("a list").iter().find(|one| one["address"] == "iam.roles.r");
    let not_taken = &role.expect("the role")["not_taken"];
    assert_eq!(*not_taken, serde_json::json!(["description is still \"first\", not \"second\""]), "{}", ended.stderr);
    let verified = bench.journal("log").into_iter().find(|line| line["record"] == "verified").expect("on record");
    assert_eq!(verified["not_taken"], *not_taken);
}
