//! What will be true after an apply: the desired state over the live one, as far as both are known.

use std::collections::BTreeMap;

use iam_policy::{Effect, Policy, Principals};

use super::address_of_surrounding;
use crate::field::Field;
use crate::id::{Arn, Kind};
use crate::manifest::{Declared, Manifest};
use crate::planner::World;
use crate::reading::Reading;
use crate::resource::{InstanceProfile, Resource, Role};

/// The accounts from which Databricks assumes the roles of its customers' workspaces: everywhere, in the
/// government's regions, and there for the Department of Defense
/// (<https://docs.databricks.com/aws/en/security/privacy/gov-cloud>, and `data_aws_assume_role_policy.go` of
/// terraform-provider-databricks).
const DATABRICKS_ACCOUNTS: [&str; 3] = ["414351767826", "044793339203", "170661010020"];

/// Something that is there, is known not to be, or is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge<T> {
    /// It will be there.
    Known(T),
    /// It is certain not to be there.
    Missing,
    /// It was not read.
    Unknown,
}

/// A role after the apply.
#[derive(Clone, Debug)]
pub(super) struct RoleAfter<'a> {
    /// How people find it: its address in the manifest, or else its ARN.
    pub(super) label: String,
    pub(super) name: &'a str,
    pub(super) arn: &'a str,
    /// Whether it is someone else's.
    pub(super) existing: bool,
    pub(super) trust_policy: Option<&'a Policy>,
    /// The policies whose documents are known, with their names.
    pub(super) policies: Vec<(&'a str, &'a Policy)>,
    /// Whether they are all that gives the role permissions.
    pub(super) is_complete: bool,
    /// What bounds its permissions.
    pub(super) boundary: Boundary<'a>,
}

/// The permissions boundary of a role.
#[derive(Clone, Copy, Debug)]
pub(super) enum Boundary<'a> {
    /// There is none.
    None,
    /// A managed policy of the manifest, with its name.
    Known(&'a str, &'a Policy),
    /// There may be one, and what it says was not read.
    Unknown,
}

impl<'a> RoleAfter<'a> {
    /// The documents that are known to give or deny it permissions.
    pub(super) fn documents(&self) -> Vec<&'a Policy> {
        self.policies.iter().map(|(_, policy)| *policy).collect()
    }

    /// Whether the trust policy names the root of a Databricks account, as that of a cross-account role does.
    pub(super) fn trusts_databricks(&self) -> bool {
        let statements = self.trust_policy.into_iter().flat_map(Policy::statements);
        let allowing = statements.filter(|statement| statement.effect == Some(Effect::Allow));
        let principals = allowing.filter_map(|statement| statement.principals.as_ref()).flat_map(Principals::pairs);
        principals.filter_map(|(_, principal)| principal.parse::<Arn>().ok()).any(|arn| {
            let Arn { partition: _, service: _, region: _, account_id, resource } = arn;
            resource == "root" && DATABRICKS_ACCOUNTS.contains(&account_id.as_str())
        })
    }
}

/// The world after the apply. Names and ARNs of IAM ignore case, so the indexes hold them in small letters.
#[derive(Clone, Debug)]
pub(super) struct After<'a> {
    manifest: &'a Manifest,
    world: &'a World,
    roles: BTreeMap<String, (&'a Declared, &'a Role)>,
    instance_profiles: BTreeMap<String, (&'a Declared, &'a InstanceProfile)>,
    registrations: BTreeMap<String, &'a Declared>,
    /// The documents of the manifest's own managed policies that are planned.
    documents: BTreeMap<String, (&'a str, &'a Policy)>,
    /// The roles of the manifest whose trust policy names Databricks, by name.
    pub(super) trusting_databricks: Vec<RoleAfter<'a>>,
    /// The other roles of someone else's, by name.
    pub(super) of_others: Vec<RoleAfter<'a>>,
    /// Whether there are roles of the manifest that cannot be judged: left out, unreadable, or not there.
    pub(super) has_unknown_roles: bool,
}

impl<'a> After<'a> {
    pub(super) fn new(manifest: &'a Manifest, world: &'a World) -> Self {
        let mut after = Self {
            manifest,
            world,
            roles: BTreeMap::new(),
            instance_profiles: BTreeMap::new(),
            registrations: BTreeMap::new(),
            documents: BTreeMap::new(),
            trusting_databricks: Vec::new(),
            of_others: Vec::new(),
            has_unknown_roles: false,
        };
        for declared in &manifest.resources {
            after.index(declared);
        }
        let judged: Vec<_> = after.roles.values().map(|(declared, role)| after.judge(declared, role)).collect();
        after.has_unknown_roles = judged.iter().any(Option::is_none);
        (after.trusting_databricks, after.of_others) =
            judged.into_iter().flatten().partition(RoleAfter::trusts_databricks);
        after.of_others.retain(|role| role.existing);
        after
    }

