//! Managed policies: the customer's own, and those of AWS. Their versions are in `versions`.

use std::collections::BTreeMap;

use crate::config::Edge;
use crate::iam::account::{Account, Answer};
use crate::iam::aws_managed;
use crate::iam::documents::{self, Purpose};
use crate::iam::error::IamError;
use crate::iam::names;
use crate::iam::page::{Page, page};
use crate::iam::parameters::Parameters;
use crate::iam::quotas;
use crate::iam::render::{self, View};
use crate::iam::state::{Document, ManagedPolicy, Role, State};
use crate::iam::tags::{Keys, Tags};
use crate::iam::usage::Usage;
use crate::iam::xml::Xml;
use crate::world::Settings;

/// The `PolicyArn`, which must at least look like one.
pub(crate) fn arn_parameter(parameters: &Parameters) -> Result<&str, IamError> {
    let arn = parameters.required("PolicyArn")?;
    names::check_length("PolicyArn", arn, 20, 2048)?;
    if arn.starts_with("arn:") && arn.contains(":policy/") {
        return Ok(arn);
    }
    Err(IamError::invalid_input(format!("ARN {arn} is not valid.")))
}

/// The path inside a policy's ARN.
pub(crate) fn path_of(arn: &str) -> String {
    let resource = arn.split_once(":policy").map_or("/", |(_, resource)| resource);
    let end = resource.rfind('/').map_or(0, |slash| slash + 1);
    resource.chars().take(end).collect()
}

/// Whether a managed policy of this ARN exists, the customer's or AWS's.
pub(crate) fn exists(state: &State, settings: &Settings, arn: &str) -> bool {
    local(state, arn).is_some() || aws(settings, arn).is_some()
}

/// Whether a managed policy of this ARN can be attached, or bound a role: it exists, and is known by now.
pub(crate) fn is_attachable(account: &Account<'_>, arn: &str) -> bool {
    match local(account.state, arn) {
        Some(policy) => account.has_propagated(Edge::Attachable, arn, policy.created_at),
        None => aws(account.settings, arn).is_some(),
    }
}

/// A customer-managed policy by its ARN.
pub(crate) fn local<'a>(state: &'a State, arn: &str) -> Option<&'a ManagedPolicy> {
    let name = arn.rsplit('/').next()?;
    state.policies.get(&name.to_lowercase()).filter(|policy| policy.arn == arn)
}

/// An AWS-managed policy by its ARN, which must be of the account's partition.
pub(crate) fn aws(settings: &Settings, arn: &str) -> Option<&'static aws_managed::AwsManagedPolicy> {
    aws_managed::find(arn).filter(|policy| policy.arn(&settings.partition) == arn)
}

impl Account<'_> {
    /// A customer-managed policy that must be there, to change.
    pub(crate) fn policy_mut(&mut self, arn: &str) -> Result<&mut ManagedPolicy, IamError> {
        let name = arn.rsplit('/').next().unwrap_or_default().to_lowercase();
        self.state.policies.get_mut(&name).filter(|policy| policy.arn == arn).ok_or_else(|| not_found(arn))
    }
}

/// No managed policy of this ARN.
pub(crate) fn not_found(arn: &str) -> IamError {
    IamError::no_such_entity(format!("Policy {arn} was not found."))
}

/// Whether the account has room for one version more.
pub(crate) fn check_versions(account: &Account<'_>) -> Result<(), IamError> {
    let quota = account.settings.quotas.policy_versions;
    if account.state.policy_versions() >= quota {
        return Err(IamError::limit_exceeded(format!("Cannot exceed quota for PolicyVersionsInUse: {quota}")));
    }
    Ok(())
}

/// `CreatePolicy`.
pub(crate) fn create(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::policy(parameters)?.to_owned();
    let path = names::path(parameters)?.to_owned();
    let description = names::description(parameters)?;
    let tags = Tags::created(parameters, Keys::Exact)?;
    let text = parameters.required("PolicyDocument")?;
    check_document(account, text)?;
    if account.state.policies.contains_key(&name.to_lowercase()) {
        return Err(IamError::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    if account.state.policies.len() >= account.settings.quotas.policies {
        return Err(IamError::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerAccount: {}",
            account.settings.quotas.policies
        )));
    }
    check_versions(account)?;
    let document = Document { text: text.to_owned(), changed_at: account.now };
    let policy = ManagedPolicy {
        id: account.state.next_id("ANPA"),
        arn: account.arn("policy", &path, &name),
        path,
        created_at: account.now,
        updated_at: account.now,
        description,
        default_version: 1,
        latest_version: 1,
        versions: BTreeMap::from([(1, document)]),
        tags,
        name: name.clone(),
    };
    let mut xml = Xml::default();
    xml.node("Policy", |xml| render::policy(xml, &Usage::of(account.state), &policy, View::Created));
    account.state.policies.insert(name.to_lowercase(), policy);
    Ok(Some(xml))
}

/// Checks a managed policy's document and its size.
pub(crate) fn check_document(account: &Account<'_>, text: &str) -> Result<(), IamError> {
    documents::check("PolicyDocument", text, Purpose::Identity, &account.scope())?;
    if documents::size(text) > quotas::MANAGED_SIZE {
        return Err(IamError::limit_exceeded(format!("Cannot exceed quota for PolicySize: {}", quotas::MANAGED_SIZE)));
    }
    Ok(())
}

