//! What bears the manifest's owner tag and is no longer in the manifest.

use std::collections::BTreeMap;

use super::{World, action_of_deletion, guards};
use crate::change::Difference;
use crate::failure::{CallFailure, FailureKind};
use crate::id::Address;
use crate::plan::{Orphan, PlaceInFile, PlannedResource, Problem, ProblemKind, Warning};
use crate::reading::Reading;
use crate::resource::Resource;

/// Returns the address under which an orphan appears in a plan. No id of a manifest has parentheses.
pub fn address_of_orphan(orphan: &Resource) -> Address {
    Address::new(orphan.kind(), format!("({})", orphan.name()))
}

/// Says that some orphans could not be looked for: a plan without them is still worth having. Where nothing at all could be
/// read, the resources have said so.
pub(super) fn unlisted(failure: &CallFailure) -> Option<Warning> {
    let is_told = matches!(failure.kind, FailureKind::Unreachable | FailureKind::Credentials);
    (!is_told).then(|| Warning {
        code: "orphans-unknown".to_owned(),
        message: format!("what bears this manifest's owner tag and is no longer in it is not known: {failure}"),
        help: None,
        address: None,
        certainty: None,
        place: None,
    })
}

/// Lists the orphans, by kind and name.
pub(super) fn listed(world: &World) -> Vec<Orphan> {
    let mut orphans: Vec<_> = world.orphans.iter().map(|(orphan, _)| Orphan::from(orphan)).collect();
    orphans.sort();
    orphans
}

/// Plans the deletion of every orphan that was read for it.
pub(super) fn pruned(world: &World, manifest: &str) -> Vec<PlannedResource> {
    let orphans: BTreeMap<Address, (&Resource, &Reading)> = world
        .orphans
        .iter()
        .filter_map(|(orphan, reading)| Some((address_of_orphan(orphan), (orphan, reading.as_ref()?))))
        .collect();
    orphans.iter().map(|(address, (orphan, reading))| prune_one(address, orphan, reading, manifest)).collect()
}

fn prune_one(address: &Address, orphan: &Resource, reading: &Reading, manifest: &str) -> PlannedResource {
    let (live, problem, difference) = match reading {
        Reading::Present(live) => (Some(live.as_ref().clone()), None, live.deletion()),
        Reading::Absent => (None, None, Difference::default()),
        Reading::Failed(failure) => {
            let problem = Problem {
                kind: ProblemKind::Error,
                message: failure.to_string(),
                help: failure.help.clone(),
                place: PlaceInFile { file: manifest.to_owned(), line: 1, column: 1 },
            };
            (None, Some(problem), Difference::default())
        }
    };
    let action = action_of_deletion(&difference);
    let Difference { changes, operations, hazards, mut notes, guards, replaces: _ } = difference;
    notes.insert(0, "it bears this manifest's owner tag and is no longer in the manifest".to_owned());
    let mut planned = PlannedResource {
        action,
        changes,
        operations,
        hazards,
        notes,
        problem,
        live,
        ..PlannedResource::untouched(address.clone(), orphan.name().to_owned(), orphan.to_be_deleted())
    };
    guards::heed(&mut planned, guards, None);
    planned
}
