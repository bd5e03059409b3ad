//! The lab's page as it names things, and the shipped manifest of it.

use std::path::{Path, PathBuf};

/// The account of the sandbox, and of moto as the tests start it.
pub const ACCOUNT: &str = "111122223333";
/// The name of both the clusters' role and its instance profile.
pub const ROLE: &str = "databricks-cluster-sagemaker-access-role";
/// The ARN of the clusters' role.
pub const ROLE_ARN: &str = "arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role";
/// The ARN of the clusters' instance profile.
pub const PROFILE_ARN: &str = "arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role";
/// The role of the workspace, which belongs to somebody else.
pub const WORKSPACE_ROLE: &str = "databricks-cross-account-role";
/// The SageMaker notebook instance.
pub const NOTEBOOK_INSTANCE: &str = "databricks-on-aws-immersion-day";
/// The three managed policies of the clusters' role, in the order of the page.
pub const MANAGED_POLICIES: [&str; 3] =
    ["AmazonS3FullAccess", "AmazonEC2ContainerRegistryFullAccess", "AmazonSageMakerFullAccess"];

/// The ARN of an AWS-managed policy.
pub fn managed_policy_arn(name: &str) -> String {
    format!("arn:aws:iam::aws:policy/{name}")
}

/// The shipped manifest.
pub fn manifest() -> PathBuf {
    root().join("manifests/lab/reconcile.yaml")
}

/// The root of the project.
pub fn root() -> &'static Path {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR"));
    cli.ancestors().nth(2).expect("the cli crate lies two folders below the root")
}
