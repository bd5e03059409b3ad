//! The instance profiles that clusters may use (Instance Profiles API 2.0).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{ErrorCode, Refusal};
use super::fields::{self, Field, Object, Shape};
use super::ok;
use crate::config::Edge;
use crate::http::{Request, Response};
use crate::iam::{self, PassRole};
use crate::world::World;

/// The role that Databricks takes on in the account to launch clusters.
const CROSS_ACCOUNT_ROLE: &str = "databricks-cross-account-role";

const ADD: &[Field] = &[
    Field::required("instance_profile_arn", Shape::Text),
    Field::optional("iam_role_arn", Shape::Text),
    Field::optional("is_meta_instance_profile", Shape::Boolean),
    Field::optional("skip_validation", Shape::Boolean),
];

const EDIT: &[Field] = &[
    Field::required("instance_profile_arn", Shape::Text),
    Field::optional("iam_role_arn", Shape::Text),
    Field::optional("is_meta_instance_profile", Shape::Boolean),
];

const REMOVE: &[Field] = &[Field::required("instance_profile_arn", Shape::Text)];

/// The registered instance profiles, by ARN.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct InstanceProfiles {
    by_arn: BTreeMap<String, Registration>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Registration {
    iam_role_arn: Option<String>,
    is_meta_instance_profile: Option<bool>,
}

impl InstanceProfiles {
    /// Whether clusters may name this instance profile.
    pub(super) fn contains(&self, arn: &str) -> bool {
        self.by_arn.contains_key(arn)
    }
}

/// Answers a call, or `None` where there is no such call.
pub(super) fn handle(world: &mut World, request: &Request, call: &str) -> Result<Option<Response>, Refusal> {
    let answer = match (request.method.as_str(), call) {
        ("POST", "add") => add(world, &fields::body(request, ADD)?)?,
        ("POST", "edit") => edit(&mut world.workspace.instance_profiles, &fields::body(request, EDIT)?)?,
        ("POST", "remove") => remove(&mut world.workspace.instance_profiles, &fields::body(request, REMOVE)?)?,
        ("GET", "list") => {
            fields::query(request, &[])?;
            list(&world.workspace.instance_profiles)
        }
        _ => return Ok(None),
    };
    Ok(Some(ok(&answer)))
}

fn add(world: &mut World, body: &Object) -> Result<Value, Refusal> {
    let arn = checked_arn(body)?;
    if world.workspace.instance_profiles.contains(arn) {
        let message = format!("Instance profile {arn} already exists.");
        return Err(Refusal::new(ErrorCode::ResourceAlreadyExists, message));
    }
    // Without an account there is nothing to launch an instance in.
    if !fields::boolean(body, "skip_validation") && !world.settings.workspace_only {
        dry_run(world, arn).map_err(|reason| {
            let message = format!("Verification of the instance profile failed. AWS error: {reason}");
            Refusal::new(ErrorCode::DryRunFailed, message)
        })?;
    }
    let registration = Registration {
        iam_role_arn: fields::text(body, "iam_role_arn").map(str::to_owned),
        is_meta_instance_profile: body.get("is_meta_instance_profile").and_then(Value::as_bool),
    };
    let registrations = &mut world.workspace.instance_profiles.by_arn;
    registrations.insert(arn.to_owned(), registration);
    Ok(json!({}))
}

/// What EC2 says to a dry run of `RunInstances` with this profile, made as the cross-account role. Too young a profile
/// or permission reads like a missing one, as it does in the cloud (terraform-provider-databricks#1805, #654).
fn dry_run(world: &World, arn: &str) -> Result<(), String> {
    let not_seen = || {
        format!(
            "Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN \
             (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue)"
        )
    };
    let profile = world.iam.instance_profile(arn).ok_or_else(not_seen)?;
    let is_known = |changed_at| world.has_propagated(Edge::Profile, arn, changed_at);
    if !is_known(profile.created_at) {
        return Err(not_seen());
    }
    let role = profile
        .roles
        .first()
        .filter(|_| is_known(profile.roles_changed_at))
        .and_then(|name| world.iam.role(name))
        .ok_or_else(|| format!("IAM Instance Profile \"{arn}\" has no associated IAM Roles"))?;
    match iam::may_pass_role(world, CROSS_ACCOUNT_ROLE, &role.arn, "ec2.amazonaws.com") {
        PassRole::Allowed => Ok(()),
        PassRole::TooNew | PassRole::Denied => {
            let text = "You are not authorized to perform this operation. Encoded authorization failure message: \
                        c2FuZGJveDppYW06UGFzc1JvbGU";
            Err(text.to_owned())
        }
    }
}

