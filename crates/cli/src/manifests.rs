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
    let variables = variables(&document, std::env::vars_os(), given)?;
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
/// of which a superfluous one is a mistake. A value that is no text is one too: without it the default would be taken.
fn variables(
    document: &Document,
    environment: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let declared: BTreeSet<_> = document.variable_names().collect();
    let named = environment.filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_owned();
        Some((name, value)).filter(|(name, _)| declared.contains(name.as_str()) && !given.contains_key(name))
    });
    let texts = named.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(Failure::new("variable-not-text", format!("the value of {PREFIX}{name} is no UTF-8 text"))
            .with_help("give it another value, or unset it")),
    });
    let given = given.iter().map(|(name, value)| Ok((name.clone(), value.clone())));
    texts.chain(given).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    use reconcile_core::manifest::Document;

    use super::variables;

    #[test]
    fn a_value_that_is_no_text_is_a_mistake_unless_another_one_is_given() {
        let text = b"version: 1\nname: x\nvariables: {role: usual}\n";
        let document = Document::parse("x.yaml", text).expect("a manifest");
        let environment = || {
            let values = ["RECONCILE_VAR_role", "RECONCILE_VAR_of_another_manifest"];
            values.map(|name| (OsString::from(name), OsString::from_vec(vec![b'a', 0xff]))).into_iter()
        };
        let refused = variables(&document, environment(), &BTreeMap::new()).expect_err("no text");
        assert_eq!(refused.reports[0].message, "the value of RECONCILE_VAR_role is no UTF-8 text");
        let given = BTreeMap::from([("role".to_owned(), "given".to_owned())]);
        assert_eq!(variables(&document, environment(), &given).expect("variables"), given);
    }
}
