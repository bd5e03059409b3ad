//! `ListNotebookInstances`: filters, order, pages.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;
use crate::sagemaker::notebook::Notebook;
use crate::sagemaker::paging::page;
use crate::sagemaker::{Answer, Call};

/// The members of `ListNotebookInstances`.
pub(crate) const MEMBERS: &[&str] = &[
    "NextToken",
    "MaxResults",
    "SortBy",
    "SortOrder",
    "NameContains",
    "CreationTimeBefore",
    "CreationTimeAfter",
    "LastModifiedTimeBefore",
    "LastModifiedTimeAfter",
    "StatusEquals",
    "NotebookInstanceLifecycleConfigNameContains",
    "DefaultCodeRepositoryContains",
    "AdditionalCodeRepositoryEquals",
];

const DEFAULT_RESULTS: u32 = 10;
const MOST_RESULTS: u32 = 100;
const STATUSES: &[&str] = &["Pending", "InService", "Stopping", "Stopped", "Failed", "Deleting", "Updating"];

/// `ListNotebookInstances`.
pub(crate) fn list(call: &mut Call<'_>, input: &Input) -> Answer {
    let limit = input.integer("MaxResults", 1, MOST_RESULTS)?.unwrap_or(DEFAULT_RESULTS);
    let sort_by = input.choice("SortBy", &["Name", "CreationTime", "Status"])?;
    let order = input.choice("SortOrder", &["Ascending", "Descending"])?;
    let filter = Filter::read(input)?;
    let mut notebooks: Vec<&Notebook> = call.notebooks().filter(|notebook| filter.admits(notebook)).collect();
    notebooks.sort_by(|left, right| compare(sort_by, left, right));
    if order == Some("Descending") {
        notebooks.reverse();
    }
    let (notebooks, token) = page(input, limit, notebooks, |notebook| notebook.name.clone())?;
    let notebooks: Vec<Value> = notebooks.into_iter().map(|notebook| Value::Object(notebook.summary())).collect();
    let mut answer = json!({"NotebookInstances": notebooks});
    if let Some(token) = token {
        answer["NextToken"] = Value::String(token);
    }
    Ok(answer)
}

fn compare(sort_by: Option<&str>, left: &Notebook, right: &Notebook) -> Ordering {
    let by_name = left.name.cmp(&right.name);
    match sort_by {
        Some("CreationTime") => left.created_at.cmp(&right.created_at).then(by_name),
        Some("Status") => left.status.cmp(&right.status).then(by_name),
        _ => by_name,
    }
}

struct Filter<'a> {
    name: Option<&'a str>,
    status: Option<&'a str>,
    lifecycle_config: Option<&'a str>,
    default_repository: Option<&'a str>,
    additional_repository: Option<&'a str>,
    created: Span,
    modified: Span,
}

/// Milliseconds between which a time must lie, as fractions because clients send fractions of seconds.
struct Span {
    after: f64,
    before: f64,
}

impl Span {
    fn read(input: &Input, after: &str, before: &str) -> Result<Self, SageMakerError> {
        Ok(Self {
            after: input.time(after)?.unwrap_or(f64::NEG_INFINITY),
            before: input.time(before)?.unwrap_or(f64::INFINITY),
        })
    }

    fn contains(&self, milliseconds: u64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are exact in a double")]
        let time = milliseconds as f64;
        self.after < time && time < self.before
    }
}

impl<'a> Filter<'a> {
    fn read(input: &'a Input) -> Result<Self, SageMakerError> {
        Ok(Self {
            name: input.text("NameContains")?,
            status: input.choice("StatusEquals", STATUSES)?,
            lifecycle_config: input.text("NotebookInstanceLifecycleConfigNameContains")?,
            default_repository: input.text("DefaultCodeRepositoryContains")?,
            additional_repository: input.text("AdditionalCodeRepositoryEquals")?,
            created: Span::read(input, "CreationTimeAfter", "CreationTimeBefore")?,
            modified: Span::read(input, "LastModifiedTimeAfter", "LastModifiedTimeBefore")?,
        })
    }

    fn admits(&self, notebook: &Notebook) -> bool {
        let contains = |text: Option<&String>, part: Option<&str>| {
            part.is_none_or(|part| text.is_some_and(|text| text.contains(part)))
        };
        contains(Some(&notebook.name), self.name)
            && self.status.is_none_or(|status| status == notebook.status.name())
            && contains(notebook.lifecycle_config_name.as_ref(), self.lifecycle_config)
            && contains(notebook.default_code_repository.as_ref(), self.default_repository)
            && self.additional_repository.is_none_or(|wanted| {
                notebook.additional_code_repositories.iter().any(|repository| repository == wanted)
            })
            && self.created.contains(notebook.created_at)
            && self.modified.contains(notebook.modified_at)
    }
}
