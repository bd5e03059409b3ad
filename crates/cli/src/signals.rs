//! Ctrl-C, and the polite request to end that a scheduler sends.

use crate::failure::Failure;

/// Interrupts of this process, caught from the moment this value is made.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

/// Begins to catch interrupts; from now on they do not end the process by themselves.
#[cfg(unix)]
pub(crate) fn interrupts() -> Result<Interrupts, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| Failure::new("signals", format!("interrupts cannot be caught: {error}"));
    Ok(Interrupts {
        interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
        terminate: signal(SignalKind::terminate()).map_err(failed)?,
    })
}

/// Begins to catch interrupts.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
pub(crate) fn interrupts() -> Result<Interrupts, Failure> {
    Ok(Interrupts {})
}

impl Interrupts {
    /// Returns when the next interrupt comes.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Returns when the next interrupt comes.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns when the first interrupt comes, and catches no more.
    pub(crate) async fn first(mut self) {
        self.next().await;
    }
}
