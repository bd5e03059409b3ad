//! `reconcile` against IAM, STS and SageMaker as others wrote them (moto), with the sandbox as the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

#[path = "moto/account.rs"]
mod account;
#[path = "moto/cloud.rs"]
mod cloud;
#[path = "moto/fields.rs"]
mod fields;
#[path = "moto/kills.rs"]
mod kills;
#[path = "moto/lab.rs"]
mod lab;
#[path = "moto/spelling.rs"]
mod spelling;
