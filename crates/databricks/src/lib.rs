//! Databricks on AWS: the REST client with its authentication, and the provider of clusters, instance-profile
//! registrations and workspace notebooks.
//!
//! [`Client`] speaks to one workspace. It finds its credential the way the official SDKs do (what is given, then the
//! environment, then a profile of `~/.databrickscfg`), repeats only what may be repeated, and turns whatever comes back
//! into an [`ApiError`] that says what to do.

mod auth;
mod client;
mod cluster;
mod environment;
mod error;
mod failure;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod host;
mod notebook;
mod provider;
mod registration;
#[cfg(test)]
mod test_server;
mod transport;
mod users;

pub use auth::{ConnectError, Settings};
pub use client::{Answer, ApiVersion, Client, Empty, Page, Retry};
pub use environment::Environment;
pub use error::{ApiError, Refusal, Unreachable, UnreachableKind};
pub use host::HostError;
pub use provider::DatabricksProvider;
