//! Policies after the examples of AWS's and Databricks' documentation, each with the page that it follows: read, written, spelt
//! in other ways, cut in other ways, and read aloud as the difference from nothing.
//!
//! Accounts, buckets and roles are ours where the pages have placeholders, and long lists are shortened.

mod aws;
mod boundaries;
mod compute;
mod databricks;
mod iam;
mod kinds;
mod s3;
mod trusts;

use serde_json::{Value, json};

use crate::support::{lines, policy, scope};
use iam_policy::{Breadth, Policy, diff};

/// What a document says, line by line, once it has passed every test that holds for any document; and its canonical statements,
/// one a line. Fingerprints stand on their text, so it must stay as it is.
fn aloud(text: &str) -> String {
    let document = policy(text);
    assert_is_kept(text, &document);
    let value: Value = serde_json::from_str(text).unwrap();
    let respelt = policy(&respelt(&value).to_string());
    assert_eq!(document, respelt, "the other spelling means the same");
    assert_eq!(document.canonical_json(), respelt.canonical_json());
    assert_eq!(diff(Some(&document), Some(&respelt)), []);
    assert_cut_means_the_same(&value, &document);
    let (coming, going) = (diff(None, Some(&document)), diff(Some(&document), None));
    let turned: Vec<String> = going.iter().map(|change| change.summary.replacen('-', "+", 1)).collect();
    assert_eq!(coming.iter().map(|change| change.summary.clone()).collect::<Vec<_>>(), turned, "it goes as it came");
    let canonical: Value = serde_json::from_str(&document.canonical_json()).unwrap();
    let statements: Vec<String> = canonical["Statement"].as_array().unwrap().iter().map(Value::to_string).collect();
    format!("{}\ncanonical:\n{}", lines(&coming), statements.join("\n"))
}

/// What is sent is what was read, percent-encoded or not.
fn assert_is_kept(text: &str, document: &Policy) {
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document.to_json(), value.to_string());
    assert_eq!(document.to_value(), value);
    let encoded: String = text.bytes().fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02x}"));
    assert_eq!(&Policy::parse_percent_encoded(&encoded, &scope()).unwrap(), document);
    assert_eq!(&policy(&document.canonical_json()), document);
}

/// The elements, statements and values in reverse, single values as lists, action names in capitals.
fn respelt(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            entries.iter().rev().map(|(key, value)| (key.clone(), respelt_element(key, value))).collect()
        }
        other => other.clone(),
    }
}

fn respelt_element(element: &str, value: &Value) -> Value {
    let items = match value {
        Value::Array(items) => items.iter().rev().map(respelt).collect(),
        single => vec![respelt(single)],
    };
    match element {
        "Version" | "Id" | "Sid" | "Effect" => value.clone(),
        "Principal" | "NotPrincipal" | "Condition" => respelt_values(value),
        "Action" | "NotAction" => items.iter().map(|item| json!(item.as_str().unwrap().to_uppercase())).collect(),
        _ => Value::Array(items),
    }
}

/// The objects within `Principal` and `Condition`, whose leaves are lists of values.
fn respelt_values(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            entries.iter().rev().map(|(key, value)| (key.clone(), respelt_values(value))).collect()
        }
        Value::Array(items) => items.iter().rev().cloned().collect(),
        Value::String(text) if text == "*" => value.clone(),
        single => json!([single]),
    }
}

/// One statement for each action: nothing comes, nothing goes, and nothing is allowed or denied that was not.
fn assert_cut_means_the_same(value: &Value, document: &Policy) {
    let statements = match &value["Statement"] {
        Value::Array(items) => items.clone(),
        single => vec![single.clone()],
    };
    let cut: Vec<Value> = statements.iter().flat_map(by_action).collect();
    let mut cut_document = value.clone();
    cut_document["Statement"] = Value::Array(cut);
    let cut = policy(&cut_document.to_string());
    for changes in [diff(Some(document), Some(&cut)), diff(Some(&cut), Some(document))] {
        assert_eq!(changes.is_empty(), cut == *document);
        assert!(changes.iter().all(|change| change.breadth == Breadth::Neither), "{changes:#?}");
    }
}

fn by_action(statement: &Value) -> Vec<Value> {
    let Some(actions) = statement["Action"].as_array() else { return vec![statement.clone()] };
    let single = |action: &Value| {
        let mut single = statement.clone();
        single["Action"] = action.clone();
        single
    };
    actions.iter().map(single).collect()
}
