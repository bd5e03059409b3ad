//! `policy check`: what IAM would refuse of documents, and what is dangerous or useless in them.

use iam_policy::{DocumentType, Finding, Limits, Severity};
use reconcile_core::manifest::diagnostic::Diagnostic;
use serde_json::json;

use super::document::{self, Document};
use crate::args::{PolicyCheck, PolicyFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Checks each document; fails when IAM would refuse one, or one cannot be read.
pub(super) fn run(arguments: &PolicyCheck, terminal: &Terminal) -> Result<Exit, Failure> {
    let PolicyCheck { files, document_type, account_id, format } = arguments;
    document::one_standard_input(files)?;
    let mut ending = Exit::Done;
    for file in files {
        match document::read(file, account_id.as_deref(), terminal) {
            Ok(document) => {
                let refused = check(&document, (*document_type).into(), *format, terminal)?;
                ending = if refused { ending.worst(Exit::Failed) } else { ending };
            }
            Err(failure) => {
                terminal.report(&failure.reports);
                ending = ending.worst(failure.exit);
            }
        }
    }
    Ok(ending)
}

/// Prints the findings of one document, and returns whether IAM would refuse it.
fn check(
    document: &Document,
    document_type: DocumentType,
    format: PolicyFormat,
    terminal: &Terminal,
) -> Result<bool, Failure> {
    let findings = iam_policy::check(&document.policy, document_type, &Limits::default());
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    match format {
        PolicyFormat::Text => {
            let reports: Vec<_> = findings.iter().map(|finding| report(finding, document)).collect();
            terminal.print_reports(&reports)?;
            terminal.print(&format!("{}: {}\n", document.name, in_sum(&findings, document_type)))?;
        }
        PolicyFormat::Json => terminal.print(&format!("{}\n", json(&findings, document, document_type)))?,
    }
    Ok(refused)
}

fn report(finding: &Finding, document: &Document) -> Diagnostic {
    let Finding { code, severity, place, message, help } = finding;
    let found = document.place(place);
    // Without a line to show, the words say where it is.
    let message = if found.is_none() && !place.is_empty() { format!("{message}, at {place}") } else { message.clone() };
    let report = match severity {
        Severity::Error => Diagnostic::error(code.as_str(), message),
        Severity::Warning => Diagnostic::warning(code.as_str(), message),
    };
    Diagnostic { place: found, help: vec![help.clone()], ..report }
}

/// Such as `IAM would refuse it as a trust policy: 2 errors, 1 warning`.
fn in_sum(findings: &[Finding], document_type: DocumentType) -> String {
    let count = |severity, word: &str| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {word}{plural}"))
    };
    let (errors, warnings) = (count(Severity::Error, "error"), count(Severity::Warning, "warning"));
    let verdict = if errors.is_some() { "IAM would refuse it" } else { "IAM would take it" };
    let counts: Vec<String> = [errors, warnings].into_iter().flatten().collect();
    let counts = if counts.is_empty() { "nothing is found".to_owned() } else { counts.join(", ") };
    format!("{verdict} as {}: {counts}", document_type.in_words())
}

fn json(findings: &[Finding], document: &Document, document_type: DocumentType) -> serde_json::Value {
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| {
            let Finding { code, severity, place, message, help } = finding;
            let found = document.place(place);
            let (line, column) = found.map(|found| (found.line, found.column)).unzip();
            json!({
                "code": code.as_str(), "severity": in_words(*severity), "place": place, "line": line, "column": column,
                "message": message, "help": help,
            })
        })
        .collect();
    let kind = match document_type {
        DocumentType::Trust => "trust",
        DocumentType::Inline => "inline",
        DocumentType::Managed => "managed",
        DocumentType::Resource => "resource",
    };
    json!({"file": &*document.name, "type": kind, "refused": refused, "findings": findings})
}

const fn in_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
