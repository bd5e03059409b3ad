//! Who still uses what is to go or to be made anew, where the clouds have to be asked: notebook instances use roles and lifecycle
//! configurations; in the workspace, clusters and registrations use instance profiles.

use std::collections::{BTreeMap, BTreeSet};

use super::{World, guards, order};
use crate::guard::{Guard, GuardCode};
use crate::id::{Arn, Cloud, Kind};
use crate::inquiry::{Answer, Inquiry, Used, User};
use crate::manifest::Manifest;
use crate::plan::{Action, Plan, PlannedResource};
use crate::resource::{InstanceProfileOperation, Operation, Resource, RoleOperation};

/// What a plan does to a resource that others may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is deleted.
    Goes,
    /// It is deleted, and made anew.
    IsMadeAnew,
    /// An instance profile gets another role.
    GetsAnotherRole,
}

/// Returns what has to be asked: the users of everything that is to be deleted or made anew, or gets another role; and of
/// the instance profiles that hold a role that is made anew, the manifest's and those of others.
pub(super) fn inquiries(plan: &Plan, world: &World) -> BTreeSet<Inquiry> {
    let touched = plan.resources.iter().filter_map(|planned| fate(planned).map(|fate| (planned, fate)));
    let questions = touched.flat_map(|(planned, fate)| {
        let itself = planned.live.iter().filter_map(|live| question(live, world));
        itself.chain(questions_for_profiles(planned, fate, plan, world))
    });
    questions.collect()
}

/// Refuses to delete what others still use, and says of what is made anew whom that breaks. That is nobody whom the same plan
/// turns away from it, or who goes as well.
pub(super) fn heed(plan: &mut Plan, manifest: &Manifest, world: &World) {
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let found: Vec<_> = plan.resources.iter().map(|planned| consequences(planned, plan, world)).collect();
    for (planned, (refused, notes)) in plan.resources.iter_mut().zip(found) {
        planned.notes.extend(notes);
        if !refused.is_empty() {
            let (noun, listed) = (planned.kind().noun(), refused.join(", "));
            let message = format!("the {noun} would be deleted, and it is still used by {listed}");
            let guard = Guard::new(GuardCode::StillUsed, message, "take it from them first");
            let declared = declared.get(&planned.address).copied();
            guards::heed(planned, vec![guard], declared);
        }
    }
}

/// Returns who forbids it, and what has to be said of the others.
fn consequences(planned: &PlannedResource, plan: &Plan, world: &World) -> (Vec<String>, Vec<String>) {
    let (Some(fate), Some(live)) = (fate(planned), planned.live.as_ref()) else { return Default::default() };
    let (turned, others): (Vec<_>, Vec<_>) =
        users(live, world).into_iter().partition(|user| is_turned(user, planned, plan));
    let words = |users: &[User]| users.iter().map(ToString::to_string).collect::<Vec<_>>();
    let noun = planned.kind().noun();
    let mut notes = Vec::new();
    let mut note = |listed: Vec<String>, say: &dyn Fn(String) -> String| {
        if !listed.is_empty() {
            notes.push(say(listed.join(", ")));
        }
    };
    match fate {
        Fate::Goes => return (words(&others), Vec::new()),
        Fate::IsMadeAnew => {
            note(words(&others), &|listed| format!("what names the {noun} as it is now breaks: {listed}"));
            note(words(&turned), &|listed| format!("this plan turns to the new {noun}: {listed}"));
            note(held_meanwhile(planned), &|listed| {
                format!("it is taken out of {listed} and put back: in between, new instances get no credentials")
            });
            let profiles = questions_for_profiles(planned, fate, plan, world).into_iter();
            let clusters: BTreeSet<_> =
                profiles.flat_map(|question| answered(&question, world)).filter(is_cluster).collect();
            note(words(&clusters.into_iter().collect::<Vec<_>>()), &|listed| {
                format!("the credentials of the old role end for what runs with it: {listed}")
            });
        }
        Fate::GetsAnotherRole => {
            let users: Vec<_> = turned.into_iter().chain(others).collect();
            note(words(&users), &|listed| format!("it is used by {listed}"));
        }
    }
    (Vec::new(), notes)
}

