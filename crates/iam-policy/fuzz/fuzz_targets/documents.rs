#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| iam_policy_fuzz::document(text));
