//! Proof by machine: what is promised of every manifest and every world, tried on random ones.
//!
//! Each case follows from a seed, which is printed when it fails: see [`random::seeds`]. A case runs in this process,
//! with the real SDK and client, against the sandbox over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "proof/access.rs"]
mod access;
#[path = "proof/bench.rs"]
mod bench;
#[path = "proof/clusters.rs"]
mod clusters;
#[path = "proof/documents.rs"]
mod documents;
#[path = "proof/least.rs"]
mod least;
#[path = "proof/manifest.rs"]
mod manifest;
#[path = "proof/properties.rs"]
mod properties;
#[path = "proof/random.rs"]
mod random;
#[path = "proof/soak.rs"]
mod soak;
#[path = "proof/world.rs"]
mod world;
