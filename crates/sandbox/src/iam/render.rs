//! IAM's resources as its answers show them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::clock::iso8601;
use crate::iam::account::Account;
use crate::iam::aws_managed::AwsManagedPolicy;
use crate::iam::policies;
use crate::iam::state::{InstanceProfile, ManagedPolicy, Role};
use crate::iam::usage::Usage;
use crate::iam::xml::Xml;

/// How much of a resource an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// The answer of the call that created it, which leaves out the description.
    Created,
    /// All of it.
    Full,
    /// In a list, which leaves out tags and the permissions boundary.
    Listed,
}

/// RFC 3986's unreserved characters stay; everything else is encoded, also `+` and the space.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A policy document as IAM's answers carry it.
pub(crate) fn encoded(document: &str) -> Cow<'_, str> {
    utf8_percent_encode(document, ENCODED).into()
}

/// The content of a `Role` element.
pub(crate) fn role(xml: &mut Xml, role: &Role, view: View) {
    role_identity(xml, role);
    match view {
        View::Created => role.render_tags_and_boundary(xml),
        View::Full => {
            role.render_description(xml);
            role.render_tags_and_boundary(xml);
            xml.node("RoleLastUsed", |_| {});
        }
        View::Listed => role.render_description(xml),
    }
}

fn role_identity(xml: &mut Xml, role: &Role) {
    xml.leaf("Path", &role.path);
    xml.leaf("RoleName", &role.name);
    xml.leaf("RoleId", &role.id);
    xml.leaf("Arn", &role.arn);
    xml.leaf("CreateDate", &iso8601(role.created_at));
    xml.leaf("AssumeRolePolicyDocument", &encoded(&role.trust.text));
}

impl Role {
    fn render_description(&self, xml: &mut Xml) {
        xml.optional("Description", self.description.as_deref());
        xml.leaf("MaxSessionDuration", &self.max_session_duration.to_string());
    }

    fn render_tags_and_boundary(&self, xml: &mut Xml) {
        if let Some(arn) = &self.permissions_boundary {
            xml.node("PermissionsBoundary", |xml| {
                xml.leaf("PermissionsBoundaryType", "Policy");
                xml.leaf("PermissionsBoundaryArn", arn);
            });
        }
        if !self.tags.is_empty() {
            self.tags.render(xml);
        }
    }
}

/// A role as `GetAccountAuthorizationDetails` shows it: without description and session duration.
pub(crate) fn role_detail(xml: &mut Xml, account: &Account<'_>, usage: &Usage<'_>, role: &Role) {
    role_identity(xml, role);
    xml.list("InstanceProfileList", usage.profiles_of(&role.name), |xml, profile| {
        instance_profile(xml, account, profile, View::Listed);
    });
    xml.list("RolePolicyList", &role.inline, |xml, (name, document)| {
        xml.leaf("PolicyName", name);
        xml.leaf("PolicyDocument", &encoded(&document.text));
    });
    xml.list("AttachedManagedPolicies", role.attached.keys(), |xml, arn| {
        attachment(xml, arn);
    });
    role.render_tags_and_boundary(xml);
    xml.node("RoleLastUsed", |_| {});
}

/// A managed policy as a list of attachments shows it.
pub(crate) fn attachment(xml: &mut Xml, arn: &str) {
    xml.leaf("PolicyName", arn.rsplit('/').next().unwrap_or_default());
    xml.leaf("PolicyArn", arn);
}

/// The content of an `InstanceProfile` element.
pub(crate) fn instance_profile(xml: &mut Xml, account: &Account<'_>, profile: &InstanceProfile, view: View) {
    xml.leaf("Path", &profile.path);
    xml.leaf("InstanceProfileName", &profile.name);
    xml.leaf("InstanceProfileId", &profile.id);
    xml.leaf("Arn", &profile.arn);
    xml.leaf("CreateDate", &iso8601(profile.created_at));
    let roles = profile.roles.iter().filter_map(|name| account.state.role(name));
    xml.list("Roles", roles, role_identity);
    if view != View::Listed && !profile.tags.is_empty() {
        profile.tags.render(xml);
    }
}

