//! The AWS CLI, unmodified, as a client of the sandbox and of moto.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::process::{Ended, Environment, clean_command, run};
use super::python;

/// The AWS CLI with one set of credentials, against one server.
pub struct AwsCli {
    environment: Environment,
    home: TempDir,
}

impl AwsCli {
    /// A CLI that knows only this environment; it starts no process.
    pub fn new(environment: Environment) -> Self {
        Self { environment, home: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Its home and working folder, for `file://…` arguments.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file into the working folder.
    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.home().join(name), content).expect("the working folder is writable");
    }

    /// Runs a command that must succeed, such as `iam get-role` with `[("role-name", "lab")]`, and returns its JSON;
    /// `null` where it prints nothing.
    pub fn call(&self, command: &str, options: &[(&str, &str)]) -> Value {
        let ended = self.run(command, options);
        assert_eq!(ended.code, Some(0), "aws {command} {options:?}: {}", ended.stderr);
        if ended.stdout.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("aws {command} printed no JSON: {error}: {}", ended.stdout))
    }

    /// Runs a command that the service must refuse, and returns what the CLI says of it.
    pub fn refusal(&self, command: &str, options: &[(&str, &str)]) -> String {
        let ended = self.run(command, options);
        // 254: the service answered with an error (documentation of the CLI's return codes, since 1.17 and 2.0).
        assert!(matches!(ended.code, Some(254 | 255)), "aws {command} {options:?} was not refused: {ended:?}");
        ended.stderr.trim().to_owned()
    }

    fn run(&self, command: &str, options: &[(&str, &str)]) -> Ended {
        let mut process = clean_command(python::program("aws"), self.home(), &self.environment);
        process.env("AWS_PAGER", "").args(["--output", "json"]).args(command.split_whitespace());
        for (name, value) in options {
            process.arg(format!("--{name}"));
            if !value.is_empty() {
                process.arg(value);
            }
        }
        run(&mut process)
    }
}
