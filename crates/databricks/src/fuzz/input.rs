//! An input, divided into answers.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::transport::Reply;

/// The most answers of one input: a longer list of pages shows nothing new.
const MOST: usize = 8;

/// An input, and its answers.
pub(super) struct Input<'i> {
    bytes: &'i [u8],
    /// What has no status is answered with 200.
    pub(super) replies: Vec<Reply>,
}

impl<'i> Input<'i> {
    pub(super) fn read(bytes: &'i [u8]) -> Self {
        Self { bytes, replies: divided(bytes, b"\n---\n").into_iter().take(MOST).map(reply).collect() }
    }

    /// The body of the first answer.
    pub(super) fn body(&self) -> &[u8] {
        self.replies.first().map(|reply| reply.body.as_slice()).unwrap_or_default()
    }

    /// Whether a text stands anywhere in it, as it is or escaped.
    pub(super) fn contains(&self, text: &str) -> bool {
        // Escapes and base64 may spell anything.
        self.bytes.contains(&b'\\') || self.bytes.windows(text.len()).any(|part| part == text.as_bytes())
    }
}

fn reply(input: &[u8]) -> Reply {
    let (head, body) = match divided(input, b"\n\n").first() {
        Some(head) if head.len() < input.len() => (*head, &input[head.len() + 2..]),
        Some(_) | None => (&b""[..], input),
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.parse().ok()).filter(|status| (200..600).contains(status));
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    });
    Reply { status: status.unwrap_or(200), headers: headers.collect::<HeaderMap>(), body: body.to_vec() }
}

fn divided<'i>(input: &'i [u8], mark: &[u8]) -> Vec<&'i [u8]> {
    let (mut parts, mut rest) = (Vec::new(), input);
    while let Some(place) = rest.windows(mark.len()).position(|part| part == mark) {
        parts.push(&rest[..place]);
        rest = &rest[place + mark.len()..];
    }
    parts.push(rest);
    parts
}
