//! The client of one workspace's REST API.

mod paging;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

use crate::auth::{ConnectError, Credentials, Settings};
use crate::environment::Environment;
use crate::error::{ApiError, is_refused_token, refusal};
use crate::host::Host;
use crate::transport::{Body, Call, LARGEST_ANSWER, Pace, Reply, Transport, bearer_header};
pub use paging::Page;

/// The version of an API: it is a part of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersion {
    /// `/api/2.0`: instance profiles and the workspace.
    V2_0,
    /// `/api/2.1`: clusters.
    V2_1,
}

/// When a writing call may be sent again. Reading calls always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Done twice is the same as done once: the call is idempotent by nature, or carries an idempotency token.
    Safe,
    /// Only when it is certain that nothing has happened: it never left, or was refused before anything was done.
    OnlyIfNotSent,
}

/// The answer of a call that answers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Empty {}

/// What a writing call answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// The number under which the service's support finds the call.
    pub request_id: Option<String>,
}

/// A connection to one workspace, as one identity.
#[derive(Debug)]
pub struct Client {
    host: Host,
    credentials: Credentials,
    transport: Transport,
    total_limit: Duration,
    after_garbled: [Duration; 2],
    calls: AtomicU64,
    /// Whether the host has ever answered as a workspace does.
    is_understood: AtomicBool,
}

/// How often one call is sent again because its token was refused, at most: calls beside it may have met the end of the next one.
const MOST_RENEWALS: u32 = 3;

/// Refusals are short: an answer larger than this holds none.
const LARGEST_REFUSAL: usize = 64 * 1024;

impl Client {
    /// Finds host and credential and sets up the connection, without any call.
    ///
    /// # Errors
    /// When no host or no credential is found, or they contradict each other: see [`ConnectError`].
    pub fn connect(settings: &Settings, environment: &Environment) -> Result<Self, ConnectError> {
        let pace = Pace { interrupt: settings.interrupt.clone(), ..Pace::within(settings.timeout) };
        Self::with_pace(settings, environment, pace)
    }

    pub(crate) fn with_pace(settings: &Settings, environment: &Environment, pace: Pace) -> Result<Self, ConnectError> {
        let (host, credentials) = Credentials::find(settings, environment)?;
        let user_agent = format!("{} auth/{}", settings.user_agent, credentials.method());
        let (total_limit, after_garbled) = (pace.total_limit, pace.after_garbled);
        let transport = Transport::new(host.clone(), &user_agent, pace, credentials.stays_on_the_host())?;
        Ok(Self::over(transport, host, credentials, (total_limit, after_garbled)))
    }

