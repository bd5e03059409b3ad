//! `policy simulate`: what policies decide about one request, and by which statements.

use std::collections::BTreeMap;

use iam_policy::{Decision, DecisiveStatement, Evaluation, Origin, Policy, Request, ResourcePolicy, Verdict};
use serde_json::json;

use super::read;
use crate::args::{PolicyFormat, PolicySimulate};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Decides one request. The answer is data: every decision ends well.
pub(super) fn run(arguments: &PolicySimulate, terminal: &Terminal) -> Result<Exit, Failure> {
    let account_id = arguments.account_id.as_deref();
    let identity = arguments.policies.iter().map(|path| read(path, account_id)).collect::<Result<Vec<_>, _>>()?;
    let boundary = arguments.boundary.as_deref().map(|path| read(path, account_id)).transpose()?;
    let trust = arguments.trust.as_deref().map(|path| read(path, account_id)).transpose()?;
    let identity: Vec<&Policy> = identity.iter().collect();
    let evaluation = Evaluation {
        identity: &identity,
        boundary: boundary.as_ref(),
        resource: trust.as_ref().map(ResourcePolicy::Trust),
    };
    let request = Request {
        principal: arguments.principal.as_deref(),
        action: &arguments.action,
        resource: arguments.resource.as_deref(),
        context: context(&arguments.context),
    };
    let verdict = evaluation.decide(&request);
    terminal.print(&match arguments.format {
        PolicyFormat::Text => text(&verdict, arguments),
        PolicyFormat::Json => format!("{}\n", json(&verdict, arguments)),
    })?;
    Ok(Exit::Done)
}

/// Collects the values of each key: one that is given several times has several.
fn context(pairs: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut context: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in pairs {
        context.entry(key.clone()).or_default().push(value.clone());
    }
    context
}

fn decision(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::DeniedExplicitly => "denied explicitly",
        Decision::NotAllowed => "denied for want of an Allow",
        Decision::Unknown { keys: _ } => "unknown",
    }
}

fn text(verdict: &Verdict, arguments: &PolicySimulate) -> String {
    let Verdict { decision: decided, statements, lacking } = verdict;
    let on = arguments.resource.as_deref().map(|resource| format!(" on {resource}")).unwrap_or_default();
    let mut text = format!("{}: {}{on}\n", decision(decided), arguments.action);
    if let Decision::Unknown { keys } = decided {
        let keys: Vec<_> = keys.iter().map(String::as_str).collect();
        text.push_str(&format_line("it depends on", &keys.join(", ")));
    }
    for statement in statements {
        let DecisiveStatement { origin: from, place, sid, effect: _, summary } = statement;
        let sid = sid.as_deref().map(|sid| format!(" ({sid})")).unwrap_or_default();
        text.push_str(&format_line("by", &format!("{} {place}{sid}: {summary}", origin(*from, arguments))));
    }
    for lacking in lacking {
        text.push_str(&format_line("no Allow in", &origin(*lacking, arguments)));
    }
    text
}

fn format_line(what: &str, which: &str) -> String {
    format!("  {what} {which}\n")
}

fn origin(origin: Origin, arguments: &PolicySimulate) -> String {
    let file = match origin {
        Origin::Identity(index) => arguments.policies.get(index),
        Origin::Boundary => arguments.boundary.as_ref(),
        Origin::Resource => arguments.trust.as_ref(),
    };
    let file = file.map(|path| path.display().to_string()).unwrap_or_default();
    match origin {
        Origin::Identity(_) => file,
        Origin::Boundary => format!("the boundary {file}"),
        Origin::Resource => format!("the trust policy {file}"),
    }
}

fn json(verdict: &Verdict, arguments: &PolicySimulate) -> serde_json::Value {
    let Verdict { decision: decided, statements, lacking } = verdict;
    let keys = match decided {
        Decision::Unknown { keys } => keys.iter().cloned().collect(),
        Decision::Allowed | Decision::DeniedExplicitly | Decision::NotAllowed => Vec::new(),
    };
    let statements: Vec<_> = statements
        .iter()
        .map(|DecisiveStatement { origin: from, place, sid, effect: _, summary }| {
            json!({"policy": origin(*from, arguments), "place": place, "sid": sid, "summary": summary})
        })
        .collect();
    let lacking: Vec<_> = lacking.iter().map(|lacking| origin(*lacking, arguments)).collect();
    json!({"decision": decision(decided), "unknown_keys": keys, "statements": statements, "lacking": lacking})
}
