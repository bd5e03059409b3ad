//! Conditions: operators that do not exist, and values that never match.

use super::{Code, Report, Severity, element, texts};
use crate::date;
use crate::error::excerpt;
use crate::evaluate::VERSION_WITH_VARIABLES;
use crate::json::Json;
use crate::operator::{Operator, Quantifier, Test};
use crate::policy::{Policy, WrittenStatement};
use crate::statement::Effect;
use crate::value::{self, Network};

/// The conditions of a statement, and the policy variables in it.
pub(super) fn check_statement(policy: &Policy, written: &WrittenStatement<'_>, report: &mut Report) {
    let WrittenStatement { place, entries, canonical } = written;
    check_variables(policy, written, report);
    let Some(Json::Object(operators)) = element(entries, "Condition") else { return };
    let allows = canonical.effect == Some(Effect::Allow);
    for (name, keys) in operators {
        let place = format!("{place}.Condition.{}", excerpt(name));
        let Json::Object(keys) = keys else { continue };
        let Some(operator) = Operator::named(name) else {
            // IAM takes an operator without keys, whatever it is called.
            if !keys.is_empty() {
                unknown_operator(&place, name, report);
            }
            continue;
        };
        for (key, values) in keys {
            let place = format!("{place}.{}", excerpt(key));
            check_values(&place, name, operator, values, report);
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
        // Whether IAM refuses it is documented nowhere; that it has no meaning is.
        report.add_with(Severity::Warning, Code::ConditionOperator, place, message, help);
        return;
    }
    let help = Operator::nearest(name).map_or_else(
        || "the operators are those of String, Numeric, Date, Arn, IpAddress, Bool, BinaryEquals and Null".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    report.add(Code::ConditionOperator, place, message, help);
}

fn check_values(place: &str, name: &str, operator: Operator, values: &Json, report: &mut Report) {
    for (place, value) in texts(place, values) {
        // A variable is replaced in texts and ARNs only, so elsewhere it is as wrong as any other text.
        let plain = if operator.has_variables() { without_variables(value) } else { value.to_owned() };
        let (is_readable, expected) = match operator.test {
            Test::Text | Test::TextIgnoringCase => {
                check_wildcard(&place, name, value, &plain, report);
                continue;
            }
            Test::Pattern | Test::Arn | Test::Binary => continue,
            Test::Truth | Test::Null => {
                (matches!(value.to_ascii_lowercase().as_str(), "true" | "false"), "true or false")
            }
            Test::Number(_) => (value::is_number(value), "a number"),
            Test::Date(_) => {
                (date::instant(value).is_some(), "a date such as 2026-01-31T12:00:00Z, or seconds since 1970")
            }
            Test::Address => (Network::parse(value).is_some(), "an address such as 203.0.113.0/24 or 2001:db8::/32"),
        };
        if !is_readable {
            // IAM reads dates when a document is stored ("failed legacy parsing"), the others when a request comes.
            let is_date = matches!(operator.test, Test::Date(_));
            let severity = if is_date { Severity::Error } else { Severity::Warning };
            let message = format!("{name} cannot read {:?}", excerpt(value));
            report.add_with(severity, Code::ConditionValue, &place, message, format!("expected {expected}"));
        }
    }
}

fn check_wildcard(place: &str, name: &str, value: &str, plain: &str, report: &mut Report) {
    if !plain.contains('*') {
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
    let is_required_elsewhere = written.canonical.conditions.iter().any(|condition| {
        condition.operator == "Null"
            && condition.key.as_written().eq_ignore_ascii_case(key)
            && condition.values.iter().all(|value| value.eq_ignore_ascii_case("false"))
    });
    if operator.quantifier == Quantifier::All && !is_required_elsewhere {
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
