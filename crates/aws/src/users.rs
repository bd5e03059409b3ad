//! Which notebook instances of the region use something that is to go.

use std::collections::BTreeSet;

use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::types::NotebookInstanceSummary;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::Kind;
use reconcile_core::inquiry::{Used, User};

use crate::call::answered;
use crate::live::{CALLS_IN_FLIGHT, if_exists};
use crate::notebook_instance::listed_instances;

const LIST: &str = "sagemaker:ListNotebookInstances";
const DESCRIBE: &str = "sagemaker:DescribeNotebookInstance";

/// Returns the notebook instances that use a role or a lifecycle configuration.
pub(crate) async fn of(client: &Client, used: &Used) -> Result<BTreeSet<User>, CallFailure> {
    let names = match used.kind {
        Kind::SagemakerLifecycleConfig => with_lifecycle_config(client, &used.name).await?,
        Kind::IamRole => with_role(client, used.arn.as_deref().unwrap_or_default()).await?,
        Kind::IamPolicy
        | Kind::IamInstanceProfile
        | Kind::SagemakerNotebookInstance
        | Kind::DatabricksInstanceProfile
        | Kind::DatabricksCluster
        | Kind::DatabricksNotebook => {
            let message = format!("the users of a {} are not looked for in AWS", used.kind.noun());
            return Err(CallFailure::new(FailureKind::Unexpected, LIST, message));
        }
    };
    let kind = Kind::SagemakerNotebookInstance;
    Ok(names.into_iter().map(|name| User::Resource { kind, name }).collect())
}

/// The list tells the lifecycle configuration of each, and filters by a part of its name.
async fn with_lifecycle_config(client: &Client, config: &str) -> Result<Vec<String>, CallFailure> {
    let request = client.list_notebook_instances().notebook_instance_lifecycle_config_name_contains(config);
    let listed = listed_instances(request).await?;
    let of_that_name =
        listed.into_iter().filter(|listed| listed.notebook_instance_lifecycle_config_name.as_deref() == Some(config));
    Ok(of_that_name.filter_map(|listed| listed.notebook_instance_name).collect())
}

/// The list does not tell the role, so each is described.
async fn with_role(client: &Client, role_arn: &str) -> Result<Vec<String>, CallFailure> {
    let listed = listed_instances(client.list_notebook_instances()).await?;
    let described: Vec<_> = listed.into_iter().map(|listed| role_of(client, listed)).collect();
    let with_roles: Vec<_> = stream::iter(described).buffered(CALLS_IN_FLIGHT).try_collect().await?;
    Ok(with_roles.into_iter().flatten().filter(|(_, role)| role == role_arn).map(|(name, _)| name).collect())
}

/// Returns an instance's name and its role's ARN; nothing where it is gone meanwhile.
async fn role_of(client: &Client, listed: NotebookInstanceSummary) -> Result<Option<(String, String)>, CallFailure> {
    let Some(name) = listed.notebook_instance_name else { return Ok(None) };
    let request = client.describe_notebook_instance().notebook_instance_name(&name);
    let described = if_exists(answered(DESCRIBE, request.send().await))?;
    Ok(described.and_then(|described| Some((name, described.role_arn?))))
}
