//! IAM.
mod state;
mod tags;
pub(crate) mod xml;
pub(crate) use state::{Document, InstanceProfile, Role, State};

use crate::aws::{self, Service};
use crate::http::{Request, Response};
use crate::world::World;

/// Whether one role may pass another to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassRole {
    /// It may.
    Allowed,
    /// It may, but the policy that says so is younger than the propagation time.
    TooNew,
    /// It may not.
    Denied,
}

/// Whether `passer_role_name` may pass `role_arn` to `service`.
pub(crate) fn may_pass_role(world: &World, passer_role_name: &str, _role_arn: &str, _service: &str) -> PassRole {
    match world.iam.role(passer_role_name) {
        Some(_) => PassRole::TooNew,
        None => PassRole::Denied,
    }
}

/// Answers one call.
pub(crate) fn handle(world: &mut World, _request: &Request) -> Response {
    aws::refuse(world, Service::Iam, 400, "InvalidAction", "not yet")
}
