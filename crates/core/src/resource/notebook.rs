//! Databricks workspace notebooks: `databricks.notebooks`.
//!
//! API: <https://docs.databricks.com/api/workspace/workspace/import>.

mod content;
mod decode;
mod record;

use serde::{Deserialize, Serialize};

use crate::change::{Difference, FieldChange, Hazard};
use crate::field::Field;
use crate::resource::{Ownership, Settled};

pub use content::{Content, ContentError};
pub(crate) use decode::without_workspace_prefix;

/// The language of a notebook's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Language {
    /// `PYTHON`
    Python,
    /// `SCALA`
    Scala,
    /// `SQL`
    Sql,
    /// `R`
    R,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::Python, Self::Scala, Self::Sql, Self::R];

    /// Returns the API's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Python => "PYTHON",
            Self::Scala => "SCALA",
            Self::Sql => "SQL",
            Self::R => "R",
        }
    }

    /// Returns what starts a comment in a source file of this language.
    pub const fn comment(self) -> &'static str {
        match self {
            Self::Python | Self::R => "#",
            Self::Scala => "//",
            Self::Sql => "--",
        }
    }
}

/// How a notebook's text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// A source file with cells divided by comments.
    Source,
    /// A Jupyter notebook (`.ipynb`).
    Jupyter,
}

impl Format {
    /// Returns the API's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "SOURCE",
            Self::Jupyter => "JUPYTER",
        }
    }
}

/// What to do about a live notebook whose text differs; it may have been edited by hand, and nothing says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnRemoteChange {
    /// Show the difference; the update needs `--allow overwrite`.
    #[default]
    Ask,
    /// Update.
    Overwrite,
    /// Leave it: nothing is compared once it exists.
    Keep,
}

/// The state of a notebook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notebook {
    /// Its absolute path in the workspace, without `/Workspace`.
    pub path: String,
    /// Its cells. A desired one also holds the text that is sent.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub content: Field<Content>,
    /// The language; a Jupyter notebook tells its own.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub language: Field<Language>,
    /// How the source file is written, and in which form the live text is asked for.
    pub format: Format,
    /// Desired only: what to do when the live text differs.
    pub on_remote_change: OnRemoteChange,
}

impl Notebook {
    /// Returns the notebook's path.
    pub fn name(&self) -> &str {
        &self.path
    }

    /// Returns the notebook with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self { content: Field::Absent, language: Field::Absent, ..self.clone() }
    }

    /// Returns the folder that holds it.
    pub fn folder(&self) -> &str {
        match self.path.rsplit_once('/') {
            None | Some(("", _)) => "/",
            Some((folder, _)) => folder,
        }
    }

    /// Returns whether the live text has to be read to compare it.
    pub const fn compares_content(&self) -> bool {
        self.content.is_managed() && !matches!(self.on_remote_change, OnRemoteChange::Keep)
    }

    /// Returns what differs from the live notebook, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, _ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        let Some(content) = self.content.value() else {
            return difference;
        };
        let Some(live) = live else {
            difference.changes.push(FieldChange::explained(
                "source",
                None::<&str>,
                content.to_text(),
                format!("{} lines", content.to_text().lines().count()),
            ));
            difference.compare("language", &self.language, &Field::Null);
            if self.folder() != "/" {
                difference.then(NotebookOperation::MakeFolder { path: self.folder().to_owned() });
            }
            difference.then(self.import(content, false));
            return difference;
        };
        if self.on_remote_change == OnRemoteChange::Keep {
            return difference;
        }
        let language = self.format == Format::Source && difference.compare("language", &self.language, &live.language);
        let text = self.content.differs_from(&live.content);
        if text {
            let before = live.content.value().map(Content::to_text);
            difference.changes.push(FieldChange::plain("source", before, content.to_text()));
            if self.on_remote_change == OnRemoteChange::Ask {
                difference.hazards.insert(Hazard::Overwrite);
                difference.notes.push(
                    "the workspace's text may have been edited by hand; `on_remote_change: overwrite` or `keep` \
                     settles it for good"
                        .to_owned(),
                );
            }
        }
        if text || language {
            difference.then(self.import(content, true));
        }
        difference
    }

    /// Returns the notebook with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        self.identity()
    }

    /// Returns the call that deletes this live notebook.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        difference.notes.push("its text in the workspace is lost; its folder stays".to_owned());
        difference.then(NotebookOperation::Delete { path: self.path.clone() });
        difference
    }

    fn import(&self, content: &Content, overwrite: bool) -> NotebookOperation {
        NotebookOperation::Import {
            path: self.path.clone(),
            content: content.clone(),
            language: self.language.value().copied(),
            format: self.format,
            overwrite,
        }
    }
}

/// A call on a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum NotebookOperation {
    /// `workspace/mkdirs`: makes the folder and those above it; nothing happens where they exist
    MakeFolder { path: String },
    /// `workspace/import`
    Import { path: String, content: Content, language: Option<Language>, format: Format, overwrite: bool },
    /// `workspace/delete`
    Delete { path: String },
}

impl NotebookOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::MakeFolder { .. } => "databricks:workspace/mkdirs",
            Self::Import { .. } => "databricks:workspace/import",
            Self::Delete { .. } => "databricks:workspace/delete",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::MakeFolder { path } => format!("make the folder {path}"),
            Self::Import { overwrite: false, .. } => "import the notebook".to_owned(),
            Self::Import { overwrite: true, .. } => "import the notebook over the live one".to_owned(),
            Self::Delete { .. } => "delete the notebook".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        match self {
            Self::MakeFolder { .. } | Self::Delete { .. } => true,
            Self::Import { overwrite, .. } => *overwrite,
        }
    }

    /// Returns whether something has to come to rest after the call: the service answers when it is done.
    pub const fn must_settle(&self) -> bool {
        false
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, _live: Option<&Notebook>) -> Settled {
        Settled::Yes
    }
}
