//! The order of an undo: what is made or changed after what it needs, what goes after whatever uses it.

use std::collections::BTreeMap;

use crate::dependencies::{self, Cycle, Dependencies};
use crate::id::Address;
use crate::plan::{Action, PlannedResource};
use crate::resource::Resource;

/// Puts the resources in order, the last touched first where nothing else says so, and fills in what each depends on.
///
/// # Errors
///
/// Fails when resources wait for one another.
pub(super) fn put_in_order(resources: &mut [PlannedResource]) -> Result<(), Cycle> {
    let dependencies = found(resources);
    let addresses: Vec<_> = resources.iter().rev().map(|planned| planned.address.clone()).collect();
    let places: BTreeMap<_, _> = dependencies::order(&addresses, &dependencies)?.into_iter().zip(0..).collect();
    for planned in resources.iter_mut() {
        planned.depends_on = dependencies.get(&planned.address).into_iter().flatten().cloned().collect();
    }
    resources.sort_by_key(|planned| places.get(&planned.address).copied().unwrap_or(usize::MAX));
    Ok(())
}

fn found(resources: &[PlannedResource]) -> Dependencies {
    let action_of = |address: &Address| {
        resources.iter().find(|planned| planned.address == *address).map_or(Action::None, |planned| planned.action)
    };
    let stays = resources.iter().filter(|planned| planned.action != Action::Delete);
    let desired: Vec<(&Address, &Resource)> = stays.map(|planned| (&planned.address, &planned.desired)).collect();
    let live = resources.iter().filter_map(|planned| Some((&planned.address, planned.live.as_ref()?)));
    let mut all = dependencies::find(&desired);
    for (user, used) in dependencies::find(&live.collect::<Vec<_>>()) {
        for used in used {
            match action_of(&used) {
                Action::Delete => all.entry(used).or_default().insert(user.clone()),
                // While it is made anew it is not there, which a user need not say that it goes on using it.
                Action::Replace => all.entry(user.clone()).or_default().insert(used),
                Action::None | Action::Create | Action::Update => continue,
            };
        }
    }
    all
}
