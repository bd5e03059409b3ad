//! The members of one call, read strictly: unknown ones and wrong types are refused.

use serde_json::{Map, Value};

use crate::http::Request;
use crate::sagemaker::error::SageMakerError;

/// The members of one call.
pub(crate) struct Input {
    members: Map<String, Value>,
}

impl Input {
    /// Reads a body; members that the operation does not know are refused.
    pub(crate) fn read(request: &Request, known: &[&str]) -> Result<Self, SageMakerError> {
        let value: Value = serde_json::from_slice(&request.body)
            .map_err(|error| SageMakerError::serialization(format!("The body is no JSON: {error}")))?;
        let Value::Object(mut members) = value else {
            return Err(SageMakerError::serialization("The body is no JSON object."));
        };
        // In AWS's JSON protocols a null member is an absent one.
        members.retain(|_, value| !value.is_null());
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(Self { members }),
            Some(name) => Err(SageMakerError::validation(format!("The operation has no member {name}."))),
        }
    }

    /// Whether a member is given at all.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A text that may be given.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, SageMakerError> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(name, "a string")),
        }
    }

    /// A text that must be given.
    pub(crate) fn required_text(&self, name: &str) -> Result<&str, SageMakerError> {
        self.text(name)?.ok_or_else(|| SageMakerError::constraint(name, "null", "Member must not be null"))
    }

    /// One of a set of texts.
    pub(crate) fn choice(&self, name: &str, choices: &[&str]) -> Result<Option<&str>, SageMakerError> {
        match self.text(name)? {
            Some(text) if !choices.contains(&text) => {
                let constraint = format!("Member must satisfy enum value set: [{}]", choices.join(", "));
                Err(SageMakerError::constraint(name, &format!("'{text}'"), &constraint))
            }
            text => Ok(text),
        }
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, SageMakerError> {
        let Some(value) = self.members.get(name) else {
            return Ok(None);
        };
        let number = value.as_i64().ok_or_else(|| wrong_type(name, "an integer"))?;
        if number < i64::from(least) {
            let constraint = format!("Member must have value greater than or equal to {least}");
            return Err(SageMakerError::constraint(name, &format!("'{number}'"), &constraint));
        }
        u32::try_from(number).ok().filter(|number| *number <= most).map(Some).ok_or_else(|| {
            let constraint = format!("Member must have value less than or equal to {most}");
            SageMakerError::constraint(name, &format!("'{number}'"), &constraint)
        })
    }

    /// A time, as seconds since the epoch; the answer is milliseconds.
    pub(crate) fn time(&self, name: &str) -> Result<Option<f64>, SageMakerError> {
        let Some(value) = self.members.get(name) else {
            return Ok(None);
        };
        let seconds = value.as_f64().ok_or_else(|| wrong_type(name, "a timestamp"))?;
        Ok(Some(seconds * 1000.0))
    }

    /// A truth value; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, SageMakerError> {
        match self.members.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong_type(name, "a boolean")),
        }
    }

    /// A list of texts, at most so many; `None` when it is not given.
    pub(crate) fn texts(&self, name: &str, most: usize) -> Result<Option<Vec<String>>, SageMakerError> {
        let Some(items) = self.items(name, most)? else {
            return Ok(None);
        };
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| wrong_type(name, "a list of strings")))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A list of structures whose members are all texts.
    pub(crate) fn structures(
        &self,
        name: &str,
        most: usize,
        known: &[&str],
    ) -> Result<Option<Vec<Map<String, Value>>>, SageMakerError> {
        let Some(items) = self.items(name, most)? else {
            return Ok(None);
        };
        items.iter().map(|item| structure(name, item, known)).collect::<Result<_, _>>().map(Some)
    }

    /// A structure whose members are all texts.
    pub(crate) fn structure(&self, name: &str, known: &[&str]) -> Result<Option<Map<String, Value>>, SageMakerError> {
        self.members.get(name).map(|value| structure(name, value, known)).transpose()
    }

    fn items(&self, name: &str, most: usize) -> Result<Option<&Vec<Value>>, SageMakerError> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) if items.len() > most => {
                let value = format!("'{}'", Value::from(items.clone()));
                let constraint = format!("Member must have length less than or equal to {most}");
                Err(SageMakerError::constraint(name, &value, &constraint))
            }
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong_type(name, "a list")),
        }
    }
}

fn structure(name: &str, value: &Value, known: &[&str]) -> Result<Map<String, Value>, SageMakerError> {
    let members = value.as_object().ok_or_else(|| wrong_type(name, "a structure"))?;
    for (member, value) in members {
        if !known.contains(&member.as_str()) {
            let message = format!("The structure {name} has no member {member}.");
            return Err(SageMakerError::validation(message));
        }
        if !value.is_string() {
            return Err(wrong_type(&format!("{name}.{member}"), "a string"));
        }
    }
    Ok(members.clone())
}

fn wrong_type(name: &str, expected: &str) -> SageMakerError {
    SageMakerError::serialization(format!("The member {name} must be {expected}."))
}
