//! The canonical form is a document of the same meaning, and its own canonical form.
#![no_main]

use iam_policy::{Policy, Scope, diff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    let Ok(policy) = Policy::parse(text, &scope) else { return };
    let canonical = policy.canonical_json();
    let again = Policy::parse(&canonical, &scope).expect("a canonical document is a document");
    assert!(again == policy);
    assert_eq!(again.canonical_json(), canonical);
    assert!(diff(Some(&policy), Some(&again)).is_empty());
});
