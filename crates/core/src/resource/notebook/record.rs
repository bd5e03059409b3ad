//! What is recorded of a notebook around a call, and how a recorded state comes back.

use super::{Notebook, NotebookOperation, OnRemoteChange};
use crate::field::Field;

impl Notebook {
    /// Returns what a provider is asked to read where all of the notebook is to be recorded.
    #[must_use]
    pub fn in_full(&self) -> Self {
        Self { content: Field::Null, on_remote_change: OnRemoteChange::Overwrite, ..self.identity() }
    }

    /// Returns the desired state in which the text is as in `before`, where two recorded states differ.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        let differs = before.content.differs_from(&after.content) || before.language.differs_from(&after.language);
        if differs { before.made_again() } else { before.identity() }
    }

    /// Returns the desired state by which a deleted notebook is made again.
    #[must_use]
    pub fn made_again(&self) -> Self {
        Self { on_remote_change: OnRemoteChange::Overwrite, ..self.clone() }
    }
}

impl NotebookOperation {
    /// Returns the state that the call leaves behind; `known` says which notebook it is where there was none before.
    pub fn effect(&self, before: Option<&Notebook>, known: &Notebook) -> Option<Notebook> {
        match self {
            Self::MakeFolder { path: _ } => before.cloned(),
            Self::Import { path: _, content, language, format, overwrite: _ } => {
                let told = before.map_or(Field::Absent, |before| before.language.clone());
                Some(Notebook {
                    content: Field::Set(content.clone()),
                    language: language.map_or(told, Field::Set),
                    format: *format,
                    ..known.identity()
                })
            }
            Self::Delete { path: _ } => None,
        }
    }
}
