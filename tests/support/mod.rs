//! What the tests of the whole binary share: other people's programs as independent eyes (the AWS CLI, the official
//! Databricks SDK for Python, moto), the sandbox, and runs of `reconcile` itself.

#![allow(dead_code, reason = "each test binary compiles all of this and uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(unreachable_pub, reason = "a module of test binaries has no outside")]

pub mod aws_cli;
pub mod behind;
pub mod databricks_sdk;
pub mod gate;
pub mod lab;
pub mod moto;
pub mod plan_json;
pub mod process;
pub mod python;
pub mod reconcile;
pub mod sandbox;
