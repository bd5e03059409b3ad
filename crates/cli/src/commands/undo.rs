//! `undo`: the way back from what a journal tells.

use reconcile_core::journal::{Journal, Run};
use reconcile_core::resource::Claim;

use crate::args::Undo;
use crate::commands::apply::Task;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal;
use crate::session::{Session, UndoRequest};
use crate::terminal::Terminal;

/// Runs the command: an apply whose plan leads back to what was before a run.
pub(crate) async fn run(arguments: &Undo, terminal: &Terminal) -> Result<Exit, Failure> {
    let Undo { record, run, only, sandbox, format, timeout, acting } = arguments;
    let task = Task {
        command: "undo",
        format: *format,
        timeout: *timeout,
        claim: Claim::Never,
        acting,
        shows_in_any_case: true,
    };
    let file = record.display().to_string();
    // It is read before it is written: the undo may go on record in the same file.
    let journal = journal::read(record)?;
    for line in &journal.torn {
        terminal.note(&format!("{file}:{line}: the line is torn, and counts as not written"));
    }
    let runs = of_run(&journal, run.as_deref(), &file)?;
    if *sandbox && runs.iter().any(|run| !run.sandbox) {
        let message = format!("the run that {file} tells of was on the real account and workspace, not on the sandbox");
        return Err(Failure::new("journal", message)
            .with_help("drop --sandbox to undo it there")
            .ending(Exit::Refused));
    }
    let ready = task.prepare()?;
    let request = UndoRequest { file: &file, journal: &journal, runs, only, timeout: *timeout };
    let session = Session::undo(&request, terminal).await?;
    task.carry_out(&ready, session, terminal).await
}

/// Returns the beginnings of the run that is meant, one for each manifest: of the last one where none is named.
fn of_run<'a>(journal: &'a Journal, wanted: Option<&str>, file: &str) -> Result<Vec<&'a Run>, Failure> {
    let Some(last) = journal.runs().next_back() else {
        return Err(Failure::new("journal", format!("the journal {file} tells of no run"))
            .with_help("name a file that an apply has written by `--journal`"));
    };
    let id = wanted.unwrap_or(&last.run);
    let runs: Vec<_> = journal.runs().filter(|run| run.run == id).collect();
    if runs.is_empty() {
        let mut known: Vec<_> =
            journal.runs().map(|run| format!("{} ({} of {})", run.run, run.command, run.manifest)).collect();
        known.dedup();
        let failure = Failure::new("journal", format!("the journal {file} tells of no run `{id}`"));
        return Err(failure.with_help(format!("there are: {}", known.join(", "))).ending(Exit::Usage));
    }
    Ok(runs)
}
