//! Any bytes end in a document or an error, and every document in its findings.
#![no_main]

use iam_policy::{DocumentType, Limits, Policy, Scope, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    let _ = Policy::parse_percent_encoded(text, &scope);
    if let Ok(policy) = Policy::parse(text, &scope) {
        for document in [DocumentType::Trust, DocumentType::Inline, DocumentType::Managed, DocumentType::Resource] {
            let _ = check(&policy, document, &Limits::default());
        }
    }
});
