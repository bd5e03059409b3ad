//! What the readers of all kinds share.

use iam_policy::PolicyError;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::id::Arn;

/// How many calls of one kind are in flight for one reader. IAM's rates are not published; some ten calls a second are
/// what others have seen to be safe (facts on throttling in cloud-nuke#371 and steampipe-plugin-aws#2546), and the budget of
/// calls slows down when that is too many.
pub(crate) const CALLS_IN_FLIGHT: usize = 16;

/// Reads a field if `asked` says that its state matters.
pub(crate) async fn when<T>(
    asked: bool,
    reading: impl Future<Output = Result<T, CallFailure>>,
) -> Result<Field<T>, CallFailure> {
    if asked { reading.await.map(Field::Set) } else { Ok(Field::Absent) }
}

/// Returns the answer, or nothing if the thing does not exist.
pub(crate) fn if_exists<T>(answer: Result<T, CallFailure>) -> Result<Option<T>, CallFailure> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Takes "does not exist" for "not seen yet": said of a part of something whose other parts are there.
pub(crate) fn of_what_exists<T>(answer: Result<T, CallFailure>) -> Result<T, CallFailure> {
    answer.map_err(|failure| match failure.kind {
        FailureKind::NotFound => CallFailure { kind: FailureKind::NotYetVisible, ..failure },
        _ => failure,
    })
}

/// Checks that an ARN is one. Right after a creation IAM may answer the unique id (`AROA…`) in its place
/// (terraform-provider-aws#22018); it never answers none.
pub(crate) fn settled_arn(api: &str, arn: &str) -> Result<String, CallFailure> {
    if arn.is_empty() {
        return Err(empty_answer(api));
    }
    match arn.parse::<Arn>() {
        Ok(arn) => Ok(arn.to_string()),
        Err(error) => Err(CallFailure::new(FailureKind::NotYetVisible, api, error.to_string())
            .with_help("what was made moments ago has its ARN within two minutes: run again")),
    }
}

/// Returns the failure of an answer without the one thing that was asked for.
pub(crate) fn empty_answer(api: &str) -> CallFailure {
    CallFailure::new(FailureKind::Unexpected, api, "the answer is empty")
        .with_help("check AWS_ENDPOINT_URL: what answered may not be AWS")
}

/// Returns a number as the service takes it.
pub(crate) fn number(api: &str, field: &str, value: u32) -> Result<i32, CallFailure> {
    i32::try_from(value)
        .map_err(|_| CallFailure::new(FailureKind::Invalid, api, format!("{field} is too large: {value}")))
}

/// Returns the failure of a request that the SDK refuses to build.
pub(crate) fn unbuildable(api: &str, error: &impl std::error::Error) -> CallFailure {
    CallFailure::new(FailureKind::Invalid, api, error.to_string())
}

/// Returns the failure of a policy document that is not understood; `what` names it.
pub(crate) fn unreadable(api: &str, what: &str, error: &PolicyError) -> CallFailure {
    CallFailure::new(FailureKind::Unexpected, api, format!("{what} cannot be read: {error}"))
        .with_help("look at the document with the AWS CLI; if IAM takes it, reconcile should too: please report it")
}

#[cfg(test)]
mod tests {
    use reconcile_core::failure::FailureKind;

    use super::{number, settled_arn};

    #[test]
    fn a_unique_id_is_no_arn_yet() {
        assert_eq!(
            settled_arn("iam:GetRole", "AROAEXAMPLE").map_err(|failure| failure.kind),
            Err(FailureKind::NotYetVisible)
        );
        let arn = "arn:aws:iam::111122223333:role/x";
        assert_eq!(settled_arn("iam:GetRole", arn).as_deref(), Ok(arn));
        // No wait brings what is missing altogether.
        assert_eq!(settled_arn("iam:GetRole", "").map_err(|failure| failure.kind), Err(FailureKind::Unexpected));
    }

    #[test]
    fn a_number_beyond_the_service_is_refused_here() {
        assert_eq!(number("iam:CreateRole", "max_session_duration", 3600), Ok(3600));
        assert_eq!(
            number("iam:CreateRole", "max_session_duration", u32::MAX).map_err(|failure| failure.kind),
            Err(FailureKind::Invalid)
        );
    }
}
