//! Which calls a change of a cluster takes, by its state: the table of the Clusters API's own rules
//! (<https://docs.databricks.com/api/workspace/clusters>): `resize` is for running clusters only and restarts nothing, an
//! update restarts a running one and leaves a terminated one as it is, pins never restart.

use reconcile_core::change::Hazard;
use reconcile_core::field::Field;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::{Cluster, Operation, Settled, Tags};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{owned, ownership};

fn changing(state: &str) -> ClusterState {
    ClusterState::from_service(state)
}

fn live(state: &str) -> Cluster {
    let Value::Object(spec) = json!({
        "spark_version": "16.4.x-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 2,
        "init_scripts": [{"workspace": {"destination": "/Shared/by-hand.sh"}}],
    }) else {
        panic!("an object")
    };
    Cluster {
        name: "lab".to_owned(),
        cluster_id: Field::Set("1234-567890-abcdefgh".to_owned()),
        single_node: false,
        spec: ClusterSpec(spec),
        custom_tags: owned(),
        pinned: Field::Set(false),
        state: Field::Set(changing(state)),
        termination: None,
        starts_with: Field::Absent,
    }
}

/// The live cluster as a manifest would ask for it, with some change.
fn desired(change: &str) -> Cluster {
    let mut desired = Cluster {
        cluster_id: Field::Absent,
        custom_tags: Tags::default(),
        pinned: Field::Absent,
        state: Field::Absent,
        ..live("RUNNING")
    };
    desired.spec.0.remove("init_scripts");
    for change in change.split(" + ") {
        match change {
            "nothing" => {}
            "size" => drop(desired.spec.0.insert("num_workers".to_owned(), json!(5))),
            "node type" => drop(desired.spec.0.insert("node_type_id".to_owned(), json!("m5d.large"))),
            "pin" => desired.pinned = Field::Set(true),
            "running" => desired.state = Field::Set(ClusterState::Running),
            "terminated" => desired.state = Field::Set(ClusterState::Terminated),
            other => panic!("no change {other}"),
        }
    }
    desired
}

/// The calls without their service, and `!` where the hazard `interrupt` has to be allowed.
fn calls(change: &str, state: &str) -> String {
    let difference = desired(change).diff(Some(&live(state)), &ownership());
    let apis = difference.operations.iter().map(|operation| operation.api().trim_start_matches("databricks:clusters/"));
    let calls = apis.collect::<Vec<_>>().join(" ");
    let interrupts = difference.hazards.contains(&Hazard::Interrupt);
    if interrupts { format!("{calls} !") } else { calls }
}

#[rstest]
// What differs                  running             terminated        pending           terminating
#[case("nothing", "", "", "", "")]
#[case("size", "resize", "update", "resize", "update")]
#[case("node type", "update !", "update", "update !", "update")]
#[case("size + node type", "update !", "update", "update !", "update")]
#[case("pin", "pin", "pin", "pin", "pin")]
#[case("size + pin", "resize pin", "update pin", "resize pin", "update pin")]
#[case("running", "", "start", "", "start")]
#[case("terminated", "delete !", "", "delete !", "")]
#[case("running + size", "resize", "update start", "resize", "update start")]
#[case("running + node type", "update !", "update start", "update !", "update start")]
#[case("terminated + size", "delete update !", "update", "delete update !", "update")]
#[case("terminated + node type", "delete update !", "update", "delete update !", "update")]
fn each_change_takes_the_smallest_calls_in_each_state(
    #[case] change: &str,
    #[case] running: &str,
    #[case] terminated: &str,
    #[case] pending: &str,
    #[case] terminating: &str,
) {
    let found = ["RUNNING", "TERMINATED", "PENDING", "TERMINATING"].map(|state| calls(change, state));
    assert_eq!(found, [running, terminated, pending, terminating]);
    // The other two states on the way to running take the same calls as a pending one.
    for state in ["RESTARTING", "RESIZING", "OF_THE_FUTURE"] {
        assert_eq!(calls(change, state), pending, "{state}");
    }
}

#[rstest]
#[case("RUNNING", true)]
#[case("TERMINATED", true)]
#[case("ERROR", true)]
#[case("PENDING", false)]
#[case("RESTARTING", false)]
#[case("RESIZING", false)]
#[case("TERMINATING", false)]
#[case("OF_THE_FUTURE", false)]
fn a_cluster_between_two_states_is_waited_for_before_the_first_call(#[case] state: &str, #[case] at_rest: bool) {
    assert_eq!(live(state).rest() == Settled::Yes, at_rest);
}

#[rstest]
#[case("RUNNING", false, "permanent-delete", true)]
#[case("RUNNING", true, "unpin permanent-delete", true)]
#[case("TERMINATED", false, "permanent-delete", false)]
#[case("TERMINATED", true, "unpin permanent-delete", false)]
#[case("TERMINATING", false, "permanent-delete", false)]
fn a_deletion_unpins_first(
    #[case] state: &str,
    #[case] pinned: bool,
    #[case] expected: &str,
    #[case] interrupts: bool,
) {
    let difference = Cluster { pinned: Field::Set(pinned), ..live(state) }.deletion();
    let apis = difference.operations.iter().map(Operation::api);
    let calls: Vec<_> = apis.map(|api| api.trim_start_matches("databricks:clusters/")).collect();
    assert_eq!(calls.join(" "), expected);
    assert!(difference.hazards.contains(&Hazard::Delete));
    assert_eq!(difference.hazards.contains(&Hazard::Interrupt), interrupts);
}

#[rstest]
#[case("size", "RUNNING")]
#[case("node type", "RUNNING")]
#[case("node type", "TERMINATED")]
fn what_the_manifest_does_not_mention_is_in_no_call(#[case] change: &str, #[case] state: &str) {
    let difference = desired(change).diff(Some(&live(state)), &ownership());
    for operation in &difference.operations {
        let Operation::Cluster(operation) = operation else { panic!("a call on a cluster") };
        assert!(!operation.body().to_string().contains("init_scripts"), "{operation:?}");
    }
}
