//! Tags, as IAM and SageMaker keep them.

use serde::{Deserialize, Serialize};

/// Keys and values, in the order in which they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tags(pub(crate) Vec<(String, String)>);
