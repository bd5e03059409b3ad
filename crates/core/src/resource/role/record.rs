//! What is recorded of a role around a call, and how a recorded state comes back.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;

use super::{Role, RoleOperation};
use crate::field::Field;
use crate::resource::Tags;

impl Role {
    /// Returns what a provider is asked to read where all of the role is to be recorded. Of someone else's role that is no
    /// more of the inline policies than the listed ones.
    #[must_use]
    pub fn in_full(&self) -> Self {
        Self { managed_policies: Field::Set(BTreeSet::new()), ..self.to_be_deleted() }
    }

    /// Returns what a provider is asked to read where a recorded state is to come back: an own role, whoever's it is, so that
    /// an attachment can be taken away again.
    #[must_use]
    pub fn to_be_restored(&self) -> Self {
        Self { existing: false, ..self.identity() }.in_full()
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is: of attachments and inline policies only the recorded ones come and go.
    #[must_use]
    pub fn restored(before: &Self, after: &Self, live: &Self) -> Self {
        Self {
            path: before.path.unless_same(&after.path),
            description: before.description.unless_same(&after.description),
            max_session_duration: before.max_session_duration.unless_same(&after.max_session_duration),
            permissions_boundary: before.permissions_boundary.unless_same(&after.permissions_boundary),
            trust_policy: before.trust_policy.unless_same(&after.trust_policy),
            managed_policies: attachments(before, after, live),
            inline_policies: inline_policies(before, after, live),
            tags: Tags::restored(&before.tags, &after.tags),
            ..Self::named(before.name.clone(), before.arn.clone())
        }
    }

    /// Returns the desired state by which a deleted role is made again.
    #[must_use]
    pub fn made_again(&self) -> Self {
        Self { existing: false, instance_profiles: Field::Absent, ..self.clone() }
    }
}

fn attachments(before: &Role, after: &Role, live: &Role) -> Field<BTreeSet<String>> {
    let of = |role: &Role| role.managed_policies.value().cloned().unwrap_or_default();
    let (before, after, mut wanted) = (of(before), of(after), of(live));
    if before == after {
        return Field::Absent;
    }
    wanted.retain(|arn| before.contains(arn) || !after.contains(arn));
    wanted.extend(before.difference(&after).cloned());
    Field::Set(wanted)
}

fn inline_policies(before: &Role, after: &Role, live: &Role) -> Field<BTreeMap<String, Option<Policy>>> {
    let of = |role: &Role| {
        let mut policies = role.inline_policies.value().cloned().unwrap_or_default();
        policies.retain(|_, policy| policy.is_some());
        policies
    };
    let (before, after, mut wanted) = (of(before), of(after), of(live));
    if before == after {
        return Field::Absent;
    }
    wanted.retain(|name, _| before.contains_key(name) || !after.contains_key(name));
    wanted.extend(before.into_iter().filter(|(name, policy)| after.get(name) != Some(policy)));
    Field::Set(wanted)
}

impl RoleOperation {
    /// Returns the state that the call leaves behind; `known` says what the role is called where there was none before.
    pub fn effect(&self, before: Option<&Role>, known: &Role) -> Option<Role> {
        let mut role = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create {
                role: _,
                path,
                description,
                max_session_duration,
                permissions_boundary,
                trust_policy,
                tags,
            } => {
                role = Role {
                    path: Field::Set(path.clone()),
                    description: Field::from_live(description.clone()),
                    max_session_duration: Field::Set(*max_session_duration),
                    permissions_boundary: Field::from_live(permissions_boundary.clone()),
                    trust_policy: Field::Set(trust_policy.clone()),
                    managed_policies: Field::Set(BTreeSet::new()),
                    inline_policies: Field::Set(BTreeMap::new()),
                    tags: Tags::live(tags.clone()),
                    instance_profiles: Field::Set(BTreeSet::new()),
                    ..known.identity()
                };
            }
            Self::UpdateSettings { role: _, description, max_session_duration } => {
                let description = Some(description.clone()).filter(|text| !text.is_empty());
                role.description = Field::from_live(description);
                role.max_session_duration = Field::Set(*max_session_duration);
            }
            Self::SetTrustPolicy { role: _, trust_policy } => role.trust_policy = Field::Set(trust_policy.clone()),
            Self::SetPermissionsBoundary { role: _, permissions_boundary } => {
                role.permissions_boundary = Field::Set(permissions_boundary.clone());
            }
            Self::DeletePermissionsBoundary { role: _ } => role.permissions_boundary = Field::Null,
            Self::AttachPolicy { role: _, policy_arn } => {
                role.managed_policies.edit(|all| {
                    all.insert(policy_arn.clone());
                });
            }
            Self::DetachPolicy { role: _, policy_arn } => {
                role.managed_policies.edit(|all| {
                    all.remove(policy_arn);
                });
            }
            Self::PutInlinePolicy { role: _, policy_name, document } => {
                role.inline_policies.edit(|all| {
                    all.insert(policy_name.clone(), Some(document.clone()));
                });
            }
            Self::DeleteInlinePolicy { role: _, policy_name } => {
                role.inline_policies.edit(|all| {
                    all.remove(policy_name);
                });
            }
            Self::Tag { role: _, tags } => role.tags.set_all(tags),
            Self::Untag { role: _, keys } => role.tags.remove_all(keys),
            Self::RemoveFromInstanceProfile { role: _, instance_profile } => {
                role.instance_profiles.edit(|all| {
                    all.remove(instance_profile);
                });
            }
            Self::AddToInstanceProfile { role: _, instance_profile } => {
                role.instance_profiles.edit(|all| {
                    all.insert(instance_profile.clone());
                });
            }
            Self::Delete { role: _ } => return None,
        }
        Some(role)
    }
}
