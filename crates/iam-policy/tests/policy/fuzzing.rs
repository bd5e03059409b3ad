//! What the fuzzers of `fuzz/` assert, on stable Rust: over their kept corpus, and over documents that are mutated at random.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::model::{document, write};
use crate::support::scope;
use iam_policy::{DocumentType, Limits, Policy, Scope, check, diff};

/// The kept corpus: what once was interesting, and one of each shape.
const CORPUS: [(&str, &[u8]); 12] = [
    ("trust", include_bytes!("../../fuzz/corpus/documents/trust.json")),
    ("identity", include_bytes!("../../fuzz/corpus/documents/identity.json")),
    ("conditions", include_bytes!("../../fuzz/corpus/documents/conditions.json")),
    ("negated", include_bytes!("../../fuzz/corpus/documents/negated.json")),
    ("unknown", include_bytes!("../../fuzz/corpus/documents/unknown.json")),
    ("duplicate", include_bytes!("../../fuzz/corpus/documents/duplicate.json")),
    ("ambiguous", include_bytes!("../../fuzz/corpus/documents/ambiguous.json")),
    ("deep", include_bytes!("../../fuzz/corpus/documents/deep.json")),
    ("escapes", include_bytes!("../../fuzz/corpus/documents/escapes.json")),
    ("numbers", include_bytes!("../../fuzz/corpus/documents/numbers.json")),
    ("encoded", include_bytes!("../../fuzz/corpus/documents/encoded.txt")),
    ("broken", include_bytes!("../../fuzz/corpus/documents/broken.json")),
];

/// What holds for any bytes: no panic, and the canonical form is a fixed point that means the same.
fn assert_sound(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let scope: Scope = scope();
    let _ = Policy::parse_percent_encoded(text, &scope);
    let Ok(policy) = Policy::parse(text, &scope) else { return };
    let canonical = policy.canonical_json();
    let again = Policy::parse(&canonical, &scope).unwrap_or_else(|error| panic!("{error}: {canonical}"));
    assert_eq!(again, policy);
    assert_eq!(again.canonical_json(), canonical);
    assert_eq!(Policy::parse(&policy.to_json(), &scope).unwrap(), policy);
    assert_eq!(diff(Some(&policy), Some(&again)), []);
    for document in [DocumentType::Trust, DocumentType::Inline, DocumentType::Managed, DocumentType::Resource] {
        let findings = check(&policy, document, &Limits::default());
        assert!(findings.iter().all(|finding| !finding.message.contains('\n') && !finding.help.is_empty()));
    }
}

#[test]
fn the_corpus_is_sound() {
    for (name, bytes) in CORPUS {
        assert!(!bytes.is_empty(), "{name}");
        assert_sound(bytes);
    }
}

/// Each entry is there for what it does.
#[test]
fn the_corpus_is_what_it_says() {
    let text = |name: &str| {
        CORPUS.iter().find(|(known, _)| *known == name).map(|(_, bytes)| std::str::from_utf8(bytes).unwrap()).unwrap()
    };
    for name in ["trust", "identity", "conditions", "negated", "unknown", "escapes", "numbers"] {
        assert!(Policy::parse(text(name), &scope()).is_ok(), "{name}");
    }
    let error = |name: &str| Policy::parse(text(name), &scope()).unwrap_err().to_string();
    assert!(error("duplicate").starts_with("duplicate key"));
    assert!(error("ambiguous").contains("differing in case only"));
    assert!(error("deep").contains("nest deeper"));
    assert!(error("broken").contains("not JSON"));
    assert!(Policy::parse_percent_encoded(text("encoded").trim_end(), &scope()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_are_sound(
        statements in document(),
        seed: u64,
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..6),
    ) {
        assert_sound(&mutated(write(&statements, seed).into_bytes(), &edits));
    }

    #[test]
    fn a_mutated_corpus_is_sound(
        entry in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..6),
    ) {
        assert_sound(&mutated(entry.get(&CORPUS).1.to_vec(), &edits));
    }
}

/// Replaces, removes, inserts and repeats bytes.
fn mutated(mut bytes: Vec<u8>, edits: &[(Index, u8, u8)]) -> Vec<u8> {
    for (place, byte, edit) in edits {
        if bytes.is_empty() {
            return bytes;
        }
        let place = place.index(bytes.len());
        match edit {
            0 => bytes[place] = *byte,
            1 => drop(bytes.remove(place)),
            // Of the alphabet of JSON, so that what comes out is often JSON still.
            2 => bytes.insert(place, b"{}[]\",:\\ 0eE-.tn"[usize::from(*byte) % 16]),
            _ => {
                let end = (place + usize::from(*byte)).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                bytes.splice(place..place, piece);
            }
        }
    }
    bytes
}