/// `GetPolicy`.
pub(crate) fn get(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = arn_parameter(parameters)?;
    let usage = Usage::of(account.state);
    let mut xml = Xml::default();
    if let Some(policy) = local(account.state, arn) {
        xml.node("Policy", |xml| render::policy(xml, &usage, policy, View::Full));
    } else if let Some(policy) = aws(account.settings, arn) {
        xml.node("Policy", |xml| render::aws_policy(xml, account, &usage, policy));
    } else {
        return Err(not_found(arn));
    }
    Ok(Some(xml))
}

/// `DeletePolicy`.
pub(crate) fn delete(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = arn_parameter(parameters)?;
    let policy = local(account.state, arn).ok_or_else(|| not_found(arn))?;
    let uses = Usage::of(account.state);
    if uses.attachments(arn) + uses.boundaries(arn) > 0 {
        return Err(IamError::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(IamError::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        ));
    }
    let key = policy.name.to_lowercase();
    account.state.policies.remove(&key);
    Ok(None)
}

/// `ListPolicies`.
pub(crate) fn list(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let prefix = parameters.optional("PathPrefix").unwrap_or("/");
    let scope = parameters.optional("Scope").unwrap_or("All");
    if !["All", "AWS", "Local"].contains(&scope) {
        let constraint = "Member must satisfy enum value set: [All, AWS, Local]";
        return Err(IamError::constraint("Scope", Some(scope), constraint));
    }
    let filter = usage_filter(parameters)?;
    let only_attached = parameters.flag("OnlyAttached")?;
    let account = &*account;
    let usage = Usage::of(account.state);
    let wanted = |arn: &str| {
        let used = match filter {
            None | Some(UsageFilter::Permissions) if only_attached => usage.attachments(arn) > 0,
            None | Some(UsageFilter::Permissions) => true,
            Some(UsageFilter::Boundary) => usage.boundaries(arn) > 0,
        };
        used && path_of(arn).starts_with(prefix)
    };
    let local = account
        .state
        .policies
        .values()
        .filter(|policy| scope != "AWS" && wanted(&policy.arn))
        .map(|policy| (format!("1/{}", policy.name.to_lowercase()), Listed::Local(policy)));
    let aws = aws_managed::all()
        .filter(|policy| scope != "Local" && wanted(&policy.arn(&account.settings.partition)))
        .map(|policy| (format!("2/{}", policy.resource), Listed::Aws(policy)));
    let page = page(parameters, local.chain(aws))?;
    Ok(Some(page.render("Policies", |xml, policy| match policy {
        Listed::Local(policy) => render::policy(xml, &usage, policy, View::Listed),
        Listed::Aws(policy) => render::aws_policy(xml, account, &usage, policy),
    })))
}

enum Listed<'a> {
    Local(&'a ManagedPolicy),
    Aws(&'static aws_managed::AwsManagedPolicy),
}

#[derive(Clone, Copy)]
enum UsageFilter {
    Permissions,
    Boundary,
}

fn usage_filter(parameters: &Parameters) -> Result<Option<UsageFilter>, IamError> {
    match parameters.optional("PolicyUsageFilter") {
        None => Ok(None),
        Some("PermissionsPolicy") => Ok(Some(UsageFilter::Permissions)),
        Some("PermissionsBoundary") => Ok(Some(UsageFilter::Boundary)),
        Some(other) => {
            let constraint = "Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]";
            Err(IamError::constraint("PolicyUsageFilter", Some(other), constraint))
        }
    }
}

/// `ListEntitiesForPolicy`: only roles, because the sandbox has no groups and no policies on its user.
pub(crate) fn list_entities(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = arn_parameter(parameters)?;
    let prefix = parameters.optional("PathPrefix").unwrap_or("/");
    let filter = parameters.optional("EntityFilter");
    let usage = usage_filter(parameters)?;
    if !exists(account.state, account.settings, arn) {
        return Err(not_found(arn));
    }
    let uses = |role: &Role| {
        let attached = role.attached.contains_key(arn);
        let bounds = role.permissions_boundary.as_deref() == Some(arn);
        match usage {
            None => attached || bounds,
            Some(UsageFilter::Permissions) => attached,
            Some(UsageFilter::Boundary) => bounds,
        }
    };
    let roles = account
        .state
        .roles
        .iter()
        .filter(|_| filter.is_none_or(|filter| filter == "Role"))
        .filter(|(_, role)| role.path.starts_with(prefix) && uses(role))
        .map(|(key, role)| (key.clone(), role));
    let (roles, marker) = page(parameters, roles)?.into_parts();
    let mut xml = Xml::default();
    xml.node("PolicyGroups", |_| {});
    xml.node("PolicyUsers", |_| {});
    xml.list("PolicyRoles", roles, |xml, role| {
        xml.leaf("RoleName", &role.name);
        xml.leaf("RoleId", &role.id);
    });
    Page::<()>::render_end(marker.as_deref(), &mut xml);
    Ok(Some(xml))
}

/// `TagPolicy`.
pub(crate) fn tag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let tags = parameters.tags()?;
    let policy = account.policy_mut(arn_parameter(parameters)?)?;
    policy.tags.set(tags, Keys::Exact)?;
    Ok(None)
}

/// `UntagPolicy`.
pub(crate) fn untag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let keys = parameters.list("TagKeys");
    let policy = account.policy_mut(arn_parameter(parameters)?)?;
    policy.tags.remove(&keys, Keys::Exact);
    Ok(None)
}

/// `ListPolicyTags`.
pub(crate) fn list_tags(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = arn_parameter(parameters)?;
    let policy = local(account.state, arn).ok_or_else(|| not_found(arn))?;
    policy.tags.render_page(parameters).map(Some)
}
