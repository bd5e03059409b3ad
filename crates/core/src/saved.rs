//! Saved plans: what was planned, and all that it was planned on, so that exactly that is applied later, or nothing.
//!
//! A saved plan holds no calls that would be made blindly, and no secrets. It is applied by planning again with the same
//! options, and comparing: the manifest and the files that it names, the account and the workspace, everything that was read,
//! and what comes of it. The file is two lines: what it is, with a digest of the second; and the plans as JSON.

mod compare;
mod file;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::id::Address;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::plan::document::PlanDocument;
use crate::planner::{World, address_of_orphan};
use crate::reading::Reading;
use crate::resource::Resource;

pub use file::{SAVED_VERSION, SavedError, is_saved};

/// The plans of one command line, as they are saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The tool and its version.
    pub tool: String,
    /// The folder from which the manifests were named, from the root.
    pub folder: String,
    /// Whether they were planned on the embedded sandbox.
    pub sandbox: bool,
    /// What was asked of the plans.
    pub options: SavedOptions,
    /// One for each manifest, in their order.
    pub plans: Vec<SavedPlan>,
}

/// What was asked of the plans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedOptions {
    /// `--only`
    pub only: Vec<String>,
    /// `--prune`
    pub prune: bool,
    /// `--adopt`
    pub adopt: bool,
    /// `--take-over`
    pub take_over: bool,
}

/// The plan of one manifest, and all that it was made on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// The manifest's file, as it was named.
    pub file: String,
    /// The digests of the manifest and of the files that it names, by their paths from the folder.
    pub files: BTreeMap<String, String>,
    /// The values of variables that were given and are no secrets.
    pub variables: BTreeMap<String, String>,
    /// The variables that were given and may be secrets: they have to be given again.
    pub withheld: BTreeSet<String>,
    /// What a person has seen of it.
    pub plan: PlanDocument,
    /// What was read.
    pub built_on: BTreeMap<Address, BuiltOn>,
    /// Digests of what each resource is to be and of the calls that make it so, with all secrets masked.
    pub calls: BTreeMap<Address, String>,
}

/// What was read of one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", content = "state", rename_all = "lowercase")]
pub enum BuiltOn {
    /// There was nothing.
    Nothing,
    /// This was there.
    Resource(Box<Resource>),
    /// It could not be read.
    Unreadable(String),
}

/// The manifest of a plan, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its file, as it was named.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The digests of the files that it was read from.
    pub files: &'a BTreeMap<String, String>,
    /// The values of variables that were given.
    pub variables: &'a BTreeMap<String, String>,
}

impl SavedPlan {
    /// Puts down a plan with what it was made on.
    pub fn of(source: &Source<'_>, plan: &Plan, manifest: &Manifest, world: &World) -> Self {
        let secrets: Vec<_> =
            manifest.resources.iter().flat_map(|declared| declared.resource.secret_values()).collect();
        let (withheld, variables): (BTreeMap<_, _>, BTreeMap<_, _>) = source
            .variables
            .clone()
            .into_iter()
            .partition(|(name, value)| may_be_secret(source, &secrets, name, value));
        Self {
            file: source.file.to_owned(),
            files: source.files.clone(),
            variables,
            withheld: withheld.into_keys().collect(),
            plan: PlanDocument::of(plan),
            built_on: built_on(world),
            calls: calls(plan),
        }
    }
}

/// Returns whether the value of a variable is part of a secret; one that the manifest's text does not use might be.
fn may_be_secret(source: &Source<'_>, secrets: &[&str], name: &str, value: &str) -> bool {
    let is_part = !value.is_empty() && secrets.iter().any(|secret| secret.contains(value));
    is_part || !source.text.contains(&format!("var.{name}"))
}

fn built_on(world: &World) -> BTreeMap<Address, BuiltOn> {
    let orphans = world.orphans.iter().map(|(orphan, reading)| match reading {
        Some(reading) => (address_of_orphan(orphan), BuiltOn::from(reading)),
        None => (address_of_orphan(orphan), BuiltOn::Resource(Box::new(orphan.clone()))),
    });
    let read = world.observed.iter().chain(&world.surroundings);
    read.map(|(address, reading)| (address.clone(), BuiltOn::from(reading))).chain(orphans).collect()
}

fn calls(plan: &Plan) -> BTreeMap<Address, String> {
    let digests = plan.resources.iter().map(|planned| {
        let text = format!("{:?}\n{:?}", planned.desired, planned.operations);
        (planned.address.clone(), digest::hexadecimal(text))
    });
    digests.collect()
}

impl From<&Reading> for BuiltOn {
    fn from(reading: &Reading) -> Self {
        match reading {
            Reading::Absent => Self::Nothing,
            Reading::Present(live) => Self::Resource(live.clone()),
            // The id of a request is another one each time.
            Reading::Failed(failure) => {
                let code = failure.code.as_deref().unwrap_or("no code");
                Self::Unreadable(format!("{}: {code}", failure.api))
            }
        }
    }
}
