//! What is kept of plans and applies: saved plans that are applied as they are or not at all, the journal, and the way back.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

#[path = "record/bench.rs"]
mod bench;
#[path = "record/journal.rs"]
mod journal;
#[path = "record/saved_plans.rs"]
mod saved_plans;
#[path = "record/undo.rs"]
mod undo;
#[path = "record/verification.rs"]
mod verification;
