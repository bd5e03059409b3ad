//! moto, an implementation of the AWS APIs that others wrote.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;

use super::aws_cli::AwsCli;
use super::behind::Hand;
use super::lab::ACCOUNT;
use super::process::{Environment, RUNTIME, clean_command};
use super::python;
use super::sandbox::TestSandbox;

/// It reads the models of all its services first, which takes a while on a busy machine.
const START: Duration = Duration::from_mins(1);

/// A running server of moto, which ends with this value.
pub struct Moto {
    url: String,
    _process: Child,
    _home: TempDir,
}

impl Moto {
    /// Starts it on a free port and returns when it accepts calls.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it with further settings.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut environment = vec![
            // Without it AmazonS3FullAccess and the like do not exist.
            ("MOTO_IAM_LOAD_MANAGED_POLICIES".to_owned(), "true".to_owned()),
            ("MOTO_ACCOUNT_ID".to_owned(), ACCOUNT.to_owned()),
            ("MOTO_ENABLE_RECORDING".to_owned(), "true".to_owned()),
        ];
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut command = clean_command(python::program("moto_server"), home.path(), &environment);
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let _guard = RUNTIME.enter();
        let mut process = command.spawn().expect("moto starts");
        let url = announced_url(process.stderr.take().expect("stderr is piped"));
        Self { url, _process: process, _home: home }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Forgets every account.
    pub fn reset(&self) {
        self.control("POST", "reset", None);
    }

    /// Somebody who works on it, and on a workspace in a sandbox, with another client.
    pub fn hand(&self, workspace: &TestSandbox) -> Hand {
        Hand::new(self.url.clone(), workspace.url())
    }

    /// What points AWS clients at it.
    pub fn environment(&self) -> Environment {
        [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", "tests"),
            ("AWS_SECRET_ACCESS_KEY", "tests"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// The AWS CLI, pointed at it.
    pub fn aws_cli(&self) -> AwsCli {
        AwsCli::new(self.environment())
    }

    /// The names of the calls since the last time, as moto's own recorder has them, such as `iam:GetRole`.
    pub fn take_calls(&self) -> Vec<String> {
        let recording = self.control("GET", "recorder/download-recording", None);
        self.control("POST", "recorder/reset-recording", None);
        let entries = recording.lines().map(|line| serde_json::from_str::<Value>(line).expect("each entry is JSON"));
        let is_own = |entry: &Value| entry["url"].as_str().is_some_and(|url| url.contains("/moto-api/"));
        entries.filter(|entry| !is_own(entry)).map(|entry| call_name(&entry)).collect()
    }

    /// The writing ones of [`Moto::take_calls`].
    pub fn take_writes(&self) -> Vec<String> {
        let reads = |name: &String| {
            let operation = name.split_once(':').map_or("", |(_, operation)| operation);
            ["Get", "List", "Describe", "Simulate"].iter().any(|verb| operation.starts_with(verb))
        };
        self.take_calls().into_iter().filter(|name| !reads(name)).collect()
    }

    /// From now on a caller needs the permissions of IAM for every call after so many.
    pub fn enforce_permissions_after(&self, calls: u32) {
        self.control("POST", "reset-auth", Some(calls.to_string()));
    }

    fn control(&self, method: &str, path: &str, body: Option<String>) -> String {
        let url = format!("{}/moto-api/{path}", self.url);
        RUNTIME.block_on(async {
            let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
            let client = reqwest::Client::builder().no_proxy().build().expect("a client");
            let mut request = client.request(method, &url);
            if let Some(body) = body {
                // Any other content type makes moto answer 500.
                request = request.header("content-type", "text/plain").body(body);
            }
            let response = request.send().await.and_then(reqwest::Response::error_for_status);
            response.expect("moto answers").text().await.expect("moto answers in UTF-8")
        })
    }
}

/// Reads on until the server says where it listens; the rest is read away, so that the server never waits for a reader.
fn announced_url(stderr: impl AsyncRead + Unpin + Send + 'static) -> String {
    let mut lines = BufReader::new(stderr).lines();
    let mut said = String::new();
    let announced = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((_, url)) = line.split_once("Running on ") {
                return Some(url.trim().to_owned());
            }
            said.push_str(&line);
            said.push('\n');
        }
        None
    };
    let url = RUNTIME.block_on(async { tokio::time::timeout(START, announced).await });
    let url = url.ok().flatten().unwrap_or_else(|| panic!("moto does not listen after {START:?}; it said: {said}"));
    RUNTIME.spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    url
}

/// The service and the operation of a recorded request: the query protocol names it in the body, the JSON one in a header.
fn call_name(entry: &Value) -> String {
    if let Some(target) = entry["headers"]["X-Amz-Target"].as_str() {
        return target.replace("SageMaker.", "sagemaker:");
    }
    let body = entry["body"].as_str().unwrap_or_default();
    let body = if entry["body_encoded"] == true { decoded(body) } else { body.to_owned() };
    let action = url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "Action");
    let authorization = entry["headers"]["Authorization"].as_str().unwrap_or_default();
    let service = authorization.split('/').nth(3).unwrap_or("?");
    format!("{service}:{}", action.map_or("?".into(), |(_, action)| action))
}

fn decoded(body: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(body).expect("moto encodes bodies in base64");
    String::from_utf8(bytes).expect("bodies are UTF-8")
}
