//! A workspace notebook from the manifest.

use std::path::Path;

use super::{Content, Format, Language, Notebook, OnRemoteChange};
use crate::field::Field;
use crate::manifest::decode::Decoder;
use crate::manifest::diagnostic::{Diagnostic, Reporter};
use crate::manifest::node::{Node, Value, excerpt};
use crate::manifest::reader::{self, ObjectReader};

/// The most bytes that `workspace/import` takes, in base64.
const IMPORT_LIMIT: usize = 10 * 1024 * 1024;

/// The endings that the workspace itself takes for the format, and strips from a path in some of its interfaces.
const EXTENSIONS: [(&str, Format, Option<Language>); 6] = [
    (".ipynb", Format::Jupyter, None),
    (".py", Format::Source, Some(Language::Python)),
    (".scala", Format::Source, Some(Language::Scala)),
    (".sql", Format::Source, Some(Language::Sql)),
    (".r", Format::Source, Some(Language::R)),
    (".R", Format::Source, Some(Language::R)),
];

/// Returns a workspace path without the prefix `/Workspace`, which means the same.
pub(crate) fn without_workspace_prefix(path: &str) -> &str {
    path.strip_prefix("/Workspace").filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

impl Notebook {
    /// Reads a notebook's fields and its source; nothing when it has no usable path. Mistakes are reported.
    pub(crate) fn decode(object: &mut ObjectReader<'_, '_>, decoder: &Decoder<'_>) -> Option<Self> {
        object.elsewhere("name", "a notebook has no name of its own: its `path` is the name");
        object.elsewhere("tags", "a notebook takes no tags");
        object.elsewhere("content", "the text stands in a file: write `source: FILE`");
        let path = object.required("path", "it says where in the workspace the notebook is", workspace_path);
        let ending = object.node("source").and_then(source_ending);
        let format = object.field("format", format).value().copied();
        let format = format.or(ending.map(|(_, format, _)| format)).unwrap_or(Format::Source);
        let language = read_language(object, format, ending.and_then(|(_, _, language)| language));
        let on_remote_change = object.field("on_remote_change", on_remote_change).value().copied().unwrap_or_default();
        let content = object.required("source", "it names the file with the notebook's text", |node, reporter| {
            content(node, format, language, decoder, reporter)
        });
        Some(Self {
            path: path?,
            content: content.map_or(Field::Absent, Field::Set),
            // A Jupyter notebook tells its own language, and the service always answers PYTHON for one.
            language: language.filter(|_| format == Format::Source).map_or(Field::Absent, Field::Set),
            format,
            on_remote_change,
        })
    }
}

fn workspace_path(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::filled_text(node, reporter)?;
    let path = without_workspace_prefix(&text);
    let wrong = |message: &str, help: Option<String>| {
        reporter.report(node.span, Diagnostic::error("wrong-path", message).with_optional_help(help));
        None
    };
    if !path.starts_with('/') {
        return wrong("a notebook's path starts with /", Some(format!("did you mean `/{}`?", excerpt(path))));
    }
    if path.ends_with('/') || path.contains("//") || path.split('/').any(|part| matches!(part, "." | "..")) {
        return wrong("a notebook's path has no empty parts, no . and no .. in it", None);
    }
    if path.chars().any(char::is_control) {
        return wrong("a notebook's path cannot contain control characters", None);
    }
    if let Some((extension, _, _)) = EXTENSIONS.iter().find(|(extension, _, _)| path.ends_with(extension)) {
        let short = path.strip_suffix(extension).unwrap_or(path);
        let message = format!(
            "a notebook's path ends without `{extension}`: parts of the workspace strip it and then do not find the notebook"
        );
        return wrong(&message, Some(format!("write `{short}`")));
    }
    Some(path.to_owned())
}

fn source_ending(node: &Node) -> Option<(&'static str, Format, Option<Language>)> {
    let Value::Scalar(scalar) = &node.value else { return None };
    EXTENSIONS.into_iter().find(|(extension, _, _)| scalar.text.ends_with(extension))
}

fn format(node: &Node, reporter: &Reporter<'_>) -> Option<Format> {
    let formats = [Format::Source, Format::Jupyter];
    let word = reader::choice(node, &formats.map(Format::as_str), reporter)?;
    formats.into_iter().find(|format| format.as_str() == word)
}

/// The language is what the manifest says, or else what the file's ending says.
fn read_language(object: &mut ObjectReader<'_, '_>, format: Format, ending: Option<Language>) -> Option<Language> {
    let node = object.node("language");
    let said = object.field("language", |node, reporter| {
        let word = reader::choice(node, &Language::ALL.map(Language::as_str), reporter)?;
        Language::ALL.into_iter().find(|language| language.as_str() == word)
    });
    let language = said.value().copied().or(ending);
    let was_wrong = node.is_some_and(|node| !matches!(node.value, Value::Null)) && said.value().is_none();
    if language.is_none() && format == Format::Source && !was_wrong && object.peek("source").is_some() {
        let diagnostic =
            Diagnostic::error("missing-field", "a source notebook needs `language`: its file's ending tells none");
        object.reporter().report(object.span(), diagnostic.with_help("write PYTHON, SCALA, SQL or R"));
    }
    language
}

fn on_remote_change(node: &Node, reporter: &Reporter<'_>) -> Option<OnRemoteChange> {
    Some(match reader::choice(node, &["ask", "overwrite", "keep"], reporter)? {
        "overwrite" => OnRemoteChange::Overwrite,
        "keep" => OnRemoteChange::Keep,
        _ => OnRemoteChange::Ask,
    })
}

fn content(
    node: &Node,
    format: Format,
    language: Option<Language>,
    decoder: &Decoder<'_>,
    reporter: &Reporter<'_>,
) -> Option<Content> {
    let file = decoder.file(node, reporter)?;
    let encoded = file.bytes.len().div_ceil(3).saturating_mul(4);
    if encoded > IMPORT_LIMIT {
        let message = format!(
            "the notebook `{}` has {} bytes, {encoded} as it is sent; the workspace imports at most {IMPORT_LIMIT}",
            Path::new(&*file.path)
                .file_name()
                .map_or_else(|| file.path.to_string(), |name| name.to_string_lossy().into_owned()),
            file.bytes.len(),
        );
        let help = "divide it, or clear its outputs";
        reporter.report(node.span, Diagnostic::error("notebook-size", message).with_help(help));
        return None;
    }
    match Content::read(&file.bytes, format, language.unwrap_or(Language::Python)) {
        Ok(content) => Some(content),
        Err(error) => {
            let diagnostic = Diagnostic::error("notebook-content", error.to_string());
            reporter.report(node.span, diagnostic.with_help(format!("the file is {}", file.path)));
            None
        }
    }
}
