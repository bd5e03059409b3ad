//! The provider: which calls read the wanted resources, and which call an operation is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::Kind;
use reconcile_core::inquiry::{Answer, Inquiry};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};
use reconcile_engine::{Applied, Provider, Wanted};
use tokio::sync::Mutex;

use crate::client::{ApiVersion, Client};
use crate::cluster::{self, Ids};
use crate::users::{self, ClustersByProfile};
use crate::{notebook, registration};

/// How many calls of one kind are under way at once: well below the published limits (30 imports and 60 exports a
/// second), and enough to hide the latency.
pub(crate) const AT_ONCE: usize = 8;

/// One workspace, for one manifest.
#[derive(Debug)]
pub struct DatabricksProvider {
    client: Client,
    manifest: String,
    ids: Ids,
    /// Held while folders are made: made side by side, parents are made twice (terraform-provider-databricks holds a
    /// lock for the same reason).
    folders: Mutex<()>,
    clusters_by_profile: ClustersByProfile,
}

impl DatabricksProvider {
    /// A provider that works through this client. Among clusters of one name it takes the one whose owner tag is
    /// `manifest`, the manifest's name.
    pub fn new(client: Client, manifest: impl Into<String>) -> Self {
        Self {
            client,
            manifest: manifest.into(),
            ids: Ids::default(),
            clusters_by_profile: ClustersByProfile::default(),
            folders: Mutex::new(()),
        }
    }
}

/// The wanted resources by kind, each with its place in the list.
#[derive(Default)]
struct Sorted<'a> {
    registrations: Vec<(usize, &'a reconcile_core::resource::Registration)>,
    clusters: Vec<(usize, &'a reconcile_core::resource::Cluster)>,
    notebooks: Vec<(usize, &'a reconcile_core::resource::Notebook)>,
    foreign: Vec<(usize, Kind)>,
}

impl<'a> Sorted<'a> {
    fn of(wanted: &[Wanted<'a>]) -> Self {
        let mut sorted = Self::default();
        for (place, wanted) in wanted.iter().enumerate() {
            match wanted.resource {
                Resource::Registration(registration) => sorted.registrations.push((place, registration)),
                Resource::Cluster(cluster) => sorted.clusters.push((place, cluster)),
                Resource::Notebook(notebook) => sorted.notebooks.push((place, notebook)),
                Resource::ManagedPolicy(_)
                | Resource::Role(_)
                | Resource::InstanceProfile(_)
                | Resource::LifecycleConfig(_)
                | Resource::NotebookInstance(_) => {
                    sorted.foreign.push((place, wanted.resource.kind()));
                }
            }
        }
        sorted
    }
}

#[async_trait]
impl Provider for DatabricksProvider {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::DatabricksInstanceProfile, Kind::DatabricksCluster, Kind::DatabricksNotebook]
    }

    async fn read(&self, wanted: &[Wanted<'_>]) -> Vec<Reading> {
        let Sorted { registrations, clusters, notebooks, foreign } = Sorted::of(wanted);
        let (registrations, clusters, notebooks) = tokio::join!(
            registration::read(&self.client, &registrations),
            cluster::read(&self.client, &self.manifest, &self.ids, &clusters),
            notebook::read(&self.client, &notebooks),
        );
        let foreign = foreign.into_iter().map(|(place, kind)| (place, Reading::Failed(not_ours(kind))));
        let found: BTreeMap<usize, Reading> =
            registrations.into_iter().chain(clusters).chain(notebooks).chain(foreign).collect();
        found.into_values().collect()
    }

    async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, CallFailure> {
        match inquiry {
            Inquiry::Users { cloud: _, of } => {
                users::of(&self.client, &self.clusters_by_profile, of).await.map(Answer::Users)
            }
            Inquiry::PolicyDocument { arn: _ }
            | Inquiry::RolePolicies { role: _ }
            | Inquiry::CallerMayPass { roles: _, service: _ }
            | Inquiry::AccountSummary => {
                let message = format!("{inquiry} is nothing that a workspace knows");
                Err(CallFailure::new(FailureKind::Unexpected, "databricks", message))
            }
        }
    }

    async fn apply(&self, operation: &Operation) -> Result<Applied, CallFailure> {
        let answer = match operation {
            Operation::Registration(operation) => registration::apply(&self.client, operation).await,
            Operation::Cluster(operation) => cluster::apply(&self.client, &self.ids, operation).await,
            Operation::Notebook(operation) => notebook::apply(&self.client, &self.folders, operation).await,
            Operation::ManagedPolicy(_)
            | Operation::Role(_)
            | Operation::InstanceProfile(_)
            | Operation::LifecycleConfig(_)
            | Operation::NotebookInstance(_) => {
                let message = "it is no call of a Databricks workspace";
                return Err(CallFailure::new(FailureKind::Unexpected, operation.api(), message));
            }
        };
        let request_id = answer.map_err(|failure| failure.without(&operation.secret_values()))?;
        Ok(Applied { request_id })
    }

    async fn twin(&self, resource: &Resource) -> Result<Option<Operation>, CallFailure> {
        match resource {
            Resource::Cluster(made) => {
                let twin = cluster::twin(&self.client, &self.manifest, &self.ids, made).await?;
                Ok(twin.map(Operation::Cluster))
            }
            Resource::Registration(_)
            | Resource::Notebook(_)
            | Resource::ManagedPolicy(_)
            | Resource::Role(_)
            | Resource::InstanceProfile(_)
            | Resource::LifecycleConfig(_)
            | Resource::NotebookInstance(_) => Ok(None),
        }
    }

    async fn list_owned(&self, owner: &str, known: &[&Resource]) -> Result<Vec<Resource>, CallFailure> {
        cluster::list_owned(&self.client, &self.ids, owner, known).await
    }

    /// <https://docs.databricks.com/api/workspace/currentuser/me>
    async fn caller(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Me {
            #[serde(rename = "userName")]
            user_name: Option<String>,
        }
        let me = self.client.get::<Me>("preview/scim/v2/Me", ApiVersion::V2_0, &[]).await;
        me.inspect_err(|error| tracing::debug!(%error, "who calls is not known")).ok()?.user_name
    }

    fn calls(&self) -> u64 {
        self.client.calls()
    }
}

fn not_ours(kind: Kind) -> CallFailure {
    CallFailure::new(FailureKind::Unexpected, "databricks", format!("a {} is nothing of a workspace", kind.noun()))
}

#[cfg(test)]
mod tests;
