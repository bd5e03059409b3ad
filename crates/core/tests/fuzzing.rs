//! What the fuzzer of `fuzz/` asserts, on stable Rust: over its kept corpus, and over the same mutated at random.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use reconcile_core::manifest::Document;

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "the fuzzers are crates of their own")]
mod assertions;

/// The kept corpus, by the names of its files.
#[allow(clippy::disallowed_methods, reason = "the corpus is a folder, which may grow")]
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let folder = format!("{}/fuzz/corpus/manifests", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

#[test]
fn the_corpus_is_sound() {
    let corpus = corpus();
    assert!((8..40).contains(&corpus.len()), "a few of each kind");
    for (name, bytes) in corpus {
        assert!(!bytes.is_empty() && bytes.len() < 4096, "{name} is small");
        assertions::manifest(&bytes);
    }
}

/// Each entry is there for what it does.
#[test]
fn the_corpus_is_what_it_says() {
    let corpus = corpus();
    for name in
        ["policies", "roles", "profiles", "lifecycles", "notebook-instances", "registrations", "clusters", "aliases"]
    {
        let manifest = assertions::read(&corpus[&format!("{name}.yaml")]);
        assert!(manifest.is_ok_and(|manifest| !manifest.resources.is_empty()), "{name}");
    }
    for (name, code) in [
        ("syntax", "yaml-syntax"),
        ("utf-16", "not-utf8"),
        ("too-deep", "too-deep"),
        ("unknown-field", "unknown-field"),
        ("second-document", "second-document"),
        ("duplicate-key", "duplicate-key"),
    ] {
        let mistakes = assertions::read(&corpus[&format!("{name}.yaml")]).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.code == code), "{name}: {mistakes:?}");
    }
    // The whole text of a notebook is a manifest.
    assert!(Document::parse("fuzz.yaml", &corpus["notebooks.yaml"]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_corpus_is_sound(
        bytes in select(corpus().into_values().collect::<Vec<_>>()),
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..6),
    ) {
        assertions::manifest(&mutated(bytes, &edits));
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
            // Of the alphabet of YAML and of references.
            2 => bytes.insert(place, b"{}[]\",:\\ \n\t-&*!|>$%'"[usize::from(*byte) % 20]),
            _ => {
                let end = (place + usize::from(*byte)).min(bytes.len());
                let piece = bytes[place..end].to_vec();
                bytes.splice(place..place, piece);
            }
        }
    }
    bytes
}
