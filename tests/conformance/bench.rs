//! A manifest at work: on a sandbox of its own, or on moto's account with a sandbox as the workspace.

use std::cell::RefCell;

use reconcile_sandbox::{Behaviour, Config};
use serde_json::{Value, json};

use crate::account;
use crate::drifts::Drift;
use crate::lacks;
use crate::moments::Moments;
use crate::shipped::Shipped;
use crate::support::behind::Hand;
use crate::support::moto::Moto;
use crate::support::plan_json;
use crate::support::process::Ended;
use crate::support::reconcile::Reconcile;
use crate::support::sandbox::TestSandbox;
use crate::theirs;
use crate::world;

/// Allows every hazard.
pub(crate) const ALLOW: &str = "--allow=interrupt,replace,delete,data-loss,overwrite,mass-change";

/// A manifest, a cloud in which nothing takes time, and the binary pointed at it.
pub(crate) struct Bench<'a> {
    pub(crate) shipped: &'a Shipped,
    /// The whole cloud; beside moto, only the workspace.
    pub(crate) sandbox: TestSandbox,
    /// Where the account is, if not in the sandbox.
    pub(crate) moto: Option<&'a Moto>,
    pub(crate) hand: Hand,
    /// The plan that made everything.
    pub(crate) created: Value,
    /// The world in which everything is made, and others have added to it.
    pub(crate) base: Value,
    /// The world before, in which there is something of each kind that belongs to others.
    pub(crate) start: Value,
    reconcile: Reconcile,
    moments: Moments,
    left_to_the_sandbox: RefCell<Vec<String>>,
}

impl<'a> Bench<'a> {
    /// Applies the manifest to a sandbox in which others live, and lets them add to what it made.
    pub(crate) fn new(shipped: &'a Shipped) -> Self {
        Self::set_up(shipped, None)
    }

    /// The same in an account on moto, which is emptied for it.
    pub(crate) fn on_moto(shipped: &'a Shipped, moto: &'a Moto) -> Self {
        Self::set_up(shipped, Some(moto))
    }

    fn set_up(shipped: &'a Shipped, moto: Option<&'a Moto>) -> Self {
        let config = Config { behaviour: Behaviour::at_once(), workspace_only: moto.is_some(), ..Config::default() };
        let sandbox = TestSandbox::start(config);
        let (hand, account) = match moto {
            Some(moto) => (moto.hand(&sandbox), moto.environment()),
            None => (sandbox.hand(), Vec::new()),
        };
        let reconcile = Reconcile::new([sandbox.environment(), account].concat());
        let moments = Moments::new(&hand);
        let [created, base, start] = [Value::Null, Value::Null, Value::Null];
        let left_to_the_sandbox = RefCell::default();
        let mut bench =
            Self { shipped, sandbox, moto, hand, created, base, start, reconcile, moments, left_to_the_sandbox };
        bench.populate_account();
        theirs::make_in_the_workspace(&bench.hand);
        bench.start = bench.world();
        bench.created = bench.make();
        bench.base = bench.world();
        bench
    }

    /// Others come to live in an empty account.
    fn populate_account(&self) {
        if let Some(moto) = self.moto {
            moto.reset();
            theirs::make_workspace_role(&self.hand);
        }
        theirs::make_in_the_account(&self.hand);
    }

    /// Applies the manifest, and lets others add to what it made.
    fn make(&self) -> Value {
        let created = self.apply(&[]);
        theirs::add_to(self);
        self.take_writes();
        created
    }

    /// What it is, and where.
    pub(crate) fn name(&self) -> String {
        let place = if self.moto.is_some() { " on moto" } else { "" };
        format!("{}{place}", self.shipped.name)
    }

    /// The whole world, in which everything has come to rest: in the sandbox that is due at the next call to its service.
    pub(crate) fn world(&self) -> Value {
        self.hand.databricks_get("2.1/clusters/list");
        if self.moto.is_some() {
            let mut world = account::read(&self.hand);
            world["workspace"] = self.sandbox.state()["workspace"].take();
            return world;
        }
        self.hand.sagemaker("ListNotebookInstances", &json!({}));
        self.sandbox.state()
    }

