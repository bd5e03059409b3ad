//! The order of changes that give a role permissions in one place and take them in another.
//!
//! The calls of one role add before they take away. What moves between a role's own policies and a managed policy that it
//! has, or from one such policy to another, needs the same across resources: what gains comes before what loses. Where two of
//! them gain and lose at once no order of whole resources is right, and the plan says so.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Breadth, Policy};

use crate::dependencies::{self, Dependencies};
use crate::field::Field;
use crate::id::Address;
use crate::plan::{Action, PlannedResource};
use crate::resource::{ManagedPolicy, Operation, Resource, Role, RoleOperation};

/// Orders what changes the permissions of roles, and tells where no order keeps them.
pub(super) fn keep(resources: &mut [PlannedResource]) {
    let policies: Vec<_> = resources.iter().filter_map(ChangedPolicy::of).collect();
    if policies.is_empty() {
        return;
    }
    let roles: Vec<_> = resources.iter().filter_map(Bearer::of).collect();
    let mut order = Order::of(resources);
    for role in &roles {
        for (place, policy) in policies.iter().enumerate() {
            order.put(role.needs(policy), &role.planned.address, &policy.planned.address);
            for other in &policies[place + 1..] {
                order.put(role.needs_between(policy, other), &policy.planned.address, &other.planned.address);
            }
        }
    }
    order.take_effect(resources);
}

/// What a change does to what may be done.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    gains: bool,
    loses: bool,
}

impl Shift {
    fn of(before: Option<&Policy>, after: Option<&Policy>) -> Self {
        let meanings = iam_policy::diff(before, after);
        let has = |breadth: Breadth| meanings.iter().any(|meaning| meaning.breadth == breadth);
        Self { gains: has(Breadth::Widens), loses: has(Breadth::Narrows) }
    }

    fn and(self, other: Self) -> Self {
        Self { gains: self.gains || other.gains, loses: self.loses || other.loses }
    }
}

/// A managed policy whose document the plan changes.
struct ChangedPolicy<'a> {
    planned: &'a PlannedResource,
    arn: &'a str,
    shift: Shift,
}

impl<'a> ChangedPolicy<'a> {
    fn of(planned: &'a PlannedResource) -> Option<Self> {
        let (Resource::ManagedPolicy(desired), Some(Resource::ManagedPolicy(live))) =
            (&planned.desired, planned.live.as_ref())
        else {
            return None;
        };
        let changes = planned.action == Action::Update && planned.problem.is_none() && differs(desired, live);
        let shift = || Shift::of(live.document.value(), desired.document.value());
        changes.then(|| Self { planned, arn: &live.arn, shift: shift() })
    }
}

fn differs(desired: &ManagedPolicy, live: &ManagedPolicy) -> bool {
    desired.document.differs_from(&live.document)
}

/// A role that stays, and may have policies that the plan changes.
struct Bearer<'a> {
    planned: &'a PlannedResource,
    desired: &'a Role,
    live: &'a Role,
}

/// Which of two changes has to come first, for what moves between them to be there all the time.
#[derive(Clone, Copy, Debug)]
struct Needs {
    first_first: bool,
    second_first: bool,
}

impl<'a> Bearer<'a> {
    fn of(planned: &'a PlannedResource) -> Option<Self> {
        let (Resource::Role(desired), Some(Resource::Role(live))) = (&planned.desired, planned.live.as_ref()) else {
            return None;
        };
        let stays = matches!(planned.action, Action::None | Action::Update) && planned.problem.is_none();
        stays.then_some(Self { planned, desired, live })
    }

    /// Whether it may have had a policy. What it has attached is not read where the manifest does not manage it.
    fn had(&self, arn: &str) -> bool {
        let attached = self.live.managed_policies.value();
        attached.is_none_or(|attached| attached.contains(arn)) || is(&self.live.permissions_boundary, arn)
    }

    /// Whether it may have a policy afterwards.
    fn has(&self, arn: &str) -> bool {
        let kept = self.desired.existing || !self.desired.managed_policies.is_managed();
        let attached = self.desired.managed_policies.value().is_some_and(|attached| attached.contains(arn));
        attached
            || (kept && self.had(arn))
            || is(&self.desired.permissions_boundary.or_live(&self.live.permissions_boundary), arn)
    }

    /// Which comes first, the role or a policy.
    fn needs(&self, policy: &ChangedPolicy<'_>) -> Needs {
        let own = self.shift_beside(policy.arn);
        // What a policy comes to deny must not reach a role that gives it up.
        let gives_up = !self.has(policy.arn);
        Needs {
            first_first: policy.shift.loses && self.had(policy.arn) && (own.gains || gives_up),
            second_first: policy.shift.gains && self.has(policy.arn) && own.loses,
        }
    }

