//! Conditions: operators that do not exist, and values that never match.

mod key;

use super::danger::allows_action;
use super::{Code, DocumentType, Report, Severity, element, texts};
use crate::date;
use crate::error::excerpt;
use crate::evaluate::VERSION_WITH_VARIABLES;
use crate::json::Json;
use crate::operator::{Operator, Quantifier, Test};
use crate::policy::{Policy, WrittenStatement};
use crate::statement::{Effect, Statement};
use crate::value::{self, Network};

/// The conditions of a statement, and the policy variables in it.
pub(super) fn check_statement(
    policy: &Policy,
    written: &WrittenStatement<'_>,
    document: DocumentType,
    report: &mut Report,
) {
    let WrittenStatement { place, entries, canonical } = written;
    check_variables(policy, written, report);
    let Some(Json::Object(operators)) = element(entries, "Condition") else { return };
    let allows = canonical.effect == Some(Effect::Allow);
    for (name, keys) in operators {
        let place = format!("{place}.Condition.{}", excerpt(name));
        let Json::Object(keys) = keys else { continue };
        let operator = Operator::named(name);
        // IAM takes an operator without keys, whatever it is called.
        if operator.is_none() && !keys.is_empty() {
            unknown_operator(&place, name, report);
        }
        for (key, values) in keys {
            let place = format!("{place}.{}", excerpt(key));
            key::check(&place, key, report);
            let Some(operator) = operator else { continue };
            check_values(&place, name, operator, values, document, report);
            if allows {
                check_looseness(&place, operator, key, values, written, report);
            }
        }
    }
}

fn unknown_operator(place: &str, name: &str, report: &mut Report) {
    let message = format!("{:?} is no condition operator", excerpt(name));
    if name.ends_with("NullIfExists") || name.ends_with(":Null") {
        let help = "Null asks whether a key exists, and has neither IfExists nor a set operator";
        // IAM refuses the one (`Syntax errors in policy.`) and takes the other, which has no meaning
        // (https://github.com/badmintoncryer/cdk-preflight/tree/main/rules/iam/pf-iam-policy-condition-null-ifexists).
        let severity = if name.ends_with("IfExists") { Severity::Error } else { Severity::Warning };
        report.add_with(severity, Code::ConditionOperator, place, message, help);
        return;
    }
    let help = Operator::nearest(name).map_or_else(
        || "the operators are those of String, Numeric, Date, Arn, IpAddress, Bool, BinaryEquals and Null".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    report.add(Code::ConditionOperator, place, message, help);
}

fn check_values(
    place: &str,
    name: &str,
    operator: Operator,
    values: &Json,
    document: DocumentType,
    report: &mut Report,
) {
    for (place, value) in texts(place, values) {
        if matches!(operator.test, Test::Text | Test::TextIgnoringCase) {
            check_wildcard(&place, name, value, report);
        }
        if is_readable(operator.test, value) {
            continue;
        }
        let severity = if is_taken(operator.test, value, document) { Severity::Warning } else { Severity::Error };
        let message = format!("{name} cannot read {:?}", excerpt(value));
        let hint = if value.contains("${") { "; variables are for texts and ARNs" } else { "" };
        let help = format!("expected {}{hint}", expected(operator.test));
        report.add_with(severity, Code::ConditionValue, &place, message, help);
    }
}

/// Whether a value can ever match.
fn is_readable(test: Test, value: &str) -> bool {
    match test {
        Test::Text | Test::TextIgnoringCase | Test::Pattern => true,
        Test::Arn => value == "*" || (value.starts_with("arn:") && value.matches(':').count() >= 5),
        Test::Truth | Test::Null => matches!(value.to_ascii_lowercase().as_str(), "true" | "false"),
        Test::Number(_) => value::is_number(value),
        Test::Date(_) => date::instant(value).is_some(),
        Test::Address => Network::parse(value).is_some(),
        Test::Binary => value::base64(value).is_some(),
    }
}

/// Whether IAM takes a value that nothing reads. It reads all values when a document is stored (`The policy failed legacy
/// parsing`), but what stands for true and false (the module of forms says who asked it). What other services do with the
/// policies of their resources differs.
fn is_taken(test: Test, value: &str, document: DocumentType) -> bool {
    match test {
        Test::Text | Test::TextIgnoringCase | Test::Pattern | Test::Truth | Test::Null => true,
        Test::Date(_) => document == DocumentType::Resource || date::is_taken(value),
        Test::Arn | Test::Number(_) | Test::Address | Test::Binary => document == DocumentType::Resource,
    }
}

const fn expected(test: Test) -> &'static str {
    match test {
        Test::Text | Test::TextIgnoringCase | Test::Pattern => "a text",
        Test::Arn => "an ARN of six parts, each of which may have * and ?, or *",
        Test::Truth | Test::Null => "true or false",
        Test::Number(_) => "a number",
        Test::Date(_) => "a date such as 2026-01-31T12:00:00Z, or seconds since 1970",
        Test::Address => "an address such as 203.0.113.0/24 or 2001:db8::/32",
        Test::Binary => "base64, padded to a multiple of four characters",
    }
}

