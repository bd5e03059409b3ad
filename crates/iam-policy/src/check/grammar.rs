//! Which elements there are: what must be there, what may not, and in which spelling
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>).

use std::collections::BTreeSet;

use super::{Code, DocumentType, Report, element};
use crate::error::excerpt;
use crate::evaluate::VERSION_WITH_VARIABLES;
use crate::json::Json;
use crate::policy::{Policy, WrittenStatement};

const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

const STATEMENT_ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The elements of the document itself.
pub(super) fn check_document(policy: &Policy, document: DocumentType, report: &mut Report) {
    let Json::Object(entries) = policy.written() else { return };
    check_version(entries, document, report);
    for (key, _) in entries {
        if !DOCUMENT_ELEMENTS.contains(&key.as_str()) {
            unknown_element(key, &excerpt(key), &DOCUMENT_ELEMENTS, report);
        }
    }
    if policy.statements().is_empty() {
        report.add(Code::Statement, "", "a policy needs a Statement", "to allow nothing, have no policy");
    }
}

/// Managed policies are younger than the old version, and cannot have it (IAM: `Policy document must be version 2012-10-17 or
/// greater.`).
fn check_version(entries: &[(String, Json)], document: DocumentType, report: &mut Report) {
    let version = match element(entries, "Version") {
        Some(Json::String(version)) => Some(version.as_str()),
        Some(_) | None => None,
    };
    let (place, message) = match (version, document) {
        (Some(VERSION_WITH_VARIABLES), _)
        | (Some("2008-10-17") | None, DocumentType::Trust | DocumentType::Inline | DocumentType::Resource) => return,
        (Some("2008-10-17"), DocumentType::Managed) => {
            ("Version", "the Version of a managed policy must be 2012-10-17, not the old 2008-10-17".to_owned())
        }
        (None, DocumentType::Managed) => {
            ("", "a managed policy needs Version: 2012-10-17; without one it is of the old version".to_owned())
        }
        (Some(version), _) => {
            ("Version", format!("Version must be 2012-10-17 or 2008-10-17, not {:?}", excerpt(version)))
        }
    };
    report.add(Code::Version, place, message, "it is the version of the language, not of the document");
}

/// The elements of one statement. `sids` are those of the statements before.
pub(super) fn check_statement<'a>(
    written: &WrittenStatement<'a>,
    document: DocumentType,
    sids: &mut BTreeSet<&'a str>,
    report: &mut Report,
) {
    let WrittenStatement { place, entries, canonical: _ } = written;
    check_effect(place, element(entries, "Effect"), report);
    check_required(place, entries, Code::Action, ["Action", "NotAction"], report);
    check_principal(place, entries, document, report);
    check_resource(place, entries, document, report);
    if let Some(Json::String(sid)) = element(entries, "Sid") {
        check_sid(place, sid, sids, report);
    }
    for (key, _) in *entries {
        if !STATEMENT_ELEMENTS.contains(&key.as_str()) {
            unknown_element(key, &format!("{place}.{}", excerpt(key)), &STATEMENT_ELEMENTS, report);
        }
    }
}

fn check_effect(place: &str, effect: Option<&Json>, report: &mut Report) {
    const HELP: &str = "the two are Allow and Deny, with a capital letter";
    match effect {
        None => report.add(Code::Effect, place, "a statement needs Effect, Allow or Deny", HELP),
        Some(Json::String(effect)) if effect != "Allow" && effect != "Deny" => {
            let message = format!("Effect must be Allow or Deny, not {:?}", excerpt(effect));
            report.add(Code::Effect, &format!("{place}.Effect"), message, HELP);
        }
        Some(_) => {}
    }
}

/// Exactly one of an element and its opposite, and not an empty one.
fn check_required(place: &str, entries: &[(String, Json)], code: Code, pair: [&str; 2], report: &mut Report) {
    let [name, opposite] = pair;
    let found = pair.map(|name| element(entries, name));
    match found {
        [None, None] => {
            report.add(code, place, format!("a statement needs {name} or {opposite}"), format!("add {name}"));
        }
        [Some(_), Some(_)] => {
            let message = format!("a statement has {name} or {opposite}, not both");
            report.add(code, place, message, "make two statements of it");
        }
        [Some(_), None] | [None, Some(_)] => {}
    }
    for name in pair {
        if let Some(Json::List(items)) = element(entries, name)
            && items.is_empty()
        {
            report.add(
                code,
                &format!("{place}.{name}"),
                format!("{name} is empty"),
                "delete the statement, or fill it in",
            );
        }
    }
}

fn check_principal(place: &str, entries: &[(String, Json)], document: DocumentType, report: &mut Report) {
    let pair = ["Principal", "NotPrincipal"];
    if document.has_principals() {
        check_required(place, entries, Code::Principal, pair, report);
        return;
    }
    let help = "an identity's own policy is about that identity; who may assume a role stands in its trust policy";
    check_forbidden(place, entries, Code::Principal, pair, document, help, report);
}

fn check_resource(place: &str, entries: &[(String, Json)], document: DocumentType, report: &mut Report) {
    let pair = ["Resource", "NotResource"];
    match document {
        DocumentType::Inline | DocumentType::Managed => check_required(place, entries, Code::Resource, pair, report),
        DocumentType::Trust => {
            let help = "a trust policy is about the role that it belongs to: delete the element";
            check_forbidden(place, entries, Code::Resource, pair, document, help, report);
        }
        // Which services need one, and which do not, differs.
        DocumentType::Resource => {}
    }
}

fn check_forbidden(
    place: &str,
    entries: &[(String, Json)],
    code: Code,
    pair: [&str; 2],
    document: DocumentType,
    help: &str,
    report: &mut Report,
) {
    for name in pair {
        if element(entries, name).is_some() {
            report.add(code, &format!("{place}.{name}"), format!("{} cannot have {name}", document.in_words()), help);
        }
    }
}

fn check_sid<'a>(place: &str, sid: &'a str, sids: &mut BTreeSet<&'a str>, report: &mut Report) {
    let place = format!("{place}.Sid");
    if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("Sid may have letters A-Z, a-z and digits only, not {:?}", excerpt(sid));
        let plain: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
        report.add(Code::SidCharacters, &place, message, format!("write {:?}", excerpt(&plain)));
    }
    if !sid.is_empty() && !sids.insert(sid) {
        let message = format!("two statements have the Sid {:?}", excerpt(sid));
        report.add(Code::SidRepeated, &place, message, "give one of them another, or none");
    }
}

fn unknown_element(key: &str, place: &str, known: &[&str], report: &mut Report) {
    // Elements are case-sensitive to us, so the commonest mistake is the right word in the wrong case, or in the plural.
    let near = known.iter().find(|name| {
        name.eq_ignore_ascii_case(key) || key.strip_suffix('s').is_some_and(|single| name.eq_ignore_ascii_case(single))
    });
    let hint = near.map(|name| format!(", did you mean {name}?")).unwrap_or_default();
    let message = format!("{:?} is no element of a policy{hint}", excerpt(key));
    report.add(Code::UnknownElement, place, message, format!("the elements here are {}", known.join(", ")));
}
