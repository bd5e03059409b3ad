//! What is found beyond the single resources of a plan, and what the manifest wants to hear no more of.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::access;
use crate::id::Address;
use crate::inquiry::Inquiry;
use crate::manifest::{Declared, Manifest};
use crate::plan::{Plan, Warning};
use crate::quota;

/// Returns what the findings on a draft depend on.
pub(super) fn inquiries(plan: &Plan, manifest: &Manifest, world: &World) -> BTreeSet<Inquiry> {
    let mut inquiries = access::inquiries(&plan.resources, manifest, world);
    inquiries.extend(quota::inquiries(&plan.resources, world));
    inquiries
}

/// Adds what is found beyond the single resources to a plan as warnings: the broken links of the access chain, and the quotas
/// that are too small. What the manifest ignores becomes a note.
pub(super) fn tell(plan: &mut Plan, manifest: &Manifest, world: &World) {
    let declared: BTreeMap<_, _> = manifest.resources.iter().map(|declared| (&declared.address, declared)).collect();
    let mut notes: BTreeMap<Address, Vec<String>> = BTreeMap::new();
    let links =
        access::check(manifest, world).into_iter().chain(access::check_caller(&plan.resources, manifest, world));
    let quotas = quota::check(&plan.resources, manifest, world);
    for warning in links.map(Warning::from).chain(quotas.into_iter().map(Warning::from)) {
        let declared = warning.address.as_ref().and_then(|address| declared.get(address));
        match declared.and_then(|declared| Some((declared, declared.ignore.get(&warning.code)?))) {
            Some((declared, reason)) => {
                let note = ignored(&warning.code, &warning.message, reason);
                notes.entry(declared.address.clone()).or_default().push(note);
            }
            None => plan.warnings.push(warning),
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

pub(super) fn ignored(code: &str, message: &str, reason: &str) -> String {
    format!("ignored, because {reason}: {code}: {message}")
}