/// Returns what becomes of a resource that is live now.
fn fate(planned: &PlannedResource) -> Option<Fate> {
    let takes_role_out = |operation: &Operation| {
        matches!(operation, Operation::InstanceProfile(InstanceProfileOperation::RemoveRole { .. }))
    };
    let fate = match planned.action {
        Action::Delete => Fate::Goes,
        Action::Replace => Fate::IsMadeAnew,
        Action::Update if planned.operations.iter().any(takes_role_out) => Fate::GetsAnotherRole,
        Action::None | Action::Create | Action::Update => return None,
    };
    planned.problem.is_none().then_some(fate)
}

/// Returns the live instance profiles of the plan that hold a role that is made anew.
fn profiles_with<'a>(planned: &PlannedResource, fate: Fate, plan: &'a Plan) -> impl Iterator<Item = &'a Resource> {
    let role = match &planned.live {
        Some(Resource::Role(role)) if fate == Fate::IsMadeAnew => Some(role.name.clone()),
        _ => None,
    };
    plan.resources.iter().filter_map(|other| other.live.as_ref()).filter(move |live| match live {
        Resource::InstanceProfile(profile) => role.is_some() && profile.role.value() == role.as_ref(),
        _ => false,
    })
}

/// Returns the questions for the users of the instance profiles that hold a role that is made anew.
fn questions_for_profiles(planned: &PlannedResource, fate: Fate, plan: &Plan, world: &World) -> Vec<Inquiry> {
    let own = profiles_with(planned, fate, plan).filter_map(|profile| question(profile, world));
    own.chain(profiles_of_others(planned, plan).filter(|_| world.databricks.is_some())).collect()
}

/// Returns the questions for who is registered to start with the instance profiles of others that hold a role that is made anew.
/// The role tells no more of them than their names.
fn profiles_of_others(planned: &PlannedResource, plan: &Plan) -> impl Iterator<Item = Inquiry> {
    let is_own = |name: &str| {
        let mut profiles = plan.resources.iter().filter(|planned| planned.kind() == Kind::IamInstanceProfile);
        profiles.any(|profile| profile.name.eq_ignore_ascii_case(name))
    };
    let role = planned.live.as_ref().and_then(Resource::arn);
    let account_id = role.and_then(|arn| arn.parse::<Arn>().ok()).map(|arn| arn.account_id);
    let names = left_for_a_moment(planned).filter(move |name| !is_own(name));
    names.map(move |name| Inquiry::Users {
        cloud: Cloud::Databricks,
        of: Used {
            kind: Kind::DatabricksInstanceProfile,
            name: name.to_owned(),
            arn: None,
            account_id: account_id.clone(),
        },
    })
}

/// The names of the instance profiles that a role leaves for a moment.
fn left_for_a_moment(planned: &PlannedResource) -> impl Iterator<Item = &str> {
    planned.operations.iter().filter_map(|operation| match operation {
        Operation::Role(RoleOperation::AddToInstanceProfile { role: _, instance_profile }) => {
            Some(instance_profile.as_str())
        }
        _ => None,
    })
}

fn held_meanwhile(planned: &PlannedResource) -> Vec<String> {
    left_for_a_moment(planned).map(|name| format!("the instance profile {name}")).collect()
}

fn is_cluster(user: &User) -> bool {
    matches!(user, User::Resource { kind: Kind::DatabricksCluster, name: _ })
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

/// Returns who uses a live resource, as far as it is known.
fn users(live: &Resource, world: &World) -> BTreeSet<User> {
    question(live, world).map(|question| answered(&question, world)).unwrap_or_default()
}

fn answered(question: &Inquiry, world: &World) -> BTreeSet<User> {
    match world.answers.get(question) {
        Some(Answer::Users(users)) => users.clone(),
        _ => BTreeSet::new(),
    }
}

/// Returns whether the plan works on a user, and leaves it with nothing that it goes on naming in vain.
fn is_turned(user: &User, gone: &PlannedResource, plan: &Plan) -> bool {
    let User::Resource { kind, name } = user else { return false };
    let workable = plan.resources.iter().filter(|planned| planned.problem.is_none() && !planned.operations.is_empty());
    let mut users = workable.filter(|planned| planned.kind() == *kind && planned.name == *name);
    users.any(|planned| !order::names_what_is_gone(planned, gone))
}
