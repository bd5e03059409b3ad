//! `reconcile sandbox`, a process of its own, for other people's clients.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::support::aws_cli::AwsCli;
use crate::support::databricks_sdk::DatabricksSdk;
use crate::support::process::{DEADLINE, Environment, RUNTIME, clean_command};

/// The variables that the command prints, of which the last one is known.
const LAST_VARIABLE: &str = "DATABRICKS_TOKEN";

/// Serves a sandbox on a free port, with its state in this folder, until the process is dropped.
fn serve(folder: &Path) -> (Child, Environment) {
    let mut command = clean_command(env!("CARGO_BIN_EXE_reconcile"), folder, &Environment::new());
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--state", "state.json", "--quiet"]).stdout(Stdio::piped());
    let _guard = RUNTIME.enter();
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut environment = Environment::new();
    let reading = async {
        while environment.last().is_none_or(|(name, _)| name != LAST_VARIABLE) {
            let line = lines.next_line().await.unwrap().expect("the environment is printed");
            let variable = line.strip_prefix("export ").expect("lines that a shell reads");
            let (name, value) = variable.split_once('=').unwrap();
            environment.push((name.to_owned(), value.to_owned()));
        }
    };
    RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, reading).await }).expect("it starts");
    (process, environment)
}

#[test]
fn both_clients_work_with_the_printed_environment_and_the_state_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, environment) = serve(folder.path());
    let profile = ("instance-profile-name", "kept");
    AwsCli::new(environment.clone()).call("iam create-instance-profile", &[profile]);
    DatabricksSdk::new(&environment).call("workspace.mkdirs", &json!({"path": "/Shared/kept"}));
    RUNTIME.block_on(process.kill()).unwrap();

    let (_process, environment) = serve(folder.path());
    AwsCli::new(environment.clone()).call("iam get-instance-profile", &[profile]);
    let kept = DatabricksSdk::new(&environment).call("workspace.get_status", &json!({"path": "/Shared/kept"}));
    assert_eq!(kept["object_type"], "DIRECTORY");
}
