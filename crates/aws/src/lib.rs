//! The AWS provider: IAM roles and instance profiles, and SageMaker notebook instances, through the AWS SDK for Rust.
//!
//! [`connect`](connect()) finds credentials and region by the SDK's own chain, asks STS who the caller is, and returns an
//! [`AwsProvider`]. Nothing of the SDK shows in the interface: states and operations are those of `reconcile-core`.

mod answer;
mod budgeted;
mod call;
mod caller;
mod connect;
mod connect_error;
mod failure;
mod genuine;
mod instance_profile;
mod interrupted;
mod lifecycle_config;
mod live;
mod notebook_instance;
mod once;
mod owned;
mod pages;
mod policy;
mod provider;
mod role;
mod sessions;
mod users;

pub use connect::{Connection, Endpoint, Settings, connect};
pub use connect_error::ConnectError;
pub use provider::AwsProvider;
