//! Which service a request is for, and how that one refuses.

use serde_json::json;

use crate::aws::{self, Service};
use crate::databricks;
use crate::http::{Request, Response};
use crate::recorder::Description;
use crate::world::World;

/// Where a request goes.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Aws(Service),
    Databricks,
}

/// Finds the service by the path, then by the signature.
pub(super) fn target_of(request: &Request) -> Result<Target, Response> {
    let is_databricks = ["/api/", "/oidc/", "/.well-known/"].iter().any(|prefix| request.path.starts_with(prefix));
    if is_databricks {
        return Ok(Target::Databricks);
    }
    if request.method != "POST" {
        let text = "This is a reconcile sandbox: POST here for AWS, or use /api/ for Databricks.\n";
        return Err(Response::of_type(404, "text/plain", text));
    }
    aws::service_of(request).map(Target::Aws).map_err(|scope| {
        let message = format!("This sandbox serves IAM, STS and SageMaker; the request was signed for {scope:?}.");
        let body = json!({"__type": "UnknownServiceException", "message": message});
        Response::of_type(400, "application/x-amz-json-1.1", body.to_string())
    })
}

/// Says what a call is.
pub(super) fn describe(target: Target, request: &Request) -> Description {
    match target {
        Target::Aws(service) => aws::describe(service, request),
        Target::Databricks => {
            let (operation, writes, parameters) = databricks::describe(request);
            Description { service: "databricks".to_owned(), operation, writes, parameters }
        }
    }
}

/// Answers a call by its service.
pub(super) fn handled(world: &mut World, target: Target, request: &Request) -> Response {
    match target {
        Target::Databricks => databricks::handle(world, request),
        Target::Aws(service) => aws::handle(world, service, request),
    }
}

/// An error, in the words of its service.
pub(super) fn refuse(world: &mut World, target: Target, status: u16, code: &str, message: &str) -> Response {
    match target {
        Target::Aws(service) => aws::refuse(world, service, status, code, message),
        Target::Databricks => Response::json(status, &json!({"error_code": code, "message": message})),
    }
}

/// A refusal for too many calls, in the words of its service.
pub(super) fn throttle(world: &mut World, target: Target, retry_after_seconds: Option<u64>) -> Response {
    let response = match target {
        Target::Aws(service) => aws::throttle(world, service),
        Target::Databricks => {
            let message = "Current request has to be retried: too many requests.";
            refuse(world, target, 429, "REQUEST_LIMIT_EXCEEDED", message)
        }
    };
    match retry_after_seconds {
        Some(seconds) => response.with_header("retry-after", &seconds.to_string()),
        None => response,
    }
}
