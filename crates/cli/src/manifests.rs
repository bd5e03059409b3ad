//! Loading manifests: files and variables to what needs no network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reconcile_core::manifest::{Document, Files as _, Inputs, Manifest, ProviderSettings};
use reconcile_core::saved::is_saved;

use crate::args::Source;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::LocalFiles;

/// What the environment calls a variable: this and the name.
pub(crate) const PREFIX: &str = "RECONCILE_VAR_";

/// A manifest that has no mistake that can be found without a network.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// As it was named on the command line.
    pub(crate) path: String,
    /// The parsed file.
    pub(crate) document: Document,
    /// Where it is to be applied.
    pub(crate) settings: ProviderSettings,
    /// The values of its variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// What it comes to in the account that it names, or in one for documentation.
    pub(crate) offline: Manifest,
    /// The files that it was read from, itself among them.
    pub(crate) files: LocalFiles,
    /// Its text.
    pub(crate) text: String,
}

/// Loads every manifest of a command line: one result each, in their order.
pub(crate) fn load(source: &Source) -> Vec<Result<Loaded, Failure>> {
    let given = source.variables();
    let mut named = BTreeSet::new();
    let load = |path: &PathBuf| {
        // What cannot be found is told when it is read.
        if path.canonicalize().is_ok_and(|file| !named.insert(file)) {
            let message = format!("the manifest {} is named twice", path.display());
            return Err(Failure::new("named-twice", message).with_help("name it once").ending(Exit::Usage));
        }
        load_one(path, LocalFiles::default(), &given)
    };
    source.manifests.iter().map(load).collect()
}

/// Loads one manifest, which is found, as the files that it names, among the given files.
pub(crate) fn load_one(path: &Path, files: LocalFiles, given: &BTreeMap<String, String>) -> Result<Loaded, Failure> {
    let name = path.display().to_string();
    let text = files.read(path).map_err(|error| unreadable(&name, &error))?;
    if is_saved(&text) {
        let message = format!("{name} is a saved plan, and no manifest");
        return Err(Failure::new("saved-plan", message)
            .with_help(format!("apply it: `reconcile apply {name}`"))
            .ending(Exit::Usage));
    }
    let document = Document::parse(&name, &text)?;
    let variables = variables(&document, std::env::vars_os(), given);
    // Resolving comes first: it finds every mistake of the file, those of `providers` among them.
    let offline = document.resolve(&Inputs { variables: &variables, files: &files, scope: None })?;
    let settings = document.providers(&variables)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(Loaded { path: name, document, settings, variables, offline, files, text })
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    let failure = Failure::new("manifest-unreadable", format!("the manifest {name} cannot be read: {error}"));
    if error.kind() == std::io::ErrorKind::NotFound {
        return failure
            .with_help("name the manifest, as in `reconcile plan lab.yaml`; without a name it is reconcile.yaml");
    }
    failure
}

/// Puts the values together: the environment's for the variables that the manifest has, and over them the given ones,
/// of which a superfluous one is a mistake.
fn variables(
    document: &Document,
    environment: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    given: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let named = environment.filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_owned();
        Some((name, value.into_string().ok()?))
    });
    let declared: BTreeSet<_> = document.variable_names().collect();
    let mut variables: BTreeMap<_, _> = named.filter(|(name, _)| declared.contains(name.as_str())).collect();
    variables.extend(given.iter().map(|(name, value)| (name.clone(), value.clone())));
    variables
}
