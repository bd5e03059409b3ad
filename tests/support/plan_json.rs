//! The JSON of plans and applies, held against its promises wherever a test reads one.

use std::sync::LazyLock;

use jsonschema::Validator;
use reconcile_core::plan::document::{PlanDocument, SCHEMA};
use serde_json::Value;

/// Reads what one manifest's plan or apply printed, which has to be as the shipped schema says and to read back byte for
/// byte.
#[track_caller]
pub fn checked(printed: &str) -> Value {
    static SHIPPED: LazyLock<Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is one")
    });
    let document = PlanDocument::from_json(printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert_eq!(format!("{}\n", document.to_json().expect("JSON")), printed, "it reads back as it was printed");
    let value = serde_json::from_str(printed).expect("it has just been read");
    if let Err(error) = SHIPPED.validate(&value) {
        panic!("not as the shipped schema says, at {}: {error}: {printed}", error.instance_path());
    }
    value
}
