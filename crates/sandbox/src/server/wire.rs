//! Requests as they come in, and answers as they go out.

use std::collections::BTreeMap;
use std::io;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use futures_util::{StreamExt as _, stream};

use crate::http::{Request, Response};

/// The largest request body that is read: Databricks takes a notebook of 10 MB, which base64 makes a third longer.
const MAXIMUM_BODY_BYTES: usize = 32 * 1024 * 1024;

/// Reads a request to its end.
pub(super) async fn read(request: axum::extract::Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAXIMUM_BODY_BYTES).await.map_err(|error| {
        let message = format!("The body cannot be read (at most {MAXIMUM_BODY_BYTES} bytes): {error}\n");
        Response::of_type(413, "text/plain", message)
    })?;
    let headers: BTreeMap<String, String> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned(),
        query,
        headers,
        body: body.into(),
    })
}

/// Writes an answer, whole or as far as it is to come.
pub(super) fn into_axum(response: Response) -> axum::response::Response {
    let Response { status, mut headers, body, ends_after } = response;
    let body = match ends_after {
        None => Body::from(body),
        Some(bytes) => {
            headers.push(("content-length".to_owned(), body.len().to_string()));
            cut_short(body, bytes)
        }
    };
    let mut answer = axum::response::Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(&name), HeaderValue::try_from(&value)) else {
            tracing::error!(name, "a header cannot be sent");
            continue;
        };
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// A body that ends before its time: the server closes the connection in the middle of it.
fn cut_short(mut body: Vec<u8>, bytes: usize) -> Body {
    body.truncate(bytes);
    let beginning = stream::once(async { Ok(body) });
    // What was written so far is sent when the next part is awaited.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(beginning.chain(end))
}
