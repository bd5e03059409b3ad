//! The engine: observes what is live and applies plans, through providers, knowing no cloud.

pub mod provider;

pub use provider::{Applied, Provider, Wanted};
pub use reconcile_core::planner::Reading;
