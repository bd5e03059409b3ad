//! Sends one HTTP request, again and again where that is allowed, and says in words why it did not get through.

mod backoff;
#[cfg(any(test, fuzzing))]
mod canned;
mod unreachable;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reconcile_engine::wait::Interrupt;
use reconcile_engine::{Budget, Pass};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use crate::auth::ConnectError;
use crate::client::Retry;
use crate::error::{ApiError, plain_text};
use crate::host::Host;
pub(crate) use backoff::Pace;
use backoff::{Backoff, Situation, TOO_MANY_REQUESTS, Verdict, is_throttling, retry_after};
#[cfg(any(test, fuzzing))]
pub(crate) use canned::Canned;
pub use unreachable::{Unreachable, UnreachableKind};

const WORKSPACE_ID: HeaderName = HeaderName::from_static("x-databricks-workspace-id");

/// The largest answer that is read: several times the largest notebook. Of one that is larger no more than needed is read to
/// tell.
pub(crate) const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// One request.
pub(crate) struct Call<'a> {
    /// The call's name in logs and errors: `clusters/get`.
    pub(crate) api: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Body,
    pub(crate) retry: Retry,
}

/// The body of a request, encoded once for all attempts.
pub(crate) enum Body {
    None,
    Json(Vec<u8>),
    Form(&'static str),
}

/// What came back, whatever its status.
#[cfg_attr(any(test, fuzzing), derive(Clone))]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The connection to one workspace.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    host: Host,
    backoff: Backoff,
    attempt_limit: Duration,
    /// Whether the host has answered before. One that never did is most likely a wrong address, and is given up soon.
    reached: AtomicBool,
    budget: Budget,
    interrupt: Interrupt,
    #[cfg(any(test, fuzzing))]
    canned: Option<Canned>,
}

impl Transport {
    /// Sets up connections, without opening one. `stays` says that nothing is ever sent to another host.
    pub(crate) fn new(host: Host, user_agent: &str, pace: Pace, stays: bool) -> Result<Self, ConnectError> {
        let failed = |why: String| ConnectError::Http { why };
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(id) = host.workspace_id() {
            headers.insert(WORKSPACE_ID, HeaderValue::from_str(id).map_err(|error| failed(error.to_string()))?);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent)
            .default_headers(headers)
            // A redirect would carry the token elsewhere; from a workspace's API it means a wrong host.
            .redirect(redirect::Policy::none())
            .connect_timeout(pace.connect_limit);
        if stays && !host.is_encrypted() {
            // What is never encrypted needs no certificates, which take long to read.
            builder = builder.tls_certs_only([]);
        }
        if host.is_loopback() {
            builder = builder.no_proxy();
        } else if !host.is_encrypted() {
            tracing::warn!(host = host.as_str(), "the connection is not encrypted: the token can be read on its way");
        }
        Ok(Self::over(builder.build().map_err(|error| failed(error.to_string()))?, host, pace))
    }

    fn over(http: reqwest::Client, host: Host, pace: Pace) -> Self {
        Self {
            http,
            host,
            attempt_limit: pace.attempt_limit,
            interrupt: pace.interrupt.clone(),
            backoff: Backoff::new(pace),
            reached: AtomicBool::new(false),
            budget: Budget::new("the Databricks workspace"),
            #[cfg(any(test, fuzzing))]
            canned: None,
        }
    }

