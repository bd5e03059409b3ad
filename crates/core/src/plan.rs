//! The plan: what differs, which calls make it agree, and what stands in the way. Its JSON is a [`document`].

pub mod document;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::change::{FieldChange, Hazard};
use crate::finding::Certainty;
use crate::id::{Address, AwsScope, Kind};
use crate::manifest::diagnostic::{Diagnostic, Place};
use crate::resource::{Operation, Resource};

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing: it agrees.
    None,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
}

impl Action {
    /// Returns the action's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }
}

/// A place in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceInFile {
    /// The file as it was named on the command line.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl From<&Place> for PlaceInFile {
    fn from(place: &Place) -> Self {
        let Place { file, line, column, start: _, end: _ } = place;
        Self { file: file.to_string(), line: *line, column: *column }
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// What is to be done is not known, or cannot be done: exit code 1.
    Error,
    /// It could be done and is not, for safety: exit code 3.
    Refused,
}

/// Why nothing is planned for a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// How bad it is.
    pub kind: ProblemKind,
    /// What failed and why: `iam:GetRole: AccessDenied: …`.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where in the manifest the resource is asked for.
    pub place: PlaceInFile,
}

/// One resource in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedResource {
    /// Its path in the manifest.
    pub address: Address,
    /// Its natural key.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// Whether it exists without an owner tag and is taken over with the next write.
    pub adopted: bool,
    /// The fields that differ.
    pub changes: Vec<FieldChange>,
    /// The calls, in order.
    pub operations: Vec<Operation>,
    /// What a person should know before.
    pub hazards: BTreeSet<Hazard>,
    /// Remarks.
    pub notes: Vec<String>,
    /// The resources of this plan that come before it: those that it uses, and those that use it no longer where it goes.
    pub depends_on: Vec<Address>,
    /// Why nothing is planned for it, if so.
    pub problem: Option<Problem>,
    /// The desired state, by which it is read again after the apply. It is no part of the JSON.
    pub desired: Resource,
    /// The live state the plan was made on. It is no part of the JSON.
    pub live: Option<Resource>,
}

impl PlannedResource {
    /// Returns a resource with nothing planned, of which nothing is live.
    pub(crate) const fn untouched(address: Address, name: String, desired: Resource) -> Self {
        Self {
            address,
            name,
            action: Action::None,
            adopted: false,
            changes: Vec::new(),
            operations: Vec::new(),
            hazards: BTreeSet::new(),
            notes: Vec::new(),
            depends_on: Vec::new(),
            problem: None,
            desired,
            live: None,
        }
    }

    /// Returns the kind.
    pub const fn kind(&self) -> Kind {
        self.address.kind()
    }
}

/// How many resources meet which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Made.
    pub create: usize,
    /// Changed in place.
    pub update: usize,
    /// Deleted and made anew.
    pub replace: usize,
    /// Deleted.
    pub delete: usize,
    /// Left as they are.
    pub unchanged: usize,
}

impl Summary {
    /// Returns how many resources are touched.
    pub const fn changed(&self) -> usize {
        let Self { create, update, replace, delete, unchanged: _ } = self;
        *create + *update + *replace + *delete
    }
}

/// The workspace that a plan is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DatabricksScope {
    /// `https://…`
    pub host: String,
}

/// Something that bears the manifest's owner tag and is no longer in the manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Orphan {
    /// What it is.
    pub kind: Kind,
    /// Its natural key.
    pub name: String,
    /// Its ARN, where the kind has one.
    pub arn: Option<String>,
}

impl From<&Resource> for Orphan {
    fn from(resource: &Resource) -> Self {
        let arn = resource.arn().map(str::to_owned);
        Self { kind: resource.kind(), name: resource.name().to_owned(), arn }
    }
}

/// Something the user should know that keeps nothing from happening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// A stable name.
    pub code: String,
    /// In words.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The resource that it is about, where it is about one and not about the text of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// How sure it is, where that can be in doubt. What is certain refuses an apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Where in the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceInFile>,
}

impl From<&Diagnostic> for Warning {
    fn from(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { severity: _, code, message, place, labels: _, help: _, is_secret: _ } = diagnostic;
        Self {
            code: (*code).to_owned(),
            message: message.clone(),
            help: None,
            address: None,
            certainty: None,
            place: place.as_ref().map(PlaceInFile::from),
        }
    }
}

/// What it took to make the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reads {
    /// Calls to the services.
    pub calls: u64,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The manifest's name.
    pub manifest: String,
    /// A digest of the resolved manifest and of the live state that the plan was made on: `sha256:…`.
    pub fingerprint: String,
    /// The account, where AWS has a part in it.
    pub aws: Option<AwsScope>,
    /// The workspace, where Databricks has a part in it.
    pub databricks: Option<DatabricksScope>,
    /// Every resource of the manifest, dependencies first, else in the manifest's order.
    pub resources: Vec<PlannedResource>,
    /// What bears the manifest's owner tag and is no longer in the manifest.
    pub orphans: Vec<Orphan>,
    /// Remarks on the manifest.
    pub warnings: Vec<Warning>,
    /// What it took to make it.
    pub reads: Reads,
}

impl Plan {
    /// Makes what is certain to fail (a broken link of the access chain, a quota that is too small) the problem of the resource
    /// that cannot work, or be made, for it: before an apply it is an error. A resource that has a problem already keeps it,
    /// and the finding stays a warning.
    pub fn refuse_certain_failures(&mut self) {
        let (certain, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.warnings)
            .into_iter()
            .partition(|warning| warning.certainty == Some(Certainty::Certain));
        self.warnings = others;
        let mut planned: BTreeMap<_, _> =
            self.resources.iter_mut().map(|planned| (planned.address.clone(), &mut planned.problem)).collect();
        for warning in certain {
            let problem = warning.address.as_ref().and_then(|address| planned.get_mut(address));
            match (problem, warning) {
                (Some(problem), Warning { code, message, help, address: _, certainty: _, place: Some(place) })
                    if problem.is_none() =>
                {
                    let message = format!("{code}: {message}");
                    **problem = Some(Problem { kind: ProblemKind::Error, message, help, place });
                }
                (Some(_) | None, warning) => self.warnings.push(warning),
            }
        }
    }

    /// Counts the fates. A resource with a problem counts as none of them.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for resource in self.resources.iter().filter(|resource| resource.problem.is_none()) {
            match resource.action {
                Action::None => summary.unchanged += 1,
                Action::Create => summary.create += 1,
                Action::Update => summary.update += 1,
                Action::Replace => summary.replace += 1,
                Action::Delete => summary.delete += 1,
            }
        }
        summary
    }

    /// Returns whether anything differs.
    pub fn differs(&self) -> bool {
        self.summary().changed() > 0
    }

    /// Returns the problems of one kind, with the resources that have them.
    pub fn problems(&self, kind: ProblemKind) -> impl Iterator<Item = (&PlannedResource, &Problem)> {
        let all = self.resources.iter().filter_map(|resource| Some((resource, resource.problem.as_ref()?)));
        all.filter(move |(_, problem)| problem.kind == kind)
    }

    /// Returns the hazards that an apply needs allowed and that are not among the given ones, with their resources.
    pub fn hazards_not_allowed<'a>(
        &'a self,
        allowed: &'a BTreeSet<Hazard>,
    ) -> impl Iterator<Item = (&'a PlannedResource, Hazard)> {
        self.resources.iter().flat_map(move |resource| {
            let needed = resource.hazards.iter().filter(|hazard| hazard.needs_allowing());
            needed.filter(|hazard| !allowed.contains(hazard)).map(move |hazard| (resource, *hazard))
        })
    }
}
