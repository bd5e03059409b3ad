//! How a call to a service can fail: the one shape in which providers tell it.

use std::fmt;

use serde::Serialize;

use crate::resource::cluster::schema::MASK;

/// What is shorter keeps nothing secret, and may stand in any message: a number, `true`.
const SHORTEST_SECRET: usize = 6;

/// What a failed call means for what may be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The thing named does not exist.
    NotFound,
    /// A thing of that name exists already.
    AlreadyExists,
    /// Someone else changes or uses it right now, or it is in a state that forbids the call.
    Conflict,
    /// It is still used, or still holds something, so that it cannot go. It is worth waiting only where this run has just
    /// taken that from it.
    InUse,
    /// Looks like something new that another service does not see yet. It is worth waiting only where this run made
    /// the thing; otherwise the same answer is permanent.
    NotYetVisible,
    /// Refused for the rate of calls, after the client's own retries.
    Throttled,
    /// The caller may not do this.
    Denied,
    /// No, wrong or expired credentials.
    Credentials,
    /// The service refuses the request's content.
    Invalid,
    /// A quota of the account is reached.
    Quota,
    /// The service failed or the answer was lost, after the client's own retries: unknown whether it happened.
    Transient,
    /// The service could not be reached: it did not happen.
    Unreachable,
    /// The answer could not be understood, or what was found cannot be told apart.
    Unexpected,
}

/// A failed call: what failed, why (the service's own code and message, decoded), and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct CallFailure {
    /// What it means.
    pub kind: FailureKind,
    /// The service and the call: `iam:GetRole`, `databricks:clusters/get`.
    pub api: String,
    /// The service's own code: `AccessDenied`, `INVALID_STATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The service's own message, without secrets.
    pub message: String,
    /// What the user can do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The service's id of the request, for its support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Returns a service's message in which the secrets that were sent to it are masked.
pub fn masked(message: &str, secrets: &[&str]) -> String {
    let mut secrets: Vec<_> = secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET).collect();
    // One may be a part of another one.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.into_iter().fold(message.to_owned(), |message, secret| message.replace(*secret, MASK))
}

impl CallFailure {
    /// Makes a failure without a service's code, id or help.
    pub fn new(kind: FailureKind, api: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, api: api.into(), code: None, message: message.into(), help: None, request_id: None }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Masks secrets that the service repeats in its message.
    #[must_use]
    pub fn without(mut self, secrets: &[&str]) -> Self {
        self.message = masked(&self.message, secrets);
        self
    }
}

impl fmt::Display for CallFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: _, api, code, message, help: _, request_id } = self;
        write!(formatter, "{api}: ")?;
        if let Some(code) = code {
            write!(formatter, "{code}: ")?;
        }
        formatter.write_str(message)?;
        if let Some(request_id) = request_id {
            write!(formatter, " (request {request_id})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_masked_in_messages_the_longest_first_and_words_are_not() {
        let told = masked("A=hunter2hunter2 B=hunter2 C=true", &["hunter2", "hunter2hunter2", "true", ""]);
        assert_eq!(told, "A=(secret) B=(secret) C=true");
    }
}
