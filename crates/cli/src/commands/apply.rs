//! `apply`: plan, ask, do, and tell what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reconcile_core::access;
use reconcile_core::change::Hazard;
use reconcile_core::outcome::Outcome;
use reconcile_core::plan::Plan;
use reconcile_core::plan::document::PlanDocument;
use reconcile_core::render::{self, Hazards, Style};
use reconcile_core::resource::{Claim, Ownership};
use reconcile_core::saved::Saved;
use reconcile_engine::ApplyOptions;
use reconcile_engine::wait::{Interrupt, Interrupter};

use crate::args::{Acting, Apply, Format, Planning, Selection};
use crate::commands::plan::{ended, exit_of, report_problems};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::Journal;
use crate::progress::Progress;
use crate::saved;
use crate::session::{Goal, Planned, Session};
use crate::signals;
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) async fn run(arguments: &Apply, terminal: &Terminal) -> Result<Exit, Failure> {
    let Apply { planning, acting } = arguments;
    if let Some(saved) = saved::named(planning)? {
        return apply_saved(&saved, planning, acting, terminal).await;
    }
    plan_and_carry_out("apply", &planning.selection, planning.goal(), acting, terminal).await
}

/// Plans again what was saved, and applies it when nothing has moved.
async fn apply_saved(
    saved: &Saved,
    planning: &Planning,
    acting: &Acting,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let goal = saved::goal(saved);
    let Selection { source, only: _, timeout } = &planning.selection;
    let task = Task {
        command: "apply",
        format: source.format,
        timeout: *timeout,
        claim: goal.claim(),
        acting,
        shows_in_any_case: false,
    };
    let ready = task.prepare()?;
    let mut session = saved::plan_again(saved, goal, planning, terminal).await?;
    if let Err(failure) = saved::check(saved, &session) {
        session.end().await;
        return Err(failure);
    }
    for planned in session.planned.iter_mut().flatten() {
        planned.plan.refuse_certain_failures();
    }
    task.carry_out(&ready, session, terminal).await
}

/// Plans what a command line names, asks, and makes the planned calls.
pub(super) async fn plan_and_carry_out(
    command: &'static str,
    selection: &Selection,
    goal: Goal,
    acting: &Acting,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let Selection { source, only: _, timeout } = selection;
    let task = Task {
        command,
        format: source.format,
        timeout: *timeout,
        claim: goal.claim(),
        acting,
        shows_in_any_case: false,
    };
    let ready = task.prepare()?;
    let mut session = Session::plan(selection, goal, terminal).await?;
    for planned in session.planned.iter_mut().flatten() {
        planned.plan.refuse_certain_failures();
    }
    task.carry_out(&ready, session, terminal).await
}

/// Something to be carried out.
pub(super) struct Task<'a> {
    /// The command's name, for the journal.
    pub(super) command: &'static str,
    /// In which form the plan and the outcome are printed.
    pub(super) format: Format,
    /// The longest that one wait may take.
    pub(super) timeout: Option<Duration>,
    /// When the owner tag is put on.
    pub(super) claim: Claim,
    /// What the command line says about how.
    pub(super) acting: &'a Acting,
    /// Whether the plan is worth showing where nobody can be asked: no other command shows it.
    pub(super) shows_in_any_case: bool,
}

/// What is made sure of before anything is planned.
pub(super) struct Ready {
    journal: Option<Journal>,
}

impl Task<'_> {
    /// Makes sure that somebody can be asked, and that the journal can be written.
    pub(super) fn prepare(&self) -> Result<Ready, Failure> {
        if !self.shows_in_any_case {
            self.make_sure_of_consent()?;
        }
        let journal = self.acting.journal.as_deref().map(|path| Journal::open(path, self.command)).transpose()?;
        Ok(Ready { journal })
    }

    /// Fails where nobody has agreed, and nobody can be asked.
    fn make_sure_of_consent(&self) -> Result<(), Failure> {
        if self.acting.yes || Terminal::can_ask() {
            return Ok(());
        }
        let message = "there is no terminal to ask on whether to apply";
        let failure = Failure::new("no-terminal", message).with_help("add `--yes` to apply without asking");
        Err(failure.ending(Exit::Refused))
    }

    /// Returns the hazards that the command line allows.
    fn allowed(&self) -> BTreeSet<Hazard> {
        self.acting.allow.iter().copied().collect()
    }

    /// Shows what was planned, asks, and makes the planned calls.
    pub(super) async fn carry_out(
        &self,
        ready: &Ready,
        session: Session,
        terminal: &Terminal,
    ) -> Result<Exit, Failure> {
        let exit = apply_all(self, ready, &session, terminal).await;
        session.end().await;
        exit
    }
}

/// Shows every plan, and applies all of them or none.
async fn apply_all(task: &Task<'_>, ready: &Ready, session: &Session, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for planned in &session.planned {
        match planned {
            Ok(planned) => {
                show_plan(task, planned, terminal)?;
                exit = exit.worst(exit_of(&planned.plan, false));
            }
            Err(failure) => {
                terminal.report(&failure.reports);
                exit = exit.worst(failure.exit);
            }
        }
    }
    if exit != Exit::Done {
        terminal.tell("Nothing was applied.");
        return Ok(exit);
    }
    let planned: Vec<_> = session.planned.iter().flatten().collect();
    refuse_hazards(task, &planned)?;
    if planned.iter().any(|planned| planned.plan.differs()) && !task.acting.yes {
        task.make_sure_of_consent()?;
        if !agreed(&planned, terminal)? {
            terminal.tell("Nothing was applied.");
            return Ok(Exit::Failed);
        }
    }
    let interrupt = watch_interrupts(session.interrupter.clone())?;
    work(task, ready, &planned, &interrupt, terminal).await
}

