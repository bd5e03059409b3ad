//! Which fields a call takes. The real service is believed to ignore what it does not know; here an unknown field or a
//! value of another type is refused, because it is a mistake of the client that would go unseen there.

use serde_json::{Map, Value};

use super::errors::{ErrorCode, Refusal};
use crate::http::Request;

/// A JSON object: what requests and specifications are.
pub(super) type Object = Map<String, Value>;

/// What a value must look like.
#[derive(Debug)]
pub(super) enum Shape {
    Text,
    Integer,
    Boolean,
    /// An object of any keys and texts.
    TextMap,
    /// One of these texts.
    Choice(&'static [&'static str]),
    List(&'static Shape),
    Object(&'static [Field]),
}

/// One field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

impl Field {
    /// A field that may be left out.
    pub(super) const fn optional(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false }
    }

    /// A field that must be there.
    pub(super) const fn required(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: true }
    }
}

/// The body of a request as an object of these fields.
pub(super) fn body(request: &Request, fields: &[Field]) -> Result<Object, Refusal> {
    let object = any_body(request)?;
    check(&object, fields, "")?;
    Ok(object)
}

/// The body of a request as an object that is still to be checked. A `null` counts as absent, as in the JSON form of
/// protocol buffers.
pub(super) fn any_body(request: &Request) -> Result<Object, Refusal> {
    let value = serde_json::from_slice::<Value>(&request.body).ok();
    let Some(Value::Object(mut object)) = value else {
        return Err(Refusal::new(
            ErrorCode::MalformedRequest,
            "Invalid JSON given in the body of the request - expected a map",
        ));
    };
    remove_nulls(&mut object);
    Ok(object)
}

/// The query of a request as an object of these fields: numbers and booleans are read from their texts, and a name
/// that stands several times is a list.
pub(super) fn query(request: &Request, fields: &[Field]) -> Result<Object, Refusal> {
    let mut object = Object::new();
    for (name, text) in &request.query {
        let field = fields.iter().find(|field| field.name == name).ok_or_else(|| unknown(name))?;
        match &field.shape {
            Shape::List(item) => {
                let list = object.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(items) = list {
                    items.push(scalar(item, name, text)?);
                }
            }
            shape => {
                object.insert(name.clone(), scalar(shape, name, text)?);
            }
        }
    }
    check(&object, fields, "")?;
    Ok(object)
}

/// A value of a query or a form, which is always a text on the wire.
pub(super) fn scalar(shape: &Shape, name: &str, text: &str) -> Result<Value, Refusal> {
    let value = match shape {
        Shape::Integer => text.parse::<i64>().ok().map(Value::from),
        // The official SDK for Python writes nested booleans with a capital (`_fix_query_string` of databricks-sdk 0.156).
        Shape::Boolean => match text {
            "true" | "True" => Some(Value::from(true)),
            "false" | "False" => Some(Value::from(false)),
            _ => None,
        },
        Shape::Text | Shape::Choice(_) => Some(Value::from(text)),
        Shape::TextMap | Shape::List(_) | Shape::Object(_) => None,
    };
    value.ok_or_else(|| wrong_type(shape, name))
}

/// Looks at an object and everything in it.
pub(super) fn check(object: &Object, fields: &[Field], prefix: &str) -> Result<(), Refusal> {
    check_present(object, fields, prefix)?;
    let missing = fields.iter().find(|field| field.required && !object.contains_key(field.name));
    match missing {
        Some(field) => Err(Refusal::invalid(format!("Missing required field: {prefix}{}", field.name))),
        None => Ok(()),
    }
}

/// Looks at what is there, and asks for nothing more of the outermost object.
pub(super) fn check_present(object: &Object, fields: &[Field], prefix: &str) -> Result<(), Refusal> {
    if let Some(name) = object.keys().find(|name| fields.iter().all(|field| field.name != **name)) {
        return Err(unknown(&format!("{prefix}{name}")));
    }
    for field in fields {
        if let Some(value) = object.get(field.name) {
            check_value(value, &field.shape, &format!("{prefix}{}", field.name))?;
        }
    }
    Ok(())
}

fn check_value(value: &Value, shape: &Shape, path: &str) -> Result<(), Refusal> {
    match (shape, value) {
        (Shape::Text, Value::String(_)) | (Shape::Boolean, Value::Bool(_)) => Ok(()),
        (Shape::Integer, Value::Number(number)) if number.is_i64() => Ok(()),
        (Shape::TextMap, Value::Object(entries)) if entries.values().all(Value::is_string) => Ok(()),
        (Shape::Choice(choices), Value::String(text)) => {
            if choices.contains(&text.as_str()) {
                return Ok(());
            }
            let message = format!("Invalid value {text} for {path}. Supported values: {}", choices.join(", "));
            Err(Refusal::invalid(message))
        }
        (Shape::List(item), Value::Array(values)) => values
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| check_value(value, item, &format!("{path}[{index}]"))),
        (Shape::Object(fields), Value::Object(object)) => check(object, fields, &format!("{path}.")),
        (
            Shape::Text
            | Shape::Integer
            | Shape::Boolean
            | Shape::TextMap
            | Shape::Choice(_)
            | Shape::List(_)
            | Shape::Object(_),
            _,
        ) => Err(wrong_type(shape, path)),
    }
}

fn unknown(name: &str) -> Refusal {
    Refusal::invalid(format!("unknown field {name}"))
}

/// Names the field and what it takes, never the value: it may be a secret.
pub(super) fn wrong_type(shape: &Shape, path: &str) -> Refusal {
    let expected = match shape {
        Shape::Text | Shape::Choice(_) => "a string",
        Shape::Integer => "an integer",
        Shape::Boolean => "a boolean",
        Shape::TextMap => "a map of strings",
        Shape::List(_) => "a list",
        Shape::Object(_) => "an object",
    };
    Refusal::new(
        ErrorCode::MalformedRequest,
        format!("Could not parse request object: Expected {expected} for field '{path}'"),
    )
}

fn remove_nulls(object: &mut Object) {
    object.retain(|_, value| !value.is_null());
    for value in object.values_mut() {
        remove_nulls_below(value);
    }
}

fn remove_nulls_below(value: &mut Value) {
    match value {
        Value::Object(object) => remove_nulls(object),
        Value::Array(values) => values.iter_mut().for_each(remove_nulls_below),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A text field, where there.
pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// A whole number, where there.
pub(super) fn integer(object: &Object, name: &str) -> Option<i64> {
    object.get(name).and_then(Value::as_i64)
}

/// A boolean field; absent is false.
pub(super) fn boolean(object: &Object, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool).unwrap_or_default()
}

/// An object field, where there.
pub(super) fn object<'a>(parent: &'a Object, name: &str) -> Option<&'a Object> {
    parent.get(name).and_then(Value::as_object)
}

/// A list field; absent is empty.
pub(super) fn list<'a>(object: &'a Object, name: &str) -> &'a [Value] {
    object.get(name).and_then(Value::as_array).map_or(&[], |values| values.as_slice())
}
