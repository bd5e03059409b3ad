//! What ends a command: reports for the reader, and the exit code that belongs to them.

use reconcile_core::dependencies::Cycle;
use reconcile_core::manifest::diagnostic::{Diagnostic, Diagnostics, Place};
use reconcile_sandbox::SandboxError;

use crate::exit::Exit;

/// Why a command ends early. Every report has the same shape: what failed and why, where in the manifest, and help.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// At least one.
    pub(crate) reports: Vec<Diagnostic>,
}

impl Failure {
    /// Makes an error without a place or help.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, reports: vec![Diagnostic::error(code, message)] }
    }

    /// Makes one of several; there is none when there are no reports.
    pub(crate) fn of(reports: Vec<Diagnostic>) -> Result<(), Self> {
        if reports.is_empty() { Ok(()) } else { Err(Self { exit: Exit::Failed, reports }) }
    }

    /// Adds what to do about it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        if let Some(report) = self.reports.last_mut() {
            report.help.push(help.into());
        }
        self
    }

    /// Adds what to do about it, if anything is known.
    pub(crate) fn with_optional_help(self, help: Option<impl Into<String>>) -> Self {
        match help {
            Some(help) => self.with_help(help),
            None => self,
        }
    }

    /// Says where in the manifest it was asked for, if that is known.
    pub(crate) fn at(mut self, place: Option<&Place>) -> Self {
        if let Some(report) = self.reports.last_mut() {
            report.place = place.cloned();
        }
        self
    }

    /// Says how the process ends.
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Puts two failures into one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.exit = self.exit.worst(other.exit);
        self.reports.extend(other.reports);
        self
    }
}

/// Returns both values, or all that failed.
pub(crate) fn both<A, B>(first: Result<A, Failure>, second: Result<B, Failure>) -> Result<(A, B), Failure> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(first), Err(second)) => Err(first.and(second)),
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { exit: Exit::Failed, reports: diagnostics.into_iter().collect() }
    }
}

impl From<Cycle> for Failure {
    fn from(cycle: Cycle) -> Self {
        Self::new("cycle", cycle.to_string())
            .with_help("break the circle: let one of them name the other as plain text")
    }
}

impl From<reconcile_aws::ConnectError> for Failure {
    fn from(error: reconcile_aws::ConnectError) -> Self {
        Self::new("aws-connection", error.to_string()).with_optional_help(error.help())
    }
}

impl From<reconcile_databricks::ConnectError> for Failure {
    fn from(error: reconcile_databricks::ConnectError) -> Self {
        Self::new("databricks-connection", error.to_string()).with_optional_help(error.help())
    }
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Self::new("sandbox", error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new("output", format!("the result cannot be written as JSON: {error}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new("output", format!("the result cannot be printed: {error}"))
    }
}
