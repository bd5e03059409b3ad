//! Faults by chance that can be repeated: which call meets which one follows from a seed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::faults::FaultKind;
use crate::recorder::Description;

/// How often calls meet faults, and which they meet.
///
/// What a call meets follows from the seed, from the call with its parameters, and from how often the same was asked before:
/// the order in which calls of one time arrive changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSchedule {
    /// The same seed brings the same faults.
    pub seed: u64,
    /// How many calls in a hundred meet one.
    pub percent: u8,
}

/// A schedule that is kept to.
#[derive(Debug)]
pub(crate) struct Schedule {
    plan: FaultSchedule,
    /// How often each call was asked.
    asked: BTreeMap<String, u32>,
}

impl Schedule {
    pub(crate) fn new(plan: FaultSchedule) -> Self {
        Self { plan, asked: BTreeMap::new() }
    }

    /// Draws what a call meets, if anything.
    pub(crate) fn draw(&mut self, call: &Description) -> Option<FaultKind> {
        let Description { service, operation, writes: _, parameters } = call;
        let call = format!("{service}:{operation} {parameters}");
        let asked = self.asked.entry(call.clone()).or_default();
        *asked += 1;
        let digest = Sha256::digest(format!("{} {asked} {call}", self.plan.seed));
        let &[first, second, third, fourth, ..] = digest.as_slice() else { return None };
        let is_met = u16::from_be_bytes([first, second]) % 100 < u16::from(self.plan.percent);
        is_met.then(|| kind(service, usize::from(third), u64::from(fourth)))
    }
}

/// One of the faults that a service in trouble, or something before it, is seen to have.
fn kind(service: &str, choice: usize, amount: u64) -> FaultKind {
    let status = |status: u16, aws: &str, workspace: &str| FaultKind::Status {
        status,
        code: if service == "databricks" { workspace } else { aws }.to_owned(),
        message: "by the schedule of faults".to_owned(),
    };
    match choice % 10 {
        0 => FaultKind::Throttle { retry_after_seconds: None },
        1 => FaultKind::Throttle { retry_after_seconds: Some(1) },
        2 => status(500, "InternalFailure", "INTERNAL_ERROR"),
        3 => status(503, "ServiceUnavailable", "TEMPORARILY_UNAVAILABLE"),
        4 => FaultKind::CutBefore,
        5 => FaultKind::CutAfter,
        6 => FaultKind::Html { status: 502 },
        7 => FaultKind::HtmlAfter { status: 504 },
        8 => FaultKind::Truncate { promises_all: amount.is_multiple_of(2) },
        _ => FaultKind::Late { milliseconds: amount },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(operation: &str, name: usize) -> Description {
        Description {
            service: "iam".to_owned(),
            operation: operation.to_owned(),
            writes: false,
            parameters: json!({"RoleName": name}),
        }
    }

    fn drawn(seed: u64, percent: u8, calls: impl Iterator<Item = usize>) -> BTreeMap<usize, Option<FaultKind>> {
        let mut schedule = Schedule::new(FaultSchedule { seed, percent });
        calls.map(|name| (name, schedule.draw(&call("GetRole", name)))).collect()
    }

    #[test]
    fn a_seed_brings_its_faults_in_whatever_order_the_calls_come() {
        assert_eq!(drawn(7, 20, 0..500), drawn(7, 20, (0..500).rev()));
        assert_ne!(drawn(7, 20, 0..500), drawn(8, 20, 0..500));
    }

    #[test]
    fn about_so_many_calls_meet_one_and_every_kind_is_met() {
        let met: Vec<_> = drawn(1, 20, 0..2000).into_values().flatten().collect();
        assert!((300..500).contains(&met.len()), "{}", met.len());
        let mut kinds: Vec<_> = met.iter().map(std::mem::discriminant).collect();
        kinds.dedup();
        let different = |kind: &_| kinds.iter().position(|other| other == kind);
        let kinds: std::collections::BTreeSet<_> = kinds.iter().filter_map(different).collect();
        assert_eq!(kinds.len(), 8);
        assert!(drawn(1, 0, 0..2000).into_values().all(|fault| fault.is_none()));
    }

    #[test]
    fn a_call_that_is_repeated_does_not_meet_the_same_for_ever() {
        let mut schedule = Schedule::new(FaultSchedule { seed: 1, percent: 50 });
        let met = (0..40).filter(|_| schedule.draw(&call("GetRole", 1)).is_some()).count();
        assert!((8..32).contains(&met), "{met}");
    }
}
