//! What bears an owner's tag, whether a manifest names it or not.
//!
//! IAM has no search by tag. Roles come with their tags in `GetAccountAuthorizationDetails`; everything else is listed
//! without, so that only what can be ours is looked at: policies that nobody uses or a role of ours does, profiles that
//! hold no role, or one of ours, and what SageMaker has that the manifest does not name.

use std::collections::BTreeSet;

use aws_sdk_iam::types::{AttachedPolicy, EntityType, Tag};
use futures_util::future::{try_join, try_join3};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use iam_policy::Scope;
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::resource::tags::OWNER_TAG;
use reconcile_core::resource::{
    InstanceProfile, LifecycleConfig, ManagedPolicy, NotebookInstance, Resource, Role, Tags,
};

use crate::instance_profile::InstanceProfiles;
use crate::live::{CALLS_IN_FLIGHT, if_exists};
use crate::notebook_instance::{NotebookInstances, listed_instances, live_tags};
use crate::pages::Pages;
use crate::policy::{Listing, Policies};

/// A look for what is owned.
pub(crate) struct Owned<'a> {
    pub(crate) iam: &'a aws_sdk_iam::Client,
    pub(crate) sagemaker: &'a aws_sdk_sagemaker::Client,
    pub(crate) scope: &'a Scope,
    pub(crate) owner: &'a str,
    /// What the manifest names.
    pub(crate) known: &'a [&'a Resource],
}

/// What the roles with the owner's tag tell.
#[derive(Debug, Default)]
struct OurRoles {
    /// Those that are not known.
    roles: Vec<Role>,
    /// The ARNs of the policies that any of them has attached or as boundary.
    policies: BTreeSet<String>,
}

