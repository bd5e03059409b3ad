//! Roles: their own calls. What hangs on a role is in `role_policies`.

use std::collections::BTreeMap;

use crate::config::Edge;
use crate::iam::account::{Account, Answer};
use crate::iam::error::IamError;
use crate::iam::names;
use crate::iam::page::page;
use crate::iam::parameters::Parameters;
use crate::iam::policies;
use crate::iam::render::{self, View};
use crate::iam::state::{Document, Role};
use crate::iam::tags::{Keys, Tags};
use crate::iam::trust;
use crate::iam::usage::Usage;
use crate::iam::xml::Xml;

const SHORTEST_SESSION: u32 = 3600;
const LONGEST_SESSION: u32 = 43_200;

/// `CreateRole`.
pub(crate) fn create(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::role(parameters)?.to_owned();
    let path = names::path(parameters)?.to_owned();
    let description = names::description(parameters)?;
    let max_session_duration = session_duration(parameters)?;
    let tags = Tags::created(parameters, Keys::IgnoreCase)?;
    let text = parameters.required("AssumeRolePolicyDocument")?;
    if path.starts_with("/aws-service-role/") {
        return Err(IamError::invalid_input("The path /aws-service-role/ is kept for service-linked roles."));
    }
    let trust = trust::stored(account, "AssumeRolePolicyDocument", text)?;
    let permissions_boundary = boundary_parameter(account, parameters)?;
    if account.state.role(&name).is_some() {
        return Err(IamError::already_exists(format!("Role with name {name} already exists.")));
    }
    let deleted_at = account.state.deleted_roles.get(&name.to_lowercase());
    if deleted_at.is_some_and(|at| !account.has_propagated(Edge::Recreation, &name, *at)) {
        return Err(IamError::temporarily_unmodifiable(&name));
    }
    if account.state.roles.len() >= account.settings.quotas.roles {
        return Err(IamError::limit_exceeded(format!(
            "Cannot exceed quota for RolesPerAccount: {}",
            account.settings.quotas.roles
        )));
    }
    let role = Role {
        id: account.state.next_id("AROA"),
        arn: account.arn("role", &path, &name),
        path,
        created_at: account.now,
        trust: Document { text: trust, changed_at: account.now },
        description,
        max_session_duration,
        permissions_boundary,
        inline: BTreeMap::new(),
        attached: BTreeMap::new(),
        tags,
        released_at: 0,
        name: name.clone(),
    };
    let mut xml = Xml::default();
    xml.node("Role", |xml| render::role(xml, &role, View::Created));
    account.state.roles.insert(name.to_lowercase(), role);
    Ok(Some(xml))
}

/// `GetRole`.
pub(crate) fn get(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role(names::role(parameters)?)?;
    let mut xml = Xml::default();
    if account.has_propagated(Edge::Identifier, &role.arn, role.created_at) {
        xml.node("Role", |xml| render::role(xml, role, View::Full));
    } else {
        // terraform-provider-aws#22018
        let unsettled = Role { arn: role.id.clone(), ..role.clone() };
        xml.node("Role", |xml| render::role(xml, &unsettled, View::Full));
    }
    Ok(Some(xml))
}

/// `UpdateRole`: an omitted session duration becomes the default one (IAM API reference, `UpdateRole`), while an
/// omitted description stays.
pub(crate) fn update(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::role(parameters)?;
    let description = names::description(parameters)?;
    let max_session_duration = session_duration(parameters)?;
    let role = account.role_mut(name)?;
    if parameters.optional("Description").is_some() {
        role.description = description;
    }
    role.max_session_duration = max_session_duration;
    Ok(Some(Xml::default()))
}

/// `UpdateAssumeRolePolicy`.
pub(crate) fn update_trust(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::role(parameters)?;
    let text = parameters.required("PolicyDocument")?;
    account.role(name)?;
    let text = trust::stored(account, "PolicyDocument", text)?;
    let changed_at = account.now;
    account.role_mut(name)?.trust = Document { text, changed_at };
    Ok(None)
}

