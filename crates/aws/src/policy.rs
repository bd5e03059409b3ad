//! Customer-managed IAM policies: reading what is live. The calls that change one are in [`apply`].

mod apply;

use std::collections::BTreeSet;

use aws_sdk_iam::Client;
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{self, PolicyScopeType};
use futures_util::future::try_join;
use futures_util::lock::Mutex;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use iam_policy::{Policy, Scope};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::resource::policy::PolicyVersion;
use reconcile_core::resource::{ManagedPolicy, Tags};

use crate::call::answered;
use crate::live::{CALLS_IN_FLIGHT, empty_answer, if_exists, of_what_exists, settled_arn, unreadable, when};
use crate::pages::Pages;

const GET_POLICY: &str = "iam:GetPolicy";
const GET_POLICY_VERSION: &str = "iam:GetPolicyVersion";
const LIST_POLICIES: &str = "iam:ListPolicies";

/// The customer-managed policies of the account.
pub(crate) struct Policies<'a> {
    pub(crate) client: &'a Client,
    pub(crate) scope: &'a Scope,
}

/// All policies of the account, listed when the first reader needs them: readers at the same time share the one list.
#[derive(Debug, Default)]
pub(crate) struct Listing(Mutex<Option<Vec<types::Policy>>>);

impl Policies<'_> {
    /// Returns the live state of a policy, as far as the wanted one manages it. The other versions are asked for only where
    /// the one in force differs, or where they have to go.
    pub(crate) async fn read(
        &self,
        wanted: &ManagedPolicy,
        listing: &Listing,
    ) -> Result<Option<ManagedPolicy>, CallFailure> {
        let Some(policy) = self.find(wanted, listing).await? else {
            return Ok(None);
        };
        let default_version = policy.default_version_id().ok_or_else(|| empty_answer(GET_POLICY))?;
        let live = canonical(wanted, &policy)?;
        let document = self.document_in_force(&live, default_version);
        let document = of_what_exists(when(wanted.document.is_managed(), document).await)?;
        let live_path = live.path.value().map_or("/", String::as_str);
        let goes = wanted.versions.is_managed() || wanted.must_be_replaced(live_path);
        let differs = wanted.document.differs_from(&document);
        let is_used = policy.attachment_count() != Some(0) || policy.permissions_boundary_usage_count() != Some(0);
        let parts = try_join(
            when(goes || differs, self.other_versions(&live.arn, default_version, !goes)),
            when(goes && is_used, self.users(&live.arn)),
        )
        .await;
        // What is read of it may be torn: somebody deletes it between two of these calls.
        let (versions, used_by) = of_what_exists(parts)?;
        Ok(Some(ManagedPolicy { document, versions, used_by, ..live }))
    }

    /// Finds a policy by its ARN. What has the name under another path, or in another case, keeps it from being created
    /// and is looked for where it would be.
    async fn find(&self, wanted: &ManagedPolicy, listing: &Listing) -> Result<Option<types::Policy>, CallFailure> {
        let found = self.get(&wanted.arn).await?;
        if found.is_some() || !wanted.document.is_managed() {
            return Ok(found);
        }
        match self.of_that_name(&wanted.name, listing).await? {
            None => Ok(None),
            Some((path, arn)) if !wanted.path.is_managed() && path != "/" => Err(elsewhere(wanted, &path, &arn)),
            Some((_, arn)) => self.get(&arn).await,
        }
    }

    /// Returns when the policy was made, if it can be found.
    pub(crate) async fn made_at(&self, arn: &str) -> Option<DateTime> {
        self.get(arn).await.ok().flatten()?.create_date().copied()
    }

    async fn get(&self, arn: &str) -> Result<Option<types::Policy>, CallFailure> {
        match if_exists(answered(GET_POLICY, self.client.get_policy().policy_arn(arn).send().await))? {
            Some(output) => output.policy.ok_or_else(|| empty_answer(GET_POLICY)).map(Some),
            None => Ok(None),
        }
    }

    /// Returns path and ARN of the policy of a name, whatever its path and case. A caller who may not list finds nothing:
    /// the creation then fails and says why.
    async fn of_that_name(&self, name: &str, listing: &Listing) -> Result<Option<(String, String)>, CallFailure> {
        let mut listing = listing.0.lock().await;
        if listing.is_none() {
            *listing = Some(match self.list().await {
                Err(failure) if failure.kind == FailureKind::Denied => Vec::new(),
                listed => listed?,
            });
        }
        let found = listing
            .iter()
            .flatten()
            .find(|policy| policy.policy_name().is_some_and(|other| other.eq_ignore_ascii_case(name)));
        Ok(found.and_then(|policy| Some((policy.path()?.to_owned(), policy.arn()?.to_owned()))))
    }

    /// Lists the account's own policies, without documents and tags.
    pub(crate) async fn list(&self) -> Result<Vec<types::Policy>, CallFailure> {
        let request = self.client.list_policies().scope(PolicyScopeType::Local).max_items(1000);
        let pages = Pages::of(LIST_POLICIES, request.into_paginator().send());
        pages.items(|page| page.policies.unwrap_or_default()).await
    }

    /// Returns what the version in force of any policy says, AWS's own too; nothing where there is no such policy.
    pub(crate) async fn in_force(&self, arn: &str) -> Result<Option<Policy>, CallFailure> {
        let Some(policy) = self.get(arn).await? else {
            return Ok(None);
        };
        let version = policy.default_version_id().ok_or_else(|| empty_answer(GET_POLICY))?;
        let document = self.document(arn, version).await?;
        let read = Policy::parse_percent_encoded(&document, self.scope);
        read.map(Some)
            .map_err(|error| unreadable(GET_POLICY_VERSION, &format!("the version {version} of {arn}"), &error))
    }

    async fn document_in_force(&self, policy: &ManagedPolicy, version: &str) -> Result<Policy, CallFailure> {
        let document = self.document(&policy.arn, version).await?;
        Policy::parse_percent_encoded(&document, self.scope).map_err(|error| {
            unreadable(GET_POLICY_VERSION, &format!("the version {version} of the policy {}", policy.name), &error)
        })
    }

    async fn document(&self, arn: &str, version: &str) -> Result<String, CallFailure> {
        let request = self.client.get_policy_version().policy_arn(arn).version_id(version);
        let output = answered(GET_POLICY_VERSION, request.send().await)?;
        let document = output.policy_version.and_then(|version| version.document);
        document.ok_or_else(|| empty_answer(GET_POLICY_VERSION))
    }

    /// Returns the versions that are not in force, the oldest first; with their documents where they are compared.
    async fn other_versions(
        &self,
        arn: &str,
        default_version: &str,
        with_documents: bool,
    ) -> Result<Vec<PolicyVersion>, CallFailure> {
        let pages = self.client.list_policy_versions().policy_arn(arn).into_paginator().send();
        let pages = Pages::of("iam:ListPolicyVersions", pages);
        let versions = pages.items(|page| page.versions.unwrap_or_default()).await?;
        let ids = versions.into_iter().filter_map(|version| version.version_id);
        let mut ids: Vec<_> = ids.filter(|id| id != default_version).collect();
        ids.sort_by_key(|id| PolicyVersion::number(id));
        let read: Vec<_> = ids.into_iter().map(|id| self.version(arn, id, with_documents)).collect();
        stream::iter(read).buffered(CALLS_IN_FLIGHT).try_collect().await
    }

    async fn version(&self, arn: &str, id: String, with_document: bool) -> Result<PolicyVersion, CallFailure> {
        if !with_document {
            return Ok(PolicyVersion { id, document: None });
        }
        let document = self.document(arn, &id).await?;
        Ok(PolicyVersion { document: Policy::parse_percent_encoded(&document, self.scope).ok(), id })
    }

    /// Returns who has the policy attached or as boundary, in words.
    async fn users(&self, arn: &str) -> Result<BTreeSet<String>, CallFailure> {
        let pages = self.client.list_entities_for_policy().policy_arn(arn).into_paginator().send();
        let mut pages = Pages::of("iam:ListEntitiesForPolicy", pages);
        let mut users = BTreeSet::new();
        while let Some(page) = pages.next().await? {
            let named = |noun: &str, name: Option<&str>| name.map(|name| format!("the {noun} {name}"));
            users.extend(page.policy_groups().iter().filter_map(|group| named("group", group.group_name())));
            users.extend(page.policy_users().iter().filter_map(|user| named("user", user.user_name())));
            users.extend(page.policy_roles().iter().filter_map(|role| named("role", role.role_name())));
        }
        Ok(users)
    }
}

/// The policy in the form that a manifest's reader gives it, without what other calls tell.
fn canonical(wanted: &ManagedPolicy, policy: &types::Policy) -> Result<ManagedPolicy, CallFailure> {
    Ok(ManagedPolicy {
        name: policy.policy_name().unwrap_or(&wanted.name).to_owned(),
        arn: settled_arn(GET_POLICY, policy.arn().unwrap_or_default())?,
        path: Field::Set(policy.path().unwrap_or("/").to_owned()),
        description: Field::from_live(policy.description().filter(|text| !text.is_empty()).map(str::to_owned)),
        document: Field::Absent,
        tags: Tags::live(policy.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()))),
        versions: Field::Absent,
        used_by: Field::Absent,
    })
}

/// A path that is not managed is taken for `/` wherever the policy's ARN is named, which would name nothing.
fn elsewhere(wanted: &ManagedPolicy, path: &str, arn: &str) -> CallFailure {
    let message = format!("the policy is {arn}, and the manifest takes it for {}", wanted.arn);
    CallFailure::new(FailureKind::AlreadyExists, LIST_POLICIES, message).with_help(format!("write `path: {path}`"))
}
