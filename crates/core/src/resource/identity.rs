//! What resources are told apart by.

use super::Resource;
use crate::field::Field;
use crate::id::Kind;

/// What no two resources of one place share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NaturalKey {
    kind: Kind,
    /// The name, in small letters where its case does not count.
    name: String,
    /// The id of a cluster that says which one is meant: then several may bear one name.
    which: Option<String>,
}

impl Resource {
    /// Returns what it is told apart by: its kind and its name, whose case IAM ignores.
    pub fn natural_key(&self) -> NaturalKey {
        let kind = self.kind();
        let name = match kind {
            Kind::IamPolicy | Kind::IamRole | Kind::IamInstanceProfile => self.name().to_lowercase(),
            Kind::SagemakerLifecycleConfig
            | Kind::SagemakerNotebookInstance
            | Kind::DatabricksInstanceProfile
            | Kind::DatabricksCluster
            | Kind::DatabricksNotebook => self.name().to_owned(),
        };
        let which = match self {
            Self::Cluster(cluster) => match &cluster.cluster_id {
                Field::Set(id) => Some(id.clone()),
                Field::Absent | Field::Null => None,
            },
            Self::ManagedPolicy(_)
            | Self::Role(_)
            | Self::InstanceProfile(_)
            | Self::LifecycleConfig(_)
            | Self::NotebookInstance(_)
            | Self::Registration(_)
            | Self::Notebook(_) => None,
        };
        NaturalKey { kind, name, which }
    }
}
