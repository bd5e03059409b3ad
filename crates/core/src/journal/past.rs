//! What one run did to each resource, put together from its lines.

use std::collections::BTreeMap;

use super::{Call, CallOutcome, Journal, Others, Record, others};
use crate::id::Address;
use crate::resource::Resource;

/// What one run did to one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Its path in the manifest.
    pub address: Address,
    /// Its natural key.
    pub name: String,
    /// The state before the run, if there was one, with what others had done of its calls.
    pub before: Option<Resource>,
    /// The states in which the run may have left it, the likeliest first: one, and two where nobody knows whether the last
    /// call has happened.
    pub after: Vec<Option<Resource>>,
    /// What of the run's calls others had made.
    pub others: Others,
    /// Whether the manifest said `protect: true` of it.
    pub protect: bool,
    /// The fields that were written and hold secrets.
    pub secrets: Vec<String>,
    /// The line of the journal that tells of the first call, from 1.
    pub line: usize,
}

impl Journal {
    /// Returns what a run of a manifest did to each resource, in the order of the first calls.
    pub fn past(&self, run: &str, manifest: &str) -> Vec<Past> {
        let mut order = Vec::new();
        let mut calls: BTreeMap<&Address, BTreeMap<usize, &Call>> = BTreeMap::new();
        let mut first_line: BTreeMap<&Address, usize> = BTreeMap::new();
        for line in &self.lines {
            let Record::Call(call) = &line.record else { continue };
            if call.run != run || call.manifest != manifest {
                continue;
            }
            first_line.entry(&call.address).or_insert_with(|| {
                order.push(&call.address);
                line.number
            });
            // The line from after a call takes the place of the one from before it.
            calls.entry(&call.address).or_default().insert(call.number, call);
        }
        let past = order.into_iter().filter_map(|address| {
            let line = first_line.get(address).copied().unwrap_or_default();
            of_calls(&calls.get(address)?.values().copied().collect::<Vec<_>>(), line)
        });
        past.collect()
    }
}

/// Puts the calls on one resource together, in their order.
fn of_calls(calls: &[&Call], line: usize) -> Option<Past> {
    let (first, last) = (calls.first()?, calls.last()?);
    let mut after = vec![last.after.clone()];
    match last.outcome {
        CallOutcome::Done | CallOutcome::Found => {}
        CallOutcome::Started | CallOutcome::Failed => after.push(last.before.clone()),
    }
    let (before, others) = others::apart(calls);
    let mut secrets: Vec<_> = calls.iter().flat_map(|call| call.secrets.iter().cloned()).collect();
    secrets.sort();
    secrets.dedup();
    Some(Past {
        address: first.address.clone(),
        name: first.name.clone(),
        before,
        after,
        others,
        protect: calls.iter().any(|call| call.protect),
        secrets,
        line,
    })
}
