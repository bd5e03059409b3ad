//! A sandbox in which nothing takes time, a folder with the manifest of every kind, and the binary between them.

use std::time::Duration;

use reconcile_sandbox::{Behaviour, Config, Fault, FaultKind, Sandbox};
use serde_json::{Map, Value};
use tempfile::{NamedTempFile, TempDir};
use tokio::process::Child;

use crate::support::lab::root;
use crate::support::process::{DEADLINE, Ended, Environment, RUNTIME, clean_command};

/// All hazards: these tests are about what happens after they were allowed.
const ALLOWED: &str = "--allow=interrupt,replace,delete,data-loss,overwrite,mass-change";

/// Where one apply works.
pub(crate) struct Bed {
    pub(crate) sandbox: Sandbox,
    pub(crate) environment: Environment,
    home: TempDir,
}

/// A run on its way. What it says goes to files, so that no pipe fills up while nobody reads.
pub(crate) struct Running {
    child: Child,
    said: NamedTempFile,
    told: NamedTempFile,
}

impl Running {
    /// Waits for its end. One that hangs says what it waits for.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let status = RUNTIME.block_on(async { tokio::time::timeout(DEADLINE, self.child.wait()).await });
        let read = |file: &NamedTempFile| std::fs::read_to_string(file.path()).expect("what it said");
        let (stdout, stderr) = (read(&self.said), read(&self.told));
        let status = status.unwrap_or_else(|_| panic!("no end within {DEADLINE:?}:\n{stdout}{stderr}"));
        Ended { code: status.expect("it runs").code(), stdout, stderr }
    }
}

/// Behaviour in which nothing takes time.
pub(crate) fn at_once() -> Behaviour {
    Behaviour::at_once()
}

impl Bed {
    /// A new world, in which nothing takes time.
    pub(crate) fn new() -> Self {
        Self::with(at_once())
    }

    /// A new world that behaves like this.
    pub(crate) fn with(behaviour: Behaviour) -> Self {
        let sandbox = RUNTIME.block_on(Sandbox::start(Config { behaviour, ..Config::default() })).expect("a sandbox");
        let bed = Self { environment: sandbox.environment(), sandbox, home: tempfile::tempdir().expect("a folder") };
        for file in ["clean.sql", "edited.sql"] {
            let text = std::fs::read_to_string(root().join("tests/trust/manifest").join(file)).expect("a notebook");
            bed.write(file, &text);
        }
        bed
    }

