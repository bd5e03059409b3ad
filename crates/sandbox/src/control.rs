//! The sandbox's own endpoints, for tests in other processes: `/_sandbox/calls`, `/faults`, `/schedule`, `/state` and `/reset`.

use serde_json::json;

use crate::faults::Fault;
use crate::http::{Request, Response};
use crate::schedule::FaultSchedule;
use crate::server::Server;

/// Answers one call to the sandbox itself; such calls are neither recorded nor delayed nor faulted.
pub(crate) fn handle(server: &Server, request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/_sandbox/calls") => Response::json(200, &json!(server.calls())),
        ("DELETE", "/_sandbox/calls") => {
            server.clear_calls();
            done()
        }
        ("POST", "/_sandbox/faults") => match serde_json::from_slice::<Fault>(&request.body) {
            Ok(fault) => {
                server.inject(fault);
                done()
            }
            Err(error) => Response::json(400, &json!({"error": format!("not a fault: {error}")})),
        },
        ("POST", "/_sandbox/schedule") => match serde_json::from_slice::<FaultSchedule>(&request.body) {
            Ok(schedule) => {
                server.follow(schedule);
                done()
            }
            Err(error) => Response::json(400, &json!({"error": format!("not a schedule of faults: {error}")})),
        },
        ("DELETE", "/_sandbox/faults") => {
            server.clear_faults();
            done()
        }
        ("GET", "/_sandbox/state") => Response::json(200, &server.state()),
        ("POST", "/_sandbox/reset") => match server.reset() {
            Ok(()) => done(),
            Err(error) => Response::json(500, &json!({"error": format!("the state could not be stored: {error}")})),
        },
        (method, path) => Response::json(404, &json!({"error": format!("no control endpoint {method} {path}")})),
    }
}

fn done() -> Response {
    Response::json(200, &json!({}))
}
