//! IAM's errors: a code, its HTTP status, and IAM's own words.

/// A refusal in IAM's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IamError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl IamError {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// What was named does not exist.
    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(404, "NoSuchEntity", message)
    }

    /// No role of that name.
    pub(crate) fn no_such_role(name: &str) -> Self {
        Self::no_such_entity(format!("The role with name {name} cannot be found."))
    }

    /// The name is taken.
    pub(crate) fn already_exists(message: impl Into<String>) -> Self {
        Self::new(409, "EntityAlreadyExists", message)
    }

    /// The name was just given up, and cannot be taken again yet.
    pub(crate) fn temporarily_unmodifiable(name: &str) -> Self {
        let message = format!(
            "The request was rejected because it referenced an entity that is temporarily unmodifiable, such as a name \
             that was deleted and then recreated: {name}. Wait several minutes and try again."
        );
        Self::new(409, "EntityTemporarilyUnmodifiable", message)
    }

    /// Something still hangs on what should be deleted.
    pub(crate) fn delete_conflict(message: impl Into<String>) -> Self {
        Self::new(409, "DeleteConflict", message)
    }

    /// A quota.
    pub(crate) fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new(409, "LimitExceeded", message)
    }

    /// A policy document that IAM does not take.
    pub(crate) fn malformed_document(message: impl Into<String>) -> Self {
        Self::new(400, "MalformedPolicyDocument", message)
    }

    /// A policy that only AWS may attach.
    pub(crate) fn not_attachable(message: impl Into<String>) -> Self {
        Self::new(400, "PolicyNotAttachable", message)
    }

    /// A parameter that breaks the model's constraints.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// One constraint of the model, in the words of AWS's validator.
    pub(crate) fn constraint(member: &str, value: Option<&str>, constraint: &str) -> Self {
        let value = value.map_or("Value".to_owned(), |value| format!("Value '{value}'"));
        Self::validation(format!(
            "1 validation error detected: {value} at '{}' failed to satisfy constraint: {constraint}",
            lower_first(member)
        ))
    }

    /// A parameter that is well formed and still cannot be.
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidInput", message)
    }

    /// The caller may not.
    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    /// No such operation.
    pub(crate) fn invalid_action(action: &str, version: &str) -> Self {
        Self::new(400, "InvalidAction", format!("Could not find operation {action} for version {version}"))
    }
}

/// A member's name as AWS's validator writes it: `roleName` for `RoleName`.
pub(crate) fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}
