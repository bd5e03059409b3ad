//! One module a command: each takes its arguments, prints, and returns how the process ends.

pub(crate) mod apply;
pub(crate) mod completions;
pub(crate) mod destroy;
pub(crate) mod drift;
pub(crate) mod man;
pub(crate) mod plan;
pub(crate) mod policy;
pub(crate) mod sandbox;
pub(crate) mod undo;
pub(crate) mod validate;
