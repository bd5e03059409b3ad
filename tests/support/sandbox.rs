//! The sandbox in this process, with its real HTTP server on a free port.

use reconcile_sandbox::{Call, Config, Fault, Sandbox};

use super::aws_cli::AwsCli;
use super::databricks_sdk::DatabricksSdk;
use super::process::{Environment, RUNTIME};

/// A running sandbox.
pub struct TestSandbox {
    pub sandbox: Sandbox,
}

impl TestSandbox {
    /// Starts one.
    pub fn start(config: Config) -> Self {
        let sandbox = RUNTIME.block_on(Sandbox::start(config)).expect("the sandbox starts");
        Self { sandbox }
    }

    /// Starts a workspace whose AWS account is somebody else's server.
    pub fn workspace_only() -> Self {
        Self::start(Config { workspace_only: true, ..Config::default() })
    }

    /// Where it serves.
    pub fn url(&self) -> String {
        self.sandbox.url()
    }

    /// What points clients at it.
    pub fn environment(&self) -> Environment {
        self.sandbox.environment()
    }

    /// The AWS CLI, pointed at it.
    pub fn aws_cli(&self) -> AwsCli {
        AwsCli::new(self.environment())
    }

    /// The Databricks SDK, pointed at it with the personal access token.
    pub fn databricks_sdk(&self) -> DatabricksSdk {
        DatabricksSdk::new(&self.environment())
    }

    /// The Databricks SDK, pointed at it with other credentials.
    pub fn databricks_sdk_with(&self, credentials: &[(&str, &str)]) -> DatabricksSdk {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let host = ("DATABRICKS_HOST".to_owned(), self.sandbox.url());
        DatabricksSdk::new(&std::iter::once(host).chain(credentials.iter().map(own)).collect())
    }

    /// The calls so far whose operation bears this name, such as `clusters/list`.
    pub fn calls(&self, operation: &str) -> Vec<Call> {
        self.sandbox.calls().into_iter().filter(|call| call.operation == operation).collect()
    }

    /// The names of the writing calls since the last time, in the order in which they took effect, sorted where
    /// `reconcile` may send them at once.
    pub fn take_writes(&self) -> Vec<String> {
        let calls = self.sandbox.calls();
        self.sandbox.clear_calls();
        let writes = calls.into_iter().filter(|call| call.writes);
        writes.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// Lets time pass: what was made gets older.
    pub fn pass(&self, time: std::time::Duration) {
        self.sandbox.pass(time);
    }

    /// The writing calls since the last time that took effect, by name; of the others only those are taken for granted
    /// that met another change of the same thing, which are sent again.
    pub fn take_effects(&self) -> Vec<String> {
        let calls = self.sandbox.calls();
        self.sandbox.clear_calls();
        let (done, refused): (Vec<_>, Vec<_>) =
            calls.into_iter().filter(|call| call.writes).partition(|call| call.status < 400);
        assert!(refused.iter().all(|call| call.status == 409), "{refused:?}");
        done.into_iter().map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// Its whole world.
    pub fn state(&self) -> serde_json::Value {
        self.sandbox.state()
    }

    /// Puts a former state in the place of the present one.
    pub fn restore(&self, state: &serde_json::Value) {
        self.sandbox.restore(state).expect("a state of the sandbox");
    }

    /// Keeps, from now on, the state after each call that changes something.
    pub fn keep_history(&self) {
        self.sandbox.keep_history();
    }

    /// The states since the last time.
    pub fn take_history(&self) -> Vec<serde_json::Value> {
        self.sandbox.take_history()
    }

    /// Orders a fault.
    pub fn inject(&self, fault: Fault) {
        self.sandbox.inject(fault);
    }

    /// Its whole world as JSON text.
    pub fn state_text(&self) -> String {
        self.sandbox.state().to_string()
    }
}
