//! The log: one event a call, with nothing secret in it.

use std::fmt::{self, Debug, Write as _};
use std::sync::{Arc, Mutex};

use reconcile_core::resource::Resource;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::process::{in_own_process, tell};
use crate::support::lab;

/// Keeps the events of the provider, one a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let shown: &dyn Debug = match field.name() {
            "milliseconds" | "request_id" => &format_args!("(told)"),
            _ => value,
        };
        write!(self.0, "{}={shown:?} ", field.name()).unwrap();
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.lock().unwrap().join("\n"))
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("reconcile_aws")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} ", event.metadata().level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0.trim_end().to_owned());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
#[ignore = "another test runs it, in a process of its own: whether somebody listens is remembered for all threads"]
async fn logs() {
    let lines = Lines::default();
    let _subscribed = tracing::subscriber::set_default(lines.clone());
    let lab = lab().await;
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    lab.refuse("GetRole", 403, "AccessDenied", "no");
    lab.read(&Resource::Role(lab.role("lab-role"))).await;
    tell(&lines.to_string());
}

#[tokio::test]
async fn each_call_is_one_event() {
    insta::assert_snapshot!(in_own_process("log::logs", &[], "").await, @r#"
    DEBUG message=aws call service="STS" operation="GetCallerIdentity" milliseconds=(told) request_id=(told) status=200
    DEBUG message=aws call service="IAM" operation="CreateRole" milliseconds=(told) request_id=(told) status=200
    DEBUG message=aws call service="IAM" operation="GetRole" milliseconds=(told) request_id=(told) status=403
    "#);
}
