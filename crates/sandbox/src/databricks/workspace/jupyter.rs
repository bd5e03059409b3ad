//! Notebooks as Jupyter files. Ids, outputs and metadata are not kept: what is exported bears the workspace's own.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::authentication::hexadecimal;
use super::super::errors::{ErrorCode, Refusal};
use super::notebook::{Language, Notebook, without_blank_ends};

const CELL_METADATA: &str = "application/vnd.databricks.v1+cell";
const NOTEBOOK_METADATA: &str = "application/vnd.databricks.v1+notebook";

/// Reads a Jupyter file; its language always counts as Python.
pub(super) fn read(content: &[u8]) -> Result<Notebook, Refusal> {
    let refuse = |reason: &str| {
        let message = format!("The content is not a Jupyter notebook: {reason}");
        Refusal::new(ErrorCode::BadRequest, message)
    };
    let file: Value = serde_json::from_slice(content).map_err(|_| refuse("it is not JSON"))?;
    if file["nbformat"] != 4 {
        return Err(refuse("nbformat must be 4"));
    }
    let cells = file["cells"].as_array().ok_or_else(|| refuse("cells must be a list"))?;
    let language = Language::Python;
    let cells = cells.iter().map(|cell| read_cell(cell, language).map_err(refuse)).collect::<Result<Vec<_>, _>>()?;
    Ok(Notebook { language, cells, is_jupyter: true })
}

/// A cell in source format: markdown and everything with a `%` becomes lines that start with `# MAGIC`.
fn read_cell(cell: &Value, language: Language) -> Result<String, &'static str> {
    let source = match &cell["source"] {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines
            .iter()
            .map(Value::as_str)
            .collect::<Option<String>>()
            .ok_or("the lines of a cell's source must be strings")?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Err("a cell's source must be a string or a list of strings");
        }
    };
    let source = source.replace("\r\n", "\n");
    let source = without_blank_ends(&source.split('\n').collect::<Vec<_>>());
    let text = match cell["cell_type"].as_str() {
        Some("code") if source.starts_with('%') => magic(&source, language),
        Some("code") => source,
        // The workspace has no raw cells; markdown shows their text best.
        Some("markdown" | "raw") => magic(&format!("%md\n{source}"), language),
        Some(_) | None => return Err("cell_type must be code, markdown or raw"),
    };
    let metadata = &cell["metadata"][CELL_METADATA];
    match metadata["title"].as_str().filter(|title| !title.is_empty()) {
        Some(title) => {
            let shown = u8::from(metadata["showTitle"] == true);
            Ok(format!("{} DBTITLE {shown},{title}\n{text}", language.comment()))
        }
        None => Ok(text),
    }
}

