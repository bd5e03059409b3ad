//! The workspace's files: directories, notebooks and files (Workspace API 2.0).

mod import;
mod jupyter;
pub(super) mod multipart;
mod notebook;
#[cfg(test)]
mod tests;
mod tree;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::errors::{ErrorCode, Refusal};
use super::fields::{self, Field, Object, Shape};
use super::ok;
use crate::http::{Request, Response};
use crate::world::World;
pub(super) use tree::Tree;
use tree::{Content, Node};

/// The largest content that can be imported or exported, in bytes.
const MAXIMUM_SIZE: usize = 10_485_760;

const MKDIRS: &[Field] = &[Field::required("path", Shape::Text)];

const DELETE: &[Field] = &[Field::required("path", Shape::Text), Field::optional("recursive", Shape::Boolean)];

const GET_STATUS: &[Field] = &[
    Field::required("path", Shape::Text),
    Field::optional("return_git_info", Shape::Boolean),
    Field::optional("return_export_info", Shape::Boolean),
];

const LIST: &[Field] =
    &[Field::required("path", Shape::Text), Field::optional("notebooks_modified_after", Shape::Integer)];

const EXPORT: &[Field] = &[
    Field::required("path", Shape::Text),
    Field::optional("format", Shape::Choice(&["SOURCE", "HTML", "JUPYTER", "DBC", "R_MARKDOWN", "AUTO", "RAW"])),
    Field::optional("direct_download", Shape::Boolean),
];

/// Answers a call, or `None` where there is no such call.
pub(super) fn handle(world: &mut World, request: &Request, call: &str) -> Result<Option<Response>, Refusal> {
    let now = world.now;
    let tree = &mut world.workspace.tree;
    let answer = match (request.method.as_str(), call) {
        ("POST", "import") => import::import(tree, request, now)?,
        ("POST", "mkdirs") => {
            let path = path_of(&fields::body(request, MKDIRS)?)?;
            tree.make_directories(&path)?;
            json!({})
        }
        ("POST", "delete") => {
            let body = fields::body(request, DELETE)?;
            tree.delete(&path_of(&body)?, fields::boolean(&body, "recursive"))?;
            json!({})
        }
        ("GET", "get-status") => {
            let path = path_of(&fields::query(request, GET_STATUS)?)?;
            status(&path, tree.find(&path)?)
        }
        ("GET", "list") => list(tree, &fields::query(request, LIST)?)?,
        ("GET", "export") => return export(tree, &fields::query(request, EXPORT)?).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(ok(&answer)))
}

/// The path of a call in the one form that objects are kept under: `/Workspace/x` is `/x`, and `//` is `/`.
fn path_of(parameters: &Object) -> Result<String, Refusal> {
    let path = fields::text(parameters, "path").unwrap_or_default();
    if !path.starts_with('/') {
        return Err(Refusal::invalid(format!("Path ({path}) doesn't start with '/'")));
    }
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(Refusal::invalid(format!("Path ({path}) must not contain '.' or '..'")));
    }
    if parts.first() == Some(&"Workspace") {
        parts.remove(0);
    }
    Ok(format!("/{}", parts.join("/")))
}

fn status(path: &str, node: &Node) -> Value {
    let Node { object_id, created_at, modified_at, content } = node;
    let mut status = Object::new();
    let mut add = |name: &str, value: Value| {
        status.insert(name.to_owned(), value);
    };
    add("object_type", json!(content.kind()));
    add("path", json!(path));
    add("object_id", json!(object_id));
    add("resource_id", json!(object_id.to_string()));
    match content {
        Content::Directory => return Value::Object(status),
        Content::Notebook(notebook) => add("language", json!(notebook.language.name())),
        Content::File(bytes) => add("size", json!(bytes.len())),
    }
    add("created_at", json!(created_at));
    add("modified_at", json!(modified_at));
    Value::Object(status)
}

/// What a directory holds; anything else lists itself.
fn list(tree: &Tree, query: &Object) -> Result<Value, Refusal> {
    let path = path_of(query)?;
    let node = tree.find(&path)?;
    let after = fields::integer(query, "notebooks_modified_after");
    let after = after.map(|time| u64::try_from(time).unwrap_or_default());
    let found: Vec<(&str, &Node)> = match &node.content {
        Content::Directory => tree.children(&path).collect(),
        Content::Notebook(_) | Content::File(_) => vec![(path.as_str(), node)],
    };
    let objects: Vec<Value> = found
        .into_iter()
        .filter(|(_, node)| match &node.content {
            Content::Notebook(_) => after.is_none_or(|time| node.modified_at > time),
            Content::Directory | Content::File(_) => true,
        })
        .map(|(path, node)| status(path, node))
        .collect();
    Ok(if objects.is_empty() { json!({}) } else { json!({"objects": objects}) })
}

fn export(tree: &Tree, query: &Object) -> Result<Response, Refusal> {
    let path = path_of(query)?;
    let node = tree.find(&path)?;
    let format = fields::text(query, "format").unwrap_or("SOURCE");
    let (content, file_type) = exported(&path, node, format)?;
    if content.len() > MAXIMUM_SIZE {
        return Err(too_large(content.len()));
    }
    if fields::boolean(query, "direct_download") {
        return Ok(Response::of_type(200, "application/octet-stream", content));
    }
    Ok(ok(&json!({"content": STANDARD.encode(content), "file_type": file_type})))
}

/// The bytes and the file type of an export. A real workspace answers an archive for a directory; no client of this one
/// should want that, and one that forgot to look at the type first learns it here.
fn exported(path: &str, node: &Node, format: &str) -> Result<(Vec<u8>, String), Refusal> {
    let name = path.rsplit('/').next().unwrap_or_default();
    match (&node.content, format) {
        (Content::Notebook(notebook), "AUTO") if notebook.is_jupyter => {
            Ok((jupyter::write(notebook, name, node.object_id), "ipynb".to_owned()))
        }
        (Content::Notebook(notebook), "SOURCE" | "AUTO") => {
            let extension = notebook.language.extension().to_owned();
            Ok((notebook.to_source().into_bytes(), extension))
        }
        (Content::Notebook(notebook), "JUPYTER") => {
            Ok((jupyter::write(notebook, name, node.object_id), "ipynb".to_owned()))
        }
        (Content::File(bytes), "SOURCE" | "AUTO" | "RAW") => {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            Ok((bytes.clone(), extension.to_owned()))
        }
        (Content::Directory | Content::Notebook(_) | Content::File(_), format) => {
            let kind = node.content.kind();
            let message = format!("Path ({path}) is a {kind}, which the sandbox does not export as {format}");
            Err(Refusal::new(ErrorCode::BadRequest, message))
        }
    }
}

fn too_large(size: usize) -> Refusal {
    let message = format!("File size imported is ({size} bytes), exceeded max size ({MAXIMUM_SIZE} bytes)");
    Refusal::new(ErrorCode::MaxNotebookSizeExceeded, message)
}
