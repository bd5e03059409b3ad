//! `policy check`: what IAM would refuse of a document, and what is dangerous or useless in it.

use iam_policy::{Finding, Limits, Severity};
use serde_json::json;

use super::read;
use crate::args::{PolicyCheck, PolicyFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Checks one document; fails when IAM would refuse it.
pub(super) fn run(arguments: &PolicyCheck, terminal: &Terminal) -> Result<Exit, Failure> {
    let PolicyCheck { file, document_type, account_id, format } = arguments;
    let policy = read(file, account_id.as_deref())?;
    let findings = iam_policy::check(&policy, (*document_type).into(), &Limits::default());
    terminal.print(&match format {
        PolicyFormat::Text => text(&findings),
        PolicyFormat::Json => format!("{}\n", json(&findings)),
    })?;
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if refused { Exit::Failed } else { Exit::Done })
}

fn text(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "Nothing is found.\n".to_owned();
    }
    let lines = findings.iter().map(|Finding { code, severity, place, message, help }| {
        let place = if place.is_empty() { String::new() } else { format!("\n  at {place}") };
        let help = if help.is_empty() { String::new() } else { format!("\n  help: {help}") };
        format!("{}[{code}]: {message}{place}{help}\n", in_words(*severity))
    });
    lines.collect()
}

fn json(findings: &[Finding]) -> serde_json::Value {
    let findings: Vec<_> = findings
        .iter()
        .map(|Finding { code, severity, place, message, help }| {
            let (code, severity) = (code.as_str(), in_words(*severity));
            json!({"code": code, "severity": severity, "place": place, "message": message, "help": help})
        })
        .collect();
    json!({"findings": findings})
}

const fn in_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
