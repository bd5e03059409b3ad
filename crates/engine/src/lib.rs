//! The engine: observes what is live and applies plans, through providers, knowing no cloud.
//!
//! [`observe`](observe()) reads everything a manifest names, each cloud's part at once. [`apply`](apply()) walks the plan's
//! resources along their dependencies, makes each planned call, waits for what it started, goes on with independent
//! branches when one fails, and reads the touched resources again at the end.

pub mod apply;
pub mod budget;
pub mod event;
mod locks;
mod observe;
pub mod provider;
pub mod record;
mod verify;
pub mod wait;
mod worker;

pub use apply::{ApplyOptions, apply};
pub use budget::{Budget, Pass};
pub use event::{Event, Observer, Silent};
pub use observe::{Providers, ask, list_owned, observe};
pub use provider::{Applied, Provider, Wanted};
pub use reconcile_core::reading::Reading;
pub use record::{RecordedCall, Recorder, Stage};
