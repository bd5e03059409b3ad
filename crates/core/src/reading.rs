//! What is read of a resource before it is planned.

use crate::failure::CallFailure;
use crate::resource::Resource;

/// What was read of one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// There is nothing of that natural key.
    Absent,
    /// The live state, of the same kind as the wanted one.
    Present(Box<Resource>),
    /// It could not be read, or it cannot be told which one is meant.
    Failed(CallFailure),
}