/// The content of a customer-managed policy's `Policy` element.
pub(crate) fn policy(xml: &mut Xml, usage: &Usage<'_>, policy: &ManagedPolicy, view: View) {
    policy_head(xml, usage, policy);
    if view == View::Full {
        xml.optional("Description", policy.description.as_deref());
    }
    if view != View::Listed && !policy.tags.is_empty() {
        policy.tags.render(xml);
    }
}

fn policy_head(xml: &mut Xml, usage: &Usage<'_>, policy: &ManagedPolicy) {
    xml.leaf("PolicyName", &policy.name);
    xml.leaf("PolicyId", &policy.id);
    xml.leaf("Arn", &policy.arn);
    xml.leaf("Path", &policy.path);
    xml.leaf("DefaultVersionId", &format!("v{}", policy.default_version));
    render_usage(xml, usage, &policy.arn);
    xml.leaf("CreateDate", &iso8601(policy.created_at));
    xml.leaf("UpdateDate", &iso8601(policy.updated_at));
}

fn render_usage(xml: &mut Xml, usage: &Usage<'_>, arn: &str) {
    xml.leaf("AttachmentCount", &usage.attachments(arn).to_string());
    xml.leaf("PermissionsBoundaryUsageCount", &usage.boundaries(arn).to_string());
    xml.leaf("IsAttachable", "true");
}

/// A customer-managed policy as `GetAccountAuthorizationDetails` shows it, with the documents of all versions.
pub(crate) fn policy_detail(xml: &mut Xml, usage: &Usage<'_>, policy: &ManagedPolicy) {
    policy_head(xml, usage, policy);
    xml.optional("Description", policy.description.as_deref());
    let versions = policy.versions.keys().rev().filter_map(|number| Version::of(policy, *number));
    xml.list("PolicyVersionList", versions, |xml, entry| version(xml, &entry, true));
}

/// One version of a customer-managed policy.
pub(crate) struct Version<'a> {
    number: u32,
    is_default: bool,
    created_at: u64,
    text: &'a str,
}

impl<'a> Version<'a> {
    /// The version of that number, when the policy has it.
    pub(crate) fn of(policy: &'a ManagedPolicy, number: u32) -> Option<Self> {
        policy.versions.get(&number).map(|document| Self {
            number,
            is_default: policy.default_version == number,
            created_at: document.changed_at,
            text: &document.text,
        })
    }
}

/// The content of a `PolicyVersion` element.
pub(crate) fn version(xml: &mut Xml, version: &Version<'_>, with_document: bool) {
    if with_document {
        xml.leaf("Document", &encoded(version.text));
    }
    xml.leaf("VersionId", &format!("v{}", version.number));
    xml.leaf("IsDefaultVersion", if version.is_default { "true" } else { "false" });
    xml.leaf("CreateDate", &iso8601(version.created_at));
}

/// The content of an AWS-managed policy's `Policy` element.
pub(crate) fn aws_policy(xml: &mut Xml, account: &Account<'_>, usage: &Usage<'_>, policy: &AwsManagedPolicy) {
    let arn = policy.arn(&account.settings.partition);
    xml.leaf("PolicyName", policy.name());
    xml.leaf("PolicyId", &policy.id());
    xml.leaf("Arn", &arn);
    xml.leaf("Path", &policies::path_of(&arn));
    xml.leaf("DefaultVersionId", "v1");
    render_usage(xml, usage, &arn);
    xml.leaf("CreateDate", AwsManagedPolicy::CREATED);
    xml.leaf("UpdateDate", AwsManagedPolicy::CREATED);
}

/// An AWS-managed policy as `GetAccountAuthorizationDetails` shows it.
pub(crate) fn aws_policy_detail(xml: &mut Xml, account: &Account<'_>, usage: &Usage<'_>, policy: &AwsManagedPolicy) {
    aws_policy(xml, account, usage, policy);
    xml.list("PolicyVersionList", [policy], aws_version);
}

/// The one version of an AWS-managed policy.
pub(crate) fn aws_version(xml: &mut Xml, policy: &AwsManagedPolicy) {
    xml.leaf("Document", &encoded(&policy.document()));
    xml.leaf("VersionId", "v1");
    xml.leaf("IsDefaultVersion", "true");
    xml.leaf("CreateDate", AwsManagedPolicy::CREATED);
}
