#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| reconcile_databricks_fuzz::answers(input));
