//! A manifest at work on a sandbox of its own.

use reconcile_sandbox::{Behaviour, Config};
use serde_json::{Value, json};

use crate::moments::Moments;
use crate::shipped::Shipped;
use crate::support::behind::Hand;
use crate::support::plan_json;
use crate::support::process::Ended;
use crate::support::reconcile::Reconcile;
use crate::support::sandbox::TestSandbox;
use crate::theirs;

/// Allows every hazard.
pub(crate) const ALLOW: &str = "--allow=interrupt,replace,delete,data-loss,overwrite,mass-change";

/// A manifest, a sandbox in which nothing takes time, and the binary pointed at it.
pub(crate) struct Bench<'a> {
    pub(crate) shipped: &'a Shipped,
    pub(crate) sandbox: TestSandbox,
    pub(crate) hand: Hand,
    /// The plan that made everything.
    pub(crate) created: Value,
    /// The world in which everything is made, and others have added to it.
    pub(crate) base: Value,
    /// The world before, in which there is something of each kind that belongs to others.
    pub(crate) start: Value,
    reconcile: Reconcile,
    moments: Moments,
}

impl<'a> Bench<'a> {
    /// Applies the manifest in a world in which others live, and lets them add to what it made.
    pub(crate) fn new(shipped: &'a Shipped) -> Self {
        let behaviour = Behaviour {
            notebook_start: 0,
            notebook_stop: 0,
            notebook_update: 0,
            notebook_delete: 0,
            cluster_start: 0,
            cluster_restart: 0,
            cluster_resize: 0,
            cluster_terminate: 0,
            ..Behaviour::default()
        };
        let sandbox = TestSandbox::start(Config { behaviour, ..Config::default() });
        let (hand, reconcile) = (sandbox.hand(), Reconcile::new(sandbox.environment()));
        theirs::make(&hand);
        let moments = Moments::new(&hand);
        let start = Value::Null;
        let (created, base) = (Value::Null, Value::Null);
        let mut bench = Self { shipped, sandbox, hand, created, base, start, reconcile, moments };
        bench.start = bench.world();
        bench.created = bench.apply(&[]);
        theirs::add_to(shipped, &bench.hand);
        bench.base = bench.world();
        bench.sandbox.take_writes();
        bench
    }

    /// The whole world, in which everything has come to rest: in the sandbox that is due at the next call to its service.
    pub(crate) fn world(&self) -> Value {
        self.hand.sagemaker("ListNotebookInstances", &json!({}));
        self.hand.databricks_get("2.1/clusters/list");
        self.sandbox.state()
    }

    /// Puts the world back to where everything is made.
    pub(crate) fn renew(&self) {
        self.sandbox.restore(&self.base);
        self.sandbox.take_writes();
    }

    /// Changes the world by an edit of its state.
    pub(crate) fn edit(&self, edit: &dyn Fn(&mut Value)) {
        let mut state = self.world();
        edit(&mut state);
        self.sandbox.restore(&state);
    }

    /// Writes another manifest, and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.reconcile.home().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// Runs a command on the manifest.
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Ended {
        self.run_on(command, self.shipped.argument(), arguments)
    }

    /// Runs a command on another manifest.
    pub(crate) fn run_on(&self, command: &str, manifest: &str, arguments: &[&str]) -> Ended {
        self.reconcile.run(&[&[command, manifest], arguments].concat())
    }

    /// Plans, which writes nothing.
    pub(crate) fn plan(&self, arguments: &[&str]) -> Value {
        self.plan_on(self.shipped.argument(), arguments)
    }

    /// Plans another manifest.
    #[track_caller]
    pub(crate) fn plan_on(&self, manifest: &str, arguments: &[&str]) -> Value {
        let before = self.world();
        let ended = self.run_on("plan", manifest, &[&["--format", "json"], arguments].concat());
        assert_eq!(ended.code, Some(0), "{}: {}", self.shipped.name, ended.stderr);
        assert_eq!(self.sandbox.take_writes(), [""; 0], "{}: a plan writes nothing", self.shipped.name);
        assert!(self.world() == before, "{}: a plan changes nothing", self.shipped.name);
        plan_json::checked(&ended.stdout)
    }

    /// Applies, with every hazard allowed.
    pub(crate) fn apply(&self, arguments: &[&str]) -> Value {
        self.write_by("apply", self.shipped.argument(), arguments)
    }

    /// Runs a command that writes: it makes exactly the calls of its plan, and at no moment is less allowed than both before
    /// and afterwards.
    #[track_caller]
    pub(crate) fn write_by(&self, command: &str, manifest: &str, arguments: &[&str]) -> Value {
        self.sandbox.take_writes();
        let before = self.world();
        self.sandbox.keep_history();
        let all = [&["--format", "json", "--yes", ALLOW], arguments].concat();
        let ended = self.run_on(command, manifest, &all);
        let name = &self.shipped.name;
        assert_eq!(ended.code, Some(0), "{name}: {command} {all:?}\n{}\n{}", ended.stdout, ended.stderr);
        let outcome = plan_json::checked(&ended.stdout);
        let (mut planned, mut made) = (calls(&outcome), self.sandbox.take_effects());
        planned.sort();
        made.sort();
        assert_eq!(made, planned, "{name}: each planned call is made once, and no other");
        self.moments.check(name, &outcome, &before, &self.sandbox.take_history());
        outcome
    }

    /// Checks that nothing differs.
    #[track_caller]
    pub(crate) fn agrees(&self, what: &str) {
        let ended = self.run("drift", &[]);
        assert_eq!(ended.code, Some(0), "{}: {what}: {}\n{}", self.shipped.name, ended.stdout, ended.stderr);
    }
}

/// Returns every change of a plan: addresses and paths.
pub(crate) fn changes(plan: &Value) -> Vec<(String, String)> {
    each(plan, "changes", "path")
}

/// Returns every call of a plan, in order.
pub(crate) fn calls(plan: &Value) -> Vec<String> {
    each(plan, "operations", "api").into_iter().map(|(_, call)| call).collect()
}

/// Returns a member of each item of a list of each resource, with the resource's address.
fn each(plan: &Value, list: &str, member: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut all = Vec::new();
    for resource in plan["resources"].as_array().expect("a list") {
        let items = resource[list].as_array().expect("a list").iter();
        all.extend(items.map(|item| (text(&resource["address"]), text(&item[member]))));
    }
    all
}
