//! What every call has in common: it is counted, logged, and its answer's failure told in one shape.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use aws_smithy_types::date_time::Format;
use reconcile_core::failure::CallFailure;
use reconcile_engine::provider::Applied;

use crate::failure::failure;

/// Counts calls and logs each: an interceptor that all clients of a connection share. A call that the SDK repeats counts
/// once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    count: Arc<AtomicU64>,
    /// How far the services' clock is ahead of this machine's, in milliseconds, as the last answer told.
    ahead: Arc<AtomicI64>,
}

/// When a call began.
#[derive(Debug)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl Calls {
    /// Returns how many calls have begun.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Returns what time it is by the services' clock.
    pub(crate) fn service_time(&self) -> SystemTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        if ahead < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
    }
}

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "reconcile calls"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        configuration.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(ahead) = ahead(context.response()) {
            self.ahead.store(ahead, Ordering::Relaxed);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let metadata = configuration.load::<Metadata>();
        // Only what is named here is logged: headers carry credentials, and bodies carry policies.
        tracing::debug!(
            service = metadata.map_or("", Metadata::service),
            operation = metadata.map_or("", Metadata::name),
            milliseconds = configuration.load::<Began>().map(|began| whole_milliseconds(began.0)),
            request_id = context.response().and_then(RequestId::request_id),
            status = context.response().map(|response| response.status().as_u16()),
            "aws call"
        );
        Ok(())
    }
}

/// Returns how far the clock that dated an answer is ahead of this machine's, in milliseconds.
pub(crate) fn ahead(answer: &HttpResponse) -> Option<i64> {
    let date = DateTime::from_str(answer.headers().get("date")?, Format::HttpDate).ok()?;
    let now = DateTime::from(SystemTime::now());
    date.to_millis().ok()?.checked_sub(now.to_millis().ok()?)
}

fn whole_milliseconds(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Returns the answer of a call, or its failure.
pub(crate) fn answered<T, E>(api: &str, answer: Result<T, SdkError<E, HttpResponse>>) -> Result<T, CallFailure>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    answer.map_err(|error| failure(api, &error))
}

/// Returns the request id of a writing call, or its failure.
pub(crate) fn applied<T, E>(api: &str, answer: Result<T, SdkError<E, HttpResponse>>) -> Result<Applied, CallFailure>
where
    T: RequestId,
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let output = answered(api, answer)?;
    Ok(Applied { request_id: output.request_id().map(str::to_owned) })
}
