//! SageMaker's errors: all of them are HTTP 400 with a code and a message.

/// A refusal in SageMaker's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SageMakerError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl SageMakerError {
    /// What the service itself refuses: also its not-found and its illegal state.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self { code: "ValidationException", message: message.into() }
    }

    /// One constraint of the model, in the words of AWS's validator.
    pub(crate) fn constraint(member: &str, value: &str, constraint: &str) -> Self {
        let mut name = member.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        Self::validation(format!(
            "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: {constraint}"
        ))
    }

    /// A body or a member of the wrong type.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self { code: "SerializationException", message: message.into() }
    }

    /// No notebook instance of that name: SageMaker says so with a validation exception.
    pub(crate) fn record_not_found() -> Self {
        Self::validation("RecordNotFound")
    }

    /// No resource of that ARN.
    pub(crate) fn resource_not_found(arn: &str) -> Self {
        Self { code: "ResourceNotFound", message: format!("Could not find resource {arn}.") }
    }

    /// A quota.
    pub(crate) fn limit_exceeded(message: impl Into<String>) -> Self {
        Self { code: "ResourceLimitExceeded", message: message.into() }
    }

    /// No such operation.
    pub(crate) fn unknown_operation() -> Self {
        Self {
            code: "UnknownOperationException",
            message: "The requested operation is not supported in the called service.".to_owned(),
        }
    }
}
