//! A folder of its own, a clean environment, and the binary.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reconcile_sandbox::{Config, Fault, FaultKind, Sandbox};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::plan_json;

/// The lab of this repository.
const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../manifests/lab");

/// Where `--sandbox` keeps its state.
pub(crate) const SANDBOX_STATE: &str = ".reconcile/sandbox.json";

/// Where the binary runs. Nothing of the machine's own configuration reaches it.
pub(crate) struct Bench {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

impl Bench {
    /// An empty folder, and an environment in which no credentials are found anywhere.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().join("home");
        std::fs::create_dir(&home).expect("made");
        let environment = [
            ("PATH", std::env::var("PATH").expect("a path")),
            ("HOME", home.display().to_string()),
            // Otherwise the search for credentials asks the address of instance metadata, and waits.
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        Self { folder, environment: environment.map(|(name, value)| (name.to_owned(), value)).into() }
    }

    /// A folder with the lab as its `reconcile.yaml`.
    pub(crate) fn with_lab() -> Self {
        let bench = Self::new();
        for file in ["reconcile.yaml", "notebooks/201-data-prep.ja.py"] {
            bench.write(file, &std::fs::read_to_string(Path::new(LAB).join(file)).expect("read"));
        }
        bench
    }

    /// A folder with this manifest.
    pub(crate) fn with_manifest(text: &str) -> Self {
        let bench = Self::new();
        bench.write("reconcile.yaml", text);
        bench
    }

    /// Sets a variable of the environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("read")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    /// Replaces a text that the file has exactly once.
    pub(crate) fn edit(&self, file: &str, before: &str, after: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(before).count(), 1, "{before} in {file}");
        self.write(file, &text.replace(before, after));
    }

    /// The binary, ready to run.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reconcile"));
        command.args(line.split_whitespace()).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().envs(&self.environment);
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, line: &str) -> Run {
        let output = self.command(line).output().expect("run");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        // Messages name files by their whole paths.
        let folder = self.folder.path().display().to_string();
        let text = |bytes| text(bytes).replace(&folder, "FOLDER");
        Run { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Run {
    /// What is said after the plan, the progress sorted: independent resources finish in any order.
    pub(crate) fn outcome(&self) -> String {
        let transcript = self.to_string();
        let (_, outcome) = transcript.split_once(" unchanged.\n").expect("a plan");
        let (data, said) = outcome.split_once("--- stderr\n").expect("something was said");
        let (said, exit) = said.split_once("--- exit").expect("an exit code");
        let mut said: Vec<_> = said.lines().collect();
        said.sort_unstable();
        format!("{data}--- stderr\n{}\n--- exit{exit}", said.join("\n"))
    }

    /// What was said, as in a transcript.
    pub(crate) fn said(&self) -> String {
        steady(&self.stderr)
    }

    /// The plan or the outcome that was printed, as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        plan_json::checked(&self.stdout)
    }

    /// Ends the test with all that was said when the ending is another one.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

/// A transcript, in which what differs from run to run is left out.
impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stdout, stderr, code } = self;
        formatter.write_str(&steady(stdout))?;
        if !stderr.is_empty() {
            write!(formatter, "--- stderr\n{}", steady(stderr))?;
        }
        writeln!(formatter, "--- exit {}", code.unwrap_or(-1))
    }
}

/// Replaces ports, durations and the ids of requests.
fn steady(text: &str) -> String {
    let digits = |character: char| character.is_ascii_digit();
    let text = replaced(text, "127.0.0.1:", "PORT", digits);
    let text = replaced(&text, "(request ", "ID", |character| character != ')');
    let text = without_times(&text);
    replaced(&text, "sha256:", "DIGEST", |character| character.is_ascii_hexdigit())
}

/// Replaces times such as `0.3 s`.
fn without_times(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" s") {
        let start = before.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
        let is_time = before.len() > start.len() && after.starts_with([')', '\n', ',']);
        whole.push_str(if is_time { start } else { before });
        whole.push_str(if is_time { "TIME" } else { " s" });
        rest = after;
    }
    whole + rest
}

/// Replaces the characters that follow a prefix.
fn replaced(text: &str, prefix: &str, name: &str, variable: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(prefix);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let rest = part.trim_start_matches(&variable);
        let replacement = if rest.len() == part.len() { "" } else { name };
        whole.push_str(prefix);
        whole.push_str(replacement);
        whole.push_str(rest);
        whole
    })
}

/// A sandbox that the test starts, so that it can order faults and look at the calls.
pub(crate) struct Cloud {
    pub(crate) sandbox: Sandbox,
    // Declared after the sandbox, which needs it until it is dropped.
    runtime: Runtime,
}

impl Cloud {
    pub(crate) fn start(config: Config) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(config)).expect("started");
        Self { sandbox, runtime }
    }

    /// Points a bench at this sandbox, as a user points at a real account and workspace.
    pub(crate) fn point(&self, bench: &mut Bench) {
        for (name, value) in self.sandbox.environment() {
            bench.set(&name, &value);
        }
    }

    /// Orders an error for every call of an operation whose parameters contain a text.
    pub(crate) fn refuse(&self, operation: &str, parameter: &str, status: u16, code: &str, message: &str) {
        self.fault(
            operation,
            parameter,
            FaultKind::Status { status, code: code.to_owned(), message: message.to_owned() },
        );
    }

    /// Orders a fault for every call of an operation whose parameters contain a text.
    pub(crate) fn fault(&self, operation: &str, parameter: &str, what: FaultKind) {
        self.sandbox.inject(Fault {
            service: None,
            operation: Some(operation.to_owned()),
            only_writes: false,
            parameter_contains: Some(parameter.to_owned()).filter(|text| !text.is_empty()),
            skip: 0,
            times: None,
            what,
        });
    }

    /// Waits until a call is held.
    pub(crate) fn wait_for_held(&self) {
        self.runtime.block_on(self.sandbox.held(1));
    }

    /// Counts the calls of an operation, each repetition too.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.sandbox.calls().iter().filter(|call| call.operation == operation).count()
    }

    /// Makes an IAM call behind the tool's back.
    pub(crate) fn iam(&self, parameters: &[(&str, &str)]) {
        let pairs: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{name}={}", value.replace(':', "%3A"))).collect();
        let body = format!("Version=2010-05-08&{}", pairs.join("&"));
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n\
            Authorization: AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/iam/aws4_request\r\n";
        self.post("/", headers, &body);
    }

    /// Makes a writing call to the workspace behind the tool's back.
    pub(crate) fn databricks(&self, api: &str, body: &serde_json::Value) -> serde_json::Value {
        let headers = "Content-Type: application/json\r\nAuthorization: Bearer sandbox-token\r\n";
        let answer = self.post(&format!("/api/{api}"), headers, &body.to_string());
        serde_json::from_str(&answer).expect("JSON")
    }

    /// Posts, and returns the body of the answer, which has to be a success.
    fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let url = self.sandbox.url();
        let host = url.trim_start_matches("http://");
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(host).expect("connected");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        body.to_owned()
    }

    /// The writing calls so far.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.sandbox.calls().into_iter().filter(|call| call.writes);
        calls.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }
}
