//! Kinds, addresses and ARNs: the names by which everything else speaks of a resource.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a resource is. The order is the order of the manifest's reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `iam.policies`
    IamPolicy,
    /// `iam.roles`
    IamRole,
    /// `iam.instance_profiles`
    IamInstanceProfile,
    /// `sagemaker.lifecycle_configs`
    SagemakerLifecycleConfig,
    /// `sagemaker.notebook_instances`
    SagemakerNotebookInstance,
    /// `databricks.instance_profiles`
    DatabricksInstanceProfile,
    /// `databricks.clusters`
    DatabricksCluster,
    /// `databricks.notebooks`
    DatabricksNotebook,
}

/// The cloud that holds a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cloud {
    /// An AWS account and region.
    Aws,
    /// A Databricks workspace.
    Databricks,
}

impl Kind {
    /// Every kind, in the order of the manifest's reference.
    pub const ALL: [Self; 8] = [
        Self::IamPolicy,
        Self::IamRole,
        Self::IamInstanceProfile,
        Self::SagemakerLifecycleConfig,
        Self::SagemakerNotebookInstance,
        Self::DatabricksInstanceProfile,
        Self::DatabricksCluster,
        Self::DatabricksNotebook,
    ];

    /// Returns the section and the key under it that hold this kind in a manifest.
    pub const fn section(self) -> (&'static str, &'static str) {
        match self {
            Self::IamPolicy => ("iam", "policies"),
            Self::IamRole => ("iam", "roles"),
            Self::IamInstanceProfile => ("iam", "instance_profiles"),
            Self::SagemakerLifecycleConfig => ("sagemaker", "lifecycle_configs"),
            Self::SagemakerNotebookInstance => ("sagemaker", "notebook_instances"),
            Self::DatabricksInstanceProfile => ("databricks", "instance_profiles"),
            Self::DatabricksCluster => ("databricks", "clusters"),
            Self::DatabricksNotebook => ("databricks", "notebooks"),
        }
    }

    /// Returns the kind's name in plans: `iam_role`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IamPolicy => "iam_policy",
            Self::IamRole => "iam_role",
            Self::IamInstanceProfile => "iam_instance_profile",
            Self::SagemakerLifecycleConfig => "sagemaker_lifecycle_config",
            Self::SagemakerNotebookInstance => "sagemaker_notebook_instance",
            Self::DatabricksInstanceProfile => "databricks_instance_profile",
            Self::DatabricksCluster => "databricks_cluster",
            Self::DatabricksNotebook => "databricks_notebook",
        }
    }

    /// Returns what a person calls one of it.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::IamPolicy => "policy",
            Self::IamRole => "role",
            Self::IamInstanceProfile => "instance profile",
            Self::SagemakerLifecycleConfig => "lifecycle configuration",
            Self::SagemakerNotebookInstance => "notebook instance",
            Self::DatabricksInstanceProfile => "instance profile registration",
            Self::DatabricksCluster => "cluster",
            Self::DatabricksNotebook => "notebook",
        }
    }

    /// Returns the cloud that holds this kind.
    pub const fn cloud(self) -> Cloud {
        match self {
            Self::IamPolicy
            | Self::IamRole
            | Self::IamInstanceProfile
            | Self::SagemakerLifecycleConfig
            | Self::SagemakerNotebookInstance => Cloud::Aws,
            Self::DatabricksInstanceProfile | Self::DatabricksCluster | Self::DatabricksNotebook => Cloud::Databricks,
        }
    }

    /// Returns the kind that a section and its key hold, if any.
    pub fn of_section(section: &str, key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.section() == (section, key))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The path of a resource in the manifest, such as `iam.roles.cluster`: its one name in plans, logs, errors and flags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    kind: Kind,
    id: String,
}

