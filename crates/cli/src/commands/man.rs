//! `man`: the manual page.

use clap::CommandFactory as _;

use crate::args::{Arguments, Man};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) fn run(arguments: &Man, terminal: &Terminal) -> Result<Exit, Failure> {
    let Man { command } = arguments;
    let mut all = Arguments::command();
    // Completes the names and the flags that all commands have in common.
    all.build();
    let described = match command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(found) => found.clone().display_name(format!("reconcile-{name}")),
            None => return Err(unknown(&all, name)),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(described).render(&mut page)?;
    terminal.print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

fn unknown(all: &clap::Command, name: &str) -> Failure {
    let known: Vec<_> = all.get_subcommands().map(clap::Command::get_name).collect();
    Failure::new("unknown-command", format!("there is no command `{name}`"))
        .with_help(format!("there are: {}", known.join(", ")))
        .ending(Exit::Usage)
}
