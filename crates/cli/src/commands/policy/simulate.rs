//! `policy simulate`: what policies decide about one request, and by which statements.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use iam_policy::{Decision, DecisiveStatement, Evaluation, Origin, Policy, Request, ResourcePolicy, Verdict};
use serde_json::json;

use super::document::{self, Document};
use crate::args::{PolicyFormat, PolicySimulate};
use crate::exit::Exit;
use crate::failure::{Failure, both};
use crate::terminal::Terminal;

/// The policies that have a say.
struct Policies {
    identity: Vec<Document>,
    boundary: Option<Document>,
    trust: Option<Document>,
}

/// Decides one request. The answer is data: every decision ends well.
pub(super) fn run(arguments: &PolicySimulate, terminal: &Terminal) -> Result<Exit, Failure> {
    let policies = Policies::read(arguments, terminal)?;
    let identity: Vec<&Policy> = policies.identity.iter().map(|document| &document.policy).collect();
    let evaluation = Evaluation {
        identity: &identity,
        boundary: policies.boundary.as_ref().map(|document| &document.policy),
        resource: policies.trust.as_ref().map(|document| ResourcePolicy::Trust(&document.policy)),
    };
    let request = Request {
        principal: arguments.principal.as_deref(),
        action: &arguments.action,
        resource: arguments.resource.as_deref(),
        context: context(arguments)?,
    };
    let verdict = evaluation.decide(&request);
    terminal.print(&match arguments.format {
        PolicyFormat::Text => text(&verdict, arguments, &policies),
        PolicyFormat::Json => format!("{}\n", json(&verdict, arguments, &policies)),
    })?;
    hint(&verdict, arguments, terminal);
    Ok(Exit::Done)
}

impl Policies {
    /// Reads them all, and tells of all that cannot be read.
    fn read(arguments: &PolicySimulate, terminal: &Terminal) -> Result<Self, Failure> {
        let (policies, boundary, trust) = (&arguments.policies, &arguments.boundary, &arguments.trust);
        document::one_standard_input(policies.iter().chain(boundary).chain(trust))?;
        let account_id = account_id(arguments);
        let read = |path: &PathBuf| document::read(path, account_id, terminal);
        let identity = document::all(policies.iter().map(read));
        let others = both(boundary.as_ref().map(read).transpose(), trust.as_ref().map(read).transpose());
        let (identity, (boundary, trust)) = both(identity, others)?;
        Ok(Self { identity, boundary, trust })
    }

    fn name(&self, origin: Origin) -> String {
        let name = |document: Option<&Document>| document.map(|document| document.name.to_string()).unwrap_or_default();
        match origin {
            Origin::Identity(_) if self.identity.is_empty() => "the caller's own policies (none are given)".to_owned(),
            Origin::Identity(index) => name(self.identity.get(index)),
            Origin::Boundary => format!("the boundary {}", name(self.boundary.as_ref())),
            Origin::Resource => format!("the trust policy {}", name(self.trust.as_ref())),
        }
    }

    /// All files that would have to allow something and do not. The own policies are one kind: one of them would do.
    fn names(&self, lacking: Origin) -> String {
        match lacking {
            Origin::Identity(_) if self.identity.len() > 1 => {
                let names: Vec<&str> = self.identity.iter().map(|document| &*document.name).collect();
                names.join(" or ")
            }
            Origin::Identity(_) | Origin::Boundary | Origin::Resource => self.name(lacking),
        }
    }
}

/// The account that the role of `--trust` is in.
fn account_id(arguments: &PolicySimulate) -> Option<&str> {
    let of_resource = arguments.resource.as_deref().and_then(|resource| resource.split(':').nth(4));
    arguments.account_id.as_deref().or(of_resource.filter(|account| !account.is_empty()))
}

