//! The crate as its users see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod checking;
mod checks;
mod dangers;
mod decide;
mod decisions;
mod differences;
mod documented;
mod equality;
mod evaluation;
mod fuzzing;
mod hostile;
mod model;
mod operators;
mod properties;
mod reading;
mod support;
mod writing;
