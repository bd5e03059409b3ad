//! From loaded manifests to plans: connect, resolve, read, compare.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use reconcile_core::id::{Address, AwsScope, Kind};
use reconcile_core::manifest::diagnostic::{Diagnostic, Place};
use reconcile_core::manifest::{Inputs, Manifest};
use reconcile_core::plan::{DatabricksScope, Plan};
use reconcile_core::planner::{self, Options, World};
use reconcile_core::resource::Resource;
use reconcile_databricks::{Client, DatabricksProvider, Environment};
use reconcile_engine::Providers;
use secrecy::SecretString;

use crate::args::{Pattern, Planning};
use crate::embedded::{Embedded, Endpoints};
use crate::exit::Exit;
use crate::failure::{Failure, both};
use crate::files::LocalFiles;
use crate::manifests::{self, Loaded};
use crate::terminal::Terminal;

/// The longest that one call to a workspace may take where nothing else is asked for.
const WORKSPACE_TIMEOUT: Duration = Duration::from_mins(5);

/// One manifest, planned.
pub(crate) struct Planned {
    /// The plan.
    pub(crate) plan: Plan,
    /// Where in the manifest each resource stands.
    pub(crate) places: BTreeMap<Address, Place>,
    /// What was connected for it, for the apply.
    pub(crate) providers: Providers,
}

/// All manifests of a command line, planned as far as they can be.
pub(crate) struct Session {
    /// One result for each manifest, in their order.
    pub(crate) planned: Vec<Result<Planned, Failure>>,
    embedded: Option<Embedded>,
}

impl Session {
    /// Loads, connects, reads and plans. A manifest that fails does not keep the others from being planned.
    ///
    /// # Errors
    ///
    /// Fails when the sandbox does not start, and when a pattern of `--only` matches nothing anywhere.
    pub(crate) async fn plan(planning: &Planning, terminal: &Terminal) -> Result<Self, Failure> {
        let loaded = manifests::load(&planning.source);
        check_patterns(&planning.only, &loaded)?;
        let embedded = if planning.source.sandbox {
            let first = loaded.iter().flatten().next().map(|loaded| &loaded.settings);
            Some(Embedded::start(first, terminal).await?)
        } else {
            None
        };
        let _working = terminal.working("reading the live state");
        let endpoints = embedded.as_ref().map(Embedded::endpoints);
        let all = loaded.into_iter().map(async |loaded| plan_one(&loaded?, planning, endpoints.as_ref()).await);
        Ok(Self { planned: join_all(all).await, embedded })
    }

