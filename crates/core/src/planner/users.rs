//! Who still uses what is to go, where the clouds have to be asked: notebook instances use roles and lifecycle
//! configurations; in the workspace, clusters and registrations use instance profiles.

use std::collections::{BTreeMap, BTreeSet};

use super::{World, guards};
use crate::guard::{Guard, GuardCode};
use crate::id::Cloud;
use crate::inquiry::{Answer, Inquiry, Used, User};
use crate::manifest::Manifest;
use crate::plan::{Action, Plan, PlannedResource};
use crate::resource::Resource;

/// Returns what has to be asked: the users of everything that is to be deleted or made anew.
pub(super) fn inquiries(plan: &Plan, world: &World) -> BTreeSet<Inquiry> {
    plan.resources.iter().filter_map(|planned| question(going(planned)?, world)).collect()
}

/// Refuses to delete what others still use, and says of what is made anew whom that breaks. Whoever is worked on by the same
/// plan is turned away from it, or goes as well.
pub(super) fn heed(plan: &mut Plan, manifest: &Manifest, world: &World) {
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let found: Vec<_> = plan.resources.iter().map(|planned| others(planned, plan, world)).collect();
    for (planned, others) in plan.resources.iter_mut().zip(found).filter(|(_, others)| !others.is_empty()) {
        let (noun, listed) = (planned.kind().noun(), others.join(", "));
        if planned.action == Action::Replace {
            planned.notes.push(format!("what names the {noun} as it is now breaks: {listed}"));
            continue;
        }
        let message = format!("the {noun} would be deleted, and it is still used by {listed}");
        let guard = Guard::new(GuardCode::StillUsed, message, "take it from them first");
        let declared = declared.get(&planned.address).copied();
        guards::heed(planned, vec![guard], declared);
    }
}

/// Returns the live state of a resource that goes, for good or to be made anew.
fn going(planned: &PlannedResource) -> Option<&Resource> {
    let goes = match planned.action {
        Action::Delete | Action::Replace => planned.problem.is_none(),
        Action::None | Action::Create | Action::Update => false,
    };
    planned.live.as_ref().filter(|_| goes)
}

/// Returns the question for the users of a live resource. Who uses a policy was read with it, and nothing uses what has no
/// name that others write down.
fn question(live: &Resource, world: &World) -> Option<Inquiry> {
    let cloud = match live {
        Resource::Role(_) | Resource::LifecycleConfig(_) => Cloud::Aws,
        Resource::InstanceProfile(_) | Resource::Registration(_) => Cloud::Databricks,
        Resource::ManagedPolicy(_) | Resource::NotebookInstance(_) | Resource::Cluster(_) | Resource::Notebook(_) => {
            return None;
        }
    };
    let is_connected = match cloud {
        Cloud::Aws => world.aws.is_some(),
        Cloud::Databricks => world.databricks.is_some(),
    };
    is_connected.then(|| Inquiry::Users { cloud, of: Used::from(live) })
}

/// Returns who uses a resource that goes and is not worked on by the plan, in words, as far as it is known.
fn others(planned: &PlannedResource, plan: &Plan, world: &World) -> Vec<String> {
    let question = going(planned).and_then(|live| question(live, world));
    match question.and_then(|question| world.answers.get(&question)) {
        Some(Answer::Users(users)) => {
            users.iter().filter(|user| !is_worked_on(user, plan)).map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

fn is_worked_on(user: &User, plan: &Plan) -> bool {
    let User::Resource { kind, name } = user else { return false };
    let workable = plan.resources.iter().filter(|planned| planned.problem.is_none() && !planned.operations.is_empty());
    workable.into_iter().any(|planned| planned.kind() == *kind && planned.name == *name)
}
