//! What the fuzzer asserts. `crates/iam-policy/fuzz/src/lib.rs` describes the shape of a fuzz crate.
//!
//! Whatever reads an answer is no part of the client's public face, so what must hold stands in the client itself, in
//! `crates/databricks/src/fuzz.rs`, which is compiled for its tests and for fuzzers only.

pub use reconcile_databricks::fuzz::answers;
