//! Who in the workspace uses an instance profile that is to go.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::Kind;
use reconcile_core::inquiry::{Used, User};
use tokio::sync::OnceCell;

use crate::client::Client;
use crate::{cluster, registration};

/// The names of the clusters that use each instance profile, by its ARN: one list answers for every profile of a plan.
#[derive(Debug, Default)]
pub(crate) struct ClustersByProfile(OnceCell<Result<BTreeMap<String, BTreeSet<String>>, CallFailure>>);

impl ClustersByProfile {
    async fn using(&self, client: &Client, used: &Used) -> Result<BTreeSet<String>, CallFailure> {
        let listed = self.0.get_or_init(|| cluster::by_instance_profile(client)).await;
        let by_profile = listed.as_ref().map_err(CallFailure::clone)?;
        Ok(by_profile.iter().filter(|(arn, _)| used.bears(arn)).flat_map(|(_, names)| names).cloned().collect())
    }
}

/// Returns who uses an instance profile (registrations, and clusters of people and the API), or a registration (clusters).
pub(crate) async fn of(
    client: &Client,
    clusters: &ClustersByProfile,
    used: &Used,
) -> Result<BTreeSet<User>, CallFailure> {
    let arn = used.arn.as_deref().unwrap_or_default();
    let registered = async {
        match used.kind {
            Kind::IamInstanceProfile => registration::is_registered(client, arn).await,
            Kind::DatabricksInstanceProfile => Ok(false),
            Kind::IamPolicy
            | Kind::IamRole
            | Kind::SagemakerLifecycleConfig
            | Kind::SagemakerNotebookInstance
            | Kind::DatabricksCluster
            | Kind::DatabricksNotebook => {
                let message = format!("the users of a {} are not looked for in a workspace", used.kind.noun());
                Err(CallFailure::new(FailureKind::Unexpected, "databricks", message))
            }
        }
    };
    let (registered, clusters) = tokio::try_join!(registered, clusters.using(client, used))?;
    let registration =
        registered.then(|| User::Resource { kind: Kind::DatabricksInstanceProfile, name: arn.to_owned() });
    let clusters = clusters.into_iter().map(|name| User::Resource { kind: Kind::DatabricksCluster, name });
    Ok(clusters.chain(registration).collect())
}
