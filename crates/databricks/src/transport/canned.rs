//! Answers in the place of a network, for the tests and the fuzzer of everything that reads them.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Pace, Reply, Transport, Unreachable, UnreachableKind};
use crate::host::Host;

/// Answers that are given one after the other, whatever is asked. After the last one the connection is cut.
pub(crate) struct Canned(Mutex<std::vec::IntoIter<Reply>>);

impl fmt::Debug for Canned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Canned").finish_non_exhaustive()
    }
}

impl Canned {
    pub(crate) fn new(replies: Vec<Reply>) -> Self {
        Self(Mutex::new(replies.into_iter()))
    }

    pub(super) fn next(&self) -> Result<Reply, Unreachable> {
        let cut =
            || Unreachable { kind: UnreachableKind::Cut, detail: "no answer is left".to_owned(), maybe_sent: true };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next().ok_or_else(cut)
    }
}

impl Transport {
    /// The same without a network. The set-up of connections takes long, and is made once for all.
    pub(crate) fn canned(host: Host, pace: Pace, canned: Canned) -> Self {
        static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
        let http = HTTP.get_or_init(reqwest::Client::new).clone();
        Self { canned: Some(canned), ..Self::over(http, host, pace) }
    }
}
