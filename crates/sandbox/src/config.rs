//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What a sandbox is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to serve on; port 0 (the default, on loopback) takes a free one.
    pub listen: SocketAddr,
    /// Where the state is kept between runs; `None` (the default) keeps it in memory only.
    pub state_file: Option<PathBuf>,
    /// The account's twelve digits.
    pub account_id: String,
    /// The region of calls that name none, and of [`crate::Sandbox::environment`].
    pub region: String,
    /// How slowly and how eventually the services behave.
    pub behaviour: Behaviour,
    /// Serves only the Databricks workspace: AWS calls are refused, and registering an instance profile is not
    /// verified against IAM, because the account is someone else's server.
    pub workspace_only: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state_file: None,
            account_id: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
            behaviour: Behaviour::default(),
            workspace_only: false,
        }
    }
}

/// How slowly and how eventually the services behave; times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// How long every call waits before it is answered.
    pub latency: u64,
    /// How long a notebook instance is `Pending`.
    pub notebook_start: u64,
    /// How long a notebook instance is `Stopping`.
    pub notebook_stop: u64,
    /// How long a notebook instance is `Updating`.
    pub notebook_update: u64,
    /// How long a notebook instance is `Deleting`.
    pub notebook_delete: u64,
    /// How long a cluster is `PENDING`.
    pub cluster_start: u64,
    /// How long a cluster is `RESTARTING`.
    pub cluster_restart: u64,
    /// How long a cluster is `RESIZING`.
    pub cluster_resize: u64,
    /// How long a cluster is `TERMINATING`.
    pub cluster_terminate: u64,
    /// How long a new role, instance profile or policy is not yet seen by other services.
    pub propagation: u64,
    /// Whether notebook platforms that AWS has retired can still be created and started.
    pub retired_platforms: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            latency: 0,
            notebook_start: 200,
            notebook_stop: 100,
            notebook_update: 100,
            notebook_delete: 100,
            cluster_start: 200,
            cluster_restart: 200,
            cluster_resize: 100,
            cluster_terminate: 100,
            propagation: 0,
            retired_platforms: false,
        }
    }
}
