//! A plan as text.

mod fields;

use super::Style;
use super::page::{Look, Page, Piece, padded};
use super::words::{self, Changed};
use crate::plan::{Action, Plan, PlannedResource, Problem, Warning};
use crate::resource::Operation;

/// Where what belongs to a resource begins.
pub(super) const INDENT: usize = 4;

/// Returns a plan as text.
pub(super) fn plan(plan: &Plan, style: &Style) -> String {
    let mut page = Page::new(style);
    title(&mut page, plan);
    let changed = Changed::of(plan);
    for resource in plan.resources.iter().filter(|resource| words::is_told(resource)) {
        page.gap();
        self::resource(&mut page, &changed, resource);
    }
    page.gap();
    unchanged(&mut page, plan);
    page.gap();
    orphans(&mut page, plan);
    page.gap();
    for warning in &plan.warnings {
        self::warning(&mut page, warning);
    }
    page.gap();
    last_lines(&mut page, plan);
    page.into_text()
}

fn title(page: &mut Page<'_>, plan: &Plan) {
    page.line(0, vec![Piece::plain("Plan for "), Piece::new(Look::Strong, &plan.manifest)]);
    let mut rows = words::scope(plan);
    if page.is_verbose() {
        rows.push(("read with", words::count(plan.reads.calls, "call")));
    }
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or_default();
    for (what, which) in rows {
        page.line(2, vec![Piece::new(Look::Faint, padded(what, width)), Piece::plain("  "), Piece::plain(which)]);
    }
}

fn resource(page: &mut Page<'_>, changed: &Changed<'_>, resource: &PlannedResource) {
    let PlannedResource {
        address: _,
        name: _,
        action,
        adopted,
        changes,
        operations,
        hazards: _,
        notes,
        depends_on: _,
        problem,
        desired: _,
        live: _,
    } = resource;
    let (sign, look) = match problem {
        Some(_) => ('✗', Look::Danger),
        None => (words::sign(*action), words::look(*action)),
    };
    heading(page, resource, sign, look, &status(resource));
    fields::changes(page, changes, *action == Action::Create);
    if problem.is_none() {
        calls(page, changed, resource, operations);
    }
    hazards(page, resource);
    if *adopted && *action != Action::None {
        prose(page, INDENT, Vec::new(), Look::Faint, words::ADOPTED);
    }
    for note in notes {
        prose(page, INDENT, vec![Piece::new(Look::Strong, "note: ")], Look::Plain, note);
    }
    if let Some(problem) = problem {
        self::problem(page, problem);
    }
}

fn status(resource: &PlannedResource) -> String {
    match (&resource.problem, resource.action) {
        (None, action) => words::action(action).to_owned(),
        (Some(problem), Action::None) => words::problem(problem.kind).to_owned(),
        (Some(problem), action) => format!("{}: {}", words::action(action), words::problem(problem.kind)),
    }
}

/// Writes `+ iam.roles.cluster  role its-name  (create)`; where that is too wide, the name follows on a line of its own.
pub(super) fn heading(page: &mut Page<'_>, resource: &PlannedResource, sign: char, look: Look, status: &str) {
    let pieces = heading_pieces(resource, sign, look, status);
    if pieces.iter().map(Piece::columns).sum::<usize>() <= page.width() {
        page.line(0, pieces.into());
    } else {
        let [sign, address, gap, name, _, status] = pieces;
        page.line(0, vec![sign, address, gap, status]);
        page.line(INDENT, vec![name]);
    }
}

fn heading_pieces(resource: &PlannedResource, sign: char, look: Look, status: &str) -> [Piece; 6] {
    [
        // The sign bears the colour of what happens.
        Piece::new(look, sign.to_string()),
        Piece::new(Look::Strong, format!(" {}", resource.address)),
        Piece::plain("  "),
        Piece::plain(format!("{} {}", resource.kind().noun(), resource.name)),
        Piece::plain("  "),
        Piece::new(look, format!("({status})")),
    ]
}

/// Writes the calls in order, numbered.
fn calls(page: &mut Page<'_>, changed: &Changed<'_>, resource: &PlannedResource, operations: &[Operation]) {
    if operations.is_empty() {
        return;
    }
    let before: Vec<_> = changed.before(resource).iter().map(ToString::to_string).collect();
    let title = if before.is_empty() { "calls:".to_owned() } else { format!("calls, after {}:", before.join(", ")) };
    page.wrapped(INDENT, INDENT + 2, vec![Piece::new(Look::Faint, title)]);
    let layout = CallColumns::of(operations);
    for (index, operation) in operations.iter().enumerate() {
        let mut pieces = layout.call(index, operation);
        pieces.push(Piece::plain(operation.summary()));
        page.wrapped(INDENT + 2, layout.hanging(page, INDENT + 2), pieces);
    }
}

/// The columns of a numbered list of calls.
pub(super) struct CallColumns {
    number: usize,
    api: usize,
}

