//! What the access chain says of a plan, and what the manifest wants to hear no more of.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::access;
use crate::id::Address;
use crate::inquiry::Inquiry;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Plan, Warning};

/// Returns what the access chain of a draft depends on.
pub(super) fn inquiries(_plan: &Plan, _manifest: &Manifest, _world: &World) -> BTreeSet<Inquiry> {
    BTreeSet::new()
}

/// Adds the broken links of the access chain to a plan as warnings. What the manifest ignores becomes a note.
pub(super) fn tell(plan: &mut Plan, manifest: &Manifest, world: &World) {
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let mut notes: BTreeMap<Address, Vec<String>> = BTreeMap::new();
    for finding in access::check(manifest, world) {
        let code = finding.code.as_str();
        match declared.get(&finding.address).and_then(|declared| declared.ignore.get(code)) {
            Some(reason) => {
                notes.entry(finding.address).or_default().push(ignored(code, &finding.message, reason));
            }
            None => plan.warnings.push(Warning::from(finding)),
        }
    }
    for planned in &mut plan.resources {
        planned.notes.extend(declared.get(&planned.address).into_iter().flat_map(|declared| silenced(declared)));
        planned.notes.extend(notes.remove(&planned.address).unwrap_or_default());
    }
}

/// Says which warnings about the manifest itself are silenced: one line a code, with the finding where there is one only.
fn silenced(declared: &Declared) -> Vec<String> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for silenced in &declared.silenced {
        found.entry(silenced.code).or_default().push(&silenced.message);
    }
    let lines = found.into_iter().map(|(code, messages)| {
        let reason = declared.ignore.get(code).map(String::as_str).unwrap_or_default();
        match messages.as_slice() {
            [message] => ignored(code, message, reason),
            several => format!("ignored, because {reason}: {code}, {} findings", several.len()),
        }
    });
    lines.collect()
}

fn ignored(code: &str, message: &str, reason: &str) -> String {
    format!("ignored, because {reason}: {code}: {message}")
}
