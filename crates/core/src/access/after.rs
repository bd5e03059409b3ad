//! What will be true after an apply: the desired state over the live one, as far as both are known.

use std::collections::BTreeMap;

use iam_policy::Policy;

use super::address_of_surrounding;
use super::role::RoleAfter;
use crate::field::Field;
use crate::id::{Arn, Kind};
use crate::inquiry::{Answer, Inquiry};
use crate::manifest::{Declared, Manifest};
use crate::planner::World;
use crate::reading::Reading;
use crate::resource::{InstanceProfile, Resource, Role};

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

/// The world after the apply. Names and ARNs of IAM ignore case, so the indexes hold them in small letters.
#[derive(Clone, Debug)]
pub(super) struct After<'a> {
    manifest: &'a Manifest,
    pub(super) world: &'a World,
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
        Some(RoleAfter::of_manifest(self, declared.address.to_string(), desired, live))
    }

    /// Returns the name and the document of a managed policy, or the question that brings it.
    pub(super) fn document(&self, arn: &'a str) -> Result<(&'a str, &'a Policy), Inquiry> {
        if let Some(known) = self.documents.get(&arn.to_lowercase()) {
            return Ok(*known);
        }
        let inquiry = Inquiry::PolicyDocument { arn: arn.to_owned() };
        match self.world.answers.get(&inquiry) {
            Some(Answer::PolicyDocument(Some(document))) => Ok((arn.rsplit('/').next().unwrap_or(arn), document)),
            _ => Err(inquiry),
        }
    }

    fn role_around(&self, name: &str) -> Knowledge<RoleAfter<'a>> {
        match self.around(Kind::IamRole, name) {
            Some(Reading::Absent) => Knowledge::Missing,
            Some(Reading::Present(live)) => {
                as_role(live).map_or(Knowledge::Unknown, |role| Knowledge::Known(RoleAfter::of_others(role)))
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
