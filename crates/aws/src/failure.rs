//! What the SDK's errors mean: every one becomes a [`CallFailure`].

mod classify;
mod clock;
mod credentials;
mod help;

use std::error::Error;
use std::io;

use aws_sdk_iam::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use reconcile_core::failure::{CallFailure, FailureKind};

use crate::interrupted::NotSent;

/// Tells what the failure of a call means. `api` is the service and the call, as in `iam:GetRole`.
pub(crate) fn failure<E>(api: &str, error: &SdkError<E, HttpResponse>) -> CallFailure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let failure = match error {
        SdkError::ServiceError(refusal) => match refusal.err().meta().code() {
            Some(code) => {
                let refused = refused(api, code, refusal.err().meta(), Some(refusal.raw().status().as_u16()));
                clock::told(refused, refusal.raw())
            }
            None => not_from_aws(api, refusal.raw()),
        },
        SdkError::ResponseError(answer) => not_from_aws(api, answer.raw()),
        SdkError::ConstructionFailure(_) => CallFailure::new(FailureKind::Invalid, api, innermost(error)),
        other => {
            not_sent(api, other).or_else(|| credentials::failure(api, other)).unwrap_or_else(|| unanswered(api, other))
        }
    };
    let request_id = error.request_id().map(str::to_owned).or(failure.request_id);
    CallFailure { request_id, ..failure }
}

/// Returns whether an answer's status and error code say that it was one request too many.
pub(crate) fn is_throttling(status: u16, code: &str) -> bool {
    classify::classify("", code, "", Some(status)) == FailureKind::Throttled
}

/// The service's refusal, by its own code and message.
fn refused(api: &str, code: &str, metadata: &ErrorMetadata, status: Option<u16>) -> CallFailure {
    let message = metadata.message().filter(|message| !message.is_empty()).unwrap_or("the service gives no reason");
    let kind = classify::classify(api, code, message, status);
    CallFailure {
        kind,
        api: api.to_owned(),
        code: Some(code.to_owned()),
        message: message.to_owned(),
        help: help::help(kind, api, code, message),
        request_id: metadata.request_id().map(str::to_owned),
    }
}

/// An answer without an AWS error code: a page of a proxy or a gateway, or an emulator that does not know the call. Its
/// text is not repeated, because nobody knows what it holds.
fn not_from_aws(api: &str, answer: &HttpResponse) -> CallFailure {
    let status = answer.status().as_u16();
    let kind = match status {
        200..=299 => FailureKind::Unexpected,
        _ => classify::by_status(status),
    };
    let content_type = answer.headers().get("content-type").unwrap_or("no content type");
    let message = format!("HTTP status {status}, and an answer that is not one of AWS ({content_type})");
    CallFailure::new(kind, api, message).with_help(
        "something between here and AWS answered: check the proxy and AWS_ENDPOINT_URL, or run again if it was a passing fault",
    )
}

/// The run was interrupted before the call was sent, for the first time or again.
fn not_sent(api: &str, error: &(dyn Error + 'static)) -> Option<CallFailure> {
    let why = chain(error).find_map(|error| error.downcast_ref::<NotSent>())?;
    let kind = match why {
        NotSent::AtAll => FailureKind::Unreachable,
        NotSent::Again(_) => FailureKind::Transient,
    };
    Some(CallFailure::new(kind, api, why.to_string()).with_help("run it again: it goes on where it stopped"))
}

/// No answer came: the service was not reached, or its answer was lost.
fn unanswered(api: &str, error: &(dyn Error + 'static)) -> CallFailure {
    let message = innermost(error);
    if happened_before_any_connection(error) {
        CallFailure::new(FailureKind::Unreachable, api, message)
            .with_help("check the network, the proxy, the region's spelling and AWS_ENDPOINT_URL")
    } else {
        let help = help::help(FailureKind::Transient, api, "", "");
        CallFailure { help, ..CallFailure::new(FailureKind::Transient, api, message) }
    }
}

/// Returns whether an error says that no connection was made, so that nothing can have happened.
pub(crate) fn happened_before_any_connection(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(happened_before_the_connection)
}

/// Whether one error of the chain says so. The HTTP client's
/// own errors are told by their texts: `hyper-util` makes its error's kind known in no other way once it is boxed, and
/// `aws-smithy-http-client` keeps its timeout's type to itself.
fn happened_before_the_connection(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
    let refused = error.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(error.kind(), AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkUnreachable)
    });
    let text = error.to_string();
    refused || text == "client error (Connect)" || text.starts_with("HTTP connect timeout")
}

