//! Tests of the manifest as a whole: what people write, and what they read when it is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod aws;
mod clusters;
mod ignore;
mod interpolation;
mod lab;
mod layout;
mod managed_policies;
mod notebooks;
mod policies;
mod properties;
mod scripts;
mod yaml;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::diagnostic::Diagnostics;
use super::{Document, Files, Inputs, Manifest};

/// Files in memory.
struct Memory(BTreeMap<&'static str, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let name = path.to_str().expect("UTF-8");
        self.0.get(name).cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "No such file or directory"))
    }
}

/// What a manifest is tried with.
#[derive(Default)]
struct Trial {
    variables: BTreeMap<String, String>,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Trial {
    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn file(mut self, path: &'static str, text: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path, text.into());
        self
    }

    fn resolve(&self, text: &str) -> Result<Manifest, Diagnostics> {
        let files = Memory(self.files.clone());
        let inputs = Inputs { variables: &self.variables, files: &files, scope: None };
        Document::parse("lab.yaml", text.as_bytes())?.resolve(&inputs)
    }

    /// Returns what is said about a manifest, as people read it.
    fn said(&self, text: &str) -> String {
        let source = |file: &str| match file {
            "lab.yaml" => Some(text),
            other => self.files.get(other).and_then(|bytes| std::str::from_utf8(bytes).ok()),
        };
        match self.resolve(text) {
            Err(mistakes) => mistakes.to_plain_text(source),
            Ok(manifest) => {
                let warnings = manifest.warnings.iter().map(|warning| warning.to_plain_text(source));
                warnings.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Puts the lines that every manifest has before the others.
fn with_head(body: &str) -> String {
    format!("version: 1\nname: lab\n{body}")
}

fn said(body: &str) -> String {
    Trial::default().said(&with_head(body))
}

fn resolved(body: &str) -> Manifest {
    match Trial::default().resolve(&with_head(body)) {
        Ok(manifest) => manifest,
        Err(mistakes) => panic!("{mistakes}"),
    }
}

/// Returns the codes of what is wrong, in order.
fn codes(body: &str) -> Vec<&'static str> {
    match Trial::default().resolve(&with_head(body)) {
        Ok(manifest) => manifest.warnings.iter().map(|warning| warning.code).collect(),
        Err(mistakes) => mistakes.iter().map(|mistake| mistake.code).collect(),
    }
}
