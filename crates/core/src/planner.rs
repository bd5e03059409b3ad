//! Desired and observed to the plan.

mod continuity;
mod destroy;
mod draft;
mod findings;
mod folders;
mod guards;
mod order;
mod orphans;
mod undo;
mod users;

use std::collections::BTreeMap;

use crate::change::{Difference, Hazard};
use crate::dependencies::{self, Cycle};
use crate::digest;
use crate::failure::{CallFailure, FailureKind};
use crate::id::{Address, AwsScope};
use crate::inquiry::Answers;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Action, DatabricksScope, PlaceInFile, Plan, PlannedResource, Problem, ProblemKind, Reads, Warning};
use crate::reading::Reading;
use crate::resource::{Claim, Ownership, Resource};

pub use draft::Draft;
pub use orphans::address_of_orphan;
pub use undo::Undo;

/// Where a plan applies, and what it took to read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The account, where AWS has a part in it.
    pub aws: Option<AwsScope>,
    /// The workspace, where Databricks has a part in it.
    pub databricks: Option<DatabricksScope>,
    /// What was read, by address. A resource of the manifest that is not in it was left out (`--only`).
    pub observed: BTreeMap<Address, Reading>,
    /// What the manifest names and does not hold, by [`address_of_surrounding`](crate::access::address_of_surrounding), as
    /// far as it was read.
    pub surroundings: BTreeMap<Address, Reading>,
    /// What bears the manifest's owner tag and is no longer in the manifest; each with its reading as
    /// [`Resource::to_be_deleted`] asks, where it is to be pruned.
    pub orphans: Vec<(Resource, Option<Reading>)>,
    /// Why some of them could not be looked for.
    pub unlisted: Vec<CallFailure>,
    /// What was asked beyond that, and what came back.
    pub answers: Answers,
    /// Calls it took.
    pub calls: u64,
}

/// What the user asked of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Claim matching resources that bear no owner tag now.
    pub adopt: bool,
    /// Take what bears another manifest's owner tag.
    pub take_over: bool,
}

/// Makes the plan that brings the observed world to what the manifest says, on the answers that the world holds.
///
/// # Errors
///
/// Fails when resources wait for one another; whatever is wrong with a single one is in its
/// [`problem`](PlannedResource::problem).
pub fn plan(manifest: &Manifest, world: &World, options: Options) -> Result<Plan, Cycle> {
    Ok(Draft::to_agree(manifest, world, options)?.conclude(manifest, world))
}

/// Makes the plan that deletes what the manifest owns, dependants first, on the answers that the world holds. The world was
/// read as [`Resource::to_be_deleted`] asks.
///
/// What bears no owner tag of this manifest stays; registrations and notebooks take no tags, and those that the manifest
/// lists go. Of someone else's role only the listed inline policies go.
///
/// # Errors
///
/// Fails when resources wait for one another.
pub fn destroy(manifest: &Manifest, world: &World) -> Result<Plan, Cycle> {
    Ok(Draft::to_destroy(manifest, world)?.conclude(manifest, world))
}

/// Finds what differs and the calls that mend it.
fn draft(manifest: &Manifest, world: &World, options: Options) -> Result<Plan, Cycle> {
    let resources: Vec<_> = manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
    let firm = dependencies::find(&resources);
    let addresses: Vec<_> = manifest.resources.iter().map(|declared| declared.address.clone()).collect();
    let order = dependencies::order(&addresses, &firm)?;
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let planner = Planner { manifest, options };
    let observed = order.iter().filter_map(|address| Some((*declared.get(address)?, world.observed.get(address)?)));
    let declared = observed.map(|(declared, observed)| planner.plan_one(declared, observed));
    let mut resources: Vec<_> = declared.chain(orphans::pruned(world, &manifest.name)).collect();
    order::put_in_order(&mut resources, &firm)?;
    folders::made_once(&mut resources);
    guards::heed_users(&mut resources, manifest);
    continuity::keep(&mut resources);
    let unlisted = world.unlisted.iter().filter_map(orphans::unlisted);
    Ok(Plan {
        manifest: manifest.name.clone(),
        fingerprint: fingerprint(manifest, world),
        aws: world.aws.clone(),
        databricks: world.databricks.clone(),
        resources: with_brake(resources),
        orphans: orphans::listed(world),
        warnings: manifest.warnings.iter().map(Warning::from).chain(unlisted).collect(),
        reads: Reads { calls: world.calls },
    })
}

