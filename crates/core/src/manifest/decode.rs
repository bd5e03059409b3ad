//! What the kinds' decoders share: the account, the default tags, the files, the policies.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Files;
use super::diagnostic::{Diagnostic, Diagnostics, Reporter, Span};
use super::interpolate::Interpolator;
use super::node::{Node, excerpt};
use super::reader;
use crate::id::AwsScope;
use crate::resource::Tags;

/// What a resource is decoded in.
pub(crate) struct Decoder<'c> {
    pub(crate) scope: &'c AwsScope,
    pub(crate) default_tags: &'c Tags,
    pub(crate) files: &'c dyn Files,
    /// The folder of the manifest.
    pub(crate) folder: &'c Path,
    pub(crate) interpolator: &'c Interpolator<'c>,
    pub(crate) found: &'c RefCell<Diagnostics>,
}

/// One resource to be decoded: its fields are open, and its references are resolved.
pub(crate) struct Declared<'r> {
    /// The local id, which is the name where none is given.
    pub(crate) id: &'r str,
    /// Where the id stands.
    pub(crate) span: Span,
}

/// A file that a manifest names.
pub(crate) struct NamedFile {
    pub(crate) path: Arc<str>,
    pub(crate) bytes: Vec<u8>,
}

impl Decoder<'_> {
    /// Reads the file that a text names, relative to the manifest's folder.
    pub(crate) fn file(&self, node: &Node, reporter: &Reporter<'_>) -> Option<NamedFile> {
        let name = reader::filled_text(node, reporter)?;
        let path: PathBuf = self.folder.join(&name);
        match self.files.read(&path) {
            Ok(bytes) => Some(NamedFile { path: path.to_string_lossy().into(), bytes }),
            Err(error) => {
                let message = format!("the file `{}` cannot be read: {error}", excerpt(&name));
                let help = format!("paths are relative to the manifest's folder: this is {}", path.display());
                reporter.report(node.span, Diagnostic::error("unreadable-file", message).with_help(help));
                None
            }
        }
    }
}
