//! `policy diff`: what one document allows and the other does not.

use iam_policy::PolicyChange;
use serde_json::json;

use super::document::{self, Document};
use crate::args::{PolicyDiff, PolicyFormat};
use crate::exit::Exit;
use crate::failure::{Failure, both};
use crate::terminal::Terminal;

/// Compares two documents by meaning.
pub(super) fn run(arguments: &PolicyDiff, terminal: &Terminal) -> Result<Exit, Failure> {
    let PolicyDiff { before, after, account_id, format } = arguments;
    document::one_standard_input([before, after])?;
    let read = |path| document::read(path, account_id.as_deref(), terminal);
    let (before, after) = both(read(before), read(after))?;
    let changes = iam_policy::diff(Some(&before.policy), Some(&after.policy));
    terminal.print(&match format {
        PolicyFormat::Text => text(&changes),
        PolicyFormat::Json => format!("{}\n", json(&changes, &before, &after)),
    })?;
    Ok(if changes.is_empty() { Exit::Done } else { Exit::Differs })
}

fn text(changes: &[PolicyChange]) -> String {
    if changes.is_empty() {
        return "The policies mean the same.\n".to_owned();
    }
    let lines = changes.iter().map(|change| {
        let PolicyChange { summary, breadth, sid, statement: _ } = change;
        // A line says by itself what it is about; how its author calls the statement it does not.
        let sid = sid.as_deref().map(|sid| format!("  ({sid})")).unwrap_or_default();
        format!("{:<8} {summary}{sid}\n", breadth.as_str())
    });
    lines.collect()
}

fn json(changes: &[PolicyChange], before: &Document, after: &Document) -> serde_json::Value {
    let changes: Vec<_> = changes
        .iter()
        .map(|PolicyChange { summary, breadth, sid, statement }| {
            json!({"summary": summary, "breadth": breadth.as_str(), "sid": sid, "statement": statement})
        })
        .collect();
    json!({"before": &*before.name, "after": &*after.name, "same": changes.is_empty(), "changes": changes})
}
