//! Which resource of a manifest comes before which, found from the resolved values.

mod state;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use iam_policy::{Caseless, Decision, Policy, Request};

use crate::id::Address;
use crate::resource::Resource;

pub use state::State;
use state::{Reference, RoleState};

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

struct Index<'a> {
    /// By the ARN in small letters. The profile and its registration bear the same.
    by_arn: HashMap<String, Vec<(&'a Address, State<'a>)>>,
    /// By the name in small letters, as IAM has it.
    roles: BTreeMap<String, (&'a Address, RoleState<'a>)>,
    /// The roles with the documents that say something about passing roles. Few do, of which each registration asks.
    passing: OnceCell<Vec<(&'a Address, Vec<&'a Policy>)>>,
    lifecycle_configs: BTreeMap<&'a str, &'a Address>,
}

impl<'a> Index<'a> {
    fn of(states: &[(&'a Address, State<'a>)]) -> Self {
        let mut index = Self {
            by_arn: HashMap::new(),
            roles: BTreeMap::new(),
            passing: OnceCell::new(),
            lifecycle_configs: BTreeMap::new(),
        };
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
        let request = Request {
            principal: None,
            action: PASS_ROLE,
            resource: Some(&passed.role.arn),
            context: BTreeMap::from([("iam:PassedToService".to_owned(), vec!["ec2.amazonaws.com".to_owned()])]),
        };
        let allows = |document: &&Policy| iam_policy::evaluate(&[document], &request) == Decision::Allowed;
        let roles = self.passing.get_or_init(|| self.about_passing()).iter();
        roles.filter(|(_, documents)| documents.iter().any(allows)).map(|(address, _)| *address).collect()
    }

    /// Returns the roles whose own policies, or those of this manifest that they have attached, say something about passing roles.
    fn about_passing(&self) -> Vec<(&'a Address, Vec<&'a Policy>)> {
        let roles = self.roles.values().map(|(address, role)| {
            let attached = role.attached().flat_map(|arn| self.bearing(arn)).filter_map(|(_, state)| state.document());
            let documents = role.inline().chain(attached).filter(|document| is_about_passing(document));
            (*address, documents.collect::<Vec<_>>())
        });
        roles.filter(|(_, documents)| !documents.is_empty()).collect()
    }
}

const PASS_ROLE: &str = "iam:PassRole";

/// Whether a statement may be about `iam:PassRole`, by the beginning of its actions.
fn is_about_passing(document: &Policy) -> bool {
    let begins_alike = |action: &Caseless| {
        let action = action.as_written();
        let literal = action.split(['*', '?']).next().unwrap_or_default();
        let begin = PASS_ROLE.get(..literal.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(literal))
    };
    document.statements().iter().any(|statement| match &statement.actions {
        Some(actions) => actions.iter().any(begins_alike),
        None => statement.not_actions.is_some(),
    })
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

    use iam_policy::{Policy, Scope};
    use serde_json::json;

    use super::{Dependencies, find, is_about_passing, order};
    use crate::field::Field;
    use crate::id::{Address, Kind};
    use crate::resource::{InstanceProfile, Registration, Resource, Role, Tags};

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
    fn document(action: &str, value: &str) -> Policy {
        let statement = json!({"Effect": "Allow", action: value, "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
        Policy::parse(&document, &scope).expect("a policy")
    }

    /// A registration comes after whoever may pass the role in its profile, and after nobody else.
    #[rstest::rstest]
    #[case::exactly("Action", "iam:PassRole", true)]
    #[case::in_capitals("Action", "IAM:PASSROLE", true)]
    #[case::by_its_beginning("Action", "iam:Pass*", true)]
    #[case::by_a_part("Action", "i?m:*role", true)]
    #[case::everything("Action", "*", true)]
    #[case::all_but_something("NotAction", "s3:*", true)]
    #[case::all_but_that("NotAction", "iam:*", false)]
    #[case::something_else("Action", "s3:*", false)]
    #[case::something_longer("Action", "iam:PassRoles", false)]
    #[case::something_that_begins_alike("Action", "iam:PassRole*s", false)]
    fn a_registration_comes_after_who_may_pass_the_role(#[case] key: &str, #[case] value: &str, #[case] passes: bool) {
        let arn = |kind: &str| format!("arn:aws:iam::111122223333:{kind}/lab");
        let policies = [("pass".to_owned(), Some(document(key, value)))];
        let workspace = Role {
            inline_policies: Field::Set(policies.into()),
            ..Role::named("workspace".to_owned(), "arn:aws:iam::111122223333:role/workspace".to_owned())
        };
        let profile = InstanceProfile {
            name: "lab".to_owned(),
            arn: arn("instance-profile"),
            path: Field::Absent,
            role: Field::Set("LAB".to_owned()),
            tags: Tags::default(),
        };
        let registration = Registration {
            instance_profile_arn: arn("instance-profile"),
            iam_role_arn: Field::Absent,
            is_meta_instance_profile: Field::Absent,
            skip_validation: false,
        };
        let states = [
            ("lab", Resource::Role(Role::named("lab".to_owned(), arn("role")))),
            ("workspace", Resource::Role(workspace)),
            ("lab", Resource::InstanceProfile(profile)),
            ("lab", Resource::Registration(registration)),
        ];
        let addressed = states.map(|(id, resource)| (Address::new(resource.kind(), id), resource));
        let found = find(&addressed.each_ref().map(|(address, resource)| (address, resource)));
        let before = &found[&Address::new(Kind::DatabricksInstanceProfile, "lab")];
        assert_eq!(before.contains(&Address::new(Kind::IamRole, "workspace")), passes);
        assert!(before.contains(&Address::new(Kind::IamInstanceProfile, "lab")));
    }

    #[test]
    fn what_cannot_be_about_passing_is_not_asked() {
        assert!(!is_about_passing(&document("Action", "s3:*")) && !is_about_passing(&document("Action", "iam:Get*")));
        assert!(is_about_passing(&document("NotAction", "s3:*")) && is_about_passing(&document("Action", "*Role")));
    }
}
