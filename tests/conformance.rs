//! The conformance suite. A manifest joins by lying somewhere under `manifests/`: each goes through the whole life of its
//! resources, in the sandbox and, as far as moto models the services, on moto.
//!
//! What a field of a kind may drift to is said once, in `conformance/drifts`. A managed field for which nothing is said there
//! fails the suite by its name, so neither a new kind nor a new field can be forgotten.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

#[path = "conformance/account.rs"]
mod account;
#[path = "conformance/bench.rs"]
mod bench;
#[path = "conformance/clouds.rs"]
mod clouds;
#[path = "conformance/drifts.rs"]
mod drifts;
#[path = "conformance/lacks.rs"]
mod lacks;
#[path = "conformance/life.rs"]
mod life;
#[path = "conformance/moments.rs"]
mod moments;
#[path = "conformance/restraint.rs"]
mod restraint;
#[path = "conformance/shipped.rs"]
mod shipped;
#[path = "conformance/theirs.rs"]
mod theirs;
#[path = "conformance/transcripts.rs"]
mod transcripts;
#[path = "conformance/world.rs"]
mod world;
