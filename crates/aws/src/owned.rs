//! What bears an owner's tag, whether a manifest names it or not.
//!
//! IAM has no search by tag. Roles come with their tags in `GetAccountAuthorizationDetails`; instance profiles and notebook
//! instances are listed without, so of those only the ones that can be ours are looked at: profiles that hold no role, or
//! one of ours, and notebook instances that the manifest does not name.

use std::collections::BTreeSet;

use aws_sdk_iam::types::{EntityType, Tag};
use futures_util::future::try_join;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::resource::tags::OWNER_TAG;
use reconcile_core::resource::{InstanceProfile, NotebookInstance, Resource, Role, Tags};

use crate::call::answered;
use crate::instance_profile::InstanceProfiles;
use crate::live::CALLS_IN_FLIGHT;
use crate::notebook_instance::NotebookInstances;

/// A look for what is owned.
pub(crate) struct Owned<'a> {
    pub(crate) iam: &'a aws_sdk_iam::Client,
    pub(crate) sagemaker: &'a aws_sdk_sagemaker::Client,
    pub(crate) owner: &'a str,
    /// What the manifest names.
    pub(crate) known: &'a [&'a Resource],
}

impl Owned<'_> {
    /// Lists what is owned and not known.
    pub(crate) async fn list(&self) -> Result<Vec<Resource>, CallFailure> {
        let (iam, notebook_instances) = try_join(self.iam(), self.notebook_instances()).await?;
        Ok(iam.into_iter().chain(notebook_instances).collect())
    }

    async fn iam(&self) -> Result<Vec<Resource>, CallFailure> {
        let (roles, profiles) = try_join(self.roles(), self.listed_profiles()).await?;
        let mut ours: BTreeSet<String> = roles.iter().map(|role| role.name.clone()).collect();
        ours.extend(self.known.iter().filter_map(|known| match known {
            Resource::Role(role) => Some(role.name.clone()),
            _ => None,
        }));
        let candidates = profiles.into_iter().filter(|profile| match &profile.role {
            Field::Set(role) => ours.contains(role),
            Field::Absent | Field::Null => true,
        });
        let profiles = self.owned_profiles(candidates.collect()).await?;
        let roles = roles.into_iter().map(Resource::Role);
        Ok(roles.chain(profiles.into_iter().map(Resource::InstanceProfile)).collect())
    }

    async fn roles(&self) -> Result<Vec<Role>, CallFailure> {
        const API: &str = "iam:GetAccountAuthorizationDetails";
        let request = self.iam.get_account_authorization_details().filter(EntityType::Role).max_items(1000);
        let mut pages = request.into_paginator().send();
        let mut roles = Vec::new();
        while let Some(page) = pages.next().await {
            let page = answered(API, page)?;
            let ours = page.role_detail_list().iter().filter(|role| self.is_ours(role.tags()));
            roles.extend(
                ours.filter_map(|role| Some(Role::named(role.role_name()?.to_owned(), role.arn()?.to_owned()))),
            );
        }
        roles.retain(|role| !self.knows(&role.name, |known| matches!(known, Resource::Role(_))));
        Ok(roles)
    }

    async fn listed_profiles(&self) -> Result<Vec<InstanceProfile>, CallFailure> {
        let pages = self.iam.list_instance_profiles().into_paginator().items().send();
        let profiles = answered("iam:ListInstanceProfiles", pages.collect::<Result<Vec<_>, _>>().await)?;
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
        let pages = self.sagemaker.list_notebook_instances().max_results(100).into_paginator().items().send();
        let listed = answered("sagemaker:ListNotebookInstances", pages.collect::<Result<Vec<_>, _>>().await)?;
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

    fn is_ours(&self, tags: &[Tag]) -> bool {
        tags.iter().any(|tag| tag.key() == OWNER_TAG && tag.value() == self.owner)
    }

    /// Returns whether the manifest names something; IAM names ignore case.
    fn knows(&self, name: &str, is_kind: impl Fn(&Resource) -> bool) -> bool {
        self.known.iter().any(|known| is_kind(known) && known.name().eq_ignore_ascii_case(name))
    }
}
