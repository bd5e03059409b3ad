//! What a plan proves before anything is touched, on the lab: the access chain with each link broken in turn, what the caller may
//! pass, the quotas. It is told by name by `plan`, and where it is certain refused by `apply` before the first write.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "access/bench.rs"]
mod bench;
#[path = "access/caller.rs"]
mod caller;
#[path = "access/chain.rs"]
mod chain;
#[path = "access/quotas.rs"]
mod quotas;
mod support;
#[path = "access/trips.rs"]
mod trips;