    /// A client to which answers are given in the place of a network, and which pauses for nothing.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn canned(
        settings: &Settings,
        environment: &Environment,
        canned: crate::transport::Canned,
    ) -> Result<Self, ConnectError> {
        let (host, credentials) = Credentials::find(settings, environment)?;
        let pace = Pace::within(settings.timeout);
        let limits = (pace.total_limit, [Duration::ZERO; 2]);
        Ok(Self::over(Transport::canned(host.clone(), pace, canned), host, credentials, limits))
    }

    fn over(
        transport: Transport,
        host: Host,
        credentials: Credentials,
        (total_limit, after_garbled): (Duration, [Duration; 2]),
    ) -> Self {
        Self {
            host,
            credentials,
            transport,
            total_limit,
            after_garbled,
            calls: AtomicU64::new(0),
            is_understood: AtomicBool::new(false),
        }
    }

    /// The workspace's address: `https://host[:port]`.
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// How many calls of the API were made so far. Repetitions, and what it takes to get a token, are not counted.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Reads. `api` is the path behind the version (`clusters/get`); a key may be given several times in `query`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        api: &'static str,
        version: ApiVersion,
        query: &[(&str, &str)],
    ) -> Result<T, ApiError> {
        let url = self.url(api, version)?;
        let call = Call { api, method: Method::GET, url, query, body: Body::None, retry: Retry::Safe };
        for pause in self.after_garbled {
            match self.call(&call).await {
                Ok(answer) => {
                    self.is_understood.store(true, Ordering::Relaxed);
                    return Ok(answer.value);
                }
                Err(error) if self.may_be_passing(&error) && self.transport.pause(pause).await => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.call(&call).await?.value)
    }

    /// Half an answer, or the page of a proxy, or a fault of the service. From a host that was never understood it means a wrong
    /// host.
    fn may_be_passing(&self, error: &ApiError) -> bool {
        let may_be = match error {
            ApiError::Unexpected { .. } | ApiError::WrongHost { .. } => true,
            ApiError::Refused(refusal) => matches!(refusal.status, 500 | 502),
            ApiError::Unreachable { .. } | ApiError::Credential { .. } => false,
        };
        may_be && self.is_understood.load(Ordering::Relaxed)
    }

    /// Writes. `retry` says whether the call may be sent again when nobody knows whether it has happened.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        api: &'static str,
        version: ApiVersion,
        body: &B,
        retry: Retry,
    ) -> Result<Answer<T>, ApiError> {
        let url = self.url(api, version)?;
        // The error of an encoder may repeat a value.
        let body =
            serde_json::to_vec(body).map_err(|_| self.unexpected(api, "the request cannot be written as JSON"))?;
        self.call(&Call { api, method: Method::POST, url, query: &[], body: Body::Json(body), retry }).await
    }

    async fn call<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<Answer<T>, ApiError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let deadline = Instant::now() + self.total_limit;
        let mut token = self.credentials.bearer(&self.transport, &self.host, deadline).await?;
        let mut renewals = 0;
        loop {
            let result = self.read(call, &token, &self.send(call, &token, deadline).await?);
            let refused_token = |refusal: &crate::Refusal| is_refused_token(refusal.status, &refusal.message);
            let refused = result.as_ref().err().filter(|error| error.refusal().is_some_and(refused_token));
            let Some(error) = refused.filter(|_| renewals < MOST_RENEWALS) else { return result };
            tracing::debug!(api = call.api, status = error.status(), "the token was refused, and is renewed");
            match self.credentials.renew(&token, &self.transport, &self.host, deadline).await? {
                Some(renewed) => token = renewed,
                None => return result,
            }
            renewals += 1;
        }
    }

    async fn send(&self, call: &Call<'_>, token: &SecretString, deadline: Instant) -> Result<Reply, ApiError> {
        let header = bearer_header(token).ok_or_else(|| ApiError::Credential {
            host: self.host.to_string(),
            credential: self.credentials.description().to_owned(),
            why: "the token holds characters that no HTTP header can carry".to_owned(),
            help: "check what gives out the token".to_owned(),
        })?;
        self.transport.send(call, Some(&header), deadline).await
    }

    fn read<T: DeserializeOwned>(
        &self,
        call: &Call<'_>,
        token: &SecretString,
        reply: &Reply,
    ) -> Result<Answer<T>, ApiError> {
        let api = call.api;
        if reply.body.len() > LARGEST_ANSWER {
            return Err(self.unexpected(api, "it is larger than 64 MiB"));
        }
        if !reply.is_success() || hides_refusal(&reply.body) {
            let refusal = refusal(api, &self.host, self.credentials.description(), reply);
            return Err(refusal.without(token.expose_secret()));
        }
        let body = match reply.body.as_slice() {
            // A workspace that has nothing says `{}`: a read that took this for a list of nothing would make it all again.
            [] if call.method == Method::GET => return Err(self.unexpected(api, "it is empty")),
            [] => b"{}".as_slice(),
            body => body,
        };
        let value = serde_json::from_slice(body).map_err(|error| {
            if body.trim_ascii_start().starts_with(b"<") {
                let why = "it answers with a web page".to_owned();
                return ApiError::WrongHost { api, host: self.host.to_string(), why };
            }
            self.unexpected(api, &without_values(&error))
        })?;
        Ok(Answer { value, request_id: reply.request_id() })
    }

    fn url(&self, api: &'static str, version: ApiVersion) -> Result<Url, ApiError> {
        let version = match version {
            ApiVersion::V2_0 => "2.0",
            ApiVersion::V2_1 => "2.1",
        };
        Url::parse(&format!("{}/api/{version}/{api}", self.host))
            .map_err(|error| self.unexpected(api, &format!("its address is not one: {error}")))
    }

    fn unexpected(&self, api: &'static str, why: &str) -> ApiError {
        ApiError::Unexpected { api, host: self.host.to_string(), why: why.to_owned() }
    }
}

/// Some refusals come with the status 200: `MAX_NOTEBOOK_SIZE_EXCEEDED` does (paiqo/Databricks-VSCode#243).
fn hides_refusal(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Refused {
        #[expect(dead_code, reason = "its presence is all that counts")]
        error_code: IgnoredAny,
    }
    body.len() <= LARGEST_REFUSAL && serde_json::from_slice::<Refused>(body).is_ok()
}

/// What is wrong with a JSON text, without the values in it: they may be secrets.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!("line {} column {}", error.line(), error.column());
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        text
    } else if error.is_data() {
        format!("a field has another type than the API promises (at {place})")
    } else {
        format!("it is not JSON (at {place})")
    }
}

#[cfg(test)]
mod tests;