    fn index(&mut self, declared: &'a Declared) {
        match &declared.resource {
            Resource::ManagedPolicy(policy) => {
                let is_planned = self.world.observed.contains_key(&declared.address);
                if let Some(document) = policy.document.value().filter(|_| is_planned) {
                    self.documents.insert(policy.arn.to_lowercase(), (policy.name(), document));
                }
            }
            Resource::Role(role) => {
                self.roles.insert(role.name.to_lowercase(), (declared, role));
            }
            Resource::InstanceProfile(profile) => {
                self.instance_profiles.insert(profile.arn.to_lowercase(), (declared, profile));
            }
            Resource::Registration(registration) => {
                self.registrations.insert(registration.instance_profile_arn.to_lowercase(), declared);
            }
            Resource::LifecycleConfig(_)
            | Resource::NotebookInstance(_)
            | Resource::Cluster(_)
            | Resource::Notebook(_) => {}
        }
    }

    /// The resources of the manifest that an apply works on.
    pub(super) fn planned(&self) -> impl Iterator<Item = &'a Declared> {
        let resources = self.manifest.resources.iter();
        resources.filter(|declared| self.world.observed.contains_key(&declared.address))
    }

    /// Returns the live state of a resource of the manifest.
    pub(super) fn live(&self, declared: &Declared) -> Option<&'a Resource> {
        match self.world.observed.get(&declared.address)? {
            Reading::Present(live) => Some(live),
            Reading::Absent | Reading::Failed(_) => None,
        }
    }

    /// Finds a role of the own account by its name.
    pub(super) fn role_named(&self, name: &str) -> Knowledge<RoleAfter<'a>> {
        match self.roles.get(&name.to_lowercase()) {
            Some((declared, role)) => self.judge(declared, role).map_or(Knowledge::Unknown, Knowledge::Known),
            None => self.role_around(name),
        }
    }

    /// Finds a role by its ARN.
    pub(super) fn role_bearing(&self, arn: &str) -> Knowledge<RoleAfter<'a>> {
        let Ok(parsed) = arn.parse::<Arn>() else { return Knowledge::Unknown };
        if self.world.aws.as_ref().is_none_or(|scope| scope.account_id != parsed.account_id) {
            return Knowledge::Unknown;
        }
        match self.role_named(parsed.name()) {
            // A role of that name under another path bears another ARN, and there can be no second one of the name.
            Knowledge::Known(role) if !role.arn.eq_ignore_ascii_case(arn) => Knowledge::Missing,
            found @ (Knowledge::Known(_) | Knowledge::Missing | Knowledge::Unknown) => found,
        }
    }

    /// Finds an instance profile of the manifest by its ARN.
    pub(super) fn instance_profile(&self, arn: &str) -> Option<(&'a Declared, &'a InstanceProfile)> {
        self.instance_profiles.get(&arn.to_lowercase()).copied()
    }

    /// Returns the name of the role that an instance profile of the manifest holds.
    pub(super) fn role_in(&self, declared: &Declared, profile: &'a InstanceProfile) -> Knowledge<&'a str> {
        let live = match self.world.observed.get(&declared.address) {
            None | Some(Reading::Failed(_)) => return Knowledge::Unknown,
            Some(Reading::Absent) => None,
            Some(Reading::Present(live)) => Some(live.as_ref()),
        };
        match (&profile.role, live) {
            (Field::Set(role), _) => Knowledge::Known(role),
            (Field::Null, _) | (Field::Absent, None) => Knowledge::Missing,
            (Field::Absent, Some(Resource::InstanceProfile(live))) => match &live.role {
                Field::Set(role) => Knowledge::Known(role),
                Field::Null => Knowledge::Missing,
                Field::Absent => Knowledge::Unknown,
            },
            (Field::Absent, Some(_)) => Knowledge::Unknown,
        }
    }

    /// Finds the role in an instance profile.
    pub(super) fn role_in_profile(&self, profile_arn: &str) -> Knowledge<RoleAfter<'a>> {
        let Some((declared, profile)) = self.instance_profile(profile_arn) else { return Knowledge::Unknown };
        match self.role_in(declared, profile) {
            Knowledge::Known(name) => self.role_named(name),
            Knowledge::Missing => Knowledge::Missing,
            Knowledge::Unknown => Knowledge::Unknown,
        }
    }

    /// Returns whether an instance profile is registered: by this manifest, or live.
    pub(super) fn registration(&self, profile_arn: &str) -> Knowledge<()> {
        if let Some(declared) = self.registrations.get(&profile_arn.to_lowercase()) {
            let is_applied = self.world.observed.contains_key(&declared.address);
            return if is_applied { Knowledge::Known(()) } else { Knowledge::Unknown };
        }
        match self.around(Kind::DatabricksInstanceProfile, profile_arn) {
            Some(Reading::Present(_)) => Knowledge::Known(()),
            Some(Reading::Absent) => Knowledge::Missing,
            Some(Reading::Failed(_)) | None => Knowledge::Unknown,
        }
    }

    /// Returns a role of the manifest after the apply; nothing where what is live could not be read, or where someone else's
    /// role is not there: that is told elsewhere.
    fn judge(&self, declared: &'a Declared, desired: &'a Role) -> Option<RoleAfter<'a>> {
        let live = match self.world.observed.get(&declared.address)? {
            Reading::Failed(_) => return None,
            Reading::Absent if desired.existing => return None,
            Reading::Absent => None,
            Reading::Present(live) => Some(as_role(live)?),
        };
        let attached = over(&desired.managed_policies, live.map(|live| &live.managed_policies));
        let attached_arns = attached.value().into_iter().flatten();
        let documents: Vec<_> =
            attached_arns.filter_map(|arn| self.documents.get(&arn.to_lowercase()).copied()).collect();
        let knows_attached = match attached {
            FieldAfter::Set(attached) => attached.len() == documents.len(),
            FieldAfter::Unset => true,
            FieldAfter::Unknown => false,
        };
        let knows_inline =
            desired.inline_policies.is_managed() || live.is_none_or(|live| live.inline_policies.is_managed());
        let boundary = match over(&desired.permissions_boundary, live.map(|live| &live.permissions_boundary)) {
            FieldAfter::Set(arn) => match self.documents.get(&arn.to_lowercase()) {
                Some((name, document)) => Boundary::Known(name, document),
                None => Boundary::Unknown,
            },
            FieldAfter::Unset => Boundary::None,
            FieldAfter::Unknown => Boundary::Unknown,
        };
        Some(RoleAfter {
            label: declared.address.to_string(),
            name: &desired.name,
            arn: &desired.arn,
            existing: desired.existing,
            trust_policy: over(&desired.trust_policy, live.map(|live| &live.trust_policy)).value(),
            policies: inline_policies(desired, live).chain(documents).collect(),
            is_complete: !desired.existing && knows_attached && knows_inline,
            boundary,
        })
    }

    fn role_around(&self, name: &str) -> Knowledge<RoleAfter<'a>> {
        match self.around(Kind::IamRole, name) {
            Some(Reading::Absent) => Knowledge::Missing,
            Some(Reading::Present(live)) => {
                as_role(live).map_or(Knowledge::Unknown, |role| Knowledge::Known(role_of_others(role)))
            }
            Some(Reading::Failed(_)) | None => Knowledge::Unknown,
        }
    }

    fn around(&self, kind: Kind, name: &str) -> Option<&'a Reading> {
        self.world.surroundings.get(&address_of_surrounding(kind, name))
    }
}

