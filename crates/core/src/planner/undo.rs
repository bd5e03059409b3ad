//! The way back: the plan that undoes what a journal tells of a run.
//!
//! What the run made is deleted, what it changed goes back, what it deleted is made again as it was recorded. Only what the
//! run touched: whatever else has changed since then stays. What others have changed of the very things the run touched is
//! told, and writing over it is a hazard.

mod remarks;

use std::collections::{BTreeMap, BTreeSet};

use super::{World, continuity, fingerprint, folders, guards, order, with_brake};
use crate::change::{Difference, FieldChange, Hazard};
use crate::dependencies::{self, Cycle};
use crate::failure::{CallFailure, FailureKind};
use crate::id::{Address, Kind};
use crate::journal::{Past, TheirPart};
use crate::manifest::diagnostic::Place;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Action, PlaceInFile, Plan, PlannedResource, Problem, ProblemKind, Reads};
use crate::reading::Reading;
use crate::resource::{Claim, Operation, Ownership, Resource, RoleOperation};

/// A run that is to be undone.
#[derive(Clone, Debug)]
pub struct Undo {
    manifest: String,
    /// The journal, as it was named.
    file: String,
    past: Vec<Past>,
}

/// Where one resource is to go.
enum Way {
    /// It is as it is to be; the text says why.
    Nowhere(&'static str),
    /// What the run has made goes.
    Delete { live: Box<Resource>, moved: Vec<FieldChange> },
    /// It goes back to a state; without a live one it is made again.
    Back { desired: Box<Resource>, live: Option<Box<Resource>>, moved: Vec<String> },
}

impl Undo {
    /// Takes what a run of a manifest did; `file` is the journal as it was named.
    pub fn new(manifest: impl Into<String>, file: impl Into<String>, past: Vec<Past>) -> Self {
        Self { manifest: manifest.into(), file: file.into(), past }
    }

    /// Returns what has to be read: everything of every resource that the run touched, as it may be now.
    pub fn wanted(&self) -> Vec<(Address, Resource)> {
        let known = self.past.iter().filter_map(|past| {
            let wanted = match (past.after.first(), &past.before) {
                (Some(Some(after)), _) => after.to_be_restored(),
                // What was deleted has no id any more by which it could be found.
                (_, Some(before)) => before.made_again().to_be_restored(),
                (_, None) => return None,
            };
            Some((past.address.clone(), wanted))
        });
        known.collect()
    }

    /// Plans the way back from what was read, with the manifest that says where it leads to.
    ///
    /// # Errors
    ///
    /// Fails when resources wait for one another.
    pub fn plan(&self, world: &World) -> Result<(Plan, Manifest), Cycle> {
        let read = self.past.iter().filter_map(|past| Some((past, world.observed.get(&past.address)?)));
        let mut resources: Vec<_> = read.filter_map(|(past, reading)| self.plan_one(past, reading)).collect();
        // The last touched first, where nothing else says so.
        resources.reverse();
        let stay = resources.iter().filter(|planned| planned.action != Action::Delete);
        let firm = dependencies::find(&stay.map(|planned| (&planned.address, &planned.desired)).collect::<Vec<_>>());
        order::put_in_order(&mut resources, &firm)?;
        folders::made_once(&mut resources);
        continuity::keep(&mut resources);
        let declared = resources.iter().map(|planned| self.declared(planned)).collect();
        let manifest = Manifest { name: self.manifest.clone(), resources: declared, warnings: Vec::new() };
        let plan = Plan {
            manifest: self.manifest.clone(),
            fingerprint: fingerprint(&manifest, world),
            aws: world.aws.clone(),
            databricks: world.databricks.clone(),
            resources: with_brake(resources),
            orphans: Vec::new(),
            warnings: Vec::new(),
            reads: Reads { calls: world.calls },
        };
        Ok((plan, manifest))
    }

    /// Plans one resource; nothing where the journal knows no state of it.
    fn plan_one(&self, past: &Past, reading: &Reading) -> Option<PlannedResource> {
        let mut planned = untouched(past)?;
        match self.way(past, reading) {
            Err(problem) => planned.problem = Some(problem),
            Ok(Way::Nowhere(why)) => planned.notes.push(why.to_owned()),
            Ok(Way::Delete { live, moved }) => {
                let mut difference = live.deletion();
                difference.notes.insert(0, "that run has made it".to_owned());
                tell_moved(&mut difference, moved.iter().map(remarks::moved).collect());
                planned.desired = planned.desired.to_be_deleted();
                take(&mut planned, Action::Delete, difference, Some(*live));
            }
            Ok(Way::Back { desired, live, moved }) => {
                self.plan_back(&mut planned, past, (*desired, live.map(|live| *live)), moved);
            }
        }
        planned.notes.extend(remarks::theirs(past));
        if past.protect {
            self.heed_protection(&mut planned, past);
        }
        Some(planned)
    }

