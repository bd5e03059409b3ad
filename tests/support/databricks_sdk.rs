//! The official Databricks SDK for Python, unmodified, as a client of the sandbox.

use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use super::process::{DEADLINE, Environment, RUNTIME, clean_command};
use super::python;

/// Calls methods of the SDK by name, one process for all of them.
const SCRIPT: &str = include_str!("databricks_sdk.py");

/// The SDK with one set of credentials, in a process of its own that ends with this value.
pub struct DatabricksSdk {
    requests: ChildStdin,
    outcomes: Lines<BufReader<ChildStdout>>,
    _process: Child,
    _home: TempDir,
}

impl DatabricksSdk {
    /// Starts the process; the SDK looks for its host and credentials in this environment.
    pub fn new(environment: &Environment) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut command = clean_command(python::program("python"), home.path(), environment);
        command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let _guard = RUNTIME.enter();
        let mut process = command.spawn().expect("Python starts");
        let requests = process.stdin.take().expect("stdin is piped");
        let outcomes = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        Self { requests, outcomes, _process: process, _home: home }
    }

    /// Calls a method that must succeed, such as `clusters.get`, and returns its answer as JSON.
    pub fn call(&mut self, method: &str, arguments: &Value) -> Value {
        let mut outcome = self.outcome(method, arguments);
        assert!(outcome.get("refusal").is_none(), "{method} {arguments}: {outcome}");
        outcome["answer"].take()
    }

    /// Calls a method that the workspace must refuse, and returns `ErrorClass ERROR_CODE: message` as the SDK has it.
    pub fn refusal(&mut self, method: &str, arguments: &Value) -> String {
        let outcome = self.outcome(method, arguments);
        let refusal = outcome.get("refusal").unwrap_or_else(|| panic!("{method} was not refused: {outcome}"));
        let text = |name: &str| refusal[name].as_str().unwrap_or("-");
        format!("{} {}: {}", text("type"), text("error_code"), text("message"))
    }

    fn outcome(&mut self, method: &str, arguments: &Value) -> Value {
        let request = format!("{}\n", json!({"method": method, "arguments": arguments}));
        let exchange = async {
            self.requests.write_all(request.as_bytes()).await.expect("the process takes a call");
            self.requests.flush().await.expect("the process takes a call");
            self.outcomes.next_line().await.expect("the process answers")
        };
        let line = RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, exchange).await });
        let line = line.unwrap_or_else(|_| panic!("{method} took longer than {DEADLINE:?}"));
        let line = line.unwrap_or_else(|| panic!("the process ended in {method}; its error is above"));
        serde_json::from_str(&line).expect("the outcome is JSON")
    }
}
