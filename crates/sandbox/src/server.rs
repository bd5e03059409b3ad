//! The HTTP server: reads a request, finds its service, lets it meet a fault, records it, and keeps the state.

mod contention;
mod holding;
mod meeting;
mod replicas;
mod target;
mod wire;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, State};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::aws;
use crate::connection::{Connection, CuttableListener};
use crate::faults::{Fault, FaultKind, Faults};
use crate::http::{Request, Response};
use crate::limits::Limits;
use crate::recorder::{Call, Description, Recorder};
use crate::schedule::FaultSchedule;
use crate::store::Store;
use crate::world::World;
use crate::{clock, control};
use contention::Contention;
use holding::{Holding, Verdict};
use replicas::Replicas;
use target::{Target, describe, handled, refuse, target_of, throttle};

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
    let response = match wire::read(request).await {
        Ok(request) => server.answer(&request, &connection).await,
        Err(response) => response,
    };
    wire::into_axum(response)
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
        self.serve_by(call, handled)
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
