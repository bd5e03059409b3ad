//! AWS-managed policies that give more than a lab needs.

use super::{Code, Finding};

/// Policies by their names, and what to have instead.
const FULL_ACCESS: [(&str, &str, &str); 6] = [
    ("AdministratorAccess", "every action on every resource", "list the actions and resources in a policy of your own"),
    (
        "PowerUserAccess",
        "every action but those of IAM and Organizations",
        "list the actions and resources in a policy of your own",
    ),
    ("IAMFullAccess", "the right to give oneself all others", "list the roles and actions in a policy of your own"),
    (
        "AmazonS3FullAccess",
        "every bucket of the account, to read, change and delete",
        "allow s3:GetObject, s3:PutObject and s3:ListBucket on the buckets by name",
    ),
    (
        "AmazonSageMakerFullAccess",
        "all of SageMaker, and to pass roles to it",
        "allow the actions that the notebook uses, on its own resources",
    ),
    (
        "AmazonEC2ContainerRegistryFullAccess",
        "every repository of the account, to push to and delete",
        "AmazonEC2ContainerRegistryReadOnly is enough to pull images",
    ),
];

/// A finding for the ARN (or the bare name) of an AWS-managed policy that gives full access. Nothing for any other, and for
/// a policy of the account's own of the same name.
pub fn check_managed_policy_arn(arn: &str) -> Option<Finding> {
    let name = match arn.split_once(":iam::aws:policy/") {
        Some((partition, name)) if partition.starts_with("arn:") => name,
        Some(_) => return None,
        None => arn,
    };
    let (name, gives, help) = FULL_ACCESS.iter().find(|(known, _, _)| *known == name)?;
    Some(Finding {
        code: Code::FullAccess,
        severity: Code::FullAccess.severity(),
        place: String::new(),
        message: format!("the AWS-managed policy {name} gives {gives}"),
        help: format!("narrow it: {help}"),
    })
}