impl Address {
    /// Makes the address of the resource `id` of a kind; the manifest has checked the id's form.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// Returns the kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the local id: the key in its section.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (section, key) = self.kind.section();
        write!(formatter, "{section}.{key}.{}", self.id)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address (as iam.roles.cluster is one)")]
pub struct NotAnAddress(pub String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let kind = parts.next().zip(parts.next()).and_then(|(section, key)| Kind::of_section(section, key));
        match (kind, parts.next()) {
            (Some(kind), Some(id)) if !id.is_empty() => Ok(Self::new(kind, id)),
            _ => Err(NotAnAddress(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The AWS account, partition and region in which a manifest is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AwsScope {
    /// Twelve digits.
    pub account_id: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// `us-east-1`, …
    pub region: String,
}

impl AwsScope {
    /// Returns the scope in which IAM policies are read.
    pub fn policy_scope(&self) -> iam_policy::Scope {
        iam_policy::Scope { partition: self.partition.clone(), account_id: self.account_id.clone() }
    }

    /// Returns the ARN of a customer-managed policy of this account; `path` starts and ends with `/`.
    pub fn policy_arn(&self, path: &str, name: &str) -> String {
        self.iam_arn("policy", path, name)
    }

    /// Returns the ARN of a role of this account; `path` starts and ends with `/`.
    pub fn role_arn(&self, path: &str, name: &str) -> String {
        self.iam_arn("role", path, name)
    }

    /// Returns the ARN of an instance profile of this account; `path` starts and ends with `/`.
    pub fn instance_profile_arn(&self, path: &str, name: &str) -> String {
        self.iam_arn("instance-profile", path, name)
    }

    /// Returns the ARN of a SageMaker notebook instance; SageMaker lower-cases its name (seen in practice, see the
    /// ARN pattern of `DescribeNotebookInstance`).
    pub fn notebook_instance_arn(&self, name: &str) -> String {
        self.sagemaker_arn("notebook-instance", name)
    }

    /// Returns the ARN of a notebook instance lifecycle configuration, whose name SageMaker lower-cases too.
    pub fn lifecycle_config_arn(&self, name: &str) -> String {
        self.sagemaker_arn("notebook-instance-lifecycle-config", name)
    }

    /// Expands the bare name or path of an AWS-managed policy into its ARN; an ARN is returned as it is.
    pub fn managed_policy_arn(&self, name: &str) -> String {
        if name.starts_with("arn:") {
            return name.to_owned();
        }
        format!("arn:{}:iam::aws:policy/{}", self.partition, name.trim_start_matches('/'))
    }

    fn sagemaker_arn(&self, resource: &str, name: &str) -> String {
        let Self { account_id, partition, region } = self;
        format!("arn:{partition}:sagemaker:{region}:{account_id}:{resource}/{}", name.to_lowercase())
    }

    fn iam_arn(&self, resource: &str, path: &str, name: &str) -> String {
        let Self { account_id, partition, region: _ } = self;
        format!("arn:{partition}:iam::{account_id}:{resource}{path}{name}")
    }
}

/// An Amazon Resource Name, split into its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// `iam`, `sagemaker`, …
    pub service: String,
    /// Empty for global services.
    pub region: String,
    /// Twelve digits, `aws` for AWS-managed policies, or empty.
    pub account_id: String,
    /// Everything after the fifth colon: `role/service-role/name`.
    pub resource: String,
}

impl Arn {
    /// Returns the name behind the last `/` of the resource part.
    pub fn name(&self) -> &str {
        self.resource.rsplit('/').next().unwrap_or(&self.resource)
    }

    /// Returns whether the resource part is of the given type: `role`, `instance-profile`, `policy`.
    pub fn is_resource_type(&self, resource_type: &str) -> bool {
        self.resource.strip_prefix(resource_type).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// A text that is no ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ARN (arn:partition:service:region:account:resource)")]
pub struct NotAnArn(pub String);

impl FromStr for Arn {
    type Err = NotAnArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().map(str::to_owned);
        match (next(), next(), next(), next(), next(), next()) {
            (Some(scheme), Some(partition), Some(service), Some(region), Some(account_id), Some(resource))
                if scheme == "arn" && !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
            {
                Ok(Self { partition, service, region, account_id, resource })
            }
            _ => Err(NotAnArn(text.to_owned())),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account_id, resource } = self;
        write!(formatter, "arn:{partition}:{service}:{region}:{account_id}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Arn, AwsScope, Kind};

    #[test]
    fn every_kind_is_found_by_its_section() {
        for kind in Kind::ALL {
            let (section, key) = kind.section();
            assert_eq!(Kind::of_section(section, key), Some(kind));
        }
        assert_eq!(Kind::of_section("iam", "groups"), None);
    }

    #[test]
    fn an_address_reads_as_its_path_in_the_manifest() {
        let address = Address::new(Kind::DatabricksCluster, "lab");
        assert_eq!(address.to_string(), "databricks.clusters.lab");
        assert_eq!("databricks.clusters.lab".parse(), Ok(address));
        // The id of an orphan may hold dots.
        assert_eq!("iam.roles.(a.b)".parse(), Ok(Address::new(Kind::IamRole, "(a.b)")));
        assert!("iam.groups.x".parse::<Address>().is_err() && "iam.roles.".parse::<Address>().is_err());
    }

    #[test]
    fn an_arn_survives_its_parts() {
        let text = "arn:aws:iam::111122223333:role/service-role/x";
        let arn: Arn = text.parse().expect("an ARN");
        assert_eq!((arn.to_string().as_str(), arn.name()), (text, "x"));
        assert!(arn.is_resource_type("role") && !arn.is_resource_type("rol"));
        assert!("AROAEXAMPLE".parse::<Arn>().is_err() && "arn:aws:iam::1:".parse::<Arn>().is_err());
    }

    #[test]
    fn bare_names_of_managed_policies_are_expanded_in_the_partition() {
        let scope = AwsScope {
            account_id: "111122223333".to_owned(),
            partition: "aws-cn".to_owned(),
            region: "cn-north-1".to_owned(),
        };
        assert_eq!(scope.managed_policy_arn("service-role/X"), "arn:aws-cn:iam::aws:policy/service-role/X");
        assert_eq!(scope.managed_policy_arn("arn:aws:iam::1:policy/X"), "arn:aws:iam::1:policy/X");
    }
}