impl CallColumns {
    /// Measures the calls.
    pub(super) fn of(operations: &[Operation]) -> Self {
        let api = operations.iter().map(|operation| operation.api().len()).max().unwrap_or_default();
        Self { number: operations.len().to_string().len(), api }
    }

    /// Returns the number and the call, up to the column in which its words begin.
    pub(super) fn call(&self, index: usize, operation: &Operation) -> Vec<Piece> {
        let number = format!("{:>width$}. ", index + 1, width = self.number);
        let api = format!("{}  ", padded(operation.api(), self.api));
        vec![Piece::new(Look::Faint, number), Piece::plain(api)]
    }

    /// Returns where words that do not fit go on: under their beginning, unless that leaves them no room.
    pub(super) fn hanging(&self, page: &Page<'_>, indent: usize) -> usize {
        let words = indent + self.number + 2 + self.api + 2;
        if words * 2 > page.width() { indent + self.number + 2 } else { words }
    }
}

fn hazards(page: &mut Page<'_>, resource: &PlannedResource) {
    for hazard in &resource.hazards {
        let look = if hazard.needs_allowing() { Look::Danger } else { Look::Caution };
        let lead = Piece::new(look, format!("! {hazard}:"));
        let meaning = Piece::plain(format!(" {} ", words::hazard(*hazard, resource)));
        let pieces = vec![lead, meaning, Piece::new(look, words::allowing(*hazard, resource))];
        page.wrapped(INDENT, INDENT + 2, pieces);
    }
}

/// Writes prose behind a lead; a text of several lines keeps them.
pub(super) fn prose(page: &mut Page<'_>, indent: usize, lead: Vec<Piece>, look: Look, text: &str) {
    let mut pieces = lead;
    let mut start = indent;
    for line in text.lines() {
        pieces.push(Piece::new(look, line));
        page.wrapped(start, indent + 2, std::mem::take(&mut pieces));
        start = indent + 2;
    }
}

/// Writes what went wrong, what to do, and where it was asked for.
pub(super) fn problem(page: &mut Page<'_>, problem: &Problem) {
    let (message, help, place) = words::problem_parts(problem);
    prose(page, INDENT, Vec::new(), Look::Danger, message);
    if let Some(help) = help {
        self::help(page, INDENT, help);
    }
    prose(page, INDENT, Vec::new(), Look::Faint, &format!("at {place}"));
}

/// Writes what to do about something that went wrong.
pub(super) fn help(page: &mut Page<'_>, indent: usize, help: &str) {
    prose(page, indent, vec![Piece::new(Look::Help, "help: ")], Look::Plain, help);
}

fn unchanged(page: &mut Page<'_>, plan: &Plan) {
    let all = || plan.resources.iter().filter(|resource| resource.problem.is_none() && resource.action == Action::None);
    if page.is_verbose() {
        for resource in all().filter(|resource| !words::is_told(resource)) {
            let status = if resource.adopted { "unchanged, without an owner tag" } else { words::action(Action::None) };
            page.line(0, heading_pieces(resource, words::sign(Action::None), Look::Faint, status).into());
        }
        return;
    }
    let silent = || all().filter(|resource| !words::is_told(resource));
    let (count, unowned) = (silent().count(), silent().filter(|resource| resource.adopted).count());
    if count == 0 {
        return;
    }
    let counted = format!("{} {} unchanged", words::sign(Action::None), words::count(count, "resource"));
    let unowned = match unowned {
        0 => String::new(),
        some => format!(", {some} without an owner tag (--adopt claims what has none)"),
    };
    page.wrapped(0, 2, vec![Piece::new(Look::Faint, counted + &unowned)]);
}

fn orphans(page: &mut Page<'_>, plan: &Plan) {
    let orphans = words::left_orphans(plan);
    if orphans.is_empty() {
        return;
    }
    page.wrapped(0, 2, vec![Piece::new(Look::Caution, "? "), Piece::plain(words::orphans(orphans.len()))]);
    for orphan in orphans {
        page.line(INDENT, vec![Piece::plain(format!("{} {}", orphan.kind.noun(), orphan.name))]);
    }
}

fn warning(page: &mut Page<'_>, warning: &Warning) {
    let Warning { code, message: _, help, address: _, certainty: _, place } = warning;
    let lead = Piece::new(Look::Caution, format!("warning[{code}]: "));
    prose(page, 0, vec![lead], Look::Plain, &words::warning(warning));
    if let Some(help) = help {
        self::help(page, 2, help);
    }
    if let Some(place) = place {
        prose(page, 2, Vec::new(), Look::Faint, &format!("at {}", words::place(place)));
    }
}

fn last_lines(page: &mut Page<'_>, plan: &Plan) {
    if let Some(flag) = words::allow_flag(plan, page.hazards()) {
        let words = Piece::plain("To apply this plan, add ");
        page.line(0, vec![Piece::new(Look::Danger, "! "), words, Piece::new(Look::Danger, flag)]);
    }
    let summary = if words::agrees(plan) { words::NO_CHANGES.to_owned() } else { words::summary(plan) };
    page.line(0, vec![Piece::new(Look::Strong, summary)]);
}
