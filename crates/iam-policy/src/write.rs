//! From the canonical form back to JSON: one text for all documents of one meaning.

use std::collections::BTreeSet;

use crate::caseless::Caseless;
use crate::json::Json;
use crate::policy::Document;
use crate::statement::{Condition, Effect, Principals, Statement};

/// The canonical document. Reading it again gives the same document.
pub(crate) fn document(document: &Document) -> Json {
    let Document { version, id, statements, unknown } = document;
    let mut entries = vec![("Version".to_owned(), Json::String(version.clone()))];
    push(&mut entries, "Id", id.clone().map(Json::String));
    entries.push(("Statement".to_owned(), Json::List(statements.iter().map(statement).collect())));
    entries.extend(unknown.iter().map(|(key, value)| (key.clone(), value.clone())));
    Json::Object(entries)
}

fn statement(statement: &Statement) -> Json {
    let Statement {
        sid,
        effect,
        principals: principal,
        not_principals,
        actions,
        not_actions,
        resources,
        not_resources,
        conditions: clauses,
        unknown,
    } = statement;
    let mut entries = Vec::new();
    push(&mut entries, "Sid", sid.clone().map(Json::String));
    push(&mut entries, "Effect", effect.as_ref().map(|effect: &Effect| Json::String(effect.to_string())));
    push(&mut entries, "Principal", principal.as_ref().map(principals));
    push(&mut entries, "NotPrincipal", not_principals.as_ref().map(principals));
    push(&mut entries, "Action", actions.as_ref().map(folded));
    push(&mut entries, "NotAction", not_actions.as_ref().map(folded));
    push(&mut entries, "Resource", resources.as_ref().map(strings));
    push(&mut entries, "NotResource", not_resources.as_ref().map(strings));
    push(&mut entries, "Condition", (!clauses.is_empty()).then(|| conditions(clauses)));
    entries.extend(unknown.iter().map(|(key, value)| (key.clone(), value.clone())));
    Json::Object(entries)
}

fn push(entries: &mut Vec<(String, Json)>, element: &str, value: Option<Json>) {
    entries.extend(value.map(|value| (element.to_owned(), value)));
}

fn principals(principals: &Principals) -> Json {
    match principals {
        Principals::Text(text) => Json::String(text.clone()),
        Principals::ByType(types) => {
            Json::Object(types.iter().map(|(kind, values)| (kind.clone(), strings(values))).collect())
        }
    }
}

fn conditions(conditions: &BTreeSet<Condition>) -> Json {
    let mut operators: Vec<(String, Json)> = Vec::new();
    // The set is in the order of its operators, so the keys of one operator are neighbours.
    for Condition { operator, key, values } in conditions {
        let entry = (key.folded(), strings(values));
        match operators.last_mut() {
            Some((last, Json::Object(keys))) if last == operator => keys.push(entry),
            Some(_) | None => operators.push((operator.clone(), Json::Object(vec![entry]))),
        }
    }
    Json::Object(operators)
}

fn strings(values: &BTreeSet<String>) -> Json {
    Json::strings(values.iter().map(String::as_str))
}

fn folded(names: &BTreeSet<Caseless>) -> Json {
    Json::List(names.iter().map(|name| Json::String(name.folded())).collect())
}
