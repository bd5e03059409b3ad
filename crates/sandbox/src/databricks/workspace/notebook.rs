//! A notebook's content. The workspace keeps cells, not the text that was imported, so what it exports is normalised:
//! a header line, uniform separators, no blank lines around cells and no final newline (databricks-cli#117).

use serde::{Deserialize, Serialize};

/// The language that cells are in unless they say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Language {
    Python,
    R,
    Scala,
    Sql,
}

impl Language {
    /// All of them, in the order of the documentation.
    pub(super) const ALL: [Self; 4] = [Self::Python, Self::R, Self::Scala, Self::Sql];

    /// As the API has it: `PYTHON`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Python => "PYTHON",
            Self::R => "R",
            Self::Scala => "SCALA",
            Self::Sql => "SQL",
        }
    }

    /// The extension of source files, which is also the `file_type` of exports.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Python => "py",
            Self::R => "r",
            Self::Scala => "scala",
            Self::Sql => "sql",
        }
    }

    /// What starts a comment, and with it the lines that the source format adds.
    pub(super) fn comment(self) -> &'static str {
        match self {
            Self::Python | Self::R => "#",
            Self::Scala => "//",
            Self::Sql => "--",
        }
    }

    /// The first line of a notebook in source format.
    pub(super) fn header(self) -> String {
        format!("{} Databricks notebook source", self.comment())
    }

    fn separator(self) -> String {
        format!("{} COMMAND ----------", self.comment())
    }
}

/// A notebook: its cells, each as it stands in the source format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notebook {
    pub(super) language: Language,
    pub(super) cells: Vec<String>,
    /// Whether it came as a Jupyter file, which is what `AUTO` exports it as again.
    pub(super) is_jupyter: bool,
}

impl Notebook {
    /// Reads the source format; the header may be missing.
    pub(super) fn from_source(text: &str, language: Language) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let mut lines = text.split('\n').peekable();
        let header = language.header();
        lines.next_if(|line| line.trim_end() == header);
        let separator = language.separator();
        let mut cells = vec![Vec::new()];
        for line in lines {
            if line.trim_end() == separator {
                cells.push(Vec::new());
            } else if let Some(cell) = cells.last_mut() {
                cell.push(line);
            }
        }
        Self { language, cells: cells.iter().map(|lines| without_blank_ends(lines)).collect(), is_jupyter: false }
    }

    /// Writes the source format.
    pub(super) fn to_source(&self) -> String {
        let separator = format!("\n\n{}\n\n", self.language.separator());
        let text = format!("{}\n{}", self.language.header(), self.cells.join(&separator));
        text.trim_end_matches('\n').to_owned()
    }
}

/// The lines without the blank ones at both ends.
pub(super) fn without_blank_ends(lines: &[&str]) -> String {
    let is_text = |line: &&str| !line.trim().is_empty();
    let start = lines.iter().position(is_text);
    let end = lines.iter().rposition(is_text);
    match (start, end) {
        (Some(start), Some(end)) => lines.get(start..=end).unwrap_or_default().join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn normalises_as_the_real_workspace_does() {
        let text = "\u{feff}# Databricks notebook source\r\n\r\n# MAGIC %md\r\n# MAGIC # Title\r\n\r\n\r\n\
                    # COMMAND ----------\r\nif x:\r\n\r\n    y()\r\n\r\n";
        let notebook = Notebook::from_source(text, Language::Python);
        insta::assert_snapshot!(notebook.to_source(), @r"
        # Databricks notebook source
        # MAGIC %md
        # MAGIC # Title

        # COMMAND ----------

        if x:

            y()
        ");
        assert!(!notebook.to_source().ends_with('\n'));
    }

    #[test]
    fn another_languages_separator_is_text() {
        let notebook = Notebook::from_source("select 1\n-- COMMAND ----------\n# COMMAND ----------", Language::Sql);
        assert_eq!(notebook.cells, ["select 1", "# COMMAND ----------"]);
    }

    #[test]
    fn an_empty_text_is_a_notebook() {
        for language in Language::ALL {
            let notebook = Notebook::from_source("", language);
            assert_eq!(notebook.to_source(), language.header());
        }
    }

    proptest! {
        #[test]
        fn an_export_imported_again_is_the_same(text in "([a-z# -]{0,6}|# COMMAND ----------|\r?\n| ){0,40}") {
            let once = Notebook::from_source(&text, Language::Python);
            let again = Notebook::from_source(&once.to_source(), Language::Python);
            prop_assert_eq!(once.to_source(), again.to_source());
        }
    }
}
