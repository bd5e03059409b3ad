//! Which resource of a manifest comes before which, found from the resolved values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use iam_policy::{Decision, Policy, Principals, Request};

use crate::id::Address;
use crate::resource::{Resource, Role};

/// For each resource, those that come before it.
pub type Dependencies = BTreeMap<Address, BTreeSet<Address>>;

/// Resources that wait for one another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these resources wait for one another: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> "))]
pub struct Cycle(pub Vec<Address>);

/// Finds the dependencies between resources, however a reference was written: a role's ARN in a notebook instance is a
/// dependency on the managed role of that ARN.
pub fn find(resources: &[(&Address, &Resource)]) -> Dependencies {
    let index = Index::of(resources);
    resources
        .iter()
        .map(|(address, resource)| {
            let mut before = index.before(resource);
            before.remove(address);
            ((*address).clone(), before)
        })
        .collect()
}

struct Index<'a> {
    resources: &'a [(&'a Address, &'a Resource)],
    /// By the ARN in small letters. The profile and its registration bear the same.
    by_arn: HashMap<String, Vec<(&'a Address, &'a Resource)>>,
}

impl<'a> Index<'a> {
    fn of(resources: &'a [(&'a Address, &'a Resource)]) -> Self {
        let mut by_arn: HashMap<_, Vec<_>> = HashMap::new();
        for (address, resource) in resources {
            if let Some(arn) = resource.arn() {
                by_arn.entry(arn.to_ascii_lowercase()).or_default().push((*address, *resource));
            }
        }
        Self { resources, by_arn }
    }

    fn before(&self, resource: &Resource) -> BTreeSet<Address> {
        match resource {
            Resource::ManagedPolicy(_) | Resource::LifecycleConfig(_) | Resource::Notebook(_) => BTreeSet::new(),
            Resource::Role(role) => self.before_role(role),
            Resource::InstanceProfile(profile) => {
                profile.role.value().map(|role| self.role_named(role)).unwrap_or_default()
            }
            Resource::NotebookInstance(instance) => {
                let mut before = instance.role_arn.value().map(|role| self.bearing(role)).unwrap_or_default();
                before.extend(
                    instance.lifecycle_config_name.value().into_iter().flat_map(|name| self.config_named(name)),
                );
                before
            }
            Resource::Registration(registration) => {
                let mut before = self.bearing(&registration.instance_profile_arn);
                before.extend(registration.iam_role_arn.value().into_iter().flat_map(|role| self.bearing(role)));
                before.extend(self.passing(&registration.instance_profile_arn));
                before
            }
            Resource::Cluster(cluster) => {
                cluster.instance_profile_arn().map(|profile| self.bearing(profile)).unwrap_or_default()
            }
        }
    }

    /// A trust policy is refused while a role it names as a principal does not exist, and so is a policy that does not
    /// exist as an attachment or boundary.
    fn before_role(&self, role: &Role) -> BTreeSet<Address> {
        let trusted = role.trust_policy.value().into_iter().flat_map(Policy::statements);
        let principals = trusted.flat_map(|statement| [&statement.principals, &statement.not_principals]);
        let pairs = principals.flatten().flat_map(Principals::pairs);
        let principals = pairs.map(|(_, principal)| principal);
        let policies = role.managed_policies.value().into_iter().flatten().chain(role.permissions_boundary.value());
        principals.chain(policies.map(String::as_str)).flat_map(|arn| self.bearing(arn)).collect()
    }

    /// Everything of this manifest that bears an ARN.
    fn bearing(&self, arn: &str) -> BTreeSet<Address> {
        self.with_arn(arn).map(|(address, _)| address.clone()).collect()
    }

    fn with_arn(&self, arn: &str) -> impl Iterator<Item = (&'a Address, &'a Resource)> {
        self.by_arn.get(&arn.to_ascii_lowercase()).into_iter().flatten().copied()
    }

    fn config_named(&self, name: &str) -> BTreeSet<Address> {
        self.matching(|resource| matches!(resource, Resource::LifecycleConfig(config) if config.name == name))
    }

    fn role_named(&self, name: &str) -> BTreeSet<Address> {
        self.matching(|resource| matches!(resource, Resource::Role(role) if role.name.eq_ignore_ascii_case(name)))
    }

    /// The roles that are given the right to pass the role in an instance profile to EC2: Databricks' launch check of
    /// a registration needs it.
    fn passing(&self, instance_profile_arn: &str) -> BTreeSet<Address> {
        let in_profile = self.resources.iter().find_map(|(_, resource)| match resource {
            Resource::InstanceProfile(profile) if profile.arn.eq_ignore_ascii_case(instance_profile_arn) => {
                profile.role.value()
            }
            _ => None,
        });
        let passed = in_profile.and_then(|name| {
            self.resources.iter().find_map(|(_, resource)| match resource {
                Resource::Role(role) if role.name.eq_ignore_ascii_case(name) => Some(&role.arn),
                _ => None,
            })
        });
        let Some(passed) = passed else {
            return BTreeSet::new();
        };
        self.matching(|resource| matches!(resource, Resource::Role(role) if self.may_pass(role, passed)))
    }

    /// Returns whether a role's own policies, or those of this manifest that it has attached, let it pass another.
    fn may_pass(&self, role: &Role, passed: &str) -> bool {
        let inline = role.inline_policies.value().into_iter().flatten().filter_map(|(_, document)| document.as_ref());
        let attached = role.managed_policies.value().into_iter().flatten().flat_map(|arn| self.with_arn(arn));
        let attached = attached.filter_map(|(_, resource)| match resource {
            Resource::ManagedPolicy(policy) => policy.document.value(),
            _ => None,
        });
        let request = Request {
            principal: None,
            action: "iam:PassRole",
            resource: Some(passed),
            context: BTreeMap::from([("iam:PassedToService".to_owned(), vec!["ec2.amazonaws.com".to_owned()])]),
        };
        inline.chain(attached).any(|document| iam_policy::evaluate(&[document], &request) == Decision::Allowed)
    }

    fn matching(&self, matches: impl Fn(&Resource) -> bool) -> BTreeSet<Address> {
        let found = self.resources.iter().filter(|(_, resource)| matches(resource));
        found.map(|(address, _)| (*address).clone()).collect()
    }
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
