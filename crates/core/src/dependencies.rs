//! Which resource of a manifest comes before which, found from the resolved values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use iam_policy::{Decision, Policy, Principals, Request};

use crate::field::Field;
use crate::id::Address;
use crate::resource::{Cluster, Resource, Role};

/// For each resource, those that come before it.
pub type Dependencies = BTreeMap<Address, BTreeSet<Address>>;

/// Resources that wait for one another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these resources wait for one another: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> "))]
pub struct Cycle(pub Vec<Address>);

/// Finds the dependencies between resources, however a reference was written: a role's ARN in a notebook instance is a
/// dependency on the managed role of that ARN.
pub fn find(resources: &[(&Address, &Resource)]) -> Dependencies {
    let states: Vec<_> = resources.iter().map(|(address, resource)| (*address, State::of(resource))).collect();
    find_in(&states)
}

/// The same of states that may lie over live ones.
pub fn find_in(states: &[(&Address, State<'_>)]) -> Dependencies {
    let index = Index::of(states);
    states
        .iter()
        .map(|(address, state)| {
            let references = state.references().into_iter();
            let mut before: BTreeSet<Address> =
                references.flat_map(|reference| index.meant(reference)).cloned().collect();
            before.remove(*address);
            ((*address).clone(), before)
        })
        .collect()
}

/// A state of a resource, as far as it names others.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    resource: &'a Resource,
    /// What holds where that one manages nothing.
    live: Option<&'a Resource>,
}

/// What a resource names, of the names that others bear.
#[derive(Clone, Copy, Debug)]
enum Reference<'a> {
    /// Whatever bears the ARN.
    Arn(&'a str),
    /// The role of the name.
    Role(&'a str),
    /// The lifecycle configuration of the name.
    LifecycleConfig(&'a str),
    /// The roles that may pass the role in the instance profile of the ARN.
    Passing(&'a str),
}

/// Returns the live state of a kind, if it is of that kind.
macro_rules! live_as {
    ($state:expr, $variant:ident) => {
        match $state.live {
            Some(Resource::$variant(live)) => Some(live),
            _ => None,
        }
    };
}

impl<'a> State<'a> {
    /// A state by itself.
    pub const fn of(resource: &'a Resource) -> Self {
        Self { resource, live: None }
    }

    /// A desired state over the live one: what it does not manage stays as it is.
    pub const fn over(desired: &'a Resource, live: Option<&'a Resource>) -> Self {
        Self { resource: desired, live }
    }

    fn references(self) -> Vec<Reference<'a>> {
        match self.resource {
            Resource::ManagedPolicy(_) | Resource::LifecycleConfig(_) | Resource::Notebook(_) => Vec::new(),
            Resource::Role(role) => RoleState { role, live: live_as!(self, Role) }.references(),
            Resource::InstanceProfile(_) => self.role_inside().map(Reference::Role).into_iter().collect(),
            Resource::NotebookInstance(instance) => {
                let live = live_as!(self, NotebookInstance);
                let role = held(&instance.role_arn, live.map(|live| &live.role_arn));
                let config = held(&instance.lifecycle_config_name, live.map(|live| &live.lifecycle_config_name));
                let role = role.map(|arn| Reference::Arn(arn));
                role.into_iter().chain(config.map(|name| Reference::LifecycleConfig(name))).collect()
            }
            Resource::Registration(registration) => {
                let live = live_as!(self, Registration);
                let profile = registration.instance_profile_arn.as_str();
                let role = held(&registration.iam_role_arn, live.map(|live| &live.iam_role_arn));
                let role = role.map(|arn| Reference::Arn(arn));
                [Reference::Arn(profile), Reference::Passing(profile)].into_iter().chain(role).collect()
            }
            Resource::Cluster(cluster) => {
                let profile = match cluster.instance_profile() {
                    Field::Absent => live_as!(self, Cluster).map_or(Field::Absent, Cluster::instance_profile),
                    managed @ (Field::Null | Field::Set(_)) => managed,
                };
                profile.value().map(|arn| Reference::Arn(arn)).into_iter().collect()
            }
        }
    }

    /// The name of the role in an instance profile.
    fn role_inside(self) -> Option<&'a str> {
        let Resource::InstanceProfile(profile) = self.resource else { return None };
        let live = live_as!(self, InstanceProfile);
        held(&profile.role, live.map(|live| &live.role)).map(String::as_str)
    }

    const fn as_role(self) -> Option<RoleState<'a>> {
        match self.resource {
            Resource::Role(role) => Some(RoleState { role, live: live_as!(self, Role) }),
            _ => None,
        }
    }

    /// The document of a managed policy.
    fn document(self) -> Option<&'a Policy> {
        let Resource::ManagedPolicy(policy) = self.resource else { return None };
        let live = live_as!(self, ManagedPolicy);
        held(&policy.document, live.map(|live| &live.document))
    }
}

