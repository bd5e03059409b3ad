//! The query protocol's parameters: a flat form whose names spell out lists and structures.

use std::collections::BTreeMap;

use crate::http::Request;
use crate::iam::error::IamError;

/// The parameters of one call.
pub(crate) struct Parameters {
    pub(crate) action: String,
    pub(crate) version: String,
    values: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads a form; a parameter that is given twice is refused.
    pub(crate) fn read(request: &Request) -> Result<Self, IamError> {
        let mut values = BTreeMap::new();
        for (name, value) in request.form() {
            if values.insert(name.clone(), value).is_some() {
                return Err(IamError::validation(format!("The parameter {name} is given twice.")));
            }
        }
        Ok(Self {
            action: values.remove("Action").unwrap_or_default(),
            version: values.remove("Version").unwrap_or_default(),
            values,
        })
    }

    /// Refuses what the operation does not know: IAM itself ignores it, which hides misspellings.
    pub(crate) fn check_known(&self, known: &[&str]) -> Result<(), IamError> {
        match self.values.keys().find(|name| !is_known(name, known)) {
            None => Ok(()),
            Some(name) => Err(IamError::validation(format!("The operation {} has no parameter {name}.", self.action))),
        }
    }

    /// A parameter that must be given.
    pub(crate) fn required(&self, name: &str) -> Result<&str, IamError> {
        self.optional(name)
            .ok_or_else(|| IamError::constraint(name, Some("null"), "Member must not be null").unquoted_null())
    }

    /// A parameter that may be given.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, IamError> {
        let Some(text) = self.optional(name) else {
            return Ok(None);
        };
        let number: i64 = text
            .parse()
            .map_err(|_| IamError::validation(format!("The value '{text}' of {name} is not a whole number.")))?;
        if number < i64::from(least) {
            let constraint = format!("Member must have value greater than or equal to {least}");
            return Err(IamError::constraint(name, Some(text), &constraint));
        }
        u32::try_from(number).ok().filter(|number| *number <= most).map(Some).ok_or_else(|| {
            let constraint = format!("Member must have value less than or equal to {most}");
            IamError::constraint(name, Some(text), &constraint)
        })
    }

    /// `true` or `false`; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, IamError> {
        match self.optional(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                Err(IamError::validation(format!("The value '{other}' of {name} is neither true nor false.")))
            }
        }
    }

    /// A list of texts: `Name.member.1`, `Name.member.2`, …
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|number| self.optional(&format!("{name}.member.{number}"))).collect()
    }

    /// The condition keys of a simulation: `ContextEntries.member.1.ContextKeyName`, `….ContextKeyValues.member.1`, …
    pub(crate) fn context(&self) -> BTreeMap<String, Vec<String>> {
        let entries = (1..).map_while(|number| {
            let entry = format!("ContextEntries.member.{number}");
            let name = self.optional(&format!("{entry}.ContextKeyName"))?.to_owned();
            let values = self.list(&format!("{entry}.ContextKeyValues"));
            Some((name, values.into_iter().map(str::to_owned).collect()))
        });
        entries.collect()
    }

    /// A list of tags: `Tags.member.1.Key`, `Tags.member.1.Value`, …
    pub(crate) fn tags(&self) -> Result<Vec<(String, String)>, IamError> {
        let mut tags = Vec::new();
        for number in 1.. {
            let key = self.optional(&format!("Tags.member.{number}.Key"));
            let value = self.optional(&format!("Tags.member.{number}.Value"));
            match (key, value) {
                (None, None) => break,
                (Some(key), Some(value)) => tags.push((key.to_owned(), value.to_owned())),
                _ => return Err(IamError::validation(format!("Tag {number} lacks its key or its value."))),
            }
        }
        Ok(tags)
    }
}

impl IamError {
    /// AWS's validator writes a missing value without quotation marks.
    fn unquoted_null(mut self) -> Self {
        self.message = self.message.replace("Value 'null'", "Value null");
        self
    }
}

/// Whether a form name is one of the known parameters, or an item of a known list.
fn is_known(name: &str, known: &[&str]) -> bool {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or_default();
    if !known.contains(&first) {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] => true,
        ["member", number] => number.parse::<u32>().is_ok(),
        ["member", number, "Key" | "Value"] => first == "Tags" && number.parse::<u32>().is_ok(),
        ["member", number, "ContextKeyName" | "ContextKeyType"] => {
            first == "ContextEntries" && number.parse::<u32>().is_ok()
        }
        ["member", number, "ContextKeyValues", "member", value] => {
            first == "ContextEntries" && number.parse::<u32>().is_ok() && value.parse::<u32>().is_ok()
        }
        _ => false,
    }
}
