//! `reconcile` against IAM, STS and SageMaker as others wrote them (moto), with the sandbox as the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

mod moto {
    mod account;
    mod cloud;
    mod fields;
    mod lab;
    mod spelling;
}
