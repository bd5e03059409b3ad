//! Tags of notebook instances and lifecycle configurations: `AddTags`, `DeleteTags`, `ListTags`.

use serde_json::{Value, json};

use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;
use crate::sagemaker::paging::page;
use crate::sagemaker::{Answer, Call};

/// Keys and values, in the order in which they were first set; keys differ by case.
pub(crate) type Tags = Vec<(String, String)>;

const MAXIMUM: usize = 50;
const SMALLEST_PAGE: u32 = 50;

/// The tags that a call gives.
pub(crate) fn given(input: &Input) -> Result<Tags, SageMakerError> {
    let mut tags = Tags::new();
    for mut tag in input.structures("Tags", MAXIMUM, &["Key", "Value"])?.unwrap_or_default() {
        let mut take = |member: &str, least: usize, most: usize| match tag.remove(member) {
            Some(Value::String(text)) => check_text(member, &text, least, most).map(|()| text),
            _ => Err(SageMakerError::constraint(&format!("tags.{member}"), "null", "Member must not be null")),
        };
        let (key, value) = (take("Key", 1, 128)?, take("Value", 0, 256)?);
        if key.to_lowercase().starts_with("aws:") {
            return Err(SageMakerError::validation(format!(
                "The tag key {key} starts with aws:, which is reserved for AWS use."
            )));
        }
        if tags.iter().any(|(known, _)| *known == key) {
            return Err(SageMakerError::validation(format!("Duplicate tag key {key}.")));
        }
        tags.push((key, value));
    }
    Ok(tags)
}

/// `AddTags`.
pub(crate) fn add(call: &mut Call<'_>, input: &Input) -> Answer {
    let new = given(input)?;
    let arn = input.required_text("ResourceArn")?;
    let tags = call.tags_mut(arn)?;
    let mut all = tags.clone();
    for (key, value) in new {
        match all.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known_value)) => *known_value = value,
            None => all.push((key, value)),
        }
    }
    if all.len() > MAXIMUM {
        return Err(SageMakerError::limit_exceeded(format!("A resource can have at most {MAXIMUM} tags.")));
    }
    tags.clone_from(&all);
    Ok(json!({"Tags": rendered(&all)}))
}

/// `DeleteTags`: keys that are not there are passed over.
pub(crate) fn delete(call: &mut Call<'_>, input: &Input) -> Answer {
    let arn = input.required_text("ResourceArn")?;
    let keys = input.texts("TagKeys", MAXIMUM)?.unwrap_or_default();
    if keys.is_empty() {
        return Err(SageMakerError::constraint(
            "TagKeys",
            "'[]'",
            "Member must have length greater than or equal to 1",
        ));
    }
    call.tags_mut(arn)?.retain(|(key, _)| !keys.contains(key));
    Ok(json!({}))
}

/// `ListTags`.
pub(crate) fn list(call: &mut Call<'_>, input: &Input) -> Answer {
    let limit = input.integer("MaxResults", SMALLEST_PAGE, u32::MAX)?.unwrap_or(SMALLEST_PAGE);
    let arn = input.required_text("ResourceArn")?;
    let tags = &*call.tags_mut(arn)?;
    let (tags, next_token) = page(input, limit, tags, |(key, _)| key.clone())?;
    let mut answer = json!({"Tags": rendered(tags)});
    if let Some(token) = next_token {
        answer["NextToken"] = Value::String(token);
    }
    Ok(answer)
}

fn rendered<'a>(tags: impl IntoIterator<Item = &'a (String, String)>) -> Vec<Value> {
    tags.into_iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

fn check_text(member: &str, text: &str, least: usize, most: usize) -> Result<(), SageMakerError> {
    let length = text.chars().count();
    let allowed =
        |character: char| character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character);
    if (least..=most).contains(&length) && text.chars().all(allowed) {
        return Ok(());
    }
    let constraint = format!(
        r"Member must satisfy regular expression pattern: ([\p{{L}}\p{{Z}}\p{{N}}_.:/=+\-@]*){{{least},{most}}}"
    );
    Err(SageMakerError::constraint(&format!("tags.{member}"), &format!("'{text}'"), &constraint))
}
