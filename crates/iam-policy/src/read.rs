//! From JSON as written to the canonical form.
//!
//! Only the structure is judged here. Documents that IAM has accepted must be readable whatever their grammar says, so what the
//! grammar forbids is [`check`](crate::check())'s business.

use std::collections::{BTreeMap, BTreeSet};

use crate::caseless::Caseless;
use crate::error::{PolicyError, Problem};
use crate::json::Json;
use crate::policy::{Document, Scope};
use crate::statement::{Condition, Effect, Principals, Statement};

/// The language version of a document that names none, as IAM documents it.
const DEFAULT_VERSION: &str = "2008-10-17";

const STRINGS: &str = "a string or a list of strings";

/// The entries of an element that is an object.
type Entries = [(String, Json)];

/// Reads a whole document.
pub(crate) fn document(json: &Json, scope: &Scope) -> Result<Document, PolicyError> {
    let Json::Object(entries) = json else {
        return Err(PolicyError::new(Problem::NotAnObject { found: json.kind() }));
    };
    let mut document =
        Document { version: DEFAULT_VERSION.to_owned(), id: None, statements: Vec::new(), unknown: BTreeMap::new() };
    for (key, value) in entries {
        match key.as_str() {
            "Version" => document.version = string(key, value)?,
            "Id" => document.id = some_unless_empty(string(key, value)?),
            "Statement" => {
                document.statements = statements(value, scope).map_err(|error| error.in_key(key))?;
            }
            _ => {
                document.unknown.insert(key.clone(), value.sorted());
            }
        }
    }
    // A set of statements, in one order: neither repetition nor order decides anything.
    document.statements.sort();
    document.statements.dedup();
    Ok(document)
}

fn statements(json: &Json, scope: &Scope) -> Result<Vec<Statement>, PolicyError> {
    match json {
        Json::Object(entries) => Ok(vec![statement(entries, scope)?]),
        Json::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let read = match item {
                    Json::Object(entries) => statement(entries, scope),
                    Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) | Json::List(_) => {
                        Err(wrong_type("a statement", "an object", item))
                    }
                };
                read.map_err(|error| error.in_index(index))
            })
            .collect(),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) => {
            Err(wrong_type("Statement", "an object or a list of objects", json))
        }
    }
}

/// Reads one statement.
pub(crate) fn statement(entries: &Entries, scope: &Scope) -> Result<Statement, PolicyError> {
    let mut statement = Statement {
        sid: None,
        effect: None,
        principals: None,
        not_principals: None,
        actions: None,
        not_actions: None,
        resources: None,
        not_resources: None,
        conditions: BTreeSet::new(),
        unknown: BTreeMap::new(),
    };
    for (key, value) in entries {
        match key.as_str() {
            "Sid" => statement.sid = some_unless_empty(string(key, value)?),
            "Effect" => statement.effect = Some(effect(string(key, value)?)),
            "Principal" => statement.principals = Some(principals(key, value, scope)?),
            "NotPrincipal" => statement.not_principals = Some(principals(key, value, scope)?),
            "Action" => statement.actions = Some(string_set(key, value)?),
            "NotAction" => statement.not_actions = Some(string_set(key, value)?),
            "Resource" => statement.resources = Some(string_set(key, value)?),
            "NotResource" => statement.not_resources = Some(string_set(key, value)?),
            "Condition" => statement.conditions = conditions(key, value)?,
            _ => {
                statement.unknown.insert(key.clone(), value.sorted());
            }
        }
    }
    Ok(statement)
}

fn effect(text: String) -> Effect {
    match text.as_str() {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => Effect::Unrecognized(text),
    }
}

fn principals(element: &str, json: &Json, scope: &Scope) -> Result<Principals, PolicyError> {
    match json {
        Json::String(text) if text == "*" => Ok(Principals::single("AWS", "*")),
        Json::String(text) => Ok(Principals::Text(text.clone())),
        Json::Object(entries) => {
            let mut types = BTreeMap::new();
            for (kind, value) in entries {
                let mut values: BTreeSet<String> = string_set(kind, value).map_err(|error| error.in_key(element))?;
                if kind == "AWS" {
                    values = values.into_iter().map(|value| root_of_account(value, scope)).collect();
                }
                if !values.is_empty() {
                    types.insert(kind.clone(), values);
                }
            }
            Ok(Principals::ByType(types))
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) => {
            Err(wrong_type(element, "\"*\" or an object", json).in_key(element))
        }
    }
}

/// IAM stores a bare account id as the ARN of the account's root, in the partition where the document lives.
fn root_of_account(principal: String, scope: &Scope) -> String {
    if principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("arn:{}:iam::{principal}:root", scope.partition);
    }
    principal
}

fn conditions(element: &str, json: &Json) -> Result<BTreeSet<Condition>, PolicyError> {
    let mut conditions = BTreeSet::new();
    for (operator, keys) in object(element, json)? {
        let keys = object(operator, keys).map_err(|error| error.in_key(element))?;
        let mut seen = BTreeSet::new();
        for (key, values) in keys {
            let key_name = Caseless::from(key.as_str());
            let values = condition_values(key, values).map_err(|error| error.in_key(operator).in_key(element))?;
            if !seen.insert(key_name.clone()) {
                let error = PolicyError::new(Problem::AmbiguousKey { key: key.clone() });
                return Err(error.in_key(operator).in_key(element));
            }
            conditions.insert(Condition { operator: operator.clone(), key: key_name, values });
        }
    }
    Ok(conditions)
}

fn condition_values(key: &str, json: &Json) -> Result<BTreeSet<String>, PolicyError> {
    let scalar = |value: &Json| match value {
        Json::String(text) | Json::Number(text) => Ok(text.clone()),
        Json::Boolean(truth) => Ok(truth.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => {
            Err(wrong_type(key, "a string, a number, a boolean or a list of them", value))
        }
    };
    match json {
        Json::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| scalar(item).map_err(|error| error.in_index(index).in_key(key)))
            .collect(),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            Ok(BTreeSet::from([scalar(json).map_err(|error| error.in_key(key))?]))
        }
    }
}

fn object<'a>(element: &str, json: &'a Json) -> Result<&'a Entries, PolicyError> {
    match json {
        Json::Object(entries) => Ok(entries),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) | Json::List(_) => {
            Err(wrong_type(element, "an object", json).in_key(element))
        }
    }
}

fn string(element: &str, json: &Json) -> Result<String, PolicyError> {
    match json {
        Json::String(text) => Ok(text.clone()),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
            Err(wrong_type(element, "a string", json).in_key(element))
        }
    }
}

fn string_set<T>(element: &str, json: &Json) -> Result<BTreeSet<T>, PolicyError>
where
    T: for<'a> From<&'a str> + Ord,
{
    let item = |value: &Json| match value {
        Json::String(text) => Ok(T::from(text.as_str())),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
            Err(wrong_type(element, STRINGS, value))
        }
    };
    match json {
        Json::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| item(value).map_err(|error| error.in_index(index).in_key(element)))
            .collect(),
        Json::Null | Json::Boolean(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            Ok(BTreeSet::from([item(json).map_err(|error| error.in_key(element))?]))
        }
    }
}

fn some_unless_empty(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}

fn wrong_type(element: &str, expected: &'static str, found: &Json) -> PolicyError {
    PolicyError::new(Problem::WrongType { element: element.to_owned(), expected, found: found.kind() })
}
