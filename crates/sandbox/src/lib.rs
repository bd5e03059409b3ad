//! An embedded stand-in for one AWS account (IAM, STS, SageMaker notebook instances) and one Databricks workspace,
//! over real HTTP on loopback, for tests, demonstrations and benchmarks.
//!
//! It is stricter than the cloud: unknown parameters, illegal states, exceeded quotas and a broken pass-role chain are
//! refused. It is as slow and as eventual as [`Behaviour`] says, records every [`Call`], and fails as a [`Fault`] orders.
//! Unmodified clients (the AWS SDKs and CLI, the Databricks SDKs) work against it with [`Sandbox::environment`].

mod authorization;
mod aws;
mod clock;
mod config;
mod connection;
mod control;
mod databricks;
mod faults;
mod http;
mod iam;
mod limits;
mod recorder;
mod sagemaker;
mod schedule;
mod server;
mod store;
mod sts;
mod world;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use crate::config::{Behaviour, Callers, Config, Lags, Quotas};
pub use crate::faults::{Fault, FaultKind};
pub use crate::limits::RateLimit;
pub use crate::recorder::Call;
pub use crate::schedule::FaultSchedule;
use crate::server::Server;
use crate::store::Store;
use crate::world::{Settings, World};

/// A running sandbox. It stops when it is dropped; [`Sandbox::stop`] also waits for its end.
pub struct Sandbox {
    server: Arc<Server>,
    address: SocketAddr,
    shutdown: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address cannot be served on.
    #[error("the sandbox cannot listen on {address}: {source}; choose another address, or port 0 for a free one")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The state file is not one that this sandbox wrote, or it is damaged.
    #[error("the sandbox state file {} cannot be used: {reason}; remove it to start with an empty sandbox", path.display())]
    StateBroken {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The state file or its folder cannot be read or written.
    #[error("the sandbox state file {} cannot be read or written: {source}; mend its permissions, or choose another path", path.display())]
    StateUnusable {
        /// The state file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another sandbox runs on the same state file.
    #[error("the sandbox state file {} is in use by another sandbox; stop that one, or choose another path", path.display())]
    StateInUse {
        /// The state file.
        path: PathBuf,
    },
}

impl Sandbox {
    /// Starts a sandbox on the current Tokio runtime and returns when it accepts connections.
    ///
    /// Fails when the address is taken or the state file is broken, foreign, in use or not writable.
    pub async fn start(config: Config) -> Result<Self, SandboxError> {
        let settings = Settings::from(&config);
        let store = config.state_file.as_deref().map(Store::open).transpose()?;
        let stored = match &store {
            Some(store) => store.load(&config.account_id)?,
            None => None,
        };
        let world = match stored {
            Some(world) => World { settings, ..world },
            None => World::new(settings, clock::now()),
        };
        let listen_failed = |source| SandboxError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_failed)?;
        let address = listener.local_addr().map_err(listen_failed)?;
        let server = Arc::new(Server::new(world, store));
        let (shutdown, stopped) = oneshot::channel();
        let serving = tokio::spawn(server::serve(listener, Arc::clone(&server), stopped));
        Ok(Self { server, address, shutdown: Some(shutdown), serving })
    }

    /// Where it serves: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment variables that point AWS and Databricks clients here; with
    /// [`Config::workspace_only`] only those of Databricks.
    pub fn environment(&self) -> Vec<(String, String)> {
        let region = self.server.region();
        let url = self.url();
        let aws = [
            ("AWS_ENDPOINT_URL", url.as_str()),
            ("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", "sandbox"),
            ("AWS_REGION", &region),
            ("AWS_DEFAULT_REGION", &region),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        let databricks = [("DATABRICKS_HOST", url.as_str()), ("DATABRICKS_TOKEN", "sandbox-token")];
        let aws = if self.server.workspace_only() { &[] } else { &aws[..] };
        aws.iter().chain(&databricks).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Every call since the start or the last [`Sandbox::clear_calls`], in the order in which they took effect.
    pub fn calls(&self) -> Vec<Call> {
        self.server.calls()
    }

    /// Forgets the calls so far; the next one is number 1.
    pub fn clear_calls(&self) {
        self.server.clear_calls();
    }

    /// Orders a fault. Faults are tried in the order in which they were ordered; a call meets at most one.
    pub fn inject(&self, fault: Fault) {
        self.server.inject(fault);
    }

    /// Lets calls meet faults by chance from now on, where no ordered fault is for them.
    pub fn follow(&self, schedule: FaultSchedule) {
        self.server.follow(schedule);
    }

    /// How many calls have met a fault, ordered or by chance, since the start.
    pub fn faults_met(&self) -> u64 {
        self.server.faults_met()
    }

    /// Withdraws all ordered faults, and the schedule.
    pub fn clear_faults(&self) {
        self.server.clear_faults();
    }

    /// Waits until [`FaultKind::Hold`] holds that many calls, and returns all that are held.
    pub async fn held(&self, at_least: usize) -> Vec<Call> {
        self.server.held(at_least).await
    }

    /// Lets all held calls go on.
    pub fn release(&self) {
        self.server.release();
    }

    /// Ends all held calls: their connections close, and what has not taken effect never does.
    pub fn abandon(&self) {
        self.server.abandon();
    }

    /// Puts the services' clock forward: what was made gets older, what changes comes to rest, sessions end.
    pub fn pass(&self, time: Duration) {
        self.server.pass(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }

    /// Puts a state that [`Sandbox::state`] returned in the place of the present one.
    ///
    /// # Errors
    ///
    /// Fails when it is no such state.
    pub fn restore(&self, state: &serde_json::Value) -> serde_json::Result<()> {
        self.server.restore(state)
    }

    /// All that the account and the workspace hold, as JSON: for looking at, not a stable format.
    pub fn state(&self) -> serde_json::Value {
        self.server.state()
    }

    /// Keeps, from now on, the whole state after each call that changes something, for tests that look at every moment of
    /// a sequence of calls.
    pub fn keep_history(&self) {
        self.server.keep_history();
    }

    /// The states since [`Sandbox::keep_history`] or the last time, in the order of the calls.
    pub fn take_history(&self) -> Vec<serde_json::Value> {
        self.server.take_history()
    }

    /// Stops accepting connections, finishes the calls in flight, and returns when the last one is answered.
    pub async fn stop(mut self) {
        self.signal_stop();
        match (&mut self.serving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the sandbox ended badly"),
            Err(error) => tracing::warn!(%error, "the sandbox's task ended badly"),
        }
    }

    fn signal_stop(&mut self) {
        if let Some(shutdown) = self.shutdown.take() {
            // The receiver is gone only when the server has ended already, which is what is wanted.
            let _ = shutdown.send(());
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.signal_stop();
    }
}
