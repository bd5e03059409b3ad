//! What is recorded of a lifecycle configuration around a call, and how a recorded state comes back.

use super::{LifecycleConfig, LifecycleConfigOperation};
use crate::field::Field;
use crate::resource::Tags;

impl LifecycleConfig {
    /// Returns what a provider is asked to read where all of the configuration is to be recorded: it is always told whole.
    #[must_use]
    pub fn in_full(&self) -> Self {
        self.identity()
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        Self {
            on_create: before.on_create.unless_same(&after.on_create),
            on_start: before.on_start.unless_same(&after.on_start),
            tags: Tags::restored(&before.tags, &after.tags),
            ..before.identity()
        }
    }
}

impl LifecycleConfigOperation {
    /// Returns the state that the call leaves behind; `known` says what it is called where there was none before.
    pub fn effect(&self, before: Option<&LifecycleConfig>, known: &LifecycleConfig) -> Option<LifecycleConfig> {
        let mut config = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create { name: _, on_create, on_start, tags } => {
                config.on_create = Field::from_live(on_create.clone());
                config.on_start = Field::from_live(on_start.clone());
                config.tags = Tags::live(tags.clone());
            }
            Self::Update { name: _, on_create, on_start } => {
                config.on_create = Field::from_live(on_create.clone());
                config.on_start = Field::from_live(on_start.clone());
            }
            Self::Tag { arn: _, tags } => config.tags.set_all(tags),
            Self::Untag { arn: _, keys } => config.tags.remove_all(keys),
            Self::Delete { name: _ } => return None,
        }
        Some(config)
    }
}
