//! What an apply tells while it runs. The command line shows it; nothing here prints.

use reconcile_core::failure::CallFailure;
use reconcile_core::id::Address;
use reconcile_core::resource::Operation;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A resource waits for those it depends on.
    Queued {
        /// The resource.
        address: &'a Address,
        /// What it waits for.
        behind: &'a [Address],
    },
    /// A call is made.
    Calling {
        /// The resource it is for.
        address: &'a Address,
        /// The call.
        operation: &'a Operation,
    },
    /// Something has to become so before the next call; told again whenever the reason changes.
    Waiting {
        /// The resource that waits.
        address: &'a Address,
        /// For what.
        reason: &'a str,
    },
    /// A call was made and what it started has come to rest.
    Called {
        /// The resource it was for.
        address: &'a Address,
        /// The call.
        operation: &'a Operation,
        /// How long it took.
        seconds: f64,
    },
    /// A planned call is not needed any more: somebody else has made it since the plan.
    Found {
        /// The resource it was for.
        address: &'a Address,
        /// The call.
        operation: &'a Operation,
    },
    /// Somebody else has made the resource anew, and calls of this run, which were on their way for longer than that took, have met
    /// the new one: that is put right.
    Amending {
        /// The resource.
        address: &'a Address,
    },
    /// A call failed for good.
    Failed {
        /// The resource it was for.
        address: &'a Address,
        /// The call.
        operation: &'a Operation,
        /// Why.
        failure: &'a CallFailure,
    },
    /// A resource is not worked on, because of what failed before it.
    Skipped {
        /// The resource.
        address: &'a Address,
        /// What failed.
        because: &'a str,
    },
    /// All calls of a resource were made.
    Finished {
        /// The resource.
        address: &'a Address,
    },
    /// The touched resources are read again.
    Verifying {
        /// How many.
        resources: usize,
    },
}

/// Whoever is told.
pub trait Observer: Send + Sync {
    /// Is told something. It must not block.
    fn on(&self, event: &Event<'_>);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn on(&self, _event: &Event<'_>) {}
}
