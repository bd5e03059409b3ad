//! The manifest: YAML to the desired resources, each with its place in the file.
//!
//! A [`Document`] is a file that was parsed. [`Document::resolve`] makes it a [`Manifest`]: variables and references are
//! inserted, files are read, every field is checked. All mistakes of a file are found in one go; resolving without a
//! scope, as `validate` does it, finds all that can be found without a network.

pub(crate) mod decode;
pub mod diagnostic;
mod ignore;
mod interpolate;
mod layout;
pub(crate) mod nearest;
pub(crate) mod node;
pub(crate) mod policy;
mod providers;
pub(crate) mod reader;
mod resolve;
pub(crate) mod retired;
pub(crate) mod rules;
pub(crate) mod tags;
mod template;
mod variables;
mod yaml;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use crate::id::{Address, AwsScope, Cloud};
use crate::resource::Resource;
use diagnostic::{Diagnostic, Diagnostics, Place, Reporter, Span};
use node::Node;
use variables::Variables;

pub use policy::PolicyPlaces;
pub use providers::{AwsSettings, DatabricksSettings, ProviderSettings};

/// The files that a manifest names.
pub trait Files {
    /// Returns the bytes of a file. The path is that of the manifest's folder and the name in the manifest, joined.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;
}

/// What a manifest is resolved with.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Values given from outside (`--var` before the environment), by the variables' names.
    pub variables: &'a BTreeMap<String, String>,
    /// The files that the manifest names.
    pub files: &'a dyn Files,
    /// The account; without one what `providers` says, or else the account 111122223333 of the documentation, stands in.
    pub scope: Option<&'a AwsScope>,
}

/// A file that was parsed and is not resolved yet. Its `Debug` names the resources and tells nothing of their fields, which
/// may hold secrets.
#[derive(Clone)]
pub struct Document {
    file: Arc<str>,
    name: Option<Node>,
    providers: Option<Node>,
    variables: Variables,
    tags: Option<Node>,
    declarations: Vec<Declaration>,
    /// What the layout of the file has wrong.
    mistakes: Diagnostics,
    secret_lines: Vec<RangeInclusive<u32>>,
    mentions_account: bool,
}

/// A resource as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) address: Address,
    /// The place of the id.
    pub(crate) span: Span,
    pub(crate) node: Node,
}

/// What should exist.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The manifest's name, which marks what it owns.
    pub name: String,
    /// The resources, in the order of the file.
    pub resources: Vec<Declared>,
    /// What the reader should know.
    pub warnings: Vec<Diagnostic>,
}

/// A resource that should exist.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its path in the manifest.
    pub address: Address,
    /// Its desired state.
    pub resource: Resource,
    /// Whether any plan that deletes or replaces it is refused.
    pub protect: bool,
    /// The findings that are to be silenced on it (`ignore`), by their codes, each with the reason.
    pub ignore: BTreeMap<String, String>,
    /// The warnings about the manifest that are silenced on it.
    pub silenced: Vec<Diagnostic>,
    /// Where its id stands.
    pub place: Place,
    /// Where its fields stand (`trust_policy`, `inline_policies.NAME`), for what is found wrong with them later.
    pub field_places: BTreeMap<String, Place>,
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<_> = self.declarations.iter().map(|declaration| &declaration.address).collect();
        formatter
            .debug_struct("Document")
            .field("file", &self.file)
            .field("addresses", &addresses)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Parses a file; `path` is its path as it is shown and from which other files are found.
    ///
    /// Fails when the text has no structure. A mistake that leaves the rest readable is kept for [`Self::resolve`], so
    /// that all are reported together.
    pub fn parse(path: &str, text: &[u8]) -> Result<Self, Diagnostics> {
        let file: Arc<str> = path.into();
        let found = RefCell::default();
        let tree = yaml::read(&file, text, "the manifest", &found);
        let document = tree.and_then(|tree| layout::read(&tree, text, &Reporter::new(Arc::clone(&file), &found)));
        let mistakes = found.into_inner();
        match document {
            Some(document) => Ok(Self { mistakes, ..document }),
            None => Err(mistakes.in_order()),
        }
    }

    /// Returns the names of the variables that the manifest declares: the environment is asked for these only.
    pub fn variable_names(&self) -> impl Iterator<Item = &str> {
        self.variables.names()
    }

    /// Returns whether resolving, planning or applying needs an AWS account.
    pub fn needs_aws(&self) -> bool {
        self.mentions_account || self.has(Cloud::Aws)
    }

    /// Returns whether planning or applying needs a Databricks workspace.
    pub fn needs_databricks(&self) -> bool {
        self.has(Cloud::Databricks)
    }

    fn has(&self, cloud: Cloud) -> bool {
        self.declarations.iter().any(|declaration| declaration.address.kind().cloud() == cloud)
    }
}
