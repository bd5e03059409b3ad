//! The details of one resource of a plan as Markdown, folded.

use super::add;
use crate::change::{FieldChange, Hazard};
use crate::plan::{Action, PlannedResource, Problem};
use crate::render::difference::{Hunk, TextDifference};
use crate::render::escape;
use crate::render::value::{Shown, Sign, UNSET, shown};
use crate::render::words::{self, Changed};

/// Of a long difference of texts, so many lines are shown.
const MOST_LINES: usize = 200;

/// Returns the folded details of a resource.
pub(super) fn of(changed: &Changed<'_>, resource: &PlannedResource) -> String {
    let mut text = format!("\n<details><summary>{}</summary>\n\n", summary(resource));
    if let Some(problem) = &resource.problem {
        self::problem(&mut text, problem);
    }
    changes(&mut text, &resource.changes, resource.action == Action::Create);
    if resource.problem.is_none() {
        calls(&mut text, changed, resource);
    }
    remarks(&mut text, resource);
    text.push_str("</details>\n");
    text
}

fn summary(resource: &PlannedResource) -> String {
    let address = escape::html_code(&resource.address.to_string());
    let (sign, status) = match &resource.problem {
        None => (words::sign(resource.action).to_string(), words::action(resource.action)),
        Some(problem) => ("❌".to_owned(), words::problem(problem.kind)),
    };
    format!("{sign} {address}: {status}")
}

fn problem(text: &mut String, problem: &Problem) {
    let (message, help, place) = words::problem_parts(problem);
    add(text, format_args!("**{}**: {}\n\n", words::problem(problem.kind), escape::markdown_prose(message)));
    if let Some(help) = help {
        add(text, format_args!("help: {}\n\n", escape::markdown_prose(help)));
    }
    add(text, format_args!("at {}\n\n", escape::code(&place)));
}

/// Writes the changed fields as one block, which GitHub colours by its first column.
fn changes(text: &mut String, changes: &[FieldChange], creates: bool) {
    if changes.is_empty() {
        return;
    }
    // A field on one line would look as if it belonged to the block before it.
    let (of_one_line, blocks): (Vec<_>, Vec<_>) = changes
        .iter()
        .map(|change| (change.path.as_str(), shown(change, creates)))
        .partition(|(_, shown)| matches!(shown, Shown::Value(_) | Shown::Transition { .. }));
    let lines = of_one_line.into_iter().chain(blocks).flat_map(|(path, shown)| change_lines(path, shown, creates));
    let lines: Vec<_> = lines.collect();
    let block = lines.iter().map(|line| escape::visible(line.trim_end()).into_owned()).collect::<Vec<_>>().join("\n");
    let fence = escape::fence(&block);
    add(text, format_args!("{fence}diff\n{block}\n{fence}\n\n"));
}

fn change_lines(path: &str, shown: Shown, creates: bool) -> Vec<String> {
    match shown {
        Shown::Value(value) => vec![format!("{} {path}: {value}", if creates { '+' } else { ' ' })],
        Shown::Transition { before, after } => {
            let sides = [('-', before), ('+', after)].into_iter().filter(|(_, value)| value != UNSET);
            sides.map(|(sign, value)| format!("{sign} {path}: {value}")).collect()
        }
        Shown::Lines(lines) => {
            let lines = lines.iter().map(|line| format!("{} {}", column(line.sign, creates), line.text));
            [format!("@@ {path} @@")].into_iter().chain(lines).collect()
        }
        Shown::Texts(TextDifference { added, removed, hunks }) => {
            let title = format!("@@ {path}: {} added, {removed} removed @@", words::count(added, "line"));
            let mut lines: Vec<_> = [title].into_iter().chain(hunks.iter().flat_map(hunk_lines)).collect();
            if lines.len() > MOST_LINES {
                let rest = words::count(lines.len() - MOST_LINES, "more line");
                lines.truncate(MOST_LINES);
                lines.push(format!("… {rest}"));
            }
            lines
        }
    }
}

/// Returns the character that makes GitHub colour a line by its sign.
const fn column(sign: Sign, creates: bool) -> char {
    match sign {
        Sign::Changed => '!',
        Sign::Neutral if creates => '+',
        Sign::Added | Sign::Removed | Sign::Neutral => sign.character(),
    }
}

fn hunk_lines(hunk: &Hunk) -> Vec<String> {
    let Hunk { header, lines } = hunk;
    let lines = lines.iter().map(|line| format!("{}{}", line.sign.character(), line.text()));
    [header.clone()].into_iter().chain(lines).collect()
}

fn calls(text: &mut String, changed: &Changed<'_>, resource: &PlannedResource) {
    if resource.operations.is_empty() {
        return;
    }
    let before: Vec<_> = changed.before(resource).iter().map(|address| escape::code(&address.to_string())).collect();
    if !before.is_empty() {
        add(text, format_args!("after {}:\n\n", before.join(", ")));
    }
    for (index, operation) in resource.operations.iter().enumerate() {
        let (api, summary) = (escape::code(operation.api()), escape::markdown(&operation.summary()));
        add(text, format_args!("{}. {api} {summary}\n", index + 1));
    }
    text.push('\n');
}

fn remarks(text: &mut String, resource: &PlannedResource) {
    let hazards = resource.hazards.iter().map(|hazard| self::hazard(*hazard, resource));
    let adopted = (resource.adopted && resource.action != Action::None).then(|| words::ADOPTED.to_owned());
    let notes = resource.notes.iter().map(|note| escape::markdown_prose(note));
    let remarks: Vec<_> = hazards.chain(adopted).chain(notes).map(|remark| format!("- {remark}\n")).collect();
    if !remarks.is_empty() {
        add(text, format_args!("{}\n", remarks.concat()));
    }
}

fn hazard(hazard: Hazard, resource: &PlannedResource) -> String {
    let meaning = escape::markdown(&words::hazard(hazard, resource));
    if words::allowing(hazard, resource).is_empty() {
        format!("⚠️ {hazard}: {meaning}")
    } else {
        format!("⚠️ **{hazard}**: {meaning} (`--allow {hazard}`)")
    }
}
