//! What a call meets when a fault was ordered for it.

use std::time::Duration;

use crate::aws;
use crate::databricks;
use crate::faults::FaultKind;
use crate::http::Response;
use crate::server::holding::Verdict;
use crate::server::target::{Target, handled, refuse, throttle};
use crate::server::{Incoming, Server};
use crate::world::World;

impl Server {
    /// Lets a call meet its fault.
    pub(super) async fn meet(&self, fault: FaultKind, call: &Incoming<'_>) -> Response {
        let target = call.target;
        match fault {
            FaultKind::Status { status, code, message } => {
                self.refuse(call, |world| refuse(world, target, status, &code, &message))
            }
            FaultKind::Throttle { retry_after_seconds } => {
                self.refuse(call, |world| throttle(world, target, retry_after_seconds))
            }
            FaultKind::Html { status } => self.refuse(call, |_| page(status)),
            FaultKind::HtmlAfter { status } => {
                self.serve(call);
                page(status)
            }
            FaultKind::CutBefore => self.cut_before(call),
            FaultKind::CutAfter => {
                let response = self.serve(call);
                call.connection.cut();
                response
            }
            FaultKind::Truncate { promises_all } => halved(self.serve(call), promises_all),
            FaultKind::Ignore => self.serve_by(call, |world, target, request| {
                let before = world.clone();
                let response = handled(world, target, request);
                *world = World { answered: world.answered, ..before };
                response
            }),
            FaultKind::Delay { milliseconds } => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                self.serve(call)
            }
            FaultKind::Late { milliseconds } => {
                let response = self.serve(call);
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                response
            }
            FaultKind::ExpireCredential => self.serve_by(call, |world, target, request| match target {
                Target::Databricks => databricks::handle_expired(world, request),
                Target::Aws(service) => aws::handle_expired(world, service, request),
            }),
            FaultKind::Skew { seconds } => self.serve_by(call, |world, target, request| match target {
                // A bearer token has no time.
                Target::Databricks => databricks::handle(world, request),
                Target::Aws(service) => aws::handle_skewed(world, service, request, seconds),
            }),
            FaultKind::Hold { after_effect: false } => match self.holding.hold(&call.description).await {
                Verdict::Release => self.serve(call),
                Verdict::Abandon => self.cut_before(call),
            },
            FaultKind::Hold { after_effect: true } => {
                let response = self.serve(call);
                if self.holding.hold(&call.description).await == Verdict::Abandon {
                    call.connection.cut();
                }
                response
            }
        }
    }

    fn cut_before(&self, call: &Incoming<'_>) -> Response {
        self.lock().recorder.record(call.description.clone(), 0);
        call.connection.cut();
        Response::of_type(500, "text/plain", "cut")
    }
}

/// A page as proxies and gateways send it.
fn page(status: u16) -> Response {
    Response::of_type(status, "text/html", "<html><body><h1>Service Unavailable</h1></body></html>")
}

/// An answer of which the second half is lost.
fn halved(response: Response, promises_all: bool) -> Response {
    let half = response.body.len() / 2;
    if promises_all {
        return Response { ends_after: Some(half), ..response };
    }
    let mut response = response;
    response.body.truncate(half);
    response
}
