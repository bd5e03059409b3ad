//! The objects of the workspace by their paths, and the rules of where they may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::USER_NAME;
use super::super::errors::{ErrorCode, Refusal};
use super::notebook::Notebook;

/// The first object id; real ones are as long.
const FIRST_OBJECT_ID: u64 = 4_900_000_000_000_000;

/// All objects, by their absolute paths.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tree {
    nodes: BTreeMap<String, Node>,
    next_object_id: u64,
}

/// One object.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(super) object_id: u64,
    /// Milliseconds since the epoch.
    pub(super) created_at: u64,
    pub(super) modified_at: u64,
    pub(super) content: Content,
}

/// What an object is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    Directory,
    Notebook(Notebook),
    File(#[serde(with = "base64_text")] Vec<u8>),
}

impl Content {
    /// As the API has it: `DIRECTORY`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Directory => "DIRECTORY",
            Self::Notebook(_) => "NOTEBOOK",
            Self::File(_) => "FILE",
        }
    }
}

impl Default for Tree {
    /// The directories that every workspace has.
    fn default() -> Self {
        let mut tree = Self { nodes: BTreeMap::new(), next_object_id: FIRST_OBJECT_ID };
        for path in system_directories() {
            tree.insert(path, Content::Directory, 0);
        }
        tree
    }
}

fn system_directories() -> [String; 4] {
    ["/".to_owned(), "/Shared".to_owned(), "/Users".to_owned(), format!("/Users/{USER_NAME}")]
}

/// The directory that an object lies in; the root lies in itself.
fn parent_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((parent, _)) => parent,
    }
}

impl Tree {
    /// The object at a path.
    pub(super) fn find(&self, path: &str) -> Result<&Node, Refusal> {
        self.nodes.get(path).ok_or_else(|| {
            let message = format!("Path ({path}) doesn't exist.");
            Refusal::new(ErrorCode::ResourceDoesNotExist, message)
        })
    }

    /// What lies directly in a directory, by path.
    pub(super) fn children(&self, directory: &str) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes
            .iter()
            .filter(move |(path, _)| *path != "/" && parent_of(path) == directory)
            .map(|(path, node)| (path.as_str(), node))
    }

    fn insert(&mut self, path: String, content: Content, now: u64) -> u64 {
        let object_id = self.next_object_id;
        self.next_object_id += 1;
        let node = Node { object_id, created_at: now, modified_at: now, content };
        self.nodes.insert(path, node);
        object_id
    }

    /// Makes a directory and those above it; one that is there is fine.
    pub(super) fn make_directories(&mut self, path: &str) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        let mut next = path;
        loop {
            match self.nodes.get(next).map(|node| &node.content) {
                Some(Content::Directory) => break,
                Some(Content::Notebook(_) | Content::File(_)) => {
                    let message = format!("Path ({next}) already exists and is not a directory.");
                    return Err(Refusal::new(ErrorCode::ResourceAlreadyExists, message));
                }
                None => missing.push(next.to_owned()),
            }
            next = parent_of(next);
        }
        for path in missing.into_iter().rev() {
            self.insert(path, Content::Directory, 0);
        }
        Ok(())
    }

    /// Puts an object at a path and returns its id, which survives overwriting.
    pub(super) fn put(&mut self, path: String, content: Content, overwrite: bool, now: u64) -> Result<u64, Refusal> {
        let parent = parent_of(&path);
        if !matches!(self.nodes.get(parent).map(|node| &node.content), Some(Content::Directory)) {
            let message = format!("The parent folder ({parent}) does not exist.");
            return Err(Refusal::new(ErrorCode::ResourceDoesNotExist, message));
        }
        let Some(node) = self.nodes.get_mut(&path) else {
            return Ok(self.insert(path, content, now));
        };
        if !overwrite {
            let message = format!("Path ({path}) already exists.");
            return Err(Refusal::new(ErrorCode::ResourceAlreadyExists, message));
        }
        if node.content.kind() != content.kind() || node.content.kind() == Content::Directory.kind() {
            // Even when told to overwrite (databricks/cli#3386).
            let name = path.rsplit('/').next().unwrap_or_default();
            let message = format!("Node named '{name}' already exists");
            return Err(Refusal::new(ErrorCode::ResourceAlreadyExists, message));
        }
        node.content = content;
        node.modified_at = now;
        Ok(node.object_id)
    }

    /// Removes an object, and with `recursive` what lies in it.
    pub(super) fn delete(&mut self, path: &str, recursive: bool) -> Result<(), Refusal> {
        self.find(path)?;
        if system_directories().iter().any(|system| system == path) {
            let message = format!("Path ({path}) is a system directory, which cannot be deleted.");
            return Err(Refusal::new(ErrorCode::BadRequest, message));
        }
        if !recursive && self.children(path).next().is_some() {
            let message = format!("Folder ({path}) is not empty");
            return Err(Refusal::new(ErrorCode::DirectoryNotEmpty, message));
        }
        let below = format!("{path}/");
        self.nodes.retain(|other, _| other != path && !other.starts_with(&below));
        Ok(())
    }
}

/// Bytes in the state file.
mod base64_text {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}
