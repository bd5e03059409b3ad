//! Whether the instance profile that a cluster's nodes start with is registered, and holds a role.

use super::after::{After, Knowledge};
use super::{AccessCode, AccessFinding, Certainty};
use crate::manifest::Declared;
use crate::resource::{Cluster, Resource};

/// The field of a cluster that names its instance profile.
const INSTANCE_PROFILE: &str = "aws_attributes.instance_profile_arn";

/// Checks a cluster's instance profile.
pub(super) fn check<'a>(after: &After<'a>, declared: &'a Declared, cluster: &'a Cluster) -> Vec<AccessFinding> {
    let Some(arn) = cluster.instance_profile_arn() else { return Vec::new() };
    let no_role = without_role(after, declared, INSTANCE_PROFILE, arn);
    no_role.into_iter().chain(unregistered(after, declared, cluster, arn)).collect()
}

/// What is launched with an instance profile needs a role in it
/// (EC2: `IAM Instance Profile … has no associated IAM Roles`).
pub(super) fn without_role<'a>(
    after: &After<'a>,
    declared: &'a Declared,
    field: &str,
    profile_arn: &str,
) -> Option<AccessFinding> {
    let (holder, profile) = after.instance_profile(profile_arn)?;
    if after.role_in(holder, profile) != Knowledge::Missing {
        return None;
    }
    let message = format!("the instance profile {} ({}) holds no role", profile.name, holder.address);
    let help = format!("write `role: NAME` in {}", holder.address);
    Some(AccessFinding::new((AccessCode::NoRole, Certainty::Certain), declared, field, message, help))
}

/// The workspace takes registered instance profiles only. Its list shows what the caller may use, so what is not in it this
/// caller cannot give to a cluster; a cluster policy may allow more.
fn unregistered(after: &After<'_>, declared: &Declared, cluster: &Cluster, arn: &str) -> Option<AccessFinding> {
    if after.registration(arn) != Knowledge::Missing {
        return None;
    }
    let keeps_it =
        matches!(after.live(declared), Some(Resource::Cluster(live)) if live.instance_profile_arn() == Some(arn));
    let has_policy = cluster.spec.0.contains_key("policy_id");
    let certainty = if keeps_it || has_policy { Certainty::Possible } else { Certainty::Certain };
    let message = format!(
        "the cluster's instance profile {arn} is not registered in the workspace, or not for this caller, and this \
         manifest does not register it"
    );
    let help = format!("add to `databricks.instance_profiles`: {{instance_profile_arn: \"{arn}\"}}");
    Some(AccessFinding::new((AccessCode::NotRegistered, certainty), declared, INSTANCE_PROFILE, message, help))
}
