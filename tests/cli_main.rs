//! Black-box tests of the binary: what is typed, what is printed, how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod cli_bench;
mod cli_connection;
mod cli_interrupt;
mod cli_lab;
mod cli_manifest;
mod cli_order;
mod cli_refusals;
mod cli_renewed;
mod cli_throttle;
mod cli_usage;
#[allow(unreachable_pub, reason = "a module of test binaries has no outside")]
#[path = "support/plan_json.rs"]
mod plan_json;