    /// What a manifest protects, no plan deletes or replaces, and an undo is a plan like any other.
    fn heed_protection(&self, planned: &mut PlannedResource, past: &Past) {
        let done = match planned.action {
            Action::Delete => "deleted",
            Action::Replace => "replaced",
            Action::None | Action::Create | Action::Update => return,
        };
        let message =
            format!("`{}` would be {done}, and the manifest of that run said `protect: true` of it", past.name);
        let help =
            "leave it out with `--only`; or apply the manifest without `protect: true`, and let that make the change";
        planned.problem.get_or_insert(self.problem(past, ProblemKind::Refused, message, Some(help.to_owned())));
    }

    fn plan_back(
        &self,
        planned: &mut PlannedResource,
        past: &Past,
        (desired, live): (Resource, Option<Resource>),
        moved: Vec<String>,
    ) {
        let mut difference = desired.diff(live.as_ref(), &self.ownership());
        if live.is_none() && difference.is_empty() {
            let message = format!(
                "`{}` was deleted, and the journal does not hold all that it takes to make it again",
                past.name
            );
            planned.problem = Some(self.problem(past, ProblemKind::Error, message, None));
            return;
        }
        if live.is_none() {
            difference.operations.extend(self.back_into_profiles(past));
        }
        let action = match (difference.is_empty(), difference.replaces, live.is_some()) {
            (true, _, _) => Action::None,
            (false, true, _) => Action::Replace,
            (false, false, true) => Action::Update,
            (false, false, false) => Action::Create,
        };
        if action == Action::None {
            difference.notes.push("it is as it was before that run already".to_owned());
        } else {
            tell_moved(&mut difference, moved);
        }
        difference.notes.extend(remarks::lost(past, live.as_ref(), action));
        planned.desired = desired;
        take(planned, action, difference, live);
    }

    /// Decides where a resource is to go.
    fn way(&self, past: &Past, reading: &Reading) -> Result<Way, Problem> {
        let live = match reading {
            // What is asked for by its id is told to be missing; to somebody who goes back, that is gone like anything else.
            Reading::Failed(CallFailure { kind: FailureKind::NotFound, .. }) | Reading::Absent => None,
            Reading::Failed(failure) => return Err(self.unreadable(past, failure)),
            Reading::Present(live) => Some(live.as_ref()),
        };
        if let Some(why) = left_to_others(past, live) {
            return Ok(Way::Nowhere(why));
        }
        match (&past.before, live) {
            (None, None) => Ok(Way::Nowhere("that run has made it, and it is gone already")),
            (None, Some(live)) => self.unmade(past, live),
            (Some(before), None) => {
                let was_left = past.after.iter().all(Option::is_some);
                let moved = was_left.then(|| "deleted since that run, by others".to_owned());
                Ok(Way::Back { desired: Box::new(before.made_again()), live: None, moved: moved.into_iter().collect() })
            }
            (Some(before), Some(live)) => self.put_back(past, before, live),
        }
    }

    /// What the run has made goes, as long as it is still the manifest's own.
    fn unmade(&self, past: &Past, live: &Resource) -> Result<Way, Problem> {
        match live.tags().map(|tags| tags.owner()) {
            Some(Some(owner)) if owner != self.manifest => Err(self.foreign(past, live, owner)),
            Some(None) => {
                let message = format!("`{}` does not bear the owner tag of `{}` any more", past.name, self.manifest);
                let help = "if that run has made it and nobody else needs it, delete it by hand".to_owned();
                Err(self.problem(past, ProblemKind::Refused, message, Some(help)))
            }
            Some(Some(_)) | None => {
                let left = past.after.iter().flatten().next();
                let mut moved =
                    left.map(|left| left.made_again().diff(Some(live), &self.ownership()).changes).unwrap_or_default();
                // Secrets are not recorded, and not compared. What runs stops by itself after a while, and nobody's work is lost with it.
                moved.retain(|change| change.path != "state");
                Ok(Way::Delete { live: Box::new(live.clone()), moved })
            }
        }
    }

    /// What the run has changed goes back.
    fn put_back(&self, past: &Past, before: &Resource, live: &Resource) -> Result<Way, Problem> {
        let mut left: Vec<_> = past.after.iter().flatten().collect();
        let owner = |resource: &Resource| resource.tags().and_then(|tags| tags.owner()).map(str::to_owned);
        if let Some(owner_now) = owner(live)
            && left.iter().copied().chain([before]).all(|state| owner(state).as_ref() != Some(&owner_now))
        {
            return Err(self.foreign(past, live, &owner_now));
        }
        // Where nobody knows whether the last call has happened, the state that the live one agrees with most says so.
        left.sort_by_key(|after| after.diff(Some(live), &self.ownership()).changes.len());
        let back = left.first().and_then(|after| Some((after, Resource::restored(before, after, live)?)));
        let Some((after, desired)) = back else {
            let moved = vec!["made again since that run has deleted it, by others".to_owned()];
            return Ok(Way::Back { desired: Box::new(before.made_again()), live: Some(Box::new(live.clone())), moved });
        };
        let moved = self.moved(before, after, live).iter().map(remarks::moved).collect();
        Ok(Way::Back { desired: Box::new(desired), live: Some(Box::new(live.clone())), moved })
    }

