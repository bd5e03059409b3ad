//! Applying a plan: the walk along the dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reconcile_core::freshness::Fresh;
use reconcile_core::id::Address;
use reconcile_core::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use reconcile_core::plan::{Plan, PlannedResource};
use reconcile_core::resource::Ownership;
use tokio::sync::Semaphore;

use crate::event::{Event, Observer};
use crate::locks::Locks;
use crate::observe::Providers;
use crate::record::Recorder;
use crate::verify;
use crate::wait::Interrupt;
use crate::worker::{Worked, Worker};

/// How to apply.
#[derive(Clone, Debug)]
pub struct ApplyOptions {
    /// How many calls may be in flight at once; at least one.
    pub parallelism: usize,
    /// The longest that one wait may take, where the kind's own patience is not wanted.
    pub timeout: Option<Duration>,
    /// Whose resources these are.
    pub ownership: Ownership,
    /// Asks for a stop.
    pub interrupt: Interrupt,
    /// Keeps a record of every call, where one is wanted.
    pub recorder: Option<Arc<dyn Recorder>>,
}

impl ApplyOptions {
    /// Returns how long a wait may take that is given so long otherwise.
    pub(crate) fn at_most(&self, usual: Duration) -> Duration {
        self.timeout.map_or(usual, |timeout| timeout.min(usual))
    }
}

/// Applies a plan: resources whose dependencies are done run at the same time, the calls of one resource one after the
/// other. When a call fails, what depends on its resource is skipped and everything else goes on. At the end the
/// touched resources are read again.
///
/// A resource with a problem has nothing planned and counts as failed for those that depend on it; whoever wants such a
/// plan refused does so before.
pub async fn apply(plan: &Plan, providers: &Providers, options: &ApplyOptions, observer: &dyn Observer) -> Outcome {
    let calls = Semaphore::new(options.parallelism.max(1));
    let locks = Locks::default();
    let mut walk = Walk::new(plan, observer);
    let mut running = FuturesUnordered::new();
    loop {
        for planned in walk.take_ready() {
            let before = walk.all_before(planned);
            let (fresh, follows_changes) = walk.changed_of(&before);
            let (calls, locks) = (&calls, &locks);
            let after_calls = 0;
            let worker = Worker {
                planned,
                after_calls,
                providers,
                options,
                observer,
                calls,
                locks,
                before,
                fresh,
                follows_changes,
            };
            running.push(async move { (planned, worker.run().await) });
        }
        let Some((planned, Worked { outcome, has_moved })) = running.next().await else { break };
        if has_moved {
            walk.moved.insert(planned.address.clone());
        }
        walk.finish(planned, outcome);
    }
    walk.give_up_what_waits();
    let mut outcome = walk.outcome();
    verify::verify(plan, providers, options, observer, &mut outcome).await;
    outcome
}

