//! What is special to a kind, beside what the conformance suite does with every manifest: its notes and hazards, the calls by
//! state, and what is refused.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

#[path = "life/cluster.rs"]
mod cluster;
#[path = "life/instance_profile.rs"]
mod instance_profile;
#[path = "life/lifecycle_config.rs"]
mod lifecycle_config;
#[path = "life/notebook.rs"]
mod notebook;
#[path = "life/notebook_instance.rs"]
mod notebook_instance;
#[path = "life/ownership.rs"]
mod ownership;
#[path = "life/policy.rs"]
mod policy;
#[path = "life/registration.rs"]
mod registration;
#[path = "life/role.rs"]
mod role;

use reconcile_sandbox::{Behaviour, Config};
use serde_json::Value;

use support::lab::root;
use support::plan_json;
use support::process::Ended;
use support::reconcile::Reconcile;
use support::sandbox::TestSandbox;

/// An example manifest, applied to a sandbox of its own.
pub(crate) struct Applied {
    pub(crate) sandbox: TestSandbox,
    reconcile: Reconcile,
    manifest: String,
}

/// What a plan says of the resources that differ.
#[derive(Debug, PartialEq)]
pub(crate) struct Planned {
    /// `path` of every change.
    pub(crate) changes: Vec<String>,
    /// `api` of every operation.
    pub(crate) calls: Vec<String>,
    /// Every hazard.
    pub(crate) hazards: Vec<String>,
}

impl Applied {
    /// Applies `manifests/examples/NAME.yaml` to a sandbox in which nothing takes time.
    pub(crate) fn example(name: &str) -> Self {
        let sandbox = TestSandbox::start(Config { behaviour: Behaviour::at_once(), ..Config::default() });
        let reconcile = Reconcile::new(sandbox.environment());
        let manifest = root().join(format!("manifests/examples/{name}.yaml")).to_str().expect("UTF-8").to_owned();
        let applied = Self { sandbox, reconcile, manifest };
        applied.apply();
        applied.sandbox.take_writes();
        applied
    }

    /// Its manifest's path.
    pub(crate) fn manifest(&self) -> &str {
        &self.manifest
    }

    /// Writes another manifest, and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.reconcile.home().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// Runs a command line.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.reconcile.run(arguments)
    }

    /// Applies with every hazard allowed; it has to succeed.
    pub(crate) fn apply(&self) {
        let allow = "--allow=interrupt,replace,delete,data-loss,overwrite";
        let ended = self.reconcile.run(&["apply", &self.manifest, "--yes", allow]);
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    }

    /// Plans; the plan must have made no writing call.
    pub(crate) fn plan(&self) -> Planned {
        let ended = self.reconcile.run(&["plan", &self.manifest, "--format", "json"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(self.sandbox.take_writes(), [""; 0], "a plan writes nothing");
        let plan = plan_json::checked(&ended.stdout);
        let each = |list: &str, member: Option<&str>| {
            let resources = plan["resources"].as_array().expect("a list").iter();
            let items = resources.flat_map(|resource| resource[list].as_array().expect("a list"));
            let text = |item: &Value| member.map_or(item, |member| &item[member]).as_str().expect("text").to_owned();
            items.map(text).collect()
        };
        Planned {
            changes: each("changes", Some("path")),
            calls: each("operations", Some("api")),
            hazards: each("hazards", None),
        }
    }

    /// Checks that exactly the given fields are found to differ, that exactly the given calls are planned and made for
    /// it (`databricks:` or `iam:` before each), and that nothing differs afterwards.
    #[track_caller]
    pub(crate) fn is_repaired(&self, changes: &[&str], calls: &[&str]) {
        self.sandbox.take_writes();
        let planned = self.plan();
        assert_eq!(planned.changes, changes);
        assert_eq!(planned.calls, calls);
        self.apply();
        assert_eq!(self.sandbox.take_writes(), calls);
        self.agrees();
    }

    /// Checks that the hazards of the plan are exactly these, and that without allowing them nothing is written.
    #[track_caller]
    pub(crate) fn has_hazards(&self, hazards: &[&str]) {
        assert_eq!(self.plan().hazards, hazards);
        let ended = self.reconcile.run(&["apply", &self.manifest, "--yes"]);
        assert_eq!(ended.code, Some(3), "{}\n{}", ended.stdout, ended.stderr);
        assert_eq!(self.sandbox.take_writes(), [""; 0], "a refused apply writes nothing");
    }

    /// Checks that nothing differs.
    #[track_caller]
    pub(crate) fn agrees(&self) {
        let ended = self.reconcile.run(&["drift", &self.manifest]);
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    }
}
