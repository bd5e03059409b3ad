//! The sandbox is true to its models: the clients that other people wrote for the real services drive it, unmodified and
//! in processes of their own, through the lab's page.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

#[path = "clients/aws.rs"]
mod aws;
#[path = "clients/both.rs"]
mod both;
#[path = "clients/credentials.rs"]
mod credentials;
#[path = "clients/served.rs"]
mod served;
#[path = "clients/workspace.rs"]
mod workspace;
