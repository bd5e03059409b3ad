//! A role after the apply: whom it trusts, and what gives it permissions.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Effect, Policy, Principals};

use super::after::After;
use crate::field::Field;
use crate::id::Arn;
use crate::inquiry::{Answer, Inquiry, RolePolicies};
use crate::resource::Role;

/// The accounts from which Databricks assumes the roles of its customers' workspaces: everywhere, in the
/// government's regions, and there for the Department of Defense
/// (<https://docs.databricks.com/aws/en/security/privacy/gov-cloud>, and `data_aws_assume_role_policy.go` of
/// terraform-provider-databricks).
const DATABRICKS_ACCOUNTS: [&str; 3] = ["414351767826", "044793339203", "170661010020"];

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
    pub(super) permissions: Permissions<'a>,
    /// What bounds its permissions.
    pub(super) boundary: Boundary<'a>,
}

/// What gives a role permissions, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Permissions<'a> {
    /// The policies whose documents are known, with their names.
    pub(super) policies: Vec<(&'a str, &'a Policy)>,
    /// What can still be asked to know them better.
    pub(super) unread: BTreeSet<Inquiry>,
    /// Whether they are all.
    pub(super) is_complete: bool,
}

/// The permissions boundary of a role.
#[derive(Clone, Debug)]
pub(super) enum Boundary<'a> {
    /// There is none.
    None,
    /// A managed policy whose document is known, with its name.
    Known(&'a str, &'a Policy),
    /// There may be one, and what it says was not read; it can be asked for where it is known which one it is.
    Unread(Option<Inquiry>),
}

impl<'a> RoleAfter<'a> {
    /// A role of the manifest after the apply.
    pub(super) fn of_manifest(after: &After<'a>, label: String, desired: &'a Role, live: Option<&'a Role>) -> Self {
        Self {
            label,
            name: &desired.name,
            arn: &desired.arn,
            existing: desired.existing,
            trust_policy: over(&desired.trust_policy, live.map(|live| &live.trust_policy)).value(),
            permissions: Permissions::of(after, desired, live),
            boundary: Boundary::of(after, desired, live),
        }
    }

    /// A role that the manifest names and does not manage: of it only the trust policy is read.
    pub(super) fn of_others(live: &'a Role) -> Self {
        Self {
            label: live.arn.clone(),
            name: &live.name,
            arn: &live.arn,
            existing: true,
            trust_policy: live.trust_policy.value(),
            permissions: Permissions::default(),
            boundary: Boundary::Unread(None),
        }
    }

    /// The documents that are known to give or deny it permissions.
    pub(super) fn documents(&self) -> Vec<&'a Policy> {
        self.permissions.policies.iter().map(|(_, policy)| *policy).collect()
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

impl<'a> Permissions<'a> {
    fn of(after: &After<'a>, desired: &'a Role, live: Option<&'a Role>) -> Self {
        let mut found = Self { is_complete: true, ..Self::default() };
        let inquiry = Inquiry::RolePolicies { role: desired.name.clone() };
        let told = match after.world.answers.get(&inquiry) {
            Some(Answer::RolePolicies(told)) => told.as_ref(),
            _ => None,
        };
        let has_all_inline = found.add_inline(desired, live, told);
        let has_all_attached = found.add_attached(after, desired, live, told);
        if !(has_all_inline && has_all_attached) {
            found.lacks(after, inquiry);
        }
        found
    }

    /// Adds the inline policies, and returns whether all are known. On an own role the manifest's list is all there is; on
    /// someone else's it comes on top of what else is there.
    fn add_inline(&mut self, desired: &'a Role, live: Option<&'a Role>, told: Option<&'a RolePolicies>) -> bool {
        let is_exclusive = !desired.existing && desired.inline_policies.is_managed();
        let read = live.and_then(|live| live.inline_policies.value()).into_iter().flatten();
        let others = read.chain(told.into_iter().flat_map(|told| &told.inline)).filter(|_| !is_exclusive);
        let listed = desired.inline_policies.value().into_iter().flatten();
        let all: BTreeMap<&str, &Option<Policy>> =
            others.chain(listed.clone()).map(|(name, policy)| (name.as_str(), policy)).collect();
        let is_gone = |name: &str| listed.clone().any(|(listed, policy)| listed == name && policy.is_none());
        self.is_complete &= all.iter().all(|(name, policy)| policy.is_some() || is_gone(name));
        self.policies.extend(all.into_iter().filter_map(|(name, policy)| Some((name, policy.as_ref()?))));
        let reads_all = |live: &Role| !live.existing && live.inline_policies.is_managed();
        is_exclusive || told.is_some() || live.map_or(!desired.existing, reads_all)
    }

    /// Adds the documents of the attached policies, and returns whether all attachments are known.
    fn add_attached(
        &mut self,
        after: &After<'a>,
        desired: &'a Role,
        live: Option<&'a Role>,
        told: Option<&'a RolePolicies>,
    ) -> bool {
        let is_exclusive = !desired.existing && desired.managed_policies.is_managed();
        let read = live.and_then(|live| live.managed_policies.value());
        let others = read.into_iter().chain(told.map(|told| &told.attached)).flatten().filter(|_| !is_exclusive);
        let all: BTreeSet<&str> =
            others.chain(desired.managed_policies.value().into_iter().flatten()).map(String::as_str).collect();
        for arn in all {
            match after.document(arn) {
                Ok(known) => self.policies.push(known),
                Err(inquiry) => self.lacks(after, inquiry),
            }
        }
        is_exclusive || told.is_some() || live.map_or(!desired.existing, |live| live.managed_policies.is_managed())
    }

    /// Notes that something is not known, and whether it can still be asked for.
    fn lacks(&mut self, after: &After<'_>, inquiry: Inquiry) {
        self.is_complete = false;
        if !after.world.answers.holds(&inquiry) {
            self.unread.insert(inquiry);
        }
    }
}

impl<'a> Boundary<'a> {
    fn of(after: &After<'a>, desired: &'a Role, live: Option<&'a Role>) -> Self {
        match over(&desired.permissions_boundary, live.map(|live| &live.permissions_boundary)) {
            FieldAfter::Set(arn) => match after.document(arn) {
                Ok((name, document)) => Self::Known(name, document),
                Err(inquiry) => Self::Unread((!after.world.answers.holds(&inquiry)).then_some(inquiry)),
            },
            FieldAfter::Unset => Self::None,
            FieldAfter::Unknown => Self::Unread(None),
        }
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
