//! What differs between a desired and a live lifecycle configuration, and the calls that make them agree.

use super::{LifecycleConfig, LifecycleConfigOperation, Script};
use crate::change::{Difference, Hazard};
use crate::field::Field;
use crate::resource::Ownership;
use crate::resource::tags::TagCase;

impl LifecycleConfig {
    /// Returns what differs from the live configuration, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live else {
            return self.creation(ownership);
        };
        let mut difference = Difference::default();
        self.diff_scripts(live, &mut difference);
        self.diff_tags(live, ownership, &mut difference);
        difference
    }

    /// Returns the configuration with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        self.identity()
    }

    /// Returns the call that deletes this live configuration.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        difference.notes.push("SageMaker refuses to delete it as long as a notebook instance uses it".to_owned());
        difference.then(LifecycleConfigOperation::Delete { name: self.name.clone() });
        difference
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        difference.compare("on_create", &self.on_create, &Field::Null);
        difference.compare("on_start", &self.on_start, &Field::Null);
        difference.changes.extend(self.tags.creation_changes("tags"));
        difference.then(LifecycleConfigOperation::Create {
            name: self.name.clone(),
            on_create: self.on_create.value().cloned(),
            on_start: self.on_start.value().cloned(),
            tags: self.tags.for_creation(ownership),
        });
        difference
    }

    fn diff_scripts(&self, live: &Self, difference: &mut Difference) {
        let on_create = difference.compare("on_create", &self.on_create, &live.on_create);
        let on_start = difference.compare("on_start", &self.on_start, &live.on_start);
        if on_create {
            difference
                .notes
                .push("`on_create` runs when an instance is created: those that exist keep theirs".to_owned());
        }
        if on_start {
            difference.notes.push("`on_start` acts at the next start of each instance that uses it".to_owned());
        }
        if on_create || on_start {
            difference.then(LifecycleConfigOperation::Update {
                name: self.name.clone(),
                on_create: sent(&self.on_create, &live.on_create),
                on_start: sent(&self.on_start, &live.on_start),
            });
        }
    }

    fn diff_tags(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        let tags = self.tags.diff(&live.tags, TagCase::Kept, ownership, !difference.is_empty());
        difference.changes.extend(tags.changes("tags"));
        let arn = || live.arn.clone();
        if !tags.set.is_empty() {
            difference.then(LifecycleConfigOperation::Tag { arn: arn(), tags: tags.set });
        }
        if !tags.remove.is_empty() {
            difference.then(LifecycleConfigOperation::Untag { arn: arn(), keys: tags.remove });
        }
    }
}

/// A script that is not managed is sent as it is live, so that it stays.
fn sent(desired: &Field<Script>, live: &Field<Script>) -> Option<Script> {
    if desired.is_managed() { desired.value().cloned() } else { live.value().cloned() }
}
