//! Finding credentials and region, and asking AWS who the caller is.

use std::fmt;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::{Arn, AwsScope};
use reconcile_engine::wait::Interrupt;

use crate::budgeted::{Budgeted, NoSecondPatience};
use crate::call::{Calls, answered};
use crate::connect_error::ConnectError;
use crate::provider::{AwsProvider, Hooks};
use crate::sessions::Sessions;

/// The region of IAM's and STS's endpoints where no region is given.
const DEFAULT_REGION: &str = "us-east-1";

/// How often the first call is tried: a wrong address should be told in seconds.
const FIRST_CALL_ATTEMPTS: u32 = 3;

/// Where AWS is, and as whom it is called. What is `None` is found by the SDK's own chain: environment variables
/// (`AWS_ENDPOINT_URL` too), the shared configuration files, single sign-on, web identity, container and instance roles.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// Whether having no region is an error: SageMaker is regional, while IAM is not and does with any.
    pub needs_region: bool,
    /// A profile of the shared configuration files. As in the AWS CLI, a profile that is named here comes before the keys in
    /// the environment.
    pub profile: Option<String>,
    /// The role to assume with the credentials found.
    pub assume_role_arn: Option<String>,
    /// The account that the caller has to be in.
    pub account_id: Option<String>,
    /// The embedded sandbox. Everything else on this machine that could lead elsewhere is ignored then: environment,
    /// shared files, proxies, and the profile and role of these settings.
    pub endpoint: Option<Endpoint>,
    /// What names the caller in the `User-Agent` header, such as `reconcile-0.1.0`.
    pub app_name: String,
    /// How long one call may take, repetitions included.
    pub operation_timeout: Duration,
    /// How long one attempt of a call may take to be answered.
    pub attempt_timeout: Duration,
    /// How often a call is tried, at most, when it fails in the service or finds no connection; four times as often while
    /// it is throttled.
    pub attempts: u32,
    /// Ends all patience: the attempts in flight are finished, and nothing is sent again.
    pub interrupt: Interrupt,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: None,
            needs_region: false,
            profile: None,
            assume_role_arn: None,
            account_id: None,
            endpoint: None,
            app_name: concat!("reconcile-", env!("CARGO_PKG_VERSION")).to_owned(),
            operation_timeout: Duration::from_mins(3),
            attempt_timeout: Duration::from_secs(30),
            attempts: 6,
            interrupt: Interrupt::never(),
        }
    }
}

/// A server that stands in for all AWS services.
#[derive(Clone)]
pub struct Endpoint {
    /// `http://127.0.0.1:4900`
    pub url: String,
    /// The access key to sign with.
    pub access_key: String,
    /// The secret key to sign with.
    pub secret_key: String,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, access_key: _, secret_key: _ } = self;
        formatter.debug_struct("Endpoint").field("url", url).finish_non_exhaustive()
    }
}

/// A connection that works: STS has said who the caller is.
#[derive(Debug)]
pub struct Connection {
    /// Reads and applies.
    pub provider: AwsProvider,
    /// The caller's account and partition, and the region.
    pub scope: AwsScope,
    /// Who the caller is.
    pub caller_arn: String,
}

/// Finds credentials and region, and asks STS who the caller is, which is the only call made.
///
/// Fails when there is no region although one is needed, when there are no credentials or STS does not accept them, when
/// AWS cannot be reached, and when the caller is in another account than the settings say.
pub async fn connect(settings: &Settings) -> Result<Connection, ConnectError> {
    let configuration = match &settings.endpoint {
        Some(endpoint) => embedded(settings, endpoint),
        None => found_by_chain(settings).await?,
    };
    let (calls, sessions) = (Calls::default(), Sessions::default());
    let configuration = configuration.into_builder().identity_cache(sessions.clone()).build();
    let caller = who_calls(&configuration, calls.clone(), sessions.clone()).await?;
    if let Some(expected) = settings.account_id.as_ref().filter(|expected| **expected != caller.account_id) {
        return Err(ConnectError::WrongAccount {
            expected: expected.clone(),
            found: caller.account_id,
            caller_arn: caller.arn.to_string(),
        });
    }
    let scope = AwsScope {
        account_id: caller.account_id,
        partition: caller.arn.partition.clone(),
        region: configuration.region().map_or(DEFAULT_REGION, Region::as_ref).to_owned(),
    };
    let caller_arn = caller.arn.to_string();
    let hooks = Hooks { calls, sessions, interrupt: settings.interrupt.clone() };
    let provider = AwsProvider::new(&configuration, &scope, caller.arn, hooks);
    Ok(Connection { provider, scope, caller_arn })
}

