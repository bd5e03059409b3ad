//! The HTTP server: reads a request, finds its service, lets it meet a fault, records it, and keeps the state.

mod contention;
mod holding;
mod meeting;
mod replicas;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::aws::{self, Service};
use crate::connection::{Connection, CuttableListener};
use crate::faults::{Fault, FaultKind, Faults};
use crate::http::{Request, Response};
use crate::limits::Limits;
use crate::recorder::{Call, Description, Recorder};
use crate::schedule::FaultSchedule;
use crate::store::Store;
use crate::world::World;
use crate::{clock, control, databricks};
use contention::Contention;
use holding::{Holding, Verdict};
use replicas::Replicas;

/// The largest request body that is read: Databricks takes a notebook of 10 MB, which base64 makes a third longer.
const MAXIMUM_BODY_BYTES: usize = 32 * 1024 * 1024;

/// One sandbox's state, shared by its connections.
pub(crate) struct Server {
    inner: Mutex<Inner>,
    latency: Duration,
    contention: Contention,
    holding: Holding,
}

struct Inner {
    world: World,
    recorder: Recorder,
    /// The states after each call that changed something, where they are kept.
    history: Option<Vec<Value>>,
    faults: Faults,
    replicas: Replicas,
    limits: Limits,
    store: Option<Store>,
    /// How far the clock was put forward, in milliseconds.
    ahead: u64,
}

/// Where a request goes.
#[derive(Clone, Copy)]
enum Target {
    Aws(Service),
    Databricks,
}

/// One call on its way.
struct Incoming<'a> {
    target: Target,
    request: &'a Request,
    description: Description,
    connection: &'a Connection,
}

/// Serves until told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let router = Router::new().fallback(answer).with_state(server);
    let service = router.into_make_service_with_connect_info::<Connection>();
    axum::serve(CuttableListener(listener), service)
        .with_graceful_shutdown(async {
            // A dropped sender asks for the same as a sent signal.
            let _ = stopped.await;
        })
        .await
}

async fn answer(
    State(server): State<Arc<Server>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let response = match read(request).await {
        Ok(request) => server.answer(&request, &connection).await,
        Err(response) => response,
    };
    into_axum(response)
}

impl Server {
    pub(crate) fn new(world: World, store: Option<Store>) -> Self {
        let limits = Limits::new(&world.settings.behaviour.limits, Instant::now());
        Self {
            latency: Duration::from_millis(world.settings.behaviour.latency),
            contention: Contention::default(),
            holding: Holding::new(),
            inner: Mutex::new(Inner {
                world,
                recorder: Recorder::default(),
                history: None,
                faults: Faults::default(),
                replicas: Replicas::default(),
                limits,
                store,
                ahead: 0,
            }),
        }
    }

    async fn answer(&self, request: &Request, connection: &Connection) -> Response {
        if request.path.starts_with("/_sandbox/") {
            return control::handle(self, request);
        }
        let target = match target_of(request) {
            Ok(target) => target,
            Err(response) => return response,
        };
        let call = Incoming { target, request, description: describe(target, request), connection };
        let changing = self.contention.enter(&call.description);
        tokio::time::sleep(self.latency).await;
        if !self.lock().limits.takes(&call.description.service, Instant::now()) {
            return self.refuse(&call, |world| throttle(world, target, None));
        }
        if changing.is_none() {
            return self
                .refuse(&call, |world| refuse(world, target, 409, "ConcurrentModification", contention::MESSAGE));
        }
        let fault = self.lock().faults.take(&call.description);
        match fault {
            None => self.serve(&call),
            Some(fault) => {
                // A call that is held is on the wire, before or after the service: meanwhile it is in nobody's way.
                let _changing = changing.filter(|_| !matches!(fault, FaultKind::Hold { .. }));
                self.meet(fault, &call).await
            }
        }
    }

    /// Answers one call by its service, records it, and stores what it changed.
    fn serve(&self, call: &Incoming<'_>) -> Response {
        self.serve_by(call, |world, target, request| match target {
            Target::Databricks => databricks::handle(world, request),
            Target::Aws(service) => aws::handle(world, service, request),
        })
    }

    /// The same by a service that behaves as a fault says.
    fn serve_by(&self, call: &Incoming<'_>, answer: impl FnOnce(&mut World, Target, &Request) -> Response) -> Response {
        let mut guard = self.lock();
        let Inner { world, recorder, history, faults: _, replicas, limits: _, store, ahead } = &mut *guard;
        world.now = clock::now() + *ahead;
        let Incoming { target, request, description, connection: _ } = call;
        replicas.keep(world);
        let real = replicas.look_back(world, description);
        let mut response = match target {
            Target::Aws(service) if world.settings.workspace_only => {
                let message =
                    "This sandbox serves only the Databricks workspace; send AWS calls to their own endpoint.";
                aws::refuse(world, *service, 403, "AccessDenied", message)
            }
            Target::Aws(_) | Target::Databricks => answer(world, *target, request),
        };
        if let Some(real) = real {
            world.iam = real;
        }
        let changed = description.writes && response.status < 400;
        if changed {
            replicas.note(world);
            if let Some(history) = history {
                history.push(as_json(world));
            }
        }
        if let Some(store) = store
            && changed
            && let Err(error) = store.save(world)
        {
            tracing::error!(%error, "the sandbox's state could not be stored");
            let message = format!("The sandbox could not store its state: {error}");
            response = refuse(world, *target, 500, "InternalFailure", &message);
        }
        recorder.record(description.clone(), response.status);
        // Otherwise the server dates it, by the machine's clock.
        let is_dated = response.headers.iter().any(|(name, _)| name == "date");
        if *ahead > 0 && !is_dated { response.with_header("date", &clock::http_date(world.now)) } else { response }
    }

