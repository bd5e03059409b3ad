//! The ways in which a workspace refuses a call, in the shapes that real replies have.

use serde_json::{Value, json};

use crate::http::Response;

/// The error codes that this workspace answers with; each stands for one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorCode {
    BadRequest,
    DirectoryNotEmpty,
    DryRunFailed,
    EndpointNotFound,
    InvalidParameterValue,
    InvalidState,
    MalformedRequest,
    MaxNotebookSizeExceeded,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
}

impl ErrorCode {
    /// The HTTP status that goes with the code. `RESOURCE_ALREADY_EXISTS` is 400 on the services served here; newer
    /// ones answer 409 (databricks/cli#3386).
    fn status(self) -> u16 {
        match self {
            Self::EndpointNotFound | Self::ResourceDoesNotExist => 404,
            Self::BadRequest
            | Self::DirectoryNotEmpty
            | Self::DryRunFailed
            | Self::InvalidParameterValue
            | Self::InvalidState
            | Self::MalformedRequest
            | Self::MaxNotebookSizeExceeded
            | Self::ResourceAlreadyExists => 400,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::DirectoryNotEmpty => "DIRECTORY_NOT_EMPTY",
            Self::DryRunFailed => "DRY_RUN_FAILED",
            Self::EndpointNotFound => "ENDPOINT_NOT_FOUND",
            Self::InvalidParameterValue => "INVALID_PARAMETER_VALUE",
            Self::InvalidState => "INVALID_STATE",
            Self::MalformedRequest => "MALFORMED_REQUEST",
            Self::MaxNotebookSizeExceeded => "MAX_NOTEBOOK_SIZE_EXCEEDED",
            Self::ResourceAlreadyExists => "RESOURCE_ALREADY_EXISTS",
            Self::ResourceDoesNotExist => "RESOURCE_DOES_NOT_EXIST",
        }
    }
}

/// A call that is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The API's own error.
    Api { code: ErrorCode, message: String },
    /// A credential that is missing (401) or not good (403). Real replies carry the status as an integer code
    /// (databricks-sdk-go#873), so that clients learn to read both.
    Credential { status: u16, message: String },
    /// An error of the token endpoint, as RFC 6749 §5.2 has it.
    Token { status: u16, error: &'static str, description: String },
}

impl Refusal {
    /// A refusal with one of the API's codes.
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Api { code, message: message.into() }
    }

    /// `INVALID_PARAMETER_VALUE`, the commonest code.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameterValue, message)
    }

    /// The answer on the wire. `details` are the entries that the refusing service adds to its errors.
    pub(super) fn into_response(self, details: &Value) -> Response {
        match self {
            Self::Api { code, message } => Response::json(
                code.status(),
                &json!({"error_code": code.name(), "message": message, "details": details}),
            ),
            Self::Credential { status, message } => {
                Response::json(status, &json!({"error_code": status, "message": message}))
            }
            Self::Token { status, error, description } => {
                Response::json(status, &json!({"error": error, "error_description": description}))
            }
        }
    }
}
