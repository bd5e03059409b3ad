use reconcile_core::resource::Notebook;
use reconcile_core::resource::notebook::Language;
use serde_json::json;

use super::{Act, Drift, Subject};

const IMPORT: &str = "databricks:workspace/import";

/// `SELECT 2`, which reads as something in every language.
const OTHER: &str = "U0VMRUNUIDI=";

pub(super) fn of(subject: &Subject<'_>, desired: &Notebook, path: &str) -> Option<Vec<Drift>> {
    let import = |language: &str| {
        let path = desired.path.as_str();
        let body = json!({"path": path, "content": OTHER, "format": "SOURCE", "language": language, "overwrite": true});
        Act::Workspace("2.0/workspace/import", body)
    };
    let language = subject.live()["content"]["notebook"]["language"].as_str().expect("a language").to_owned();
    Some(match path {
        "source" => vec![subject.drift(path, "is another", vec![import(&language)], &[IMPORT])],
        "language" => {
            let other = if desired.language.value() == Some(&Language::Scala) { "PYTHON" } else { "SCALA" };
            vec![subject.drift(path, "is another", vec![import(other)], &[IMPORT]).at(&["source", path])]
        }
        _ => return None,
    })
}
