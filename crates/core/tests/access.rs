//! The access chain: the lab with each of its links broken in turn, in worlds in which nothing is made yet and in those in
//! which it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "the tests read the lab from the repository")]

#[path = "access/caller.rs"]
mod caller;
#[path = "access/explained.rs"]
mod explained;
#[path = "access/knowledge.rs"]
mod knowledge;
#[path = "access/plans.rs"]
mod plans;
#[path = "access/quotas.rs"]
mod quotas;
#[path = "access/roles.rs"]
mod roles;
#[path = "access/trust.rs"]
mod trust;
#[path = "access/workspace.rs"]
mod workspace;
#[path = "access/world.rs"]
mod world;