    /// Puts the world back to where nothing of the manifest was made.
    pub(crate) fn begin_anew(&self) {
        self.restore(&self.start);
        if self.moto.is_some() {
            self.populate_account();
        }
        self.take_writes();
    }

    /// Puts the world back to where everything is made, and returns it. moto takes no state: there, what is not as it was is
    /// made anew, and traces of the past stay.
    pub(crate) fn renew(&self) -> Value {
        if self.moto.is_none() {
            self.restore(&self.base);
        } else if !world::differences(&self.base, &self.world(), &world::owned(self.shipped)).is_empty() {
            self.begin_anew();
            self.make();
        }
        self.take_writes();
        if self.moto.is_none() { self.base.clone() } else { self.world() }
    }

    /// Puts a former world in the place of the present one, as far as it is the sandbox's.
    fn restore(&self, world: &Value) {
        if self.moto.is_none() {
            return self.sandbox.restore(world);
        }
        let mut state = self.sandbox.state();
        state["workspace"] = world["workspace"].clone();
        self.sandbox.restore(&state);
    }

    /// The names of the writing calls since the last time.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        let in_the_account = self.moto.map(Moto::take_writes).unwrap_or_default();
        [in_the_account, self.sandbox.take_writes()].concat()
    }

    /// The writing calls since the last time that took effect, by name; moto takes each.
    fn take_effects(&self) -> Vec<String> {
        let in_the_account = self.moto.map(Moto::take_writes).unwrap_or_default();
        [in_the_account, self.sandbox.take_effects()].concat()
    }

    /// Returns whether the cloud knows a call.
    pub(crate) fn has(&self, call: &str) -> bool {
        self.moto.is_none() || lacks::has(call)
    }

    /// Returns why a drift is not for this cloud, if it is not.
    pub(crate) fn hinders(&self, drift: &Drift) -> Option<String> {
        self.moto.and_then(|_| lacks::hinders(drift))
    }

    /// Notes what of a check is left to the sandbox, where moto lacks something for it.
    pub(crate) fn leave_to_the_sandbox(&self, what: String) {
        self.left_to_the_sandbox.borrow_mut().push(what);
    }

    /// What was left to the sandbox.
    pub(crate) fn left_to_the_sandbox(&self) -> Vec<String> {
        self.left_to_the_sandbox.borrow().clone()
    }

    /// Changes the sandbox's world by an edit of its state.
    pub(crate) fn edit(&self, edit: &dyn Fn(&mut Value)) {
        assert!(self.moto.is_none(), "moto takes no state");
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
        assert_eq!(ended.code, Some(0), "{}: {}", self.name(), ended.stderr);
        assert_eq!(self.take_writes(), [""; 0], "{}: a plan writes nothing", self.name());
        assert!(self.world() == before, "{}: a plan changes nothing", self.name());
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
        self.take_writes();
        let before = self.world();
        self.sandbox.keep_history();
        let all = [&["--format", "json", "--yes", ALLOW], arguments].concat();
        let ended = self.run_on(command, manifest, &all);
        let (name, history) = (self.name(), self.sandbox.take_history());
        assert_eq!(ended.code, Some(0), "{name}: {command} {all:?}\n{}\n{}", ended.stdout, ended.stderr);
        let outcome = plan_json::checked(&ended.stdout);
        let (mut planned, mut made) = (calls(&outcome), self.take_effects());
        planned.sort();
        made.sort();
        assert_eq!(made, planned, "{name}: each planned call is made once, and no other");
        // moto tells of no moment between two calls.
        if self.moto.is_none() {
            self.moments.check(&name, &outcome, &before, &history);
        }
        outcome
    }

    /// Checks that nothing differs.
    #[track_caller]
    pub(crate) fn agrees(&self, what: &str) {
        let ended = self.run("drift", &[]);
        assert_eq!(ended.code, Some(0), "{}: {what}: {}\n{}", self.name(), ended.stdout, ended.stderr);
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
