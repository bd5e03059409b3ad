//! A bearer token and its end.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// A token is not used in its last minute: the service refuses one that ends within 30 seconds ("Token is expiring
/// within 30 seconds"), and a call takes its time.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// A token, and when it ends if that is known.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) value: SecretString,
    expires: Option<Timestamp>,
}

impl Token {
    pub(crate) fn new(value: SecretString, expires: Option<Timestamp>) -> Self {
        Self { value, expires }
    }

    /// True while the token can be used for another call.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| now.checked_add(MARGIN).is_ok_and(|soon| soon < end))
    }
}

/// A point in time as the `databricks` command and its relatives print it: RFC 3339, or without a zone, which is then
/// UTC.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    let without_zone = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
    text.parse().ok().or_else(without_zone)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-11-23T12:00:00Z", Some(1_795_435_200))]
    #[case("2026-11-23T13:00:00.123456789+01:00", Some(1_795_435_200))]
    #[case("2026-11-23 12:00:00.5", Some(1_795_435_200))]
    #[case("2026-11-23 12:00:00", Some(1_795_435_200))]
    #[case("soon", None)]
    fn times_are_read_in_all_their_forms(#[case] text: &str, #[case] seconds: Option<i64>) {
        assert_eq!(parse_time(text).map(Timestamp::as_second), seconds);
    }

    #[rstest]
    #[case(Some(61), true)]
    #[case(Some(60), false)]
    #[case(Some(-5), false)]
    #[case(None, true)]
    fn a_token_is_not_used_in_its_last_minute(#[case] seconds_left: Option<i64>, #[case] fresh: bool) {
        let now = Timestamp::from_second(1_795_435_200).unwrap();
        let expires = seconds_left.map(|seconds| now + SignedDuration::from_secs(seconds));
        assert_eq!(Token::new(SecretString::from("x"), expires).is_fresh(now), fresh);
    }
}
