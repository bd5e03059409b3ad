//! SageMaker.
use crate::http::{Request, Response};
use crate::world::World;
use serde::{Deserialize, Serialize};

/// State.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {}

/// Answers one call.
pub(crate) fn handle(_world: &mut World, _request: &Request, region: &str) -> Response {
    Response::of_type(500, "text/plain", region)
}
