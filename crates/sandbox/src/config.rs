//! What a sandbox is started with.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::limits::RateLimit;

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
    /// What the account may hold.
    pub quotas: Quotas,
    /// Who may do what. By default everybody may do everything.
    pub callers: Callers,
}

/// What the account may hold: what AWS raises on request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Characters of a trust policy, white space not counted.
    pub trust_policy_size: usize,
    /// Managed policies attached to one role.
    pub attachments_per_role: usize,
    /// Roles in the account: AWS's default is 1000; by default this account has had it raised, so that large manifests can
    /// be tried.
    pub roles: usize,
    /// Customer-managed policies in the account: raised likewise from 1500.
    pub policies: usize,
    /// Instance profiles in the account: raised likewise from 1000.
    pub instance_profiles: usize,
    /// Versions of customer-managed policies in the account: raised likewise from 10,000.
    pub policy_versions: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            trust_policy_size: 2048,
            attachments_per_role: 10,
            roles: 20_000,
            policies: 20_000,
            instance_profiles: 20_000,
            policy_versions: 100_000,
        }
    }
}

/// Who may do what in the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callers {
    /// Access keys whose calls are those of a session of a role, by the role's name: they may do what the role may.
    pub keys: BTreeMap<String, String>,
    /// Whether the sessions that `AssumeRole` issues may do only what their role may.
    pub sessions_are_checked: bool,
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
            quotas: Quotas::default(),
            callers: Callers::default(),
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
    /// The same edge by edge, and what lags inside IAM itself.
    pub lags: Lags,
    /// Whether notebook platforms that AWS has retired can still be created and started.
    pub retired_platforms: bool,
    /// How long a session of a role lasts, whatever was asked for.
    pub session: Option<u64>,
    /// How many calls a second each service takes before it throttles, by its name as in [`crate::Call::service`]; those
    /// that are not named take any number.
    pub limits: BTreeMap<String, RateLimit>,
}

impl Behaviour {
    /// Behaviour in which nothing takes time.
    #[must_use]
    pub fn at_once() -> Self {
        Self {
            notebook_start: 0,
            notebook_stop: 0,
            notebook_update: 0,
            notebook_delete: 0,
            cluster_start: 0,
            cluster_restart: 0,
            cluster_resize: 0,
            cluster_terminate: 0,
            ..Self::default()
        }
    }
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
            lags: Lags::default(),
            retired_platforms: false,
            session: None,
            limits: BTreeMap::new(),
        }
    }
}

/// How long what was changed stays unseen at one edge; times are milliseconds. `None` is [`Behaviour::propagation`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lags {
    /// With a seed each thing draws its own lag, from none to the whole of what is said here; the same seed draws the same.
    pub seed: Option<u64>,
    /// A new role is not yet known as a principal: "Invalid principal in policy".
    pub principal: Option<u64>,
    /// A new role, or a new trust policy, is not yet known to the service that is to assume it: "Could not assume role".
    pub assumable: Option<u64>,
    /// A new permission to pass a role, or a new role to be passed, is not yet known to EC2: "You are not authorized".
    pub pass_role: Option<u64>,
    /// A new instance profile, or the role in it, is not yet known to EC2: "Invalid IAM Instance Profile ARN".
    pub profile: Option<u64>,
    /// A new policy cannot be attached yet: "does not exist or is not attachable".
    pub attachable: u64,
    /// A new role or instance profile is read with its unique id in the place of its ARN.
    pub identifier: u64,
    /// A read of IAM answers what was true this long ago.
    pub read: u64,
    /// A role that was deleted cannot be made again yet: `EntityTemporarilyUnmodifiable`.
    pub recreation: u64,
    /// A role that was just emptied cannot be deleted yet: `DeleteConflict`.
    pub release: u64,
}

/// Where something lags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Principal,
    Assumable,
    PassRole,
    Profile,
    Attachable,
    Identifier,
    Read,
    Recreation,
    Release,
}

impl Behaviour {
    /// The longest that something lags at an edge.
    pub(crate) fn longest_lag(&self, edge: Edge) -> u64 {
        let Lags {
            seed: _,
            principal,
            assumable,
            pass_role,
            profile,
            attachable,
            identifier,
            read,
            recreation,
            release,
        } = &self.lags;
        match edge {
            Edge::Principal => principal.unwrap_or(self.propagation),
            Edge::Assumable => assumable.unwrap_or(self.propagation),
            Edge::PassRole => pass_role.unwrap_or(self.propagation),
            Edge::Profile => profile.unwrap_or(self.propagation),
            Edge::Attachable => *attachable,
            Edge::Identifier => *identifier,
            Edge::Read => *read,
            Edge::Recreation => *recreation,
            Edge::Release => *release,
        }
    }

    /// How long this thing lags at an edge.
    pub(crate) fn lag(&self, edge: Edge, thing: &str) -> u64 {
        let longest = self.longest_lag(edge);
        let Some(seed) = self.lags.seed else { return longest };
        let digest = Sha256::digest(format!("{seed} {edge:?} {thing}"));
        longest * u64::from(digest[0]) / u64::from(u8::MAX)
    }
}
