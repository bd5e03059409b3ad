//! What the access chain says of a plan, and what the manifest wants to hear no more of.

use std::collections::BTreeMap;

use super::World;
use crate::access;
use crate::id::Address;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Plan, Warning};

/// Adds the broken links of the access chain to a plan as warnings. What the manifest ignores becomes a note.
pub(super) fn tell(plan: &mut Plan, manifest: &Manifest, world: &World) {
    note_silenced(plan, manifest);
    let declared: BTreeMap<&Address, &Declared> =
        manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    for finding in access::check(manifest, world) {
        let ignore = declared.get(&finding.address).map(|declared| &declared.ignore);
        match ignore.and_then(|ignore| ignore.get(finding.code.as_str())) {
            Some(reason) => {
                note_on(plan, &finding.address, ignored(finding.code.as_str(), &finding.message, reason));
            }
            None => plan.warnings.push(Warning::from(finding)),
        }
    }
}

/// Says which warnings about the manifest itself are silenced.
fn note_silenced(plan: &mut Plan, manifest: &Manifest) {
    for declared in &manifest.resources {
        for silenced in &declared.silenced {
            let reason = declared.ignore.get(silenced.code).map(String::as_str).unwrap_or_default();
            note_on(plan, &declared.address, ignored(silenced.code, &silenced.message, reason));
        }
    }
}

fn ignored(code: &str, message: &str, reason: &str) -> String {
    format!("ignored, because {reason}: {code}: {message}")
}

fn note_on(plan: &mut Plan, address: &Address, note: String) {
    if let Some(planned) = plan.resources.iter_mut().find(|planned| planned.address == *address) {
        planned.notes.push(note);
    }
}