/// Collects the values of each key: one that is given several times has several, one that is absent none.
fn context(arguments: &PolicySimulate) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut context: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in &arguments.context {
        // The case of a key has no meaning.
        let known = context.keys().find(|known| known.eq_ignore_ascii_case(key)).cloned();
        context.entry(known.unwrap_or_else(|| key.clone())).or_default().push(value.clone());
    }
    for key in &arguments.absent {
        if context.iter().any(|(known, values)| known.eq_ignore_ascii_case(key) && !values.is_empty()) {
            let failure = Failure::new("usage", format!("{key} cannot have a value and be absent"));
            return Err(failure.with_help("give it by --context or by --absent").ending(Exit::Usage));
        }
        context.insert(key.clone(), Vec::new());
    }
    Ok(context)
}

/// Says what would make an answer of an unknown, and what was taken for granted.
fn hint(verdict: &Verdict, arguments: &PolicySimulate, terminal: &Terminal) {
    if let Decision::Unknown { keys } = &verdict.decision {
        let flags: Vec<String> = keys.iter().map(|key| format!("--context {key}=…")).collect();
        terminal.note(&format!("give {}, or --absent for a key that the request does not have", flags.join(" ")));
    }
    if arguments.resource.is_none() && arguments.trust.is_none() && verdict.decision == Decision::NotAllowed {
        terminal.note("without --resource the request is about no resource, and only * matches that");
    }
    // A service is in no account.
    let is_in_account = arguments.principal.as_deref().is_some_and(|principal| principal.starts_with("arn:"));
    if arguments.trust.is_some() && is_in_account && account_id(arguments).is_none() {
        terminal
            .note("the role is taken to be in another account than the caller: name it by --resource or --account-id");
    }
}

fn decision(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::DeniedExplicitly => "denied explicitly",
        Decision::NotAllowed => "denied for want of an Allow",
        Decision::Unknown { keys: _ } => "unknown",
    }
}

fn text(verdict: &Verdict, arguments: &PolicySimulate, policies: &Policies) -> String {
    let Verdict { decision: decided, statements, lacking, missed } = verdict;
    let on = arguments.resource.as_deref().map(|resource| format!(" on {resource}")).unwrap_or_default();
    let mut lines = vec![format!("{}: {}{on}", decision(decided), arguments.action)];
    if let Decision::Unknown { keys } = decided {
        let keys: Vec<_> = keys.iter().map(String::as_str).collect();
        lines.push(format!("  it depends on {}", keys.join(", ")));
    }
    lines.extend(statements.iter().map(|statement| format!("  by {}", describe(statement, policies))));
    lines.extend(lacking.iter().map(|lacking| format!("  no Allow in {}", policies.names(*lacking))));
    lines.extend(
        missed.iter().map(|statement| format!("  its conditions do not hold: {}", describe(statement, policies))),
    );
    lines.join("\n") + "\n"
}

fn describe(statement: &DecisiveStatement, policies: &Policies) -> String {
    let DecisiveStatement { origin, place, sid, effect: _, summary } = statement;
    let sid = sid.as_deref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    format!("{} {place}{sid}: {summary}", policies.name(*origin))
}

fn json(verdict: &Verdict, arguments: &PolicySimulate, policies: &Policies) -> serde_json::Value {
    let Verdict { decision: decided, statements, lacking, missed } = verdict;
    let keys = match decided {
        Decision::Unknown { keys } => keys.clone(),
        Decision::Allowed | Decision::DeniedExplicitly | Decision::NotAllowed => BTreeSet::new(),
    };
    let statement = |statement: &DecisiveStatement| {
        let DecisiveStatement { origin, place, sid, effect, summary } = statement;
        let policy = policies.name(*origin);
        json!({"policy": policy, "place": place, "sid": sid, "effect": effect.to_string(), "summary": summary})
    };
    json!({
        "action": arguments.action,
        "resource": arguments.resource,
        "decision": decision(decided),
        "unknown_keys": keys,
        "statements": statements.iter().map(statement).collect::<Vec<_>>(),
        "lacking": lacking.iter().map(|lacking| policies.names(*lacking)).collect::<Vec<_>>(),
        "missed": missed.iter().map(statement).collect::<Vec<_>>(),
    })
}
