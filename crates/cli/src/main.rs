//! The `reconcile` binary: one manifest for Databricks on AWS and SageMaker, diffed against the live state.
//!
//! Everything it prints goes through [`terminal`], every exit code is in [`exit`]. A command takes its arguments, and
//! returns an ending or a failure with its reports.

mod args;
mod commands;
mod diagnostics;
mod embedded;
mod exit;
mod failure;
mod files;
mod journal;
mod logging;
mod manifests;
mod progress;
mod saved;
mod session;
mod signals;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use exit::Exit;
use failure::Failure;
use terminal::Terminal;

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => run(&arguments),
        Err(error) => explain(&error),
    }
    .into()
}

/// Prints the help or the version, which were asked for, or says what is wrong with the command line.
fn explain(error: &clap::Error) -> Exit {
    // Nothing is left to do when it cannot be printed.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

fn run(arguments: &Arguments) -> Exit {
    let terminal = Terminal::new(&arguments.talk);
    logging::start(&terminal);
    dispatch(&arguments.command, &terminal).unwrap_or_else(|failure| {
        terminal.report(&failure.reports);
        failure.exit
    })
}

fn dispatch(command: &Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Validate(arguments) => commands::validate::run(arguments, terminal),
        Command::Plan(arguments) => runtime()?.block_on(commands::plan::run(arguments, terminal)),
        Command::Apply(arguments) => runtime()?.block_on(commands::apply::run(arguments, terminal)),
        Command::Drift(arguments) => runtime()?.block_on(commands::drift::run(arguments, terminal)),
        Command::Destroy(arguments) => runtime()?.block_on(commands::destroy::run(arguments, terminal)),
        Command::Undo(arguments) => runtime()?.block_on(commands::undo::run(arguments, terminal)),
        Command::Policy(arguments) => commands::policy::run(arguments, terminal),
        Command::Sandbox(arguments) => runtime()?.block_on(commands::sandbox::run(arguments, terminal)),
        Command::Completions(arguments) => commands::completions::run(arguments, terminal),
        Command::Man(arguments) => commands::man::run(arguments, terminal),
    }
}

/// Starts the runtime, which only commands that use a network need.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("runtime", format!("the threads cannot be started: {error}")))
}
