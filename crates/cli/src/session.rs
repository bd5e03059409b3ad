//! From loaded manifests to plans: connect, resolve, read, compare.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use reconcile_core::access;
use reconcile_core::dependencies::Cycle;
use reconcile_core::failure::CallFailure;
use reconcile_core::id::{Address, AwsScope, Kind};
use reconcile_core::manifest::diagnostic::{Diagnostic, Place};
use reconcile_core::manifest::{Inputs, Manifest};
use reconcile_core::plan::{DatabricksScope, Plan};
use reconcile_core::planner::{Draft, Options, World, address_of_orphan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Claim, Resource};
use reconcile_databricks::{Client, DatabricksProvider, Environment};
use reconcile_engine::Providers;
use secrecy::SecretString;

use crate::args::{Pattern, Selection};
use crate::embedded::{Embedded, Endpoints};
use crate::exit::Exit;
use crate::failure::{Failure, both};
use crate::files::LocalFiles;
use crate::manifests::{self, Loaded};
use crate::terminal::Terminal;

/// The longest that one call to a workspace may take where nothing else is asked for.
const WORKSPACE_TIMEOUT: Duration = Duration::from_mins(5);

/// What a plan is to bring about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// That the live state agrees with the manifest; with `prune` also that nothing else of the manifest's own is left.
    Agree {
        /// How to treat what is not ours yet.
        options: Options,
        /// Whether to delete what is no longer in the manifest.
        prune: bool,
    },
    /// That nothing of the manifest's own is left.
    Destroy,
}

impl Goal {
    /// Returns when matching resources without an owner tag are claimed.
    pub(crate) const fn claim(self) -> Claim {
        match self {
            Self::Agree { options: Options { adopt: true, take_over: _ }, prune: _ } => Claim::Now,
            Self::Agree { options: Options { adopt: false, take_over: _ }, prune: _ } | Self::Destroy => {
                Claim::WithNextWrite
            }
        }
    }

    fn prunes(self) -> bool {
        matches!(self, Self::Agree { options: _, prune: true })
    }

    /// Returns what has to be read beside the manifest's own resources to judge its access chain.
    fn surroundings(
        self,
        manifest: &Manifest,
        scope: Option<&AwsScope>,
        is_selected: impl Fn(&Address) -> bool,
    ) -> BTreeMap<Address, Resource> {
        match self {
            Self::Agree { options: _, prune: _ } => access::surroundings(manifest, scope, is_selected),
            Self::Destroy => BTreeMap::new(),
        }
    }

    /// Drafts the plan of what was read.
    fn draft(self, manifest: &Manifest, world: &World) -> Result<Draft, Cycle> {
        match self {
            Self::Agree { options, prune: _ } => Draft::to_agree(manifest, world, options),
            Self::Destroy => Draft::to_destroy(manifest, world),
        }
    }

    /// Returns what has to be read of a resource.
    fn asks_for(self, resource: &Resource) -> Resource {
        match self {
            Self::Agree { options: _, prune: _ } => resource.clone(),
            Self::Destroy => resource.to_be_deleted(),
        }
    }
}