    /// Sends a request until it gets an answer that counts or may not be repeated. Any answer is a success here,
    /// whatever its status.
    pub(crate) async fn send(
        &self,
        call: &Call<'_>,
        authorization: Option<&HeaderValue>,
        deadline: Instant,
    ) -> Result<Reply, ApiError> {
        #[cfg(any(test, fuzzing))]
        if let Some(canned) = &self.canned {
            return canned.next().map_err(|cause| self.unreachable(call.api, cause, 1));
        }
        let mut before = None;
        for attempt in 1_u32.. {
            let Some(Some(pass)) = self.interrupt.or(self.budget.pass_before(deadline)).await else { break };
            let outcome = self.attempt(call, authorization, deadline).await;
            self.tell_budget(pass, &outcome);
            let left = deadline.saturating_duration_since(Instant::now());
            let reached = self.reached.load(Ordering::Relaxed);
            let situation = Situation { retry: call.retry, attempt, reached, left };
            let goes_on = match self.backoff.verdict(&outcome, situation) {
                Verdict::Again { wait } => self.pause(wait).await,
                Verdict::Done => false,
            };
            if !goes_on {
                return outcome.map_err(|cause| self.unreachable(call.api, cause, attempt));
            }
            before = Some((outcome, attempt));
        }
        self.without_a_pass(call.api, before)
    }

    /// Pauses; returns whether what has failed may be tried again. After an interrupt there is no pause, and no other try.
    pub(crate) async fn pause(&self, time: Duration) -> bool {
        self.interrupt.or(tokio::time::sleep(time)).await;
        !self.interrupt.is_raised()
    }

    /// What counts when a call is left that the budget has not let through: for want of time, or because of an interrupt.
    fn without_a_pass(
        &self,
        api: &'static str,
        before: Option<(Result<Reply, Unreachable>, u32)>,
    ) -> Result<Reply, ApiError> {
        match before {
            Some((outcome, attempts)) => outcome.map_err(|cause| self.unreachable(api, cause, attempts)),
            None if self.interrupt.is_raised() => Err(self.unreachable(api, Unreachable::interrupted(), 0)),
            // It was not sent: what the workspace has said to others counts for this one too.
            None => Ok(Reply { status: TOO_MANY_REQUESTS, headers: HeaderMap::new(), body: Vec::new() }),
        }
    }

    /// Tells the budget whether the service takes calls: an answer says so, and no answer says nothing.
    fn tell_budget(&self, pass: Pass, outcome: &Result<Reply, Unreachable>) {
        match outcome {
            Ok(reply) if is_throttling(reply) => self.budget.refused(pass, retry_after(reply)),
            Ok(_) => self.budget.accepted(pass),
            Err(_) => {}
        }
    }

    async fn attempt(
        &self,
        call: &Call<'_>,
        authorization: Option<&HeaderValue>,
        deadline: Instant,
    ) -> Result<Reply, Unreachable> {
        let started = Instant::now();
        let limit = self.attempt_limit.min(deadline.saturating_duration_since(started));
        let outcome = self.exchange(call, authorization, limit).await.map_err(|error| Unreachable::classify(&error));
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(reply) => {
                self.reached.store(true, Ordering::Relaxed);
                tracing::debug!(api = call.api, status = reply.status, milliseconds, "databricks call");
            }
            Err(cause) => {
                tracing::debug!(api = call.api, status = %cause.kind, milliseconds, "databricks call");
            }
        }
        outcome
    }

    async fn exchange(
        &self,
        call: &Call<'_>,
        authorization: Option<&HeaderValue>,
        limit: Duration,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.http.request(call.method.clone(), call.url.clone()).timeout(limit);
        if !call.query.is_empty() {
            request = request.query(call.query);
        }
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(bytes) => request.header(CONTENT_TYPE, "application/json").body(bytes.clone()),
            Body::Form(text) => request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(*text),
        };
        let mut response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while body.len() <= LARGEST_ANSWER
            && let Some(chunk) = response.chunk().await?
        {
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    fn unreachable(&self, api: &'static str, cause: Unreachable, attempts: u32) -> ApiError {
        ApiError::Unreachable { api, host: self.host.to_string(), cause, attempts }
    }
}

impl Reply {
    /// True for the statuses 200 to 299.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The number under which the service's support finds the call.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.header("x-request-id").map(plain_text)
    }

    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The header that carries a token, if a header can.
pub(crate) fn bearer_header(token: &SecretString) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok()?;
    header.set_sensitive(true);
    Some(header)
}