/// Digests what the plan was made on. Secrets are masked before they are digested, so that no digest can be used to
/// guess one.
fn fingerprint(manifest: &Manifest, world: &World) -> String {
    let resources = manifest.resources.iter().map(|declared| {
        let observed = world.observed.get(&declared.address);
        format!("{}\n{:?}\n{observed:?}\n", declared.address, declared.resource)
    });
    let text: String = resources.chain([format!("{:?}{:?}", world.aws, world.databricks)]).collect();
    format!("sha256:{}", digest::hexadecimal(text))
}

struct Planner<'a> {
    manifest: &'a Manifest,
    options: Options,
}

impl Planner<'_> {
    fn plan_one(&self, declared: &Declared, observed: &Reading) -> PlannedResource {
        let mut planned = untouched(declared, declared.resource.clone());
        match self.checked(declared, observed) {
            Err(problem) => planned.problem = Some(problem),
            Ok(live) => {
                // What is taken over from another manifest has to be ours from then on, or the next plan refuses it again.
                let adopt = self.options.adopt || live.is_some_and(|live| self.is_foreign(live));
                let claim = if adopt { Claim::Now } else { Claim::WithNextWrite };
                let ownership = Ownership { manifest: self.manifest.name.clone(), claim };
                let difference = declared.resource.diff(live, &ownership);
                planned.live = live.cloned();
                planned.adopted = live.is_some_and(is_unowned) && !declared.resource.is_existing();
                planned.action = action(&difference, live.is_some());
                if declared.protect && planned.action == Action::Replace {
                    planned.problem = Some(protected(declared, "replaced"));
                }
                let Difference { changes, operations, hazards, notes, guards, replaces: _ } = difference;
                (planned.changes, planned.operations) = (changes, operations);
                (planned.hazards, planned.notes) = (hazards, notes);
                guards::heed(&mut planned, guards, Some(declared));
            }
        }
        planned
    }

    /// Returns the live state, if it may be worked on.
    fn checked<'o>(&self, declared: &Declared, observed: &'o Reading) -> Result<Option<&'o Resource>, Problem> {
        let live = match observed {
            Reading::Failed(failure) => return Err(unreadable(declared, failure)),
            Reading::Absent if declared.resource.is_existing() => return Err(missing(declared)),
            Reading::Absent => return Ok(None),
            Reading::Present(live) => live.as_ref(),
        };
        let (desired, found) = (declared.resource.name(), live.name());
        if desired != found && desired.eq_ignore_ascii_case(found) {
            return Err(other_case(declared, found));
        }
        if let (true, Some(desired), Some(found)) =
            (is_taken_at_its_word(&declared.resource), declared.resource.arn(), live.arn())
            && desired != found
        {
            return Err(elsewhere(declared, desired, found));
        }
        match live.tags().and_then(|tags| tags.owner()) {
            Some(owner) if self.is_foreign(live) && !self.options.take_over && !declared.resource.is_existing() => {
                Err(foreign(declared, owner))
            }
            _ => Ok(Some(live)),
        }
    }

    /// Returns whether a live resource bears the owner tag of another manifest.
    fn is_foreign(&self, live: &Resource) -> bool {
        live.tags().and_then(|tags| tags.owner()).is_some_and(|owner| owner != self.manifest.name)
    }
}

/// Returns a resource with nothing planned.
fn untouched(declared: &Declared, desired: Resource) -> PlannedResource {
    PlannedResource::untouched(declared.address.clone(), declared.resource.name().to_owned(), desired)
}

/// Marks the destructive ones when a plan would delete or replace more than a third of ten or more resources: such a plan
/// is more often a slip (an emptied file, a wrong variable) than a wish.
fn with_brake(mut resources: Vec<PlannedResource>) -> Vec<PlannedResource> {
    const SMALLEST: usize = 10;
    let is_destructive = |planned: &PlannedResource| matches!(planned.action, Action::Delete | Action::Replace);
    let destructive = resources.iter().filter(|planned| is_destructive(planned)).count();
    if resources.len() >= SMALLEST && destructive * 3 > resources.len() {
        for planned in resources.iter_mut().filter(|planned| is_destructive(planned)) {
            planned.hazards.insert(Hazard::MassChange);
        }
    }
    resources
}

