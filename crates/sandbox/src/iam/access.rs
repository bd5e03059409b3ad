//! What other services ask IAM: may this role be assumed, may it be passed. Answers lag behind what IAM stores.

use std::collections::BTreeMap;

use iam_policy::{Decision, Policy, Request, Scope, evaluate};

use crate::config::Edge;
use crate::iam::policies;
use crate::iam::state::{Document, Role};
use crate::world::World;

/// Whether one role may pass another to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassRole {
    /// It may.
    Allowed,
    /// It may, but something on the way is younger than the propagation time.
    TooNew,
    /// It may not.
    Denied,
}

/// Whether `passer_role_name` may pass the role `role_arn` to `service` (such as `ec2.amazonaws.com`), by the
/// passer's inline and attached policies and its permissions boundary.
pub(crate) fn may_pass_role(world: &World, passer_role_name: &str, role_arn: &str, service: &str) -> PassRole {
    let (Some(passer), Some(role)) = (world.iam.role(passer_role_name), world.iam.role_by_arn(role_arn)) else {
        return PassRole::Denied;
    };
    let scope = scope(world);
    let request = Request {
        principal: None,
        action: "iam:PassRole",
        resource: Some(role_arn),
        context: BTreeMap::from([("iam:PassedToService".to_owned(), vec![service.to_owned()])]),
    };
    let all = identity_policies(world, passer, &scope);
    let allowed = |policies: &[(u64, Policy)]| {
        let policies: Vec<&Policy> = policies.iter().map(|(_, policy)| policy).collect();
        matches!(evaluate(&policies, &request), Decision::Allowed)
    };
    let within_boundary = passer
        .permissions_boundary
        .as_ref()
        .is_none_or(|arn| managed_document(world, arn, 0).is_some_and(|document| allowed(&read(&scope, [document]))));
    if !within_boundary || !allowed(&all) {
        return PassRole::Denied;
    }
    let settled: Vec<(u64, Policy)> =
        all.into_iter().filter(|(at, _)| world.has_propagated(Edge::PassRole, &passer.arn, *at)).collect();
    let role_is_known = world.has_propagated(Edge::PassRole, role_arn, role.created_at);
    if role_is_known && allowed(&settled) { PassRole::Allowed } else { PassRole::TooNew }
}

/// Whether a service may assume a role: the role is there, trusts the service, and both are known by now.
pub(crate) fn may_be_assumed_by_service(world: &World, role_arn: &str, service: &str) -> bool {
    let account_id = world.settings.account_id.clone();
    let context = BTreeMap::from([("aws:SourceAccount".to_owned(), vec![account_id])]);
    may_be_assumed(world, role_arn, service, context)
}

/// Whether a principal may assume a role, as far as the role's trust says.
pub(crate) fn may_be_assumed(
    world: &World,
    role_arn: &str,
    principal: &str,
    context: BTreeMap<String, Vec<String>>,
) -> bool {
    let Some(role) = world.iam.role_by_arn(role_arn) else {
        return false;
    };
    let is_known = |changed_at| world.has_propagated(Edge::Assumable, role_arn, changed_at);
    if !is_known(role.created_at) || !is_known(role.trust.changed_at) {
        return false;
    }
    let Ok(trust) = Policy::parse(&role.trust.text, &scope(world)) else {
        return false;
    };
    let request = Request { principal: Some(principal), action: "sts:AssumeRole", resource: None, context };
    matches!(evaluate(&[&trust], &request), Decision::Allowed)
}

impl World {
    /// Whether a thing's change is old enough to be seen at an edge.
    pub(crate) fn has_propagated(&self, edge: Edge, thing: &str, changed_at: u64) -> bool {
        changed_at.saturating_add(self.settings.lag(edge, thing)) <= self.now
    }
}

fn scope(world: &World) -> Scope {
    Scope { partition: world.settings.partition.clone(), account_id: world.settings.account_id.clone() }
}

/// The policies that say what a role may do, each with the time from which it does.
fn identity_policies(world: &World, role: &Role, scope: &Scope) -> Vec<(u64, Policy)> {
    let attached = role.attached.iter().filter_map(|(arn, attached_at)| managed_document(world, arn, *attached_at));
    read(scope, role.inline.values().cloned().chain(attached))
}

fn read(scope: &Scope, documents: impl IntoIterator<Item = Document>) -> Vec<(u64, Policy)> {
    documents
        .into_iter()
        .filter_map(|Document { text, changed_at }| Some((changed_at, Policy::parse(&text, scope).ok()?)))
        .collect()
}

/// A managed policy's default document; it counts from its attachment or its last change, whichever came later.
fn managed_document(world: &World, arn: &str, attached_at: u64) -> Option<Document> {
    if let Some(policy) = policies::local(&world.iam, arn) {
        let document = policy.versions.get(&policy.default_version)?;
        return Some(Document { text: document.text.clone(), changed_at: policy.updated_at.max(attached_at) });
    }
    let policy = policies::aws(&world.settings, arn)?;
    Some(Document { text: policy.document(), changed_at: attached_at })
}

#[cfg(test)]
mod tests;
