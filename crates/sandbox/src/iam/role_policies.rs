//! What a role may do: its inline policies and the managed policies attached to it.

use crate::iam::account::{Account, Answer};
use crate::iam::documents::{self, Purpose};
use crate::iam::error::IamError;
use crate::iam::names;
use crate::iam::page::page;
use crate::iam::parameters::Parameters;
use crate::iam::policies;
use crate::iam::quotas;
use crate::iam::render;
use crate::iam::state::Document;
use crate::iam::xml::Xml;

/// `PutRolePolicy`: creates or replaces without a word, as IAM does.
pub(crate) fn put_inline(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let policy = names::policy(parameters)?;
    let text = parameters.required("PolicyDocument")?;
    let role = account.role(names::role(parameters)?)?;
    documents::check("PolicyDocument", text, Purpose::Identity, &account.scope())?;
    let others: usize = role
        .inline
        .iter()
        .filter(|(name, _)| *name != policy)
        .map(|(_, document)| documents::size(&document.text))
        .sum();
    if others + documents::size(text) > quotas::INLINE_SIZE {
        return Err(IamError::limit_exceeded(format!(
            "Maximum policy size of {} bytes exceeded for role {}",
            quotas::INLINE_SIZE,
            role.name
        )));
    }
    let document = Document { text: text.to_owned(), changed_at: account.now };
    let role = account.role_mut(names::role(parameters)?)?;
    role.inline.insert(policy.to_owned(), document);
    Ok(None)
}

/// `GetRolePolicy`.
pub(crate) fn get_inline(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let policy = names::policy(parameters)?;
    let role = account.role(names::role(parameters)?)?;
    let document = role.inline.get(policy).ok_or_else(|| no_such_inline(policy))?;
    let mut xml = Xml::default();
    xml.leaf("RoleName", &role.name);
    xml.leaf("PolicyName", policy);
    xml.leaf("PolicyDocument", &render::encoded(&document.text));
    Ok(Some(xml))
}

/// `DeleteRolePolicy`.
pub(crate) fn delete_inline(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let policy = names::policy(parameters)?;
    let released_at = account.release_time();
    let role = account.role_mut(names::role(parameters)?)?;
    match role.inline.remove(policy) {
        Some(_) => {
            role.released_at = released_at;
            Ok(None)
        }
        None => Err(no_such_inline(policy)),
    }
}

/// `ListRolePolicies`.
pub(crate) fn list_inline(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let role = account.role(names::role(parameters)?)?;
    let names = role.inline.keys().map(|name| (name.clone(), name));
    let page = page(parameters, names)?;
    let (names, marker) = page.into_parts();
    let mut xml = Xml::default();
    xml.node("PolicyNames", |xml| {
        for name in names {
            xml.leaf("member", name);
        }
    });
    crate::iam::page::Page::<()>::render_end(marker.as_deref(), &mut xml);
    Ok(Some(xml))
}

/// `AttachRolePolicy`: attaching again is no error.
pub(crate) fn attach(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let role = account.role(names::role(parameters)?)?;
    if !policies::is_attachable(account, arn) {
        return Err(IamError::no_such_entity(format!("Policy {arn} does not exist or is not attachable.")));
    }
    if arn.contains(":policy/aws-service-role/") {
        return Err(IamError::not_attachable("Cannot attach a Service Role Policy to a Customer Role."));
    }
    if role.attached.contains_key(arn) {
        return Ok(None);
    }
    if role.attached.len() >= account.settings.quotas.attachments_per_role {
        return Err(IamError::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerRole: {}",
            account.settings.quotas.attachments_per_role
        )));
    }
    let now = account.now;
    let role = account.role_mut(names::role(parameters)?)?;
    role.attached.insert(arn.to_owned(), now);
    Ok(None)
}

/// `DetachRolePolicy`.
pub(crate) fn detach(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let arn = policies::arn_parameter(parameters)?;
    let released_at = account.release_time();
    let role = account.role_mut(names::role(parameters)?)?;
    match role.attached.remove(arn) {
        Some(_) => {
            role.released_at = released_at;
            Ok(None)
        }
        None => Err(IamError::no_such_entity(format!("Policy {arn} was not found."))),
    }
}

/// `ListAttachedRolePolicies`.
pub(crate) fn list_attached(account: &mut Account<'_>, parameters: &Parameters) -> Answer {
    let prefix = parameters.optional("PathPrefix").unwrap_or("/");
    let role = account.role(names::role(parameters)?)?;
    let attached =
        role.attached.keys().filter(|arn| policies::path_of(arn).starts_with(prefix)).map(|arn| (arn.clone(), arn));
    let page = page(parameters, attached)?;
    Ok(Some(page.render("AttachedPolicies", |xml, arn| {
        render::attachment(xml, arn);
    })))
}

fn no_such_inline(policy: &str) -> IamError {
    IamError::no_such_entity(format!("The role policy with name {policy} cannot be found."))
}