/// The state of the walk: which resources wait, and what became of the others.
struct Walk<'a> {
    waiting: Vec<&'a PlannedResource>,
    finished: BTreeMap<&'a Address, ResourceOutcome>,
    /// Resources of which something was changed in this run.
    touched: BTreeSet<&'a Address>,
    /// Those of them of which something was changed that others may be slow to see.
    fresh: BTreeSet<&'a Address>,
    /// Resources that were not what they were when they were planned.
    moved: BTreeSet<Address>,
    /// Resources that failed or were skipped, with the one at the root of it.
    failed: BTreeMap<&'a Address, &'a Address>,
    known: BTreeMap<&'a Address, &'a PlannedResource>,
    observer: &'a dyn Observer,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan, observer: &'a dyn Observer) -> Self {
        let resources: Vec<_> = plan.resources.iter().collect();
        for planned in resources.iter().filter(|planned| !planned.operations.is_empty()) {
            if !planned.depends_on.is_empty() {
                observer.on(&Event::Queued { address: &planned.address, behind: &planned.depends_on });
            }
        }
        Self {
            known: resources.iter().map(|planned| (&planned.address, *planned)).collect(),
            waiting: resources,
            finished: BTreeMap::new(),
            touched: BTreeSet::new(),
            fresh: BTreeSet::new(),
            moved: BTreeSet::new(),
            failed: BTreeMap::new(),
            observer,
        }
    }

    /// Takes the resources that can run now. Those with nothing to do, and those that come after a failure, are
    /// finished on the spot, which may free further ones.
    fn take_ready(&mut self) -> Vec<&'a PlannedResource> {
        let mut ready = Vec::new();
        loop {
            let (now, later): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.waiting).into_iter().partition(|planned| self.is_free(planned));
            self.waiting = later;
            if now.is_empty() {
                return ready;
            }
            for planned in now {
                if let Some(root) = planned.depends_on.iter().find_map(|before| self.failed.get(before).copied()) {
                    self.skip(planned, root);
                } else if planned.problem.is_some() {
                    self.failed.insert(&planned.address, &planned.address);
                    self.finished.insert(&planned.address, ResourceOutcome::default());
                } else if planned.operations.is_empty() {
                    self.finish(planned, ResourceOutcome::default());
                } else {
                    ready.push(planned);
                }
            }
        }
    }

    fn is_free(&self, planned: &PlannedResource) -> bool {
        // What `--only` left out of the plan is nobody's to wait for.
        planned.depends_on.iter().all(|before| !self.known.contains_key(before) || self.finished.contains_key(before))
    }

    /// Returns the resources that come before one, near and far.
    fn all_before(&self, planned: &PlannedResource) -> Vec<&'a PlannedResource> {
        let mut found: BTreeMap<&Address, &'a PlannedResource> = BTreeMap::new();
        let mut open: Vec<&Address> = planned.depends_on.iter().collect();
        while let Some(address) = open.pop() {
            if let Some(before) = self.known.get(address).copied()
                && found.insert(&before.address, before).is_none()
            {
                open.extend(&before.depends_on);
            }
        }
        found.into_values().collect()
    }

    /// Returns what others may be slow to see of these resources, and whether any of them was touched.
    fn changed_of(&self, resources: &[&PlannedResource]) -> (Fresh, bool) {
        let mut fresh = Fresh::default();
        for planned in resources.iter().filter(|planned| self.fresh.contains(&planned.address)) {
            fresh.add(&planned.desired);
        }
        (fresh, resources.iter().any(|planned| self.touched.contains(&planned.address)))
    }

    fn skip(&mut self, planned: &'a PlannedResource, root: &'a Address) {
        self.leave(planned, root, &format!("{root} failed"));
    }

    /// No plan makes resources wait for one another; should one do, that is no success.
    fn give_up_what_waits(&mut self) {
        for planned in std::mem::take(&mut self.waiting) {
            self.leave(planned, &planned.address, "it waits for what waits for it");
        }
    }

    fn leave(&mut self, planned: &'a PlannedResource, root: &'a Address, because: &str) {
        if !planned.operations.is_empty() {
            self.observer.on(&Event::Skipped { address: &planned.address, because });
        }
        let skipped = planned.operations.iter().map(|_| OperationOutcome::Skipped { because: because.to_owned() });
        let outcome = ResourceOutcome { operations: skipped.collect(), not_taken: Vec::new() };
        self.failed.insert(&planned.address, root);
        self.finished.insert(&planned.address, outcome);
    }

    fn finish(&mut self, planned: &'a PlannedResource, outcome: ResourceOutcome) {
        if !outcome.succeeded() {
            self.failed.insert(&planned.address, &planned.address);
        }
        let calls = planned.operations.iter().zip(&outcome.operations);
        for (operation, _) in calls.filter(|(_, outcome)| matches!(outcome, OperationOutcome::Done { .. })) {
            self.touched.insert(&planned.address);
            if operation.spreads_slowly() {
                self.fresh.insert(&planned.address);
            }
        }
        self.finished.insert(&planned.address, outcome);
    }

    fn outcome(self) -> Outcome {
        let touched = self.finished.into_iter().filter(|(_, outcome)| !outcome.operations.is_empty());
        Outcome { resources: touched.map(|(address, outcome)| (address.clone(), outcome)).collect(), moved: self.moved }
    }
}
