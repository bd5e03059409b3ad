//! What a call can come back with, instead of its answer.

mod body;
mod help;

use reconcile_core::failure::masked;

use crate::host::Host;
use crate::transport::Reply;
pub use crate::transport::{Unreachable, UnreachableKind};
pub(crate) use body::plain_text;
pub(crate) use help::is_refused_token;

/// Why a call has no answer. No variant holds a secret: not the token, not a request's body.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The workspace answered, and refused.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// No answer came, and either no further attempt is allowed or none helped.
    #[error("{api}: {host} cannot be reached: {cause} ({})", attempts_in_words(*attempts))]
    Unreachable {
        /// The call, such as `clusters/get`.
        api: &'static str,
        /// The workspace.
        host: String,
        /// Why.
        cause: Unreachable,
        /// How many attempts were made.
        attempts: u32,
    },
    /// Something answered that is not the API of a workspace.
    #[error("{api}: {host} is not the API of a Databricks workspace: {why}")]
    WrongHost {
        /// The call.
        api: &'static str,
        /// The host.
        host: String,
        /// What it answered.
        why: String,
    },
    /// The answer is not what the API promises.
    #[error("{api}: {host} gave an unexpected answer: {why}")]
    Unexpected {
        /// The call.
        api: &'static str,
        /// The workspace.
        host: String,
        /// What is odd about it. Values of the answer are not repeated.
        why: String,
    },
    /// No token could be had.
    #[error("{host}: no token from {credential}: {why}")]
    Credential {
        /// The workspace.
        host: String,
        /// What was used and where it was found.
        credential: String,
        /// What went wrong.
        why: String,
        /// What to do.
        help: String,
    },
}

/// A refusal by the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The service's own code, such as `RESOURCE_DOES_NOT_EXIST`. Some older parts of the service have none.
    pub code: Option<String>,
    /// The service's message, as plain text.
    pub message: String,
    /// The number under which the service's support finds the call.
    pub request_id: Option<String>,
    /// The call, such as `clusters/get`.
    pub api: &'static str,
    /// The workspace.
    pub host: String,
    /// The credential that was sent: what it is and where it was found.
    pub credential: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { status, code, message, request_id, api, host, credential: _ } = self;
        write!(formatter, "{api}: {host} answered {status}")?;
        if let Some(code) = code {
            write!(formatter, " {code}")?;
        }
        write!(formatter, ": {message}")?;
        request_id.as_ref().map_or(Ok(()), |id| write!(formatter, " (request {id})"))
    }
}

impl ApiError {
    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        Some(self.refusal()?.status)
    }

    /// The service's own code of a refusal.
    pub fn code(&self) -> Option<&str> {
        self.refusal()?.code.as_deref()
    }

    /// The refusal, if the workspace answered with one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Unreachable { .. } | Self::WrongHost { .. } | Self::Unexpected { .. } | Self::Credential { .. } => {
                None
            }
        }
    }

    /// Masks a secret that the workspace, or a proxy before it, repeats in its message.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.message = masked(&refusal.message, &[secret]);
        }
        self
    }

    /// True when what was asked for does not exist.
    pub fn is_absent(&self) -> bool {
        self.refusal().is_some_and(Refusal::is_absent)
    }

    /// True when what should be created exists.
    pub fn already_exists(&self) -> bool {
        matches!(self.code(), Some("RESOURCE_ALREADY_EXISTS" | "ALREADY_EXISTS"))
    }

    /// True when the thing is not in a state for the call; it may be later.
    pub fn is_invalid_state(&self) -> bool {
        self.code() == Some("INVALID_STATE") && !self.is_absent()
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        help::help(self)
    }
}

impl Refusal {
    /// The service says "does not exist" in several ways: by code with any status, by a 404, and for clusters by a text
    /// alone (terraform-provider-databricks#1737 and #2227).
    fn is_absent(&self) -> bool {
        let says = |text: &str| self.message.contains(text);
        match self.code.as_deref() {
            Some("RESOURCE_DOES_NOT_EXIST" | "NOT_FOUND") => true,
            // A wrong path says nothing about the thing asked for.
            Some("ENDPOINT_NOT_FOUND") => false,
            Some("INVALID_PARAMETER_VALUE") => says("does not exist"),
            Some("INVALID_STATE") => says("Cannot access cluster"),
            Some(_) => self.status == 404,
            None => self.status == 404 && (says("does not exist") || says("doesn't exist")),
        }
    }
}

/// The error of an answer whose status is not a success.
pub(crate) fn refusal(api: &'static str, host: &Host, credential: &str, reply: &Reply) -> ApiError {
    if (300..400).contains(&reply.status) {
        return ApiError::WrongHost { api, host: host.to_string(), why: redirect_in_words(reply.header("location")) };
    }
    let parsed = body::parse(reply.status, &reply.body);
    let message = match (parsed.message, reply.header("x-databricks-reason-phrase")) {
        (Some(message), _) => message,
        (None, Some(phrase)) => plain_text(phrase),
        (None, None) => body::reason(reply.status),
    };
    ApiError::Refused(Box::new(Refusal {
        status: reply.status,
        code: parsed.code,
        message,
        request_id: reply.request_id(),
        api,
        host: host.to_string(),
        credential: credential.to_owned(),
    }))
}

fn redirect_in_words(location: Option<&str>) -> String {
    // What follows a `?` or a `#` may hold tokens of a login.
    let location = location.unwrap_or_default();
    let (target, query) = location.split_once(['?', '#']).unwrap_or((location, ""));
    if query.contains("private-link-validation-error") {
        "it is reached through a private link only".to_owned()
    } else if target.ends_with("/login.html") {
        "it redirects to its login page".to_owned()
    } else if target.is_empty() {
        "it redirects".to_owned()
    } else {
        format!("it redirects to {}", plain_text(target))
    }
}

fn attempts_in_words(attempts: u32) -> String {
    if attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") }
}

#[cfg(test)]
mod tests;
