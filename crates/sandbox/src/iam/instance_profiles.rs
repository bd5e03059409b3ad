//! Instance profiles.

use crate::config::Edge;
use crate::iam::account::{Account, Answer};
use crate::iam::error::IamError;
use crate::iam::names;
use crate::iam::page::page;
use crate::iam::parameters::Parameters;
use crate::iam::render::{self, View};
use crate::iam::state::InstanceProfile;
use crate::iam::tags::{Keys, Tags};
use crate::iam::xml::Xml;

impl Account<'_> {
    fn profile(&self, name: &str) -> Result<&InstanceProfile, IamError> {
        self.state.instance_profiles.get(&name.to_lowercase()).ok_or_else(|| no_such_profile(name))
    }

    fn profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, IamError> {
        self.state.instance_profiles.get_mut(&name.to_lowercase()).ok_or_else(|| no_such_profile(name))
    }
}

fn no_such_profile(name: &str) -> IamError {
    IamError::no_such_entity(format!("Instance Profile {name} cannot be found."))
}

/// `CreateInstanceProfile`.
pub(crate) fn create(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::instance_profile(parameters)?.to_owned();
    let path = names::path(parameters)?.to_owned();
    let tags = Tags::created(parameters, Keys::Exact)?;
    if account.profile(&name).is_ok() {
        return Err(IamError::already_exists(format!("Instance Profile {name} already exists.")));
    }
    if account.state.instance_profiles.len() >= account.settings.quotas.instance_profiles {
        return Err(IamError::limit_exceeded(format!(
            "Cannot exceed quota for InstanceProfilesPerAccount: {}",
            account.settings.quotas.instance_profiles
        )));
    }
    let profile = InstanceProfile {
        id: account.state.next_id("AIPA"),
        arn: account.arn("instance-profile", &path, &name),
        path,
        created_at: account.now,
        roles: Vec::new(),
        roles_changed_at: account.now,
        tags,
        name: name.clone(),
    };
    let mut xml = Xml::default();
    xml.node("InstanceProfile", |xml| {
        render::instance_profile(xml, account, &profile, View::Created);
    });
    account.state.instance_profiles.insert(name.to_lowercase(), profile);
    Ok(Some(xml))
}

/// `GetInstanceProfile`.
pub(crate) fn get(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let profile = account.profile(names::instance_profile(parameters)?)?;
    let mut shown = profile.clone();
    if !account.has_propagated(Edge::Identifier, &profile.arn, profile.created_at) {
        shown.arn.clone_from(&profile.id);
    }
    let mut xml = Xml::default();
    xml.node("InstanceProfile", |xml| {
        render::instance_profile(xml, account, &shown, View::Full);
    });
    Ok(Some(xml))
}

/// `DeleteInstanceProfile`.
pub(crate) fn delete(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let profile = account.profile(names::instance_profile(parameters)?)?;
    if !profile.roles.is_empty() {
        return Err(IamError::delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    let key = profile.name.to_lowercase();
    account.state.instance_profiles.remove(&key);
    Ok(None)
}

/// `AddRoleToInstanceProfile`: a second role, or the same one again, exceeds the quota of one.
pub(crate) fn add_role(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::instance_profile(parameters)?;
    let profile = account.profile(name)?;
    let role = account.role(names::role(parameters)?)?.name.clone();
    if !profile.roles.is_empty() {
        return Err(IamError::limit_exceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"));
    }
    let now = account.now;
    let profile = account.profile_mut(name)?;
    profile.roles.push(role);
    profile.roles_changed_at = now;
    Ok(None)
}

/// `RemoveRoleFromInstanceProfile`.
pub(crate) fn remove_role(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let name = names::instance_profile(parameters)?;
    let wanted = names::role(parameters)?;
    account.profile(name)?;
    let role = account.role(wanted)?.name.clone();
    let now = account.now;
    let profile = account.profile_mut(name)?;
    if !profile.roles.contains(&role) {
        return Err(IamError::no_such_role(wanted));
    }
    profile.roles.retain(|held| *held != role);
    profile.roles_changed_at = now;
    let released_at = account.release_time();
    account.role_mut(wanted)?.released_at = released_at;
    Ok(None)
}

/// `ListInstanceProfiles`.
pub(crate) fn list(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let prefix = parameters.optional("PathPrefix").unwrap_or("/");
    let profiles = account
        .state
        .instance_profiles
        .iter()
        .filter(|(_, profile)| profile.path.starts_with(prefix))
        .map(|(key, profile)| (key.clone(), profile));
    let page = page(parameters, profiles)?;
    Ok(Some(page.render("InstanceProfiles", |xml, profile| {
        render::instance_profile(xml, account, profile, View::Listed);
    })))
}

/// `TagInstanceProfile`.
pub(crate) fn tag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let tags = parameters.tags()?;
    let profile = account.profile_mut(names::instance_profile(parameters)?)?;
    profile.tags.set(tags, Keys::Exact)?;
    Ok(None)
}

/// `UntagInstanceProfile`.
pub(crate) fn untag(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let keys = parameters.list("TagKeys");
    let profile = account.profile_mut(names::instance_profile(parameters)?)?;
    profile.tags.remove(&keys, Keys::Exact);
    Ok(None)
}

/// `ListInstanceProfileTags`.
pub(crate) fn list_tags(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let profile = account.profile(names::instance_profile(parameters)?)?;
    profile.tags.render_page(parameters).map(Some)
}
