//! What became of a plan, as text.

use super::Style;
use super::page::{Look, Page, Piece};
use super::text::{CallColumns, INDENT, heading, help, problem, prose};
use super::words;
use crate::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use crate::plan::{Plan, PlannedResource};

/// Where what belongs to a call begins.
const DETAILS: usize = INDENT + 5;

/// What became of a resource as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    /// Every call was made, and yet a field differs.
    NotTaken,
    Failed,
    /// Some calls were made, and then the apply was interrupted.
    Unfinished,
    Skipped,
}

impl Fate {
    const ALL: [Self; 5] = [Self::Done, Self::NotTaken, Self::Failed, Self::Unfinished, Self::Skipped];

    fn of(operations: &[OperationOutcome], not_taken: &[String]) -> Self {
        let done = operations.iter().filter(|outcome| matches!(outcome, OperationOutcome::Done { .. })).count();
        if operations.iter().any(|outcome| matches!(outcome, OperationOutcome::Failed { .. })) {
            Self::Failed
        } else if done == operations.len() {
            if not_taken.is_empty() { Self::Done } else { Self::NotTaken }
        } else if done == 0 {
            Self::Skipped
        } else {
            Self::Unfinished
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotTaken => "did not take",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Skipped => "skipped",
        }
    }

    const fn sign(self) -> (char, Look) {
        match self {
            Self::Done => ('✓', Look::Added),
            Self::NotTaken => ('!', Look::Danger),
            Self::Failed => ('✗', Look::Danger),
            Self::Unfinished => ('!', Look::Caution),
            Self::Skipped => ('-', Look::Caution),
        }
    }
}

/// A resource that had calls to make, with what became of each.
struct Reported<'a> {
    resource: &'a PlannedResource,
    operations: Vec<OperationOutcome>,
    not_taken: &'a [String],
    fate: Fate,
}

impl<'a> Reported<'a> {
    fn of(resource: &'a PlannedResource, outcome: &'a Outcome) -> Self {
        let (mut operations, not_taken) = match outcome.resources.get(&resource.address) {
            Some(ResourceOutcome { operations, not_taken }) => (operations.clone(), not_taken.as_slice()),
            None => (Vec::new(), [].as_slice()),
        };
        let unreached = || OperationOutcome::Skipped { because: "it was not reached".to_owned() };
        operations.resize_with(resource.operations.len(), unreached);
        let fate = Fate::of(&operations, not_taken);
        Self { resource, operations, not_taken, fate }
    }
}

/// Returns what became of a plan, as text.
pub(super) fn outcome(plan: &Plan, outcome: &Outcome, style: &Style) -> String {
    let mut page = Page::new(style);
    let planned = |resource: &&PlannedResource| resource.problem.is_none() && !resource.operations.is_empty();
    let reports: Vec<_> =
        plan.resources.iter().filter(planned).map(|resource| Reported::of(resource, outcome)).collect();
    for report in &reports {
        self::report(&mut page, report);
    }
    let problems: Vec<_> =
        plan.resources.iter().filter_map(|resource| Some((resource, resource.problem.as_ref()?))).collect();
    for (resource, problem) in &problems {
        let status = format!("not planned: {}", words::problem(problem.kind));
        heading(&mut page, resource, '✗', Look::Danger, &status);
        self::problem(&mut page, problem);
    }
    page.gap();
    let summary = summary(&reports, problems.len());
    page.line(0, vec![Piece::new(Look::Strong, summary)]);
    page.into_text()
}

fn report(page: &mut Page<'_>, report: &Reported<'_>) {
    let Reported { resource, operations, not_taken, fate } = report;
    let (sign, look) = fate.sign();
    heading(page, resource, sign, look, &status(report));
    match fate {
        Fate::Done | Fate::NotTaken if !page.is_verbose() => {}
        Fate::Skipped if !page.is_verbose() => reasons(page, operations),
        Fate::Done | Fate::NotTaken | Fate::Failed | Fate::Unfinished | Fate::Skipped => calls(page, report),
    }
    for difference in *not_taken {
        prose(page, INDENT, vec![Piece::new(Look::Danger, "did not take: ")], Look::Plain, difference);
    }
}

fn status(report: &Reported<'_>) -> String {
    let Reported { resource, operations, not_taken: _, fate } = report;
    let seconds = operations.iter().map(|outcome| match outcome {
        OperationOutcome::Done { seconds } | OperationOutcome::Failed { seconds, .. } => *seconds,
        OperationOutcome::Skipped { because: _ } => 0.0,
    });
    let (past, calls) = (words::past(resource.action), words::count(operations.len(), "call"));
    match fate {
        Fate::Done => format!("{past}: {calls}, {}", duration(seconds.sum())),
        Fate::NotTaken => format!("{past}, but not all of it took: {calls}, {}", duration(seconds.sum())),
        Fate::Failed | Fate::Unfinished | Fate::Skipped => {
            format!("{}: {}", words::action(resource.action), fate.words())
        }
    }
}

/// Writes why a resource was skipped, each reason once.
fn reasons(page: &mut Page<'_>, operations: &[OperationOutcome]) {
    let mut told: Vec<&str> = Vec::new();
    for outcome in operations {
        if let OperationOutcome::Skipped { because } = outcome
            && !told.contains(&because.as_str())
        {
            told.push(because);
            prose(page, INDENT, Vec::new(), Look::Plain, because);
        }
    }
}

fn calls(page: &mut Page<'_>, report: &Reported<'_>) {
    let Reported { resource, operations, not_taken: _, fate: _ } = report;
    let layout = CallColumns::of(&resource.operations);
    for (index, (operation, outcome)) in resource.operations.iter().zip(operations).enumerate() {
        let mut pieces = layout.call(index, operation);
        pieces.push(match outcome {
            OperationOutcome::Done { seconds } => Piece::new(Look::Added, format!("done, {}", duration(*seconds))),
            OperationOutcome::Failed { error: _, help: _, seconds } => {
                Piece::new(Look::Danger, format!("failed, {}", duration(*seconds)))
            }
            OperationOutcome::Skipped { because } => Piece::new(Look::Caution, format!("skipped: {because}")),
        });
        page.wrapped(INDENT, layout.hanging(page, INDENT), pieces);
        if let OperationOutcome::Failed { error, help, seconds: _ } = outcome {
            prose(page, DETAILS, vec![Piece::new(Look::Danger, "error: ")], Look::Plain, error);
            if let Some(help) = help {
                self::help(page, DETAILS, help);
            }
        }
    }
}

/// Returns a time for people: `0.8 s`, `4 min 12 s`.
fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let (minutes, rest) = ((seconds / 60.0).floor(), seconds % 60.0);
    format!("{minutes:.0} min {:.0} s", rest.floor())
}

/// Returns how many resources met which fate.
fn summary(reports: &[Reported<'_>], problems: usize) -> String {
    if reports.is_empty() && problems == 0 {
        return "Nothing to do. The live state agrees with the manifest.".to_owned();
    }
    let counts = Fate::ALL.into_iter().filter_map(|fate| {
        let count = reports.iter().filter(|report| report.fate == fate).count();
        // What was done and what failed is always told.
        let told = count > 0 || matches!(fate, Fate::Done | Fate::Failed | Fate::Skipped);
        told.then(|| format!("{count} {}", fate.words()))
    });
    let not_planned = (problems > 0).then(|| format!("{problems} not planned"));
    format!("Applied: {}.", counts.chain(not_planned).collect::<Vec<_>>().join(", "))
}
