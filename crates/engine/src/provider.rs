//! The one interface to a cloud: read what is live, make one call.

use std::time::Duration;

use async_trait::async_trait;
use reconcile_core::failure::CallFailure;
use reconcile_core::id::{Address, Kind};
use reconcile_core::inquiry::{Answer, Inquiry};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};

/// A resource that is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its address, for logs.
    pub address: &'a Address,
    /// The desired state: by its natural key the provider finds the live one, and by its managed fields it knows what
    /// has to be read.
    pub resource: &'a Resource,
}

/// What a call that succeeded answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The service's id of the request, for its support.
    pub request_id: Option<String>,
}

/// A cloud: what it holds of the wanted resources, and how one planned call is made.
///
/// # Obligations
///
/// - `read` makes no writing call, and returns one [`Reading`] for each wanted resource, in their order. It takes the
///   whole set at once so that the cheapest calls can be chosen, makes independent calls at the same time, makes no
///   call twice, and asks only for what the managed fields need (the owner tag is always needed where a kind takes
///   tags). One resource that cannot be read does not keep the others from being read.
/// - A reading is canonical: what a service fills in or spells otherwise is made the same as what a manifest's reader
///   makes of it. A field that the service did not tell is [`Field::Absent`](reconcile_core::field::Field::Absent), one
///   that it tells to be unset is `Null`.
/// - `answer` makes no writing call. It is asked after `read`, each question at most once and any number at the same time,
///   and makes no call twice: what several questions need is asked once and shared. It does not try for long: an answer that
///   cannot be had (no right to ask, a call that the endpoint does not know) is a failure at once, and the plan goes on
///   without it.
/// - `apply` makes exactly the one call that the operation names and decides nothing. Retries of the same call for
///   throttling and lost connections are its own business, as far as the call may safely be repeated.
/// - An [`Interrupt`](crate::wait::Interrupt) that it was made with ends what patience it has: the attempt in flight is finished,
///   and what came of it is the outcome; nothing is sent again, and no leave to send is waited for.
/// - Neither waits for what a call started: that is the engine's.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Returns the kinds that this provider reads and applies.
    fn kinds(&self) -> &'static [Kind];

    /// Reads the wanted resources; all are of this provider's kinds.
    async fn read(&self, wanted: &[Wanted<'_>]) -> Vec<Reading>;

    /// Answers a question on which a plan depends; [`Inquiry::cloud`] is this provider's.
    async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, CallFailure>;

    /// Makes the one call that an operation names.
    async fn apply(&self, operation: &Operation) -> Result<Applied, CallFailure>;

    /// Returns the call that takes back what a creation has just made, where somebody else has made the same for the same owner
    /// before; the resource is then theirs. It is asked after each creation of a kind whose names are not unique: of such a kind
    /// the service makes a second one.
    async fn twin(&self, _resource: &Resource) -> Result<Option<Operation>, CallFailure> {
        Ok(None)
    }

    /// Returns how long ago a live resource was made, by the service's own dates and clock. It is asked only where a refusal
    /// looks as if the resource were too new to be seen; nothing is the answer for a kind of which nothing else is slow to hear.
    async fn age(&self, _resource: &Resource) -> Option<Duration> {
        None
    }

    /// Returns what bears an owner's tag and is not among the known resources: each with its natural key and its tags, and
    /// nothing else. It is asked after `read`, whose answers may serve it.
    ///
    /// Kinds that take no tags are not looked for.
    async fn list_owned(&self, owner: &str, known: &[&Resource]) -> Result<Vec<Resource>, CallFailure>;

    /// Returns who calls, as the services know it: an ARN, or a user's name. Nothing where that cannot be found out.
    async fn caller(&self) -> Option<String> {
        None
    }

    /// Returns how many calls were made since the provider was made, retries not counted.
    fn calls(&self) -> u64;
}
