//! What policies decide together: rows of policies, requests and answers.

mod accounts;
mod boundaries;
mod documented;
mod documented_conditions;
mod documented_identities;
mod documented_sets;
mod exceptions;
mod layers;
mod misses;
mod partitions;
mod patterns;
mod principals;
mod reasons;
mod unknown_keys;

use std::collections::BTreeMap;

use crate::support::policy;
use iam_policy::{Decision, Evaluation, Policy, Request, ResourcePolicy, Verdict};

/// A document of the current version with these statements.
fn document(statements: &str) -> Policy {
    policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#))
}

/// The context of a request, from lines such as `aws:username=alice`. A key that is named several times has several values, and
/// one without an equals sign is known to be absent.
fn context(pairs: &[&str]) -> BTreeMap<String, Vec<String>> {
    let mut context: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, value)) => context.entry(key.to_owned()).or_default().push(value.to_owned()),
            None => {
                context.insert((*pair).to_owned(), Vec::new());
            }
        }
    }
    context
}

/// An answer, short enough for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// None allows it.
    Nothing,
    /// It depends on this key.
    Depends(&'static str),
}
use Answer::{Allowed, Denied, Depends, Nothing};

fn answers(decision: &Decision, answer: Answer) -> bool {
    match (decision, answer) {
        (Decision::Allowed, Allowed) | (Decision::DeniedExplicitly, Denied) | (Decision::NotAllowed, Nothing) => true,
        (Decision::Unknown { keys }, Depends(key)) => keys.len() == 1 && keys.contains(key),
        (
            Decision::Allowed | Decision::DeniedExplicitly | Decision::NotAllowed | Decision::Unknown { keys: _ },
            Allowed | Denied | Nothing | Depends(_),
        ) => false,
    }
}

/// The policies of a case. Empty statements are no policy, but for the principal's own: it has none then.
#[derive(Clone, Copy, Default)]
struct Policies {
    identity: &'static str,
    boundary: &'static str,
    trust: &'static str,
    resource: &'static str,
}

impl Policies {
    const fn of_identity(identity: &'static str) -> Self {
        Self { identity, boundary: "", trust: "", resource: "" }
    }

    fn decide(self, request: &Request<'_>) -> Verdict {
        let some = |statements: &str| (!statements.is_empty()).then(|| document(statements));
        let own = some(self.identity);
        let boundary = some(self.boundary);
        let (trust, resource) = (some(self.trust), some(self.resource));
        let trust = trust.as_ref().map(ResourcePolicy::Trust);
        let evaluation = Evaluation {
            identity: &own.iter().collect::<Vec<_>>(),
            boundary: boundary.as_ref(),
            resource: trust.or(resource.as_ref().map(ResourcePolicy::Other)),
        };
        evaluation.decide(request)
    }
}

/// A request: who asks (nobody in particular where it is empty), for what, on what, and what is known besides.
type Asked = (&'static str, &'static str, &'static str, &'static [&'static str]);

fn request<'a>((principal, action, resource, known): &(&'a str, &'a str, &'a str, &[&str])) -> Request<'a> {
    let some = |text: &'a str| (!text.is_empty()).then_some(text);
    Request { principal: some(principal), action, resource: some(resource), context: context(known) }
}

/// Asks every row of a case, and tells all that differ.
fn check(source: &str, policies: Policies, rows: &[(Asked, Answer)]) {
    let mut wrong = Vec::new();
    for (asked, answer) in rows {
        let decision = policies.decide(&request(asked)).decision;
        if !answers(&decision, *answer) {
            wrong.push(format!("{asked:?}: {decision:?}, not {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{source}\n{}", wrong.join("\n"));
}
