//! What IAM takes for a policy document, in IAM's own order and words.

use std::collections::BTreeSet;

use iam_policy::{Policy, Scope};
use serde_json::{Map, Value};

use crate::iam::error::{IamError, lower_first};

/// The most characters that a document's parameter may have (IAM service model, `policyDocumentType`).
const MAXIMUM_CHARACTERS: usize = 131_072;

/// What a document is for: it decides which elements it must and must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Who may assume a role.
    Trust,
    /// What the bearer may do.
    Identity,
}

/// Reads a document and checks it as IAM does before storing it.
pub(crate) fn check(member: &str, text: &str, purpose: Purpose, scope: &Scope) -> Result<Value, IamError> {
    check_characters(member, text)?;
    if !text.starts_with('{') {
        // TF users meet this for leading white space: facts on IAM's "legacy parsing" (terraform #10057).
        return Err(IamError::malformed_document("The policy failed legacy parsing"));
    }
    let value: Value =
        serde_json::from_str(text).map_err(|_| IamError::malformed_document("This policy contains invalid Json"))?;
    Policy::parse(text, scope).map_err(|_| syntax())?;
    let top = value.as_object().ok_or_else(syntax)?;
    check_top(top)?;
    let mut names = BTreeSet::new();
    for statement in statements(top)? {
        check_statement(statement, purpose)?;
        if let Some(sid) = statement.get("Sid") {
            let sid = sid.as_str().ok_or_else(syntax)?;
            check_sid(sid)?;
            if !names.insert(sid) {
                return Err(IamError::malformed_document("Statement IDs (SID) in a single policy must be unique."));
            }
        }
    }
    Ok(value)
}

/// The size that IAM counts against its quotas: characters that are no white space.
pub(crate) fn size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// The text or texts of an element that may be either.
pub(crate) fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn syntax() -> IamError {
    IamError::malformed_document("Syntax errors in policy.")
}

fn check_characters(member: &str, text: &str) -> Result<(), IamError> {
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}');
    if text.is_empty() {
        return Err(IamError::constraint(member, None, "Member must have length greater than or equal to 1"));
    }
    if text.chars().count() > MAXIMUM_CHARACTERS {
        let constraint = format!("Member must have length less than or equal to {MAXIMUM_CHARACTERS}");
        return Err(IamError::constraint(member, None, &constraint));
    }
    if text.chars().all(allowed) {
        return Ok(());
    }
    Err(IamError::validation(format!(
        "The specified value for {} is invalid. It must contain only printable ASCII characters.",
        lower_first(member)
    )))
}

fn check_top(top: &Map<String, Value>) -> Result<(), IamError> {
    if top.keys().any(|key| !["Version", "Id", "Statement"].contains(&key.as_str())) {
        return Err(syntax());
    }
    match top.get("Version") {
        None => Ok(()),
        Some(Value::String(version)) if version == "2012-10-17" || version == "2008-10-17" => Ok(()),
        Some(_) => Err(IamError::malformed_document("Policy document must be version 2012-10-17 or greater.")),
    }
}

fn statements(top: &Map<String, Value>) -> Result<Vec<&Map<String, Value>>, IamError> {
    match top.get("Statement") {
        Some(Value::Object(statement)) => Ok(vec![statement]),
        Some(Value::Array(statements)) if !statements.is_empty() => {
            statements.iter().map(|statement| statement.as_object().ok_or_else(syntax)).collect()
        }
        _ => Err(syntax()),
    }
}

fn check_sid(sid: &str) -> Result<(), IamError> {
    if sid.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(IamError::malformed_document(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ))
}

fn check_statement(statement: &Map<String, Value>, purpose: Purpose) -> Result<(), IamError> {
    const ELEMENTS: [&str; 9] =
        ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    if statement.keys().any(|key| !ELEMENTS.contains(&key.as_str())) {
        return Err(syntax());
    }
    match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow" | "Deny") => {}
        Some(_) => return Err(IamError::malformed_document("The policy failed legacy parsing")),
        None => return Err(syntax()),
    }
    if statement.get("Condition").is_some_and(|condition| !condition.is_object()) {
        return Err(syntax());
    }
    check_actions(statement, purpose)?;
    match purpose {
        Purpose::Trust => check_trust(statement),
        Purpose::Identity => check_identity(statement),
    }
}

/// The one of two elements that is given: both or neither is a syntax error for the caller to name.
fn either<'a>(
    statement: &'a Map<String, Value>,
    positive: &str,
    negative: &str,
) -> Result<Option<&'a Value>, IamError> {
    match (statement.get(positive), statement.get(negative)) {
        (Some(_), Some(_)) => Err(syntax()),
        (value, None) | (None, value) => Ok(value),
    }
}

fn check_actions(statement: &Map<String, Value>, purpose: Purpose) -> Result<(), IamError> {
    let missing = || IamError::malformed_document("Policy statement must contain actions.");
    let value = either(statement, "Action", "NotAction")?.ok_or_else(missing)?;
    let actions = texts(value).ok_or_else(syntax)?;
    if actions.is_empty() {
        return Err(missing());
    }
    for action in actions {
        match action.split(':').count() {
            1 if action == "*" && purpose == Purpose::Identity => {}
            1 => {
                return Err(IamError::malformed_document(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                ));
            }
            2 => {}
            _ => {
                return Err(IamError::malformed_document("Actions/Condition can contain only one colon."));
            }
        }
        if purpose == Purpose::Trust && !action.to_lowercase().starts_with("sts:") {
            return Err(IamError::malformed_document("AssumeRole policy may only specify STS AssumeRole actions."));
        }
    }
    Ok(())
}

fn check_trust(statement: &Map<String, Value>) -> Result<(), IamError> {
    for prohibited in ["Resource", "NotResource"] {
        if statement.contains_key(prohibited) {
            return Err(IamError::malformed_document(format!("Has prohibited field {prohibited}")));
        }
    }
    match either(statement, "Principal", "NotPrincipal")? {
        Some(_) => Ok(()),
        None => Err(IamError::malformed_document("Missing required field Principal")),
    }
}

fn check_identity(statement: &Map<String, Value>) -> Result<(), IamError> {
    if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
        return Err(IamError::malformed_document("Policy document should not specify a principal."));
    }
    let missing = || IamError::malformed_document("Policy statement must contain resources.");
    let value = either(statement, "Resource", "NotResource")?.ok_or_else(missing)?;
    let resources = texts(value).ok_or_else(syntax)?;
    if resources.is_empty() {
        return Err(missing());
    }
    resources.into_iter().try_for_each(check_resource)
}

fn check_resource(resource: &str) -> Result<(), IamError> {
    if resource == "*" {
        return Ok(());
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [scheme, partition, _service, _region, _account, _name] = parts.as_slice() else {
        return Err(IamError::malformed_document(format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    if *scheme != "arn" {
        return Err(IamError::malformed_document(format!("Resource {resource} must be in ARN format or \"*\".")));
    }
    if partition.contains('*') || partition.starts_with("aws") {
        return Ok(());
    }
    Err(IamError::malformed_document(format!("Partition \"{partition}\" is not valid for resource \"{resource}\".")))
}
