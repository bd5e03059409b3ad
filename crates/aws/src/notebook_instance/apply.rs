//! SageMaker notebook instances: one SDK call for each operation.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_sagemaker::operation::create_notebook_instance::builders::CreateNotebookInstanceFluentBuilder;
use aws_sdk_sagemaker::operation::update_notebook_instance::builders::UpdateNotebookInstanceFluentBuilder;
use aws_sdk_sagemaker::types::{InstanceMetadataServiceConfiguration, Tag};
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::resource::notebook_instance::{NotebookInstanceUpdate, Toggle};
use reconcile_core::resource::{NotebookInstance, NotebookInstanceOperation};
use reconcile_engine::provider::Applied;

use super::NotebookInstances;
use crate::call::applied;
use crate::live::number;

impl NotebookInstances<'_> {
    /// Makes the one call that an operation names.
    pub(crate) async fn apply(&self, operation: &NotebookInstanceOperation) -> Result<Applied, CallFailure> {
        let (api, client) = (operation.api(), self.client);
        match operation {
            NotebookInstanceOperation::Create { instance, tags } => {
                let request = self.creation(api, instance)?.set_tags(sent_tags(tags));
                applied(api, request.send().await)
            }
            NotebookInstanceOperation::Update { name, update } => {
                applied(api, self.update(api, name, update)?.send().await)
            }
            NotebookInstanceOperation::Start { name } => {
                applied(api, client.start_notebook_instance().notebook_instance_name(name).send().await)
            }
            NotebookInstanceOperation::Stop { name } => {
                applied(api, client.stop_notebook_instance().notebook_instance_name(name).send().await)
            }
            NotebookInstanceOperation::Delete { name } => {
                applied(api, client.delete_notebook_instance().notebook_instance_name(name).send().await)
            }
            NotebookInstanceOperation::Tag { arn, tags } => {
                let request = client.add_tags().resource_arn(arn).set_tags(sent_tags(tags));
                applied(api, request.send().await)
            }
            NotebookInstanceOperation::Untag { arn, keys } => {
                let request = client.delete_tags().resource_arn(arn).set_tag_keys(Some(keys.clone()));
                applied(api, request.send().await)
            }
        }
    }

    fn creation(
        &self,
        api: &str,
        instance: &NotebookInstance,
    ) -> Result<CreateNotebookInstanceFluentBuilder, CallFailure> {
        let NotebookInstance {
            name,
            arn: _,
            instance_type,
            role_arn,
            volume_size_in_gb,
            platform_identifier,
            lifecycle_config_name,
            subnet_id,
            security_group_ids,
            kms_key_id,
            direct_internet_access,
            root_access,
            ip_address_type,
            minimum_instance_metadata_service_version,
            default_code_repository,
            additional_code_repositories,
            state: _,
            tags: _,
            failure_reason: _,
        } = instance;
        Ok(self
            .client
            .create_notebook_instance()
            .notebook_instance_name(name)
            .set_instance_type(word(instance_type))
            .set_role_arn(role_arn.value().cloned())
            .set_volume_size_in_gb(volume(api, volume_size_in_gb)?)
            .set_platform_identifier(platform_identifier.value().cloned())
            .set_lifecycle_config_name(lifecycle_config_name.value().cloned())
            .set_subnet_id(subnet_id.value().cloned())
            .set_security_group_ids(some_items(security_group_ids))
            .set_kms_key_id(kms_key_id.value().cloned())
            .set_direct_internet_access(switch(direct_internet_access))
            .set_root_access(switch(root_access))
            .set_ip_address_type(word(ip_address_type))
            .set_instance_metadata_service_configuration(metadata_service(minimum_instance_metadata_service_version))
            .set_default_code_repository(default_code_repository.value().cloned())
            .set_additional_code_repositories(some_items(additional_code_repositories)))
    }

    fn update(
        &self,
        api: &str,
        name: &str,
        update: &NotebookInstanceUpdate,
    ) -> Result<UpdateNotebookInstanceFluentBuilder, CallFailure> {
        let NotebookInstanceUpdate {
            instance_type,
            role_arn,
            volume_size_in_gb,
            platform_identifier,
            lifecycle_config_name,
            root_access,
            ip_address_type,
            minimum_instance_metadata_service_version,
            default_code_repository,
            additional_code_repositories,
        } = update;
        let none_wanted =
            additional_code_repositories.is_managed() && some_items(additional_code_repositories).is_none();
        Ok(self
            .client
            .update_notebook_instance()
            .notebook_instance_name(name)
            .set_instance_type(word(instance_type))
            .set_role_arn(role_arn.value().cloned())
            .set_volume_size_in_gb(volume(api, volume_size_in_gb)?)
            .set_platform_identifier(platform_identifier.value().cloned())
            .set_lifecycle_config_name(lifecycle_config_name.value().cloned())
            .set_disassociate_lifecycle_config(flag(matches!(lifecycle_config_name, Field::Null)))
            .set_root_access(switch(root_access))
            .set_ip_address_type(word(ip_address_type))
            .set_instance_metadata_service_configuration(metadata_service(minimum_instance_metadata_service_version))
            .set_default_code_repository(default_code_repository.value().cloned())
            .set_disassociate_default_code_repository(flag(matches!(default_code_repository, Field::Null)))
            .set_additional_code_repositories(some_items(additional_code_repositories))
            .set_disassociate_additional_code_repositories(flag(none_wanted)))
    }
}

/// Returns tags as SageMaker takes them, or nothing where there are none.
pub(crate) fn sent_tags(tags: &BTreeMap<String, String>) -> Option<Vec<Tag>> {
    let tags: Vec<_> = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!tags.is_empty()).then_some(tags)
}

fn word<T: for<'a> From<&'a str>>(field: &Field<String>) -> Option<T> {
    field.value().map(|text| T::from(text))
}

fn switch<T: for<'a> From<&'a str>>(field: &Field<Toggle>) -> Option<T> {
    field.value().map(|toggle| T::from(toggle.as_str()))
}

fn volume(api: &str, field: &Field<u32>) -> Result<Option<i32>, CallFailure> {
    field.value().map(|size| number(api, "volume_size_in_gb", *size)).transpose()
}

fn metadata_service(minimum_version: &Field<String>) -> Option<InstanceMetadataServiceConfiguration> {
    let minimum_version = minimum_version.value()?;
    let builder = InstanceMetadataServiceConfiguration::builder();
    Some(builder.minimum_instance_metadata_service_version(minimum_version).build())
}

/// The service refuses an empty list: no list says the same.
fn some_items(field: &Field<BTreeSet<String>>) -> Option<Vec<String>> {
    field.value().filter(|items| !items.is_empty()).map(|items| items.iter().cloned().collect())
}

const fn flag(raised: bool) -> Option<bool> {
    if raised { Some(true) } else { None }
}
