//! IAM roles: one SDK call for each operation.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use reconcile_core::failure::CallFailure;
use reconcile_core::resource::RoleOperation;
use reconcile_engine::provider::Applied;

use super::Roles;
use crate::call::applied;
use crate::live::{number, unbuildable};

impl Roles<'_> {
    /// Makes the one call that an operation names.
    pub(crate) async fn apply(&self, operation: &RoleOperation) -> Result<Applied, CallFailure> {
        let (api, client) = (operation.api(), self.client);
        match operation {
            RoleOperation::Create {
                role,
                path,
                description,
                max_session_duration,
                permissions_boundary,
                trust_policy,
                tags,
            } => {
                let request = client.create_role().role_name(role).path(path).set_description(description.clone());
                let request = request.assume_role_policy_document(trust_policy.to_json());
                let request = request.set_permissions_boundary(permissions_boundary.clone());
                let request = request.max_session_duration(number(api, "max_session_duration", *max_session_duration)?);
                applied(api, request.set_tags(sent_tags(api, tags)?).send().await)
            }
            RoleOperation::UpdateSettings { role, description, max_session_duration } => {
                let request = client.update_role().role_name(role).description(description);
                let duration = number(api, "max_session_duration", *max_session_duration)?;
                applied(api, request.max_session_duration(duration).send().await)
            }
            RoleOperation::SetTrustPolicy { role, trust_policy } => {
                let request = client.update_assume_role_policy().role_name(role);
                applied(api, request.policy_document(trust_policy.to_json()).send().await)
            }
            RoleOperation::SetPermissionsBoundary { role, permissions_boundary } => {
                let request = client.put_role_permissions_boundary().role_name(role);
                applied(api, request.permissions_boundary(permissions_boundary).send().await)
            }
            RoleOperation::DeletePermissionsBoundary { role } => {
                applied(api, client.delete_role_permissions_boundary().role_name(role).send().await)
            }
            RoleOperation::AttachPolicy { role, policy_arn } => {
                applied(api, client.attach_role_policy().role_name(role).policy_arn(policy_arn).send().await)
            }
            RoleOperation::DetachPolicy { role, policy_arn } => {
                applied(api, client.detach_role_policy().role_name(role).policy_arn(policy_arn).send().await)
            }
            RoleOperation::PutInlinePolicy { role, policy_name, document } => {
                let request = client.put_role_policy().role_name(role).policy_name(policy_name);
                applied(api, request.policy_document(document.to_json()).send().await)
            }
            RoleOperation::DeleteInlinePolicy { role, policy_name } => {
                applied(api, client.delete_role_policy().role_name(role).policy_name(policy_name).send().await)
            }
            RoleOperation::Tag { role, tags } => {
                applied(api, client.tag_role().role_name(role).set_tags(sent_tags(api, tags)?).send().await)
            }
            RoleOperation::Untag { role, keys } => {
                applied(api, client.untag_role().role_name(role).set_tag_keys(Some(keys.clone())).send().await)
            }
            RoleOperation::RemoveFromInstanceProfile { role, instance_profile } => {
                let request = client.remove_role_from_instance_profile().role_name(role);
                applied(api, request.instance_profile_name(instance_profile).send().await)
            }
            RoleOperation::AddToInstanceProfile { role, instance_profile } => {
                let request = client.add_role_to_instance_profile().role_name(role);
                applied(api, request.instance_profile_name(instance_profile).send().await)
            }
            RoleOperation::Delete { role } => applied(api, client.delete_role().role_name(role).send().await),
        }
    }
}

/// Returns tags as IAM takes them, or nothing where there are none.
pub(crate) fn sent_tags(api: &str, tags: &BTreeMap<String, String>) -> Result<Option<Vec<Tag>>, CallFailure> {
    let tags: Result<Vec<_>, _> =
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    tags.map(|tags| (!tags.is_empty()).then_some(tags)).map_err(|error| unbuildable(api, &error))
}
