//! A clock that is off: a call of another time is refused, and the answer's date says by how much.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use reconcile_core::failure::{CallFailure, FailureKind};

use crate::call::ahead;

/// Codes that stand for a clock that is off, among other things.
const CODES: [&str; 5] =
    ["RequestTimeTooSkewed", "RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"];

/// The least that counts: a minute or two is no reason for a refusal, and an answer takes its time.
const LEAST: Duration = Duration::from_mins(4);

/// Says by how much this machine's clock is off, where that is why a call was refused.
pub(super) fn told(failure: CallFailure, answer: &HttpResponse) -> CallFailure {
    let may_be_the_clock =
        failure.kind == FailureKind::Credentials && failure.code.as_deref().is_some_and(|code| CODES.contains(&code));
    let off = ahead(answer).filter(|_| may_be_the_clock);
    match off.map(|ahead| (Duration::from_millis(ahead.unsigned_abs()), ahead > 0)) {
        Some((by, is_behind)) if by >= LEAST => failure.with_help(advice(by, is_behind)),
        Some(_) | None => failure,
    }
}

fn advice(by: Duration, is_behind: bool) -> String {
    let where_it_is = if is_behind { "behind" } else { "ahead of" };
    let minutes = (by.as_secs() + 30) / 60;
    format!("this machine's clock is {minutes} minutes {where_it_is} AWS's, more than AWS accepts: set it")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_smithy_types::DateTime;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::date_time::Format;
    use rstest::rstest;

    use super::*;

    /// An answer that is dated so many seconds from now.
    fn answer(ahead: i64) -> HttpResponse {
        let mut answer = HttpResponse::new(403_u16.try_into().unwrap(), SdkBody::empty());
        let by = Duration::from_secs(ahead.unsigned_abs());
        let date = if ahead < 0 { SystemTime::now() - by } else { SystemTime::now() + by };
        answer.headers_mut().insert("date", DateTime::from(date).fmt(Format::HttpDate).unwrap());
        answer
    }

    #[rstest]
    #[case(
        "RequestTimeTooSkewed",
        725,
        Some("this machine's clock is 12 minutes behind AWS's, more than AWS accepts: set it")
    )]
    #[case("SignatureDoesNotMatch", -3600, Some("this machine's clock is 60 minutes ahead of AWS's, more than AWS accepts: set it"))]
    #[case("SignatureDoesNotMatch", 5, None)]
    #[case("InvalidClientTokenId", 725, None)]
    fn a_clock_that_is_off_is_told_with_by_how_much(
        #[case] code: &str,
        #[case] ahead: i64,
        #[case] help: Option<&str>,
    ) {
        let failure = CallFailure {
            code: Some(code.to_owned()),
            ..CallFailure::new(FailureKind::Credentials, "sts:GetCallerIdentity", "no")
        };
        assert_eq!(told(failure, &answer(ahead)).help.as_deref(), help);
    }
}