/// Returns the value of a field, or of the live one where it is not managed.
fn held<'a, T>(field: &'a Field<T>, live: Option<&'a Field<T>>) -> Option<&'a T> {
    if field.is_managed() { field.value() } else { live.and_then(Field::value) }
}

/// A state of a role.
#[derive(Clone, Copy)]
struct RoleState<'a> {
    role: &'a Role,
    live: Option<&'a Role>,
}

impl<'a> RoleState<'a> {
    /// A trust policy is refused while a role it names as a principal does not exist, and so is a policy that does not
    /// exist as an attachment or boundary.
    fn references(self) -> Vec<Reference<'a>> {
        let Self { role, live } = self;
        let trusted = held(&role.trust_policy, live.map(|live| &live.trust_policy));
        let statements = trusted.into_iter().flat_map(Policy::statements);
        let principals = statements.flat_map(|statement| [&statement.principals, &statement.not_principals]);
        let pairs = principals.flatten().flat_map(Principals::pairs);
        let boundary = held(&role.permissions_boundary, live.map(|live| &live.permissions_boundary));
        let policies = self.attached().chain(boundary).map(|arn| Reference::Arn(arn));
        pairs.map(|(_, principal)| Reference::Arn(principal)).chain(policies).collect()
    }

    /// The live role, where a field of this one takes nothing away from it: someone else's role keeps what is not listed.
    fn keeping<T>(self, field: &Field<T>) -> Option<&'a Role> {
        self.live.filter(|_| self.role.existing || !field.is_managed())
    }

    fn attached(self) -> impl Iterator<Item = &'a String> {
        let kept = self.keeping(&self.role.managed_policies).and_then(|live| live.managed_policies.value());
        self.role.managed_policies.value().into_iter().chain(kept).flatten()
    }

    fn inline(self) -> impl Iterator<Item = &'a Policy> {
        let kept = self.keeping(&self.role.inline_policies).and_then(|live| live.inline_policies.value());
        let policies = self.role.inline_policies.value().into_iter().chain(kept).flatten();
        policies.filter_map(|(_, document)| document.as_ref())
    }
}

struct Index<'a> {
    /// By the ARN in small letters. The profile and its registration bear the same.
    by_arn: HashMap<String, Vec<(&'a Address, State<'a>)>>,
    /// By the name in small letters, as IAM has it.
    roles: BTreeMap<String, (&'a Address, RoleState<'a>)>,
    lifecycle_configs: BTreeMap<&'a str, &'a Address>,
}

impl<'a> Index<'a> {
    fn of(states: &[(&'a Address, State<'a>)]) -> Self {
        let mut index = Self { by_arn: HashMap::new(), roles: BTreeMap::new(), lifecycle_configs: BTreeMap::new() };
        for (address, state) in states.iter().copied() {
            if let Some(arn) = state.resource.arn() {
                index.by_arn.entry(arn.to_ascii_lowercase()).or_default().push((address, state));
            }
            if let Some(role) = state.as_role() {
                index.roles.insert(role.role.name.to_ascii_lowercase(), (address, role));
            }
            if let Resource::LifecycleConfig(config) = state.resource {
                index.lifecycle_configs.insert(&config.name, address);
            }
        }
        index
    }

