//! What Databricks' trial launch means when it fails during an apply.
//!
//! The workspace answers `DRY_RUN_FAILED` and EC2's words, which name no role and no permission
//! (terraform-provider-databricks#654, #1805, databrickslabs/migrate#159).

use super::after::{After, Knowledge};
use super::passing::{self, Passing, Refusal};
use super::role::RoleAfter;
use crate::id::Address;
use crate::manifest::{Declared, Manifest};
use crate::planner::World;
use crate::resource::{Registration, Resource};

/// Explains a failed call on a resource by the access chain: which link is missing, and what mends it. `error` is the failure
/// in words, with the service's own code and message.
///
/// Returns nothing for other failures, and where the chain tells no more than the failure itself.
pub fn explain(error: &str, address: &Address, manifest: &Manifest, world: &World) -> Option<String> {
    if !error.contains("DRY_RUN_FAILED") {
        return None;
    }
    let declared = manifest.resources.iter().find(|declared| declared.address == *address)?;
    let Resource::Registration(registration) = &declared.resource else { return None };
    let after = After::new(manifest, world);
    if error.contains("Invalid IAM Instance Profile ARN") {
        return unseen_profile(&after, registration);
    }
    if error.contains("has no associated IAM Roles") {
        return without_role(&after, declared, registration);
    }
    if !error.contains("not authorized") {
        return None;
    }
    let Knowledge::Known(passed) = after.role_in_profile(&registration.instance_profile_arn) else { return None };
    Some(unauthorized(&after, &passed))
}

fn unseen_profile(after: &After<'_>, registration: &Registration) -> Option<String> {
    let (holder, profile) = after.instance_profile(&registration.instance_profile_arn)?;
    Some(format!(
        "{} holds the instance profile {}: EC2 does not see it yet, then apply again in a minute, or the workspace works in \
         another account than that of {}",
        holder.address, profile.name, profile.arn
    ))
}

fn without_role(after: &After<'_>, declared: &Declared, registration: &Registration) -> Option<String> {
    let arn = &registration.instance_profile_arn;
    if let Some(finding) = super::cluster::without_role(after, declared, "instance_profile_arn", arn) {
        return Some(format!("{}: {}", finding.message, finding.help));
    }
    let (holder, _) = after.instance_profile(arn)?;
    let Knowledge::Known(role) = after.role_in_profile(arn) else { return None };
    let holder = &holder.address;
    Some(format!(
        "{holder} puts the role {} into it: EC2 does not see that yet, then apply again in a minute",
        role.name
    ))
}

fn unauthorized(after: &After<'_>, passed: &RoleAfter<'_>) -> String {
    let statement = || passing::statement_for("the workspace's cross-account role", passed);
    let launch = "where a service control policy forbids the trial launch itself, set `skip_validation: true`";
    match passing::passing(after, passed) {
        Passing::Refused(Refusal { certainty: _, message, help, is_stated: _, needs: _ }) => {
            format!("{message}: {help}")
        }
        Passing::Allowed(label) => format!(
            "{label} may pass {} to EC2. If that is new, apply again in two minutes; if the workspace works with another \
             role, {}; {launch}",
            passed.arn,
            statement()
        ),
        Passing::Unknown(_) | Passing::Nobody => format!("{}; {launch}", statement()),
    }
}
