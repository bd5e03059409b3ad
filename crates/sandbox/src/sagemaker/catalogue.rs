//! What notebook instances can be made of: instance types and platforms.

use crate::sagemaker::error::SageMakerError;

/// The platform of an instance that names none, since 15 May 2026.
pub(crate) const DEFAULT_PLATFORM: &str = "notebook-al2023-v1";

/// All platforms there ever were. Amazon Linux 1 and 2 can be neither created nor started since 1 July 2026.
const PLATFORMS: [&str; 5] =
    ["notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2", "notebook-al2-v3", DEFAULT_PLATFORM];

/// The families that Amazon Linux 2023 does not run on.
const WITHOUT_AL2023: [&str; 5] = ["p2", "p3", "p3dn", "inf1", "g3"];

/// Refuses an instance type that SageMaker does not know.
pub(crate) fn check_instance_type(name: &str) -> Result<(), SageMakerError> {
    let known = name.strip_prefix("ml.").and_then(|rest| rest.split_once('.')).is_some_and(|(family, size)| {
        INSTANCE_TYPES.iter().any(|(known, sizes)| *known == family && sizes.contains(&size))
    });
    if known {
        return Ok(());
    }
    let all: Vec<String> = INSTANCE_TYPES
        .iter()
        .flat_map(|(family, sizes)| sizes.iter().map(move |size| format!("ml.{family}.{size}")))
        .collect();
    let constraint = format!("Member must satisfy enum value set: [{}]", all.join(", "));
    Err(SageMakerError::constraint("InstanceType", &format!("'{name}'"), &constraint))
}

/// Refuses a platform that is unknown, retired, or does not run on the instance type.
pub(crate) fn check_platform(platform: &str, instance_type: &str, retired_allowed: bool) -> Result<(), SageMakerError> {
    if !PLATFORMS.contains(&platform) {
        let constraint = format!("Member must satisfy regular expression pattern: ({})", PLATFORMS.join("|"));
        return Err(SageMakerError::constraint("PlatformIdentifier", &format!("'{platform}'"), &constraint));
    }
    let family = instance_type.split('.').nth(1).unwrap_or_default();
    let retired = platform != DEFAULT_PLATFORM && !retired_allowed;
    let unsupported = platform == DEFAULT_PLATFORM && WITHOUT_AL2023.contains(&family);
    if retired {
        return Err(SageMakerError::validation(format!(
            "Platform identifier ({platform}) is not supported for this service."
        )));
    }
    if unsupported {
        return Err(SageMakerError::validation(format!(
            "Platform identifier ({platform}) is not supported for instance type ({instance_type})."
        )));
    }
    Ok(())
}

/// Families and their sizes, from the SDK's service model.
#[rustfmt::skip] // One family a line.
const INSTANCE_TYPES: &[(&str, &[&str])] = &[
    ("t2", &["medium", "large", "xlarge", "2xlarge"]),
    ("t3", &["medium", "large", "xlarge", "2xlarge"]),
    ("m4", &["xlarge", "2xlarge", "4xlarge", "10xlarge", "16xlarge"]),
    ("m5", &["xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"]),
    ("m5d", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"]),
    ("c4", &["xlarge", "2xlarge", "4xlarge", "8xlarge"]),
    ("c5", &["xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"]),
    ("c5d", &["xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"]),
    ("p2", &["xlarge", "8xlarge", "16xlarge"]),
    ("p3", &["2xlarge", "8xlarge", "16xlarge"]),
    ("p3dn", &["24xlarge"]),
    ("g4dn", &["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"]),
    ("r5", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"]),
    ("g5", &["xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge", "12xlarge", "24xlarge", "48xlarge"]),
    ("inf1", &["xlarge", "2xlarge", "6xlarge", "24xlarge"]),
    ("trn1", &["2xlarge", "32xlarge"]),
    ("trn1n", &["32xlarge"]),
    ("inf2", &["xlarge", "8xlarge", "24xlarge", "48xlarge"]),
    ("p4d", &["24xlarge"]),
    ("p4de", &["24xlarge"]),
    ("p5", &["48xlarge", "4xlarge"]),
    ("p6-b200", &["48xlarge"]),
    ("m6i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("m7i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
    ("c6i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("c7i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
    ("r6i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("r7i", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
    ("m6id", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("c6id", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("r6id", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"]),
    ("g6", &["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]),
    ("p5en", &["48xlarge"]),
];