    /// Everything that a reference means.
    fn meant(&self, reference: Reference<'_>) -> Vec<&'a Address> {
        match reference {
            Reference::Arn(arn) => self.bearing(arn).map(|(address, _)| address).collect(),
            Reference::Role(name) => self.role_named(name).map(|(address, _)| address).into_iter().collect(),
            Reference::LifecycleConfig(name) => self.lifecycle_configs.get(name).copied().into_iter().collect(),
            Reference::Passing(profile) => self.passing(profile),
        }
    }

    fn bearing(&self, arn: &str) -> impl Iterator<Item = (&'a Address, State<'a>)> {
        self.by_arn.get(&arn.to_ascii_lowercase()).into_iter().flatten().copied()
    }

    fn role_named(&self, name: &str) -> Option<(&'a Address, RoleState<'a>)> {
        self.roles.get(&name.to_ascii_lowercase()).copied()
    }

    /// The roles that are given the right to pass the role in an instance profile to EC2: Databricks' launch check of
    /// a registration needs it.
    fn passing(&self, instance_profile_arn: &str) -> Vec<&'a Address> {
        let inside = self.bearing(instance_profile_arn).find_map(|(_, state)| state.role_inside());
        let Some((_, passed)) = inside.and_then(|name| self.role_named(name)) else { return Vec::new() };
        let roles = self.roles.values().filter(|(_, role)| self.may_pass(*role, &passed.role.arn));
        roles.map(|(address, _)| *address).collect()
    }

    /// Returns whether a role's own policies, or those of this manifest that it has attached, let it pass another.
    fn may_pass(&self, role: RoleState<'a>, passed: &str) -> bool {
        let attached = role.attached().flat_map(|arn| self.bearing(arn)).filter_map(|(_, state)| state.document());
        let request = Request {
            principal: None,
            action: "iam:PassRole",
            resource: Some(passed),
            context: BTreeMap::from([("iam:PassedToService".to_owned(), vec!["ec2.amazonaws.com".to_owned()])]),
        };
        let mut documents = role.inline().chain(attached);
        documents.any(|document| iam_policy::evaluate(&[document], &request) == Decision::Allowed)
    }
}

/// Whether a resource waits for another one, near or far, or is that one.
pub fn comes_after(before: &Dependencies, address: &Address, other: &Address) -> bool {
    let (mut open, mut seen) = (vec![address], BTreeSet::new());
    while let Some(address) = open.pop() {
        if address == other {
            return true;
        }
        if seen.insert(address) {
            open.extend(before.get(address).into_iter().flatten());
        }
    }
    false
}

/// Orders addresses so that each comes after those it depends on, and otherwise as given.
pub fn order(addresses: &[Address], dependencies: &Dependencies) -> Result<Vec<Address>, Cycle> {
    let mut ordered = Vec::with_capacity(addresses.len());
    let mut done = BTreeSet::new();
    let mut path = Vec::new();
    for address in addresses {
        visit(address, dependencies, &mut done, &mut path, &mut ordered)?;
    }
    Ok(ordered)
}

/// Visits what comes before an address, then the address. The depth is at most the longest chain of kinds, of which
/// there are few, plus chains of roles that trust one another.
fn visit(
    address: &Address,
    dependencies: &Dependencies,
    done: &mut BTreeSet<Address>,
    path: &mut Vec<Address>,
    ordered: &mut Vec<Address>,
) -> Result<(), Cycle> {
    if done.contains(address) {
        return Ok(());
    }
    if let Some(start) = path.iter().position(|visited| visited == address) {
        let mut cycle = path.split_off(start);
        cycle.push(address.clone());
        return Err(Cycle(cycle));
    }
    path.push(address.clone());
    for before in dependencies.get(address).into_iter().flatten() {
        visit(before, dependencies, done, path, ordered)?;
    }
    path.pop();
    done.insert(address.clone());
    ordered.push(address.clone());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Dependencies, order};
    use crate::id::{Address, Kind};

    fn roles(ids: &[&str]) -> Vec<Address> {
        ids.iter().map(|id| Address::new(Kind::IamRole, *id)).collect()
    }

    fn edges(pairs: &[(&str, &str)]) -> Dependencies {
        let mut dependencies: Dependencies = BTreeMap::new();
        for (after, before) in pairs {
            let role = |id: &str| Address::new(Kind::IamRole, id);
            dependencies.entry(role(after)).or_default().insert(role(before));
        }
        dependencies
    }

    #[test]
    fn dependencies_come_first_and_the_rest_keeps_its_order() {
        let ordered = order(&roles(&["c", "b", "a"]), &edges(&[("c", "a")])).expect("no cycle");
        assert_eq!(ordered, roles(&["a", "c", "b"]));
    }

    #[test]
    fn a_cycle_is_named() {
        let cycle =
            order(&roles(&["x", "a", "b"]), &edges(&[("x", "a"), ("a", "b"), ("b", "a")])).expect_err("a cycle");
        assert_eq!(
            cycle.to_string(),
            "these resources wait for one another: iam.roles.a -> iam.roles.b -> iam.roles.a"
        );
    }
}
