//! Versions of managed policies.

use crate::iam::account::{Account, Answer};
use crate::iam::error::IamError;
use crate::iam::page::page;
use crate::iam::parameters::Parameters;
use crate::iam::policies;
use crate::iam::quotas;
use crate::iam::render::{self, Version};
use crate::iam::state::{Document, ManagedPolicy};
use crate::iam::xml::Xml;

/// `GetPolicyVersion`.
pub(crate) fn get(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let id = parameters.required("VersionId")?;
    let mut xml = Xml::default();
    if let Some(policy) = policies::local(account.state, arn) {
        let number = number(policy, id)?;
        let version = Version::of(policy, number).ok_or_else(|| no_such_version(arn, id))?;
        xml.node("PolicyVersion", |xml| render::version(xml, &version, true));
    } else if let Some(policy) = policies::aws(account.settings, arn) {
        if id != "v1" {
            return Err(no_such_version(arn, id));
        }
        xml.node("PolicyVersion", |xml| render::aws_version(xml, policy));
    } else {
        return Err(policies::not_found(arn));
    }
    Ok(Some(xml))
}

/// `ListPolicyVersions`: the newest first, without documents.
pub(crate) fn list(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    if let Some(policy) = policies::local(account.state, arn) {
        let versions = policy
            .versions
            .keys()
            .rev()
            .filter_map(|number| Some((format!("{:010}", u32::MAX - number), Version::of(policy, *number)?)));
        let page = page(parameters, versions)?;
        return Ok(Some(page.render("Versions", |xml, version| {
            render::version(xml, &version, false);
        })));
    }
    let policy = policies::aws(account.settings, arn).ok_or_else(|| policies::not_found(arn))?;
    let page = page(parameters, [(String::new(), policy)])?;
    Ok(Some(page.render("Versions", render::aws_version)))
}

/// `CreatePolicyVersion`.
pub(crate) fn create(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let text = parameters.required("PolicyDocument")?;
    let set_as_default = parameters.flag("SetAsDefault")?;
    account.policy_mut(arn)?;
    policies::check_document(account, text)?;
    policies::check_versions(account)?;
    let now = account.now;
    let policy = account.policy_mut(arn)?;
    if policy.versions.len() >= quotas::VERSIONS_PER_POLICY {
        return Err(IamError::limit_exceeded(format!(
            "A managed policy can have up to {} versions. Before you create a new version, you must delete an existing version.",
            quotas::VERSIONS_PER_POLICY
        )));
    }
    policy.latest_version += 1;
    let number = policy.latest_version;
    let document = Document { text: text.to_owned(), changed_at: now };
    policy.versions.insert(number, document);
    if set_as_default {
        policy.default_version = number;
        policy.updated_at = now;
    }
    let mut xml = Xml::default();
    if let Some(version) = Version::of(policy, number) {
        xml.node("PolicyVersion", |xml| render::version(xml, &version, false));
    }
    Ok(Some(xml))
}

/// `SetDefaultPolicyVersion`.
pub(crate) fn set_default(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let now = account.now;
    let policy = account.policy_mut(arn)?;
    let number = number(policy, parameters.required("VersionId")?)?;
    policy.default_version = number;
    policy.updated_at = now;
    Ok(None)
}

/// `DeletePolicyVersion`.
pub(crate) fn delete(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let policy = account.policy_mut(arn)?;
    let number = number(policy, parameters.required("VersionId")?)?;
    if number == policy.default_version {
        return Err(IamError::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.remove(&number);
    Ok(None)
}

/// The number of an existing version: `v3` is 3.
fn number(policy: &ManagedPolicy, id: &str) -> Result<u32, IamError> {
    let digits = id.strip_prefix('v').filter(|digits| digits.starts_with(|first: char| ('1'..='9').contains(&first)));
    let Some(digits) = digits else {
        let constraint = "Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?";
        return Err(IamError::constraint("VersionId", Some(id), constraint));
    };
    digits
        .parse()
        .ok()
        .filter(|number| policy.versions.contains_key(number))
        .ok_or_else(|| no_such_version(&policy.arn, id))
}

fn no_such_version(arn: &str, id: &str) -> IamError {
    IamError::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."))
}
