//! A plan as GitHub's Markdown.

mod details;

use std::fmt;

use super::Hazards;
use super::escape;
use super::words::{self, Changed};
use crate::plan::{Plan, PlannedResource, Warning};

/// A comment on GitHub holds 65,536 characters
/// (<https://github.com/orgs/community/discussions/41331>); what is left is for the lines after the resources.
const MOST_CHARACTERS: usize = 60_000;

/// The table may take so much of it.
const MOST_OF_TABLE: usize = 20_000;

/// Returns a plan as Markdown.
pub(super) fn plan(plan: &Plan, hazards: Hazards) -> String {
    let mut text = format!("### Plan for {}\n\n", escape::code(&plan.manifest));
    let scope = words::scope(plan).into_iter().map(|(what, which)| format!("{what} {}", escape::code(&which)));
    let scope: Vec<_> = scope.collect();
    if !scope.is_empty() {
        add(&mut text, format_args!("{}\n\n", scope.join(", ")));
    }
    let summary = if words::agrees(plan) { words::NO_CHANGES.to_owned() } else { words::summary(plan) };
    add(&mut text, format_args!("**{summary}**\n"));
    if let Some(flag) = words::allow_flag(plan, hazards) {
        add(&mut text, format_args!("\n⚠️ To apply this plan, add {}\n", escape::code(&flag)));
    }
    let told: Vec<_> = plan.resources.iter().filter(|resource| words::is_told(resource)).collect();
    table(&mut text, &told);
    orphans(&mut text, plan);
    warnings(&mut text, plan);
    all_details(&mut text, plan, &told);
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Appends to a text.
fn add(text: &mut String, piece: fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = fmt::Write::write_fmt(text, piece);
}

fn table(text: &mut String, resources: &[&PlannedResource]) {
    if resources.is_empty() {
        return;
    }
    text.push_str("\n| | resource | name | action | hazards |\n| :-: | --- | --- | --- | --- |\n");
    let end = text.len() + MOST_OF_TABLE;
    for (index, resource) in resources.iter().enumerate() {
        let row = row(resource);
        if text.len() + row.len() > end {
            add(text, format_args!("\nand {}\n", words::count(resources.len() - index, "more resource")));
            return;
        }
        text.push_str(&row);
    }
}

fn row(resource: &PlannedResource) -> String {
    let (sign, status) = match &resource.problem {
        None => (words::sign(resource.action).to_string(), words::action(resource.action).to_owned()),
        Some(problem) => ("❌".to_owned(), format!("**{}**", words::problem(problem.kind))),
    };
    let hazards = resource
        .hazards
        .iter()
        .map(|hazard| if hazard.needs_allowing() { format!("**{hazard}**") } else { hazard.to_string() });
    let hazards = hazards.collect::<Vec<_>>().join(", ");
    let address = escape::code(&resource.address.to_string());
    format!("| {sign} | {address} | {} | {status} | {hazards} |\n", escape::code(&resource.name))
}

fn orphans(text: &mut String, plan: &Plan) {
    let orphans = words::left_orphans(plan);
    if orphans.is_empty() {
        return;
    }
    add(text, format_args!("\n{}:\n\n", escape::markdown_prose(&words::orphans(orphans.len()))));
    for (index, orphan) in orphans.iter().enumerate() {
        let line = format!("- {} {}\n", orphan.kind.noun(), escape::code(&orphan.name));
        if text.len() + line.len() > MOST_CHARACTERS {
            add(text, format_args!("\nand {}\n", words::count(orphans.len() - index, "more orphan")));
            return;
        }
        text.push_str(&line);
    }
}

fn warnings(text: &mut String, plan: &Plan) {
    if plan.warnings.is_empty() {
        return;
    }
    text.push_str("\n**Warnings**\n\n");
    for (index, warning) in plan.warnings.iter().enumerate() {
        let Warning { code, message: _, help, address: _, certainty: _, place } = warning;
        let place = place.as_ref().map(|place| format!(" ({})", escape::code(&words::place(place))));
        let message = escape::markdown_prose(&words::warning(warning));
        let help = help.as_ref().map(|help| format!(": {}", escape::code(help))).unwrap_or_default();
        let line = format!("- {}: {message}{}{help}\n", escape::code(code), place.unwrap_or_default());
        if text.len() + line.len() > MOST_CHARACTERS {
            add(text, format_args!("\nand {}\n", words::count(plan.warnings.len() - index, "more warning")));
            return;
        }
        text.push_str(&line);
    }
}

/// Writes the details of as many resources as a comment holds.
fn all_details(text: &mut String, plan: &Plan, resources: &[&PlannedResource]) {
    let changed = Changed::of(plan);
    // What went wrong is told first, so that it is never what does not fit.
    let (problems, planned): (Vec<_>, Vec<_>) = resources.iter().partition(|resource| resource.problem.is_some());
    let mut left_out = 0;
    for resource in problems.into_iter().chain(planned) {
        let details = details::of(&changed, resource);
        if text.len() + details.len() > MOST_CHARACTERS {
            left_out += 1;
        } else {
            text.push_str(&details);
        }
    }
    if left_out > 0 {
        let what = words::count(left_out, "resource");
        add(text, format_args!("\nThe details of {what} do not fit in a comment; the plan as text has them.\n"));
    }
}
