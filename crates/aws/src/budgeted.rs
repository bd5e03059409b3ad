//! Every request goes through the budget of its service: below the SDK's own repetitions, so that those too are slowed.
//!
//! A request that is refused as one too many is sent again from here, as soon as the budget lets it. The SDK never hears of
//! it, and does not repeat what was repeated here already.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{ConnectorBuilder, tls};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use reconcile_engine::Budget;
use reconcile_engine::wait::Interrupt;

use crate::failure::is_throttling;
use crate::genuine::{genuine, may_answer_nothing, readable};
use crate::interrupted::NotSent;

/// A refused request has certainly not happened: it may be sent so many times as often as one whose fate is not known.
const PATIENCE: u32 = 4;

/// An HTTP client that sends every request of one service through that service's budget.
#[derive(Clone, Debug)]
pub(crate) struct Budgeted {
    client: SharedHttpClient,
    budget: Arc<Budget>,
    /// How often one request is sent while it is refused, at most.
    attempts: u32,
    /// Ends all waits.
    interrupt: Interrupt,
}

impl Budgeted {
    /// Makes the client of a service, which begins without a limit. `service` is its name for people: `IAM`.
    pub(crate) fn new(configuration: &SdkConfig, service: &'static str, interrupt: Interrupt) -> Self {
        Self {
            client: configuration.http_client().unwrap_or_else(default_client),
            budget: Arc::new(Budget::new(service)),
            attempts: configuration.retry_config().map_or(1, RetryConfig::max_attempts).saturating_mul(PATIENCE),
            interrupt,
        }
    }
}

impl HttpClient for Budgeted {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let Self { client, budget, attempts, interrupt } = self;
        let inner = client.http_connector(settings, components);
        let (budget, interrupt) = (Arc::clone(budget), interrupt.clone());
        SharedHttpConnector::new(Connector { inner, budget, attempts: *attempts, interrupt })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    budget: Arc<Budget>,
    attempts: u32,
    interrupt: Interrupt,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.send(request).await })
    }
}

impl Connector {
    /// Sends a request until it is not refused as one too many, or was so too often, or the run is interrupted.
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut attempt = 1;
        let mut refusal = None;
        let may_be_empty = may_answer_nothing(&request);
        loop {
            // What it could not be sent again from is a streamed body, which none of these services takes.
            let again = request.try_clone().filter(|_| attempt < self.attempts);
            let Some(pass) = self.interrupt.or(self.budget.pass()).await else {
                return refusal.ok_or_else(|| ConnectorError::other(NotSent::AtAll.into(), None));
            };
            let mut answer = readable(self.inner.call(request).await?).await?;
            if !refuses(&answer) {
                self.budget.accepted(pass);
                return genuine(answer, may_be_empty);
            }
            self.budget.refused(pass, retry_after(&answer));
            answer.add_extension(RefusedToTheEnd);
            let Some(same) = again.filter(|_| !self.interrupt.is_raised()) else { return Ok(answer) };
            refusal = Some(answer);
            request = same;
            attempt += 1;
        }
    }
}

/// Marks an answer after which there is no use in further attempts.
#[derive(Clone, Copy, Debug)]
struct RefusedToTheEnd;

/// Keeps the SDK from repeating what was repeated here.
#[derive(Debug)]
pub(crate) struct NoSecondPatience;

impl ClassifyRetry for NoSecondPatience {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refused = context.response().is_some_and(|answer| answer.extension::<RefusedToTheEnd>().is_some());
        if refused { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "reconcile budget"
    }
}

fn refuses(answer: &HttpResponse) -> bool {
    let body = answer.body().bytes().unwrap_or_default();
    !answer.status().is_success() && is_throttling(answer.status().as_u16(), &error_code(body))
}

/// The error code of an answer: `<Code>` in the XML of IAM and STS, `__type` in the JSON of SageMaker, where a namespace
/// may come before it. It is the first of the few fields of an error, so that a search finds it without a parser.
pub(crate) fn error_code(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let between = |before: &str, end: char| text.split_once(before)?.1.split_once(end).map(|(code, _)| code.to_owned());
    let json = || between("\"__type\"", ',').or_else(|| between("\"__type\"", '}'));
    let code = between("<Code>", '<').or_else(json).unwrap_or_default();
    let code = code.trim_matches([':', ' ', '"']);
    code.rsplit_once('#').map_or(code, |(_, code)| code).to_owned()
}

/// What IAM and SageMaker are not known to send, and gateways before them may.
fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    answer.headers().get("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// The SDK's default client, which it makes for a service that is given none, and which cannot be asked for: with the
/// environment's proxies.
fn default_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_with_connector_fn(|settings, components| {
        let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
        let mut builder = ConnectorBuilder::default().tls_provider(provider).proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder.build()
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::error_code;

    #[rstest]
    #[case::xml(
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code></Error></ErrorResponse>",
        "Throttling"
    )]
    #[case::json(r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, "ThrottlingException")]
    #[case::json_with_a_namespace(
        r#"{"message": "x", "__type": "com.amazon.coral.service#ThrottlingException"}"#,
        "ThrottlingException"
    )]
    #[case::html("<html><body>no</body></html>", "")]
    #[case::nothing("", "")]
    #[case::cut("<ErrorResponse><Error><Code>Thrott", "")]
    fn the_code_of_an_error_is_found(#[case] body: &str, #[case] code: &str) {
        assert_eq!(error_code(body.as_bytes()), code);
    }
}
