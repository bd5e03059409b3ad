//! The Databricks workspace: clusters, instance profiles and notebooks over the REST API 2.x.
//!
//! What calls answer and refuse follows recorded replies of real workspaces and the official clients; each quirk names
//! its source where it is built. Where nothing is known of the real service the workspace is the stricter one.

mod authentication;
mod clusters;
mod describe;
mod errors;
mod fields;
mod instance_profiles;
#[cfg(test)]
mod testing;
mod workspace;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::world::World;
pub(crate) use describe::describe;
use errors::{ErrorCode, Refusal};

/// The one person of the workspace, an administrator; every good credential acts as this user.
const USER_NAME: &str = "reconcile@example.com";

/// The number of the workspace, which replies and the discovery document carry.
const WORKSPACE_ID: &str = "4900490049004900";

/// What the workspace holds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    tokens: authentication::Tokens,
    clusters: clusters::Clusters,
    instance_profiles: instance_profiles::InstanceProfiles,
    tree: workspace::Tree,
}

impl State {
    /// Lets everything settle whose time has come.
    pub(crate) fn advance(&mut self, now: u64) {
        self.clusters.advance(now);
    }
}

/// Ends the token that a call bears, and answers the call. A token without an end is refused this once.
pub(crate) fn handle_expired(world: &mut World, request: &Request) -> Response {
    let now = world.now;
    if api_call(&request.path).is_none() || world.workspace.tokens.expire(request, now) {
        return handle(world, request);
    }
    authentication::expired().into_response(&error_details(&request.path))
}

/// Answers one call.
pub(crate) fn handle(world: &mut World, request: &Request) -> Response {
    let now = world.now;
    world.workspace.advance(now);
    let answer = match api_call(&request.path) {
        Some((version, name)) => {
            world.workspace.tokens.check(request, now).and_then(|()| dispatch(world, request, version, name))
        }
        None => authentication::handle(&mut world.workspace.tokens, request, now),
    };
    answer
        .unwrap_or_else(|refusal| refusal.into_response(&error_details(&request.path)))
        .with_header("server", "databricks")
        .with_header("x-databricks-org-id", WORKSPACE_ID)
}

/// The version and the name of an API call: `/api/2.1/clusters/get` is `("2.1", "clusters/get")`.
fn api_call(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/api/")?.split_once('/')
}

fn dispatch(world: &mut World, request: &Request, version: &str, name: &str) -> Result<Response, Refusal> {
    let (service, call) = name.split_once('/').unwrap_or((name, ""));
    let answer = match (version, service) {
        ("2.0" | "2.1", "clusters") => clusters::handle(world, request, version, call)?,
        ("2.0", "instance-profiles") => instance_profiles::handle(world, request, call)?,
        ("2.0", "workspace") => workspace::handle(world, request, call)?,
        ("2.0", "preview") if request.method == "GET" && call == "scim/v2/Me" => Some(ok(&current_user())),
        _ => None,
    };
    answer.ok_or_else(|| {
        let message = format!("No API found for '{} /{name}'", request.method);
        Refusal::new(ErrorCode::EndpointNotFound, message)
    })
}

/// A call that succeeded.
fn ok(body: &Value) -> Response {
    Response::json(200, body)
}

/// The clusters service adds this entry to its errors (terraform-provider-databricks#2521); the others add none.
fn error_details(path: &str) -> Value {
    let is_clusters = api_call(path).is_some_and(|(_, name)| name.starts_with("clusters/"));
    if is_clusters {
        json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "domain": "",
            "reason": "CM_API_ERROR_SOURCE_CALLER_ERROR",
        }])
    } else {
        json!([])
    }
}

fn current_user() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "4900",
        "userName": USER_NAME,
        "displayName": "reconcile",
        "active": true,
        "emails": [{"type": "work", "value": USER_NAME, "primary": true}],
        "groups": [{"display": "admins", "type": "direct", "value": "1"}],
    })
}

#[cfg(test)]
mod tests {
    use super::testing::Workspace;

    #[test]
    fn refuses_what_it_does_not_serve() {
        let mut workspace = Workspace::new();
        insta::assert_snapshot!(workspace.get("/api/2.0/clusters/get-delete", &[]).text(), @"404 ENDPOINT_NOT_FOUND: No API found for 'GET /clusters/get-delete'");
        insta::assert_snapshot!(workspace.get("/api/2.0/clusters/update", &[]).text(), @"404 ENDPOINT_NOT_FOUND: No API found for 'GET /clusters/update'");
        insta::assert_snapshot!(workspace.get("/api/1.2/commands/list", &[]).text(), @"404 ENDPOINT_NOT_FOUND: No API found for 'GET /commands/list'");
        insta::assert_snapshot!(workspace.get("/api/2.0", &[]).text(), @"404 ENDPOINT_NOT_FOUND: No API found for 'GET /api/2.0'");
    }

    #[test]
    fn says_who_calls() {
        let answer = Workspace::new().get("/api/2.0/preview/scim/v2/Me", &[]);
        assert_eq!(answer.body["userName"], "reconcile@example.com");
    }
}
