//! `StringEquals`, `StringLike` and their kin.

use super::Holds::{No, Yes};
use super::{ABSENT, ABSENT_NEGATED, ALL_NO, ALL_YES, check};

#[test]
fn string_equals() {
    check(
        "StringEquals",
        &[
            (r#""finance""#, &["finance"], ALL_YES),
            (r#"["finance"]"#, &["finance"], ALL_YES),
            (r#"["hr","finance"]"#, &["finance"], ALL_YES),
            (r#"["finance","finance"]"#, &["finance"], ALL_YES),
            // The case of a value counts, everywhere in it.
            (r#""finance""#, &["Finance"], ALL_NO),
            (r#""finance""#, &["FINANCE"], ALL_NO),
            (r#""Finance""#, &["finance"], ALL_NO),
            // It is equal as a whole, not in part.
            (r#""finance""#, &["finances"], ALL_NO),
            (r#""finance""#, &["financ"], ALL_NO),
            (r#""finance""#, &["my finance"], ALL_NO),
            (r#""finance""#, &[" finance"], ALL_NO),
            (r#""finance""#, &["finance "], ALL_NO),
            (r#""finance ""#, &["finance "], ALL_YES),
            // Wildcards are plain characters.
            (r#""fin*""#, &["finance"], ALL_NO),
            (r#""fin*""#, &["fin*"], ALL_YES),
            (r#""fin?nce""#, &["finance"], ALL_NO),
            (r#""fin?nce""#, &["fin?nce"], ALL_YES),
            (r#""*""#, &["finance"], ALL_NO),
            (r#""*""#, &["*"], ALL_YES),
            (r#""finance""#, &["*"], ALL_NO),
            // An empty text is a value to a plain operator, and nothing at all to the set operators.
            (r#""""#, &[""], [Yes, Yes, Yes, No]),
            (r#""finance""#, &[""], [No, No, Yes, No]),
            (r#""""#, &["finance"], ALL_NO),
            // Numbers and truth values are their texts.
            ("10", &["10"], ALL_YES),
            ("10", &["10.0"], ALL_NO),
            ("1e1", &["1e1"], ALL_YES),
            ("1e1", &["10"], ALL_NO),
            ("true", &["true"], ALL_YES),
            ("true", &["True"], ALL_NO),
            (r#"[true,10,"x"]"#, &["10"], ALL_YES),
            // Letters beyond ASCII.
            (r#""straße""#, &["straße"], ALL_YES),
            (r#""straße""#, &["strasse"], ALL_NO),
            (r#""\u00e9""#, &["é"], ALL_YES),
            // Several values of the request: any will do, all must, one must.
            (r#""finance""#, &["finance", "hr"], [Yes, Yes, No, Yes]),
            (r#""finance""#, &["hr", "finance"], [Yes, Yes, No, Yes]),
            (r#""finance""#, &["hr", "it"], ALL_NO),
            (r#"["finance","hr"]"#, &["finance", "hr"], ALL_YES),
            (r#"["finance","hr"]"#, &["finance", "it"], [Yes, Yes, No, Yes]),
            (r#"["finance","hr"]"#, &["finance", "finance"], ALL_YES),
            (r#"["finance","hr","it"]"#, &["hr"], ALL_YES),
            (r#""finance""#, &["finance", ""], [Yes, Yes, No, Yes]),
            // Nothing to be equal to.
            ("[]", &["finance"], ALL_NO),
            ("[]", &[""], [No, No, Yes, No]),
            (r#""finance""#, &[], ABSENT),
            (r#""""#, &[], ABSENT),
            (r#"["finance","hr"]"#, &[], ABSENT),
            ("[]", &[], ABSENT),
        ],
    );
}

#[test]
fn string_not_equals() {
    check(
        "StringNotEquals",
        &[
            (r#""finance""#, &["finance"], ALL_NO),
            (r#"["finance"]"#, &["finance"], ALL_NO),
            (r#""finance""#, &["hr"], ALL_YES),
            (r#""finance""#, &["Finance"], ALL_YES),
            (r#""finance""#, &["finances"], ALL_YES),
            (r#""finance""#, &["finance "], ALL_YES),
            // None of several may be equal.
            (r#"["finance","hr"]"#, &["finance"], ALL_NO),
            (r#"["finance","hr"]"#, &["hr"], ALL_NO),
            (r#"["finance","hr"]"#, &["it"], ALL_YES),
            (r#"["finance","hr"]"#, &["HR"], ALL_YES),
            (r#""fin*""#, &["finance"], ALL_YES),
            (r#""fin*""#, &["fin*"], ALL_NO),
            ("10", &["10"], ALL_NO),
            ("10", &["10.0"], ALL_YES),
            ("false", &["false"], ALL_NO),
            (r#""""#, &[""], [No, No, Yes, No]),
            (r#""finance""#, &[""], [Yes, Yes, Yes, No]),
            (r#""finance""#, &["finance", "hr"], [No, No, No, Yes]),
            (r#""finance""#, &["hr", "it"], ALL_YES),
            (r#"["finance","hr"]"#, &["finance", "hr"], ALL_NO),
            (r#"["finance","hr"]"#, &["finance", "it"], [No, No, No, Yes]),
            (r#"["finance","hr"]"#, &["it", "ops"], ALL_YES),
            ("[]", &["finance"], ALL_YES),
            (r#""finance""#, &[], ABSENT_NEGATED),
            (r#"["finance","hr"]"#, &[], ABSENT_NEGATED),
        ],
    );
}

#[test]
fn string_equals_ignore_case() {
    check(
        "StringEqualsIgnoreCase",
        &[
            (r#""finance""#, &["finance"], ALL_YES),
            (r#""finance""#, &["FINANCE"], ALL_YES),
            (r#""FiNaNcE""#, &["fInAnCe"], ALL_YES),
            (r#""É""#, &["é"], ALL_YES),
            (r#""finance""#, &["finances"], ALL_NO),
            (r#""finance""#, &["f1nance"], ALL_NO),
            (r#""FIN*""#, &["finance"], ALL_NO),
            (r#""FIN*""#, &["fin*"], ALL_YES),
            (r#""FIN?""#, &["fin?"], ALL_YES),
            (r#""FIN?""#, &["fine"], ALL_NO),
            ("true", &["TRUE"], ALL_YES),
            ("1E1", &["1e1"], ALL_YES),
            (r#"["HR","FINANCE"]"#, &["finance"], ALL_YES),
            (r#"["HR","IT"]"#, &["finance"], ALL_NO),
            (r#""finance""#, &["Finance", "HR"], [Yes, Yes, No, Yes]),
            (r#"["finance","hr"]"#, &["Finance", "HR"], ALL_YES),
            (r#"["finance","hr"]"#, &["IT", "OPS"], ALL_NO),
            (r#""""#, &[""], [Yes, Yes, Yes, No]),
            ("[]", &["finance"], ALL_NO),
            (r#""finance""#, &[], ABSENT),
        ],
    );
}

#[test]
fn string_not_equals_ignore_case() {
    check(
        "StringNotEqualsIgnoreCase",
        &[
            (r#""finance""#, &["finance"], ALL_NO),
            (r#""finance""#, &["FINANCE"], ALL_NO),
            (r#""FINANCE""#, &["Finance"], ALL_NO),
            (r#""finance""#, &["hr"], ALL_YES),
            (r#""finance""#, &["finances"], ALL_YES),
            (r#""FIN*""#, &["finance"], ALL_YES),
            (r#"["HR","IT"]"#, &["hr"], ALL_NO),
            (r#"["HR","IT"]"#, &["ops"], ALL_YES),
            (r#""finance""#, &["Finance", "HR"], [No, No, No, Yes]),
            (r#"["finance","hr"]"#, &["Finance", "HR"], ALL_NO),
            (r#"["finance","hr"]"#, &["it", "ops"], ALL_YES),
            (r#""""#, &["finance"], ALL_YES),
            ("[]", &["finance"], ALL_YES),
            (r#""finance""#, &[], ABSENT_NEGATED),
        ],
    );
}

#[test]
fn string_like() {
    check(
        "StringLike",
        &[
            (r#""finance""#, &["finance"], ALL_YES),
            (r#""finance""#, &["Finance"], ALL_NO),
            // `*` is any text, no text too, in any place.
            (r#""*""#, &["finance"], ALL_YES),
            (r#""*""#, &["*"], ALL_YES),
            (r#""**""#, &["finance"], ALL_YES),
            (r#""fin*""#, &["finance"], ALL_YES),
            (r#""fin*""#, &["fin"], ALL_YES),
            (r#""fin*""#, &["fi"], ALL_NO),
            (r#""*ance""#, &["finance"], ALL_YES),
            (r#""*ance""#, &["ance"], ALL_YES),
            (r#""*ance""#, &["finances"], ALL_NO),
            (r#""f*e""#, &["finance"], ALL_YES),
            (r#""f*e""#, &["fe"], ALL_YES),
            (r#""f*e""#, &["f"], ALL_NO),
            (r#""f*n*e""#, &["finance"], ALL_YES),
            (r#""f*x*e""#, &["finance"], ALL_NO),
            (r#""*nan*""#, &["finance"], ALL_YES),
            (r#""*NAN*""#, &["finance"], ALL_NO),
            (r#""*/*""#, &["home/alice"], ALL_YES),
            (r#""home/*""#, &["home/alice/docs"], ALL_YES),
            (r#""home/*/docs""#, &["home/alice/docs"], ALL_YES),
            (r#""home/*/docs""#, &["home/docs"], ALL_NO),
            (r#""a*a""#, &["a"], ALL_NO),
            (r#""a*a""#, &["aa"], ALL_YES),
            (r#""*aab""#, &["aaab"], ALL_YES),
            (r#""*a*a*b""#, &["aaab"], ALL_YES),
            // `?` is one character.
            (r#""f?nance""#, &["finance"], ALL_YES),
            (r#""f?nance""#, &["fnance"], ALL_NO),
            (r#""f?nance""#, &["fiinance"], ALL_NO),
            (r#""???????""#, &["finance"], ALL_YES),
            (r#""??????""#, &["finance"], ALL_NO),
            (r#""?""#, &["é"], ALL_YES),
            (r#""?""#, &["?"], ALL_YES),
            (r#""?*""#, &["f"], ALL_YES),
            (r#""?*""#, &["finance"], ALL_YES),
            (r#""*?""#, &["f"], ALL_YES),
            // A pattern is no regular expression, and knows no escape.
            (r#""fin.*""#, &["finance"], ALL_NO),
            (r#""fin.*""#, &["fin.ance"], ALL_YES),
            (r#""[a-z]*""#, &["finance"], ALL_NO),
            (r#""\\*""#, &["*"], ALL_NO),
            (r#""\\*""#, &["\\x"], ALL_YES),
            // A wildcard in the request is a character.
            (r#""finance""#, &["fin*"], ALL_NO),
            (r#""fin?""#, &["fin*"], ALL_YES),
            (r#""fin*""#, &["fin*"], ALL_YES),
            // AWS's prefixes: the bucket itself, its home folder, and one's own.
            (r#"["","home/","home/alice/*"]"#, &["home/"], ALL_YES),
            (r#"["","home/","home/alice/*"]"#, &["home/alice/x"], ALL_YES),
            (r#"["","home/","home/alice/*"]"#, &["home/alice"], ALL_NO),
            (r#"["","home/","home/alice/*"]"#, &["home/bob/x"], ALL_NO),
            (r#"["","home/","home/alice/*"]"#, &[""], [Yes, Yes, Yes, No]),
            (r#"["t1.*","t2.*","m3.*"]"#, &["t2.micro"], ALL_YES),
            (r#"["t1.*","t2.*","m3.*"]"#, &["t3.micro"], ALL_NO),
            (r#"["t1.*","t2.*","m3.*"]"#, &["t2micro"], ALL_NO),
            (r#""fin*""#, &["finance", "hr"], [Yes, Yes, No, Yes]),
            (r#""fin*""#, &["finance", "fine"], ALL_YES),
            (r#"["fin*","h?"]"#, &["finance", "hr"], ALL_YES),
            (r#"["fin*","h?"]"#, &["it", "ops"], ALL_NO),
            (r#""*""#, &[""], [Yes, Yes, Yes, No]),
            (r#""?""#, &[""], [No, No, Yes, No]),
            ("[]", &["finance"], ALL_NO),
            (r#""*""#, &[], ABSENT),
            (r#""fin*""#, &[], ABSENT),
        ],
    );
}

#[test]
fn string_not_like() {
    check(
        "StringNotLike",
        &[
            (r#""finance""#, &["finance"], ALL_NO),
            (r#""finance""#, &["Finance"], ALL_YES),
            (r#""fin*""#, &["finance"], ALL_NO),
            (r#""fin*""#, &["fin"], ALL_NO),
            (r#""fin*""#, &["hr"], ALL_YES),
            (r#""FIN*""#, &["finance"], ALL_YES),
            (r#""f?n*""#, &["finance"], ALL_NO),
            (r#""f?n*""#, &["fn"], ALL_YES),
            (r#""*""#, &["finance"], ALL_NO),
            (r#"["fin*","h?"]"#, &["hr"], ALL_NO),
            (r#"["fin*","h?"]"#, &["hrs"], ALL_YES),
            (r#""fin*""#, &["finance", "hr"], [No, No, No, Yes]),
            (r#""fin*""#, &["hr", "it"], ALL_YES),
            (r#"["fin*","h?"]"#, &["finance", "hr"], ALL_NO),
            (r#""*""#, &[""], [No, No, Yes, No]),
            (r#""fin*""#, &[""], [Yes, Yes, Yes, No]),
            ("[]", &["finance"], ALL_YES),
            (r#""fin*""#, &[], ABSENT_NEGATED),
            (r#""*""#, &[], ABSENT_NEGATED),
        ],
    );
}
