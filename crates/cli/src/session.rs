//! From loaded manifests to plans: connect, resolve, read, compare.

mod connect;
mod overlap;
mod undo;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use reconcile_core::access;
use reconcile_core::dependencies::Cycle;
use reconcile_core::failure::CallFailure;
use reconcile_core::id::{Address, AwsScope, Kind};
use reconcile_core::manifest::diagnostic::{Diagnostic, Place};
use reconcile_core::manifest::{Inputs, Manifest, ProviderSettings};
use reconcile_core::plan::Plan;
use reconcile_core::planner::{Draft, Options, World, address_of_orphan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Claim, Resource};
use reconcile_engine::Providers;
use reconcile_engine::wait::Interrupter;

use crate::args::{Pattern, Selection};
use crate::embedded::{Embedded, Endpoints};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests::{self, Loaded};
use crate::terminal::Terminal;
use connect::{Connection, Patience, Target, connect};

pub(crate) use undo::Request as UndoRequest;

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

/// What is planned of a manifest, and how: what a command line asks for, or a saved plan was made with.
pub(crate) struct Request<'a> {
    /// Only what matches one of these; everything where there are none.
    pub(crate) only: &'a [Pattern],
    /// What the plan is to bring about.
    pub(crate) goal: Goal,
    /// The longest that one call or one wait may take.
    pub(crate) timeout: Option<Duration>,
}

impl Request<'_> {
    fn selects(&self, address: &Address) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.matches(address))
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
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// Where a plan comes from.
pub(crate) struct Origin {
    /// The file, as it was named.
    pub(crate) file: String,
    /// What the manifest says about its clouds.
    pub(crate) settings: ProviderSettings,
    /// The values of variables that were given.
    pub(crate) variables: BTreeMap<String, String>,
    /// The digests of the files that it was read from, by the paths under which they were asked for.
    pub(crate) files: BTreeMap<String, String>,
    /// The manifest's text.
    pub(crate) text: String,
    /// Whether it was planned on the embedded sandbox.
    pub(crate) sandbox: bool,
}

