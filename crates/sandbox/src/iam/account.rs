//! One account during one call, and what describes it as a whole.

use crate::config::Edge;
use crate::iam::aws_managed;
use crate::iam::error::IamError;
use crate::iam::page::{Page, page};
use crate::iam::parameters::Parameters;
use crate::iam::quotas;
use crate::iam::render;
use crate::iam::state::{ManagedPolicy, Role, State};
use crate::iam::usage::Usage;
use crate::iam::xml::Xml;
use crate::world::Settings;

/// The account that a call works on.
pub(crate) struct Account<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    /// Milliseconds since the Unix epoch.
    pub(crate) now: u64,
}

/// What a call returns: nothing, or the content of its result element.
pub(crate) type Answer = Result<Option<Xml>, IamError>;

impl Account<'_> {
    /// The ARN of something of this account: `kind` is `role`, `policy`, `instance-profile`.
    pub(crate) fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        let Settings { account_id, partition, .. } = self.settings;
        format!("arn:{partition}:iam::{account_id}:{kind}{path}{name}")
    }

    /// Whether a thing's change is old enough to be seen at an edge.
    pub(crate) fn has_propagated(&self, edge: Edge, thing: &str, changed_at: u64) -> bool {
        changed_at.saturating_add(self.settings.lag(edge, thing)) <= self.now
    }

    /// The time that a role keeps of its last release, where that is looked at: otherwise it would be state for nothing.
    pub(crate) fn release_time(&self) -> u64 {
        if self.settings.longest_lag(Edge::Release) == 0 { 0 } else { self.now }
    }

    /// A role that must be there.
    pub(crate) fn role(&self, name: &str) -> Result<&Role, IamError> {
        self.state.role(name).ok_or_else(|| IamError::no_such_role(name))
    }

    /// A role that must be there, to change.
    pub(crate) fn role_mut(&mut self, name: &str) -> Result<&mut Role, IamError> {
        self.state.roles.get_mut(&name.to_lowercase()).ok_or_else(|| IamError::no_such_role(name))
    }
}

/// One entry of the account's details.
enum Detail<'a> {
    Role(&'a Role),
    Local(&'a ManagedPolicy),
    Aws(&'static aws_managed::AwsManagedPolicy),
}

/// `GetAccountAuthorizationDetails`: roles, then customer-managed policies, then the AWS-managed ones in use, in pages
/// that count all of them together.
pub(crate) fn details(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    const FILTERS: [&str; 5] = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];
    let filter = parameters.list("Filter");
    if let Some(unknown) = filter.iter().find(|name| !FILTERS.contains(name)) {
        let constraint = format!("Member must satisfy enum value set: [{}]", FILTERS.join(", "));
        return Err(IamError::constraint("Filter", Some(unknown), &constraint));
    }
    let wanted = |name: &str| filter.is_empty() || filter.contains(&name);
    let account = &*account;
    let roles = account
        .state
        .roles
        .iter()
        .filter(|_| wanted("Role"))
        .map(|(key, role)| (format!("1/{key}"), Detail::Role(role)));
    let local = account
        .state
        .policies
        .iter()
        .filter(|_| wanted("LocalManagedPolicy"))
        .map(|(key, policy)| (format!("2/{key}"), Detail::Local(policy)));
    let usage = Usage::of(account.state);
    let attached = usage.attached().filter(|_| wanted("AWSManagedPolicy"));
    let aws = attached.filter_map(|arn| Some((format!("3/{arn}"), Detail::Aws(aws_managed::find(arn)?))));
    let page = page(parameters, roles.chain(local).chain(aws))?;
    Ok(Some(render_details(account, &usage, page)))
}

fn render_details(account: &Account<'_>, usage: &Usage<'_>, page: Page<Detail<'_>>) -> Xml {
    let (items, marker) = page.into_parts();
    let mut roles = Xml::default();
    let mut policies = Xml::default();
    for item in items {
        match item {
            Detail::Role(role) => roles.node("member", |xml| render::role_detail(xml, account, usage, role)),
            Detail::Local(policy) => policies.node("member", |xml| render::policy_detail(xml, usage, policy)),
            Detail::Aws(policy) => {
                policies.node("member", |xml| render::aws_policy_detail(xml, account, usage, policy));
            }
        }
    }
    let mut xml = Xml::default();
    xml.node("UserDetailList", |_| {});
    xml.node("GroupDetailList", |_| {});
    xml.node("RoleDetailList", |xml| xml.append(&roles));
    xml.node("Policies", |xml| xml.append(&policies));
    Page::<Detail<'_>>::render_end(marker.as_deref(), &mut xml);
    xml
}

/// `GetAccountSummary`: the account's quotas, and how much of them is used.
#[expect(clippy::unnecessary_wraps, reason = "all operations have one signature")]
pub(crate) fn summary(account: &mut Account<'_>, _parameters: &Parameters) -> Answer {
    let (state, limits) = (&*account.state, &account.settings.quotas);
    let entries = [
        ("AssumeRolePolicySizeQuota", limits.trust_policy_size),
        ("AttachedPoliciesPerRoleQuota", limits.attachments_per_role),
        ("InstanceProfiles", state.instance_profiles.len()),
        ("InstanceProfilesQuota", limits.instance_profiles),
        ("Policies", state.policies.len()),
        ("PoliciesQuota", limits.policies),
        ("PolicySizeQuota", quotas::MANAGED_SIZE),
        ("PolicyVersionsInUse", state.policy_versions()),
        ("PolicyVersionsInUseQuota", limits.policy_versions),
        ("RolePolicySizeQuota", quotas::INLINE_SIZE),
        ("Roles", state.roles.len()),
        ("RolesQuota", limits.roles),
        ("Users", 1),
        ("VersionsPerPolicyQuota", quotas::VERSIONS_PER_POLICY),
    ];
    let mut xml = Xml::default();
    xml.node("SummaryMap", |xml| {
        for (key, value) in entries {
            xml.node("entry", |xml| {
                xml.leaf("key", key);
                xml.leaf("value", &value.to_string());
            });
        }
    });
    Ok(Some(xml))
}
