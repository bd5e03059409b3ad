//! How many answers a plan waits for one after the other, without a clock: every call is held until all of its wave have come,
//! and a wave is let go at once.

use reconcile_sandbox::{Fault, FaultKind};

use crate::bench::Lab;
use crate::support::process::{DEADLINE, RUNTIME};

/// Where else something may bear our tag: asked once the resources are known.
const ORPHANS: &str = "GetAccountAuthorizationDetails ListInstanceProfiles ListNotebookInstances ListPolicies";

/// What each resource of the lab is read by.
const RESOURCES: &str = "DescribeNotebookInstance GetInstanceProfile GetRole GetRole GetRolePolicy ListAttachedRolePolicies \
                         ListRolePolicies clusters/list instance-profiles/list workspace/get-status";

/// Plans, and asserts that the calls come in these waves and in no more.
fn assert_waves(lab: &Lab, waves: &[&str]) {
    let sandbox = &lab.sandbox.sandbox;
    sandbox.clear_calls();
    sandbox.inject(Fault::of(FaultKind::Hold { after_effect: false }));
    std::thread::scope(|scope| {
        let run = scope.spawn(|| lab.run(&["plan", "lab.yaml", "--format", "json"]));
        for (number, wave) in waves.iter().enumerate() {
            let count = wave.split(' ').count();
            let held = RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, sandbox.held(count)).await });
            let held = held.unwrap_or_else(|_| panic!("wave {number} never was complete"));
            let mut calls: Vec<_> = held.iter().map(|call| call.operation.as_str()).collect();
            calls.sort_unstable();
            assert_eq!(calls.join(" "), *wave, "wave {number}");
            sandbox.release();
        }
        // A further wave would be held, and the plan never end.
        let ended = run.join().unwrap();
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    });
    sandbox.clear_faults();
    let made: usize = waves.iter().map(|wave| wave.split(' ').count()).sum();
    assert_eq!(sandbox.calls().len(), made, "no call is made twice");
    assert!(made <= 20 && waves.len() <= 4, "{made} calls in {} waves", waves.len());
}

#[test]
fn the_plan_of_the_lab_is_at_most_four_round_trips_deep() {
    let lab = Lab::new();
    lab.write(&[]);
    // Of what is not there yet nothing more is read; what is to be made is asked about.
    let asked = "GetAccountAuthorizationDetails GetAccountSummary ListInstanceProfiles ListNotebookInstances ListPolicies \
                 SimulatePrincipalPolicy SimulatePrincipalPolicy";
    assert_waves(&lab, &["GetCallerIdentity", RESOURCES, asked]);

    let applied = lab.run(&["apply", "lab.yaml", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
    let details = "GetRolePolicy ListTags clusters/get workspace/export";
    assert_waves(&lab, &["GetCallerIdentity", RESOURCES, details, ORPHANS]);
}