/// The error and its causes, the outermost first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The last two texts of the chain: the ones before name layers of the client (`dispatch failure`, `io error`).
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    texts.dedup();
    texts.split_off(texts.len().saturating_sub(2)).join(": ")
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::error::ConnectorError;
    use aws_sdk_iam::operation::get_role::GetRoleError;
    use aws_smithy_types::body::SdkBody;
    use rstest::rstest;

    use super::*;

    fn answer(status: u16, content_type: &'static str) -> HttpResponse {
        let mut answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from("<html>secret</html>"));
        answer.headers_mut().insert("content-type", content_type);
        answer.headers_mut().insert("x-amzn-requestid", "1-2-3");
        answer
    }

    fn told(error: &SdkError<GetRoleError, HttpResponse>) -> String {
        let failure = failure("iam:GetRole", error);
        format!("{:?} {failure}", failure.kind)
    }

    #[test]
    fn a_refusal_keeps_code_message_and_request_id() {
        let metadata =
            ErrorMetadata::builder().code("NoSuchEntity").message("The role with name x cannot be found.").build();
        let error = SdkError::service_error(GetRoleError::generic(metadata), answer(404, "text/xml"));
        insta::assert_snapshot!(told(&error), @"NotFound iam:GetRole: NoSuchEntity: The role with name x cannot be found. (request 1-2-3)");
    }

    #[rstest]
    #[case::gateway(502, FailureKind::Transient)]
    #[case::emulator(500, FailureKind::Transient)]
    #[case::proxy(403, FailureKind::Denied)]
    #[case::captive_portal(200, FailureKind::Unexpected)]
    #[case::redirect(302, FailureKind::Unexpected)]
    fn an_answer_that_is_not_of_aws_is_judged_by_its_status(#[case] status: u16, #[case] kind: FailureKind) {
        let unparsed = SdkError::service_error(GetRoleError::unhandled("no XML"), answer(status, "text/html"));
        let told = failure("iam:GetRole", &unparsed);
        assert_eq!(told.kind, kind);
        assert!(told.message.contains("text/html") && !told.message.contains("secret"), "{}", told.message);
        assert_eq!(
            failure("iam:GetRole", &SdkError::<GetRoleError, _>::response_error("no XML", answer(status, "text/html"))),
            told
        );
    }

    #[test]
    fn what_an_interrupt_kept_from_being_sent_says_so() {
        let told_of = |why: NotSent| told(&SdkError::dispatch_failure(ConnectorError::other(why.into(), None)));
        insta::assert_snapshot!(told_of(NotSent::AtAll), @"Unreachable iam:GetRole: nothing was sent");
        insta::assert_snapshot!(told_of(NotSent::Again("HTTP status 500 InternalFailure".to_owned())), @"Transient iam:GetRole: it was not sent again after HTTP status 500 InternalFailure");
    }

    #[test]
    fn a_lost_answer_is_not_taken_for_an_unreachable_service() {
        let connection = |kind: io::ErrorKind| {
            let error =
                SdkError::<GetRoleError, _>::dispatch_failure(ConnectorError::io(Box::new(io::Error::from(kind))));
            failure("iam:GetRole", &error).kind
        };
        assert_eq!(connection(io::ErrorKind::ConnectionRefused), FailureKind::Unreachable);
        assert_eq!(connection(io::ErrorKind::ConnectionReset), FailureKind::Transient);
        insta::assert_snapshot!(told(&SdkError::timeout_error("operation timeout")), @"Transient iam:GetRole: request has timed out: operation timeout");
    }
}
