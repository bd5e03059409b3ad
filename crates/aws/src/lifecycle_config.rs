//! SageMaker notebook instance lifecycle configurations.

use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::types::NotebookInstanceLifecycleHook;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::resource::lifecycle_config::Script;
use reconcile_core::resource::{LifecycleConfig, LifecycleConfigOperation, Tags};
use reconcile_engine::provider::Applied;

use crate::call::{answered, applied};
use crate::live::{if_exists, of_what_exists, settled_arn};
use crate::notebook_instance::{live_tags, sent_tags};

const DESCRIBE: &str = "sagemaker:DescribeNotebookInstanceLifecycleConfig";

/// The lifecycle configurations of the account and region.
pub(crate) struct LifecycleConfigs<'a> {
    pub(crate) client: &'a Client,
}

impl LifecycleConfigs<'_> {
    /// Returns the live state of a lifecycle configuration. Its tags are asked for only once it is known to be there.
    pub(crate) async fn read(&self, wanted: &LifecycleConfig) -> Result<Option<LifecycleConfig>, CallFailure> {
        let request = self.client.describe_notebook_instance_lifecycle_config();
        let request = request.notebook_instance_lifecycle_config_name(&wanted.name);
        let Some(described) = if_exists(answered(DESCRIBE, request.send().await))? else {
            return Ok(None);
        };
        let arn = settled_arn(DESCRIBE, described.notebook_instance_lifecycle_config_arn().unwrap_or_default())?;
        let tags: Tags = of_what_exists(live_tags(self.client, &arn).await)?;
        Ok(Some(LifecycleConfig {
            name: described.notebook_instance_lifecycle_config_name().unwrap_or(&wanted.name).to_owned(),
            arn,
            on_create: script("on_create", described.on_create())?,
            on_start: script("on_start", described.on_start())?,
            tags,
        }))
    }

    /// Makes the one call that an operation names.
    pub(crate) async fn apply(&self, operation: &LifecycleConfigOperation) -> Result<Applied, CallFailure> {
        let (api, client) = (operation.api(), self.client);
        match operation {
            LifecycleConfigOperation::Create { name, on_create, on_start, tags } => {
                let request = client.create_notebook_instance_lifecycle_config();
                let request = request.notebook_instance_lifecycle_config_name(name).set_tags(sent_tags(tags));
                let request =
                    request.set_on_create(Some(hook(on_create.as_ref()))).set_on_start(Some(hook(on_start.as_ref())));
                applied(api, request.send().await)
            }
            LifecycleConfigOperation::Update { name, on_create, on_start } => {
                let request = client.update_notebook_instance_lifecycle_config();
                let request = request.notebook_instance_lifecycle_config_name(name);
                let request =
                    request.set_on_create(Some(hook(on_create.as_ref()))).set_on_start(Some(hook(on_start.as_ref())));
                applied(api, request.send().await)
            }
            LifecycleConfigOperation::Tag { arn, tags } => {
                let request = client.add_tags().resource_arn(arn).set_tags(sent_tags(tags));
                applied(api, request.send().await)
            }
            LifecycleConfigOperation::Untag { arn, keys } => {
                let request = client.delete_tags().resource_arn(arn).set_tag_keys(Some(keys.clone()));
                applied(api, request.send().await)
            }
            LifecycleConfigOperation::Delete { name } => {
                let request = client.delete_notebook_instance_lifecycle_config();
                applied(api, request.notebook_instance_lifecycle_config_name(name).send().await)
            }
        }
    }
}

/// A hook has one script at most, or one without text.
fn script(field: &str, hooks: &[NotebookInstanceLifecycleHook]) -> Result<Field<Script>, CallFailure> {
    let content = hooks.first().and_then(NotebookInstanceLifecycleHook::content).filter(|content| !content.is_empty());
    let Some(content) = content else {
        return Ok(Field::Null);
    };
    Script::from_base64(content).map(Field::Set).map_err(|error| {
        CallFailure::new(FailureKind::Unexpected, DESCRIBE, format!("the live `{field}` cannot be read: {error}"))
            .with_help("no instance can run it: set it anew with the AWS CLI, in base64, or delete the configuration")
    })
}

/// No script is an empty list: what leaving the member out does is not documented.
fn hook(script: Option<&Script>) -> Vec<NotebookInstanceLifecycleHook> {
    let hook = |script: &Script| NotebookInstanceLifecycleHook::builder().content(script.to_base64()).build();
    script.map(hook).into_iter().collect()
}
