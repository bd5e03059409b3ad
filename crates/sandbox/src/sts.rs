//! STS.
use crate::aws::{self, Credential, Service};
use crate::http::{Request, Response};
use crate::world::World;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The operations served.
pub(crate) const OPERATIONS: [&str; 2] = ["GetCallerIdentity", "AssumeRole"];

/// The sessions.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    sessions: BTreeMap<String, String>,
}

impl State {
    /// The session of an access key.
    pub(crate) fn session(&self, access_key: &str) -> Option<&String> {
        self.sessions.get(access_key)
    }
}

/// Answers one call.
pub(crate) fn handle(world: &mut World, _request: &Request, _credential: &Credential) -> Response {
    aws::refuse(world, Service::Sts, 400, "InvalidAction", "not yet")
}
