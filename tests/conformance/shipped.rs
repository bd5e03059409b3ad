//! The manifests that are shipped, and what they manage.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reconcile_core::id::{Address, AwsScope};
use reconcile_core::manifest::{Declared, Document, Files, Inputs, Manifest};
use serde_json::Value;

use crate::support::lab::{ACCOUNT, root};

/// What every kind takes, and what is about plans and not about the resource.
const ABOUT_PLANS: [&str; 2] = ["protect", "ignore"];

/// One manifest under `manifests/`.
pub(crate) struct Shipped {
    /// Its path below `manifests/`, without the ending.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) manifest: Manifest,
    text: String,
}

/// Returns every manifest under `manifests/`, by name.
pub(crate) fn all() -> Vec<Shipped> {
    let mut found = Vec::new();
    collect(&root().join("manifests"), &mut found);
    found.sort();
    assert!(found.len() >= 8, "{found:?}");
    found.iter().map(|path| Shipped::read(path)).collect()
}

/// Collects the manifests of a folder and the folders in it: what ends in `.yaml` is one.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

impl Shipped {
    fn read(path: &Path) -> Self {
        let name = path.strip_prefix(root().join("manifests")).unwrap_or(path).with_extension("");
        let text = std::fs::read_to_string(path).expect("a manifest");
        let scope =
            AwsScope { account_id: ACCOUNT.to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() };
        let document = Document::parse(&path.display().to_string(), text.as_bytes()).expect("a manifest");
        let inputs = Inputs { variables: &BTreeMap::new(), files: &Disk, scope: Some(&scope) };
        let manifest = document.resolve(&inputs).expect("a manifest without mistakes");
        Self { name: name.display().to_string(), path: path.to_owned(), manifest, text }
    }

    /// The same without some fields of its resources, as a file in the given folder.
    pub(crate) fn without(&self, left_out: impl Fn(&Declared, &str) -> bool, folder: &Path) -> Self {
        let mut lines: Vec<Option<&str>> = self.text.lines().map(Some).collect();
        for declared in &self.manifest.resources {
            for (_, place) in declared.field_places.iter().filter(|(field, _)| left_out(declared, field)) {
                remove_block(&mut lines, usize::try_from(place.line).expect("a line") - 1);
            }
        }
        let text: String = lines.into_iter().flatten().flat_map(|line| [line, "\n"]).collect();
        let path = folder.join(format!("{}.yaml", self.name.replace('/', "-")));
        std::fs::write(&path, self.with_whole_paths(&text)).expect("a file");
        Self { name: self.name.clone(), ..Self::read(&path) }
    }

    /// Its path, for a command line.
    pub(crate) fn argument(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }

    pub(crate) fn declared(&self, address: &str) -> &Declared {
        let mut all = self.manifest.resources.iter();
        all.find(|declared| declared.address.to_string() == address).unwrap_or_else(|| panic!("no {address}"))
    }

    /// Returns every field that a resource manages: what its creation sets (as the plan from nothing tells it), and what
    /// the manifest says besides, such as a `null`. What is in a document is that document's.
    pub(crate) fn managed(&self, created: &Value, address: &Address) -> BTreeSet<String> {
        let resources = created["resources"].as_array().expect("a list").iter();
        let changes = resources.filter(|resource| resource["address"] == address.to_string().as_str());
        let changes = changes.flat_map(|resource| resource["changes"].as_array().expect("a list"));
        let set: BTreeSet<_> = changes.map(|change| change["path"].as_str().expect("text").to_owned()).collect();
        let about_plans = |field: &str| field.split('.').next().is_some_and(|field| ABOUT_PLANS.contains(&field));
        let written = self.declared(&address.to_string()).field_places.keys().filter(|field| !about_plans(field));
        let holds = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
        let besides = written.filter(|written| {
            !set.iter().any(|set| set == *written || holds(set, written) || holds(written, set))
                && !self.is_further_in(address, written)
        });
        set.iter().chain(besides).cloned().collect()
    }

    /// Returns whether a field as it is written has fields in it that are written too: those are what is managed.
    fn is_further_in(&self, address: &Address, written: &str) -> bool {
        let prefix = format!("{written}.");
        self.declared(&address.to_string()).field_places.keys().any(|other| other.starts_with(&prefix))
    }

    /// Returns the manifest's text with `protect: true` on one resource. It is put beside the original, too.
    pub(crate) fn protecting(&self, declared: &Declared) -> String {
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        let place = usize::try_from(declared.place.line).expect("a line") - 1;
        let line = &mut lines[place];
        if line.trim_end().ends_with(':') {
            let deeper = " ".repeat(indentation(line) + 2);
            line.extend(["\n", &deeper, "protect: true"]);
        } else {
            *line = line.replacen('{', "{protect: true, ", 1);
        }
        self.with_whole_paths(&(lines.join("\n") + "\n"))
    }

    /// Returns the manifest's text under another name and without the resources that are not listed. It is put beside the
    /// original, so to say: files are named by their whole paths.
    pub(crate) fn rewritten(&self, owner: &str, kept: impl Fn(&Address) -> bool) -> String {
        let mut lines: Vec<Option<&str>> = self.text.lines().map(Some).collect();
        for declared in self.manifest.resources.iter().filter(|declared| !kept(&declared.address)) {
            let first = usize::try_from(declared.place.line).expect("a line") - 1;
            remove_block(&mut lines, first);
        }
        remove_empty_parents(&mut lines);
        let text: String = lines.into_iter().flatten().flat_map(|line| [line, "\n"]).collect();
        let named = text.replacen(&format!("\nname: {}\n", self.manifest.name), &format!("\nname: {owner}\n"), 1);
        assert!(named.contains(&format!("\nname: {owner}\n")), "{named}");
        self.with_whole_paths(&named)
    }

    fn with_whole_paths(&self, text: &str) -> String {
        let folder = self.path.parent().expect("a folder");
        let mut text = text.to_owned();
        for inner in std::fs::read_dir(folder).expect("the manifest's folder") {
            let inner = inner.expect("an entry").path();
            if inner.is_dir() {
                let name = inner.file_name().expect("a name").to_str().expect("UTF-8");
                text = text.replace(&format!(": {name}/"), &format!(": {}/", inner.display()));
            }
        }
        text
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Removes a line and all below it that is indented further.
fn remove_block(lines: &mut [Option<&str>], first: usize) {
    let outer = indentation(lines[first].take().expect("a line of its own"));
    for line in &mut lines[first + 1..] {
        match line {
            Some(text) if !text.trim().is_empty() && indentation(text) <= outer => break,
            Some(_) | None => *line = None,
        }
    }
}

/// Removes the keys of sections and kinds that hold nothing any more.
fn remove_empty_parents(lines: &mut [Option<&str>]) {
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    for _ in ["kinds", "sections"] {
        for index in 0..lines.len() {
            let Some(line) = lines[index] else { continue };
            let next = lines[index + 1..].iter().flatten().find(|line| is_content(line));
            let is_parent = is_content(line) && line.trim_end().ends_with(':') && indentation(line) <= 2;
            if is_parent && next.is_none_or(|next| indentation(next) <= indentation(line)) {
                lines[index] = None;
            }
        }
    }
}
