//! What an undo says about its resources.

use serde_json::Value;

use crate::change::FieldChange;
use crate::journal::{Others, Past, TheirPart};
use crate::plan::Action;
use crate::resource::{Resource, not_recorded};

/// Longer values are cut: the plan shows the field itself.
const LONGEST: usize = 100;

/// Says that others have changed a field since: the change is the one that would bring back what the run left.
pub(super) fn moved(change: &FieldChange) -> String {
    let FieldChange { path, before: now, after: then, summary: _ } = change;
    format!("{path} has changed since that run, by others: it was {}, and is {}", cut(then), cut(now))
}

fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Says which calls of that run are not undone, because others had made them.
pub(super) fn theirs(past: &Past) -> Option<String> {
    let Others { calls, part } = &past.others;
    // Of what is all theirs nothing is undone, and that is said.
    (!calls.is_empty() && *part != TheirPart::All)
        .then(|| format!("made by somebody else, and not undone: {}", calls.join(", ")))
}

/// Says what does not come back.
pub(super) fn lost(past: &Past, live: Option<&Resource>, action: Action) -> Vec<String> {
    let made_again = live.is_none() || action == Action::Replace;
    let mut lost = match &past.before {
        Some(before) if made_again => before.what_stays_lost(),
        Some(before) => lost_versions(past, before),
        None => Vec::new(),
    };
    if !made_again && !past.secrets.is_empty() {
        lost.push(not_recorded(&past.secrets));
    }
    lost
}

/// A policy's version that had to make room is gone.
fn lost_versions(past: &Past, before: &Resource) -> Vec<String> {
    let (Resource::ManagedPolicy(before), Some(Some(Resource::ManagedPolicy(after)))) = (before, past.after.first())
    else {
        return Vec::new();
    };
    let after: Vec<_> = after.versions.value().into_iter().flatten().map(|version| &version.id).collect();
    let gone = before.versions.value().into_iter().flatten().filter(|version| !after.contains(&&version.id));
    gone.map(|version| format!("the version {} had to make room and does not come back", version.id)).collect()
}