/// `DeleteRole`.
pub(crate) fn delete(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role(names::role(parameters)?)?;
    let conflict = if !Usage::of(account.state).profiles_of(&role.name).is_empty() {
        Some("Cannot delete entity, must remove roles from instance profile first.")
    } else if !role.attached.is_empty() {
        Some("Cannot delete entity, must detach all policies first.")
    } else if !role.inline.is_empty() {
        Some("Cannot delete entity, must delete policies first.")
    } else if !account.has_propagated(Edge::Release, &role.arn, role.released_at) {
        Some("Cannot delete entity, must detach all policies first.")
    } else {
        None
    };
    if let Some(message) = conflict {
        return Err(IamError::delete_conflict(message));
    }
    let (name, arn, id) = (role.name.to_lowercase(), role.arn.clone(), role.id.clone());
    account.state.roles.remove(&name);
    if account.settings.longest_lag(Edge::Recreation) > 0 {
        account.state.deleted_roles.insert(name, account.now);
    }
    trust::forget(account.state, &arn, &id);
    Ok(None)
}

/// `ListRoles`.
pub(crate) fn list(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let prefix = parameters.optional("PathPrefix").unwrap_or("/");
    let roles = account
        .state
        .roles
        .iter()
        .filter(|(_, role)| role.path.starts_with(prefix))
        .map(|(key, role)| (key.clone(), role));
    let page = page(parameters, roles)?;
    Ok(Some(page.render("Roles", |xml, role| {
        render::role(xml, role, View::Listed);
    })))
}

/// `TagRole`.
pub(crate) fn tag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let tags = parameters.tags()?;
    account.role_mut(names::role(parameters)?)?.tags.set(tags, Keys::IgnoreCase)?;
    Ok(None)
}

/// `UntagRole`.
pub(crate) fn untag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let keys = parameters.list("TagKeys");
    account.role_mut(names::role(parameters)?)?.tags.remove(&keys, Keys::IgnoreCase);
    Ok(None)
}

/// `ListRoleTags`.
pub(crate) fn list_tags(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role(names::role(parameters)?)?;
    role.tags.render_page(parameters).map(Some)
}

/// `PutRolePermissionsBoundary`.
pub(crate) fn put_boundary(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::role(parameters)?;
    parameters.required("PermissionsBoundary")?;
    account.role(name)?;
    let boundary = boundary_parameter(account, parameters)?;
    account.role_mut(name)?.permissions_boundary = boundary;
    Ok(None)
}

/// `DeleteRolePermissionsBoundary`.
pub(crate) fn delete_boundary(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role_mut(names::role(parameters)?)?;
    match role.permissions_boundary.take() {
        Some(_) => Ok(None),
        None => Err(IamError::no_such_entity(format!("The role with name {} has no permissions boundary.", role.name))),
    }
}

/// `ListInstanceProfilesForRole`.
pub(crate) fn list_instance_profiles(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role(names::role(parameters)?)?;
    let usage = Usage::of(account.state);
    let profiles = usage.profiles_of(&role.name).iter().map(|profile| (profile.name.to_lowercase(), *profile));
    let page = page(parameters, profiles)?;
    Ok(Some(page.render("InstanceProfiles", |xml, profile| {
        render::instance_profile(xml, account, profile, View::Listed);
    })))
}

fn session_duration(parameters: &Parameters) -> Result<u32, IamError> {
    let given = parameters.integer("MaxSessionDuration", SHORTEST_SESSION, LONGEST_SESSION)?;
    Ok(given.unwrap_or(SHORTEST_SESSION))
}

fn boundary_parameter(account: &Account<'_>, parameters: &Parameters) -> Result<Option<String>, IamError> {
    let Some(arn) = parameters.optional("PermissionsBoundary") else {
        return Ok(None);
    };
    if policies::is_attachable(account, arn) {
        return Ok(Some(arn.to_owned()));
    }
    Err(IamError::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable.")))
}
