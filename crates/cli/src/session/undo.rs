//! From a journal to the plan of the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reconcile_core::id::Cloud;
use reconcile_core::journal::{Journal, Past, Run};
use reconcile_core::manifest::ProviderSettings;
use reconcile_core::planner::{Undo, World};
use reconcile_engine::wait::Interrupter;

use super::connect::{Connection, Patience, Target, connect};
use super::{Origin, Planned, Session, check_patterns};
use crate::args::Pattern;
use crate::embedded::{Embedded, Endpoints};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// A run of a journal that is to be undone.
pub(crate) struct Request<'a> {
    /// The journal, as it was named.
    pub(crate) file: &'a str,
    /// What it says.
    pub(crate) journal: &'a Journal,
    /// The beginnings of the run, one for each manifest.
    pub(crate) runs: Vec<&'a Run>,
    /// Only what matches one of these; everything where there are none.
    pub(crate) only: &'a [Pattern],
    /// The longest that one call or one wait may take.
    pub(crate) timeout: Option<Duration>,
}

impl Session {
    /// Reads what a run has touched, and plans the way back: the last manifest first.
    ///
    /// # Errors
    ///
    /// Fails when the sandbox does not start, and when a pattern of `--only` matches nothing that the run has touched.
    pub(crate) async fn undo(request: &Request<'_>, terminal: &Terminal) -> Result<Self, Failure> {
        let past = request.runs.iter().flat_map(|run| request.journal.past(&run.run, &run.manifest));
        let touched: BTreeSet<_> = past.map(|past| past.address).collect();
        check_patterns(request.only, &touched.iter().collect::<Vec<_>>())?;
        let on_sandbox = request.runs.iter().find(|run| run.sandbox);
        let embedded = match on_sandbox {
            Some(run) => Some(Embedded::start(Some(&settings(run)), terminal).await?),
            None => None,
        };
        let endpoints = embedded.as_ref().map(Embedded::endpoints);
        let _working = terminal.working("reading the live state");
        let (interrupter, interrupt) = Interrupter::new();
        let patience = Patience { timeout: request.timeout, interrupt };
        let mut planned = Vec::new();
        for run in request.runs.iter().rev() {
            planned.push(plan_one(request, run, endpoints.as_ref(), &patience).await);
        }
        Ok(Self { planned, interrupter, embedded })
    }
}

async fn plan_one(
    request: &Request<'_>,
    run: &Run,
    sandbox: Option<&Endpoints>,
    patience: &Patience,
) -> Result<Planned, Failure> {
    let mut past = request.journal.past(&run.run, &run.manifest);
    past.retain(|past| request.only.is_empty() || request.only.iter().any(|only| only.matches(&past.address)));
    let settings = settings(run);
    let connection = connect(&target(run, &past, &settings), patience, sandbox).await?;
    let Connection { providers, aws, databricks } = connection;
    let undo = Undo::new(&run.manifest, request.file, past);
    let wanted = undo.wanted();
    let wanted: Vec<_> = wanted.iter().map(|(address, resource)| (address, resource)).collect();
    let observed = reconcile_engine::observe(&providers, &wanted, request.timeout).await;
    let world = World { aws, databricks, observed, calls: providers.calls(), ..World::default() };
    let (plan, manifest) = undo.plan(&world)?;
    let origin = Origin {
        file: request.file.to_owned(),
        settings,
        variables: BTreeMap::new(),
        files: BTreeMap::new(),
        text: String::new(),
        sandbox: sandbox.is_some(),
    };
    Ok(Planned { plan, places: BTreeMap::new(), providers, manifest, world, origin })
}

fn target<'a>(run: &'a Run, past: &[Past], settings: &'a ProviderSettings) -> Target<'a> {
    let clouds: BTreeSet<_> = past.iter().map(|past| past.address.kind().cloud()).collect();
    Target {
        manifest: &run.manifest,
        settings,
        needs_aws: clouds.contains(&Cloud::Aws),
        needs_region: true,
        needs_databricks: clouds.contains(&Cloud::Databricks),
    }
}

/// Returns how the clouds of a run are reached: as then, and no other account and no other workspace.
fn settings(run: &Run) -> ProviderSettings {
    let mut settings = ProviderSettings::default();
    if let Some(aws) = &run.aws {
        settings.aws.region = Some(aws.scope.region.clone());
        settings.aws.account_id = Some(aws.scope.account_id.clone());
        settings.aws.profile.clone_from(&aws.profile);
        settings.aws.assume_role_arn.clone_from(&aws.assume_role_arn);
    }
    if let Some(databricks) = &run.databricks {
        settings.databricks.host = Some(databricks.host.clone());
        settings.databricks.profile.clone_from(&databricks.profile);
    }
    settings
}
