//! The folders of workspace notebooks: each tree of them is made once in a plan.
//!
//! `workspace/mkdirs` makes a folder with all those above it. So a folder in which something of the plan lives is there; and of
//! the others only the deepest are made, each by the first notebook that lies in it or above it. The rest wait for that one.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::Address;
use crate::plan::PlannedResource;
use crate::resource::{NotebookOperation, Operation, Resource};

/// Leaves out what makes a folder that is there already or is made before. The resources stand in the order of the plan.
pub(super) fn made_once(resources: &mut [PlannedResource]) {
    let live: BTreeSet<String> = resources.iter().filter_map(live_folder).collect();
    let wanted: BTreeSet<String> = resources.iter().filter_map(made).map(str::to_owned).collect();
    let mut makers: BTreeMap<String, Address> = BTreeMap::new();
    for planned in resources {
        let Some(folder) = made(planned).map(str::to_owned) else { continue };
        let maker = makers.iter().find(|(deeper, _)| holds(&folder, deeper)).map(|(_, maker)| maker.clone());
        if maker.is_some() || live.iter().any(|live| holds(&folder, live)) {
            planned.operations.retain(|operation| made_by(operation).is_none());
            planned.depends_on.extend(maker.filter(|maker| !planned.depends_on.contains(maker)));
            continue;
        }
        let deepest = wanted.iter().rev().find(|deeper| holds(&folder, deeper)).unwrap_or(&folder).clone();
        for operation in &mut planned.operations {
            if let Operation::Notebook(NotebookOperation::MakeFolder { path }) = operation {
                path.clone_from(&deepest);
            }
        }
        makers.insert(deepest, planned.address.clone());
    }
}

/// Returns whether a folder is another one or lies above it.
fn holds(folder: &str, other: &str) -> bool {
    other.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the folder that a resource makes.
fn made(planned: &PlannedResource) -> Option<&str> {
    let makes = planned.problem.is_none();
    planned.operations.iter().find_map(made_by).filter(|_| makes)
}

fn made_by(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::Notebook(NotebookOperation::MakeFolder { path }) => Some(path),
        _ => None,
    }
}

/// Returns the folder of a notebook that exists.
fn live_folder(planned: &PlannedResource) -> Option<String> {
    match planned.live.as_ref()? {
        Resource::Notebook(notebook) => Some(notebook.folder().to_owned()),
        _ => None,
    }
}
