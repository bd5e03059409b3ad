//! Whether the caller may make a call: calls made as a role may do what the role's policies allow, and everybody else's
//! everything.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::{Credential, Service};
use crate::http::Request;
use crate::iam::permissions::{self, Context};
use crate::world::World;

/// A right that a call needs.
struct Right {
    action: String,
    resource: String,
    context: Context,
}

impl Right {
    fn plain(action: String, resource: String) -> Self {
        Self { action, resource, context: Context::new() }
    }

    fn to_pass(role_arn: String, service: &str) -> Self {
        let context = BTreeMap::from([("iam:PassedToService".to_owned(), vec![service.to_owned()])]);
        Self { action: "iam:PassRole".to_owned(), resource: role_arn, context }
    }
}

/// The role that a call is made as, with the ARN of its session; nothing where the caller may do everything.
pub(crate) fn acting(world: &World, access_key: &str) -> Option<(String, String)> {
    let callers = &world.settings.callers;
    if let Some(role) = callers.keys.get(access_key) {
        let (partition, account_id) = (&world.settings.partition, &world.settings.account_id);
        return Some((role.clone(), format!("arn:{partition}:sts::{account_id}:assumed-role/{role}/sandbox")));
    }
    let session = world.sts.session(access_key).filter(|_| callers.sessions_are_checked)?;
    let role = session.arn.split('/').nth(1)?;
    Some((role.to_owned(), session.arn.clone()))
}

/// Says why the caller may not make a call; nothing where it may.
pub(crate) fn refusal(world: &World, service: Service, request: &Request, credential: &Credential) -> Option<String> {
    let (role, session_arn) = acting(world, &credential.access_key)?;
    let rights = match service {
        // Everybody may ask who they are; whether a role may be assumed is for its trust policy to say.
        Service::Sts => Vec::new(),
        Service::Iam => iam(world, &request.form().into_iter().collect()),
        Service::SageMaker => sagemaker(world, request, &credential.region),
    };
    let who = (role.as_str(), session_arn.as_str());
    rights.iter().find_map(|Right { action, resource, context }| {
        permissions::refusal(&world.iam, &world.settings, who, action, resource, context)
    })
}

fn iam(world: &World, form: &BTreeMap<String, String>) -> Vec<Right> {
    let operation = form.get("Action").map(String::as_str).unwrap_or_default();
    let path = form.get("Path").map_or("/", String::as_str);
    let arn = |kind: &str, name: &str| {
        let (partition, account_id) = (&world.settings.partition, &world.settings.account_id);
        format!("arn:{partition}:iam::{account_id}:{kind}{path}{name}")
    };
    let role = form
        .get("RoleName")
        .map(|name| world.iam.role(name).map_or_else(|| arn("role", name), |role| role.arn.clone()));
    let profile = form.get("InstanceProfileName").map(|name| {
        let found = world.iam.instance_profiles.get(&name.to_lowercase());
        found.map_or_else(|| arn("instance-profile", name), |profile| profile.arn.clone())
    });
    let policy = form.get("PolicyArn").cloned().or_else(|| Some(arn("policy", form.get("PolicyName")?)));
    let resource = profile.or_else(|| role.clone()).or(policy).or_else(|| form.get("PolicySourceArn").cloned());
    let own = Right::plain(format!("iam:{operation}"), resource.unwrap_or_else(|| "*".to_owned()));
    let passed = role.filter(|_| operation == "AddRoleToInstanceProfile");
    let passed = passed.map(|role| Right::to_pass(role, "ec2.amazonaws.com"));
    std::iter::once(own).chain(passed).collect()
}

fn sagemaker(world: &World, request: &Request, region: &str) -> Vec<Right> {
    let target = request.header("x-amz-target").unwrap_or_default();
    let operation = target.strip_prefix("SageMaker.").unwrap_or(target);
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(Value::as_str);
    let arn = |kind: &str, name: &str| {
        let (partition, account_id) = (&world.settings.partition, &world.settings.account_id);
        format!("arn:{partition}:sagemaker:{region}:{account_id}:{kind}/{}", name.to_lowercase())
    };
    let resource = member("NotebookInstanceName")
        .map(|name| arn("notebook-instance", name))
        .or_else(|| Some(arn("notebook-instance-lifecycle-config", member("NotebookInstanceLifecycleConfigName")?)))
        .or_else(|| member("ResourceArn").map(str::to_owned));
    let own = Right::plain(format!("sagemaker:{operation}"), resource.unwrap_or_else(|| "*".to_owned()));
    let passed = member("RoleArn").map(|role| Right::to_pass(role.to_owned(), "sagemaker.amazonaws.com"));
    std::iter::once(own).chain(passed).collect()
}