fn check_wildcard(place: &str, name: &str, value: &str, report: &mut Report) {
    if !without_variables(value).contains('*') {
        return;
    }
    let message = format!("{name} reads the * of {:?} as a plain character", excerpt(value));
    let like = name.replace("EqualsIgnoreCase", "Like").replace("Equals", "Like");
    report.add(
        Code::WildcardLiteral,
        place,
        message,
        format!("{like} reads it as a wildcard; write ${{*}} if the character is meant"),
    );
}

/// Conditions that hold where nobody thinks of it: because the key is absent.
fn check_looseness(
    place: &str,
    operator: Operator,
    key: &str,
    values: &Json,
    written: &WrittenStatement<'_>,
    report: &mut Report,
) {
    if operator.quantifier == Quantifier::All && !is_always_there(key, &written.canonical) {
        let message = format!("ForAllValues holds for a request without {} too, and this allows", excerpt(key));
        let help = format!("require the key as well: \"Null\": {{\"{}\": \"false\"}}", excerpt(key));
        report.add(Code::ForAllValuesAllow, place, message, help);
    }
    let asks_for_true = match values {
        Json::Boolean(truth) => *truth,
        Json::String(text) => text.eq_ignore_ascii_case("true"),
        Json::Null | Json::Number(_) | Json::List(_) | Json::Object(_) => false,
    };
    if operator.if_exists && asks_for_true && key.eq_ignore_ascii_case("aws:MultiFactorAuthPresent") {
        let message = "BoolIfExists holds for access keys, whose requests have no aws:MultiFactorAuthPresent";
        report.add(Code::IfExistsMultiFactor, place, message, "use Bool, which needs the key to be there");
    }
}

/// Whether a request that the statement's other elements fit always has the key.
fn is_always_there(key: &str, statement: &Statement) -> bool {
    let is_required = statement.conditions.iter().any(|condition| {
        condition.operator == "Null"
            && condition.key.as_written().eq_ignore_ascii_case(key)
            && condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"))
    });
    // A request with the value of a tag has the key of that tag.
    let tags = statement.conditions.iter().filter(|condition| condition.requires_its_key());
    let has_tag = key.eq_ignore_ascii_case("aws:TagKeys")
        && tags.into_iter().any(|condition| condition.key.folded().starts_with("aws:requesttag/"));
    // Of the calls that read and write items, all but a scan name the keys of the items.
    let is_of_items = matches!(key.to_ascii_lowercase().as_str(), "dynamodb:leadingkeys" | "dynamodb:attributes");
    is_required || has_tag || (is_of_items && !allows_action(statement, "dynamodb:Scan"))
}

/// Policy variables in a document of the old version are plain text
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).
fn check_variables(policy: &Policy, written: &WrittenStatement<'_>, report: &mut Report) {
    if policy.version() == VERSION_WITH_VARIABLES {
        return;
    }
    let canonical = &written.canonical;
    let elements: [(&str, Vec<&String>); 3] = [
        ("Resource", canonical.resources.iter().flatten().collect()),
        ("NotResource", canonical.not_resources.iter().flatten().collect()),
        ("Condition", canonical.conditions.iter().flat_map(|condition| &condition.values).collect()),
    ];
    for (name, values) in elements {
        if let Some(value) = values.into_iter().find(|value| value.contains("${")) {
            let message =
                format!("the version {} reads {:?} as plain text, not as a variable", policy.version(), excerpt(value));
            let help = "write Version: 2012-10-17";
            report.add(Code::VariableVersion, &format!("{}.{name}", written.place), message, help);
        }
    }
}

fn without_variables(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once("${") {
        plain.push_str(before);
        rest = variable.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}
