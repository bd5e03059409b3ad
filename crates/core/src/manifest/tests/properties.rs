//! What holds for every text.

use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Document, Trial, with_head};

/// Texts that come nearer to YAML than arbitrary ones do.
fn yaml_like() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("iam:\n"),
        Just("  roles:\n"),
        Just("    r:\n"),
        Just("version: 1\n"),
        Just("name: lab\n"),
        Just("- "),
        Just("&a "),
        Just("*a"),
        Just("<<: "),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(": "),
        Just(", "),
        Just("\n"),
        Just("  "),
        Just("\""),
        Just("'"),
        Just("|\n"),
        Just("#"),
        Just("${var.a}"),
        Just("${"),
        Just("$${"),
        Just("!x "),
        Just("---\n"),
        Just("é漢"),
        Just("\t"),
        Just("\r\n"),
        Just("null"),
        Just("012"),
        Just("? "),
        Just("databricks:\n"),
        Just("  clusters: "),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse("lab.yaml", &bytes);
    }

    #[test]
    fn no_text_makes_it_panic_and_every_mistake_can_be_shown(text in prop_oneof![yaml_like(), ".{0,200}"]) {
        let _ = Trial::default().said(&text);
        let _ = Trial::default().said(&with_head(&text));
    }

    #[test]
    fn every_mistake_stands_in_the_file(text in yaml_like()) {
        if let Err(mistakes) = Trial::default().resolve(&text) {
            prop_assert!(mistakes.has_errors());
            for place in mistakes.iter().filter_map(|mistake| mistake.place.as_ref()) {
                prop_assert!(place.line >= 1 && place.column >= 1, "{}", place);
                prop_assert!(text.get(place.range()).is_some(), "{:?} of {:?}", place, text);
            }
        }
    }

    #[test]
    fn any_value_of_a_variable_is_inserted_as_it_is(value in "[ -~]{1,64}") {
        let trial = Trial::default().variable("v", &value);
        let text = with_head("variables: {v: null}\ndatabricks:\n  clusters:\n    c: {name: \"a${var.v}b\", spark_version: 16.4.x-scala2.12, node_type_id: m, num_workers: 1}\n");
        let manifest = trial.resolve(&text).expect("a manifest");
        let name = manifest.resources.first().expect("a cluster").resource.name();
        prop_assert_eq!(name, format!("a{value}b"));
    }
}
