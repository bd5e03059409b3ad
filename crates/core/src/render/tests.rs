//! Golden plans: what a person reads of every shape of plan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod examples;
mod hazards;
mod markdown;
mod outcome;
mod properties;
mod text;
