//! IAM roles: reading what is live. The calls that change one are in [`apply`].

mod apply;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types;
use futures_util::future::{join3, try_join, try_join3};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use iam_policy::{Policy, Scope};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::inquiry::RolePolicies;
use reconcile_core::resource::role::DEFAULT_MAX_SESSION_DURATION;
use reconcile_core::resource::{Role, Tags};

pub(crate) use apply::sent_tags;

use crate::call::answered;
use crate::live::{CALLS_IN_FLIGHT, empty_answer, if_exists, of_what_exists, settled_arn, unreadable, when};
use crate::pages::Pages;

const GET_ROLE: &str = "iam:GetRole";
const GET_ROLE_POLICY: &str = "iam:GetRolePolicy";

/// The roles of the account.
pub(crate) struct Roles<'a> {
    pub(crate) client: &'a Client,
    pub(crate) scope: &'a Scope,
}

type InlinePolicies = BTreeMap<String, Option<Policy>>;

impl Roles<'_> {
    /// Returns the live state of a role, as far as the wanted one manages it. What its fields need is asked for at the same
    /// time as the role itself: a caller may be allowed no more than that (terraform-provider-aws#38305).
    pub(crate) async fn read(&self, wanted: &Role) -> Result<Option<Role>, CallFailure> {
        let (role, attached, inline) = join3(
            self.get(&wanted.name),
            when(wanted.managed_policies.is_managed(), self.attached_policies(&wanted.name)),
            when(wanted.inline_policies.is_managed(), self.inline_policies(wanted)),
        )
        .await;
        let Some(role) = role? else {
            return Ok(None);
        };
        let live = Role {
            managed_policies: of_what_exists(attached)?,
            inline_policies: of_what_exists(inline)?,
            ..self.canonical(wanted, &role)?
        };
        if wanted.must_be_replaced(role.path()) || wanted.instance_profiles.is_managed() {
            return self.with_all_that_is_lost(wanted, live).await.map(Some);
        }
        Ok(Some(live))
    }

    /// Reads what is lost when the role is deleted, whether it is managed or not: the new one has to get it back.
    async fn with_all_that_is_lost(&self, wanted: &Role, live: Role) -> Result<Role, CallFailure> {
        let parts = try_join3(
            when(!live.managed_policies.is_managed(), self.attached_policies(&wanted.name)),
            when(!live.inline_policies.is_managed(), self.inline_policies(wanted)),
            self.instance_profiles(&wanted.name),
        )
        .await;
        let (attached, inline, instance_profiles) = of_what_exists(parts)?;
        Ok(Role {
            managed_policies: first_told(live.managed_policies, attached),
            inline_policies: first_told(live.inline_policies, inline),
            instance_profiles: Field::Set(instance_profiles),
            ..live
        })
    }

    async fn get(&self, name: &str) -> Result<Option<types::Role>, CallFailure> {
        let answer = answered(GET_ROLE, self.client.get_role().role_name(name).send().await);
        match if_exists(answer)? {
            Some(output) => output.role.ok_or_else(|| empty_answer(GET_ROLE)).map(Some),
            None => Ok(None),
        }
    }

    /// Returns when the role was made, if it can be found.
    pub(crate) async fn made_at(&self, name: &str) -> Option<DateTime> {
        self.get(name).await.ok().flatten().map(|role| *role.create_date())
    }

    /// The role in the form that a manifest's reader gives it.
    fn canonical(&self, wanted: &Role, role: &types::Role) -> Result<Role, CallFailure> {
        let duration = role.max_session_duration().and_then(|seconds| u32::try_from(seconds).ok());
        let boundary =
            role.permissions_boundary().and_then(types::AttachedPermissionsBoundary::permissions_boundary_arn);
        Ok(Role {
            name: role.role_name().to_owned(),
            arn: settled_arn(GET_ROLE, role.arn())?,
            existing: wanted.existing,
            path: Field::Set(role.path().to_owned()),
            description: Field::from_live(role.description().filter(|text| !text.is_empty()).map(str::to_owned)),
            max_session_duration: Field::from_live(duration).null_is(DEFAULT_MAX_SESSION_DURATION),
            permissions_boundary: Field::from_live(boundary.map(str::to_owned)),
            trust_policy: self.trust_policy(wanted, role)?,
            managed_policies: Field::Absent,
            inline_policies: Field::Absent,
            tags: Tags::live(role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()))),
            instance_profiles: Field::Absent,
        })
    }

    /// A trust policy that is not managed and cannot be read is not told: it is not this manifest's concern.
    fn trust_policy(&self, wanted: &Role, role: &types::Role) -> Result<Field<Policy>, CallFailure> {
        let Some(document) = role.assume_role_policy_document() else {
            return Ok(Field::Absent);
        };
        match Policy::parse_percent_encoded(document, self.scope) {
            Ok(policy) => Ok(Field::Set(policy)),
            Err(_) if !wanted.trust_policy.is_managed() => Ok(Field::Absent),
            Err(error) => {
                Err(unreadable(GET_ROLE, &format!("the trust policy of the role {}", role.role_name()), &error))
            }
        }
    }

    async fn attached_policies(&self, role: &str) -> Result<BTreeSet<String>, CallFailure> {
        let pages = self.client.list_attached_role_policies().role_name(role).into_paginator().send();
        let pages = Pages::of("iam:ListAttachedRolePolicies", pages);
        let policies = pages.items(|page| page.attached_policies.unwrap_or_default()).await?;
        Ok(policies.into_iter().filter_map(|policy| policy.policy_arn).collect())
    }

    /// Returns everything that gives a role permissions; nothing where there is no such role.
    pub(crate) async fn policies(&self, role: &str) -> Result<Option<RolePolicies>, CallFailure> {
        let all = try_join(self.attached_policies(role), self.all_inline_policies(role)).await;
        Ok(if_exists(all)?.map(|(attached, inline)| RolePolicies { inline, attached }))
    }

    /// Reads every inline policy of a role. One that is not understood is told as such: it is nobody's to mend here.
    async fn all_inline_policies(&self, role: &str) -> Result<InlinePolicies, CallFailure> {
        let names = self.inline_policy_names(role).await?;
        let reading: Vec<_> = names
            .into_iter()
            .map(async |name| match self.inline_policy(role, name.clone()).await {
                Err(failure) if failure.kind == FailureKind::Unexpected => Ok(Some((name, None))),
                read => read,
            })
            .collect();
        stream::iter(reading)
            .buffer_unordered(CALLS_IN_FLIGHT)
            .try_filter_map(async |found| Ok(found))
            .try_collect()
            .await
    }

    /// Of someone else's role only the listed policies are read, and need be readable; of an own role all are.
    async fn inline_policies(&self, wanted: &Role) -> Result<InlinePolicies, CallFailure> {
        let names = if wanted.existing {
            wanted.inline_policies.value().map(|listed| listed.keys().cloned().collect()).unwrap_or_default()
        } else {
            self.inline_policy_names(&wanted.name).await?
        };
        let policies: Vec<_> = names.into_iter().map(|name| self.inline_policy(&wanted.name, name)).collect();
        stream::iter(policies)
            .buffer_unordered(CALLS_IN_FLIGHT)
            .try_filter_map(async |found| Ok(found))
            .try_collect()
            .await
    }

    async fn inline_policy_names(&self, role: &str) -> Result<Vec<String>, CallFailure> {
        let pages = self.client.list_role_policies().role_name(role).into_paginator().send();
        Pages::of("iam:ListRolePolicies", pages).items(|page| page.policy_names).await
    }

    /// Returns the policy with its name, or nothing where there is none of the name.
    async fn inline_policy(&self, role: &str, name: String) -> Result<Option<(String, Option<Policy>)>, CallFailure> {
        let request = self.client.get_role_policy().role_name(role).policy_name(&name);
        let Some(output) = if_exists(answered(GET_ROLE_POLICY, request.send().await))? else {
            return Ok(None);
        };
        match Policy::parse_percent_encoded(output.policy_document(), self.scope) {
            Ok(policy) => Ok(Some((name, Some(policy)))),
            Err(error) => {
                Err(unreadable(GET_ROLE_POLICY, &format!("the inline policy {name} of the role {role}"), &error))
            }
        }
    }

    async fn instance_profiles(&self, role: &str) -> Result<BTreeSet<String>, CallFailure> {
        let pages = self.client.list_instance_profiles_for_role().role_name(role).into_paginator().send();
        let pages = Pages::of("iam:ListInstanceProfilesForRole", pages);
        let profiles = pages.items(|page| page.instance_profiles).await?;
        Ok(profiles.into_iter().map(|profile| profile.instance_profile_name).collect())
    }
}

