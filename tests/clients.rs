//! The sandbox is true to its models: the clients that other people wrote for the real services drive it, unmodified and
//! in processes of their own, through the lab's page.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

mod clients {
    mod aws;
    mod both;
    mod credentials;
    mod workspace;
}
