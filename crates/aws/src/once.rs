//! Calls that must not be made twice: what may have happened is not sent again by the SDK, but looked up by the engine.

use std::error::Error;

use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::RetryClassifierPriority;

use crate::failure::happened_before_any_connection;

/// Keeps the SDK from repeating a call of which nobody knows whether it has happened. Its own classifiers take every broken
/// connection and every 5xx for a reason to send it again, and a second `CreatePolicyVersion` makes a second version.
#[derive(Debug)]
pub(crate) struct NotTwice;

impl ClassifyRetry for NotTwice {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failed_in_service = context.response().is_some_and(|answer| answer.status().is_server_error());
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let never_left = error
            .as_connector_error()
            .is_some_and(|error| happened_before_any_connection(error as &(dyn Error + 'static)));
        let is_unclear =
            error.is_connector_error() || error.is_timeout_error() || error.is_response_error() || failed_in_service;
        if is_unclear && !never_left { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "reconcile calls that are made once"
    }

    /// After all others, whose word it overrules.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
