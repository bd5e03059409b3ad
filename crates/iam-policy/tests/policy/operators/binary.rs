//! `BinaryEquals`: bytes in base64, and not its text.

use super::Holds::{No, Yes};
use super::{ABSENT, ALL_NO, ALL_YES, check};

#[test]
fn binary_equals() {
    check(
        "BinaryEquals",
        &[
            // AWS's example, `BinaryValueInBase64`.
            (r#""QmluYXJ5VmFsdWVJbkJhc2U2NA==""#, &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], ALL_YES),
            (r#""QmluYXJ5VmFsdWVJbkJhc2U2NA==""#, &["BinaryValueInBase64"], ALL_NO),
            (r#""QQ==""#, &["QQ=="], ALL_YES),
            (r#""QQ==""#, &["Qg=="], ALL_NO),
            // The case of a digit is another digit.
            (r#""QQ==""#, &["qq=="], ALL_NO),
            (r#""QUI=""#, &["QUI="], ALL_YES),
            (r#""QUI=""#, &["QUJD"], ALL_NO),
            (r#""QUJD""#, &["QUJD"], ALL_YES),
            (r#""+/+/""#, &["+/+/"], ALL_YES),
            // Two spellings of one byte: the bits behind it are padding.
            (r#""QQ==""#, &["QR=="], ALL_YES),
            // What is no base64 is equal to nothing.
            (r#""A""#, &["A"], ALL_NO),
            (r#""QQ""#, &["QQ"], ALL_NO),
            (r#""QQ=""#, &["QQ="], ALL_NO),
            (r#""Q===""#, &["Q==="], ALL_NO),
            (r#""!!!!""#, &["!!!!"], ALL_NO),
            (r#""-_-_""#, &["-_-_"], ALL_NO),
            (r#""QQ==""#, &["QQ==\n"], ALL_NO),
            (r#""QQ==""#, &[" QQ=="], ALL_NO),
            (r#""QQ==""#, &[""], [No, No, Yes, No]),
            (r#""""#, &[""], [Yes, Yes, Yes, No]),
            (r#"["QQ==","Qg=="]"#, &["Qg=="], ALL_YES),
            (r#"["A","Qg=="]"#, &["Qg=="], ALL_YES),
            (r#""QQ==""#, &["QQ==", "Qg=="], [Yes, Yes, No, Yes]),
            (r#"["QQ==","Qg=="]"#, &["QQ==", "Qg=="], ALL_YES),
            ("[]", &["QQ=="], ALL_NO),
            (r#""QQ==""#, &[], ABSENT),
        ],
    );
}
