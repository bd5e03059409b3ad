//! `completions`: the script that lets a shell complete command lines.

use clap::CommandFactory as _;

use crate::args::{Arguments, Completions};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) fn run(arguments: &Completions, terminal: &Terminal) -> Result<Exit, Failure> {
    let Completions { shell } = arguments;
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut Arguments::command(), "reconcile", &mut script);
    terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
