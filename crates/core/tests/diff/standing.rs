//! What is left of a replacement where somebody else has made the thing anew, and the calls of this run were on their way.

use std::collections::BTreeSet;

use reconcile_core::change::Difference;
use reconcile_core::field::Field;
use reconcile_core::id::{Address, Kind};
use reconcile_core::plan::{Action, PlannedResource};
use reconcile_core::resource::notebook_instance::NotebookInstanceState::{InService, Stopped};
use reconcile_core::resource::{NotebookInstance, Operation, Resource};
use reconcile_core::standing::{Standing, standing};
use rstest::rstest;

use crate::notebook_instance::{instance, live};
use crate::ownership;

/// What is wanted: an instance whose volume is smaller than the live one's, so that it is made anew.
fn desired(change: fn(&mut NotebookInstance)) -> NotebookInstance {
    let mut desired = NotebookInstance { volume_size_in_gb: Field::Set(10), ..instance() };
    change(&mut desired);
    desired
}

fn planned(desired: NotebookInstance) -> PlannedResource {
    let then = Resource::NotebookInstance(live(InService));
    let desired = Resource::NotebookInstance(desired);
    let Difference { changes, operations, hazards, notes, .. } = desired.diff(Some(&then), &ownership());
    PlannedResource {
        address: Address::new(Kind::SagemakerNotebookInstance, "analysis"),
        name: "analysis".to_owned(),
        action: Action::Replace,
        adopted: false,
        changes,
        operations,
        hazards,
        notes,
        depends_on: Vec::new(),
        problem: None,
        desired,
        live: Some(then),
    }
}

/// The new instance, as the other run has left it.
fn made_anew(change: fn(&mut NotebookInstance)) -> Resource {
    let mut now = NotebookInstance { volume_size_in_gb: Field::Set(10), ..live(InService) };
    change(&mut now);
    Resource::NotebookInstance(now)
}

fn unmanaged(_: &mut NotebookInstance) {}

fn to_run(desired: &mut NotebookInstance) {
    desired.state = Field::Set(InService);
}

fn not_to_run(desired: &mut NotebookInstance) {
    desired.state = Field::Set(Stopped);
}

fn untouched(_: &mut NotebookInstance) {}

fn stopped(now: &mut NotebookInstance) {
    now.state = Field::Set(Stopped);
}

fn noted(now: &mut NotebookInstance) {
    now.tags.0.insert("reconcile:run-state".to_owned(), Some("running".to_owned()));
}

fn noted_and_stopped(now: &mut NotebookInstance) {
    noted(now);
    stopped(now);
}

fn of_another_type(now: &mut NotebookInstance) {
    stopped(now);
    now.instance_type = Field::Set("ml.p3.2xlarge".to_owned());
}

/// The calls of the plan are the note that it runs, unless the manifest says so, its stop, its deletion and its creation.
#[rstest]
#[case::nothing_was_met(unmanaged, 2, untouched, &[])]
#[case::the_note_has_met_it(unmanaged, 1, noted, &["sagemaker:DeleteTags"])]
#[case::the_stop_has_met_it(unmanaged, 2, stopped, &["sagemaker:StartNotebookInstance"])]
#[case::both_have_met_it(unmanaged, 2, noted_and_stopped, &["sagemaker:StartNotebookInstance", "sagemaker:DeleteTags"])]
#[case::what_is_to_run_is_met(to_run, 1, stopped, &["sagemaker:StartNotebookInstance"])]
fn what_calls_have_done_to_the_new_one_is_put_right(
    #[case] wanted: fn(&mut NotebookInstance),
    #[case] made: usize,
    #[case] met: fn(&mut NotebookInstance),
    #[case] amends: &[&str],
) {
    let now = made_anew(met);
    match standing(&planned(desired(wanted)), made, Some(&now), &ownership()) {
        Standing::Disturbed(plan) => {
            assert_eq!(plan.operations.iter().map(Operation::api).collect::<Vec<_>>(), amends);
            assert_eq!((plan.action, plan.live.as_ref()), (Action::Update, Some(&now)));
            // Which is a plan like any other: nobody has touched the instance since.
            let left = (0..amends.len()).collect();
            assert_eq!(standing(&plan, 0, Some(&now), &ownership()), Standing::Left(left));
        }
        other => assert!(amends.is_empty() && other == Standing::Left(BTreeSet::new()), "{other:?}"),
    }
}

/// What this run has not done, or what is not to be undone, is left as it is.
#[rstest]
#[case::before_its_own_stop(unmanaged, 1, stopped)]
#[case::what_is_not_to_run(not_to_run, 1, stopped)]
fn what_somebody_else_has_done_is_not_put_right(
    #[case] wanted: fn(&mut NotebookInstance),
    #[case] made: usize,
    #[case] met: fn(&mut NotebookInstance),
) {
    let standing = standing(&planned(desired(wanted)), made, Some(&made_anew(met)), &ownership());
    assert_eq!(standing, Standing::Left(BTreeSet::new()));
}

#[test]
fn where_more_has_changed_nothing_is_put_right() {
    let standing = standing(&planned(desired(unmanaged)), 2, Some(&made_anew(of_another_type)), &ownership());
    let Standing::Moved(moved) = standing else { panic!("{standing:?}") };
    assert_eq!(moved, [r#"instance_type is "ml.p3.2xlarge" now, and is to be "ml.t3.large""#]);
}
