//! Forms with files (`multipart/form-data`, RFC 7578), which the official SDK for Python uploads notebooks with.

use crate::http::Request;

/// One field of a form.
pub(in super::super) struct Part {
    /// The field's name.
    pub(in super::super) name: String,
    /// The value, or the content of the file.
    pub(in super::super) content: Vec<u8>,
}

/// The fields of a form, or `None` where the request is of another type or broken.
pub(in super::super) fn parse(request: &Request) -> Option<Vec<Part>> {
    let media_type = request.header("content-type")?;
    let boundary = parameter(media_type.strip_prefix("multipart/form-data")?, "boundary")?;
    // With a line end before the first delimiter, too, all delimiters look the same.
    let body = [b"\r\n", request.body.as_slice()].concat();
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let mut sections = split(&body, &delimiter).into_iter();
    let _preamble = sections.next()?;
    let mut parts = Vec::new();
    for section in sections {
        if section.starts_with(b"--") {
            return Some(parts);
        }
        parts.push(part(section.strip_prefix(b"\r\n")?)?);
    }
    None
}

fn part(section: &[u8]) -> Option<Part> {
    let (head, content) = if let Some(content) = section.strip_prefix(b"\r\n") {
        (&b""[..], content)
    } else {
        let end = find(section, b"\r\n\r\n")?;
        (section.get(..end)?, section.get(end + 4..)?)
    };
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    Some(Part { name: parameter(disposition, "name")?, content: content.to_vec() })
}

/// A parameter of a header: `; name="value"` or `; name=value`.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').find_map(|piece| {
        let (key, value) = piece.trim().split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
    })
}

fn split<'a>(text: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some(end) = find(rest, delimiter) {
        let (section, after) = rest.split_at(end);
        sections.push(section);
        rest = after.get(delimiter.len()..).unwrap_or_default();
    }
    sections.push(rest);
    sections
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use rstest::rstest;

    use super::*;

    fn form(body: &str) -> Request {
        let media_type = "multipart/form-data; boundary=\"xyz\"";
        Request {
            headers: [("content-type".to_owned(), media_type.to_owned())].into(),
            body: body.replace('\n', "\r\n").into_bytes(),
            ..Request::default()
        }
    }

    #[test]
    fn reads_fields_and_files() {
        let body = "--xyz\nContent-Disposition: form-data; name=\"path\"\n\n/Shared/x\n--xyz\n\
                    content-disposition: form-data; name=\"content\"; filename=\"content\"\n\
                    Content-Type: text/plain\n\na\n\n--xy\nb\n--xyz--\n";
        let parts = parse(&form(body)).unwrap();
        let parts: Vec<_> =
            parts.iter().map(|part| (part.name.as_str(), String::from_utf8_lossy(&part.content))).collect();
        assert_eq!(parts, [("path", "/Shared/x".into()), ("content", "a\r\n\r\n--xy\r\nb".into())]);
    }

    #[rstest]
    #[case::no_end("--xyz\nContent-Disposition: form-data; name=\"path\"\n\n/Shared/x\n")]
    #[case::no_name("--xyz\nContent-Disposition: form-data\n\n/Shared/x\n--xyz--")]
    #[case::no_head("--xyz\n\n/Shared/x\n--xyz--")]
    #[case::nothing("")]
    fn refuses_what_is_broken(#[case] body: &str) {
        assert!(parse(&form(body)).is_none());
    }

    #[test]
    fn leaves_other_types_alone() {
        assert!(parse(&Request::default()).is_none());
    }
}
