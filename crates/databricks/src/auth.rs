//! Authentication: from what is given, the environment and `~/.databrickscfg` to a bearer token.
//!
//! The rules are those of the official SDKs ("unified authentication"), reduced to the methods a workspace on AWS has:
//! a personal access token, a service principal (OAuth, machine to machine), and the login of the `databricks` command.

mod attribute;
mod configuration;
mod connect_error;
mod credentials;
mod helper;
mod method;
mod oauth;
mod profiles;
mod token;

use std::time::Duration;

use reconcile_engine::wait::Interrupt;
use secrecy::SecretString;

pub use connect_error::ConnectError;
pub(crate) use credentials::Credentials;
#[cfg(any(test, fuzzing))]
pub(crate) use helper::printed;

/// What the manifest and the command line say; everything else comes from the environment and `~/.databrickscfg`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The workspace's address.
    pub host: Option<String>,
    /// The profile of the configuration file to use.
    pub profile: Option<String>,
    /// An access token. Only the embedded sandbox gives one, and then neither the environment nor the file is asked, so
    /// that no real credential can reach it or be in its way.
    pub token: Option<SecretString>,
    /// Who is calling, such as `reconcile/0.1.0 os/linux`; the method of authentication is added to it.
    pub user_agent: String,
    /// The longest that one call may take, its repetitions included. Five minutes are never exceeded.
    pub timeout: Duration,
    /// Ends all patience: what was asked for so far is answered, and nothing is sent again.
    pub interrupt: Interrupt,
}

#[cfg(test)]
mod tests;