/// Shows what is going to be done: as data, unless the data is the outcome; then for whoever has to agree.
fn show_plan(task: &Task<'_>, planned: &Planned, terminal: &Terminal) -> Result<(), Failure> {
    let is_allowed = planned.plan.hazards_not_allowed(&task.allowed()).next().is_none();
    let hazards = if is_allowed { Hazards::Allowed } else { Hazards::ToBeAllowed };
    let text = || render::text(&planned.plan, &Style { hazards, ..terminal.style() });
    match task.format {
        Format::Text => {
            terminal.print(&ended(text()))?;
            report_problems(planned, Format::Text, terminal);
        }
        format @ (Format::Json | Format::Markdown) => {
            if !task.acting.yes {
                terminal.tell(&text());
            }
            report_problems(planned, format, terminal);
        }
    }
    Ok(())
}

/// Refuses everything when one hazard is not allowed, and says what to type to allow them all.
fn refuse_hazards(task: &Task<'_>, planned: &[&Planned]) -> Result<(), Failure> {
    let allowed = task.allowed();
    let mut addresses: BTreeMap<Hazard, Vec<String>> = BTreeMap::new();
    for (resource, hazard) in planned.iter().flat_map(|planned| planned.plan.hazards_not_allowed(&allowed)) {
        addresses.entry(hazard).or_default().push(resource.address.to_string());
    }
    if addresses.is_empty() {
        return Ok(());
    }
    let named = addresses.iter().map(|(hazard, addresses)| format!("{hazard} ({})", addresses.join(", ")));
    let message = format!("not allowed: {}; nothing was applied", named.collect::<Vec<_>>().join("; "));
    let all: BTreeSet<_> = allowed.into_iter().chain(addresses.into_keys()).collect();
    let flag = all.into_iter().map(Hazard::as_str).collect::<Vec<_>>().join(",");
    Err(Failure::new("hazard", message).with_help(format!("allow it by `--allow {flag}`")).ending(Exit::Refused))
}

/// Asks whether to go on.
fn agreed(planned: &[&Planned], terminal: &Terminal) -> Result<bool, Failure> {
    let places = planned.iter().filter(|planned| planned.plan.differs()).flat_map(|planned| {
        let Plan { aws, databricks, .. } = &planned.plan;
        let account = aws.as_ref().map(|aws| format!("the AWS account {}", aws.account_id));
        account.into_iter().chain(databricks.as_ref().map(|databricks| format!("the workspace {}", databricks.host)))
    });
    let places: BTreeSet<_> = places.collect();
    let places = places.into_iter().collect::<Vec<_>>().join(" and ");
    Ok(terminal.confirm(&format!("Apply this to {places}?"))?)
}

/// Applies the plans, one after the other, as they were named: what one manifest makes the next may need.
async fn work(
    task: &Task<'_>,
    ready: &Ready,
    planned: &[&Planned],
    interrupt: &Interrupt,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for planned in planned {
        let Planned { plan, places: _, providers, manifest, world, origin: _ } = planned;
        let mut outcome = if plan.differs() {
            let recorder = match &ready.journal {
                Some(journal) => Some(Arc::new(journal.begin(planned).await?) as _),
                None => None,
            };
            let options = ApplyOptions {
                parallelism: task.acting.parallelism.get(),
                timeout: task.timeout,
                ownership: Ownership { manifest: plan.manifest.clone(), claim: task.claim },
                interrupt: interrupt.clone(),
                recorder,
            };
            let progress = Progress::new(terminal);
            reconcile_engine::apply(plan, providers, &options, &progress).await
        } else {
            Outcome::default()
        };
        outcome.explain(|address, error| access::explain(error, address, manifest, world));
        show_outcome(task, plan, &outcome, terminal)?;
        if !outcome.succeeded() {
            exit = exit.worst(if outcome.was_only_outrun() { Exit::Refused } else { Exit::Failed });
        }
    }
    Ok(exit)
}

/// Prints what became of a plan. Where nothing was to be done the plan's text has said so.
fn show_outcome(task: &Task<'_>, plan: &Plan, outcome: &Outcome, terminal: &Terminal) -> Result<(), Failure> {
    match task.format {
        Format::Json => terminal.print(&ended(PlanDocument::of(plan).with_outcome(outcome).to_json()?)),
        Format::Text if !plan.differs() => Ok(()),
        Format::Text => terminal.print(&format!("\n{}", ended(render::outcome_text(plan, outcome, &terminal.style())))),
        Format::Markdown if !plan.differs() => terminal.print(&ended(render::markdown(plan, Hazards::Allowed))),
        Format::Markdown => {
            let style = Style { color: false, ..terminal.style() };
            let text = render::outcome_text(plan, outcome, &style);
            terminal.print(&format!(
                "{}\n````text\n{}````\n",
                ended(render::markdown(plan, Hazards::Allowed)),
                ended(text)
            ))
        }
    }
}

/// Watches for interrupts in the background: the first one asks for an orderly stop, the second one ends the process.
fn watch_interrupts(interrupter: Interrupter) -> Result<Interrupt, Failure> {
    let interrupt = interrupter.watched();
    let mut signals = signals::interrupts()?;
    tokio::spawn(async move {
        signals.next().await;
        // Whoever reads the line may rely on it.
        interrupter.interrupt();
        tracing::warn!("interrupted: the calls in flight are finished, nothing more is begun; again to stop at once");
        signals.next().await;
        Exit::Failed.at_once()
    });
    Ok(interrupt)
}