    /// Answers one call with an error that has no effect on the state.
    fn refuse(&self, call: &Incoming<'_>, answer: impl FnOnce(&mut World) -> Response) -> Response {
        let mut inner = self.lock();
        inner.world.now = clock::now() + inner.ahead;
        let response = answer(&mut inner.world);
        inner.recorder.record(call.description.clone(), response.status);
        response
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.lock().recorder.calls().to_vec()
    }

    /// Forgets the calls so far.
    pub(crate) fn clear_calls(&self) {
        self.lock().recorder.clear();
    }

    /// Orders a fault.
    pub(crate) fn inject(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// Follows a schedule of faults.
    pub(crate) fn follow(&self, schedule: FaultSchedule) {
        self.lock().faults.follow(schedule);
    }

    /// How many calls have met a fault.
    pub(crate) fn faults_met(&self) -> u64 {
        self.lock().faults.met()
    }

    /// Withdraws all faults.
    pub(crate) fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// All that the world holds, as JSON.
    pub(crate) fn state(&self) -> Value {
        as_json(&self.lock().world)
    }

    /// Keeps, from now on, the state after each call that changes something.
    pub(crate) fn keep_history(&self) {
        self.lock().history = Some(Vec::new());
    }

    /// The states since the last time.
    pub(crate) fn take_history(&self) -> Vec<Value> {
        self.lock().history.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Returns the calls that are held, as soon as there are that many.
    pub(crate) async fn held(&self, at_least: usize) -> Vec<Call> {
        self.holding.held(at_least).await
    }

    /// Lets all held calls go on.
    pub(crate) fn release(&self) {
        self.holding.decide(Verdict::Release);
    }

    /// Ends all held calls: their connections close, and what has not taken effect never does.
    pub(crate) fn abandon(&self) {
        self.holding.decide(Verdict::Abandon);
    }

    /// Puts the clock forward.
    pub(crate) fn pass(&self, milliseconds: u64) {
        self.lock().ahead += milliseconds;
    }

    /// Puts a former state in the place of the present one.
    pub(crate) fn restore(&self, state: &Value) -> serde_json::Result<()> {
        let world = World::deserialize(state)?;
        let mut inner = self.lock();
        let settings = inner.world.settings.clone();
        inner.world = World { settings, ..world };
        inner.replicas.clear();
        Ok(())
    }

    /// Starts anew: the world as at birth, no calls, no faults.
    pub(crate) fn reset(&self) -> io::Result<()> {
        let mut inner = self.lock();
        let settings = inner.world.settings.clone();
        inner.world = World::new(settings, clock::now());
        inner.recorder.clear();
        inner.faults.clear();
        inner.replicas.clear();
        match &inner.store {
            Some(store) => store.save(&inner.world),
            None => Ok(()),
        }
    }

    /// The region of calls that name none.
    pub(crate) fn region(&self) -> String {
        self.lock().world.settings.region.clone()
    }

    /// Whether AWS calls are refused.
    pub(crate) fn workspace_only(&self) -> bool {
        self.lock().world.settings.workspace_only
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A handler that panicked left a state that is at worst half a call old; the others can go on.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_json(world: &World) -> Value {
    serde_json::to_value(world).unwrap_or_else(|error| json!({"error": error.to_string()}))
}

/// Finds the service by the path, then by the signature.
fn target_of(request: &Request) -> Result<Target, Response> {
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

fn describe(target: Target, request: &Request) -> Description {
    match target {
        Target::Aws(service) => aws::describe(service, request),
        Target::Databricks => {
            let (operation, writes, parameters) = databricks::describe(request);
            Description { service: "databricks".to_owned(), operation, writes, parameters }
        }
    }
}

fn refuse(world: &mut World, target: Target, status: u16, code: &str, message: &str) -> Response {
    match target {
        Target::Aws(service) => aws::refuse(world, service, status, code, message),
        Target::Databricks => Response::json(status, &json!({"error_code": code, "message": message})),
    }
}

fn throttle(world: &mut World, target: Target, retry_after_seconds: Option<u64>) -> Response {
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

/// Reads a request to its end.
async fn read(request: axum::extract::Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAXIMUM_BODY_BYTES).await.map_err(|error| {
        let message = format!("The body cannot be read (at most {MAXIMUM_BODY_BYTES} bytes): {error}\n");
        Response::of_type(413, "text/plain", message)
    })?;
    let headers: BTreeMap<String, String> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned(),
        query,
        headers,
        body: body.into(),
    })
}

fn into_axum(response: Response) -> axum::response::Response {
    let Response { status, mut headers, body, ends_after } = response;
    let body = match ends_after {
        None => Body::from(body),
        Some(bytes) => {
            headers.push(("content-length".to_owned(), body.len().to_string()));
            cut_short(body, bytes)
        }
    };
    let mut answer = axum::response::Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(&name), HeaderValue::try_from(&value)) else {
            tracing::error!(name, "a header cannot be sent");
            continue;
        };
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A body that ends before its time: the server closes the connection in the middle of it.
fn cut_short(mut body: Vec<u8>, bytes: usize) -> Body {
    body.truncate(bytes);
    let beginning = stream::once(async { Ok(body) });
    // What was written so far is sent when the next part is awaited.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(beginning.chain(end))
}
