//! The sandbox over real HTTP, with requests written by hand: wire forms, errors, pages, states, faults, persistence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod authentication;
mod client;
mod faults;
mod iam_documents;
mod iam_lists;
mod iam_permissions;
mod iam_policies;
mod iam_profiles;
mod iam_quotas;
mod iam_roles;
mod iam_simulation;
mod lags;
mod persistence;
mod sagemaker_lifecycle;
mod sagemaker_notebooks;
mod server;
