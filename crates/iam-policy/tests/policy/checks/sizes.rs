//! The sizes of documents, as IAM counts them: without white space
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).

use crate::support::policy;
use iam_policy::DocumentType::{self, Inline, Managed, Resource, Trust};
use iam_policy::{Code, Limits, Severity, check};

const AROUND_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const AROUND_IDENTITY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// A document of so many characters besides white space.
fn sized(document_type: DocumentType, characters: usize) -> String {
    let around = if document_type == Trust { AROUND_TRUST } else { AROUND_IDENTITY };
    let sid = "x".repeat(characters - around.chars().count());
    around.replace(r#""Sid":"""#, &format!(r#""Sid":"{sid}""#))
}

/// The message about the size, where there is one.
fn told(document_type: DocumentType, text: &str, limits: &Limits) -> Option<String> {
    let findings = check(&policy(text), document_type, limits);
    let finding = findings.into_iter().find(|finding| finding.code == Code::Size)?;
    assert_eq!((finding.severity, finding.place.as_str()), (Severity::Error, ""));
    Some(finding.message)
}

#[test]
fn quotas_of_an_account_that_had_none_raised() {
    let limits = Limits::default();
    assert_eq!((limits.trust_policy, limits.inline_policy, limits.managed_policy), (2048, 10_240, 6144));
    for (document_type, name, limit) in
        [(Trust, "a trust policy", 2048), (Inline, "an inline policy", 10_240), (Managed, "a managed policy", 6144)]
    {
        for (characters, fits) in
            [(200, true), (limit - 1, true), (limit, true), (limit + 1, false), (limit * 2, false)]
        {
            let expected = (!fits).then(|| {
                format!("{name} has at most {limit} characters without white space, and this has {characters}")
            });
            assert_eq!(
                told(document_type, &sized(document_type, characters), &limits),
                expected,
                "{name} {characters}"
            );
        }
    }
    assert_eq!(told(Resource, &sized(Inline, 20_000), &limits), None, "each service has its own");
}

/// "IAM doesn't count white space when calculating the size of a policy against these limitations."
#[test]
fn white_space_does_not_count() {
    let full = sized(Trust, 2048);
    let spaced = [
        format!("{full}\n"),
        full.replace(',', ",\n    "),
        full.replace(':', " : ").replace("sts : AssumeRole", "sts:AssumeRole"),
        full.replace('{', "{\r\n\t"),
        format!("   \t{}   ", full.replace('}', "\n}")),
    ];
    for text in &spaced {
        assert!(text.len() > full.len());
        assert_eq!(told(Trust, text, &Limits::default()), None);
        let longer = text.replace("xxx", "xxxx");
        assert!(told(Trust, &longer, &Limits::default()).is_some());
    }
}

/// Characters are counted, not bytes: `ä` is one. An escape is what it is written as.
#[test]
fn characters_and_not_bytes() {
    let limits = Limits { inline_policy: 120, ..Limits::default() };
    let text = |resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{resource}"}}}}"#
        )
    };
    let length = text("").chars().count();
    let room = 120 - length;
    assert_eq!(told(Inline, &text(&"x".repeat(room)), &limits), None);
    assert_eq!(told(Inline, &text(&"ä".repeat(room)), &limits), None);
    assert!(told(Inline, &text(&"ä".repeat(room + 1)), &limits).is_some());
    assert!(told(Inline, &text(&"\\u00e4".repeat(room)), &limits).is_some());
}

/// A quota that was raised, and the inline policies that a role has already.
#[test]
fn limits_are_the_callers() {
    let raised = Limits { trust_policy: 4096, ..Limits::default() };
    assert_eq!(told(Trust, &sized(Trust, 4096), &raised), None);
    assert!(told(Trust, &sized(Trust, 4097), &raised).is_some());
    assert!(told(Inline, &sized(Inline, 10_241), &raised).is_some(), "the others stay");

    let others = Limits { inline_policy: 10_240 - 9_000, ..Limits::default() };
    assert_eq!(told(Inline, &sized(Inline, 1_240), &others), None);
    assert_eq!(
        told(Inline, &sized(Inline, 1_241), &others).as_deref(),
        Some("an inline policy has at most 1240 characters without white space, and this has 1241")
    );
    let none_left = Limits { inline_policy: 0, ..Limits::default() };
    assert!(told(Inline, &sized(Inline, 200), &none_left).is_some());

    for document_type in [Trust, Inline, Managed, Resource] {
        assert_eq!(told(document_type, &sized(document_type, 50_000), &Limits::NONE), None);
    }
}