impl Owned<'_> {
    /// Lists what is owned and not known.
    pub(crate) async fn list(&self) -> Result<Vec<Resource>, CallFailure> {
        let (iam, sagemaker) = try_join(self.iam(), self.sagemaker()).await?;
        Ok(iam.into_iter().chain(sagemaker).collect())
    }

    /// Lifecycle configurations are looked for only where the manifest, or an instance that is ours, has any: a plan
    /// without them does not pay for the look.
    async fn sagemaker(&self) -> Result<Vec<Resource>, CallFailure> {
        let mut found = self.notebook_instances().await?;
        if self.known.iter().copied().chain(&found).any(has_lifecycle_config) {
            found.extend(self.lifecycle_configs().await?);
        }
        Ok(found)
    }

    async fn iam(&self) -> Result<Vec<Resource>, CallFailure> {
        let (OurRoles { roles, policies: used }, profiles, policies) =
            try_join3(self.roles(), self.listed_profiles(), self.listed_policies()).await?;
        let mut ours: BTreeSet<String> = roles.iter().map(|role| role.name.clone()).collect();
        ours.extend(self.known.iter().filter_map(|known| match known {
            Resource::Role(role) => Some(role.name.clone()),
            _ => None,
        }));
        let candidates = profiles.into_iter().filter(|profile| match &profile.role {
            Field::Set(role) => ours.contains(role),
            Field::Absent | Field::Null => true,
        });
        let unused_or_ours = policies.into_iter().filter(|(arn, is_used)| !is_used || used.contains(arn));
        let unused_or_ours = unused_or_ours.map(|(arn, _)| arn).collect();
        let (profiles, policies) =
            try_join(self.owned_profiles(candidates.collect()), self.owned_policies(unused_or_ours)).await?;
        let roles = roles.into_iter().map(Resource::Role);
        let profiles = profiles.into_iter().map(Resource::InstanceProfile);
        Ok(roles.chain(profiles).chain(policies.into_iter().map(Resource::ManagedPolicy)).collect())
    }

    async fn roles(&self) -> Result<OurRoles, CallFailure> {
        const API: &str = "iam:GetAccountAuthorizationDetails";
        let request = self.iam.get_account_authorization_details().filter(EntityType::Role).max_items(1000);
        let mut pages = Pages::of(API, request.into_paginator().send());
        let mut found = OurRoles::default();
        while let Some(page) = pages.next().await? {
            for role in page.role_detail_list().iter().filter(|role| self.is_ours(role.tags())) {
                let attached = role.attached_managed_policies().iter().filter_map(AttachedPolicy::policy_arn);
                let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
                found.policies.extend(attached.chain(boundary).map(str::to_owned));
                if let (Some(name), Some(arn)) = (role.role_name(), role.arn()) {
                    found.roles.push(Role::named(name.to_owned(), arn.to_owned()));
                }
            }
        }
        found.roles.retain(|role| !self.knows(&role.name, |known| matches!(known, Resource::Role(_))));
        Ok(found)
    }

    /// Lists the ARNs of the policies that the manifest does not name, and whether anyone uses them.
    async fn listed_policies(&self) -> Result<Vec<(String, bool)>, CallFailure> {
        let is_policy = |known: &Resource| matches!(known, Resource::ManagedPolicy(_));
        let listed = self.policies().list().await?.into_iter();
        let unknown = listed.filter(|policy| !policy.policy_name().is_some_and(|name| self.knows(name, is_policy)));
        let with_use = unknown.filter_map(|policy| {
            let uses = [policy.attachment_count(), policy.permissions_boundary_usage_count()];
            Some((policy.arn?, uses.into_iter().flatten().any(|count| count > 0)))
        });
        Ok(with_use.collect())
    }

    /// Reads the tags of the candidates, and keeps those that are ours.
    async fn owned_policies(&self, candidates: Vec<String>) -> Result<Vec<ManagedPolicy>, CallFailure> {
        let (reader, listing) = (self.policies(), Listing::default());
        let reading: Vec<_> = candidates
            .into_iter()
            .map(async |arn| {
                let live = reader.read(&ManagedPolicy::named(String::new(), arn), &listing).await?;
                Ok(live.filter(|live| live.tags.owner() == Some(self.owner)))
            })
            .collect();
        stream::iter(reading).buffered(CALLS_IN_FLIGHT).try_filter_map(async |found| Ok(found)).try_collect().await
    }

    const fn policies(&self) -> Policies<'_> {
        Policies { client: self.iam, scope: self.scope }
    }

    async fn listed_profiles(&self) -> Result<Vec<InstanceProfile>, CallFailure> {
        let pages = self.iam.list_instance_profiles().into_paginator().send();
        let profiles = Pages::of("iam:ListInstanceProfiles", pages).items(|page| page.instance_profiles).await?;
        let listed = profiles.into_iter().map(|profile| InstanceProfile {
            role: Field::from_live(profile.roles().first().map(|role| role.role_name().to_owned())),
            name: profile.instance_profile_name,
            arn: profile.arn,
            path: Field::Absent,
            tags: Tags::default(),
        });
        let is_profile = |known: &Resource| matches!(known, Resource::InstanceProfile(_));
        Ok(listed.filter(|profile| !self.knows(&profile.name, is_profile)).collect())
    }

    /// Reads the tags of the candidates, and keeps those that are ours.
    async fn owned_profiles(&self, candidates: Vec<InstanceProfile>) -> Result<Vec<InstanceProfile>, CallFailure> {
        let reader = InstanceProfiles { client: self.iam };
        let read = candidates.into_iter().map(async |candidate| {
            let live = reader.read(&candidate).await?;
            Ok(live.filter(|live| live.tags.owner() == Some(self.owner)))
        });
        let reading: Vec<_> = read.collect();
        stream::iter(reading).buffered(CALLS_IN_FLIGHT).try_filter_map(async |found| Ok(found)).try_collect().await
    }

    async fn notebook_instances(&self) -> Result<Vec<Resource>, CallFailure> {
        let listed = listed_instances(self.sagemaker.list_notebook_instances()).await?;
        let is_instance = |known: &Resource| matches!(known, Resource::NotebookInstance(_));
        let named = listed
            .into_iter()
            .filter_map(|listed| Some((listed.notebook_instance_name?, listed.notebook_instance_arn?)));
        let unknown = named.filter(|(name, _)| !self.knows(name, is_instance));
        let reader = NotebookInstances { client: self.sagemaker };
        let reading: Vec<_> = unknown
            .map(async |(name, arn)| {
                let live = reader.read(&NotebookInstance::named(name, arn)).await?;
                Ok(live.filter(|live| live.tags.owner() == Some(self.owner)).map(Resource::NotebookInstance))
            })
            .collect();
        stream::iter(reading).buffered(CALLS_IN_FLIGHT).try_filter_map(async |found| Ok(found)).try_collect().await
    }

    async fn lifecycle_configs(&self) -> Result<Vec<Resource>, CallFailure> {
        const API: &str = "sagemaker:ListNotebookInstanceLifecycleConfigs";
        let request = self.sagemaker.list_notebook_instance_lifecycle_configs().max_results(100);
        let pages = Pages::of(API, request.into_paginator().send());
        let listed = pages.items(|page| page.notebook_instance_lifecycle_configs.unwrap_or_default()).await?;
        let is_config = |known: &Resource| matches!(known, Resource::LifecycleConfig(_));
        let named = listed.into_iter().filter_map(|listed| {
            Some((listed.notebook_instance_lifecycle_config_name?, listed.notebook_instance_lifecycle_config_arn?))
        });
        let reading: Vec<_> = named
            .filter(|(name, _)| !self.knows(name, is_config))
            .map(async |(name, arn)| {
                let Some(tags) = if_exists(live_tags(self.sagemaker, &arn).await)? else { return Ok(None) };
                let config = LifecycleConfig { tags, ..LifecycleConfig::named(name, arn) };
                Ok((config.tags.owner() == Some(self.owner)).then_some(Resource::LifecycleConfig(config)))
            })
            .collect();
        stream::iter(reading).buffered(CALLS_IN_FLIGHT).try_filter_map(async |found| Ok(found)).try_collect().await
    }

    fn is_ours(&self, tags: &[Tag]) -> bool {
        tags.iter().any(|tag| tag.key() == OWNER_TAG && tag.value() == self.owner)
    }

    /// Returns whether the manifest names something; IAM names ignore case.
    fn knows(&self, name: &str, is_kind: impl Fn(&Resource) -> bool) -> bool {
        self.known.iter().any(|known| is_kind(known) && known.name().eq_ignore_ascii_case(name))
    }
}

fn has_lifecycle_config(resource: &Resource) -> bool {
    match resource {
        Resource::LifecycleConfig(_) => true,
        Resource::NotebookInstance(instance) => instance.lifecycle_config_name.value().is_some(),
        _ => false,
    }
}
