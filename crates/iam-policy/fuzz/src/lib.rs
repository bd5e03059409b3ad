//! What the fuzzers assert.
//!
//! # The shape of a fuzz crate
//!
//! `.ci/run` fuzzes every folder `crates/*/fuzz` of this shape for [a bounded time](#running), on stable Rust:
//!
//! - `Cargo.toml`: a `[workspace]` of its own, `libfuzzer-sys`, the crate, and one `[[bin]]` for each target; `Cargo.lock`.
//! - `src/lib.rs` (this file): what must hold of any input, one function for each target.
//! - `fuzz_targets/TARGET.rs`: hands libFuzzer's input to that function, and nothing else.
//! - `corpus/TARGET/`: where the target starts from: a few small files, one of each kind of input, each named after what it is
//!   there for. They are replayed by a plain test of the crate, which includes this file by its path; so what a fuzzer found is
//!   kept as one more file there. Nothing that a fuzzer writes is ever committed.
//! - `dictionary.txt` (may be absent): words that libFuzzer puts into inputs.
//!
//! # Running
//!
//! `.ci/run` ends with all of them. `FUZZ_SECONDS` (60) is how long the targets of one crate run together. One target by itself,
//! for as long as one likes, with what it has found in earlier runs: `.ci/fuzz crates/iam-policy/fuzz documents`.

use std::collections::BTreeMap;

use iam_policy::{
    Breadth, Decision, DocumentType, Limits, Policy, PolicyChange, Request, Scope, check, diff, evaluate,
};

fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() }
}

/// Any text ends in a document or an error. The canonical form of a document is a fixed point that means the same, and every
/// check comes to an end.
pub fn document(text: &str) {
    let _ = Policy::parse_percent_encoded(text, &scope());
    let Ok(policy) = Policy::parse(text, &scope()) else { return };
    let canonical = policy.canonical_json();
    let again = Policy::parse(&canonical, &scope()).unwrap_or_else(|error| panic!("{error}: {canonical}"));
    assert_eq!(again, policy);
    assert_eq!(again.canonical_json(), canonical);
    assert_eq!(Policy::parse(&policy.to_json(), &scope()).unwrap(), policy);
    assert_eq!(diff(Some(&policy), Some(&again)), []);
    for document in [DocumentType::Trust, DocumentType::Inline, DocumentType::Managed, DocumentType::Resource] {
        let findings = check(&policy, document, &Limits::default());
        assert!(findings.iter().all(|finding| !finding.message.contains('\n') && !finding.help.is_empty()));
    }
}

/// The first line is a document, the second another, the third (if any) a request: action, resource, principal and condition
/// keys as `KEY=VALUE`, with spaces between. A difference is empty if and only if the two are equal, no two of its lines cancel
/// out, and whoever gains or loses access is told.
pub fn difference(text: &str) {
    let mut lines = text.lines();
    let mut next = || Policy::parse(lines.next().unwrap_or_default(), &scope());
    let (Ok(before), Ok(after)) = (next(), next()) else { return };
    let request = lines.next().unwrap_or("s3:GetObject arn:aws:s3:::lab/x");
    let changes = diff(Some(&before), Some(&after));
    assert_eq!(changes.is_empty(), before == after);
    assert_eq!(before.canonical_json() == after.canonical_json(), before == after);
    assert!(changes.iter().all(|change| !change.summary.contains('\n')), "{changes:#?}");
    let gone = |line: &str| changes.iter().any(|change| change.summary.strip_prefix("- ") == Some(line));
    let cancelled = changes.iter().filter_map(|change| change.summary.strip_prefix("+ ")).find(|line| gone(line));
    // Elements that do not exist are told by themselves, without the statement that they are in.
    assert!(cancelled.is_none_or(|line| line.contains("unknown element")), "{changes:#?}");
    assert!(!diff(None, Some(&after)).is_empty() && !diff(Some(&before), None).is_empty());
    assert_told(&before, &after, request, &changes);
}

/// Whoever may do more than before is told by a line that widens, whoever may do less by one that narrows.
fn assert_told(before: &Policy, after: &Policy, request: &str, changes: &[PolicyChange]) {
    let request = read_request(request);
    let [was, is] = [before, after].map(|policy| evaluate(&[policy], &request));
    let told = |breadth| changes.iter().any(|change| change.breadth == breadth);
    let refused = |decision: &Decision| matches!(decision, Decision::NotAllowed | Decision::DeniedExplicitly);
    if refused(&was) && is == Decision::Allowed {
        assert!(told(Breadth::Widens), "{request:?} is allowed now: {changes:#?}");
    }
    // Who has a unique id in the place of a name was deleted, and asks for nothing any more.
    let is_gone = request.principal.is_some_and(|name| name.starts_with("AROA") || name.starts_with("AIDA"));
    if was == Decision::Allowed && refused(&is) && !is_gone {
        assert!(told(Breadth::Narrows), "{request:?} is refused now: {changes:#?}");
    }
}

/// A word that is missing or `-` is nothing: no resource, no principal.
fn read_request(line: &str) -> Request<'_> {
    let mut words = line.split(' ');
    let mut word = || words.next().filter(|word| !word.is_empty() && *word != "-");
    let (action, resource, principal) = (word().unwrap_or("s3:GetObject"), word(), word());
    let mut context: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in words.filter_map(|word| word.split_once('=')) {
        context.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    Request { principal, action, resource, context }
}