fn edit(registrations: &mut InstanceProfiles, body: &Object) -> Result<Value, Refusal> {
    let arn = checked_arn(body)?;
    let registration = registrations.by_arn.get_mut(arn).ok_or_else(|| missing(arn))?;
    let is_meta = body.get("is_meta_instance_profile").and_then(Value::as_bool);
    // Only the role can change (documentation of the call); the flag may be repeated.
    if is_meta.is_some_and(|flag| flag != registration.is_meta_instance_profile.unwrap_or_default()) {
        return Err(Refusal::invalid("is_meta_instance_profile cannot be changed"));
    }
    registration.iam_role_arn = fields::text(body, "iam_role_arn").map(str::to_owned);
    Ok(json!({}))
}

fn remove(registrations: &mut InstanceProfiles, body: &Object) -> Result<Value, Refusal> {
    let arn = checked_arn(body)?;
    registrations.by_arn.remove(arn).ok_or_else(|| missing(arn))?;
    Ok(json!({}))
}

fn list(registrations: &InstanceProfiles) -> Value {
    if registrations.by_arn.is_empty() {
        return json!({});
    }
    let items: Vec<Value> = registrations
        .by_arn
        .iter()
        .map(|(arn, registration)| {
            let Registration { iam_role_arn, is_meta_instance_profile } = registration;
            let mut item = Object::new();
            item.insert("instance_profile_arn".to_owned(), json!(arn));
            if let Some(role) = iam_role_arn {
                item.insert("iam_role_arn".to_owned(), json!(role));
            }
            if let Some(flag) = is_meta_instance_profile {
                item.insert("is_meta_instance_profile".to_owned(), json!(flag));
            }
            Value::Object(item)
        })
        .collect();
    json!({"instance_profiles": items})
}

fn missing(arn: &str) -> Refusal {
    let message = format!("Instance profile {arn} does not exist.");
    Refusal::new(ErrorCode::ResourceDoesNotExist, message)
}

/// The profile's ARN; the role's, where there is one, is checked along with it.
fn checked_arn(body: &Object) -> Result<&str, Refusal> {
    let arn = fields::text(body, "instance_profile_arn").unwrap_or_default();
    if !is_iam_arn(arn, "instance-profile/") {
        return Err(Refusal::invalid(format!("Invalid instance profile ARN: {arn}")));
    }
    match fields::text(body, "iam_role_arn") {
        Some(role) if !is_iam_arn(role, "role/") => Err(Refusal::invalid(format!("Invalid IAM role ARN: {role}"))),
        Some(_) | None => Ok(arn),
    }
}

