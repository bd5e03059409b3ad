//! Faults to order: what a call meets instead of, before or after its answer.

use serde::{Deserialize, Serialize};

use crate::recorder::Description;
use crate::schedule::{FaultSchedule, Schedule};

/// One fault, and the calls that meet it. Every condition that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// `iam`, `sts`, `sagemaker` or `databricks`; any service when absent.
    #[serde(default)]
    pub service: Option<String>,
    /// The exact operation, as [`crate::Call`] names it; any operation when absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// Whether only calls that change something meet it.
    #[serde(default)]
    pub only_writes: bool,
    /// A text that the call's parameters contain, as JSON; any parameters when absent.
    #[serde(default)]
    pub parameter_contains: Option<String>,
    /// How many matching calls pass before the first one fails.
    #[serde(default)]
    pub skip: u32,
    /// How many calls fail; all of them when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// What the calls meet.
    pub what: FaultKind,
}

impl Fault {
    /// A fault that every call meets.
    pub fn of(what: FaultKind) -> Self {
        Self {
            service: None,
            operation: None,
            only_writes: false,
            parameter_contains: None,
            skip: 0,
            times: None,
            what,
        }
    }

    /// Only calls of this service: `iam`, `sts`, `sagemaker` or `databricks`.
    #[must_use]
    pub fn of_service(self, service: impl Into<String>) -> Self {
        Self { service: Some(service.into()), ..self }
    }

    /// Only this operation, as [`crate::Call`] names it.
    #[must_use]
    pub fn on(self, operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..self }
    }

    /// Only calls that change something.
    #[must_use]
    pub fn on_writes(self) -> Self {
        Self { only_writes: true, ..self }
    }

    /// Only calls whose parameters, as JSON, contain this text.
    #[must_use]
    pub fn containing(self, text: impl Into<String>) -> Self {
        Self { parameter_contains: Some(text.into()), ..self }
    }

    /// Only after this many matching calls have passed.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Only this often.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }
}

/// What a call meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
pub enum FaultKind {
    /// An error in the form of the service; the call has no effect.
    Status {
        /// The HTTP status code.
        status: u16,
        /// The service's error code.
        code: String,
        /// The service's error message.
        message: String,
    },
    /// The service's own way of saying "too many calls"; the call has no effect.
    Throttle {
        /// The `Retry-After` header, in seconds; none is sent when absent.
        retry_after_seconds: Option<u64>,
    },
    /// The connection closes without an answer; the call has no effect.
    CutBefore,
    /// The call takes effect; then the connection closes without an answer.
    CutAfter,
    /// A page of HTML, as proxies and gateways send it; the call has no effect.
    Html {
        /// The HTTP status code.
        status: u16,
    },
    /// The call takes effect; then a gateway answers in its place with a page of HTML.
    HtmlAfter {
        /// The HTTP status code.
        status: u16,
    },
    /// The call takes effect, and half of its answer comes.
    Truncate {
        /// Whether the answer promises its whole length, so that the client can tell; otherwise it promises the half, as
        /// a careless proxy does.
        promises_all: bool,
    },
    /// The call is answered as if it had taken effect, and has none.
    Ignore,
    /// The call waits, and is then served as usual.
    Delay {
        /// How long it waits.
        milliseconds: u64,
    },
    /// The call takes effect at once, and its answer comes late.
    Late {
        /// How late it comes.
        milliseconds: u64,
    },
    /// The credential that the call bears has ended: a session or a token for good, so that only another one helps; a
    /// credential without an end for this call only.
    ExpireCredential,
    /// The service's clock is off: a signed call is refused where its time is more than five minutes from the service's,
    /// and every answer is dated by that clock.
    Skew {
        /// How far the service's clock is ahead; negative where it is behind.
        seconds: i64,
    },
    /// The call is held until [`crate::Sandbox::release`] or [`crate::Sandbox::abandon`].
    Hold {
        /// Whether it has taken effect by then, and only its answer is held.
        after_effect: bool,
    },
}

/// The faults that are ordered, in the order in which they were.
#[derive(Default)]
pub(crate) struct Faults {
    ordered: Vec<Ordered>,
    schedule: Option<Schedule>,
    /// How many calls met one, since the sandbox began.
    met: u64,
}

struct Ordered {
    fault: Fault,
    met: u32,
}

impl Faults {
    /// Orders one more fault.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.ordered.push(Ordered { fault, met: 0 });
    }

    /// Follows a schedule for whatever no ordered fault is for.
    pub(crate) fn follow(&mut self, schedule: FaultSchedule) {
        self.schedule = Some(Schedule::new(schedule));
    }

    /// What this call meets: the first ordered fault that matches and is neither still skipping nor used up, or else what
    /// the schedule brings.
    pub(crate) fn take(&mut self, call: &Description) -> Option<FaultKind> {
        let mut matching = self.ordered.iter_mut().filter(|ordered| ordered.matches(call));
        let ordered = matching.find_map(|ordered| ordered.is_due().then(|| ordered.fault.what.clone()));
        let fault = ordered.or_else(|| self.schedule.as_mut()?.draw(call));
        self.met += u64::from(fault.is_some());
        fault
    }

    /// Returns how many calls have met a fault.
    pub(crate) fn met(&self) -> u64 {
        self.met
    }

    /// Withdraws all faults, and the schedule.
    pub(crate) fn clear(&mut self) {
        self.ordered.clear();
        self.schedule = None;
    }
}

impl Ordered {
    fn matches(&self, call: &Description) -> bool {
        let Fault { service, operation, only_writes, parameter_contains, skip: _, times: _, what: _ } = &self.fault;
        service.as_ref().is_none_or(|service| *service == call.service)
            && operation.as_ref().is_none_or(|operation| *operation == call.operation)
            && (call.writes || !only_writes)
            && parameter_contains.as_ref().is_none_or(|text| call.parameters.to_string().contains(text))
    }

    /// Counts one matching call, and says whether it is one of those that fail.
    fn is_due(&mut self) -> bool {
        let before = self.met;
        self.met = self.met.saturating_add(1);
        let used = before.checked_sub(self.fault.skip);
        match (used, self.fault.times) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(used), Some(times)) => used < times,
        }
    }
}