fn first_told<T>(first: Field<T>, second: Field<T>) -> Field<T> {
    if first.is_managed() { first } else { second }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::config::BehaviorVersion;

    use super::*;

    fn live(document: &str) -> types::Role {
        let role = types::Role::builder().role_name("x").role_id("AROAX").path("/").create_date(DateTime::from_secs(0));
        role.arn("arn:aws:iam::111122223333:role/x").assume_role_policy_document(document).build().unwrap()
    }

    fn read(document: &str, trust_policy: Field<Policy>) -> Result<Role, CallFailure> {
        let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
        let configuration = aws_sdk_iam::Config::builder().behavior_version(BehaviorVersion::v2026_01_12()).build();
        let client = Client::from_conf(configuration);
        let wanted = Role { trust_policy, ..nothing_managed() };
        Roles { client: &client, scope: &scope }.canonical(&wanted, &live(document))
    }

    fn nothing_managed() -> Role {
        Role {
            name: "X".to_owned(),
            arn: String::new(),
            existing: false,
            path: Field::Absent,
            description: Field::Absent,
            max_session_duration: Field::Absent,
            permissions_boundary: Field::Absent,
            trust_policy: Field::Absent,
            managed_policies: Field::Absent,
            inline_policies: Field::Absent,
            tags: Tags::default(),
            instance_profiles: Field::Absent,
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_fails_the_role_only_where_it_is_managed() {
        insta::assert_snapshot!(read("%7B", Field::Null).unwrap_err(), @"iam:GetRole: the trust policy of the role x cannot be read: not JSON: expected a key in double quotes (line 1, column 2)");
        assert_eq!(read("%7B", Field::Absent).map(|role| role.trust_policy), Ok(Field::Absent));
    }

    #[test]
    fn what_iam_leaves_out_is_its_default() {
        let role = read("%7B%22Statement%22%3A%5B%5D%7D", Field::Null).unwrap();
        assert_eq!(role.name, "x");
        assert_eq!(role.description, Field::Null);
        assert_eq!(role.max_session_duration, Field::Set(DEFAULT_MAX_SESSION_DURATION));
        assert!(role.trust_policy.value().is_some());
    }
}
