//! Connecting to the clouds that are worked in.

use std::sync::Arc;
use std::time::Duration;

use reconcile_core::id::AwsScope;
use reconcile_core::manifest::ProviderSettings;
use reconcile_core::plan::DatabricksScope;
use reconcile_databricks::{Client, DatabricksProvider, Environment};
use reconcile_engine::Providers;
use reconcile_engine::wait::Interrupt;
use secrecy::SecretString;

use crate::embedded::Endpoints;
use crate::failure::{Failure, both};

/// The longest that one call to a workspace may take where nothing else is asked for.
const WORKSPACE_TIMEOUT: Duration = Duration::from_mins(5);

/// How long the calls may take.
pub(super) struct Patience {
    /// The longest that one of them may.
    pub(super) timeout: Option<Duration>,
    /// Ends it for all of them.
    pub(super) interrupt: Interrupt,
}

/// What is to be connected, for which manifest.
pub(super) struct Target<'a> {
    /// The manifest's name.
    pub(super) manifest: &'a str,
    /// Which account and which workspace are meant.
    pub(super) settings: &'a ProviderSettings,
    /// Whether AWS has a part in it.
    pub(super) needs_aws: bool,
    /// Whether a region has to be known.
    pub(super) needs_region: bool,
    /// Whether Databricks has a part in it.
    pub(super) needs_databricks: bool,
}

/// What one manifest is planned in.
pub(super) struct Connection {
    pub(super) providers: Providers,
    pub(super) aws: Option<AwsScope>,
    pub(super) databricks: Option<DatabricksScope>,
}

/// Connects the clouds that a manifest needs, at the same time.
pub(super) async fn connect(
    target: &Target<'_>,
    patience: &Patience,
    sandbox: Option<&Endpoints>,
) -> Result<Connection, Failure> {
    let aws = async {
        if !target.needs_aws {
            return Ok(None);
        }
        let connection = reconcile_aws::connect(&aws_settings(target, patience, sandbox)).await;
        let connection = connection.map_err(|error| {
            let wrong_account = matches!(error, reconcile_aws::ConnectError::WrongAccount { .. });
            Failure::from(error).at(wrong_account.then(|| target.settings.places.get("aws.account_id")).flatten())
        })?;
        tracing::debug!(caller = connection.caller_arn, region = connection.scope.region, "connected to AWS");
        Ok(Some(connection))
    };
    let databricks = async {
        if !target.needs_databricks {
            return Ok(None);
        }
        // Whatever leads to a real workspace is out of the sandbox's reach.
        let environment = sandbox.map_or_else(Environment::of_process, |_| Environment::default());
        let client = Client::connect(&databricks_settings(target, patience, sandbox), &environment)?;
        tracing::debug!(host = client.host(), "connected to Databricks");
        Ok(Some(client))
    };
    let (aws, databricks) = tokio::join!(aws, databricks);
    let (aws, client) = both(aws, databricks)?;
    let host = client.as_ref().map(|client| client.host().to_owned());
    let databricks = client.map(|client| DatabricksProvider::new(client, target.manifest));
    let (provider, scope) = aws.map(|aws| (aws.provider, aws.scope)).unzip();
    Ok(Connection {
        providers: Providers {
            aws: provider.map(|provider| Arc::new(provider) as _),
            databricks: databricks.map(|provider| Arc::new(provider) as _),
        },
        aws: scope,
        databricks: host.map(|host| DatabricksScope { host }),
    })
}

fn aws_settings(target: &Target<'_>, patience: &Patience, sandbox: Option<&Endpoints>) -> reconcile_aws::Settings {
    let aws = &target.settings.aws;
    let defaults = reconcile_aws::Settings::default();
    let Patience { timeout, interrupt } = patience;
    let operation_timeout = timeout.unwrap_or(defaults.operation_timeout);
    reconcile_aws::Settings {
        region: aws.region.clone(),
        needs_region: target.needs_region,
        profile: aws.profile.clone(),
        assume_role_arn: aws.assume_role_arn.clone(),
        account_id: aws.account_id.clone(),
        endpoint: sandbox.map(|sandbox| sandbox.aws.clone()),
        attempt_timeout: defaults.attempt_timeout.min(operation_timeout),
        operation_timeout,
        interrupt: interrupt.clone(),
        ..defaults
    }
}

fn databricks_settings(
    target: &Target<'_>,
    patience: &Patience,
    sandbox: Option<&Endpoints>,
) -> reconcile_databricks::Settings {
    let databricks = &target.settings.databricks;
    let (host, profile, token) = match sandbox {
        Some(sandbox) => {
            (Some(sandbox.databricks_host.clone()), None, Some(SecretString::from(sandbox.databricks_token.clone())))
        }
        None => (databricks.host.clone(), databricks.profile.clone(), None),
    };
    reconcile_databricks::Settings {
        host,
        profile,
        token,
        user_agent: user_agent(),
        timeout: patience.timeout.unwrap_or(WORKSPACE_TIMEOUT),
        interrupt: patience.interrupt.clone(),
    }
}

fn user_agent() -> String {
    format!("reconcile/{} os/{}", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}
