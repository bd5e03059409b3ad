//! `NumericEquals` and its kin. All digits count.

use super::Holds::{No, Yes};
use super::{ABSENT, ABSENT_NEGATED, ALL_NO, ALL_YES, Row, check, holds};

#[test]
fn numeric_equals() {
    check(
        "NumericEquals",
        &[
            ("10", &["10"], ALL_YES),
            (r#""10""#, &["10"], ALL_YES),
            ("10", &["10.0"], ALL_YES),
            ("10.0", &["10"], ALL_YES),
            ("10", &["010"], ALL_YES),
            ("10", &["1e1"], ALL_YES),
            ("1E1", &["10"], ALL_YES),
            ("100e-1", &["10"], ALL_YES),
            ("10", &["+10"], ALL_YES),
            ("-10", &["-10"], ALL_YES),
            ("0", &["-0"], ALL_YES),
            ("0.1", &["0.10"], ALL_YES),
            ("10", &["11"], ALL_NO),
            ("10", &["-10"], ALL_NO),
            ("10", &["10.000001"], ALL_NO),
            ("0.1", &["0.2"], ALL_NO),
            // Beyond what a floating-point number tells apart.
            ("9007199254740993", &["9007199254740993"], ALL_YES),
            ("9007199254740993", &["9007199254740992"], ALL_NO),
            ("123456789012345678901234567890", &["123456789012345678901234567890"], ALL_YES),
            ("123456789012345678901234567890", &["123456789012345678901234567891"], ALL_NO),
            ("0.1", &["0.1000000000000000055511151231257827"], ALL_NO),
            ("1e400", &["1e400"], ALL_YES),
            ("1e400", &["10e399"], ALL_YES),
            ("1e400", &["2e400"], ALL_NO),
            ("1e-400", &["0"], ALL_NO),
            ("0e400", &["-0"], ALL_YES),
            // What is no number is equal to none, not to itself either.
            (r#""ten""#, &["10"], ALL_NO),
            (r#""ten""#, &["ten"], ALL_NO),
            ("10", &["ten"], ALL_NO),
            (r#""0x10""#, &["16"], ALL_NO),
            (r#"" 10""#, &["10"], ALL_NO),
            ("10", &["10 "], ALL_NO),
            ("10", &["1,0"], ALL_NO),
            ("1000", &["1_000"], ALL_NO),
            (r#""NaN""#, &["NaN"], ALL_NO),
            (r#""inf""#, &["inf"], ALL_NO),
            (r#""Infinity""#, &["Infinity"], ALL_NO),
            ("true", &["true"], ALL_NO),
            // A variable is not replaced, and is no number.
            (r#""${test:k}""#, &["10"], ALL_NO),
            ("10", &[""], [No, No, Yes, No]),
            ("[10,20]", &["20"], ALL_YES),
            ("[10,20]", &["30"], ALL_NO),
            (r#"["ten",20]"#, &["20"], ALL_YES),
            ("10", &["10", "20"], [Yes, Yes, No, Yes]),
            ("[10,20]", &["10", "20"], ALL_YES),
            ("[10,20]", &["10", "ten"], [Yes, Yes, No, Yes]),
            ("[]", &["10"], ALL_NO),
            ("10", &[], ABSENT),
        ],
    );
}

#[test]
fn numeric_not_equals() {
    check(
        "NumericNotEquals",
        &[
            ("10", &["10"], ALL_NO),
            ("10", &["10.0"], ALL_NO),
            ("10", &["1e1"], ALL_NO),
            ("10", &["11"], ALL_YES),
            ("10", &["-10"], ALL_YES),
            ("[10,20]", &["20"], ALL_NO),
            ("[10,20]", &["30"], ALL_YES),
            ("9007199254740993", &["9007199254740992"], ALL_YES),
            ("10", &["ten"], ALL_YES),
            (r#""ten""#, &["10"], ALL_YES),
            ("10", &["10", "20"], [No, No, No, Yes]),
            ("10", &["20", "30"], ALL_YES),
            ("[10,20]", &["10", "20"], ALL_NO),
            ("[]", &["10"], ALL_YES),
            ("10", &[], ABSENT_NEGATED),
        ],
    );
}

/// How a row of an ordering reads: the value of the policy, that of the request, and whether it holds under
/// `NumericLessThan`, `NumericLessThanEquals`, `NumericGreaterThan` and `NumericGreaterThanEquals`.
type Ordered = (&'static str, &'static str, [bool; 4]);

const ORDERINGS: [&str; 4] =
    ["NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"];

const BELOW: [bool; 4] = [true, true, false, false];
const EQUAL: [bool; 4] = [false, true, false, true];
const ABOVE: [bool; 4] = [false, false, true, true];
const NEITHER: [bool; 4] = [false; 4];

#[test]
fn orderings() {
    let rows: &[Ordered] = &[
        ("10", "9", BELOW),
        ("10", "10", EQUAL),
        ("10", "11", ABOVE),
        ("10", "-10", BELOW),
        ("-10", "10", ABOVE),
        ("-10", "-11", BELOW),
        ("-10", "-9", ABOVE),
        ("0", "-0", EQUAL),
        ("10", "9.999999", BELOW),
        ("10", "10.0", EQUAL),
        ("10", "10.000001", ABOVE),
        ("1.5", "1", BELOW),
        ("1.5", "2", ABOVE),
        ("0.1", "0.09", BELOW),
        ("1e3", "999", BELOW),
        ("1e3", "1000", EQUAL),
        ("1e3", "1001", ABOVE),
        // As numbers, not as texts: 9 comes before 10.
        ("9", "10", ABOVE),
        ("100", "20", BELOW),
        ("9007199254740993", "9007199254740992", BELOW),
        ("9007199254740992", "9007199254740993", ABOVE),
        ("1e400", "2e400", ABOVE),
        ("1e400", "1e401", ABOVE),
        ("-1e400", "-2e400", BELOW),
        ("0", "1e-400", ABOVE),
        ("1e-400", "2e-400", ABOVE),
        ("10", "ten", NEITHER),
        (r#""ten""#, "10", NEITHER),
        (r#""ten""#, "ten", NEITHER),
        ("10", "NaN", NEITHER),
        ("10", "inf", NEITHER),
        (r#""-inf""#, "10", NEITHER),
        ("10", " 9", NEITHER),
        ("10", "0x9", NEITHER),
        ("[]", "10", NEITHER),
    ];
    for (value, given, expected) in rows {
        for (operator, expected) in ORDERINGS.iter().zip(expected) {
            let wanted = if *expected { Yes } else { No };
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                assert_eq!(
                    holds(&format!("{prefix}{operator}"), value, &[given]),
                    wanted,
                    "{operator} {value} {given}"
                );
                let spelling = format!("{prefix}{operator}IfExists");
                assert_eq!(holds(&spelling, value, &[given]), wanted, "{spelling} {value} {given}");
            }
        }
    }
}

/// Any of the policy's values will do: less than one of them is less than the greatest.
#[test]
fn several_limits() {
    let rows: [(&str, &[Row]); 4] = [
        (
            "NumericLessThan",
            &[
                ("[10,20]", &["15"], ALL_YES),
                ("[10,20]", &["20"], ALL_NO),
                ("10", &["5", "15"], [Yes, Yes, No, Yes]),
                ("10", &["5", "6"], ALL_YES),
                ("10", &["15", "16"], ALL_NO),
                ("10", &["5", "ten"], [Yes, Yes, No, Yes]),
                ("10", &[""], [No, No, Yes, No]),
                ("10", &[], ABSENT),
            ],
        ),
        (
            "NumericLessThanEquals",
            &[
                ("[10,20]", &["20"], ALL_YES),
                ("[10,20]", &["21"], ALL_NO),
                ("10", &["10", "15"], [Yes, Yes, No, Yes]),
                ("10", &["10", "6"], ALL_YES),
                ("10", &[], ABSENT),
            ],
        ),
        (
            "NumericGreaterThan",
            &[
                ("[10,20]", &["15"], ALL_YES),
                ("[10,20]", &["10"], ALL_NO),
                ("10", &["5", "15"], [Yes, Yes, No, Yes]),
                ("10", &["11", "15"], ALL_YES),
                ("10", &[], ABSENT),
            ],
        ),
        (
            "NumericGreaterThanEquals",
            &[
                ("[10,20]", &["10"], ALL_YES),
                ("[10,20]", &["9"], ALL_NO),
                ("10", &["10", "9"], [Yes, Yes, No, Yes]),
                ("10", &["10", "15"], ALL_YES),
                ("10", &[], ABSENT),
            ],
        ),
    ];
    for (operator, rows) in rows {
        check(operator, rows);
    }
}
