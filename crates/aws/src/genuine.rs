//! Whether an answer of success is AWS's own, and whole.
//!
//! The SDK reads no body where a call returns nothing, and takes the beginning of an XML document for all of it: the page of a
//! proxy, or half an answer, would pass for a success.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// Why an answer does not count.
#[derive(Debug, thiserror::Error)]
#[error("an answer of success that is not one of AWS, or not all of it")]
struct NotGenuine;

/// Why the rest of an answer is not read.
#[derive(Debug, thiserror::Error)]
#[error("an answer larger than 256 MiB, which is more than AWS gives")]
struct TooLarge;

/// The largest answer that is read: several times the largest page of IAM's largest list.
const LARGEST: usize = 256 * 1024 * 1024;

/// Reads the body of an answer, so that it can be looked at.
pub(crate) async fn readable(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    *answer.body_mut() = SdkBody::from(at_most(LARGEST, body).await?);
    Ok(answer)
}

async fn at_most(largest: usize, body: SdkBody) -> Result<Vec<u8>, ConnectorError> {
    let (mut stream, mut read) = (ByteStream::new(body), Vec::new());
    while let Some(chunk) = stream.next().await {
        read.extend_from_slice(&chunk.map_err(|error| ConnectorError::io(error.into()))?);
        if read.len() > largest {
            return Err(ConnectorError::io(TooLarge.into()));
        }
    }
    Ok(read)
}

/// Takes an answer of success that was read for a lost one, unless it is AWS's and whole.
pub(crate) fn genuine(answer: HttpResponse, may_be_empty: bool) -> Result<HttpResponse, ConnectorError> {
    let passes = !answer.status().is_success() || is_whole(answer.body().bytes().unwrap_or_default(), may_be_empty);
    if passes { Ok(answer) } else { Err(ConnectorError::io(NotGenuine.into())) }
}

/// Returns whether nothing at all may be the answer to a request: to the calls of SageMaker that change something. A read that
/// took it for an answer would find a thing without tags, and so without an owner. IAM and STS always answer XML.
pub(crate) fn may_answer_nothing(request: &HttpRequest) -> bool {
    request.headers().get("x-amz-target").is_some_and(|target| {
        let call = target.rsplit_once('.').map_or(target, |(_, call)| call);
        !(call.starts_with("Describe") || call.starts_with("List"))
    })
}

/// XML ends with its root element, which is called after the call: `</GetRoleResponse>`. JSON closes what it opens.
fn is_whole(body: &[u8], may_be_empty: bool) -> bool {
    let body = body.trim_ascii();
    match body.first() {
        None => may_be_empty,
        Some(b'{') => closes_what_it_opens(body),
        Some(b'<') => body.ends_with(b"Response>"),
        Some(_) => false,
    }
}

/// Counts the brackets outside of texts: whether they are the right ones is the SDK's to see.
fn closes_what_it_opens(json: &[u8]) -> bool {
    let (mut open, mut in_text, mut escaped) = (0_u32, false, false);
    for byte in json {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => open += 1,
            (false, b'}' | b']') => open = open.saturating_sub(1),
            (true | false, _) => {}
        }
    }
    open == 0 && !in_text
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::xml("<?xml version=\"1.0\"?><GetRoleResponse xmlns=\"x\"><a/></GetRoleResponse>\n", true)]
    #[case::half("<GetRoleResponse><GetRoleResult><Role><Path>/</Pa", false)]
    #[case::json("{\"Tags\": []}", true)]
    #[case::brackets_in_a_text("{\"a\": \"{[\\\"\"}", true)]
    #[case::half_of_json("{\"Tags\": [{\"Key\": \"a\"}", false)]
    #[case::half_of_a_text("{\"Tags\": \"}", false)]
    #[case::nothing("", false)]
    #[case::page("<html><body>Sign in</body></html>", false)]
    #[case::text("Welcome", false)]
    fn only_what_aws_says_to_its_end_counts(#[case] body: &str, #[case] whole: bool) {
        assert_eq!(is_whole(body.as_bytes(), false), whole);
    }

    #[tokio::test]
    async fn an_answer_that_is_too_large_is_not_read() {
        assert_eq!(at_most(3, SdkBody::from("abc")).await.unwrap(), b"abc");
        assert!(at_most(2, SdkBody::from("abc")).await.is_err());
    }

    #[rstest]
    #[case::change(Some("SageMaker.StopNotebookInstance"), true)]
    #[case::read(Some("SageMaker.DescribeNotebookInstance"), false)]
    #[case::list(Some("SageMaker.ListTags"), false)]
    #[case::xml(None, false)]
    fn only_what_changes_something_in_sagemaker_may_be_answered_by_nothing(
        #[case] target: Option<&'static str>,
        #[case] nothing: bool,
    ) {
        let mut request = HttpRequest::new(SdkBody::empty());
        if let Some(target) = target {
            request.headers_mut().insert("x-amz-target", target);
        }
        assert_eq!(may_answer_nothing(&request), nothing);
        assert_eq!(is_whole(b" ", may_answer_nothing(&request)), nothing);
    }
}
