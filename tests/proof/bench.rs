//! What one run of the binary does, in this process: connect, read, plan, apply, over HTTP and through the SDKs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reconcile_aws::Endpoint;
use reconcile_core::id::{Address, AwsScope};
use reconcile_core::manifest::Manifest;
use reconcile_core::outcome::Outcome;
use reconcile_core::plan::{DatabricksScope, Plan, ProblemKind};
use reconcile_core::planner::{Draft, Options, World};
use reconcile_core::reading::Reading;
use reconcile_core::render;
use reconcile_core::resource::{Ownership, Resource};
use reconcile_databricks::{Client, DatabricksProvider, Environment};
use reconcile_engine::wait::Interrupter;
use reconcile_engine::{ApplyOptions, Observer, Providers, Silent, observe};
use reconcile_sandbox::{Behaviour, Config, Sandbox};
use secrecy::SecretString;

use crate::manifest::{self, OWNER};

/// An account and a workspace.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    environment: BTreeMap<String, String>,
}

/// One run: a connection to both clouds.
pub(crate) struct Run {
    pub(crate) providers: Providers,
    pub(crate) scope: AwsScope,
    databricks: DatabricksScope,
}

impl Bench {
    /// A sandbox in which nothing takes time.
    pub(crate) async fn start() -> Self {
        let sandbox =
            Sandbox::start(Config { behaviour: Behaviour::at_once(), ..Config::default() }).await.expect("started");
        let environment = sandbox.environment().into_iter().collect();
        Self { sandbox, environment }
    }

    /// Connects. A connection that fails in a world of faults is tried again.
    pub(crate) async fn run(&self) -> Run {
        let settings = reconcile_aws::Settings {
            region: Some(self.environment["AWS_REGION"].clone()),
            endpoint: Some(Endpoint {
                url: self.sandbox.url(),
                access_key: self.environment["AWS_ACCESS_KEY_ID"].clone(),
                secret_key: self.environment["AWS_SECRET_ACCESS_KEY"].clone(),
            }),
            ..reconcile_aws::Settings::default()
        };
        let mut connection = reconcile_aws::connect(&settings).await;
        for _ in 0..5 {
            if connection.is_err() {
                connection = reconcile_aws::connect(&settings).await;
            }
        }
        let connection = connection.expect("connected");
        let settings = reconcile_databricks::Settings {
            interrupt: reconcile_engine::wait::Interrupt::never(),
            host: Some(self.sandbox.url()),
            profile: None,
            token: Some(SecretString::from("sandbox-token")),
            user_agent: "reconcile-proof".to_owned(),
            timeout: Duration::from_mins(1),
        };
        let client = Client::connect(&settings, &Environment::default()).expect("connected");
        let host = client.host().to_owned();
        Run {
            providers: Providers {
                aws: Some(Arc::new(connection.provider)),
                databricks: Some(Arc::new(DatabricksProvider::new(client, OWNER))),
            },
            scope: connection.scope,
            databricks: DatabricksScope { host },
        }
    }
}

impl Run {
    /// The manifest, resolved in this account.
    pub(crate) fn resolve(&self, draft: &manifest::Draft) -> Manifest {
        draft.resolved(&self.scope)
    }

    /// Reads and plans.
    pub(crate) async fn plan(&self, manifest: &Manifest) -> Plan {
        let mut world = World {
            aws: Some(self.scope.clone()),
            databricks: Some(self.databricks.clone()),
            observed: self.read(manifest).await,
            ..World::default()
        };
        let draft = Draft::to_agree(manifest, &world, Options::default()).expect("no cycle");
        loop {
            let inquiries = draft.inquiries(manifest, &world);
            if inquiries.is_empty() {
                break;
            }
            world.answers.extend(reconcile_engine::ask(&self.providers, inquiries).await);
        }
        draft.conclude(manifest, &world)
    }

    /// Reads what a manifest manages.
    pub(crate) async fn read(&self, manifest: &Manifest) -> BTreeMap<Address, Reading> {
        let wanted: Vec<(&Address, &Resource)> =
            manifest.resources.iter().map(|declared| (&declared.address, &declared.resource)).collect();
        observe(&self.providers, &wanted, None).await
    }

    /// Applies a plan.
    pub(crate) async fn apply(&self, plan: &Plan, observer: &dyn Observer) -> Outcome {
        let (_interrupter, interrupt) = Interrupter::new();
        let options =
            ApplyOptions { parallelism: 8, timeout: None, ownership: Ownership::of(OWNER), interrupt, recorder: None };
        reconcile_engine::apply(plan, &self.providers, &options, observer).await
    }
}

/// Whether nothing is to be done, and nothing stands in the way of knowing it.
pub(crate) fn is_empty(plan: &Plan) -> bool {
    !plan.differs()
        && [ProblemKind::Error, ProblemKind::Refused].into_iter().all(|kind| plan.problems(kind).next().is_none())
}

/// How plans are shown where something went wrong.
const STYLE: render::Style =
    render::Style { color: false, width: 120, verbose: false, hazards: render::Hazards::ToBeAllowed };

/// A plan as text.
pub(crate) fn text(plan: &Plan) -> String {
    render::text(plan, &STYLE)
}

/// What became of a plan, as text.
pub(crate) fn outcome_text(plan: &Plan, outcome: &Outcome) -> String {
    render::outcome_text(plan, outcome, &STYLE)
}

/// Applies a manifest, which has to succeed, and checks that it then plans empty.
pub(crate) async fn applied(bench: &Bench, run: &Run, manifest: &Manifest, draft: &manifest::Draft) {
    let plan = run.plan(manifest).await;
    let outcome = run.apply(&plan, &Silent).await;
    assert!(outcome.succeeded(), "{}\n{draft}", outcome_text(&plan, &outcome));
    let again = bench.run().await.plan(manifest).await;
    assert!(is_empty(&again), "after the apply of\n{draft}\nit plans\n{}", text(&again));
}
