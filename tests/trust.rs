//! An apply that can be trusted: killed at any call, answered late, wrongly or not at all, on services that are slow to
//! hear of one another, and raced. The counts are printed: `cargo test --test trust -- --nocapture`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "the counts are what the tests are for")]

mod support;

#[path = "trust/bed.rs"]
mod bed;
#[path = "trust/calls.rs"]
mod calls;
#[path = "trust/consistency.rs"]
mod consistency;
#[path = "trust/disturbed.rs"]
mod disturbed;
#[path = "trust/kills.rs"]
mod kills;
#[path = "trust/lost_answers.rs"]
mod lost_answers;
#[path = "trust/races.rs"]
mod races;
#[path = "trust/rivals.rs"]
mod rivals;
#[path = "trust/scenarios.rs"]
mod scenarios;
#[path = "trust/sessions.rs"]
mod sessions;
#[path = "trust/theirs.rs"]
mod theirs;
#[path = "trust/twins.rs"]
mod twins;
#[path = "trust/undone.rs"]
mod undone;
#[path = "trust/untaken.rs"]
mod untaken;
