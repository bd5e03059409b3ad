//! Plans and their outcomes for people: text for a terminal, Markdown for a pull request. Pure: nothing is printed, and
//! no terminal is asked what it can do.
//!
//! Whatever comes from the live world is shown so that it acts on nothing: see `escape`.

mod difference;
mod escape;
mod markdown;
mod outcome;
mod page;
mod text;
mod value;
mod words;

#[cfg(test)]
mod tests;

use crate::outcome::Outcome;
use crate::plan::Plan;

pub use escape::visible;

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour it with ANSI codes. Nothing is told by colour alone.
    pub color: bool,
    /// The width in columns to which prose is wrapped; less than 40 counts as 40. What is to be copied (names, ARNs,
    /// lines of code) is never broken.
    pub width: usize,
    /// Whether to list the unchanged resources as well, one a line, and the calls that were done, and long differences
    /// of texts as a whole.
    pub verbose: bool,
    /// Whether its hazards are allowed.
    pub hazards: Hazards,
}

/// Whether the hazards of a plan are allowed, all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hazards {
    /// Whoever reads the plan is told which flag allows them.
    #[default]
    ToBeAllowed,
    /// Nobody has to be told.
    Allowed,
}

/// Returns the plan as text: resource by resource, field by field, with the calls, and a summary line at the end.
pub fn text(plan: &Plan, style: &Style) -> String {
    text::plan(plan, style)
}

/// Returns the plan as GitHub's Markdown, short enough for one comment of a pull request: the summary, a table of what
/// changes, the details folded.
pub fn markdown(plan: &Plan, hazards: Hazards) -> String {
    markdown::plan(plan, hazards)
}

/// Returns what became of a plan: what was done, what failed and what to do about it, what was skipped and why, which
/// fields did not take, and a summary line at the end.
pub fn outcome_text(plan: &Plan, outcome: &Outcome, style: &Style) -> String {
    outcome::outcome(plan, outcome, style)
}

/// Returns the plan in one line: `Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.`
pub fn summary_line(plan: &Plan) -> String {
    words::summary(plan)
}