fn as_role(resource: &Resource) -> Option<&Role> {
    if let Resource::Role(role) = resource { Some(role) } else { None }
}

/// A role that the manifest names and does not manage: of it only the trust policy is read.
fn role_of_others(live: &Role) -> RoleAfter<'_> {
    RoleAfter {
        label: live.arn.clone(),
        name: &live.name,
        arn: &live.arn,
        existing: true,
        trust_policy: live.trust_policy.value(),
        policies: Vec::new(),
        is_complete: false,
        boundary: Boundary::Unknown,
    }
}

/// A field after the apply.
enum FieldAfter<'a, T> {
    Set(&'a T),
    Unset,
    Unknown,
}

impl<'a, T> FieldAfter<'a, T> {
    const fn value(&self) -> Option<&'a T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unset | Self::Unknown => None,
        }
    }
}

/// Lays a desired field over the live one; without a live resource an unmanaged field is unset.
const fn over<'a, T>(desired: &'a Field<T>, live: Option<&'a Field<T>>) -> FieldAfter<'a, T> {
    match (desired, live) {
        (Field::Set(value), _) | (Field::Absent, Some(Field::Set(value))) => FieldAfter::Set(value),
        (Field::Null, _) | (Field::Absent, None | Some(Field::Null)) => FieldAfter::Unset,
        (Field::Absent, Some(Field::Absent)) => FieldAfter::Unknown,
    }
}

/// On an own role the manifest's list is all there is; on someone else's it comes on top of what else was read.
fn inline_policies<'a>(desired: &'a Role, live: Option<&'a Role>) -> impl Iterator<Item = (&'a str, &'a Policy)> {
    let live = live.and_then(|live| live.inline_policies.value()).into_iter().flatten();
    let is_kept = desired.existing || !desired.inline_policies.is_managed();
    let mut policies: BTreeMap<&str, &Option<Policy>> =
        live.filter(|_| is_kept).map(|(name, policy)| (name.as_str(), policy)).collect();
    let listed = desired.inline_policies.value().into_iter().flatten();
    policies.extend(listed.map(|(name, policy)| (name.as_str(), policy)));
    policies.into_iter().filter_map(|(name, policy)| Some((name, policy.as_ref()?)))
}
