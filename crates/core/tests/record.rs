//! What is recorded comes back: written down and read, brought about by calls, undone by calls. All kinds, random states.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "record/states.rs"]
mod states;
#[path = "record/undo.rs"]
mod undo;

use proptest::prelude::*;
use reconcile_core::field::Field;
use reconcile_core::resource::{Claim, Operation, Ownership, Resource};

use states::{Pair, pair};

/// The state that calls leave behind, one after the other.
fn carried_out(operations: &[Operation], live: Option<&Resource>, known: &Resource) -> Option<Resource> {
    operations.iter().fold(live.cloned(), |state, operation| operation.effect(state.as_ref(), known))
}

fn written_and_read(resource: &Resource) -> Resource {
    let text = serde_json::to_string(resource).expect("it is written");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A state without what only a reading before a deletion tells, and which no call puts back.
fn as_recorded(resource: Option<Resource>) -> Option<Resource> {
    resource.map(|resource| match resource {
        Resource::ManagedPolicy(mut policy) => {
            policy.versions = Field::Absent;
            Resource::ManagedPolicy(policy)
        }
        Resource::Cluster(mut cluster) => {
            // A null and a key that is missing are both unset in a recorded spec.
            cluster.spec.0.retain(|_, value| !value.is_null());
            Resource::Cluster(cluster)
        }
        Resource::NotebookInstance(instance) => Resource::NotebookInstance(instance.with_service_defaults()),
        other @ (Resource::Role(_)
        | Resource::InstanceProfile(_)
        | Resource::LifecycleConfig(_)
        | Resource::Registration(_)
        | Resource::Notebook(_)) => other,
    })
}

proptest! {
    #[test]
    fn a_state_is_read_back_as_it_was_written(Pair { desired, live } in pair()) {
        prop_assert_eq!(&written_and_read(&live), &live);
        let read = written_and_read(&desired);
        prop_assert_eq!(&read, &desired);
        prop_assert_eq!(format!("{read:?}"), format!("{desired:?}"));
    }

    #[test]
    fn the_calls_of_a_difference_leave_none(Pair { desired, live } in pair(), exists: bool) {
        let ownership = Ownership::of("lab");
        let live = exists.then_some(live);
        let difference = desired.diff(live.as_ref(), &ownership);
        let after = carried_out(&difference.operations, live.as_ref(), &desired);
        let left = desired.diff(after.as_ref(), &ownership);
        prop_assert_eq!(&left.operations, &Vec::new(), "after {:?} it is {:?}", difference.operations, after);
    }

    #[test]
    fn what_calls_did_is_undone_by_calls(Pair { desired, live: before } in pair()) {
        let operations = desired.diff(Some(&before), &Ownership::of("lab")).operations;
        let after = carried_out(&operations, Some(&before), &desired).expect("an update deletes nothing for good");
        let (before_read, after_read) = (written_and_read(&before), written_and_read(&after));
        let never = Ownership { manifest: "lab".to_owned(), claim: Claim::Never };
        let back = Resource::restored(&before_read, &after_read, &after).expect("one kind");
        let undo = back.diff(Some(&after), &never).operations;
        let end = carried_out(&undo, Some(&after), &back);
        prop_assert_eq!(as_recorded(end), as_recorded(Some(before)), "{:?}, undone by {:?}", operations, undo);
    }

    #[test]
    fn what_was_deleted_is_made_again(Pair { desired: _, live: before } in pair()) {
        let never = Ownership { manifest: "lab".to_owned(), claim: Claim::Never };
        let back = written_and_read(&before).made_again();
        let operations = back.diff(None, &never).operations;
        let end = carried_out(&operations, None, &back);
        let left = back.diff(end.as_ref(), &never);
        prop_assert!(left.operations.is_empty(), "{:?} leaves {:?}", operations, left.operations);
    }
}

#[test]
fn no_secret_is_written_down() {
    let spec = serde_json::json!({"spark_env_vars": {"TOKEN": "hunter2"},
        "docker_image": {"url": "u", "basic_auth": {"username": "me", "password": "hunter2"}}});
    let cluster = states::cluster_of(spec);
    let text = serde_json::to_string(&cluster).expect("it is written");
    assert!(!text.contains("hunter2") && text.contains("TOKEN"), "{text}");
    let Resource::Cluster(made) = cluster.made_again() else { panic!("another kind") };
    assert_eq!(made.spec.0["docker_image"], serde_json::json!({"url": "u", "basic_auth": {"username": "me"}}));
    assert_eq!(made.spec.0.get("spark_env_vars"), None);
    assert!(
        cluster.what_stays_lost()[1].contains("spark_env_vars.TOKEN, docker_image.basic_auth.password"),
        "{:?}",
        cluster.what_stays_lost()
    );
}
