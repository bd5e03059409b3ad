//! What differs between a desired and a live instance profile, and the calls that make them agree.

use super::{InstanceProfile, InstanceProfileOperation};
use crate::change::{Difference, FieldChange, Hazard};
use crate::field::Field;
use crate::resource::Ownership;
use crate::resource::carried;
use crate::resource::tags::TagCase;

impl InstanceProfile {
    /// Returns what differs from the live profile, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live else {
            return self.creation(ownership);
        };
        let mut difference = Difference::default();
        if difference.compare("path", &self.path, &live.path) {
            self.replace(live, ownership, &mut difference);
            return difference;
        }
        self.diff_role(live, &mut difference);
        self.diff_tags(live, ownership, &mut difference);
        difference
    }

    /// Returns the profile with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        Self { role: Field::Null, ..self.identity() }
    }

    /// Returns the calls that delete this live profile.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        self.delete(&mut difference);
        difference
    }

    /// Adds the calls that empty and delete this live profile.
    fn delete(&self, difference: &mut Difference) {
        if let Some(role) = self.role.value().cloned() {
            difference.then(InstanceProfileOperation::RemoveRole { instance_profile: self.name.clone(), role });
        }
        difference.then(InstanceProfileOperation::Delete { instance_profile: self.name.clone() });
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        difference.compare("path", &self.path, &Field::Null);
        difference.compare("role", &self.role, &Field::Null);
        difference.changes.extend(self.tags.creation_changes("tags"));
        self.create(ownership, &mut difference);
        difference
    }

    fn create(&self, ownership: &Ownership, difference: &mut Difference) {
        difference.then(InstanceProfileOperation::Create {
            instance_profile: self.name.clone(),
            path: self.path.value().cloned().unwrap_or_else(|| "/".to_owned()),
            tags: self.tags.for_creation(ownership),
        });
        if let Some(role) = self.role.value().cloned() {
            difference.then(InstanceProfileOperation::AddRole { instance_profile: self.name.clone(), role });
        }
    }

    /// The path is part of the ARN and fixed, so the profile is emptied, deleted and made anew.
    fn replace(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        difference.replaces = true;
        difference.hazards.insert(Hazard::Replace);
        difference
            .notes
            .push(format!("its ARN changes from {}: registrations and clusters that name the old one break", live.arn));
        difference.compare("role", &self.role, &live.role);
        live.delete(difference);
        let mut renewed = Self { role: self.role.or_live(&live.role), tags: live.tags.clone(), ..self.clone() };
        renewed.tags.0.extend(self.tags.0.clone());
        carried::note(self, &renewed, &self.identity(), difference);
        renewed.create(ownership, difference);
    }

    /// A profile holds one role at most, so the old one goes before the new one comes; the plan says what that means.
    fn diff_role(&self, live: &Self, difference: &mut Difference) {
        // Role names ignore case.
        let same = match (&self.role, &live.role) {
            (Field::Set(desired), Field::Set(found)) => desired.eq_ignore_ascii_case(found),
            (desired, found) => !desired.differs_from(found),
        };
        if same {
            return;
        }
        difference.changes.push(FieldChange::plain("role", &live.role, &self.role));
        let instance_profile = || self.name.clone();
        if let Some(role) = live.role.value().cloned() {
            difference.then(InstanceProfileOperation::RemoveRole { instance_profile: instance_profile(), role });
            if self.role.value().is_some() {
                difference.notes.push(
                    "between taking the old role out and putting the new one in, new instances get no credentials; \
                     running clusters keep the old role's until they restart"
                        .to_owned(),
                );
            }
        }
        if let Some(role) = self.role.value().cloned() {
            difference.then(InstanceProfileOperation::AddRole { instance_profile: instance_profile(), role });
        }
    }

    fn diff_tags(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        let tags = self.tags.diff(&live.tags, TagCase::Kept, ownership, !difference.is_empty());
        difference.changes.extend(tags.changes("tags"));
        if !tags.set.is_empty() {
            difference.then(InstanceProfileOperation::Tag { instance_profile: self.name.clone(), tags: tags.set });
        }
        if !tags.remove.is_empty() {
            difference.then(InstanceProfileOperation::Untag { instance_profile: self.name.clone(), keys: tags.remove });
        }
    }
}