/// One manifest, planned.
pub(crate) struct Planned {
    /// The plan.
    pub(crate) plan: Plan,
    /// Where in the manifest each resource stands.
    pub(crate) places: BTreeMap<Address, Place>,
    /// What was connected for it, for the apply.
    pub(crate) providers: Providers,
    /// What should exist.
    pub(crate) manifest: Manifest,
    /// What it was planned on.
    pub(crate) world: World,
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
    pub(crate) async fn plan(selection: &Selection, goal: Goal, terminal: &Terminal) -> Result<Self, Failure> {
        let loaded = manifests::load(&selection.source);
        check_patterns(&selection.only, &loaded)?;
        let embedded = if selection.source.sandbox {
            let first = loaded.iter().flatten().next().map(|loaded| &loaded.settings);
            Some(Embedded::start(first, terminal).await?)
        } else {
            None
        };
        let _working = terminal.working("reading the live state");
        let endpoints = embedded.as_ref().map(Embedded::endpoints);
        let all = loaded.into_iter().map(async |loaded| plan_one(&loaded?, selection, goal, endpoints.as_ref()).await);
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

async fn plan_one(
    loaded: &Loaded,
    selection: &Selection,
    goal: Goal,
    sandbox: Option<&Endpoints>,
) -> Result<Planned, Failure> {
    let connection = connect(loaded, selection.timeout, sandbox).await?;
    let inputs = Inputs { variables: &loaded.variables, files: &LocalFiles, scope: connection.aws.as_ref() };
    let manifest = loaded.document.resolve(&inputs)?;
    let only = &selection.only;
    let is_selected = |address: &Address| only.is_empty() || only.iter().any(|only| only.matches(address));
    let selected: Vec<(&Address, Resource)> = manifest
        .resources
        .iter()
        .filter(|declared| is_selected(&declared.address))
        .map(|declared| (&declared.address, goal.asks_for(&declared.resource)))
        .collect();
    tracing::debug!(manifest = loaded.path, resources = selected.len(), "reading the live state");
    // What a manifest names and does not hold may be what another one of this run makes: then nothing is known of it.
    let is_alone = selection.source.manifests.len() == 1;
    let named = goal.surroundings(&manifest, connection.aws.as_ref(), |address| is_alone && is_selected(address));
    let wanted: Vec<_> = selected.iter().map(|(address, resource)| (*address, resource)).chain(&named).collect();
    let mut observed = reconcile_engine::observe(&connection.providers, &wanted).await;
    let surroundings = named.keys().filter_map(|address| observed.remove_entry(address)).collect();
    let Connection { providers, aws, databricks } = connection;
    let mut world = World { aws, databricks, observed, surroundings, ..World::default() };
    // A part of the manifest says nothing about what is in none of it.
    let looks_around = only.is_empty();
    let plan = conclude(&providers, &manifest, &mut world, goal, looks_around).await?;
    let places = manifest.resources.iter().map(|declared| (declared.address.clone(), declared.place.clone())).collect();
    Ok(Planned { plan, places, providers, manifest, world })
}

/// Makes the plan of what was read: looks for orphans, and asks what else the plan depends on, both at the same time.
async fn conclude(
    providers: &Providers,
    manifest: &Manifest,
    world: &mut World,
    goal: Goal,
    looks_around: bool,
) -> Result<Plan, Failure> {
    let mut draft = goal.draft(manifest, world)?;
    let looking = async { if looks_around { orphans(providers, manifest, goal).await } else { Default::default() } };
    let asking = reconcile_engine::ask(providers, draft.inquiries(manifest, world));
    let ((orphans, unlisted), answers) = tokio::join!(looking, asking);
    world.answers.extend(answers);
    if !(orphans.is_empty() && unlisted.is_empty()) {
        (world.orphans, world.unlisted) = (orphans, unlisted);
        draft = goal.draft(manifest, world)?;
    }
    loop {
        let inquiries = draft.inquiries(manifest, world);
        if inquiries.is_empty() {
            break;
        }
        world.answers.extend(reconcile_engine::ask(providers, inquiries).await);
    }
    world.calls = providers.calls();
    Ok(draft.conclude(manifest, world))
}

/// Looks for what bears the manifest's owner tag and is no longer in it, and reads what is to be pruned.
async fn orphans(
    providers: &Providers,
    manifest: &Manifest,
    goal: Goal,
) -> (Vec<(Resource, Option<Reading>)>, Vec<CallFailure>) {
    let known: Vec<_> = manifest.resources.iter().map(|declared| &declared.resource).collect();
    let (found, unlisted) = reconcile_engine::list_owned(providers, &manifest.name, &known).await;
    let mut readings = BTreeMap::new();
    if goal.prunes() {
        let wanted: Vec<_> = found.iter().map(|orphan| (address_of_orphan(orphan), orphan.to_be_deleted())).collect();
        let wanted: Vec<_> = wanted.iter().map(|(address, orphan)| (address, orphan)).collect();
        readings = reconcile_engine::observe(providers, &wanted).await;
    }
    let read = found.into_iter().map(|orphan| {
        let reading = readings.remove(&address_of_orphan(&orphan));
        (orphan, reading)
    });
    (read.collect(), unlisted)
}

/// Connects the clouds that a manifest needs, at the same time.
async fn connect(
    loaded: &Loaded,
    timeout: Option<Duration>,
    sandbox: Option<&Endpoints>,
) -> Result<Connection, Failure> {
    let aws = async {
        if !loaded.document.needs_aws() {
            return Ok(None);
        }
        let connection = reconcile_aws::connect(&aws_settings(loaded, timeout, sandbox)).await;
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
        let client = Client::connect(&databricks_settings(loaded, timeout, sandbox), &environment)?;
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