/// All manifests of a command line, planned as far as they can be.
pub(crate) struct Session {
    /// One result for each manifest, in their order.
    pub(crate) planned: Vec<Result<Planned, Failure>>,
    /// Asks all that is connected to stop.
    pub(crate) interrupter: Interrupter,
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
        // What a broken manifest holds is not known, and its own mistakes are told.
        if loaded.iter().all(Result::is_ok) {
            let known: Vec<_> = loaded.iter().flatten().flat_map(|loaded| addresses(&loaded.offline)).collect();
            check_patterns(&selection.only, &known)?;
        }
        let request = Request { only: &selection.only, goal, timeout: selection.timeout };
        Self::of(loaded, &request, selection.source.sandbox, terminal).await
    }

    /// Connects, reads and plans what was loaded.
    ///
    /// # Errors
    ///
    /// Fails when the sandbox does not start.
    pub(crate) async fn of(
        loaded: Vec<Result<Loaded, Failure>>,
        request: &Request<'_>,
        sandbox: bool,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let first = loaded.iter().flatten().next().map(|loaded| &loaded.settings);
        let embedded = if sandbox { Some(Embedded::start(first, terminal).await?) } else { None };
        let _working = terminal.working("reading the live state");
        let endpoints = embedded.as_ref().map(Embedded::endpoints);
        // What a manifest names and does not hold may be what another one of this run makes: then nothing is known of it.
        let is_alone = loaded.len() == 1;
        let (interrupter, interrupt) = Interrupter::new();
        let patience = Patience { timeout: request.timeout, interrupt };
        let all = loaded
            .into_iter()
            .map(async |loaded| Box::pin(plan_one(loaded?, request, is_alone, endpoints.as_ref(), &patience)).await);
        Ok(Self { planned: overlap::refused(join_all(all).await), interrupter, embedded })
    }

    /// Ends it: the sandbox, if there is one, stops in good order.
    pub(crate) async fn end(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Checks that every pattern matches something: a typo must not pass for "nothing differs".
fn check_patterns(only: &[Pattern], known: &[&Address]) -> Result<(), Failure> {
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

async fn plan_one(
    loaded: Loaded,
    request: &Request<'_>,
    is_alone: bool,
    sandbox: Option<&Endpoints>,
    patience: &Patience,
) -> Result<Planned, Failure> {
    let connection = connect(&target(&loaded), patience, sandbox).await?;
    let inputs = Inputs { variables: &loaded.variables, files: &loaded.files, scope: connection.aws.as_ref() };
    let manifest = loaded.document.resolve(&inputs)?;
    let goal = request.goal;
    let selected: Vec<(&Address, Resource)> = manifest
        .resources
        .iter()
        .filter(|declared| request.selects(&declared.address))
        .map(|declared| (&declared.address, goal.asks_for(&declared.resource)))
        .collect();
    tracing::debug!(manifest = loaded.path, resources = selected.len(), "reading the live state");
    let named = goal.surroundings(&manifest, connection.aws.as_ref(), |address| is_alone && request.selects(address));
    let wanted: Vec<_> = selected.iter().map(|(address, resource)| (*address, resource)).chain(&named).collect();
    let mut observed = reconcile_engine::observe(&connection.providers, &wanted, request.timeout).await;
    let surroundings = named.keys().filter_map(|address| observed.remove_entry(address)).collect();
    let Connection { providers, aws, databricks } = connection;
    let mut world = World { aws, databricks, observed, surroundings, ..World::default() };
    let plan = conclude(&providers, &manifest, &mut world, request).await?;
    let places = manifest.resources.iter().map(|declared| (declared.address.clone(), declared.place.clone())).collect();
    let Loaded { path: file, document: _, settings, variables, offline: _, files, text } = loaded;
    let origin = Origin { file, settings, variables, files: files.digests(), text, sandbox: sandbox.is_some() };
    Ok(Planned { plan, places, providers, manifest, world, origin })
}

/// Returns what has to be connected for a manifest.
fn target(loaded: &Loaded) -> Target<'_> {
    Target {
        manifest: &loaded.offline.name,
        settings: &loaded.settings,
        needs_aws: loaded.document.needs_aws(),
        needs_region: addresses(&loaded.offline).any(|address| address.kind() == Kind::SagemakerNotebookInstance),
        needs_databricks: loaded.document.needs_databricks(),
    }
}

/// Makes the plan of what was read: looks for orphans, and asks what else the plan depends on, both at the same time.
async fn conclude(
    providers: &Providers,
    manifest: &Manifest,
    world: &mut World,
    request: &Request<'_>,
) -> Result<Plan, Failure> {
    let goal = request.goal;
    // A part of the manifest says nothing about what is in none of it.
    let looks_around = request.only.is_empty();
    let mut draft = goal.draft(manifest, world)?;
    let looking = async { if looks_around { orphans(providers, manifest, request).await } else { Default::default() } };
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
    request: &Request<'_>,
) -> (Vec<(Resource, Option<Reading>)>, Vec<CallFailure>) {
    let known: Vec<_> = manifest.resources.iter().map(|declared| &declared.resource).collect();
    let (found, unlisted) = reconcile_engine::list_owned(providers, &manifest.name, &known).await;
    let mut readings = BTreeMap::new();
    if request.goal.prunes() {
        let wanted: Vec<_> = found.iter().map(|orphan| (address_of_orphan(orphan), orphan.to_be_deleted())).collect();
        let wanted: Vec<_> = wanted.iter().map(|(address, orphan)| (address, orphan)).collect();
        readings = reconcile_engine::observe(providers, &wanted, request.timeout).await;
    }
    let read = found.into_iter().map(|orphan| {
        let reading = readings.remove(&address_of_orphan(&orphan));
        (orphan, reading)
    });
    (read.collect(), unlisted)
}