    /// Ends it: the sandbox, if there is one, stops in good order.
    pub(crate) async fn end(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Checks that every pattern matches something in some manifest: a typo must not pass for "nothing differs".
fn check_patterns(only: &[Pattern], loaded: &[Result<Loaded, Failure>]) -> Result<(), Failure> {
    let readable: Vec<_> = loaded.iter().flatten().collect();
    if readable.len() < loaded.len() {
        // What a broken manifest holds is not known, and its own mistakes are told.
        return Ok(());
    }
    let known: Vec<_> = readable.iter().flat_map(|loaded| addresses(&loaded.offline)).collect();
    let unmatched = only.iter().filter(|pattern| !known.iter().any(|address| pattern.matches(address)));
    let reports = unmatched.map(|pattern| {
        let message = format!("--only `{}` matches no resource", pattern.as_str());
        let mut listed: Vec<_> = known.iter().take(10).map(ToString::to_string).collect();
        if known.len() > listed.len() {
            listed.push(format!("and {} more", known.len() - listed.len()));
        }
        Diagnostic::error("nothing-matches", message).with_help(format!("there are: {}", listed.join(", ")))
    });
    Failure::of(reports.collect()).map_err(|failure| failure.ending(Exit::Usage))
}

fn addresses(manifest: &Manifest) -> impl Iterator<Item = &Address> {
    manifest.resources.iter().map(|declared| &declared.address)
}

/// What one manifest is planned in.
struct Connection {
    providers: Providers,
    aws: Option<AwsScope>,
    databricks: Option<DatabricksScope>,
}

async fn plan_one(loaded: &Loaded, planning: &Planning, sandbox: Option<&Endpoints>) -> Result<Planned, Failure> {
    let connection = connect(loaded, planning, sandbox).await?;
    let inputs = Inputs { variables: &loaded.variables, files: &LocalFiles, scope: connection.aws.as_ref() };
    let manifest = loaded.document.resolve(&inputs)?;
    let selected: Vec<(&Address, &Resource)> = manifest
        .resources
        .iter()
        .map(|declared| (&declared.address, &declared.resource))
        .filter(|(address, _)| planning.only.is_empty() || planning.only.iter().any(|only| only.matches(address)))
        .collect();
    tracing::debug!(manifest = loaded.path, resources = selected.len(), "reading the live state");
    let observed = reconcile_engine::observe(&connection.providers, &selected).await;
    let Connection { providers, aws, databricks } = connection;
    let world = World { aws, databricks, observed, calls: providers.calls(), ..World::default() };
    let options = Options { adopt: planning.adopt, take_over: planning.take_over };
    let plan = planner::plan(&manifest, &world, options)?;
    let places = manifest.resources.into_iter().map(|declared| (declared.address, declared.place)).collect();
    Ok(Planned { plan, places, providers })
}

/// Connects the clouds that a manifest needs, at the same time.
async fn connect(loaded: &Loaded, planning: &Planning, sandbox: Option<&Endpoints>) -> Result<Connection, Failure> {
    let aws = async {
        if !loaded.document.needs_aws() {
            return Ok(None);
        }
        let connection = reconcile_aws::connect(&aws_settings(loaded, planning.timeout, sandbox)).await;
        let connection = connection.map_err(|error| {
            let wrong_account = matches!(error, reconcile_aws::ConnectError::WrongAccount { .. });
            Failure::from(error).at(wrong_account.then(|| loaded.settings.places.get("aws.account_id")).flatten())
        })?;
        tracing::debug!(caller = connection.caller_arn, region = connection.scope.region, "connected to AWS");
        Ok(Some(connection))
    };
    let databricks = async {
        if !loaded.document.needs_databricks() {
            return Ok(None);
        }
        // Whatever leads to a real workspace is out of the sandbox's reach.
        let environment = sandbox.map_or_else(Environment::of_process, |_| Environment::default());
        let client = Client::connect(&databricks_settings(loaded, planning.timeout, sandbox), &environment)?;
        tracing::debug!(host = client.host(), "connected to Databricks");
        Ok(Some(client))
    };
    let (aws, databricks) = tokio::join!(aws, databricks);
    let (aws, client) = both(aws, databricks)?;
    let host = client.as_ref().map(|client| client.host().to_owned());
    let databricks = client.map(|client| DatabricksProvider::new(client, loaded.offline.name.clone()));
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

fn aws_settings(loaded: &Loaded, timeout: Option<Duration>, sandbox: Option<&Endpoints>) -> reconcile_aws::Settings {
    let aws = &loaded.settings.aws;
    let needs_region = addresses(&loaded.offline).any(|address| address.kind() == Kind::SagemakerNotebookInstance);
    let defaults = reconcile_aws::Settings::default();
    let operation_timeout = timeout.unwrap_or(defaults.operation_timeout);
    reconcile_aws::Settings {
        region: aws.region.clone(),
        needs_region,
        profile: aws.profile.clone(),
        assume_role_arn: aws.assume_role_arn.clone(),
        account_id: aws.account_id.clone(),
        endpoint: sandbox.map(|sandbox| sandbox.aws.clone()),
        attempt_timeout: defaults.attempt_timeout.min(operation_timeout),
        operation_timeout,
        ..defaults
    }
}

fn databricks_settings(
    loaded: &Loaded,
    timeout: Option<Duration>,
    sandbox: Option<&Endpoints>,
) -> reconcile_databricks::Settings {
    let databricks = &loaded.settings.databricks;
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
        timeout: timeout.unwrap_or(WORKSPACE_TIMEOUT),
    }
}

fn user_agent() -> String {
    format!("reconcile/{} os/{}", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}
