//! The log: `tracing` to stderr.

use std::io::{self, Write};
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};
use indicatif::MultiProgress;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::terminal::Terminal;

/// The crates whose events are logged. The libraries below them log headers and bodies at their chattier levels, which
/// hold secrets, so they are never listened to, whatever is asked for.
const OURS: [&str; 5] = ["reconcile", "reconcile_engine", "reconcile_aws", "reconcile_databricks", "reconcile_sandbox"];

/// Starts the log: warnings, with `-v` every call and its time, with `-vv` all; with `-q` errors only.
pub(crate) fn start(terminal: &Terminal) {
    let level = match (terminal.is_quiet(), terminal.verbosity()) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    };
    let targets = Targets::new().with_targets(OURS.map(|target| (target, level)));
    let bars = terminal.bars().clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(AutoStream::choice(&io::stderr()) != ColorChoice::Never)
        .with_timer(SinceStart(Instant::now()))
        .with_target(false)
        .with_writer(move || AroundBars { bars: bars.clone() });
    // Only tests that start a second log in one process meet an error here; the first one goes on.
    let _ = tracing_subscriber::registry().with(targets).with(layer).try_init();
}

/// Tells how long the command has run, in seconds.
struct SinceStart(Instant);

impl FormatTime for SinceStart {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:8.3}s", self.0.elapsed().as_secs_f64())
    }
}

/// Writes to stderr while the bars step aside.
struct AroundBars {
    bars: MultiProgress,
}

impl Write for AroundBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bars.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
