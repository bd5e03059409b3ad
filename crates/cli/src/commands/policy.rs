//! `policy`: the policy engine by itself, on files.

mod check;
mod diff;
mod document;
mod simulate;

use crate::args::PolicyCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) fn run(arguments: &PolicyCommand, terminal: &Terminal) -> Result<Exit, Failure> {
    match arguments {
        PolicyCommand::Diff(arguments) => diff::run(arguments, terminal),
        PolicyCommand::Check(arguments) => check::run(arguments, terminal),
        PolicyCommand::Simulate(arguments) => simulate::run(arguments, terminal),
    }
}
