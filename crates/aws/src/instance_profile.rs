//! IAM instance profiles.

use aws_sdk_iam::Client;
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types;
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::resource::{InstanceProfile, InstanceProfileOperation, Tags};
use reconcile_engine::provider::Applied;

use crate::call::{answered, applied};
use crate::live::{empty_answer, if_exists, settled_arn};
use crate::role::sent_tags;

const GET_INSTANCE_PROFILE: &str = "iam:GetInstanceProfile";

/// The instance profiles of the account.
pub(crate) struct InstanceProfiles<'a> {
    pub(crate) client: &'a Client,
}

impl InstanceProfiles<'_> {
    /// Returns the live state of an instance profile: one call tells all of it.
    pub(crate) async fn read(&self, wanted: &InstanceProfile) -> Result<Option<InstanceProfile>, CallFailure> {
        self.get(&wanted.name).await?.as_ref().map(canonical).transpose()
    }

    /// Returns when the profile was made, if it can be found.
    pub(crate) async fn made_at(&self, name: &str) -> Option<DateTime> {
        self.get(name).await.ok().flatten().map(|profile| *profile.create_date())
    }

    async fn get(&self, name: &str) -> Result<Option<types::InstanceProfile>, CallFailure> {
        let request = self.client.get_instance_profile().instance_profile_name(name);
        match if_exists(answered(GET_INSTANCE_PROFILE, request.send().await))? {
            Some(output) => output.instance_profile.ok_or_else(|| empty_answer(GET_INSTANCE_PROFILE)).map(Some),
            None => Ok(None),
        }
    }

    /// Makes the one call that an operation names.
    pub(crate) async fn apply(&self, operation: &InstanceProfileOperation) -> Result<Applied, CallFailure> {
        let (api, client) = (operation.api(), self.client);
        match operation {
            InstanceProfileOperation::Create { instance_profile, path, tags } => {
                let request = client.create_instance_profile().instance_profile_name(instance_profile).path(path);
                applied(api, request.set_tags(sent_tags(api, tags)?).send().await)
            }
            InstanceProfileOperation::AddRole { instance_profile, role } => {
                let request = client.add_role_to_instance_profile().instance_profile_name(instance_profile);
                applied(api, request.role_name(role).send().await)
            }
            InstanceProfileOperation::RemoveRole { instance_profile, role } => {
                let request = client.remove_role_from_instance_profile().instance_profile_name(instance_profile);
                applied(api, request.role_name(role).send().await)
            }
            InstanceProfileOperation::Tag { instance_profile, tags } => {
                let request = client.tag_instance_profile().instance_profile_name(instance_profile);
                applied(api, request.set_tags(sent_tags(api, tags)?).send().await)
            }
            InstanceProfileOperation::Untag { instance_profile, keys } => {
                let request = client.untag_instance_profile().instance_profile_name(instance_profile);
                applied(api, request.set_tag_keys(Some(keys.clone())).send().await)
            }
            InstanceProfileOperation::Delete { instance_profile } => {
                let request = client.delete_instance_profile().instance_profile_name(instance_profile);
                applied(api, request.send().await)
            }
        }
    }
}

/// The profile in the form that a manifest's reader gives it. IAM lets it hold one role at most.
fn canonical(profile: &types::InstanceProfile) -> Result<InstanceProfile, CallFailure> {
    let role = profile.roles().first().map(|role| role.role_name().to_owned());
    Ok(InstanceProfile {
        name: profile.instance_profile_name().to_owned(),
        arn: settled_arn(GET_INSTANCE_PROFILE, profile.arn())?,
        path: Field::Set(profile.path().to_owned()),
        role: Field::from_live(role),
        tags: Tags::live(profile.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()))),
    })
}
