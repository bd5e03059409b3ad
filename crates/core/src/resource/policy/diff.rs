//! What differs between a desired and a live policy, and the calls that make them agree.
//!
//! A document is changed by putting another version in force, which happens at once: no moment is without one. A policy
//! holds five versions, so that an old one may have to go before the new one comes; it is never the one in force.

use std::collections::BTreeSet;

use iam_policy::{Beside, Breadth, Policy};

use super::{MOST_VERSIONS, ManagedPolicy, ManagedPolicyOperation, PolicyVersion};
use crate::change::{Difference, FieldChange, Hazard};
use crate::field::Field;
use crate::resource::Ownership;
use crate::resource::carried;
use crate::resource::tags::TagCase;

impl ManagedPolicy {
    /// Returns what differs from the live policy, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live else {
            return self.creation(ownership);
        };
        let live_path = live.path.value().map_or("/", String::as_str);
        if self.must_be_replaced(live_path) {
            return self.replacement(live, ownership);
        }
        let mut difference = Difference::default();
        self.remark_description(live, &mut difference);
        self.diff_document(live, &mut difference);
        self.diff_tags(live, ownership, &mut difference);
        difference
    }

    /// Returns the policy with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        Self { versions: Field::Set(Vec::new()), used_by: Field::Set(BTreeSet::new()), ..self.identity() }
    }

    /// Returns the calls that delete this live policy: its other versions first, as `iam:DeletePolicy` demands.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        self.delete(&mut difference);
        difference
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        // Without a document there is nothing to create; the manifest's reader has demanded one.
        let Some(document) = self.document.value() else {
            return difference;
        };
        difference.compare("path", &self.path, &Field::Null);
        difference.compare("description", &self.description, &Field::Null);
        difference.changes.push(document_creation("document", document));
        difference.changes.extend(self.tags.creation_changes("tags"));
        difference.then(ManagedPolicyOperation::Create {
            name: self.name.clone(),
            path: self.path.value().cloned().unwrap_or_else(|| "/".to_owned()),
            description: self.description.value().cloned(),
            document: document.clone(),
            tags: self.tags.for_creation(ownership),
        });
        difference
    }

    /// The path is part of the ARN and fixed, so the policy is deleted with all its versions and made anew. Whoever has it
    /// attached keeps that from happening, and giving them another policy is theirs to say: the planner refuses it and names them (`still-used`).
    fn replacement(&self, live: &Self, ownership: &Ownership) -> Difference {
        let mut difference = Difference { replaces: true, ..Difference::default() };
        difference.hazards.insert(Hazard::Replace);
        difference.compare("path", &self.path, &live.path);
        difference.compare("description", &self.description, &live.description);
        self.compare_document(live, &mut difference);
        difference.notes.push(format!("its ARN changes from {}: what names the old one breaks", live.arn));
        live.delete(&mut difference);
        let mut renewed = Self { document: self.document.or_live(&live.document), ..self.clone() };
        if !renewed.description.is_managed() {
            renewed.description = live.description.clone();
        }
        renewed.tags = live.tags.clone();
        renewed.tags.0.extend(self.tags.0.clone());
        carried::note(self, &renewed, &self.identity(), &mut difference);
        difference.operations.extend(renewed.creation(ownership).operations);
        difference
    }

    fn delete(&self, difference: &mut Difference) {
        for version in self.versions.value().into_iter().flatten() {
            difference.then(self.delete_version(version));
        }
        difference.then(ManagedPolicyOperation::Delete { policy_arn: self.arn.clone() });
    }

    /// Making the policy anew for a description's sake would take it from everyone who has it attached, so the plan only
    /// tells (terraform-provider-aws#8629 is what happens otherwise).
    fn remark_description(&self, live: &Self, difference: &mut Difference) {
        if !self.description.differs_from(&live.description) {
            return;
        }
        let found = live.description.value().map_or_else(|| "no description".to_owned(), |text| format!("{text:?}"));
        difference.notes.push(format!(
            "`description` differs and stays: IAM cannot change it, and the policy has {found}; write that, or delete \
             the policy and apply again"
        ));
    }

    fn compare_document(&self, live: &Self, difference: &mut Difference) -> bool {
        let differs = self.document.differs_from(&live.document);
        if differs {
            let (change, widens) =
                document_change("document", live.document.value(), self.document.value(), Beside::default());
            difference.changes.push(change);
            if widens {
                difference.hazards.insert(Hazard::WidensAccess);
            }
        }
        differs
    }

    fn diff_document(&self, live: &Self, difference: &mut Difference) {
        if !self.compare_document(live, difference) {
            return;
        }
        let Some(document) = self.document.value() else {
            return;
        };
        let policy_arn = || live.arn.clone();
        let others = live.versions.value().map_or(&[][..], Vec::as_slice);
        if let Some(same) = others.iter().rev().find(|version| version.document.as_ref() == Some(document)) {
            let version_id = same.id.clone();
            difference.then(ManagedPolicyOperation::SetDefaultVersion { policy_arn: policy_arn(), version_id });
            return;
        }
        if others.len() + 1 >= MOST_VERSIONS
            && let Some(oldest) = others.first()
        {
            difference.notes.push(format!(
                "a policy has at most {MOST_VERSIONS} versions: {}, the oldest that is not in force, makes room",
                oldest.id
            ));
            difference.then(live.delete_version(oldest));
        }
        difference.then(ManagedPolicyOperation::CreateVersion { policy_arn: policy_arn(), document: document.clone() });
    }

    fn delete_version(&self, version: &PolicyVersion) -> ManagedPolicyOperation {
        ManagedPolicyOperation::DeleteVersion { policy_arn: self.arn.clone(), version_id: version.id.clone() }
    }

    fn diff_tags(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        let tags = self.tags.diff(&live.tags, TagCase::Kept, ownership, !difference.is_empty());
        difference.changes.extend(tags.changes("tags"));
        let policy_arn = || live.arn.clone();
        if !tags.set.is_empty() {
            difference.then(ManagedPolicyOperation::Tag { policy_arn: policy_arn(), tags: tags.set });
        }
        if !tags.remove.is_empty() {
            difference.then(ManagedPolicyOperation::Untag { policy_arn: policy_arn(), keys: tags.remove });
        }
    }
}

/// Returns the change of a policy document in words, one statement a line, each marked with what it does to the access, and
/// whether the whole widens it. What the documents beside it allow or deny anyway does not.
pub(crate) fn document_change(
    path: &str,
    before: Option<&Policy>,
    after: Option<&Policy>,
    beside: Beside<'_>,
) -> (FieldChange, bool) {
    let meanings = iam_policy::diff_beside(before, after, beside);
    let widens = meanings.iter().any(|meaning| meaning.breadth == Breadth::Widens);
    let lines = meanings.iter().map(|meaning| format!("{} ({})", meaning.summary, meaning.breadth));
    (in_words(path, before, after, &lines.collect::<Vec<_>>()), widens)
}

/// Returns the document of a resource that is made now in words: where nothing was allowed before, marks would say nothing.
pub(crate) fn document_creation(path: &str, document: &Policy) -> FieldChange {
    let lines = iam_policy::diff(None, Some(document)).into_iter().map(|meaning| meaning.summary);
    in_words(path, None, Some(document), &lines.collect::<Vec<_>>())
}

fn in_words(path: &str, before: Option<&Policy>, after: Option<&Policy>, lines: &[String]) -> FieldChange {
    let value = |policy: Option<&Policy>| policy.map(Policy::to_value);
    FieldChange::explained(path, value(before), value(after), lines.join("\n"))
}
