//! `DateEquals` and its kin: the forms of <https://www.w3.org/TR/NOTE-datetime>, and seconds since 1970.

use super::Holds::{No, Yes};
use super::{ABSENT, ABSENT_NEGATED, ALL_NO, ALL_YES, Row, check, holds};

#[test]
fn date_equals() {
    check(
        "DateEquals",
        &[
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00Z"], ALL_YES),
            // One point in time, however it is written.
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00Z"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["1767225600"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00.000Z"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01t00:00:00z"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T09:00:00+09:00"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2025-12-31T19:00:00-05:00"], ALL_YES),
            (r#""2026-01-01T05:30:00+05:30""#, &["2026-01-01T00:00:00Z"], ALL_YES),
            ("1767225600", &["2026-01-01T00:00:00Z"], ALL_YES),
            (r#""1767225600""#, &["1767225600"], ALL_YES),
            (r#""2026-01-01T00:00:00.5Z""#, &["2026-01-01T00:00:00.500Z"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:01Z"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00.001Z"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00+01:00"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-02"], ALL_NO),
            (r#""2024-02-29""#, &["1709164800"], ALL_YES),
            // What is no point in time is equal to none.
            (r#""2026-02-29""#, &["2026-02-29"], ALL_NO),
            (r#""2026-13-01""#, &["2026-13-01"], ALL_NO),
            (r#""tomorrow""#, &["tomorrow"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["tomorrow"], ALL_NO),
            (r#""2026/01/01""#, &["2026-01-01"], ALL_NO),
            (r#""2026-01-01 00:00:00""#, &["2026-01-01T00:00:00Z"], ALL_NO),
            (r#""Thu, 01 Jan 2026 00:00:00 GMT""#, &["2026-01-01T00:00:00Z"], ALL_NO),
            (r#""2026-01-01T24:00:00Z""#, &["2026-01-02T00:00:00Z"], ALL_NO),
            (r#""2026-01-01T00:00:00+9:00""#, &["2025-12-31T15:00:00Z"], ALL_NO),
            (r#""2026-01-*""#, &["2026-01-01"], ALL_NO),
            ("-1", &["1969-12-31T23:59:59Z"], ALL_NO),
            (r#""${test:k}""#, &["2026-01-01"], ALL_NO),
            (r#""2026-01-01""#, &[""], [No, No, Yes, No]),
            (r#"["2026-01-01","2027-01-01"]"#, &["2027-01-01"], ALL_YES),
            (r#"["tomorrow","2027-01-01"]"#, &["2027-01-01"], ALL_YES),
            (r#""2026-01-01""#, &["2026-01-01", "2027-01-01"], [Yes, Yes, No, Yes]),
            (r#"["2026-01-01","2027-01-01"]"#, &["2026-01-01", "2027-01-01"], ALL_YES),
            ("[]", &["2026-01-01"], ALL_NO),
            (r#""2026-01-01""#, &[], ABSENT),
        ],
    );
}

#[test]
fn date_not_equals() {
    check(
        "DateNotEquals",
        &[
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:00Z"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["1767225600"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["2026"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T00:00:01Z"], ALL_YES),
            (r#""2026-01-01T00:00:00Z""#, &["2026-01-01T01:00:00+01:00"], ALL_NO),
            (r#""2026-01-01T00:00:00Z""#, &["tomorrow"], ALL_YES),
            (r#"["2026-01-01","2027-01-01"]"#, &["2027-01-01"], ALL_NO),
            (r#"["2026-01-01","2027-01-01"]"#, &["2028-01-01"], ALL_YES),
            (r#""2026-01-01""#, &["2026-01-01", "2027-01-01"], [No, No, No, Yes]),
            ("[]", &["2026-01-01"], ALL_YES),
            (r#""2026-01-01""#, &[], ABSENT_NEGATED),
        ],
    );
}

/// Whether a row holds under `DateLessThan`, `DateLessThanEquals`, `DateGreaterThan` and `DateGreaterThanEquals`.
type Ordered = (&'static str, &'static str, [bool; 4]);

const ORDERINGS: [&str; 4] = ["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"];

const BEFORE: [bool; 4] = [true, true, false, false];
const EQUAL: [bool; 4] = [false, true, false, true];
const AFTER: [bool; 4] = [false, false, true, true];
const NEITHER: [bool; 4] = [false; 4];

#[test]
fn orderings() {
    let rows: &[Ordered] = &[
        (r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59Z", BEFORE),
        (r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", EQUAL),
        (r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:01Z", AFTER),
        (r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59.999999999Z", BEFORE),
        (r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00.000000001Z", AFTER),
        // Zones count, not the digits.
        (r#""2026-01-01T00:00:00Z""#, "2026-01-01T08:59:59+09:00", BEFORE),
        (r#""2026-01-01T00:00:00Z""#, "2025-12-31T20:00:00-05:00", AFTER),
        (r#""2026-01-01T00:00:00+09:00""#, "2025-12-31T15:00:00Z", EQUAL),
        // Seconds and dates side by side.
        ("1767225600", "2025-12-31", BEFORE),
        ("1767225600", "2026-01-02", AFTER),
        ("1767225600", "1767225599", BEFORE),
        ("1767225600", "1767225601", AFTER),
        (r#""2026""#, "2025", BEFORE),
        (r#""2026""#, "2027", AFTER),
        (r#""2026-03""#, "2026-02-28", BEFORE),
        (r#""2024-03""#, "2024-02-29", BEFORE),
        (r#""1970-01-01T00:00:00Z""#, "0", EQUAL),
        (r#""1970-01-01T00:00:00Z""#, "1969-12-31T23:59:59Z", BEFORE),
        (r#""9999-12-31T23:59:59Z""#, "2026-01-01", BEFORE),
        (r#""tomorrow""#, "2026-01-01", NEITHER),
        (r#""2026-01-01""#, "tomorrow", NEITHER),
        (r#""2026-01-01""#, "", NEITHER),
        (r#""2026-01-01""#, "2026-02-30", NEITHER),
        (r#""2026-01-01""#, "2026-01-01T00:00:60Z", NEITHER),
        ("true", "2026-01-01", NEITHER),
        ("[]", "2026-01-01", NEITHER),
    ];
    for (value, given, expected) in rows {
        for (operator, expected) in ORDERINGS.iter().zip(expected) {
            let wanted = if *expected { Yes } else { No };
            assert_eq!(holds(operator, value, &[given]), wanted, "{operator} {value} {given}");
            let spelling = format!("{operator}IfExists");
            assert_eq!(holds(&spelling, value, &[given]), wanted, "{spelling} {value} {given}");
        }
    }
}

#[test]
fn several_dates() {
    let rows: [(&str, &[Row]); 4] = [
        (
            "DateLessThan",
            &[
                (r#"["2026-01-01","2027-01-01"]"#, &["2026-06-01"], ALL_YES),
                (r#"["2026-01-01","2027-01-01"]"#, &["2027-01-01"], ALL_NO),
                (r#""2026-01-01""#, &["2025-01-01", "2027-01-01"], [Yes, Yes, No, Yes]),
                (r#""2026-01-01""#, &["2025-01-01", "2024-01-01"], ALL_YES),
                (r#""2026-01-01""#, &[], ABSENT),
            ],
        ),
        (
            "DateLessThanEquals",
            &[
                (r#""2026-01-01""#, &["2026-01-01", "2027-01-01"], [Yes, Yes, No, Yes]),
                (r#""2026-01-01""#, &["2026-01-01", "2025-01-01"], ALL_YES),
                (r#""2026-01-01""#, &[], ABSENT),
            ],
        ),
        (
            "DateGreaterThan",
            &[
                (r#"["2026-01-01","2027-01-01"]"#, &["2026-06-01"], ALL_YES),
                (r#""2026-01-01""#, &["2025-01-01", "2027-01-01"], [Yes, Yes, No, Yes]),
                (r#""2026-01-01""#, &[], ABSENT),
            ],
        ),
        (
            "DateGreaterThanEquals",
            &[
                (r#""2026-01-01""#, &["2026-01-01", "2025-01-01"], [Yes, Yes, No, Yes]),
                (r#""2026-01-01""#, &["2026-01-01", "2027-01-01"], ALL_YES),
                (r#""2026-01-01""#, &[], ABSENT),
            ],
        ),
    ];
    for (operator, rows) in rows {
        check(operator, rows);
    }
}
