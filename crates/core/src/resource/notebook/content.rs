//! A notebook's text as its cells: what the workspace keeps of it, and nothing of how it was written down.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Format, Language};

/// The first line of an exported source file, behind the comment sign.
const HEADER: &str = "Databricks notebook source";

/// What divides two cells of a source file, behind the comment sign.
const SEPARATOR: &str = "COMMAND ----------";

/// A notebook's cells, equal when the workspace would show the same.
#[derive(Clone)]
pub struct Content {
    cells: Vec<Cell>,
    text: Vec<u8>,
    /// As what the text was read.
    format: Format,
    language: Language,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    /// `code`, `markdown`, …; source files know `code` only and write others as magic comments.
    cell_type: String,
    source: String,
}

/// A text that is no notebook of its format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// It is not UTF-8.
    #[error("the notebook is not UTF-8 text: {0}")]
    NotText(String),
    /// It is not a Jupyter notebook.
    #[error("the file is no Jupyter notebook: {0}")]
    NotJupyter(String),
}

impl Content {
    /// Reads a notebook's text, as a manifest's file or as the workspace exports it.
    ///
    /// Of a source file, the header line, blank lines around cells, CRLF and the end of the file do not count
    /// (an export always has the header and lacks the last newline). Of a Jupyter notebook only type and source of the
    /// cells count: ids, outputs and metadata are rewritten by the workspace.
    pub fn read(text: &[u8], format: Format, language: Language) -> Result<Self, ContentError> {
        let cells = match format {
            Format::Source => {
                let utf8 = std::str::from_utf8(text).map_err(|error| ContentError::NotText(error.to_string()))?;
                source_cells(utf8, language)
            }
            Format::Jupyter => jupyter_cells(text)?,
        };
        Ok(Self { cells, text: text.to_vec(), format, language })
    }

    /// Returns the text as it was read: what is sent.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns the cells as text for people, a rule between two.
    pub fn to_text(&self) -> String {
        let cells = self.cells.iter().map(|cell| match cell.cell_type.as_str() {
            "code" => cell.source.clone(),
            other => format!("[{other}]\n{}", cell.source),
        });
        let mut text = cells.collect::<Vec<_>>().join("\n----------\n");
        text.push('\n');
        text
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        let Self { cells, text: _, format: _, language: _ } = self;
        *cells == other.cells
    }
}

impl Eq for Content {}

/// How a content is written down to be read back.
#[derive(Serialize, Deserialize)]
struct Written {
    format: Format,
    language: Language,
    text: String,
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { cells: _, text, format, language } = self;
        // Both formats are UTF-8, or they would not have been read.
        let text = String::from_utf8_lossy(text).into_owned();
        Written { format: *format, language: *language, text }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { format, language, text } = Written::deserialize(deserializer)?;
        Self::read(text.as_bytes(), format, language).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Content").field("cells", &self.cells).finish_non_exhaustive()
    }
}

fn source_cells(text: &str, language: Language) -> Vec<Cell> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let comment = language.comment();
    let header = format!("{comment} {HEADER}");
    let separator = format!("{comment} {SEPARATOR}");
    let mut cells = vec![String::new()];
    for (number, line) in text.lines().enumerate() {
        if number == 0 && line.trim_end() == header {
            continue;
        }
        if line.trim_end() == separator {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push_str(line);
            cell.push('\n');
        }
    }
    cells
        .iter()
        .map(|source| Cell { cell_type: "code".to_owned(), source: source.trim_matches('\n').to_owned() })
        .collect()
}

fn jupyter_cells(text: &[u8]) -> Result<Vec<Cell>, ContentError> {
    let wrong = |what: &str| ContentError::NotJupyter(what.to_owned());
    let document: Value = serde_json::from_slice(text).map_err(|error| wrong(&error.to_string()))?;
    let cells = document.get("cells").and_then(Value::as_array).ok_or_else(|| wrong("it has no list `cells`"))?;
    cells
        .iter()
        .map(|cell| {
            let cell_type = cell.get("cell_type").and_then(Value::as_str).ok_or_else(|| wrong("a cell has no type"))?;
            let source = match cell.get("source") {
                Some(Value::String(source)) => source.clone(),
                Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
                _ => return Err(wrong("a cell has no source")),
            };
            Ok(Cell { cell_type: cell_type.to_owned(), source: source.trim_end_matches('\n').to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Content, ContentError, Format, Language};

    fn python(text: &str) -> Content {
        Content::read(text.as_bytes(), Format::Source, Language::Python).expect("text")
    }

    #[test]
    fn how_a_source_file_is_written_down_does_not_count() {
        let exported = python("# Databricks notebook source\nimport os\n\n# COMMAND ----------\n\nprint(1)");
        let written = python("\u{feff}import os\r\n# COMMAND ----------\r\nprint(1)\r\n\r\n");
        assert_eq!(exported, written);
        assert_eq!(written.to_text(), "import os\n----------\nprint(1)\n");
    }

    #[test]
    fn what_a_cell_says_and_how_cells_are_divided_counts() {
        assert_ne!(python("a\nb"), python("a\n# COMMAND ----------\nb"));
        assert_ne!(python("a\n\nb"), python("a\nb"));
        assert_ne!(python("if x:\n  y"), python("if x:\n y"));
    }

    #[test]
    fn of_a_jupyter_notebook_only_the_cells_count() {
        let read = |text: &str| Content::read(text.as_bytes(), Format::Jupyter, Language::Python);
        let plain = read(r#"{"cells": [{"cell_type": "code", "source": ["a\n", "b"]}]}"#).expect("a notebook");
        let noisy = r#"{"cells": [{"cell_type": "code", "source": "a\nb", "outputs": [1], "id": "x"}], "nbformat": 4}"#;
        assert_eq!(plain, read(noisy).expect("a notebook"));
        assert!(matches!(read("[]"), Err(ContentError::NotJupyter(_))));
        assert!(matches!(read(r#"{"cells": [{"source": "a"}]}"#), Err(ContentError::NotJupyter(_))));
    }
}