fn action_of_deletion(difference: &Difference) -> Action {
    if difference.is_empty() { Action::None } else { Action::Delete }
}

fn action(difference: &Difference, exists: bool) -> Action {
    if difference.is_empty() {
        Action::None
    } else if difference.replaces {
        Action::Replace
    } else if exists {
        Action::Update
    } else {
        Action::Create
    }
}

fn is_unowned(live: &Resource) -> bool {
    live.tags().is_some_and(|tags| tags.owner().is_none())
}

fn problem(declared: &Declared, kind: ProblemKind, message: String, help: Option<String>) -> Problem {
    Problem { kind, message, help, place: PlaceInFile::from(&declared.place) }
}

fn unreadable(declared: &Declared, failure: &CallFailure) -> Problem {
    let help = failure.help.clone().or_else(|| match failure.kind {
        FailureKind::Denied => Some(format!("allow {} to the caller", failure.api)),
        FailureKind::NotFound
        | FailureKind::AlreadyExists
        | FailureKind::Conflict
        | FailureKind::InUse
        | FailureKind::NotYetVisible
        | FailureKind::Throttled
        | FailureKind::Credentials
        | FailureKind::Invalid
        | FailureKind::Quota
        | FailureKind::Transient
        | FailureKind::Unreachable
        | FailureKind::Unexpected => None,
    });
    problem(declared, ProblemKind::Error, failure.to_string(), help)
}

fn missing(declared: &Declared) -> Problem {
    let message =
        format!("the role `{}` does not exist, and `existing: true` never creates one", declared.resource.name());
    let help = "check its name and the account, or drop `existing: true` and give it a `trust_policy`".to_owned();
    problem(declared, ProblemKind::Error, message, Some(help))
}

fn other_case(declared: &Declared, found: &str) -> Problem {
    let noun = declared.address.kind().noun();
    let message = format!(
        "the {noun} `{}` exists as `{found}`, and IAM names ignore case: they are the same {noun}",
        declared.resource.name()
    );
    problem(declared, ProblemKind::Error, message, Some(format!("write `name: {found}`")))
}

/// Returns whether the manifest's other texts name a resource by an ARN that nothing would correct: of someone else's role,
/// and of a role or profile whose path the manifest does not manage and so takes for `/`.
fn is_taken_at_its_word(desired: &Resource) -> bool {
    match desired {
        Resource::Role(role) => role.existing || !role.path.is_managed(),
        Resource::InstanceProfile(profile) => !profile.path.is_managed(),
        Resource::ManagedPolicy(_)
        | Resource::LifecycleConfig(_)
        | Resource::NotebookInstance(_)
        | Resource::Registration(_)
        | Resource::Cluster(_)
        | Resource::Notebook(_) => false,
    }
}

/// Something under another path bears another ARN than the one that the manifest has put into policies and registrations.
fn elsewhere(declared: &Declared, desired: &str, found: &str) -> Problem {
    let noun = declared.address.kind().noun();
    let message = format!("the {noun} is {found}, and the manifest takes it for {desired}");
    let path = found
        .split_once('/')
        .map(|(_, path)| path.rsplit_once('/').map_or_else(String::new, |(path, _)| format!("/{path}")));
    let help = path.map(|path| format!("write `path: {path}/`"));
    problem(declared, ProblemKind::Error, message, help)
}

fn foreign(declared: &Declared, owner: &str) -> Problem {
    let noun = declared.address.kind().noun();
    let message = format!("the {noun} `{}` belongs to the manifest `{owner}`", declared.resource.name());
    let help = "give it another name, or take it from that manifest with `--take-over`".to_owned();
    problem(declared, ProblemKind::Refused, message, Some(help))
}

fn protected(declared: &Declared, done: &str) -> Problem {
    let message = format!("`{}` would be {done}, and `protect: true` forbids that", declared.resource.name());
    let help = "drop `protect: true` if that is what you want".to_owned();
    problem(declared, ProblemKind::Refused, message, Some(help))
}