fn magic(text: &str, language: Language) -> String {
    let lines = text.split('\n');
    let lines: Vec<String> =
        lines.map(|line| format!("{} MAGIC {line}", language.comment()).trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Writes a Jupyter file with the metadata that real exports have. `identity` makes the cells' ids unique.
pub(super) fn write(notebook: &Notebook, name: &str, identity: u64) -> Vec<u8> {
    let language = notebook.language;
    let cells: Vec<Value> = notebook
        .cells
        .iter()
        .enumerate()
        .map(|(index, cell)| write_cell(cell, language, &unique_id(identity, index)))
        .collect();
    let language = language.name().to_lowercase();
    let file = json!({
        "cells": cells,
        "metadata": {
            NOTEBOOK_METADATA: {
                "computePreferences": null,
                "dashboards": [],
                "environmentMetadata": {"base_environment": "", "environment_version": "2"},
                "inputWidgetPreferences": null,
                "language": language,
                "notebookMetadata": {"pythonIndentUnit": 4},
                "notebookName": name,
                "widgets": {},
            },
            "language_info": {"name": language},
        },
        "nbformat": 4,
        "nbformat_minor": 0,
    });
    indented(&file)
}

/// Jupyter's own indentation is one space.
fn indented(file: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    match file.serialize(&mut serializer) {
        Ok(()) => text,
        // Writing to memory does not fail; the compact form would say the same.
        Err(_) => file.to_string().into_bytes(),
    }
}

fn write_cell(cell: &str, language: Language, id: &str) -> Value {
    let (title, body) = split_title(cell, language);
    let text = without_magic(body, language).unwrap_or_else(|| body.to_owned());
    let metadata = json!({CELL_METADATA: {
        "cellMetadata": {},
        "inputWidgets": {},
        "nuid": id,
        "showTitle": title.is_some_and(|(shown, _)| shown),
        "tableResultSettingsMap": {},
        "title": title.map_or("", |(_, title)| title),
    }});
    match markdown(&text).filter(|_| text != body) {
        Some(text) => json!({"cell_type": "markdown", "metadata": metadata, "source": lines_of(text)}),
        None => json!({
            "cell_type": "code",
            "execution_count": 0,
            "metadata": metadata,
            "outputs": [],
            "source": lines_of(&text),
        }),
    }
}

/// The title, whether it is shown, and the cell without the line that says so.
fn split_title(cell: &str, language: Language) -> (Option<(bool, &str)>, &str) {
    let (first, rest) = cell.split_once('\n').unwrap_or((cell, ""));
    let prefix = format!("{} DBTITLE ", language.comment());
    match first.strip_prefix(&prefix).and_then(|line| line.split_once(',')) {
        Some((shown, title)) => (Some((shown == "1", title)), rest),
        None => (None, cell),
    }
}

/// The text of a cell that is all magic.
fn without_magic(cell: &str, language: Language) -> Option<String> {
    let prefix = format!("{} MAGIC", language.comment());
    let lines: Option<Vec<&str>> = cell
        .split('\n')
        .map(|line| {
            let rest = line.strip_prefix(&prefix)?;
            Some(rest.strip_prefix(' ').unwrap_or(rest))
        })
        .collect();
    lines.map(|lines| lines.join("\n"))
}

fn markdown(text: &str) -> Option<&str> {
    text.strip_prefix("%md")?.strip_prefix(['\n', ' '])
}

/// The lines of a text with their line ends, as Jupyter keeps them.
fn lines_of(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn unique_id(identity: u64, index: usize) -> String {
    let digest = hexadecimal(&Sha256::digest(format!("{identity}/{index}")));
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use rstest::rstest;

    use super::*;

    fn jupyter(cells: &Value) -> Vec<u8> {
        json!({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).to_string().into_bytes()
    }

    #[test]
    fn a_jupyter_file_reads_as_source() {
        let cells = json!([
            {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "\n", "text\n"]},
            {"cell_type": "code", "metadata": {}, "source": "%sql\nselect 1", "outputs": [{"x": 1}]},
            {"cell_type": "code", "source": ["print(1)\r\n", "print(2)"], "metadata": {
                "application/vnd.databricks.v1+cell": {"title": "Printing", "showTitle": true}}},
            {"cell_type": "code", "metadata": {}, "source": []},
        ]);
        let notebook = read(&jupyter(&cells)).unwrap();
        insta::assert_snapshot!(notebook.to_source(), @r"
        # Databricks notebook source
        # MAGIC %md
        # MAGIC # Title
        # MAGIC
        # MAGIC text

        # COMMAND ----------

        # MAGIC %sql
        # MAGIC select 1

        # COMMAND ----------

        # DBTITLE 1,Printing
        print(1)
        print(2)

        # COMMAND ----------
        ");
    }

    #[test]
    fn an_export_bears_the_workspaces_metadata_and_none_of_the_import() {
        let cells = json!([
            {"cell_type": "markdown", "id": "mine", "metadata": {"mine": 1}, "source": "# Title\ntext"},
            {"cell_type": "code", "id": "mine", "metadata": {}, "execution_count": 7, "source": "print(1)\n"},
        ]);
        let notebook = read(&jupyter(&cells)).unwrap();
        let written = String::from_utf8(write(&notebook, "lab", 1)).unwrap();
        insta::assert_snapshot!(written, @r##"
        {
         "cells": [
          {
           "cell_type": "markdown",
           "metadata": {
            "application/vnd.databricks.v1+cell": {
             "cellMetadata": {},
             "inputWidgets": {},
             "nuid": "18d6e1ca-c2a8-4ada-8f25-577cca14db77",
             "showTitle": false,
             "tableResultSettingsMap": {},
             "title": ""
            }
           },
           "source": [
            "# Title\n",
            "text"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 0,
           "metadata": {
            "application/vnd.databricks.v1+cell": {
             "cellMetadata": {},
             "inputWidgets": {},
             "nuid": "253d950f-11eb-4dbe-8b4c-2d54c57803de",
             "showTitle": false,
             "tableResultSettingsMap": {},
             "title": ""
            }
           },
           "outputs": [],
           "source": [
            "print(1)"
           ]
          }
         ],
         "metadata": {
          "application/vnd.databricks.v1+notebook": {
           "computePreferences": null,
           "dashboards": [],
           "environmentMetadata": {
            "base_environment": "",
            "environment_version": "2"
           },
           "inputWidgetPreferences": null,
           "language": "python",
           "notebookMetadata": {
            "pythonIndentUnit": 4
           },
           "notebookName": "lab",
           "widgets": {}
          },
          "language_info": {
           "name": "python"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 0
        }
        "##);
        assert_eq!(read(written.as_bytes()).unwrap(), notebook);
    }

    #[test]
    fn a_source_notebook_exports_titles_and_magic_as_jupyter_knows_them() {
        let text = "# DBTITLE 0,Hidden\n# MAGIC %md Title\n# MAGIC text\n# COMMAND ----------\n# MAGIC %sh ls";
        let notebook = Notebook::from_source(text, Language::Python);
        let file: Value = serde_json::from_slice(&write(&notebook, "lab", 1)).unwrap();
        assert_eq!(file["cells"][0]["cell_type"], "markdown");
        assert_eq!(file["cells"][0]["source"], json!(["Title\n", "text"]));
        assert_eq!(file["cells"][0]["metadata"][CELL_METADATA]["title"], "Hidden");
        assert_eq!(file["cells"][0]["metadata"][CELL_METADATA]["showTitle"], false);
        assert_eq!(file["cells"][1]["cell_type"], "code");
        assert_eq!(file["cells"][1]["source"], json!(["%sh ls"]));
    }

    #[rstest]
    #[case::no_json("print(1)")]
    #[case::old_format(r#"{"nbformat": 3, "cells": []}"#)]
    #[case::no_cells(r#"{"nbformat": 4}"#)]
    #[case::no_source(r#"{"nbformat": 4, "cells": [{"cell_type": "code"}]}"#)]
    #[case::source_of_numbers(r#"{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}"#)]
    #[case::unknown_cell(r#"{"nbformat": 4, "cells": [{"cell_type": "heading", "source": ""}]}"#)]
    fn refuses_what_is_no_jupyter_file(#[case] text: &str) {
        let refusal = read(text.as_bytes()).unwrap_err();
        assert!(matches!(refusal, Refusal::Api { code: ErrorCode::BadRequest, .. }), "{refusal:?}");
    }
}
