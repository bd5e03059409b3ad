//! `plan`: what would change.

use std::path::Path;

use reconcile_core::manifest::diagnostic::Diagnostic;
use reconcile_core::plan::document::PlanDocument;
use reconcile_core::plan::{Plan, ProblemKind};
use reconcile_core::render::{self, Hazards};

use crate::args::{Format, Plan as Arguments, Planning};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::saved;
use crate::session::{Planned, Session};
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) async fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let Arguments { planning, detailed_exitcode, out } = arguments;
    show(planning, *detailed_exitcode, out.as_deref(), terminal).await
}

/// Plans every manifest, prints the plans, and saves them where that is asked for. With `differing` a plan that differs is an
/// ending of its own.
pub(super) async fn show(
    planning: &Planning,
    differing: bool,
    out: Option<&Path>,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let session = Session::plan(&planning.selection, planning.goal(), terminal).await?;
    let mut exit = Exit::Done;
    for planned in &session.planned {
        match planned {
            Ok(planned) => {
                terminal.print(&rendered(&planned.plan, planning.selection.source.format, terminal)?)?;
                report_problems(planned, planning.selection.source.format, terminal);
                exit = exit.worst(exit_of(&planned.plan, differing));
            }
            Err(failure) => {
                terminal.report(&failure.reports);
                exit = exit.worst(failure.exit);
            }
        }
    }
    let saved = out.map_or(Ok(()), |path| save(path, exit, planning, &session, terminal));
    session.end().await;
    saved.map(|()| exit)
}

/// Saves the plans, when all of them can be applied.
fn save(path: &Path, exit: Exit, planning: &Planning, session: &Session, terminal: &Terminal) -> Result<(), Failure> {
    match exit {
        Exit::Done | Exit::Differs => {
            let planned: Vec<_> = session.planned.iter().flatten().collect();
            saved::write(path, planning, &planned)?;
            let file = path.display();
            terminal.note(&format!("Saved to {file}: `reconcile apply {file}` applies exactly this, or nothing."));
        }
        Exit::Failed | Exit::Refused | Exit::Usage => {
            terminal.tell(&format!("Nothing was saved to {}: this plan cannot be applied.", path.display()));
        }
    }
    Ok(())
}

/// Returns a plan in the asked form, ending with a line break.
fn rendered(plan: &Plan, format: Format, terminal: &Terminal) -> Result<String, Failure> {
    Ok(match format {
        Format::Text => ended(render::text(plan, &terminal.style())),
        Format::Markdown => ended(render::markdown(plan, Hazards::ToBeAllowed)),
        Format::Json => ended(PlanDocument::of(plan).to_json()?),
    })
}

/// Returns a text that ends with exactly the line break it needs.
pub(super) fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Tells on stderr what keeps resources from being planned; which ones only, where the text for people has said why.
pub(super) fn report_problems(planned: &Planned, format: Format, terminal: &Terminal) {
    let Planned { plan, places, providers: _, manifest: _, world: _, origin: _ } = planned;
    for (kind, code) in [(ProblemKind::Error, "not-planned"), (ProblemKind::Refused, "refused")] {
        let problems = plan.problems(kind);
        let reports: Vec<_> = match format {
            Format::Text => {
                let addresses: Vec<_> = problems.map(|(resource, _)| resource.address.to_string()).collect();
                let message = format!("not planned, for what the plan says there: {}", addresses.join(", "));
                (!addresses.is_empty()).then(|| Diagnostic::error(code, message)).into_iter().collect()
            }
            Format::Json | Format::Markdown => problems
                .map(|(resource, problem)| {
                    let message = format!("{}: {}", resource.address, problem.message);
                    let mut report = Diagnostic::error(code, message).with_optional_help(problem.help.clone());
                    report.place = places.get(&resource.address).cloned();
                    report
                })
                .collect(),
        };
        terminal.report(&reports);
    }
}

/// Returns how a plan ends: an error before a refusal before a difference.
pub(super) fn exit_of(plan: &Plan, differing: bool) -> Exit {
    if plan.problems(ProblemKind::Error).next().is_some() {
        Exit::Failed
    } else if plan.problems(ProblemKind::Refused).next().is_some() {
        Exit::Refused
    } else if differing && plan.differs() {
        Exit::Differs
    } else {
        Exit::Done
    }
}
