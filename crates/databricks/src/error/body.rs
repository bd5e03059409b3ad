//! The bodies of refusals, in all the forms that the service and what stands before it are known to send.

use serde_json::{Map, Value};

/// A message longer than this is cut: it is for a person.
const LONGEST_MESSAGE: usize = 1000;

/// What a body says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

/// Reads any body. What it does not know, it takes as text; it never fails.
pub(super) fn parse(status: u16, body: &[u8]) -> Parsed {
    let text = String::from_utf8_lossy(body);
    let parsed = match serde_json::from_str(text.trim()) {
        Ok(Value::Object(object)) => from_object(&object),
        Ok(Value::String(text)) => from_text(&text),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | Err(_) => from_text(&text),
    };
    let message = parsed.message.map(|message| plain_text(&message)).filter(|message| !message.is_empty());
    // Some older parts answer with the status's own number as their message.
    let message = message.filter(|message| *message != status.to_string());
    Parsed { code: parsed.code.filter(|code| is_code(code)), message }
}

/// The text of a status, for an answer that says nothing.
pub(super) fn reason(status: u16) -> String {
    let status = reqwest::StatusCode::from_u16(status).ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("no reason given").to_owned()
}

/// A text for one line of a terminal: no control characters, single spaces, and not too long.
pub(crate) fn plain_text(text: &str) -> String {
    let words =
        text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `{"error_code", "message"}` of the service, `{"error", "error_description"}` of OAuth, `{"error"}` of the gateway,
/// `{"detail", "scimType"}` of SCIM. An integer `error_code` is the status once more, and no code.
fn from_object(object: &Map<String, Value>) -> Parsed {
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let nested = object.get("error").and_then(Value::as_object);
    if let Some(nested) = nested.filter(|_| !object.contains_key("message")) {
        return from_object(nested);
    }
    let oauth_code = text("error_description").and_then(|_| text("error"));
    Parsed {
        code: text("error_code").or(oauth_code).or_else(|| text("scimType")),
        message: text("message")
            .or_else(|| text("error_description"))
            .or_else(|| text("detail"))
            .or_else(|| text("error")),
    }
}

/// `CODE: text`, HTML, or just text.
fn from_text(text: &str) -> Parsed {
    if let Some(inner) = html_text(text) {
        return Parsed { code: None, message: Some(inner) };
    }
    match text.split_once(": ") {
        Some((code, message)) if is_code(code) && code.contains('_') => {
            Parsed { code: Some(code.to_owned()), message: Some(message.to_owned()) }
        }
        Some(_) | None => Parsed { code: None, message: Some(text.to_owned()) },
    }
}

/// What an HTML page says in short: its `<pre>`, else its title.
fn html_text(text: &str) -> Option<String> {
    // ASCII only, so that places in the one are places in the other.
    let lower = text.to_ascii_lowercase();
    let beginning = lower.trim_start();
    let is_html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|mark| beginning.starts_with(mark));
    if !is_html {
        return None;
    }
    let element = |name: &str| {
        let open = lower.find(&format!("<{name}"))?;
        let start = open + lower[open..].find('>')? + 1;
        let end = start + lower[start..].find(&format!("</{name}"))?;
        Some(text[start..end].trim().to_owned()).filter(|inner| !inner.is_empty())
    };
    Some(
        element("pre").or_else(|| element("title")).map_or_else(|| "an HTML page".to_owned(), |inner| unescape(&inner)),
    )
}

fn unescape(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 80 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