/// Whether a text is `arn:<partition>:iam::<twelve digits>:<kind><name>`.
fn is_iam_arn(text: &str, kind: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else {
        return false;
    };
    *arn == "arn"
        && partition.starts_with("aws")
        && *service == "iam"
        && region.is_empty()
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource
            .strip_prefix(kind)
            .is_some_and(|name| !name.is_empty() && !name.ends_with('/') && !name.contains([':', ' ']))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]

    use super::super::testing::{Answer, Workspace};
    use super::*;

    const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/lab";
    const ROLE: &str = "arn:aws:iam::111122223333:role/lab";
    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
    const PASS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole",
        "Resource":"arn:aws:iam::111122223333:role/lab"}]}"#;

    impl Workspace {
        fn profiles(&mut self, call: &str, body: &Value) -> Answer {
            self.post(&format!("/api/2.0/instance-profiles/{call}"), body)
        }

        fn add(&mut self) -> String {
            self.profiles("add", &json!({"instance_profile_arn": PROFILE})).text()
        }

        fn registered(&mut self) -> Value {
            self.get("/api/2.0/instance-profiles/list", &[]).expect_ok()
        }

        /// A call to IAM.
        fn iam(&mut self, action: &str, parameters: &[(&str, &str)]) {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("Action", action).append_pair("Version", "2010-05-08");
            form.extend_pairs(parameters);
            let request = Request { method: "POST".to_owned(), body: form.finish().into_bytes(), ..Request::default() };
            let response = iam::handle(&mut self.world, &request);
            assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
        }
    }

    #[test]
    fn the_dry_run_follows_the_pass_role_chain() {
        let mut workspace = Workspace::new();
        insta::assert_snapshot!(workspace.add(), @"400 DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: Value (arn:aws:iam::111122223333:instance-profile/lab) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue)");
        workspace.iam("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)]);
        workspace.iam("CreateInstanceProfile", &[("InstanceProfileName", "lab")]);
        insta::assert_snapshot!(workspace.add(), @r#"400 DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: IAM Instance Profile "arn:aws:iam::111122223333:instance-profile/lab" has no associated IAM Roles"#);
        workspace.iam("AddRoleToInstanceProfile", &[("InstanceProfileName", "lab"), ("RoleName", "lab")]);
        insta::assert_snapshot!(workspace.add(), @"400 DRY_RUN_FAILED: Verification of the instance profile failed. AWS error: You are not authorized to perform this operation. Encoded authorization failure message: c2FuZGJveDppYW06UGFzc1JvbGU");
        workspace.iam("PutRolePolicy", &pass_role());
        assert_eq!(workspace.registered(), json!({}), "nothing was registered so far");
        assert_eq!(workspace.add(), "200 {}");
        assert_eq!(workspace.registered(), json!({"instance_profiles": [{"instance_profile_arn": PROFILE}]}));
    }

    fn pass_role() -> [(&'static str, &'static str); 3] {
        [("RoleName", CROSS_ACCOUNT_ROLE), ("PolicyName", "pass"), ("PolicyDocument", PASS)]
    }

    #[test]
    fn what_is_too_new_reads_like_what_is_missing() {
        let mut workspace = Workspace::new();
        workspace.world.settings.behaviour.propagation = 1_000;
        workspace.iam("CreateRole", &[("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)]);
        workspace.iam("CreateInstanceProfile", &[("InstanceProfileName", "lab")]);
        assert!(workspace.add().contains("Invalid IAM Instance Profile ARN"));
        workspace.pass(1_000);
        workspace.iam("AddRoleToInstanceProfile", &[("InstanceProfileName", "lab"), ("RoleName", "lab")]);
        assert!(workspace.add().contains("has no associated IAM Roles"));
        workspace.pass(1_000);
        workspace.iam("PutRolePolicy", &pass_role());
        assert!(workspace.add().contains("You are not authorized"));
        workspace.pass(1_000);
        assert_eq!(workspace.add(), "200 {}");
    }

    #[test]
    fn a_workspace_by_itself_has_no_account_to_ask() {
        let mut workspace = Workspace::new();
        workspace.world.settings.workspace_only = true;
        assert_eq!(workspace.add(), "200 {}");
    }

    #[test]
    fn only_the_role_can_be_edited() {
        let mut workspace = Workspace::new();
        workspace.register(PROFILE);
        let edited = json!({"instance_profile_arn": PROFILE, "iam_role_arn": ROLE});
        workspace.profiles("edit", &edited).expect_ok();
        assert_eq!(workspace.registered(), json!({"instance_profiles": [edited]}));
        let flag = json!({"instance_profile_arn": PROFILE, "is_meta_instance_profile": true});
        assert_eq!(workspace.profiles("edit", &flag).status, 400);
        workspace.profiles("remove", &json!({"instance_profile_arn": PROFILE})).expect_ok();
        assert_eq!(workspace.registered(), json!({}));
    }

    #[test]
    fn says_what_is_there_and_what_is_not() {
        let mut workspace = Workspace::new();
        let body = json!({"instance_profile_arn": PROFILE});
        insta::assert_snapshot!(workspace.profiles("edit", &body).text(), @"404 RESOURCE_DOES_NOT_EXIST: Instance profile arn:aws:iam::111122223333:instance-profile/lab does not exist.");
        insta::assert_snapshot!(workspace.profiles("remove", &body).text(), @"404 RESOURCE_DOES_NOT_EXIST: Instance profile arn:aws:iam::111122223333:instance-profile/lab does not exist.");
        workspace.register(PROFILE);
        insta::assert_snapshot!(workspace.add(), @"400 RESOURCE_ALREADY_EXISTS: Instance profile arn:aws:iam::111122223333:instance-profile/lab already exists.");
    }

    #[test]
    fn refuses_what_is_no_arn() {
        let mut workspace = Workspace::new();
        for arn in [
            "",
            "lab",
            ROLE,
            "arn:aws:iam::1111:instance-profile/lab",
            "arn:aws:iam::111122223333:instance-profile/",
            "arn:aws:iam::111122223333:instance-profile/a/",
            "arn:aws:iam:us-east-1:111122223333:instance-profile/lab",
        ] {
            let text = workspace.profiles("add", &json!({"instance_profile_arn": arn, "skip_validation": true})).text();
            assert_eq!(text, format!("400 INVALID_PARAMETER_VALUE: Invalid instance profile ARN: {arn}"));
        }
        let body = json!({"instance_profile_arn": PROFILE, "iam_role_arn": PROFILE, "skip_validation": true});
        insta::assert_snapshot!(workspace.profiles("add", &body).text(), @"400 INVALID_PARAMETER_VALUE: Invalid IAM role ARN: arn:aws:iam::111122223333:instance-profile/lab");
        let body = json!({"instance_profile_arn": PROFILE, "skip_verification": true});
        insta::assert_snapshot!(workspace.profiles("add", &body).text(), @"400 INVALID_PARAMETER_VALUE: unknown field skip_verification");
    }
}
