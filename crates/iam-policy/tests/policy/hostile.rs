//! Input made to hurt: it ends in an answer, within memory and stack.

use rstest::rstest;

use crate::support::{policy, scope};
use std::collections::BTreeMap;

use iam_policy::{
    Code, Decision, DocumentType, Evaluation, Limits, MAXIMUM_CHARACTERS, Policy, Problem, Request, check, diff,
};

#[rstest]
#[case::lists("[", "]")]
#[case::objects(r#"{"a":"#, "}")]
#[case::both(r#"[{"a":"#, "}]")]
fn nesting_is_bounded(#[case] open: &str, #[case] close: &str) {
    let nested = |depth: usize| format!(r#"{{"Foo":{}1{}}}"#, open.repeat(depth), close.repeat(depth));
    assert!(Policy::parse(&nested(10), &scope()).is_ok());
    for depth in [40, 1000, 10_000] {
        let error = Policy::parse(&nested(depth), &scope()).unwrap_err();
        assert!(matches!(error.problem(), Problem::TooDeep { maximum: 32 }), "{error}");
    }
    let unclosed = open.repeat(MAXIMUM_CHARACTERS / open.len());
    assert!(matches!(Policy::parse(&unclosed, &scope()).unwrap_err().problem(), Problem::TooDeep { .. }));
}

#[rstest]
#[case::one_byte("a")]
#[case::two_bytes("é")]
#[case::four_bytes("😀")]
fn size_is_bounded_in_characters(#[case] character: &str) {
    let text = |characters: usize| format!(r#"{{"Id":"{}"}}"#, character.repeat(characters - 9));
    assert!(Policy::parse(&text(MAXIMUM_CHARACTERS), &scope()).is_ok());
    let error = Policy::parse(&text(MAXIMUM_CHARACTERS + 1), &scope()).unwrap_err();
    assert_eq!(error.to_string(), "the document has 131073 characters, and IAM takes at most 131072");
}

#[rstest]
fn an_error_repeats_little_of_a_long_text() {
    let key = "k".repeat(100_000);
    let error = Policy::parse(&format!(r#"{{"{key}":[{{"{key}":1,"{key}":2}}]}}"#), &scope());
    assert!(error.is_err());
    let error = Policy::parse(&format!(r#"{{"{}":1,"{}":2}}"#, &key[..50_000], &key[..50_000]), &scope()).unwrap_err();
    assert!(error.to_string().len() < 200, "{error}");
}

#[rstest]
fn the_largest_documents_are_compared_without_looking_for_likeness() {
    let many = |prefix: &str| {
        let statements: Vec<String> = (0..2000)
            .map(|number| format!(r#"{{"Effect":"Allow","Action":"a:{prefix}{number}*","Resource":"*"}}"#))
            .collect();
        policy(&format!(r#"{{"Statement":[{}]}}"#, statements.join(",")))
    };
    let (before, after) = (many("x"), many("y"));
    assert_eq!(diff(Some(&before), Some(&after)).len(), 4000);
    assert_eq!(diff(Some(&before), Some(&before)), []);
}

/// One line for each principal, each with all actions, would be as long as the square of the document.
#[rstest]
fn what_nobody_reads_is_one_line() {
    let statement = |principals: usize, actions: usize| {
        let list = |item: &str, count: usize| {
            let items: Vec<String> = (0..count).map(|number| format!(r#""{item}{number}""#)).collect();
            items.join(",")
        };
        policy(&format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":[{}],"Principal":{{"Service":[{}]}}}}}}"#,
            list("a:", actions),
            list("s", principals)
        ))
    };
    let nothing = policy("{}");
    let told = |principals, actions| diff(Some(&nothing), Some(&statement(principals, actions)));
    assert_eq!(told(90, 100).len(), 90);
    assert_eq!(told(110, 100).len(), 1);
    let changes = told(4000, 4000);
    let length: usize = changes.iter().map(|change| change.summary.len()).sum();
    assert_eq!((changes.len(), length < MAXIMUM_CHARACTERS), (1, true));
}

/// Patterns against patterns are the most work for their length.
#[rstest]
fn a_statement_of_patterns_only_is_compared() {
    let patterns = |last: char| {
        let actions: Vec<String> = (0..500).map(|number| format!(r#""{number}*{last}""#)).collect();
        policy(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":[{}],"Resource":"*"}}}}"#, actions.join(",")))
    };
    let changes = diff(Some(&patterns('a')), Some(&patterns('b')));
    assert_eq!(changes.len(), 2, "one statement comes, and one goes");
}

#[rstest]
fn many_distinct_keys_are_read_and_one_twice_is_found() {
    let keys: Vec<String> = (0..8000).map(|number| format!(r#""k{number}":1"#)).collect();
    assert_eq!(policy(&format!("{{{}}}", keys.join(","))).unknown().len(), 8000);
    let error = Policy::parse(&format!(r#"{{{},"k4000":1}}"#, keys.join(",")), &scope()).unwrap_err();
    assert_eq!(error.to_string(), r#"duplicate key "k4000""#);
}

#[rstest]
fn the_largest_documents_are_checked_and_evaluated() {
    let statements: Vec<String> = (0..2000)
        .map(|number| format!(r#"{{"Effect":"Allow","Action":"s{number}:*b","Resource":"*{number}*"}}"#))
        .collect();
    let document = policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")));
    for kind in [DocumentType::Trust, DocumentType::Inline, DocumentType::Managed, DocumentType::Resource] {
        assert!(check(&document, kind, &Limits::NONE).len() >= 2000);
    }
    let same: Vec<String> = (0..2000)
        .map(|number| format!(r#"{{"Sid":"S{number}","Effect":"Allow","Action":"*","Resource":"*"}}"#))
        .collect();
    let document = policy(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, same.join(",")));
    let request = Request { principal: None, action: "a:b", resource: Some("x"), context: BTreeMap::new() };
    let verdict = Evaluation { identity: &[&document], boundary: Some(&document), resource: None }.decide(&request);
    assert_eq!((verdict.decision, verdict.statements.len()), (Decision::Allowed, 4000));
}

/// Many stars are the most work for a pattern: each may stand for any part of the text.
#[rstest]
fn patterns_of_stars_are_matched() {
    let stars = "*a".repeat(20_000);
    let document =
        policy(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"x:{stars}","Resource":"{stars}"}}}}"#));
    let text = "a".repeat(20_000);
    let action = format!("x:{text}");
    let request = Request { principal: None, action: &action, resource: Some(&text), context: BTreeMap::new() };
    let verdict = Evaluation { identity: &[&document], boundary: None, resource: None }.decide(&request);
    assert_eq!(verdict.decision, Decision::Allowed);
    let findings = check(&document, DocumentType::Inline, &Limits::default());
    assert!(findings.iter().any(|finding| finding.code == Code::Size));
    assert!(findings.iter().all(|finding| finding.message.len() < 400 && finding.help.len() < 400), "excerpts only");
}
