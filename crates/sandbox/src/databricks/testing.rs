//! A workspace that tests talk to without a socket.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::config::Config;
use crate::http::Request;
use crate::world::{Settings, World};

/// The time at which every test begins: 2026-11-23T12:00:00Z.
const START: u64 = 1_795_435_200_000;

/// A fresh workspace and the account around it.
pub(super) struct Workspace {
    pub(super) world: World,
}

/// The answer to a call.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) raw: Vec<u8>,
    /// `Null` where the body is no JSON.
    pub(super) body: Value,
}

impl Answer {
    /// The status and the error's code and message, or the whole body.
    pub(super) fn text(&self) -> String {
        let Self { status, raw, body } = self;
        match (&body["error_code"], &body["message"]) {
            (Value::String(code), Value::String(message)) => format!("{status} {code}: {message}"),
            _ => format!("{status} {}", String::from_utf8_lossy(raw)),
        }
    }

    /// The body of a call that must have succeeded.
    pub(super) fn expect_ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.body
    }
}

impl Workspace {
    pub(super) fn new() -> Self {
        Self { world: World::new(Settings::from(&Config::default()), START) }
    }

    /// Lets so many milliseconds pass.
    pub(super) fn pass(&mut self, milliseconds: u64) {
        self.world.now += milliseconds;
    }

    pub(super) fn get(&mut self, path: &str, query: &[(&str, &dyn Display)]) -> Answer {
        self.send(&Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: query.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect(),
            ..authorized()
        })
    }

    pub(super) fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(&Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: body.to_string().into_bytes(),
            ..authorized()
        })
    }

    pub(super) fn send(&mut self, request: &Request) -> Answer {
        let response = super::handle(&mut self.world, request);
        Answer {
            status: response.status,
            body: serde_json::from_slice(&response.body).unwrap_or_default(),
            raw: response.body,
        }
    }

    /// Registers an instance profile without looking at IAM.
    pub(super) fn register(&mut self, arn: &str) {
        let body = json!({"instance_profile_arn": arn, "skip_validation": true});
        self.post("/api/2.0/instance-profiles/add", &body).expect_ok();
    }
}

/// A request with the token that is always good.
pub(super) fn authorized() -> Request {
    Request { headers: [("authorization".to_owned(), "Bearer sandbox-token".to_owned())].into(), ..Request::default() }
}
