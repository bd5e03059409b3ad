//! IAM's reads are answered by replicas that lag behind: each by as much as a lag draws for it, so that two reads of one
//! thing may also answer in the wrong order.

use std::collections::{BTreeMap, VecDeque};

use crate::config::Edge;
use crate::iam;
use crate::recorder::Description;
use crate::world::World;

/// What IAM held at earlier times.
#[derive(Default)]
pub(super) struct Replicas {
    /// Each state with the time from which it held, the oldest first.
    past: VecDeque<(u64, iam::State)>,
    /// How often each thing was read.
    reads: BTreeMap<String, u64>,
}

impl Replicas {
    /// Forgets everything: what is true now was always so.
    pub(super) fn clear(&mut self) {
        self.past.clear();
        self.reads.clear();
    }

    /// Keeps what IAM holds before a change, where reads lag.
    pub(super) fn keep(&mut self, world: &World) {
        let longest = world.settings.longest_lag(Edge::Read);
        if longest == 0 {
            return;
        }
        if self.past.is_empty() {
            self.past.push_back((0, world.iam.clone()));
        }
    }

    /// Takes note of what IAM holds after a change, where reads lag.
    pub(super) fn note(&mut self, world: &World) {
        let longest = world.settings.longest_lag(Edge::Read);
        if longest == 0 {
            return;
        }
        self.past.push_back((world.now, world.iam.clone()));
        let horizon = world.now.saturating_sub(longest);
        while self.past.get(1).is_some_and(|(since, _)| *since <= horizon) {
            self.past.pop_front();
        }
    }

    /// Puts the state that a replica knows in the place of the real one, and returns the real one.
    pub(super) fn look_back(&mut self, world: &mut World, call: &Description) -> Option<iam::State> {
        if call.writes || call.service != "iam" || world.settings.longest_lag(Edge::Read) == 0 {
            return None;
        }
        let thing = format!("{} {}", call.operation, call.parameters);
        let reads = self.reads.entry(thing.clone()).or_default();
        *reads += 1;
        let lag = world.settings.lag(Edge::Read, &format!("{thing} {reads}"));
        let at = world.now.saturating_sub(lag);
        let (_, known) = self.past.iter().rev().find(|(since, _)| *since <= at)?;
        Some(std::mem::replace(&mut world.iam, known.clone()))
    }
}
