//! Recording an apply: each call before it is made and after, so that a run that was killed has its last call on record too.

use std::fmt;

use async_trait::async_trait;
use reconcile_core::failure::CallFailure;
use reconcile_core::id::Address;
use reconcile_core::resource::{Operation, Resource};

/// One call of an apply.
#[derive(Clone, Debug)]
pub struct RecordedCall<'a> {
    /// The resource it is for.
    pub address: &'a Address,
    /// Its natural key.
    pub name: &'a str,
    /// The call.
    pub operation: &'a Operation,
    /// Which of the resource's calls it is, from 1.
    pub number: usize,
    /// How many the resource has.
    pub of: usize,
    /// The state before it, in full.
    pub before: Option<&'a Resource>,
    /// The state that it leaves behind, by its meaning.
    pub after: Option<&'a Resource>,
    /// How far it is.
    pub stage: Stage<'a>,
}

/// How far a call is.
#[derive(Clone, Copy, Debug)]
pub enum Stage<'a> {
    /// It is about to be made.
    Started,
    /// It was made, and what it started has come to rest.
    Done {
        /// The service's id of the request.
        request_id: Option<&'a str>,
        /// From the call to its rest.
        seconds: f64,
    },
    /// Somebody else has made it: it was not needed any more, or met what they had done.
    Found {
        /// From the call, if one was made, to its rest.
        seconds: f64,
    },
    /// It failed; whether it has happened all the same is not known.
    Failed {
        /// Why.
        failure: &'a CallFailure,
        /// From the call to the failure.
        seconds: f64,
    },
}

/// Whoever keeps the record.
#[async_trait]
pub trait Recorder: fmt::Debug + Send + Sync {
    /// Puts a call on record so that it outlives the process. A call that cannot be put on record is not made.
    async fn call(&self, call: &RecordedCall<'_>) -> Result<(), CallFailure>;

    /// Puts on record what a resource looks like when it is read again after its calls: which fields did not take.
    async fn verified(&self, address: &Address, not_taken: &[String]) -> Result<(), CallFailure>;
}
