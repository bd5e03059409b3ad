//! Applying a plan: the walk along the dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reconcile_core::id::Address;
use reconcile_core::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use reconcile_core::plan::{Plan, PlannedResource};
use reconcile_core::resource::Ownership;
use tokio::sync::Semaphore;

use crate::event::{Event, Observer};
use crate::observe::Providers;
use crate::record::Recorder;
use crate::verify;
use crate::wait::Interrupt;
use crate::worker::Worker;

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

/// Applies a plan: resources whose dependencies are done run at the same time, the calls of one resource one after the
/// other. When a call fails, what depends on its resource is skipped and everything else goes on. At the end the
/// touched resources are read again.
///
/// A resource with a problem has nothing planned and counts as failed for those that depend on it; whoever wants such a
/// plan refused does so before.
pub async fn apply(plan: &Plan, providers: &Providers, options: &ApplyOptions, observer: &dyn Observer) -> Outcome {
    let calls = Semaphore::new(options.parallelism.max(1));
    let mut walk = Walk::new(plan, observer);
    let mut running = FuturesUnordered::new();
    loop {
        for planned in walk.take_ready() {
            let worker = Worker { planned, providers, options, observer, calls: &calls, fresh: walk.is_fresh(planned) };
            running.push(async move { (planned, worker.run().await) });
        }
        let Some((planned, outcome)) = running.next().await else { break };
        walk.finish(planned, outcome);
    }
    let mut outcome = walk.outcome();
    verify::verify(plan, providers, options, observer, &mut outcome).await;
    outcome
}

/// The state of the walk: which resources wait, and what became of the others.
struct Walk<'a> {
    waiting: Vec<&'a PlannedResource>,
    finished: BTreeMap<&'a Address, ResourceOutcome>,
    /// Resources that were changed in this run, or that come after one: what they need may not be visible yet.
    fresh: BTreeSet<&'a Address>,
    /// Resources that failed or were skipped, with the one at the root of it.
    failed: BTreeMap<&'a Address, &'a Address>,
    known: BTreeSet<&'a Address>,
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
            known: resources.iter().map(|planned| &planned.address).collect(),
            waiting: resources,
            finished: BTreeMap::new(),
            fresh: BTreeSet::new(),
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
        planned.depends_on.iter().all(|before| !self.known.contains(before) || self.finished.contains_key(before))
    }

    fn is_fresh(&self, planned: &PlannedResource) -> bool {
        planned.depends_on.iter().any(|before| self.fresh.contains(before))
    }

    fn skip(&mut self, planned: &'a PlannedResource, root: &'a Address) {
        let because = format!("{root} failed");
        if !planned.operations.is_empty() {
            self.observer.on(&Event::Skipped { address: &planned.address, because: &because });
        }
        let skipped = planned.operations.iter().map(|_| OperationOutcome::Skipped { because: because.clone() });
        let outcome = ResourceOutcome { operations: skipped.collect(), not_taken: Vec::new() };
        self.failed.insert(&planned.address, root);
        self.finished.insert(&planned.address, outcome);
    }

    fn finish(&mut self, planned: &'a PlannedResource, outcome: ResourceOutcome) {
        if !outcome.succeeded() {
            self.failed.insert(&planned.address, &planned.address);
        }
        if !planned.operations.is_empty() || self.is_fresh(planned) {
            self.fresh.insert(&planned.address);
        }
        self.finished.insert(&planned.address, outcome);
    }

    fn outcome(self) -> Outcome {
        let touched = self.finished.into_iter().filter(|(_, outcome)| !outcome.operations.is_empty());
        Outcome { resources: touched.map(|(address, outcome)| (address.clone(), outcome)).collect() }
    }
}
