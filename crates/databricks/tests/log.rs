//! What the client logs, in a process of its own: a subscriber of one thread among others misses events, because
//! `tracing` remembers for the whole process whether anybody listens.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reconcile_databricks::{ApiVersion, Client, Environment, Retry, Settings};
use reconcile_engine::wait::Interrupt;
use reconcile_sandbox::{Config, Fault, FaultKind, Sandbox};
use secrecy::SecretString;
use serde_json::{Value, json};

/// A place for log lines that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_tells_each_attempt_and_one_throttling_but_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .init();
    let sandbox = Sandbox::start(Config { workspace_only: true, ..Config::default() }).await.unwrap();
    let settings = Settings {
        host: Some(sandbox.url()),
        profile: None,
        token: Some(SecretString::from("sandbox-token")),
        user_agent: "reconcile/0.1.0 os/linux".to_owned(),
        timeout: Duration::from_mins(1),
        interrupt: Interrupt::never(),
    };
    let client = Client::connect(&settings, &Environment::default()).unwrap();
    let body = json!({
        "cluster_name": "lab",
        "spark_version": "15.4.x-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 1,
        "spark_env_vars": {"PASSWORD": "hunter2"},
    });
    let created =
        client.post::<_, Value>("clusters/create", ApiVersion::V2_1, &body, Retry::OnlyIfNotSent).await.unwrap();
    sandbox.inject(Fault {
        service: None,
        operation: Some("clusters/get".to_owned()),
        only_writes: false,
        parameter_contains: None,
        skip: 0,
        times: Some(2),
        what: FaultKind::Throttle { retry_after_seconds: Some(0) },
    });
    let id = created.value["cluster_id"].as_str().unwrap();
    let cluster: Value = client.get("clusters/get", ApiVersion::V2_1, &[("cluster_id", id)]).await.unwrap();
    assert_eq!(cluster["spark_env_vars"]["PASSWORD"], "hunter2");

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let count = |mark: &str| text.lines().filter(|line| line.contains(mark)).count();
    assert_eq!((count("sandbox-token"), count("hunter2")), (0, 0), "{text}");
    let calls = (count("databricks call api=\"clusters/create\""), count("databricks call api=\"clusters/get\""));
    assert_eq!((calls, count("WARN"), count("throttled")), ((1, 3), 1, 1), "{text}");
}
