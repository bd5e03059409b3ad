//! That an instance ran before it was stopped for a change, noted on the instance itself.
//!
//! Where the manifest says nothing of the state, an instance that ran has to run again afterwards; and where a run is killed
//! in between, nothing but the instance can tell the next one that it did.

use std::collections::BTreeMap;

use super::{NotebookInstance, NotebookInstanceOperation, NotebookInstanceState};
use crate::change::Difference;
use crate::field::Field;
use crate::resource::Operation;

/// The tag of an instance that is stopped for a change and is to run again.
pub(super) const RUN_STATE_TAG: &str = "reconcile:run-state";
const RUNNING: &str = "running";

impl NotebookInstance {
    /// Returns whether the live instance is to run when all is done: because the manifest says so, or because it ran before,
    /// perhaps before a change that was not finished.
    pub(super) fn is_to_run(&self, live: &Self) -> bool {
        match &self.state {
            Field::Set(state) => *state == NotebookInstanceState::InService,
            Field::Absent | Field::Null => {
                live.state == Field::Set(NotebookInstanceState::InService) || live.is_noted_as_running()
            }
        }
    }

    /// Returns whether the live instance was stopped for a change that was not finished.
    pub(super) fn is_noted_as_running(&self) -> bool {
        self.tags.0.contains_key(RUN_STATE_TAG)
    }

    /// Notes on a running instance that it runs, before it is stopped; a manifest that says so needs no note.
    pub(super) fn note_that_it_runs(&self, live: &Self, difference: &mut Difference) {
        let runs = live.state == Field::Set(NotebookInstanceState::InService);
        if runs && !self.state.is_managed() && !live.is_noted_as_running() {
            let tags = BTreeMap::from([(RUN_STATE_TAG.to_owned(), RUNNING.to_owned())]);
            difference.then(NotebookInstanceOperation::Tag { arn: live.arn.clone(), tags });
        }
    }

    /// Takes the note away when it has served: when there is one, or the calls so far make one.
    pub(super) fn forget_that_it_ran(live: &Self, difference: &mut Difference) {
        let makes_one = difference.operations.iter().any(notes_that_it_runs);
        if live.is_noted_as_running() || makes_one {
            let keys = vec![RUN_STATE_TAG.to_owned()];
            difference.then(NotebookInstanceOperation::Untag { arn: live.arn.clone(), keys });
        }
        if live.is_noted_as_running() && live.state != Field::Set(NotebookInstanceState::InService) {
            difference
                .notes
                .push("it ran before a change that was not finished, as its tag reconcile:run-state says".to_owned());
        }
    }

    /// Returns what a new instance is to be like that bears the traces of calls which were for the old one: to run, as it did. Nothing
    /// where it bears none.
    pub(crate) fn undisturbed(&self, live: &Self, so_far: &[Operation], to_come: &[Operation]) -> Option<Self> {
        let stops = |operation: &Operation| {
            matches!(operation, Operation::NotebookInstance(NotebookInstanceOperation::Stop { .. }))
        };
        let is_stopped = live.state == Field::Set(NotebookInstanceState::Stopped)
            && so_far.iter().any(stops)
            && !to_come.iter().any(stops);
        let is_noted = live.is_noted_as_running() && so_far.iter().any(notes_that_it_runs);
        let state = Field::Set(NotebookInstanceState::InService);
        (is_stopped || is_noted).then(|| Self { state, ..self.clone() })
    }
}

fn notes_that_it_runs(operation: &Operation) -> bool {
    matches!(operation, Operation::NotebookInstance(NotebookInstanceOperation::Tag { tags, .. }) if tags.contains_key(RUN_STATE_TAG))
}
