//! Checks of IAM's grammar on the document as written.

use std::collections::BTreeSet;
use std::fmt;

use crate::error::excerpt;
use crate::json::Json;
use crate::policy::Policy;

/// Something in a document that IAM refuses, or that is dangerous or useless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub code: Code,
    /// Whether IAM would refuse the document.
    pub severity: Severity,
    /// Where in the document, such as `Statement[1].Effect`.
    pub place: String,
    /// What is wrong, and what is expected instead.
    pub message: String,
}

/// The checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// `Version` is neither `2012-10-17` nor `2008-10-17`.
    Version,
    /// `Effect` is missing, or neither `Allow` nor `Deny`.
    Effect,
    /// Neither or both of `Action` and `NotAction`.
    Action,
    /// `Sid` has other characters than letters and digits.
    SidCharacters,
    /// Two statements have one `Sid`.
    SidRepeated,
    /// An element that the grammar does not know.
    UnknownElement,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// IAM takes the document, but it is dangerous or useless.
    Warning,
    /// IAM would refuse the document.
    Error,
}

impl Code {
    /// The code as it is written in a manifest, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "policy-version",
            Self::Effect => "policy-effect",
            Self::Action => "policy-action",
            Self::SidCharacters => "policy-sid-characters",
            Self::SidRepeated => "policy-sid-repeated",
            Self::UnknownElement => "policy-unknown-element",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity: _, place, message } = self;
        if place.is_empty() {
            return write!(formatter, "{message} [{code}]");
        }
        write!(formatter, "{message}, at {place} [{code}]")
    }
}

/// The findings of a document, in the order of its text. A document that IAM accepts has no finding of [`Severity::Error`].
pub fn check(policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Json::Object(entries) = policy.written() else { return findings };
    for (key, value) in entries {
        match key.as_str() {
            "Version" => check_version(value, &mut findings),
            "Statement" => check_statements(value, &mut findings),
            "Id" => {}
            _ => findings.push(unknown_element(key, key, &["Version", "Id", "Statement"])),
        }
    }
    findings
}

fn check_version(value: &Json, findings: &mut Vec<Finding>) {
    let Json::String(version) = value else { return };
    if version != "2012-10-17" && version != "2008-10-17" {
        findings.push(error(
            Code::Version,
            "Version",
            format!("Version must be 2012-10-17 or 2008-10-17, not {:?}", excerpt(version)),
        ));
    }
}

fn check_statements(value: &Json, findings: &mut Vec<Finding>) {
    let mut sids = BTreeSet::new();
    match value {
        Json::Object(entries) => check_statement("Statement", entries, &mut sids, findings),
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Json::Object(entries) = item {
                    check_statement(&format!("Statement[{index}]"), entries, &mut sids, findings);
                }
            }
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn check_statement<'a>(
    place: &str,
    entries: &'a [(String, Json)],
    sids: &mut BTreeSet<&'a str>,
    findings: &mut Vec<Finding>,
) {
    let element = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    check_effect(place, element("Effect"), findings);
    let problem = match (element("Action"), element("NotAction")) {
        (None, None) => Some("a statement needs Action or NotAction"),
        (Some(_), Some(_)) => Some("a statement has Action or NotAction, not both"),
        (Some(_), None) | (None, Some(_)) => None,
    };
    findings.extend(problem.map(|problem| error(Code::Action, place, problem.to_owned())));
    if let Some(Json::String(sid)) = element("Sid") {
        check_sid(place, sid, sids, findings);
    }
    for (key, _) in entries {
        if !STATEMENT_ELEMENTS.contains(&key.as_str()) {
            findings.push(unknown_element(key, &format!("{place}.{}", excerpt(key)), &STATEMENT_ELEMENTS));
        }
    }
}

const STATEMENT_ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn check_effect(place: &str, effect: Option<&Json>, findings: &mut Vec<Finding>) {
    match effect {
        None => {
            findings.push(error(Code::Effect, place, "a statement needs Effect, Allow or Deny".to_owned()));
        }
        Some(Json::String(effect)) if effect != "Allow" && effect != "Deny" => findings.push(error(
            Code::Effect,
            &format!("{place}.Effect"),
            format!("Effect must be Allow or Deny, not {:?}", excerpt(effect)),
        )),
        Some(_) => {}
    }
}

fn check_sid<'a>(place: &str, sid: &'a str, sids: &mut BTreeSet<&'a str>, findings: &mut Vec<Finding>) {
    let place = format!("{place}.Sid");
    if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("Sid may have letters A-Z, a-z and digits only, not {:?}", excerpt(sid));
        findings.push(error(Code::SidCharacters, &place, message));
    }
    if !sid.is_empty() && !sids.insert(sid) {
        let message = format!("two statements have the Sid {:?}", excerpt(sid));
        findings.push(error(Code::SidRepeated, &place, message));
    }
}

fn unknown_element(key: &str, place: &str, known: &[&str]) -> Finding {
    // Elements are case-sensitive to us, so the commonest mistake is the right word in the wrong case, or in the plural.
    let near = known.iter().find(|name| {
        name.eq_ignore_ascii_case(key) || key.strip_suffix('s').is_some_and(|single| name.eq_ignore_ascii_case(single))
    });
    let hint = near.map(|name| format!(", did you mean {name}?")).unwrap_or_default();
    error(Code::UnknownElement, place, format!("{:?} is no element of a policy{hint}", excerpt(key)))
}

fn error(code: Code, place: &str, message: String) -> Finding {
    Finding { code, severity: Severity::Error, place: place.to_owned(), message }
}
