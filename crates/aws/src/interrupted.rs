//! After an interrupt the attempt in flight is finished, and what comes of it counts: nothing is sent again.
//!
//! The SDK pauses between two attempts for less than a second, which nothing shortens; the waits for the budget, which may
//! take minutes, end at once.

use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use reconcile_engine::wait::Interrupt;

use crate::budgeted::error_code;

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSent {
    /// The first time.
    #[error("nothing was sent")]
    AtAll,
    /// Another time.
    #[error("it was not sent again after {0}")]
    Again(String),
}

/// Keeps the SDK from sending anything again after an interrupt.
#[derive(Clone, Debug)]
pub(crate) struct NotAgain(pub(crate) Interrupt);

/// What came of the last attempt.
#[derive(Clone, Debug)]
struct Last(String);

impl Storable for Last {
    type Storer = StoreReplace<Self>;
}

impl Intercept for NotAgain {
    fn name(&self) -> &'static str {
        "reconcile interrupt"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_first = configuration.load::<RequestAttempts>().is_none_or(|attempts| attempts.attempts() <= 1);
        if is_first || !self.0.is_raised() {
            return Ok(());
        }
        let last = configuration.load::<Last>().map_or_else(String::new, |last| last.0.clone());
        Err(NotSent::Again(last).into())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let last = context.response().map_or_else(
            || "no answer".to_owned(),
            |answer| {
                let code = error_code(answer.body().bytes().unwrap_or_default());
                format!("HTTP status {} {code}", answer.status().as_u16()).trim_end().to_owned()
            },
        );
        configuration.interceptor_state().store_put(Last(last));
        Ok(())
    }
}

impl ClassifyRetry for NotAgain {
    fn classify_retry(&self, _context: &InterceptorContext) -> RetryAction {
        if self.0.is_raised() { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "reconcile interrupt"
    }
}
