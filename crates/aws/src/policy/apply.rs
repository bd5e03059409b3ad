//! Customer-managed IAM policies: one SDK call for each operation.

use reconcile_core::failure::CallFailure;
use reconcile_core::resource::ManagedPolicyOperation;
use reconcile_engine::provider::Applied;

use super::Policies;
use crate::call::applied;
use crate::role::sent_tags;

impl Policies<'_> {
    /// Makes the one call that an operation names.
    pub(crate) async fn apply(&self, operation: &ManagedPolicyOperation) -> Result<Applied, CallFailure> {
        let (api, client) = (operation.api(), self.client);
        match operation {
            ManagedPolicyOperation::Create { name, path, description, document, tags } => {
                let request = client.create_policy().policy_name(name).path(path).set_description(description.clone());
                let request = request.policy_document(document.to_json()).set_tags(sent_tags(api, tags)?);
                applied(api, request.send().await)
            }
            ManagedPolicyOperation::CreateVersion { policy_arn, document } => {
                let request = client.create_policy_version().policy_arn(policy_arn).set_as_default(true);
                applied(api, request.policy_document(document.to_json()).send().await)
            }
            ManagedPolicyOperation::SetDefaultVersion { policy_arn, version_id } => {
                let request = client.set_default_policy_version().policy_arn(policy_arn);
                applied(api, request.version_id(version_id).send().await)
            }
            ManagedPolicyOperation::DeleteVersion { policy_arn, version_id } => {
                let request = client.delete_policy_version().policy_arn(policy_arn);
                applied(api, request.version_id(version_id).send().await)
            }
            ManagedPolicyOperation::Tag { policy_arn, tags } => {
                let request = client.tag_policy().policy_arn(policy_arn).set_tags(sent_tags(api, tags)?);
                applied(api, request.send().await)
            }
            ManagedPolicyOperation::Untag { policy_arn, keys } => {
                let request = client.untag_policy().policy_arn(policy_arn).set_tag_keys(Some(keys.clone()));
                applied(api, request.send().await)
            }
            ManagedPolicyOperation::Delete { policy_arn } => {
                applied(api, client.delete_policy().policy_arn(policy_arn).send().await)
            }
        }
    }
}