    /// Where a file beside the manifest is.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file beside the manifest.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).expect("written");
    }

    /// Reads a file beside the manifest.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.home.path().join(name)).expect("read")
    }

    /// Removes a file beside the manifest, if there is one.
    pub(crate) fn remove(&self, name: &str) {
        let removed = std::fs::remove_file(self.home.path().join(name));
        assert!(removed.map_or_else(|error| error.kind() == std::io::ErrorKind::NotFound, |()| true));
    }

    /// Runs `apply`, `undo` or `destroy`, with everything allowed.
    pub(crate) fn run(&self, command: &[&str]) -> Ended {
        self.start(command).end()
    }

    /// The same, which has to succeed.
    #[track_caller]
    pub(crate) fn succeed(&self, command: &[&str]) -> Ended {
        let ended = self.run(command);
        assert_eq!(ended.code, Some(0), "{command:?}\n{}{}", ended.stdout, ended.stderr);
        ended
    }

    fn command(&self, command: &[&str]) -> tokio::process::Command {
        let mut child = clean_command(env!("CARGO_BIN_EXE_reconcile"), self.home.path(), &self.environment);
        child.args(command);
        if matches!(command.first(), Some(&"apply" | &"destroy" | &"undo")) {
            child.args(["--yes", ALLOWED]);
        }
        child
    }

    /// Starts a run that is waited for elsewhere.
    pub(crate) fn start(&self, command: &[&str]) -> Running {
        let said = tempfile::NamedTempFile::new().expect("a file");
        let told = tempfile::NamedTempFile::new().expect("a file");
        let mut child = self.command(command);
        child.stdout(said.reopen().expect("the file")).stderr(told.reopen().expect("the file"));
        let child = RUNTIME.block_on(async { child.spawn() }).expect("the binary starts");
        Running { child, said, told }
    }

    /// Starts a run and kills it when its `place`th writing call is held, before or after that call has taken effect. Returns the
    /// call's name, or nothing where the run came to its end without making so many calls.
    pub(crate) fn kill_at(&self, command: &[&str], place: u32, after_effect: bool) -> Option<String> {
        let (mut run, held) = self.hold_at(command, place, after_effect);
        RUNTIME.block_on(async { run.child.kill().await }).expect("killed");
        self.sandbox.abandon();
        held
    }

    /// Starts a run, one call at a time, whose `place`th writing call is held, before or after that call has taken effect. Returns
    /// the run and the call's name, or no name where the run came to its end without making so many calls.
    pub(crate) fn hold_at(&self, command: &[&str], place: u32, after_effect: bool) -> (Running, Option<String>) {
        self.sandbox.inject(Fault::of(FaultKind::Hold { after_effect }).on_writes().after(place).times(1));
        let command: Vec<_> = command.iter().copied().chain(["--parallelism=1"]).collect();
        let mut run = self.start(&command);
        let held = RUNTIME.block_on(async {
            let met = async {
                tokio::select! {
                    held = self.sandbox.held(1) => Some(held),
                    _ended = run.child.wait() => None,
                }
            };
            tokio::time::timeout(DEADLINE, met).await.expect("a call or an end, in time")
        });
        self.sandbox.clear_faults();
        (run, held.and_then(|held| held.first().map(|call| format!("{}:{}", call.service, call.operation))))
    }

    /// Makes an IAM call behind the tool's back.
    pub(crate) fn iam(&self, action: &str, parameters: &[(&str, &str)]) {
        let all = [("Action", action), ("Version", "2010-05-08")];
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all.iter().chain(parameters)).finish();
        let authorization = "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/iam/aws4_request";
        self.post("/", authorization, "application/x-www-form-urlencoded", form);
    }

    /// Makes a session of a role; returns the id of its access key.
    pub(crate) fn session_of(&self, role: &str) -> String {
        let role = format!("arn:aws:iam::111122223333:role/{role}");
        let parameters =
            [("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", &role), ("RoleSessionName", "tested")];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let authorization = "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/sts/aws4_request";
        let answer = self.post("/", authorization, "application/x-www-form-urlencoded", form);
        let (_, key) = answer.split_once("<AccessKeyId>").expect("a session");
        key.split('<').next().expect("a key").to_owned()
    }

    /// Makes a writing call to the workspace behind the tool's back.
    pub(crate) fn databricks(&self, api: &str, body: &Value) {
        self.post(&format!("/api/2.1/{api}"), "Bearer sandbox-token", "application/json", body.to_string());
    }

    fn post(&self, path: &str, authorization: &str, media_type: &str, body: String) -> String {
        let url = format!("{}{path}", self.sandbox.url());
        let request = reqwest::Client::new().post(url).header("authorization", authorization);
        let request = request.header("content-type", media_type).body(body);
        let answer = RUNTIME.block_on(async { request.send().await?.error_for_status()?.text().await });
        answer.expect("the sandbox does it")
    }

    /// The id of the only cluster.
    pub(crate) fn cluster_id(&self) -> String {
        let state = self.sandbox.state();
        let all = state["workspace"]["clusters"]["by_id"].as_object().expect("clusters");
        all.keys().next().expect("a cluster").clone()
    }

    /// The names of the writing calls since the last time.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        let calls = self.sandbox.calls();
        self.sandbox.clear_calls();
        let writes = calls.into_iter().filter(|call| call.writes);
        writes.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// What the world holds, without what differs between two worlds that came about in the same way: ids, times, counters, and
    /// the order of tags.
    pub(crate) fn world(&self) -> Value {
        meaning(&self.sandbox.state())
    }

    /// Lets so much time pass that nothing is new any more.
    pub(crate) fn let_everything_age(&self) {
        self.sandbox.pass(Duration::from_mins(10));
    }
}

/// Members that name the moment or the order in which something came about.
const INCIDENTAL: [&str; 14] = [
    "id",
    "object_id",
    "identifiers",
    "created",
    "next_object_id",
    "events",
    "launches",
    "timestamp",
    "settling",
    "tokens",
    "idempotency_token",
    "latest_version",
    "default_version",
    "sessions",
];

fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.iter().filter_map(member).collect::<Map<_, _>>()),
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(meaning).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn member((name, value): (&String, &Value)) -> Option<(String, Value)> {
    let is_time = name.ends_with("_at") && (value.is_number() || value.is_null());
    if is_time || INCIDENTAL.contains(&name.as_str()) {
        return None;
    }
    Some(match name.as_str() {
        // Clusters by what they are: a twin is one too many.
        "by_id" => (
            name.clone(),
            meaning(&value.as_object().into_iter().flatten().map(|(_, cluster)| cluster.clone()).collect()),
        ),
        // When each was attached.
        "attached" => {
            (name.clone(), value.as_object().into_iter().flatten().map(|(arn, _)| Value::from(arn.clone())).collect())
        }
        _ => (name.clone(), meaning(value)),
    })
}
