//! Runs of the built binary.

use std::path::Path;

use tempfile::TempDir;

use super::process::{Ended, Environment, clean_command, run};

/// The binary, in a folder and an environment of its own.
pub struct Reconcile {
    environment: Environment,
    home: TempDir,
}

impl Reconcile {
    /// A binary that knows only this environment; it starts no process.
    pub fn new(environment: Environment) -> Self {
        Self { environment, home: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Its home and working folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs one command line with a text as its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let path = self.home().join(".input");
        std::fs::write(&path, input).expect("the input");
        let program = env!("CARGO_BIN_EXE_reconcile");
        let input = std::fs::File::open(path).expect("the input");
        run(clean_command(program, self.home(), &self.environment).args(arguments).stdin(input))
    }

    /// Runs one command line.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let program = env!("CARGO_BIN_EXE_reconcile");
        run(clean_command(program, self.home(), &self.environment).args(arguments))
    }
}
