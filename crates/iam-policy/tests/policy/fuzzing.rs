//! What the fuzzers of `fuzz/` assert, on stable Rust: over their kept corpus, and over documents that are mutated at random.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{document, write};
use crate::support::scope;
use iam_policy::Policy;

#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "the fuzzers are crates of their own")]
mod assertions;

/// The kept corpus of a fuzzer, by the names of its files.
#[allow(clippy::disallowed_methods, reason = "the corpus is a folder, which may grow")]
fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

/// As libFuzzer does, which hands out nothing but UTF-8.
fn assert_holds(assertion: fn(&str), bytes: &[u8]) {
    let _ = std::str::from_utf8(bytes).map(assertion);
}

#[test]
fn the_corpus_is_sound() {
    for (target, assertion) in
        [("documents", assertions::document as fn(&str)), ("differences", assertions::difference)]
    {
        let corpus = corpus(target);
        assert!((8..100).contains(&corpus.len()), "a few of each kind");
        for (name, bytes) in corpus {
            assert!(!bytes.is_empty() && bytes.len() < 4096, "{name} is small");
            assert_holds(assertion, &bytes);
        }
    }
}

/// Each entry is there for what it does.
#[test]
fn the_corpus_is_what_it_says() {
    let corpus = corpus("documents");
    let text = |name: &str| std::str::from_utf8(corpus.get(name).unwrap()).unwrap();
    for name in ["trust", "identity", "conditions", "negated", "unknown", "escapes", "numbers"] {
        assert!(Policy::parse(text(&format!("{name}.json")), &scope()).is_ok(), "{name}");
    }
    let error = |name: &str| Policy::parse(text(&format!("{name}.json")), &scope()).unwrap_err().to_string();
    assert!(error("duplicate").starts_with("duplicate key"));
    assert!(error("ambiguous").contains("differing in case only"));
    assert!(error("deep").contains("nest deeper"));
    assert!(error("broken").contains("not JSON"));
    assert!(Policy::parse_percent_encoded(text("encoded.txt").trim_end(), &scope()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn mutated_documents_are_sound(statements in document(), seed: u64, edits in edits()) {
        assert_holds(assertions::document, &mutated(write(&statements, seed).into_bytes(), &edits));
    }

    #[test]
    fn a_mutated_corpus_is_sound(
        document in select(corpus("documents").into_values().collect::<Vec<_>>()),
        difference in select(corpus("differences").into_values().collect::<Vec<_>>()),
        edits in edits(),
    ) {
        assert_holds(assertions::document, &mutated(document, &edits));
        assert_holds(assertions::difference, &mutated(difference, &edits));
    }
}

fn edits() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..6)
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
