//! SageMaker notebook instances: reading what is live. The calls that change one are in [`apply`].

mod apply;

use std::collections::BTreeSet;

pub(crate) use apply::sent_tags;

use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::operation::describe_notebook_instance::DescribeNotebookInstanceOutput;
use aws_sdk_sagemaker::operation::list_notebook_instances::builders::ListNotebookInstancesFluentBuilder;
use aws_sdk_sagemaker::types;
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::resource::notebook_instance::{NotebookInstanceState, Toggle};
use reconcile_core::resource::{NotebookInstance, Tags};

use crate::call::answered;
use crate::live::{if_exists, of_what_exists, settled_arn};
use crate::pages::Pages;

const DESCRIBE: &str = "sagemaker:DescribeNotebookInstance";

/// The notebook instances of the account and region.
pub(crate) struct NotebookInstances<'a> {
    pub(crate) client: &'a Client,
}

impl NotebookInstances<'_> {
    /// Returns the live state of a notebook instance. Its tags are asked for only once it is known to be there: asking at
    /// the same time would save no round trip of a plan, whose roles take as many, and would ask for the tags of nothing.
    pub(crate) async fn read(&self, wanted: &NotebookInstance) -> Result<Option<NotebookInstance>, CallFailure> {
        let request = self.client.describe_notebook_instance().notebook_instance_name(&wanted.name);
        let Some(described) = if_exists(answered(DESCRIBE, request.send().await))? else {
            return Ok(None);
        };
        let arn = settled_arn(DESCRIBE, described.notebook_instance_arn().unwrap_or_default())?;
        let tags = of_what_exists(live_tags(self.client, &arn).await)?;
        Ok(Some(canonical(&wanted.name, arn, tags, &described)))
    }
}

/// Lists notebook instances, which the request may narrow down.
pub(crate) async fn listed_instances(
    request: ListNotebookInstancesFluentBuilder,
) -> Result<Vec<types::NotebookInstanceSummary>, CallFailure> {
    let pages = Pages::of("sagemaker:ListNotebookInstances", request.max_results(100).into_paginator().send());
    pages.items(|page| page.notebook_instances.unwrap_or_default()).await
}

/// Reads the tags of anything in SageMaker.
pub(crate) async fn live_tags(client: &Client, arn: &str) -> Result<Tags, CallFailure> {
    let pages = Pages::of("sagemaker:ListTags", client.list_tags().resource_arn(arn).into_paginator().send());
    let tags = pages.items(|page| page.tags.unwrap_or_default()).await?;
    Ok(Tags::live(tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value?)))))
}

/// The instance in the form that a manifest's reader gives it.
fn canonical(name: &str, arn: String, tags: Tags, live: &DescribeNotebookInstanceOutput) -> NotebookInstance {
    let text = |value: Option<&str>| Field::from_live(value.filter(|text| !text.is_empty()).map(str::to_owned));
    let metadata_service = live.instance_metadata_service_configuration();
    NotebookInstance {
        name: live.notebook_instance_name().unwrap_or(name).to_owned(),
        arn,
        instance_type: text(live.instance_type().map(types::InstanceType::as_str)),
        role_arn: text(live.role_arn()),
        volume_size_in_gb: Field::from_live(live.volume_size_in_gb().and_then(|size| u32::try_from(size).ok())),
        // An emulator may leave it out of its answer (moto 5 does); every real instance has one.
        platform_identifier: live.platform_identifier().map_or(Field::Absent, |name| Field::Set(name.to_owned())),
        lifecycle_config_name: text(live.notebook_instance_lifecycle_config_name()),
        subnet_id: text(live.subnet_id()),
        security_group_ids: set(live.security_groups()),
        kms_key_id: text(live.kms_key_id()),
        direct_internet_access: toggle(live.direct_internet_access().map(types::DirectInternetAccess::as_str)),
        root_access: toggle(live.root_access().map(types::RootAccess::as_str)),
        ip_address_type: text(live.ip_address_type().map(types::IpAddressType::as_str)),
        minimum_instance_metadata_service_version: text(
            metadata_service.and_then(|service| service.minimum_instance_metadata_service_version()),
        ),
        default_code_repository: text(live.default_code_repository()),
        additional_code_repositories: set(live.additional_code_repositories()),
        state: state(live.notebook_instance_status().map(types::NotebookInstanceStatus::as_str)),
        tags,
        failure_reason: live.failure_reason().filter(|reason| !reason.is_empty()).map(str::to_owned),
    }
    .with_service_defaults()
}

fn set(values: &[String]) -> Field<BTreeSet<String>> {
    Field::Set(values.iter().cloned().collect())
}

/// A word that is neither of the two known ones is not told, so that it is neither compared nor overwritten.
fn toggle(value: Option<&str>) -> Field<Toggle> {
    value.map_or(Field::Null, |word| word.parse().map_or(Field::Absent, Field::Set))
}

fn state(value: Option<&str>) -> Field<NotebookInstanceState> {
    value.map_or(Field::Absent, |status| Field::Set(NotebookInstanceState::from_service(status)))
}

#[cfg(test)]
mod tests {
    use aws_sdk_sagemaker::types::{DirectInternetAccess, NotebookInstanceStatus};
    use reconcile_core::resource::notebook_instance::DEFAULT_VOLUME_SIZE_IN_GB;

    use super::*;

    fn live(output: &DescribeNotebookInstanceOutput) -> NotebookInstance {
        canonical(
            "lab",
            "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab".to_owned(),
            Tags::default(),
            output,
        )
    }

    #[test]
    fn what_is_left_out_of_an_answer_is_the_service_default_but_for_the_platform() {
        let instance = live(&DescribeNotebookInstanceOutput::builder().build());
        assert_eq!(instance.volume_size_in_gb, Field::Set(DEFAULT_VOLUME_SIZE_IN_GB));
        assert_eq!(instance.root_access, Field::Set(Toggle::Enabled));
        assert_eq!(instance.security_group_ids, Field::Set(BTreeSet::new()));
        assert_eq!(instance.platform_identifier, Field::Absent);
        assert_eq!(instance.kms_key_id, Field::Null);
    }

    #[test]
    fn words_that_are_not_known_are_neither_compared_nor_acted_upon() {
        let output = DescribeNotebookInstanceOutput::builder()
            .direct_internet_access(DirectInternetAccess::from("Sometimes"))
            .notebook_instance_status(NotebookInstanceStatus::from("Hibernating"))
            .build();
        let instance = live(&output);
        assert_eq!(instance.direct_internet_access, Field::Absent);
        assert_eq!(instance.state, Field::Set(NotebookInstanceState::Changing("Hibernating".to_owned())));
    }
}
