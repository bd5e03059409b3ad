//! Whether a service may assume the role that it is to work with.

use std::collections::BTreeMap;

use iam_policy::{Decision, Request};

use super::after::{After, Knowledge};
use super::role::RoleAfter;
use super::{AccessCode, AccessFinding, Certainty, statements};
use crate::id::Arn;
use crate::manifest::Declared;
use crate::resource::{InstanceProfile, NotebookInstance};

/// EC2, as a trust policy names it.
pub(super) const EC2: &str = "ec2.amazonaws.com";

/// EC2 in the regions of China, beside the name that it has everywhere
/// (<https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html>).
const EC2_IN_CHINA: &str = "ec2.amazonaws.com.cn";

/// SageMaker, as a trust policy names it.
pub(super) const SAGEMAKER: &str = "sagemaker.amazonaws.com";

/// Returns the names that EC2 has where a role is, the one to write first.
pub(super) fn names_of_ec2(role_arn: &str) -> &'static [&'static str] {
    let is_in_china = role_arn.parse::<Arn>().is_ok_and(|arn| arn.partition == "aws-cn");
    if is_in_china { &[EC2, EC2_IN_CHINA] } else { &[EC2] }
}

/// The role in an instance profile has to trust EC2.
pub(super) fn of_instance_profile<'a>(
    after: &After<'a>,
    declared: &'a Declared,
    profile: &'a InstanceProfile,
) -> Option<AccessFinding> {
    let Knowledge::Known(name) = after.role_in(declared, profile) else { return None };
    let role = match after.role_named(name) {
        Knowledge::Known(role) => role,
        Knowledge::Missing => return Some(missing_role(declared, "role", name)),
        Knowledge::Unknown => return None,
    };
    let why = refusal(&role, names_of_ec2(role.arn), &BTreeMap::new())?;
    let message =
        format!("the role {} in the instance profile {} does not let EC2 assume it: {why}", role.name, profile.name);
    let code = (AccessCode::Ec2Trust, Certainty::Certain);
    Some(AccessFinding::new(code, declared, "role", message, statement_for(&role, EC2)))
}

/// The role of a notebook instance has to trust SageMaker, which asks on behalf of the instance's account
/// (<https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html>).
pub(super) fn of_notebook_instance<'a>(
    after: &After<'a>,
    declared: &'a Declared,
    instance: &'a NotebookInstance,
) -> Option<AccessFinding> {
    let arn = instance.role_arn.value()?;
    let role = match after.role_bearing(arn) {
        Knowledge::Known(role) => role,
        Knowledge::Missing => return Some(missing_role(declared, "role_arn", arn)),
        Knowledge::Unknown => return None,
    };
    let account = instance.arn.parse::<Arn>().map(|arn| arn.account_id).ok()?;
    let context = BTreeMap::from([("aws:SourceAccount".to_owned(), vec![account])]);
    let why = refusal(&role, &[SAGEMAKER], &context)?;
    let message = format!("the notebook instance's role {} does not let SageMaker assume it: {why}", role.name);
    let code = (AccessCode::SagemakerTrust, Certainty::Certain);
    Some(AccessFinding::new(code, declared, "role_arn", message, statement_for(&role, SAGEMAKER)))
}

fn missing_role(declared: &Declared, field: &str, role: &str) -> AccessFinding {
    let message = format!("the role {role} does not exist, and this manifest does not make it");
    let help = "add it to `iam.roles`, or check its name and its path".to_owned();
    AccessFinding::new((AccessCode::MissingRole, Certainty::Certain), declared, field, message, help)
}

/// Returns why no service of these names may assume a role; nothing where one may, or where it cannot be told.
fn refusal(role: &RoleAfter<'_>, services: &[&str], context: &BTreeMap<String, Vec<String>>) -> Option<String> {
    let trust_policy = role.trust_policy?;
    let decide = |service: &&str| {
        let request =
            Request { principal: Some(service), action: "sts:AssumeRole", resource: None, context: context.clone() };
        iam_policy::evaluate(&[trust_policy], &request)
    };
    let decisions: Vec<_> = services.iter().map(decide).collect();
    let refused = |decision: &Decision| matches!(decision, Decision::NotAllowed | Decision::DeniedExplicitly);
    if !decisions.iter().all(refused) {
        return None;
    }
    let service = services.join(" or ");
    let verb = if decisions.contains(&Decision::DeniedExplicitly) { "denies" } else { "does not allow" };
    Some(format!("its trust policy {verb} {service} sts:AssumeRole"))
}

fn statement_for(role: &RoleAfter<'_>, service: &str) -> String {
    format!("add to the trust policy of {}: {}", role.label, statements::trust(service))
}
