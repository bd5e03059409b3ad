//! Checks of a document as written: what IAM refuses, and what is dangerous or useless.

mod code;
mod condition;
mod danger;
mod escalation;
mod form;
mod grammar;
mod managed;
mod service;
mod trust;

use std::collections::BTreeSet;
use std::fmt;

use crate::json::Json;
use crate::policy::Policy;

pub use code::Code;
pub use managed::check_managed_policy_arn;

/// Something in a document that IAM refuses, or that is dangerous or useless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub code: Code,
    /// Whether IAM would refuse the document.
    pub severity: Severity,
    /// Where in the document, such as `Statement[1].Effect`; empty for the document as a whole.
    pub place: String,
    /// What is wrong, and what is expected instead.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// IAM takes the document, but it is dangerous or useless.
    Warning,
    /// IAM would refuse the document.
    Error,
}

/// What a document is for. It decides which elements it must have and may not have, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentType {
    /// A role's trust policy: who may assume it.
    Trust,
    /// A policy within a user, group or role.
    Inline,
    /// A policy of its own, attached to users, groups or roles, or their permissions boundary.
    Managed,
    /// The policy of a resource other than a role, such as a bucket.
    Resource,
}

/// The most characters without white space that IAM takes, by kind of document
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The account's quota for trust policies.
    pub trust_policy: usize,
    /// What is left for this document of the quota for all inline policies of one role.
    pub inline_policy: usize,
    /// The quota for a managed policy.
    pub managed_policy: usize,
}

impl Limits {
    /// No limits at all, for a caller that counts by itself.
    pub const NONE: Self = Self { trust_policy: usize::MAX, inline_policy: usize::MAX, managed_policy: usize::MAX };
}

/// The quotas of an account that had none raised, with no other inline policy beside the one at hand.
impl Default for Limits {
    fn default() -> Self {
        Self { trust_policy: 2048, inline_policy: 10_240, managed_policy: 6144 }
    }
}

impl DocumentType {
    /// Such as `a trust policy`.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Trust => "a trust policy",
            Self::Inline => "an inline policy",
            Self::Managed => "a managed policy",
            Self::Resource => "a resource's policy",
        }
    }

    /// Whether its statements say whom they are about.
    const fn has_principals(self) -> bool {
        match self {
            Self::Trust | Self::Resource => true,
            Self::Inline | Self::Managed => false,
        }
    }

    const fn limit(self, limits: &Limits) -> Option<usize> {
        match self {
            Self::Trust => Some(limits.trust_policy),
            Self::Inline => Some(limits.inline_policy),
            Self::Managed => Some(limits.managed_policy),
            Self::Resource => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity: _, place, message, help: _ } = self;
        if place.is_empty() {
            return write!(formatter, "{message} [{code}]");
        }
        write!(formatter, "{message}, at {place} [{code}]")
    }
}

/// The findings of a document: those of its elements in the order of its text, then those of the document as a whole. A document
/// that IAM accepts as this type has no finding of [`Severity::Error`].
pub fn check(policy: &Policy, document: DocumentType, limits: &Limits) -> Vec<Finding> {
    let mut report = Report { findings: Vec::new() };
    grammar::check_document(policy, document, &mut report);
    let mut sids = BTreeSet::new();
    for written in policy.written_statements() {
        grammar::check_statement(&written, document, &mut sids, &mut report);
        form::check_statement(policy.scope(), &written, document, &mut report);
        condition::check_statement(policy, &written, document, &mut report);
        service::check_statement(&written, &mut report);
        if document.has_principals() {
            trust::check_statement(policy, &written, document, &mut report);
        } else {
            danger::check_statement(policy, &written, &mut report);
        }
    }
    if !document.has_principals() {
        escalation::check(policy, &mut report);
    }
    check_characters(policy, &mut report);
    check_size(policy, document, limits, &mut report);
    report.findings
}

/// IAM takes Latin-1 only (`policyDocumentType` of IAM's service model).
fn check_characters(policy: &Policy, report: &mut Report) {
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    if let Some(wrong) = policy.compact().chars().find(|character| !allowed(*character)) {
        let message = format!("a policy cannot contain {wrong:?}");
        report.add(Code::Characters, "", message, "IAM takes ASCII and Latin-1 in policies");
    }
}

fn check_size(policy: &Policy, document: DocumentType, limits: &Limits, report: &mut Report) {
    let Some(limit) = document.limit(limits) else { return };
    let length = policy.non_whitespace_len();
    if length > limit {
        let name = document.in_words();
        let message = format!("{name} has at most {limit} characters without white space, and this has {length}");
        let help = match document {
            DocumentType::Trust => "the quota `Role trust policy length` of IAM can be raised in Service Quotas",
            DocumentType::Inline => {
                "all inline policies of a role count together: move statements into a managed policy"
            }
            DocumentType::Managed | DocumentType::Resource => "split it in two, or join actions by a wildcard",
        };
        report.add(Code::Size, "", message, help);
    }
}

/// The findings so far.
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, code: Code, place: &str, message: impl Into<String>, help: impl Into<String>) {
        self.add_with(code.severity(), code, place, message, help);
    }

    fn add_with(
        &mut self,
        severity: Severity,
        code: Code,
        place: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (place, message, help) = (place.to_owned(), message.into(), help.into());
        self.findings.push(Finding { code, severity, place, message, help });
    }
}

/// The value of an element.
fn element<'a>(entries: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The texts of an element that is one or a list of them, each with its place.
fn texts<'a>(place: &str, value: &'a Json) -> Vec<(String, &'a str)> {
    match value {
        Json::String(text) | Json::Number(text) => vec![(place.to_owned(), text)],
        Json::List(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| match item {
                Json::String(text) | Json::Number(text) => Some((format!("{place}[{index}]"), text.as_str())),
                Json::Null | Json::Boolean(_) | Json::List(_) | Json::Object(_) => None,
            })
            .collect(),
        Json::Null | Json::Boolean(_) | Json::Object(_) => Vec::new(),
    }
}
