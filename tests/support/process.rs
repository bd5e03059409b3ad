//! Child processes, each with a deadline and with nothing of the caller's environment that could change its answer.

use std::path::Path;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;

use tokio::process::Command;
use tokio::runtime::{Builder, Runtime};

/// How long any child may take before it counts as hung.
pub const DEADLINE: Duration = Duration::from_mins(2);

/// The runtime of all children and sandboxes of this test binary.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts"));

/// Environment variables.
pub type Environment = Vec<(String, String)>;

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
}

/// A command that sees `PATH`, a home of its own, and what is given: neither credentials nor settings of the caller.
pub fn clean_command(program: impl AsRef<std::ffi::OsStr>, home: &Path, environment: &Environment) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(home)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ended {
    let output = RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, command.output()).await });
    let output = output
        .unwrap_or_else(|_| panic!("{command:?} did not end within {DEADLINE:?}"))
        .unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("the output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("the errors are UTF-8"),
    }
}
