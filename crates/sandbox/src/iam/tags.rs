//! Tags of IAM's resources.

use serde::{Deserialize, Serialize};

use crate::iam::error::IamError;
use crate::iam::page::{numbered, page};
use crate::iam::parameters::Parameters;
use crate::iam::xml::Xml;

const MAXIMUM: usize = 50;

/// Keys and values, in the order in which they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tags(Vec<(String, String)>);

/// Whether keys that differ only by case are one: so for roles, not for policies and instance profiles
/// (IAM User Guide, "Tags for AWS Identity and Access Management resources").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    IgnoreCase,
    Exact,
}

impl Keys {
    fn same(self, left: &str, right: &str) -> bool {
        match self {
            Self::IgnoreCase => left.to_lowercase() == right.to_lowercase(),
            Self::Exact => left == right,
        }
    }
}

impl Tags {
    /// The tags that a creating call gives.
    pub(crate) fn created(parameters: &Parameters, keys: Keys) -> Result<Self, IamError> {
        let mut tags = Self::default();
        tags.set(parameters.tags()?, keys)?;
        Ok(tags)
    }

    /// Sets some tags. All are refused together, and a known key keeps its spelling.
    pub(crate) fn set(&mut self, new: Vec<(String, String)>, keys: Keys) -> Result<(), IamError> {
        check(&new, keys)?;
        let mut tags = self.0.clone();
        for (key, value) in new {
            match tags.iter_mut().find(|(known, _)| keys.same(known, &key)) {
                Some((_, known_value)) => *known_value = value,
                None => tags.push((key, value)),
            }
        }
        if tags.len() > MAXIMUM {
            return Err(IamError::limit_exceeded("The number of tags has reached the maximum limit."));
        }
        self.0 = tags;
        Ok(())
    }

    /// Removes some tags; keys that are not there are passed over.
    pub(crate) fn remove(&mut self, removed: &[&str], keys: Keys) {
        self.0.retain(|(key, _)| !removed.iter().any(|removed| keys.same(key, removed)));
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `Tags` element.
    pub(crate) fn render(&self, xml: &mut Xml) {
        xml.list("Tags", &self.0, render_tag);
    }

    /// One page, as the calls that list tags answer.
    pub(crate) fn render_page(&self, parameters: &Parameters) -> Result<Xml, IamError> {
        Ok(page(parameters, numbered(&self.0))?.render("Tags", render_tag))
    }
}

fn render_tag(xml: &mut Xml, (key, value): &(String, String)) {
    xml.leaf("Key", key);
    xml.leaf("Value", value);
}

fn check(tags: &[(String, String)], keys: Keys) -> Result<(), IamError> {
    if tags.len() > MAXIMUM {
        let constraint = format!("Member must have length less than or equal to {MAXIMUM}");
        return Err(IamError::constraint("Tags", None, &constraint));
    }
    for (number, (key, value)) in tags.iter().enumerate() {
        check_text("Key", key, 1, 128)?;
        check_text("Value", value, 0, 256)?;
        if key.to_lowercase().starts_with("aws:") {
            return Err(IamError::invalid_input(format!(
                "The tag key {key} starts with aws:, which is reserved for AWS use."
            )));
        }
        if tags.iter().skip(number + 1).any(|(other, _)| keys.same(key, other)) {
            return Err(IamError::invalid_input(match keys {
                Keys::IgnoreCase => "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                Keys::Exact => "Duplicate tag keys found.",
            }));
        }
    }
    Ok(())
}

fn check_text(member: &str, text: &str, least: usize, most: usize) -> Result<(), IamError> {
    let length = text.chars().count();
    let allowed =
        |character: char| character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character);
    if length < least {
        let constraint = format!("Member must have length greater than or equal to {least}");
        return Err(IamError::constraint(member, Some(text), &constraint));
    }
    if length > most {
        let constraint = format!("Member must have length less than or equal to {most}");
        return Err(IamError::constraint(member, Some(text), &constraint));
    }
    if !text.chars().all(allowed) {
        let constraint = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*";
        return Err(IamError::constraint(member, Some(text), constraint));
    }
    Ok(())
}
