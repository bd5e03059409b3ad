//! The forms of names, paths and descriptions.

use crate::iam::error::{IamError, lower_first};
use crate::iam::parameters::Parameters;

const ROLE_LENGTH: usize = 64;
const OTHER_LENGTH: usize = 128;
const PATH_LENGTH: usize = 512;
const DESCRIPTION_LENGTH: usize = 1000;

/// The `RoleName`.
pub(crate) fn role(parameters: &Parameters) -> Result<&str, IamError> {
    named(parameters, "RoleName", ROLE_LENGTH)
}

/// The `InstanceProfileName`.
pub(crate) fn instance_profile(parameters: &Parameters) -> Result<&str, IamError> {
    named(parameters, "InstanceProfileName", OTHER_LENGTH)
}

/// The `PolicyName`.
pub(crate) fn policy(parameters: &Parameters) -> Result<&str, IamError> {
    named(parameters, "PolicyName", OTHER_LENGTH)
}

fn named<'a>(parameters: &'a Parameters, member: &str, most: usize) -> Result<&'a str, IamError> {
    let name = parameters.required(member)?;
    check_length(member, name, 1, most)?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(character);
    if name.chars().all(allowed) {
        return Ok(name);
    }
    Err(IamError::validation(format!(
        "The specified value for {} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        lower_first(member)
    )))
}

/// The `Path`, `/` when absent.
pub(crate) fn path(parameters: &Parameters) -> Result<&str, IamError> {
    let path = parameters.optional("Path").unwrap_or("/");
    check_length("Path", path, 1, PATH_LENGTH)?;
    let printable = path.chars().all(|character| ('\u{21}'..='\u{7e}').contains(&character));
    if path.starts_with('/') && path.ends_with('/') && printable {
        return Ok(path);
    }
    Err(IamError::validation(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ))
}

/// The `Description`; an empty one is none.
pub(crate) fn description(parameters: &Parameters) -> Result<Option<String>, IamError> {
    let Some(description) = parameters.optional("Description") else {
        return Ok(None);
    };
    check_length("Description", description, 0, DESCRIPTION_LENGTH)?;
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{7e}' | '\u{a1}'..='\u{ff}');
    if !description.chars().all(allowed) {
        let constraint =
            r"Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*";
        return Err(IamError::constraint("Description", Some(description), constraint));
    }
    Ok(Some(description.to_owned()).filter(|description| !description.is_empty()))
}

/// Refuses a text that is too short or too long, counted in characters.
pub(crate) fn check_length(member: &str, text: &str, least: usize, most: usize) -> Result<(), IamError> {
    let length = text.chars().count();
    if length < least {
        let constraint = format!("Member must have length greater than or equal to {least}");
        return Err(IamError::constraint(member, None, &constraint));
    }
    if length > most {
        let constraint = format!("Member must have length less than or equal to {most}");
        return Err(IamError::constraint(member, None, &constraint));
    }
    Ok(())
}
