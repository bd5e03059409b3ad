//! What comes before what: one rule for every plan.
//!
//! A resource comes after what it uses when the plan is done, by its desired state or, where that manages nothing, by the live
//! one. What goes, or is not there for a moment because it is made anew, comes after whoever uses it no longer: they are turned
//! away from it first, or go as well.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::dependencies::{self, Cycle, Dependencies, State};
use crate::id::Address;
use crate::plan::{Action, PlannedResource};
use crate::resource::{InstanceProfileOperation, Operation, Resource, RoleOperation};

/// Puts the resources in order, as given where nothing else says so, and fills in what each comes after. The firm dependencies
/// are those that the desired states alone demand: where what is live demands the opposite, they hold.
///
/// # Errors
///
/// Fails when the firm dependencies make resources wait for one another.
pub(super) fn put_in_order(resources: &mut [PlannedResource], firm: &Dependencies) -> Result<(), Cycle> {
    let addresses: Vec<_> = resources.iter().map(|planned| planned.address.clone()).collect();
    let mut before = among(&addresses, firm);
    for Edge { later, earlier } in by_what_is_live(resources) {
        let is_there = before.get(&later).is_some_and(|before| before.contains(&earlier));
        if !is_there && !dependencies::comes_after(&before, &earlier, &later) {
            before.entry(later).or_default().insert(earlier);
        }
    }
    let places: BTreeMap<_, _> = dependencies::order(&addresses, &before)?.into_iter().zip(0_usize..).collect();
    for planned in resources.iter_mut() {
        planned.depends_on = before.remove(&planned.address).unwrap_or_default().into_iter().collect();
    }
    resources.sort_by_key(|planned| places.get(&planned.address).copied().unwrap_or(usize::MAX));
    leave_out_what_has_happened(resources);
    Ok(())
}

/// What is left out of a plan (`--only`) is nothing to come after.
fn among(addresses: &[Address], dependencies: &Dependencies) -> Dependencies {
    let planned: BTreeSet<_> = addresses.iter().collect();
    let of = |address: &Address| {
        let before = dependencies.get(address).into_iter().flatten();
        before.filter(|before| planned.contains(before)).cloned().collect()
    };
    addresses.iter().map(|address| (address.clone(), of(address))).collect()
}

/// That one resource comes after another.
struct Edge {
    later: Address,
    earlier: Address,
}

/// Finds what the live states demand, the most pressing first: the last ones may find that the others demand the opposite. A
/// role is not deleted while a profile holds it, nor a policy while a role has it; that one role trusts another keeps neither
/// from going.
fn by_what_is_live(resources: &[PlannedResource]) -> Vec<Edge> {
    if resources.iter().all(|planned| planned.operations.is_empty()) {
        return Vec::new();
    }
    let stay = resources.iter().filter(|planned| planned.action != Action::Delete);
    let then: Vec<_> = stay.map(|planned| (&planned.address, after(planned))).collect();
    let now = resources.iter().filter_map(|planned| Some((&planned.address, State::of(planned.live.as_ref()?))));
    let then = dependencies::find_in(&then);
    let now = dependencies::find_in(&now.collect::<Vec<_>>());
    let goes = |planned: &&PlannedResource| matches!(planned.action, Action::Delete | Action::Replace);
    let gone: BTreeSet<_> = resources.iter().filter(goes).map(|planned| &planned.address).collect();
    let goes_on = |user: &Address, used: &Address| then.get(user).is_some_and(|uses| uses.contains(used));
    let until_then = pairs(&now).filter(|(user, used)| gone.contains(used) && !goes_on(user, used));
    let lasting = pairs(&then).map(|(user, used)| (user, used, true));
    let mut uses: Vec<_> = lasting.chain(until_then.map(|(user, used)| (user, used, false))).collect();
    uses.sort_by_key(|(user, used, _)| (user.kind() == used.kind(), Reverse(user.kind())));
    let edges = uses.into_iter().map(|(user, used, is_lasting)| {
        let (later, earlier) = if is_lasting { (user, used) } else { (used, user) };
        Edge { later: later.clone(), earlier: earlier.clone() }
    });
    edges.collect()
}

/// What a resource is when the plan is done. Where nothing is done, that is what it is now.
fn after(planned: &PlannedResource) -> State<'_> {
    match &planned.live {
        Some(live) if planned.action == Action::None => State::of(live),
        live => State::over(&planned.desired, live.as_ref()),
    }
}

/// Returns whether a resource still names another one, which goes, when the plan is done, and not the new one that may come.
pub(super) fn names_what_is_gone(planned: &PlannedResource, gone: &PlannedResource) -> bool {
    let names = |state: &Resource| {
        let found = dependencies::find_in(&[(&planned.address, after(planned)), (&gone.address, State::of(state))]);
        found.get(&planned.address).is_some_and(|uses| uses.contains(&gone.address))
    };
    let comes_back = gone.action != Action::Delete;
    planned.action != Action::Delete && gone.live.as_ref().is_some_and(names) && !(comes_back && names(&gone.desired))
}

fn pairs(dependencies: &Dependencies) -> impl Iterator<Item = (&Address, &Address)> {
    dependencies.iter().flat_map(|(user, uses)| uses.iter().map(move |used| (user, used)))
}

/// Leaves out what has happened by then: a role that is deleted or made anew after an instance profile has given it up needs not
/// be taken out of that, nor put back.
fn leave_out_what_has_happened(resources: &mut [PlannedResource]) {
    let given_up: BTreeMap<_, _> =
        resources.iter().map(|planned| (planned.address.clone(), given_up(&planned.operations))).collect();
    for PlannedResource { operations, depends_on, .. } in resources {
        let before: Vec<_> = depends_on.iter().filter_map(|address| given_up.get(address)).flatten().collect();
        let has_happened = |profile: &String, of: &String| {
            before.iter().any(|(given_up, role)| given_up == profile && role.eq_ignore_ascii_case(of))
        };
        operations.retain(|operation| match operation {
            Operation::Role(
                RoleOperation::RemoveFromInstanceProfile { role, instance_profile }
                | RoleOperation::AddToInstanceProfile { role, instance_profile },
            ) => !has_happened(instance_profile, role),
            _ => true,
        });
    }
}

/// Returns which roles are taken out of which profiles and do not come back.
fn given_up(operations: &[Operation]) -> BTreeSet<(String, String)> {
    let mut given_up = BTreeSet::new();
    for operation in operations {
        match operation {
            Operation::InstanceProfile(InstanceProfileOperation::RemoveRole { instance_profile, role }) => {
                given_up.insert((instance_profile.clone(), role.clone()));
            }
            Operation::InstanceProfile(InstanceProfileOperation::AddRole { instance_profile, role }) => {
                given_up.remove(&(instance_profile.clone(), role.clone()));
            }
            _ => {}
        }
    }
    given_up
}