    /// Which comes first, one policy or another, where this role has both.
    fn needs_between(&self, first: &ChangedPolicy<'_>, second: &ChangedPolicy<'_>) -> Needs {
        let moves = |from: &ChangedPolicy<'_>, to: &ChangedPolicy<'_>| {
            from.shift.loses && to.shift.gains && self.had(from.arn) && self.has(to.arn)
        };
        Needs { first_first: moves(second, first), second_first: moves(first, second) }
    }

    /// What the role's own calls do to its permissions, beside those about the policy.
    fn shift_beside(&self, arn: &str) -> Shift {
        let calls = self.planned.operations.iter().filter_map(|operation| match operation {
            Operation::Role(call) => Some(call),
            _ => None,
        });
        calls.map(|call| self.shift_by(call, arn)).fold(Shift::default(), Shift::and)
    }

    fn shift_by(&self, call: &RoleOperation, arn: &str) -> Shift {
        let before = |name: &String| self.live.inline_policies.value()?.get(name)?.as_ref();
        match call {
            RoleOperation::AttachPolicy { role: _, policy_arn } => Shift { gains: policy_arn != arn, loses: false },
            RoleOperation::DetachPolicy { role: _, policy_arn } => Shift { gains: false, loses: policy_arn != arn },
            RoleOperation::PutInlinePolicy { role: _, policy_name, document } => {
                Shift::of(before(policy_name), Some(document))
            }
            RoleOperation::DeleteInlinePolicy { role: _, policy_name } => Shift::of(before(policy_name), None),
            // Another boundary in the place of the policy, or the policy in the place of another.
            RoleOperation::SetPermissionsBoundary { role: _, permissions_boundary } => {
                Shift { gains: is(&self.live.permissions_boundary, arn), loses: permissions_boundary == arn }
            }
            RoleOperation::DeletePermissionsBoundary { role: _ } => {
                Shift { gains: is(&self.live.permissions_boundary, arn), loses: false }
            }
            RoleOperation::Create { .. }
            | RoleOperation::SetTrustPolicy { .. }
            | RoleOperation::UpdateSettings { .. }
            | RoleOperation::Tag { .. }
            | RoleOperation::Untag { .. }
            | RoleOperation::AddToInstanceProfile { .. }
            | RoleOperation::RemoveFromInstanceProfile { .. }
            | RoleOperation::Delete { .. } => Shift::default(),
        }
    }
}

fn is(boundary: &Field<String>, arn: &str) -> bool {
    boundary.value().is_some_and(|boundary| boundary == arn)
}

/// Which resource comes before which, and between which two no order is right.
struct Order {
    before: Dependencies,
    /// What was put before what, and is not for a dependency's sake.
    put: BTreeSet<(Address, Address)>,
    gaps: BTreeMap<Address, BTreeSet<Address>>,
}

impl Order {
    fn of(resources: &[PlannedResource]) -> Self {
        let before =
            resources.iter().map(|planned| (planned.address.clone(), planned.depends_on.iter().cloned().collect()));
        Self { before: before.collect(), put: BTreeSet::new(), gaps: BTreeMap::new() }
    }

    fn put(&mut self, needs: Needs, first: &Address, second: &Address) {
        let is_put = match (needs.first_first, needs.second_first) {
            (false, false) => true,
            (true, false) => self.puts_before(first, second),
            (false, true) => self.puts_before(second, first),
            (true, true) => false,
        };
        if !is_put {
            self.gaps.entry(first.clone()).or_default().insert(second.clone());
        }
    }

    /// Puts one resource before another; returns false where that one already has to come before it for another reason.
    fn puts_before(&mut self, first: &Address, second: &Address) -> bool {
        // A policy that exists and stays is nothing that a role has to wait for.
        let is_put = self.put.contains(&(second.clone(), first.clone()));
        let waited = !is_put && self.before.get_mut(first).is_some_and(|before| before.remove(second));
        let is_free = !dependencies::comes_after(&self.before, first, second);
        let (earlier, later) = if is_free { (first, second) } else { (second, first) };
        if is_free || waited {
            self.before.entry(later.clone()).or_default().insert(earlier.clone());
        }
        if is_free {
            self.put.insert((first.clone(), second.clone()));
        }
        is_free
    }

    fn take_effect(self, resources: &mut [PlannedResource]) {
        let Self { before, put: _, gaps } = self;
        let addresses: Vec<_> = resources.iter().map(|planned| planned.address.clone()).collect();
        // Nothing was put before what has to come before it, so that there is an order.
        let Ok(ordered) = dependencies::order(&addresses, &before) else { return };
        let places: BTreeMap<_, _> = ordered.into_iter().zip(0_usize..).collect();
        for planned in resources.iter_mut() {
            let before = before.get(&planned.address).into_iter().flatten();
            planned.depends_on = before.cloned().collect();
            let others = gaps.get(&planned.address).into_iter().flatten();
            planned.notes.extend(others.map(|other| {
                format!(
                    "it and {other} both gain and lose permissions: what moves between them may be missing for a moment"
                )
            }));
        }
        resources.sort_by_key(|planned| places.get(&planned.address).copied().unwrap_or(usize::MAX));
    }
}
