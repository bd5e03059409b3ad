//! What a plan refuses for its consequences, and what the manifest lets happen all the same.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::ignored;
use crate::guard::{Guard, GuardCode};
use crate::id::Address;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Action, PlaceInFile, PlannedResource, Problem, ProblemKind};
use crate::resource::{Operation, Resource, RoleOperation};

/// Refuses what runs into a guard. One that the manifest ignores on the resource becomes a note that says why.
pub(super) fn heed(planned: &mut PlannedResource, guards: Vec<Guard>, declared: Option<&Declared>) {
    for guard in guards {
        let Guard { code, message, help } = guard;
        if let Some(reason) = declared.and_then(|declared| declared.ignore.get(code.as_str())) {
            planned.notes.push(ignored(code.as_str(), &message, reason));
            continue;
        }
        let place = declared.map_or_else(nowhere, |declared| PlaceInFile::from(&declared.place));
        let help = match declared {
            Some(_) => format!("{help}; or say on it why it may be: `ignore: {{{code}: …}}`"),
            None => help,
        };
        planned.problem.get_or_insert(Problem {
            kind: ProblemKind::Refused,
            message: format!("{code}: {message}"),
            help: Some(help),
            place,
        });
    }
}

/// The place of what no manifest lists.
fn nowhere() -> PlaceInFile {
    PlaceInFile { file: String::new(), line: 1, column: 1 }
}

/// Refuses to delete, or to make anew, what others still use when its turn comes. What those give up that come before it is
/// used no more.
pub(super) fn heed_users(resources: &mut [PlannedResource], manifest: &Manifest) {
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let freed: BTreeMap<Address, Vec<(String, Released)>> = resources
        .iter()
        .filter(|planned| planned.problem.is_none())
        .map(|planned| (planned.address.clone(), planned.operations.iter().filter_map(gives_up).collect()))
        .collect();
    for planned in resources {
        let before = planned.depends_on.iter().filter_map(|address| freed.get(address)).flatten().collect();
        if let Some(guard) = still_used(planned, before) {
            let declared = declared.get(&planned.address).copied();
            heed(planned, vec![guard], declared);
        }
    }
}

/// What a role gives up by a call.
enum Released {
    /// One policy.
    Policy(String),
    /// Its boundary, whichever that was.
    Boundary,
    /// Everything: it is deleted.
    Everything,
}

impl Released {
    fn covers(&self, arn: &str) -> bool {
        match self {
            Self::Policy(policy_arn) => policy_arn == arn,
            Self::Boundary | Self::Everything => true,
        }
    }
}

/// Returns which role gives up what by a call.
fn gives_up(operation: &Operation) -> Option<(String, Released)> {
    let Operation::Role(operation) = operation else { return None };
    match operation {
        RoleOperation::DetachPolicy { role, policy_arn } => Some((role.clone(), Released::Policy(policy_arn.clone()))),
        RoleOperation::SetPermissionsBoundary { role, .. } | RoleOperation::DeletePermissionsBoundary { role } => {
            Some((role.clone(), Released::Boundary))
        }
        RoleOperation::Delete { role } => Some((role.clone(), Released::Everything)),
        _ => None,
    }
}

fn still_used(planned: &PlannedResource, freed: Vec<&(String, Released)>) -> Option<Guard> {
    let users = match (&planned.live, planned.action) {
        (Some(Resource::ManagedPolicy(policy)), Action::Delete | Action::Replace) => {
            let released = freed.into_iter().filter(|(_, released)| released.covers(&policy.arn));
            let released: BTreeSet<_> = released.map(|(role, _)| format!("the role {role}")).collect();
            let users = policy.used_by.value().into_iter().flatten();
            users.filter(|user| !released.contains(*user)).cloned().collect::<Vec<_>>()
        }
        (Some(Resource::Role(_)), Action::Delete) => profiles_of_others(planned),
        _ => Vec::new(),
    };
    if users.is_empty() {
        return None;
    }
    let noun = planned.kind().noun();
    let done = if planned.action == Action::Replace { "made anew" } else { "deleted" };
    let message = format!("the {noun} would be {done}, and it is still used by {}", users.join(", "));
    let help = if planned.action == Action::Replace {
        "give the new one another name, move them over, and let the old one go last"
    } else {
        "take it from them first"
    };
    Some(Guard::new(GuardCode::StillUsed, message, help))
}

/// The instance profiles that hold a role and that nothing in the plan takes it out of: those of others.
fn profiles_of_others(planned: &PlannedResource) -> Vec<String> {
    let profiles = planned.operations.iter().filter_map(|operation| match operation {
        Operation::Role(RoleOperation::RemoveFromInstanceProfile { role: _, instance_profile }) => {
            Some(format!("the instance profile {instance_profile}"))
        }
        _ => None,
    });
    profiles.collect()
}
