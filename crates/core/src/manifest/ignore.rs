//! What is to be silenced on a resource: `ignore: {CODE: why}`.

use std::collections::BTreeMap;

use iam_policy::{Code, Severity};

use super::diagnostic::{Diagnostic, Reporter};
use super::nearest::{did_you_mean, listed};
use super::node::{Entry, Key, Node, Value, excerpt};
use super::reader::{self, ObjectReader};
use crate::access::AccessCode;
use crate::guard::GuardCode;
use crate::quota::QuotaCode;

/// The warnings about a resource's own fields.
const WARNINGS: [&str; 6] =
    ["policy-size", "repeated-item", "retired-platform", "retired-runtime", "too-many", "unsupported-platform"];

/// Reads the codes and the reasons. A code that no warning bears is a mistake: the warning that was meant would be told.
pub(super) fn read(object: &mut ObjectReader<'_, '_>) -> BTreeMap<String, String> {
    object.field("ignore", read_codes).value().cloned().unwrap_or_default()
}

fn read_codes(node: &Node, reporter: &Reporter<'_>) -> Option<BTreeMap<String, String>> {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Broken => return None,
        Value::Null | Value::Scalar(_) | Value::List(_) => {
            let message = format!("expected codes, each with the reason to ignore it, found {}", node.described());
            let help = "write `ignore: {CODE: why}`";
            reporter.report(node.span, Diagnostic::error("wrong-type", message).with_help(help));
            return None;
        }
    };
    let codes = entries.iter().filter_map(|Entry { key, value }| {
        check_code(key, reporter);
        Some((key.text.clone(), reader::filled_text(value, reporter)?))
    });
    Some(codes.collect())
}

fn check_code(key: &Key, reporter: &Reporter<'_>) {
    if !known().any(|code| code == key.text) {
        let message = format!("`{}` is not the code of a warning", excerpt(&key.text));
        let help = did_you_mean(&key.text, known()).unwrap_or_else(|| format!("known are {}", listed(known())));
        reporter.report(key.span, Diagnostic::error("unknown-code", message).with_help(help));
    }
}

/// The codes of all warnings: about fields, about the content of policies, about the access chain, about quotas; and of the guards.
fn known() -> impl Iterator<Item = &'static str> {
    let of_policies = Code::ALL.into_iter().filter(|code| code.severity() == Severity::Warning);
    let access = AccessCode::ALL.into_iter().map(AccessCode::as_str);
    let quotas = QuotaCode::ALL.into_iter().map(QuotaCode::as_str);
    let guards = GuardCode::ALL.into_iter().map(GuardCode::as_str);
    WARNINGS.into_iter().chain(of_policies.map(Code::as_str)).chain(access).chain(quotas).chain(guards)
}
