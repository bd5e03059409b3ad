//! The requests and responses that the services exchange with the server: plain values, so that a service is a
//! function that tests can call without a socket.

use std::collections::BTreeMap;

use serde_json::Value;

/// One HTTP request, read to its end.
#[derive(Clone, Default)]
pub(crate) struct Request {
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// The decoded path, without the query.
    pub(crate) path: String,
    /// The decoded query, in the order sent.
    pub(crate) query: Vec<(String, String)>,
    /// Header values by their lower-case names.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as sent.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as an HTML form, decoded, in the order sent.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// One HTTP response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// The HTTP status code.
    pub(crate) status: u16,
    /// Header names and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as sent.
    pub(crate) body: Vec<u8>,
    /// After how many bytes of the body the connection closes, although more were promised.
    pub(crate) ends_after: Option<usize>,
}

impl Response {
    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::of_type(status, "application/json", body.to_string())
    }

    /// An XML answer, as IAM and STS give it.
    pub(crate) fn xml(status: u16, body: String) -> Self {
        Self::of_type(status, "text/xml", body)
    }

    /// An answer of any media type.
    pub(crate) fn of_type(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body: body.into(),
            ends_after: None,
        }
    }

    /// The same answer with one more header.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}
