//! A call's error in the engine's words.

use reconcile_core::failure::{CallFailure, FailureKind};

use crate::error::{ApiError, Refusal, UnreachableKind, is_refused_token};

impl From<ApiError> for CallFailure {
    fn from(error: ApiError) -> Self {
        let help = error.help();
        let kind = kind(&error);
        let failure = match error {
            ApiError::Refused(refusal) => of_refusal(kind, *refusal),
            ApiError::Unreachable { api, host: _, cause, attempts: _ }
                if cause.kind == UnreachableKind::Interrupted =>
            {
                Self::new(kind, named(api), cause.to_string())
            }
            ApiError::Unreachable { api, host, cause, attempts: _ } => {
                Self::new(kind, named(api), format!("{host} cannot be reached: {cause}"))
            }
            ApiError::WrongHost { api, host, why } => {
                Self::new(kind, named(api), format!("{host} is not the API of a Databricks workspace: {why}"))
            }
            ApiError::Unexpected { api, host, why } => {
                Self::new(kind, named(api), format!("{host} gave an unexpected answer: {why}"))
            }
            ApiError::Credential { host, credential, why, help: _ } => {
                Self::new(kind, "databricks:authentication", format!("{host}: no token from {credential}: {why}"))
            }
        };
        Self { help, ..failure }
    }
}

/// An API's name in plans: with its service.
pub(crate) fn named(api: &str) -> String {
    format!("databricks:{api}")
}

fn of_refusal(kind: FailureKind, refusal: Refusal) -> CallFailure {
    let Refusal { status, code, message, request_id, api, host: _, credential: _ } = refusal;
    let code = code.or_else(|| Some(format!("HTTP {status}")));
    CallFailure { kind, api: named(api), code, message, help: None, request_id }
}

fn kind(error: &ApiError) -> FailureKind {
    match error {
        ApiError::Refused(refusal) => kind_of_refusal(error, refusal),
        ApiError::Unreachable { cause, .. } if cause.maybe_sent => FailureKind::Transient,
        ApiError::Unreachable { .. } => FailureKind::Unreachable,
        ApiError::WrongHost { .. } | ApiError::Unexpected { .. } => FailureKind::Unexpected,
        ApiError::Credential { .. } => FailureKind::Credentials,
    }
}

fn kind_of_refusal(error: &ApiError, refusal: &Refusal) -> FailureKind {
    if error.is_absent() {
        return FailureKind::NotFound;
    }
    if error.already_exists() {
        return FailureKind::AlreadyExists;
    }
    if refusal.status == 401 || is_refused_token(refusal.status, &refusal.message) {
        return FailureKind::Credentials;
    }
    match (refusal.code.as_deref(), refusal.status) {
        (Some("invalid_client"), _) => FailureKind::Credentials,
        (Some("ENDPOINT_NOT_FOUND"), _) | (None, 404 | 405) => FailureKind::Unexpected,
        (Some("INVALID_STATE" | "ABORTED" | "RESOURCE_CONFLICT"), _) => FailureKind::Conflict,
        (Some("QUOTA_EXCEEDED"), _) => FailureKind::Quota,
        (_, 429) => FailureKind::Throttled,
        (Some("RESOURCE_EXHAUSTED" | "REQUEST_LIMIT_EXCEEDED"), _) => FailureKind::Quota,
        (Some("PERMISSION_DENIED"), _) | (_, 403) => FailureKind::Denied,
        (_, 500..=599) => FailureKind::Transient,
        _ => FailureKind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn refusal(status: u16, code: &str, message: &str) -> ApiError {
        ApiError::Refused(Box::new(Refusal {
            status,
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            message: message.to_owned(),
            request_id: Some("r-1".to_owned()),
            api: "clusters/get",
            host: "https://x.example.com".to_owned(),
            credential: "the access token in DATABRICKS_TOKEN".to_owned(),
        }))
    }

    #[rstest]
    #[case(400, "INVALID_PARAMETER_VALUE", "Cluster 1 does not exist", FailureKind::NotFound)]
    #[case(400, "INVALID_PARAMETER_VALUE", "Missing required field: size", FailureKind::Invalid)]
    #[case(400, "RESOURCE_ALREADY_EXISTS", "", FailureKind::AlreadyExists)]
    #[case(400, "INVALID_STATE", "Cluster 1 is in unexpected state Running.", FailureKind::Conflict)]
    #[case(401, "", "Credential was not sent", FailureKind::Credentials)]
    #[case(403, "", "Invalid access token.", FailureKind::Credentials)]
    #[case(401, "invalid_client", "", FailureKind::Credentials)]
    #[case(403, "PERMISSION_DENIED", "", FailureKind::Denied)]
    #[case(404, "ENDPOINT_NOT_FOUND", "No API found", FailureKind::Unexpected)]
    #[case(429, "RESOURCE_EXHAUSTED", "", FailureKind::Throttled)]
    #[case(400, "RESOURCE_EXHAUSTED", "", FailureKind::Quota)]
    #[case(400, "QUOTA_EXCEEDED", "", FailureKind::Quota)]
    #[case(500, "INTERNAL_ERROR", "", FailureKind::Transient)]
    fn a_refusal_is_told_by_code_then_status(
        #[case] status: u16,
        #[case] code: &str,
        #[case] message: &str,
        #[case] expected: FailureKind,
    ) {
        assert_eq!(CallFailure::from(refusal(status, code, message)).kind, expected);
    }

    #[test]
    fn the_services_words_its_id_and_the_way_out_are_kept() {
        let failure = CallFailure::from(refusal(403, "PERMISSION_DENIED", "no"));
        insta::assert_snapshot!(format!("{failure}\nhelp: {}", failure.help.as_deref().unwrap_or_default()), @"
        databricks:clusters/get: PERMISSION_DENIED: no (request r-1)
        help: the caller needs CAN_ATTACH_TO on the cluster
        ");
    }
}
