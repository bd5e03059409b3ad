//! The kept corpus, and the same mutated at random.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// The kept corpus, by the names of its files.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let folder = format!("{}/fuzz/corpus/answers", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

#[test]
fn the_corpus_is_sound() {
    let corpus = corpus();
    assert!((8..40).contains(&corpus.len()), "a few of each kind");
    for (name, input) in corpus {
        assert!(!input.is_empty() && input.len() < 4096, "{name} is small");
        answers(&input);
    }
}

/// Each entry is there for what it does: the answers that are to be understood are.
#[tokio::test]
async fn the_corpus_is_what_it_says() {
    let corpus = corpus();
    let expected = [
        ("registrations.json", 0),
        ("clusters.json", 1),
        ("cluster.json", 2),
        ("notebook-source.json", 3),
        ("notebook-jupyter.json", 4),
    ];
    for (name, wanted) in expected {
        let wanted = &wanted::resources()[wanted];
        let address = Address::new(wanted.kind(), "x");
        let readings =
            provider(&Input::read(&corpus[name])).read(&[Wanted { address: &address, resource: wanted }]).await;
        assert!(matches!(readings.as_slice(), [Reading::Present(_)]), "{name}: {readings:?}");
    }
    let variables = [("DATABRICKS_CLIENT_ID", "id"), ("DATABRICKS_CLIENT_SECRET", "hunter2-secret")];
    let client = client(&Input::read(&corpus["token.json"]), &variables, None);
    client.get::<IgnoredAny>("clusters/get", ApiVersion::V2_1, &[]).await.unwrap();
    assert_eq!(provider(&Input::read(&corpus["me.json"])).caller().await.as_deref(), Some("someone@example.com"));
    assert!(auth::printed(Input::read(&corpus["printed-token.json"]).body()).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_corpus_is_sound(
        input in select(corpus().into_values().collect::<Vec<_>>()),
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..6),
    ) {
        answers(&mutated(input, &edits));
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
