//! Points in time: the ISO 8601 forms that IAM documents (<https://www.w3.org/TR/NOTE-datetime>), and seconds since 1970.

const NANOSECONDS: i128 = 1_000_000_000;

/// The nanoseconds since 1970 in UTC. Nothing for a text that is no point in time.
///
/// Four digits are a year: as seconds they would be in the first three hours of 1970. A time without zone is read as UTC.
pub(crate) fn instant(text: &str) -> Option<i128> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    if time.is_none() && !date.contains('-') && date.len() != 4 {
        return Some(i128::from(digits(date)?) * NANOSECONDS);
    }
    let midnight = i128::from(days_since_1970(date)?) * 86_400 * NANOSECONDS;
    Some(midnight + time.map_or(Some(0), nanoseconds_of_day)?)
}

/// Whether IAM takes a text as a date when it stores a document. It takes more than is documented, as the tests of moto
/// (<https://github.com/getmoto/moto/blob/master/tests/test_iam/test_iam_policies.py>) found out: `01T`, a zone `+23`, years
/// before Christ. What it makes of them is not known.
pub(crate) fn is_taken(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    if !text.contains(['t', '-']) {
        return digits(&text).is_some();
    }
    let (date, time) = text.split_once('t').unwrap_or((&text, ""));
    let mut parts = date.strip_prefix('-').unwrap_or(date).split('-');
    let is_year = parts.next().and_then(digits).is_some_and(|year| year <= LAST_YEAR);
    let is_within = |part: Option<&str>, range: std::ops::RangeInclusive<i64>| {
        part.is_none_or(|part| digits(part).is_some_and(|number| range.contains(&number)))
    };
    let is_date = is_year && is_within(parts.next(), 1..=12) && is_within(parts.next(), 1..=31);
    let mut clock = time.splitn(3, ':');
    let hour = clock.next().filter(|hour| !hour.is_empty());
    let is_time = is_within(hour, 0..=23) && is_within(clock.next(), 0..=59) && clock.next().is_none_or(are_seconds);
    is_date && parts.next().is_none() && is_time
}

/// The last year that Java's calendar knows.
const LAST_YEAR: i64 = 292_278_993;

/// Seconds with a fraction and a zone, as IAM takes them.
fn are_seconds(text: &str) -> bool {
    let (clock, zone) = match text.split_once('+') {
        Some((clock, zone)) => (clock, zone),
        None => (text.strip_suffix('z').unwrap_or(text), "00"),
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "00"));
    digits(whole).is_some_and(|seconds| seconds <= 59)
        && (1..=9).contains(&fraction.len())
        && digits(fraction).is_some()
        && two_digits(hours, 23).is_some()
        && two_digits(minutes, 59).is_some()
}

/// A number of digits only: no sign, no point.
fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn days_since_1970(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let year = parts.next().filter(|year| year.len() == 4).and_then(digits)?;
    let mut part = |length: usize| match parts.next() {
        None => Some(1),
        Some(part) if part.len() == length => digits(part),
        Some(_) => None,
    };
    let (month, day) = (part(2)?, part(2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    // Years that begin in March have their leap day at the end (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468)
}

const fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap_year = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, and `Z`, `+hh:mm` or `-hh:mm`.
fn nanoseconds_of_day(time: &str) -> Option<i128> {
    let zone_start = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(zone_start)?;
    let mut parts = clock.split(':');
    let (hour, minute) = (two_digits(parts.next()?, 23)?, two_digits(parts.next()?, 59)?);
    let seconds = parts.next().map_or(Some(0), nanoseconds)?;
    if parts.next().is_some() {
        return None;
    }
    Some(i128::from(hour * 60 + minute - zone_minutes(zone)?) * 60 * NANOSECONDS + seconds)
}

fn two_digits(text: &str, maximum: i64) -> Option<i64> {
    digits(text).filter(|number| text.len() == 2 && *number <= maximum)
}

fn nanoseconds(seconds: &str) -> Option<i128> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if fraction.len() > 9 {
        return None;
    }
    let fraction = digits(&format!("{fraction:0<9}")).filter(|_| !fraction.is_empty())?;
    Some(i128::from(two_digits(whole, 59)?) * NANOSECONDS + i128::from(fraction))
}

fn zone_minutes(zone: &str) -> Option<i64> {
    let (sign, clock) = match zone {
        "" | "Z" | "z" => return Some(0),
        _ => (if zone.starts_with('-') { -1 } else { 1 }, zone.strip_prefix(['+', '-'])?),
    };
    let (hours, minutes) = clock.split_once(':')?;
    Some(sign * (two_digits(hours, 23)? * 60 + two_digits(minutes, 59)?))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{NANOSECONDS, instant};

    /// The seconds are GNU `date -u -d … +%s`.
    #[rstest]
    #[case("1970-01-01T00:00:00Z", 0)]
    #[case("1970", 0)]
    #[case("2013-06-30", 1_372_550_400)]
    #[case("2013-06", 1_370_044_800)]
    #[case("2000-02-29T12:34Z", 951_827_640)]
    #[case("2020-04-01T00:00:00Z", 1_585_699_200)]
    #[case("2020-04-01t00:00:00z", 1_585_699_200)]
    #[case("2020-04-01T02:00:00+02:00", 1_585_699_200)]
    #[case("2020-03-31T18:30:00-05:30", 1_585_699_200)]
    #[case("2020-04-01T00:00:00", 1_585_699_200)]
    #[case("1585699200", 1_585_699_200)]
    #[case("0", 0)]
    #[case("1969-12-31T23:59:59Z", -1)]
    #[case("0001-01-01", -62_135_596_800)]
    #[case("9999-12-31T23:59:59Z", 253_402_300_799)]
    fn seconds(#[case] text: &str, #[case] expected: i128) {
        assert_eq!(instant(text), Some(expected * NANOSECONDS));
    }

    #[rstest]
    #[case("1970-01-01T00:00:00.5Z", 500_000_000)]
    #[case("1970-01-01T00:00:00.000000001Z", 1)]
    fn fractions(#[case] text: &str, #[case] expected: i128) {
        assert_eq!(instant(text), Some(expected));
    }

    #[rstest]
    fn no_points_in_time(
        #[values(
            "",
            "x",
            "T",
            "2020-",
            "2020-13",
            "2020-00-01",
            "2021-02-29",
            "1900-02-29",
            "2020-4-1",
            "2020-04-01-01",
            "2020-04-01T",
            "2020-04-01T24:00Z",
            "2020-04-01T00:60Z",
            "2020-04-01T00:00:60Z",
            "2020-04-01T00Z",
            "2020-04-01T00:00:00.Z",
            "2020-04-01T00:00:00.1234567890Z",
            "2020-04-01T00:00:00+2",
            "2020-04-01T00:00:00Zx",
            "2020-04-01T00:00:00:00Z",
            "-5",
            "+5",
            "1.5",
            "99999999999999999999",
            "é-01",
            "2020-04-01T0é:00Z"
        )]
        text: &str,
    ) {
        assert_eq!(instant(text), None);
    }
}
