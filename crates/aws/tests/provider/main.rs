//! The provider against the embedded sandbox: what is applied reads back as desired, by exactly the calls that were planned.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod chain;
mod connection;
mod failures;
mod instance_profile;
mod lifecycle_config;
mod log;
mod notebook_instance;
mod policy;
mod process;
mod role;
mod support;
