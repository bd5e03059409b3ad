//! The deletion of what a manifest owns.

use std::collections::{BTreeMap, BTreeSet};

use super::{Options, Planner, World, fingerprint, foreign, guards, order, orphans, protected, unreadable, untouched};
use crate::change::Difference;
use crate::dependencies::{self, Cycle, Dependencies};
use crate::manifest::{Declared, Manifest};
use crate::plan::{Action, Plan, PlannedResource, Problem, Reads, Warning};
use crate::reading::Reading;
use crate::resource::{Ownership, Resource};

/// Finds what is to be deleted and the calls that do it.
pub(super) fn draft(manifest: &Manifest, world: &World) -> Result<Plan, Cycle> {
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let firm = reverse(&dependencies::find(&resources));
    let addresses: Vec<_> = manifest.resources.iter().rev().map(|declared| declared.address.clone()).collect();
    let order = dependencies::order(&addresses, &firm)?;
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let planner = Planner { manifest, options: Options::default() };
    let observed = order.iter().filter_map(|address| Some((*declared.get(address)?, world.observed.get(address)?)));
    let mut resources: Vec<_> = observed.map(|(declared, observed)| planner.destroy_one(declared, observed)).collect();
    order::put_in_order(&mut resources, &firm)?;
    guards::heed_users(&mut resources, manifest);
    Ok(Plan {
        manifest: manifest.name.clone(),
        fingerprint: fingerprint(manifest, world),
        aws: world.aws.clone(),
        databricks: world.databricks.clone(),
        resources,
        orphans: orphans::listed(world),
        warnings: manifest.warnings.iter().map(Warning::from).collect(),
        reads: Reads { calls: world.calls },
    })
}

/// Turns every dependency around: what depends on a resource is deleted before it.
fn reverse(dependencies: &Dependencies) -> Dependencies {
    let mut reversed: Dependencies = dependencies.keys().map(|address| (address.clone(), BTreeSet::new())).collect();
    let edges = dependencies.iter().flat_map(|(after, before)| before.iter().map(move |before| (before, after)));
    for (before, after) in edges {
        reversed.entry(before.clone()).or_default().insert(after.clone());
    }
    reversed
}

/// What becomes of one resource.
enum Fate {
    /// It stays; the text says why.
    Stays(&'static str),
    /// It is deleted.
    Goes(Difference),
    /// What the manifest has put there goes.
    IsCleared(Difference),
}

impl Planner<'_> {
    fn destroy_one(&self, declared: &Declared, observed: &Reading) -> PlannedResource {
        let mut planned = untouched(declared, declared.resource.to_be_deleted());
        let (action, difference) = match self.fate(declared, observed) {
            Err(problem) => {
                planned.problem = Some(problem);
                return planned;
            }
            Ok(Fate::Stays(why)) => {
                planned.notes.push(why.to_owned());
                return planned;
            }
            Ok(Fate::IsCleared(difference)) if difference.is_empty() => (Action::None, difference),
            Ok(Fate::IsCleared(difference)) => (Action::Update, difference),
            Ok(Fate::Goes(difference)) => (Action::Delete, difference),
        };
        if let Reading::Present(live) = observed {
            planned.live = Some(live.as_ref().clone());
        }
        if declared.protect && action == Action::Delete {
            planned.problem = Some(protected(declared, "deleted"));
            return planned;
        }
        let Difference { changes, operations, hazards, notes, guards, replaces: _ } = difference;
        planned = PlannedResource { action, changes, operations, hazards, notes, ..planned };
        guards::heed(&mut planned, guards, Some(declared));
        planned
    }

    fn fate(&self, declared: &Declared, observed: &Reading) -> Result<Fate, Problem> {
        let live = match observed {
            Reading::Failed(failure) => return Err(unreadable(declared, failure)),
            Reading::Absent => return Ok(Fate::Stays("it does not exist")),
            Reading::Present(live) => live.as_ref(),
        };
        if declared.resource.is_existing() {
            return Ok(Fate::IsCleared(self.cleared(declared, live)));
        }
        match live.tags().map(|tags| tags.owner()) {
            // A kind that takes no tags: it is the manifest's because the manifest lists it.
            None => Ok(Fate::Goes(live.deletion())),
            Some(Some(owner)) if owner == self.manifest.name => Ok(Fate::Goes(live.deletion())),
            Some(Some(owner)) => Err(foreign(declared, owner)),
            Some(None) => Ok(Fate::Stays("it stays: it bears no owner tag of this manifest")),
        }
    }

    fn cleared(&self, declared: &Declared, live: &Resource) -> Difference {
        let ownership = Ownership::of(self.manifest.name.clone());
        let mut difference = declared.resource.to_be_deleted().diff(Some(live), &ownership);
        difference
            .notes
            .push("the role and its attachments stay: only the inline policies that the manifest lists go".to_owned());
        difference
    }
}
