//! What a service's error code means for what may be done next.
//!
//! The same code is both the passing and the lasting error in places, so the call and the message count too. Codes are
//! those of the services' models; messages are as recorded in issues of the tools that met them.

use reconcile_core::failure::FailureKind;

use FailureKind::{
    AlreadyExists, Conflict, Credentials, Denied, InUse, Invalid, NotFound, NotYetVisible, Quota, Throttled, Transient,
    Unexpected,
};

/// Codes that mean the same whatever the call and the message.
const BY_CODE: [(FailureKind, &[&str]); 9] = [
    (
        Throttled,
        &[
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "BandwidthLimitExceeded",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2ThrottledException",
        ],
    ),
    // IAM's `LimitExceeded` is a quota, although its name is close to codes that are throttling.
    (Quota, &["LimitExceeded", "LimitExceededException", "ResourceLimitExceeded", "ServiceQuotaExceededException"]),
    (
        Transient,
        &[
            "RequestTimeout",
            "RequestTimeoutException",
            "InternalFailure",
            "InternalError",
            "InternalServerError",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "Unavailable",
        ],
    ),
    (
        Conflict,
        &[
            "ConcurrentModification",
            "ConcurrentModificationException",
            "ConflictException",
            "EntityTemporarilyUnmodifiable",
            "ResourceInUse",
        ],
    ),
    (InUse, &["DeleteConflict"]),
    (AlreadyExists, &["EntityAlreadyExists"]),
    (Denied, &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException"]),
    (
        Credentials,
        &[
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "InvalidToken",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "OptInRequired",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ],
    ),
    (
        Invalid,
        &[
            "InvalidInput",
            "InvalidParameterValue",
            "MalformedPolicyDocument",
            "PolicyNotAttachable",
            "UnmodifiableEntity",
            "ValidationError",
            "ValidationException",
        ],
    ),
];

/// Beginnings of the calls that add to something which has to exist.
const ADDING: [&str; 6] = ["Add", "Attach", "Create", "Put", "Tag", "Update"];

/// Tells what a refusal means. `status` is the HTTP status, where it is known.
pub(super) fn classify(api: &str, code: &str, message: &str, status: Option<u16>) -> FailureKind {
    by_message(api, code, message).or_else(|| by_code(code)).unwrap_or_else(|| status.map_or(Unexpected, by_status))
}

/// Tells what an HTTP status means where nothing else is known.
pub(super) const fn by_status(status: u16) -> FailureKind {
    match status {
        401 | 403 => Denied,
        429 => Throttled,
        400..=499 => Invalid,
        500..=599 => Transient,
        _ => Unexpected,
    }
}

fn by_message(api: &str, code: &str, message: &str) -> Option<FailureKind> {
    let says = |text: &str| message.contains(text);
    Some(match code {
        "NoSuchEntity" | "ResourceNotFound" => missing(api),
        // SageMaker has no code of its own for what does not exist.
        "ValidationException" if message.starts_with("RecordNotFound") => missing(api),
        "ValidationException" if message.starts_with("Unable to describe Notebook Instance Lifecycle Config") => {
            missing(api)
        }
        "ValidationException" if says("Cannot create a duplicate") => AlreadyExists,
        "ValidationException" if says("Lifecycle Config already exists") => AlreadyExists,
        "ValidationException" if says("Unable to transition to") => Conflict,
        "ValidationException" if says("Could not assume role") => NotYetVisible,
        "MalformedPolicyDocument" if says("Invalid principal in policy") => NotYetVisible,
        "InvalidParameterValue" if says("Invalid IAM Instance Profile name") => NotYetVisible,
        _ => return None,
    })
}

/// Reading or taking away what is not there means that it is not there. Adding to what is not there may be too early.
fn missing(api: &str) -> FailureKind {
    let call = api.rsplit(':').next().unwrap_or(api);
    if ADDING.iter().any(|beginning| call.starts_with(beginning)) { NotYetVisible } else { NotFound }
}

fn by_code(code: &str) -> Option<FailureKind> {
    BY_CODE.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use reconcile_core::failure::FailureKind::{self, *};
    use rstest::rstest;

    use super::classify;

    #[rstest]
    #[case::reading("iam:GetRole", "NoSuchEntity", "The role with name x cannot be found.", NotFound)]
    #[case::taking_away("iam:DetachRolePolicy", "NoSuchEntity", "Policy x was not found.", NotFound)]
    #[case::adding(
        "iam:AttachRolePolicy",
        "NoSuchEntity",
        "Policy x does not exist or is not attachable.",
        NotYetVisible
    )]
    #[case::adding_role(
        "iam:AddRoleToInstanceProfile",
        "NoSuchEntity",
        "The role with name x cannot be found.",
        NotYetVisible
    )]
    #[case::principal(
        "iam:CreateRole",
        "MalformedPolicyDocument",
        "Invalid principal in policy: \"AWS\":\"x\"",
        NotYetVisible
    )]
    #[case::grammar("iam:CreateRole", "MalformedPolicyDocument", "Has prohibited field Resource", Invalid)]
    #[case::profile_name(
        "iam:AddRoleToInstanceProfile",
        "InvalidParameterValue",
        "Invalid IAM Instance Profile name x",
        NotYetVisible
    )]
    #[case::quota(
        "iam:PutRolePolicy",
        "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for role x",
        Quota
    )]
    #[case::throttled("iam:GetRole", "Throttling", "Rate exceeded", Throttled)]
    #[case::concurrent("iam:TagRole", "ConcurrentModification", "", Conflict)]
    #[case::just_deleted("iam:CreateRole", "EntityTemporarilyUnmodifiable", "", Conflict)]
    #[case::in_use("iam:DeleteRole", "DeleteConflict", "Cannot delete entity, must detach all policies first.", InUse)]
    #[case::taken("iam:CreateRole", "EntityAlreadyExists", "Role with name x already exists.", AlreadyExists)]
    #[case::taken_notebook(
        "sagemaker:CreateNotebookInstance",
        "ValidationException",
        "Cannot create a duplicate notebook instance (arn)",
        AlreadyExists
    )]
    #[case::taken_lifecycle_config(
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "ValidationException",
        "Unable to create Notebook Instance Lifecycle Config x. (Details: Notebook Instance Lifecycle Config already exists.)",
        AlreadyExists
    )]
    #[case::no_lifecycle_config(
        "sagemaker:DescribeNotebookInstanceLifecycleConfig",
        "ValidationException",
        "Unable to describe Notebook Instance Lifecycle Config 'x'. (Details: Notebook Instance Lifecycle Config does not exist)",
        NotFound
    )]
    #[case::used_lifecycle_config(
        "sagemaker:DeleteNotebookInstanceLifecycleConfig",
        "ValidationException",
        "Unable to delete Notebook Instance Lifecycle Config 'x'. (Details: Notebook Instance y uses it)",
        Invalid
    )]
    #[case::no_notebook("sagemaker:DescribeNotebookInstance", "ValidationException", "RecordNotFound", NotFound)]
    #[case::no_notebook_to_tag("sagemaker:AddTags", "ValidationException", "RecordNotFound", NotYetVisible)]
    #[case::wrong_state(
        "sagemaker:StopNotebookInstance",
        "ValidationException",
        "Status (Pending) not in ([InService]). Unable to transition to (Stopping) for Notebook Instance (arn).",
        Conflict
    )]
    #[case::fresh_role(
        "sagemaker:CreateNotebookInstance",
        "ValidationException",
        "Could not assume role arn:x. Please ensure that the role exists",
        NotYetVisible
    )]
    #[case::other_validation(
        "sagemaker:CreateNotebookInstance",
        "ValidationException",
        "1 validation error detected",
        Invalid
    )]
    #[case::instances(
        "sagemaker:CreateNotebookInstance",
        "ResourceLimitExceeded",
        "The account-level service limit",
        Quota
    )]
    #[case::denied("sagemaker:ListTags", "AccessDeniedException", "", Denied)]
    #[case::expired("iam:GetRole", "ExpiredToken", "", Credentials)]
    #[case::unheard_of("iam:GetRole", "NameConflict", "", Invalid)]
    fn an_error_means(#[case] api: &str, #[case] code: &str, #[case] message: &str, #[case] kind: FailureKind) {
        assert_eq!(classify(api, code, message, Some(400)), kind);
    }

    #[rstest]
    #[case(Some(403), Denied)]
    #[case(Some(429), Throttled)]
    #[case(Some(503), Transient)]
    #[case(None, Unexpected)]
    fn an_unknown_code_is_judged_by_its_status(#[case] status: Option<u16>, #[case] kind: FailureKind) {
        assert_eq!(classify("iam:GetRole", "NeverHeardOf", "", status), kind);
    }
}
