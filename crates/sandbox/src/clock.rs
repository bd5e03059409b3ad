//! The one place that reads the clock, and the forms in which AWS writes a time.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Milliseconds since the Unix epoch; 0 on a machine whose clock stands before it.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}

/// A time as IAM and STS write it: `2026-11-23T12:00:00Z`, without a fraction.
pub(crate) fn iso8601(milliseconds: u64) -> String {
    let seconds = i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}

/// A time as a signed request carries it: `20261123T120000Z`.
pub(crate) fn stamp(milliseconds: u64) -> String {
    written(milliseconds, "%Y%m%dT%H%M%SZ")
}

/// Reads the time of a signed request, in milliseconds.
pub(crate) fn read_stamp(stamp: &str) -> Option<u64> {
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?.to_zoned(TimeZone::UTC).ok()?;
    u64::try_from(time.timestamp().as_millisecond()).ok()
}

/// A time as HTTP's `Date` header carries it: `Mon, 23 Nov 2026 12:00:00 GMT`.
pub(crate) fn http_date(milliseconds: u64) -> String {
    written(milliseconds, "%a, %d %b %Y %H:%M:%S GMT")
}

fn written(milliseconds: u64, format: &str) -> String {
    let time = i64::try_from(milliseconds).ok().and_then(|time| Timestamp::from_millisecond(time).ok());
    time.unwrap_or(Timestamp::MAX).strftime(format).to_string()
}

/// A time as SageMaker's JSON writes it: seconds since the epoch, with a fraction.
pub(crate) fn epoch_seconds(milliseconds: u64) -> serde_json::Value {
    let whole = milliseconds / 1000;
    let fraction = milliseconds % 1000;
    // Going through text keeps the milliseconds exact; a division in floating point would not.
    format!("{whole}.{fraction:03}").parse::<f64>().map_or(serde_json::Value::Null, serde_json::Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_times_as_the_services_do() {
        assert_eq!(iso8601(1_795_435_200_999), "2026-11-23T12:00:00Z");
        assert_eq!(epoch_seconds(1_795_435_200_007).to_string(), "1795435200.007");
        assert_eq!(stamp(1_795_435_200_999), "20261123T120000Z");
        assert_eq!(read_stamp("20261123T120000Z"), Some(1_795_435_200_000));
        assert_eq!(http_date(1_795_435_200_999), "Mon, 23 Nov 2026 12:00:00 GMT");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_its_last_second() {
        assert!(iso8601(u64::MAX).starts_with("9999-12-3"));
    }
}
