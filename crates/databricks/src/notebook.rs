//! Workspace notebooks (Workspace API 2.0, <https://docs.databricks.com/api/workspace/workspace>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, StreamExt as _};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::notebook::{Content, Format, Language, OnRemoteChange};
use reconcile_core::resource::{Notebook, NotebookOperation, Resource};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::client::{ApiVersion, Client, Retry};
use crate::error::{ApiError, plain_text};
use crate::failure::named;
use crate::provider::AT_ONCE;

const GET_STATUS: &str = "workspace/get-status";
const EXPORT: &str = "workspace/export";

#[derive(Deserialize)]
struct Status {
    object_type: String,
    language: Option<String>,
}

#[derive(Deserialize)]
struct Exported {
    content: String,
}

#[derive(Serialize)]
struct Delete<'a> {
    path: &'a str,
}

#[derive(Serialize)]
struct MakeFolder<'a> {
    path: &'a str,
}

#[derive(Serialize)]
struct Import<'a> {
    path: &'a str,
    content: String,
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    overwrite: bool,
}

/// The answer of a writing call, of which nothing is needed: some answer the object's id.
#[derive(Deserialize)]
struct Ignored {}

/// Reads each notebook: its status, and its text only where that is compared.
pub(crate) async fn read(client: &Client, wanted: &[(usize, &Notebook)]) -> Vec<(usize, Reading)> {
    let mut readings = Vec::with_capacity(wanted.len());
    for (place, notebook) in wanted {
        readings.push(reading(client, *place, notebook));
    }
    stream::iter(readings).buffered(AT_ONCE).collect().await
}

async fn reading(client: &Client, place: usize, wanted: &Notebook) -> (usize, Reading) {
    let reading = match read_one(client, wanted).await {
        Ok(Some(live)) => Reading::Present(Box::new(Resource::Notebook(live))),
        Ok(None) => Reading::Absent,
        Err(failure) => Reading::Failed(failure),
    };
    (place, reading)
}

async fn read_one(client: &Client, wanted: &Notebook) -> Result<Option<Notebook>, CallFailure> {
    let status: Status = match client.get(GET_STATUS, ApiVersion::V2_0, &[("path", &wanted.path)]).await {
        Ok(status) => status,
        Err(error) if error.is_absent() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if status.object_type != "NOTEBOOK" {
        return Err(in_the_way(wanted, &status));
    }
    let language = status.language.as_deref().map(|text| language(wanted, text)).transpose()?;
    // The export of a folder is an archive and no error: only what is a notebook is asked for.
    let content = if wanted.compares_content() {
        let language = language.or(wanted.language.value().copied()).unwrap_or(Language::Python);
        Field::Set(export(client, wanted, language).await?)
    } else {
        Field::Absent
    };
    Ok(Some(Notebook {
        path: wanted.path.clone(),
        content,
        language: language.map_or(Field::Absent, Field::Set),
        format: wanted.format,
        on_remote_change: OnRemoteChange::default(),
    }))
}

async fn export(client: &Client, wanted: &Notebook, language: Language) -> Result<Content, CallFailure> {
    let query = [("path", wanted.path.as_str()), ("format", wanted.format.as_str())];
    let exported: Exported =
        client.get(EXPORT, ApiVersion::V2_0, &query).await.map_err(|error| export_failure(error, wanted))?;
    let unreadable =
        |why: String| CallFailure::new(FailureKind::Unexpected, named(EXPORT), format!("{}: {why}", wanted.path));
    // Some encoders put line breaks into long texts.
    let encoded: String = exported.content.split_ascii_whitespace().collect();
    let text = STANDARD.decode(encoded).map_err(|error| unreadable(format!("its text is not base64: {error}")))?;
    Content::read(&text, wanted.format, language).map_err(|error| unreadable(error.to_string()))
}

fn export_failure(error: ApiError, wanted: &Notebook) -> CallFailure {
    let too_large = error.code() == Some("MAX_NOTEBOOK_SIZE_EXCEEDED");
    let failure = CallFailure::from(error);
    if failure.kind == FailureKind::NotFound {
        // It was there a moment ago: somebody deletes it, or the workspace does not know yet what it has.
        return CallFailure { kind: FailureKind::NotYetVisible, ..failure };
    }
    if !too_large {
        return failure;
    }
    let help = format!("`on_remote_change: keep` leaves the text of {} uncompared", wanted.path);
    CallFailure { kind: FailureKind::Invalid, ..failure }.with_help(help)
}

fn in_the_way(wanted: &Notebook, status: &Status) -> CallFailure {
    let message = format!("{} is a {}, not a notebook", wanted.path, plain_text(&status.object_type).to_lowercase());
    CallFailure::new(FailureKind::AlreadyExists, named(GET_STATUS), message)
        .with_help("choose another `path`, or move away what is there")
}

fn language(wanted: &Notebook, text: &str) -> Result<Language, CallFailure> {
    Language::ALL.into_iter().find(|language| language.as_str() == text).ok_or_else(|| {
        let message = format!("{} is in a language that is not known here: {}", wanted.path, plain_text(text));
        CallFailure::new(FailureKind::Unexpected, named(GET_STATUS), message)
    })
}

/// Makes one call; returns the id of the request.
pub(crate) async fn apply(
    client: &Client,
    folders: &Mutex<()>,
    operation: &NotebookOperation,
) -> Result<Option<String>, CallFailure> {
    let answer = match operation {
        NotebookOperation::MakeFolder { path } => {
            let _alone = folders.lock().await;
            let body = MakeFolder { path };
            client.post::<_, Ignored>("workspace/mkdirs", ApiVersion::V2_0, &body, Retry::Safe).await?
        }
        NotebookOperation::Import { path, content, language, format, overwrite } => {
            let body = Import {
                path,
                content: STANDARD.encode(content.bytes()),
                format: format.as_str(),
                // A Jupyter notebook tells its own.
                language: language.filter(|_| *format == Format::Source).map(Language::as_str),
                overwrite: *overwrite,
            };
            let retry = if operation.is_idempotent() { Retry::Safe } else { Retry::OnlyIfNotSent };
            client.post::<_, Ignored>("workspace/import", ApiVersion::V2_0, &body, retry).await?
        }
        NotebookOperation::Delete { path } => {
            client.post::<_, Ignored>("workspace/delete", ApiVersion::V2_0, &Delete { path }, Retry::Safe).await?
        }
    };
    Ok(answer.request_id)
}
