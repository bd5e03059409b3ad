//! `workspace/import`: what becomes of a content, by its format.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::errors::{ErrorCode, Refusal};
use super::super::fields::{self, Field, Object, Shape};
use super::multipart::{self, Part};
use super::notebook::{Language, Notebook};
use super::tree::{Content, Tree};
use super::{MAXIMUM_SIZE, jupyter, path_of, too_large};
use crate::http::Request;

const FORMATS: &[&str] = &["SOURCE", "HTML", "JUPYTER", "DBC", "R_MARKDOWN", "AUTO", "RAW"];
const LANGUAGES: &[&str] = &["PYTHON", "R", "SCALA", "SQL"];

/// The fields beside `content`.
const FIELDS: &[Field] = &[
    Field::required("path", Shape::Text),
    Field::optional("format", Shape::Choice(FORMATS)),
    Field::optional("language", Shape::Choice(LANGUAGES)),
    Field::optional("overwrite", Shape::Boolean),
];

/// Answers the call.
pub(super) fn import(tree: &mut Tree, request: &Request, now: u64) -> Result<Value, Refusal> {
    let (parameters, content) = match multipart::parse(request) {
        Some(parts) => from_form(parts)?,
        None => from_json(request)?,
    };
    let path = path_of(&parameters)?;
    if content.len() > MAXIMUM_SIZE {
        return Err(too_large(content.len()));
    }
    let language = fields::text(&parameters, "language");
    let language = Language::ALL.into_iter().find(|known| Some(known.name()) == language);
    let (path, content) = match fields::text(&parameters, "format").unwrap_or("SOURCE") {
        "SOURCE" => (path, source(&content, language)?),
        "JUPYTER" => {
            if language.is_some_and(|language| language != Language::Python) {
                return Err(Refusal::invalid("A notebook in JUPYTER format is always in PYTHON"));
            }
            (path, Content::Notebook(jupyter::read(&content)?))
        }
        "AUTO" => automatic(path, content)?,
        "RAW" => (path, Content::File(content)),
        other => {
            let message = format!("The sandbox does not import the format {other}");
            return Err(Refusal::new(ErrorCode::BadRequest, message));
        }
    };
    let object_id = tree.put(path, content, fields::boolean(&parameters, "overwrite"), now)?;
    Ok(json!({"object_id": object_id}))
}

fn from_json(request: &Request) -> Result<(Object, Vec<u8>), Refusal> {
    let mut parameters = fields::any_body(request)?;
    let content = parameters.shift_remove("content");
    fields::check(&parameters, FIELDS, "")?;
    let content = match content {
        None => return Err(missing_content()),
        Some(Value::String(text)) => STANDARD.decode(text).ok(),
        Some(_) => None,
    };
    let content = content.ok_or_else(|| {
        let message = "Could not parse request object: Expected Base64 for field 'content'";
        Refusal::new(ErrorCode::MalformedRequest, message)
    })?;
    Ok((parameters, content))
}

fn from_form(parts: Vec<Part>) -> Result<(Object, Vec<u8>), Refusal> {
    let mut parameters = Object::new();
    let mut file = None;
    for Part { name, content } in parts {
        if name == "content" {
            file = Some(content);
            continue;
        }
        let text = String::from_utf8_lossy(&content);
        let field = FIELDS.iter().find(|field| field.name == name);
        let shape = field.map_or(&Shape::Text, |field| &field.shape);
        let value = fields::scalar(shape, &name, &text)?;
        parameters.insert(name, value);
    }
    fields::check(&parameters, FIELDS, "")?;
    Ok((parameters, file.ok_or_else(missing_content)?))
}

fn missing_content() -> Refusal {
    Refusal::invalid("Missing required field: content")
}

fn source(content: &[u8], language: Option<Language>) -> Result<Content, Refusal> {
    let language = language.ok_or_else(|| Refusal::invalid("Missing required field: language"))?;
    let text = std::str::from_utf8(content)
        .map_err(|_| Refusal::new(ErrorCode::BadRequest, "The content is not text in UTF-8"))?;
    Ok(Content::Notebook(Notebook::from_source(text, language)))
}

/// Notebooks are known by their extension, source files by their first line as well, and lose the extension; the rest
/// are files (databricks-vscode#1843).
fn automatic(path: String, content: Vec<u8>) -> Result<(String, Content), Refusal> {
    let Some((stem, extension)) = path.rsplit_once('.') else {
        return Ok((path, Content::File(content)));
    };
    if extension == "ipynb" {
        return Ok((stem.to_owned(), Content::Notebook(jupyter::read(&content)?)));
    }
    let language = Language::ALL
        .into_iter()
        .find(|language| language.extension().eq_ignore_ascii_case(extension))
        .filter(|language| first_line(&content).trim_ascii_end() == language.header().as_bytes());
    match language {
        Some(language) => Ok((stem.to_owned(), source(&content, Some(language))?)),
        None => Ok((path, Content::File(content))),
    }
}

fn first_line(content: &[u8]) -> &[u8] {
    content.split(|byte| *byte == b'\n').next().unwrap_or_default()
}
