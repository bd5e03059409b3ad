//! Points in time at the seams of the calendar, under all six operators of dates at once.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use rstest::rstest;

use super::Holds::{No, Yes};
use super::holds;

/// Whether an operator holds for a date of the request that is before, at, or after that of the policy.
type Fits = fn(Ordering) -> bool;

#[rstest]
// Years of a century are no leap years, but for every fourth.
#[case::leap_century("2000-02-29", "951782400", Equal)]
#[case::day_after_the_leap_day("2000-03-01", "951868800", Equal)]
#[case::no_leap_century("2100-03-01", "4107542400", Equal)]
#[case::from_february_to_march("2100-02-28", "2100-03-01", Greater)]
#[case::before_seconds_began("1900-03-01", "1900-02-28", Less)]
// Seconds since 1970.
#[case::first_second("1970-01-01", "0", Equal)]
#[case::first_year("1970", "0", Equal)]
#[case::second_before_the_first("1969-12-31T23:59:59Z", "0", Greater)]
#[case::last_of_32_bits("2038-01-19T03:14:07Z", "2147483647", Equal)]
#[case::first_beyond_32_bits("2038-01-19T03:14:08Z", "2147483648", Equal)]
#[case::last_second_of_four_digits("9999-12-31T23:59:59Z", "253402300799", Equal)]
#[case::first_year_of_all("0001-01-01", "0", Greater)]
#[case::four_digits_are_a_year("01767", "1767", Less)]
#[case::five_digits_are_seconds("1970-01-01T02:46:40Z", "10000", Equal)]
// Zones, across the ends of days, months and years.
#[case::west_of_the_new_year("2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00Z", Equal)]
#[case::east_of_the_new_year("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z", Equal)]
#[case::west_of_the_leap_day("2024-02-29T23:00:00-02:00", "2024-03-01T01:00:00Z", Equal)]
#[case::widest_zone("2026-06-15T12:00:00+23:59", "2026-06-14T12:01:00Z", Equal)]
#[case::minutes_of_a_zone("2026-06-15T12:00:00-03:30", "2026-06-15T15:30:00Z", Equal)]
#[case::zone_of_nothing("2026-06-15T12:00:00-00:00", "2026-06-15T12:00:00+00:00", Equal)]
#[case::later_clock_and_earlier_time("2026-06-15T12:00:00Z", "2026-06-15T13:00:00+02:00", Less)]
#[case::earlier_clock_and_later_time("2026-06-15T12:00:00Z", "2026-06-15T11:00:00-02:00", Greater)]
// Fractions of seconds.
#[case::smallest_fraction("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000001Z", Greater)]
#[case::fractions_are_no_whole_numbers("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.09Z", Less)]
#[case::zeros_behind_a_fraction("2026-01-01T00:00:00.10Z", "2026-01-01T00:00:00.1Z", Equal)]
#[case::last_fraction_of_a_year("2026", "2025-12-31T23:59:59.999999999Z", Less)]
// What is left out is the first.
#[case::month_without_a_day("2026-02", "2026-02-01T00:00:00Z", Equal)]
#[case::last_of_the_month_before("2026-02", "2026-01-31", Less)]
#[case::minutes_without_seconds("2026-02-01T10:20Z", "2026-02-01T10:20:00Z", Equal)]
#[case::months_of_30_days("2026-04-30", "2026-05-01", Greater)]
#[case::months_of_31_days("2026-07-31", "2026-08-01", Greater)]
fn seams(#[case] value: &str, #[case] given: &str, #[case] order: Ordering) {
    let operators: [(&str, Fits); 6] = [
        ("DateEquals", Ordering::is_eq),
        ("DateNotEquals", Ordering::is_ne),
        ("DateLessThan", Ordering::is_lt),
        ("DateLessThanEquals", Ordering::is_le),
        ("DateGreaterThan", Ordering::is_gt),
        ("DateGreaterThanEquals", Ordering::is_ge),
    ];
    for (one, other, order) in [(value, given, order), (given, value, order.reverse())] {
        for (operator, expected) in operators {
            let expected = if expected(order) { Yes } else { No };
            assert_eq!(holds(operator, &format!("{one:?}"), &[other]), expected, "{operator} {one} of {other}");
        }
    }
}

/// What is no point in time is neither before nor after any other.
#[rstest]
fn no_point_in_time(
    #[values(
        "1900-02-29",
        "2100-02-29",
        "2023-02-29",
        "2024-02-30",
        "2026-04-31",
        "2026-06-31",
        "2026-09-31",
        "2026-11-31",
        "2026-12-32",
        "2026-00-01",
        "2026-01-00",
        "2026-1-01",
        "2026-01-1",
        "26-01-01",
        "02026-01-01",
        "2026-01-01-01",
        "2026-",
        "2026-01-01T",
        "T00:00Z",
        "2026-01-01T00",
        "2026-01-01T0:00Z",
        "2026-01-01T00:0Z",
        "2026-01-01T00:60Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:0Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00+1",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00Z+01:00",
        "2026-01-01T00:00:00 Z",
        " 2026-01-01",
        "2026-01-01 ",
        "+1767225600",
        "1767225600.5",
        "1e9",
        "\u{662}\u{660}\u{662}\u{666}-01-01",
        "99999999999999999999"
    )]
    text: &str,
) {
    let quoted = format!("{text:?}");
    for operator in ["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "DateEquals"] {
        assert_eq!(holds(operator, r#""2000""#, &[text]), No, "{operator} of it");
        assert_eq!(holds(operator, &quoted, &["2000"]), No, "{operator} it");
        assert_eq!(holds(operator, &quoted, &[text]), No, "{operator} itself");
    }
    assert_eq!(holds("DateNotEquals", &quoted, &[text]), Yes);
}
