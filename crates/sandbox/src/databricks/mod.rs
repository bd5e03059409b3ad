//! The Databricks workspace.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::world::World;

/// What the workspace holds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {}

/// Answers one call.
pub(crate) fn handle(_world: &mut World, request: &Request) -> Response {
    let message = format!("No API found for '{} {}'", request.method, request.path.trim_start_matches("/api"));
    Response::json(404, &json!({"error_code": "ENDPOINT_NOT_FOUND", "message": message}))
}

/// The operation, whether it writes, and its parameters without secrets.
pub(crate) fn describe(request: &Request) -> (String, bool, Value) {
    (request.path.clone(), request.method != "GET", Value::Null)
}
