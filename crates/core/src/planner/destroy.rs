//! The deletion of what a manifest owns.

use std::collections::{BTreeMap, BTreeSet};

use super::{Options, Planner, World, fingerprint, foreign, guards, orphans, protected, unreadable};
use crate::change::Difference;
use crate::dependencies::{self, Cycle, Dependencies};
use crate::manifest::{Declared, Manifest};
use crate::plan::{Action, Plan, PlannedResource, Problem, Reads, Warning};
use crate::reading::Reading;
use crate::resource::{InstanceProfileOperation, Operation, Ownership, Resource, RoleOperation};

/// Finds what is to be deleted and the calls that do it.
pub(super) fn draft(manifest: &Manifest, world: &World) -> Result<Plan, Cycle> {
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let reversed = reverse(&dependencies::find(&resources));
    let addresses: Vec<_> = manifest.resources.iter().rev().map(|declared| declared.address.clone()).collect();
    let order = dependencies::order(&addresses, &reversed)?;
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let planner = Planner { manifest, options: Options::default(), dependencies: &reversed, world };
    let observed = order.iter().filter_map(|address| Some((*declared.get(address)?, world.observed.get(address)?)));
    let mut resources =
        without_repetitions(observed.map(|(declared, observed)| planner.destroy_one(declared, observed)).collect());
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

/// Leaves out what has happened by then: a role that is deleted after its instance profile was has been taken out of it.
pub(super) fn without_repetitions(mut resources: Vec<PlannedResource>) -> Vec<PlannedResource> {
    let removals = resources.iter().flat_map(|planned| &planned.operations);
    let removed: BTreeSet<_> = removals
        .filter_map(|operation| match operation {
            Operation::InstanceProfile(InstanceProfileOperation::RemoveRole { instance_profile, role }) => {
                Some((instance_profile.clone(), role.clone()))
            }
            _ => None,
        })
        .collect();
    for planned in resources.iter_mut().filter(|planned| planned.action == Action::Delete) {
        planned.operations.retain(|operation| match operation {
            Operation::Role(RoleOperation::RemoveFromInstanceProfile { role, instance_profile }) => {
                !removed.contains(&(instance_profile.clone(), role.clone()))
            }
            _ => true,
        });
    }
    resources
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
        let mut planned = self.untouched(declared, declared.resource.to_be_deleted());
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
