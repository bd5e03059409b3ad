//! Instance-profile registrations (Instance Profiles API 2.0, <https://docs.databricks.com/api/workspace/instanceprofiles>).

use std::collections::BTreeMap;

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Registration, RegistrationOperation, Resource};
use serde::{Deserialize, Serialize};

use crate::client::{ApiVersion, Client, Empty, Retry};
use crate::error::ApiError;

#[derive(Deserialize)]
struct Listed {
    instance_profiles: Option<Vec<ListedProfile>>,
}

#[derive(Deserialize)]
struct ListedProfile {
    instance_profile_arn: String,
    iam_role_arn: Option<String>,
    is_meta_instance_profile: Option<bool>,
}

#[derive(Serialize)]
struct Add<'a> {
    instance_profile_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iam_role_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_meta_instance_profile: Option<bool>,
    #[serde(skip_serializing_if = "is_false")]
    skip_validation: bool,
}

#[derive(Serialize)]
struct Edit<'a> {
    instance_profile_arn: &'a str,
    iam_role_arn: &'a str,
}

#[derive(Serialize)]
struct Remove<'a> {
    instance_profile_arn: &'a str,
}

/// Reads all registrations with one call: there is none that reads a single one, and no pages.
pub(crate) async fn read(client: &Client, wanted: &[(usize, &Registration)]) -> Vec<(usize, Reading)> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let readings = list(client).await.map(by_arn);
    let reading = |registration: &Registration| match &readings {
        Ok(found) => match found.get(&registration.instance_profile_arn) {
            Some(live) => Reading::Present(Box::new(Resource::Registration(live.clone()))),
            None => Reading::Absent,
        },
        Err(failure) => Reading::Failed(failure.clone()),
    };
    wanted.iter().map(|(place, registration)| (*place, reading(registration))).collect()
}

/// Returns whether an instance profile is registered, as far as the caller may see it.
pub(crate) async fn is_registered(client: &Client, arn: &str) -> Result<bool, CallFailure> {
    Ok(by_arn(list(client).await?).contains_key(arn))
}

async fn list(client: &Client) -> Result<Listed, CallFailure> {
    client.get("instance-profiles/list", ApiVersion::V2_0, &[]).await.map_err(CallFailure::from)
}

fn by_arn(listed: Listed) -> BTreeMap<String, Registration> {
    let live = |profile: ListedProfile| {
        let ListedProfile { instance_profile_arn, iam_role_arn, is_meta_instance_profile } = profile;
        let registration = Registration {
            instance_profile_arn: instance_profile_arn.clone(),
            iam_role_arn: Field::from_live(iam_role_arn.filter(|arn| !arn.is_empty())),
            is_meta_instance_profile: Field::Set(is_meta_instance_profile.unwrap_or_default()),
            skip_validation: false,
        };
        (instance_profile_arn, registration)
    };
    listed.instance_profiles.into_iter().flatten().map(live).collect()
}

/// Makes one call; returns the id of the request.
pub(crate) async fn apply(client: &Client, operation: &RegistrationOperation) -> Result<Option<String>, CallFailure> {
    match operation {
        RegistrationOperation::Add { registration } => {
            let Registration { instance_profile_arn, iam_role_arn, is_meta_instance_profile, skip_validation } =
                registration;
            let body = Add {
                instance_profile_arn,
                iam_role_arn: iam_role_arn.value().map(String::as_str),
                is_meta_instance_profile: is_meta_instance_profile.value().copied(),
                skip_validation: *skip_validation,
            };
            let answer = post(client, "instance-profiles/add", &body, Retry::OnlyIfNotSent).await;
            answer.map_err(|error| add_failure(error, instance_profile_arn))
        }
        RegistrationOperation::Edit { instance_profile_arn, iam_role_arn } => {
            let body = Edit { instance_profile_arn, iam_role_arn };
            Ok(post(client, "instance-profiles/edit", &body, Retry::Safe).await?)
        }
        RegistrationOperation::Remove { instance_profile_arn } => {
            let body = Remove { instance_profile_arn };
            Ok(post(client, "instance-profiles/remove", &body, Retry::OnlyIfNotSent).await?)
        }
    }
}

async fn post<B: Serialize + Sync>(
    client: &Client,
    api: &'static str,
    body: &B,
    retry: Retry,
) -> Result<Option<String>, ApiError> {
    Ok(client.post::<_, Empty>(api, ApiVersion::V2_0, body, retry).await?.request_id)
}

/// The registration starts a trial launch as the workspace's cross-account role; what EC2 says to that comes back as
/// text. A profile or a permission that is seconds old reads like a missing one (terraform-provider-databricks#1805,
/// #654), and the text may not name the profile (databrickslabs/migrate#159).
fn add_failure(error: ApiError, arn: &str) -> CallFailure {
    let failure = CallFailure::from(error);
    if failure.code.as_deref() != Some("DRY_RUN_FAILED") {
        return failure;
    }
    let says = |text: &str| failure.message.contains(text);
    let (kind, help) = if says("Invalid IAM Instance Profile ARN") {
        (FailureKind::NotYetVisible, "check that the instance profile exists in the workspace's own account".to_owned())
    } else if says("has no associated IAM Roles") {
        (FailureKind::NotYetVisible, "put a role into the instance profile".to_owned())
    } else if says("not authorized to perform this operation") {
        (FailureKind::NotYetVisible, pass_role_help(arn))
    } else {
        let help = "set `skip_validation: true` if the trial launch fails for a reason of its own";
        (FailureKind::Invalid, help.to_owned())
    };
    let message = if says(arn) { failure.message } else { format!("{} (instance profile {arn})", failure.message) };
    CallFailure { kind, help: Some(help), message, ..failure }
}

fn pass_role_help(arn: &str) -> String {
    let role = arn.replacen(":instance-profile/", ":role/", 1);
    format!(
        "the workspace's cross-account role must be allowed iam:PassRole on the profile's role (most likely {role}); where a service control policy forbids the trial launch itself, set `skip_validation: true`"
    )
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
