//! What a resource names: by its desired state, or by that over the live one.

use iam_policy::{Policy, Principals};

use crate::field::Field;
use crate::resource::{Cluster, Resource, Role};

/// A state of a resource, as far as it names others.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    pub(super) resource: &'a Resource,
    /// What holds where that one manages nothing.
    live: Option<&'a Resource>,
}

/// What a resource names, of the names that others bear.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reference<'a> {
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

    pub(super) fn references(self) -> Vec<Reference<'a>> {
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
    pub(super) fn role_inside(self) -> Option<&'a str> {
        let Resource::InstanceProfile(profile) = self.resource else { return None };
        let live = live_as!(self, InstanceProfile);
        held(&profile.role, live.map(|live| &live.role)).map(String::as_str)
    }

    pub(super) const fn as_role(self) -> Option<RoleState<'a>> {
        match self.resource {
            Resource::Role(role) => Some(RoleState { role, live: live_as!(self, Role) }),
            _ => None,
        }
    }

    /// The document of a managed policy.
    pub(super) fn document(self) -> Option<&'a Policy> {
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
pub(super) struct RoleState<'a> {
    pub(super) role: &'a Role,
    live: Option<&'a Role>,
}

impl<'a> RoleState<'a> {
    /// A trust policy is refused while a role it names as a principal does not exist, and so is a policy that does not
    /// exist as an attachment or boundary.
    pub(super) fn references(self) -> Vec<Reference<'a>> {
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

    pub(super) fn attached(self) -> impl Iterator<Item = &'a String> {
        let kept = self.keeping(&self.role.managed_policies).and_then(|live| live.managed_policies.value());
        self.role.managed_policies.value().into_iter().chain(kept).flatten()
    }

    pub(super) fn inline(self) -> impl Iterator<Item = &'a Policy> {
        let kept = self.keeping(&self.role.inline_policies).and_then(|live| live.inline_policies.value());
        let policies = self.role.inline_policies.value().into_iter().chain(kept).flatten();
        policies.filter_map(|(_, document)| document.as_ref())
    }
}