    /// Returns what others have changed of the fields that go back: each with its value now and the one that the run left.
    fn moved(&self, before: &Resource, after: &Resource, live: &Resource) -> Vec<FieldChange> {
        let changes = |desired: Option<Resource>| {
            desired.map(|desired| desired.diff(Some(live), &self.ownership()).changes).unwrap_or_default()
        };
        let back: BTreeSet<_> =
            changes(Resource::restored(before, after, live)).into_iter().map(|change| change.path).collect();
        let since = changes(Resource::restored(after, before, live)).into_iter();
        since.filter(|change| back.contains(&change.path)).collect()
    }

    /// A role that is made again goes back into the profiles that held it, but for those of this journal, which take it back
    /// themselves.
    fn back_into_profiles(&self, past: &Past) -> Vec<Operation> {
        let Some(Resource::Role(role)) = &past.before else { return Vec::new() };
        let profile_of = |past: &Past| past.address.kind() == Kind::IamInstanceProfile;
        let own: BTreeSet<_> =
            self.past.iter().filter(|past| profile_of(past)).map(|past| past.name.as_str()).collect();
        let profiles = role.instance_profiles.value().into_iter().flatten();
        let lost = profiles.filter(|profile| !own.contains(profile.as_str()));
        lost.map(|profile| {
            let (role, instance_profile) = (role.name.clone(), profile.clone());
            Operation::from(RoleOperation::AddToInstanceProfile { role, instance_profile })
        })
        .collect()
    }

    /// A state comes back with the tags that it had: nothing is claimed.
    fn ownership(&self) -> Ownership {
        Ownership { manifest: self.manifest.clone(), claim: Claim::Never }
    }

    fn declared(&self, planned: &PlannedResource) -> Declared {
        let past = self.past.iter().find(|past| past.address == planned.address);
        let line = past.map_or(1, |past| past.line);
        let place = Place { file: self.file.as_str().into(), line: number(line), column: 1, start: 0, end: 0 };
        Declared {
            address: planned.address.clone(),
            resource: planned.desired.clone(),
            protect: past.is_some_and(|past| past.protect),
            ignore: BTreeMap::new(),
            silenced: Vec::new(),
            place,
            field_places: BTreeMap::new(),
        }
    }

    fn problem(&self, past: &Past, kind: ProblemKind, message: String, help: Option<String>) -> Problem {
        let place = PlaceInFile { file: self.file.clone(), line: number(past.line), column: 1 };
        Problem { kind, message, help, place }
    }

    fn unreadable(&self, past: &Past, failure: &CallFailure) -> Problem {
        self.problem(past, ProblemKind::Error, failure.to_string(), failure.help.clone())
    }

    fn foreign(&self, past: &Past, live: &Resource, owner: &str) -> Problem {
        let message = format!("the {} `{}` belongs to the manifest `{owner}` now", live.kind().noun(), past.name);
        let help = format!("it has changed hands since that run; what is to become of it is for `{owner}` to say");
        self.problem(past, ProblemKind::Refused, message, Some(help))
    }
}

/// Says why nothing is undone of a resource whose existence is others' doing.
fn left_to_others(past: &Past, live: Option<&Resource>) -> Option<&'static str> {
    match past.others.part {
        TheirPart::All => Some("somebody else had done all of it before that run could"),
        TheirPart::Deleted => Some("somebody else had deleted it, so that it is not made again"),
        TheirPart::MadeAnew => Some("that run has deleted it, and somebody else had made it anew: it stays as it is"),
        TheirPart::Made if live.is_none() => Some("somebody else had made it, and it is gone"),
        TheirPart::Made | TheirPart::NotItsExistence => None,
    }
}

/// Returns the resource with nothing planned; nothing where the journal knows no state of it.
fn untouched(past: &Past) -> Option<PlannedResource> {
    let known = past.after.iter().chain([&past.before]).flatten().next()?;
    Some(PlannedResource::untouched(past.address.clone(), past.name.clone(), known.identity()))
}

fn take(planned: &mut PlannedResource, action: Action, difference: Difference, live: Option<Resource>) {
    let Difference { changes, operations, hazards, notes, guards, replaces: _ } = difference;
    planned.action = action;
    planned.live = live;
    (planned.changes, planned.operations) = (changes, operations);
    (planned.hazards, planned.notes) = (hazards, notes);
    guards::heed(planned, guards, None);
}

/// Says what others have changed since, which makes the way back a hazard.
fn tell_moved(difference: &mut Difference, moved: Vec<String>) {
    if !moved.is_empty() {
        difference.hazards.insert(Hazard::Overwrite);
    }
    difference.notes.extend(moved);
}

/// Returns a line's number as a place has it; no journal is long enough for more.
fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