/// The configuration for a server on this machine, with nothing taken from the environment.
fn embedded(settings: &Settings, endpoint: &Endpoint) -> SdkConfig {
    let Endpoint { url, access_key, secret_key } = endpoint;
    let credentials = Credentials::new(access_key, secret_key, None, None, "embedded sandbox");
    let region = settings.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned());
    // The SDK's default client takes the environment's proxies even for the loopback address; these take none. What is never
    // encrypted needs no certificates, which take longer to read than a whole plan.
    let builder = aws_smithy_http_client::Builder::new();
    let http_client = if url.starts_with("http://") {
        builder.build_http()
    } else {
        builder.tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc)).build_https()
    };
    let mut configuration = SdkConfig::builder()
        .behavior_version(behavior_version())
        .endpoint_url(url)
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client)
        .retry_config(retries(settings.attempts))
        .timeout_config(timeouts(settings));
    configuration.set_app_name(app_name(settings));
    configuration.build()
}

async fn found_by_chain(settings: &Settings) -> Result<SdkConfig, ConnectError> {
    let mut loader = aws_config::defaults(behavior_version())
        .retry_config(retries(settings.attempts))
        .timeout_config(timeouts(settings));
    if let Some(name) = app_name(settings) {
        loader = loader.app_name(name);
    }
    if let Some(region) = settings.region.clone() {
        loader = loader.region(Region::new(region));
    }
    if let Some(profile) = settings.profile.as_deref() {
        loader = loader.profile_name(profile);
    }
    let configuration = loader.load().await;
    if configuration.region().is_none() && settings.needs_region {
        return Err(ConnectError::NoRegion);
    }
    let region = configuration.region().cloned().unwrap_or(Region::from_static(DEFAULT_REGION));
    let configuration = configuration.into_builder().region(region).build();
    let configuration = with_profile(configuration, settings.profile.as_deref());
    Ok(with_role(configuration, settings.assume_role_arn.as_deref()).await)
}

/// Takes the credentials from the named profile. The SDK's own chain would take the environment's keys before it, which the
/// AWS CLI does not when a profile is named (<https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-envvars.html>), and
/// which would apply a manifest as somebody else than it says.
fn with_profile(configuration: SdkConfig, profile: Option<&str>) -> SdkConfig {
    let Some(profile) = profile else {
        return configuration;
    };
    let provider_config = ProviderConfig::without_region().with_region(configuration.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&provider_config).build();
    configuration.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

async fn with_role(configuration: SdkConfig, role_arn: Option<&str>) -> SdkConfig {
    let Some(role_arn) = role_arn else {
        return configuration;
    };
    let provider =
        AssumeRoleProvider::builder(role_arn).session_name("reconcile").configure(&configuration).build().await;
    configuration.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// A fixed one: the latest would change defaults with an upgrade of the SDK.
fn behavior_version() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn retries(attempts: u32) -> RetryConfig {
    RetryConfig::standard().with_max_attempts(attempts)
}

fn timeouts(settings: &Settings) -> TimeoutConfig {
    // Not the SDK's own limit of an attempt: it would count the wait for the budget, which is below it.
    TimeoutConfig::builder()
        .operation_timeout(settings.operation_timeout)
        .read_timeout(settings.attempt_timeout)
        .build()
}

/// The name without the characters that the SDK does not take.
fn app_name(settings: &Settings) -> Option<AppName> {
    let name: String = settings.app_name.chars().filter(|character| *character != '/').collect();
    AppName::new(name).ok()
}

struct Caller {
    account_id: String,
    arn: Arn,
}

async fn who_calls(configuration: &SdkConfig, calls: Calls, sessions: Sessions) -> Result<Caller, CallFailure> {
    const API: &str = "sts:GetCallerIdentity";
    let attempts = configuration.retry_config().map_or(1, RetryConfig::max_attempts).min(FIRST_CALL_ATTEMPTS);
    let client_configuration = aws_sdk_sts::config::Builder::from(configuration)
        .http_client(Budgeted::new(configuration, "STS", Interrupt::never()))
        .retry_classifier(NoSecondPatience)
        .retry_classifier(sessions.clone())
        .retry_config(retries(attempts))
        .interceptor(sessions)
        .interceptor(calls)
        .build();
    let client = aws_sdk_sts::Client::from_conf(client_configuration);
    let answer = answered(API, client.get_caller_identity().send().await)?;
    let arn = answer.arn().and_then(|arn| arn.parse::<Arn>().ok());
    match (answer.account(), arn) {
        (Some(account_id), Some(arn)) => Ok(Caller { account_id: account_id.to_owned(), arn }),
        _ => Err(CallFailure::new(FailureKind::Unexpected, API, "the answer names no account or no caller")
            .with_help("check AWS_ENDPOINT_URL: what answered may not be AWS")),
    }
}
