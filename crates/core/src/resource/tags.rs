//! Tags: the one field that lists what it manages and leaves the rest alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::change::FieldChange;
use crate::resource::{Claim, Ownership};

/// The tag that says which manifest a resource belongs to.
pub const OWNER_TAG: &str = "reconcile:owner";

/// Tags of a resource. Desired: the listed keys are enforced, `None` removes a key, others are left alone. Live: all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(pub BTreeMap<String, Option<String>>);

/// Whether two tag keys that differ only by case are the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagCase {
    /// As for roles and users: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>.
    Ignored,
    /// As for everything else.
    Kept,
}

/// The tag calls that a difference needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagDifference {
    /// One change a key.
    pub set: BTreeMap<String, String>,
    /// Keys to remove, as the service spells them.
    pub remove: Vec<String>,
    /// What changes, for the plan.
    before_after: Vec<(String, Option<String>, Option<String>)>,
}

impl TagDifference {
    /// Returns the changes as fields `tags.KEY`.
    pub fn changes(&self, field: &str) -> Vec<FieldChange> {
        self.before_after
            .iter()
            .map(|(key, before, after)| FieldChange::plain(format!("{field}.{key}"), before, after))
            .collect()
    }

    /// Returns whether no tag differs.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }
}

impl Tags {
    /// Makes live tags.
    pub fn live(tags: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(tags.into_iter().map(|(key, value)| (key, Some(value))).collect())
    }

    /// Returns whether no key is listed.
    pub fn has_no_keys(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value of the owner tag.
    pub fn owner(&self) -> Option<&str> {
        self.0.get(OWNER_TAG).and_then(|value| value.as_deref())
    }

    /// Returns what a creation sends: the listed keys that have a value, and the owner tag where that is claimed.
    pub fn for_creation(&self, ownership: &Ownership) -> BTreeMap<String, String> {
        let listed = self.0.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let owner = match ownership.claim {
            Claim::Never => None,
            Claim::WithNextWrite | Claim::Now => Some((OWNER_TAG.to_owned(), ownership.manifest.clone())),
        };
        listed.chain(owner).collect()
    }

    /// Lists the tags a creation sets as changes from nothing; the owner tag is left out, every creation sets it.
    pub fn creation_changes(&self, field: &str) -> Vec<FieldChange> {
        let set = self.0.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
        set.map(|(key, value)| FieldChange::plain(format!("{field}.{key}"), None::<&str>, value)).collect()
    }

    /// Returns what the live tags lack or have too many, of the listed keys.
    ///
    /// The owner tag is added when the ownership claims the resource now, or claims it with the next write and there is one:
    /// `writes` says that one happens anyway.
    pub fn diff(&self, live: &Self, case: TagCase, ownership: &Ownership, writes: bool) -> TagDifference {
        let mut difference = TagDifference::default();
        for (key, wanted) in &self.0 {
            let found = live.find(key, case);
            match (wanted, found) {
                (Some(wanted), Some((spelling, value))) if value == wanted && spelling == key => {}
                (Some(wanted), Some((spelling, value))) => {
                    if spelling != key {
                        // Tagging again keeps the old spelling of the key, so it has to go first.
                        difference.remove.push(spelling.to_owned());
                    }
                    difference.record(key, Some(value), Some(wanted));
                }
                (Some(wanted), None) => difference.record(key, None, Some(wanted)),
                (None, Some((spelling, value))) => {
                    difference.remove.push(spelling.to_owned());
                    difference.record(spelling, Some(value), None);
                }
                (None, None) => {}
            }
        }
        let owned = live.owner() == Some(ownership.manifest.as_str());
        let claims = match ownership.claim {
            Claim::Never => false,
            Claim::WithNextWrite => writes || !difference.is_empty(),
            Claim::Now => true,
        };
        if !owned && claims {
            difference.record(OWNER_TAG, live.owner(), Some(&ownership.manifest));
        }
        difference
    }

    /// Returns the desired tags in which every key that differs between two recorded states is as in `before`.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        let keys = before.0.keys().chain(after.0.keys());
        let of = |tags: &Self, key: &String| tags.0.get(key).cloned().flatten();
        let changed = keys.filter(|key| of(before, key) != of(after, key));
        Self(changed.map(|key| (key.clone(), of(before, key))).collect())
    }

    /// Sets live tags, as a call does.
    pub(crate) fn set_all(&mut self, tags: &BTreeMap<String, String>) {
        self.0.extend(tags.iter().map(|(key, value)| (key.clone(), Some(value.clone()))));
    }

    /// Removes live tags, as a call does.
    pub(crate) fn remove_all(&mut self, keys: &[String]) {
        self.0.retain(|key, _| !keys.contains(key));
    }

    fn find(&self, key: &str, case: TagCase) -> Option<(&str, &str)> {
        let found = self.0.get_key_value(key).or_else(|| match case {
            TagCase::Kept => None,
            TagCase::Ignored => self.0.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(key)),
        });
        found.and_then(|(spelling, value)| Some((spelling.as_str(), value.as_deref()?)))
    }
}

impl TagDifference {
    fn record(&mut self, key: &str, before: Option<&str>, after: Option<&str>) {
        if let Some(after) = after {
            self.set.insert(key.to_owned(), after.to_owned());
        }
        self.before_after.push((key.to_owned(), before.map(str::to_owned), after.map(str::to_owned)));
    }
}

/// Returns in words what a call that sets tags does.
pub(crate) fn set_summary(tags: &BTreeMap<String, String>) -> String {
    format!("set {}", keys_in_words(tags.keys().map(String::as_str)))
}

/// Returns in words what a call that removes tags does.
pub(crate) fn remove_summary(keys: &[String]) -> String {
    format!("remove {}", keys_in_words(keys.iter().map(String::as_str)))
}

fn keys_in_words<'a>(keys: impl ExactSizeIterator<Item = &'a str>) -> String {
    let noun = if keys.len() == 1 { "the tag" } else { "the tags" };
    format!("{noun} {}", keys.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::{TagCase, Tags};
    use crate::resource::{Claim, Ownership};

    fn tags(pairs: &[(&str, Option<&str>)]) -> Tags {
        Tags(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned))).collect())
    }

    fn ownership(claim: Claim) -> Ownership {
        Ownership { manifest: "lab".to_owned(), claim }
    }

    #[test]
    fn only_listed_keys_are_compared() {
        let desired = tags(&[("a", Some("1")), ("gone", None)]);
        let live = tags(&[("a", Some("1")), ("theirs", Some("2"))]);
        assert!(desired.diff(&live, TagCase::Kept, &ownership(Claim::WithNextWrite), false).is_empty());
    }

    #[test]
    fn a_difference_claims_the_resource_with_the_same_call() {
        let desired = tags(&[("a", Some("1")), ("gone", None)]);
        let live = tags(&[("a", Some("2")), ("gone", Some("x"))]);
        let difference = desired.diff(&live, TagCase::Kept, &ownership(Claim::WithNextWrite), false);
        insta::assert_debug_snapshot!((difference.set, difference.remove), @r#"
        (
            {
                "a": "1",
                "reconcile:owner": "lab",
            },
            [
                "gone",
            ],
        )
        "#);
    }

    #[test]
    fn a_missing_owner_tag_alone_is_no_difference() {
        let live = tags(&[]);
        assert!(tags(&[]).diff(&live, TagCase::Kept, &ownership(Claim::WithNextWrite), false).is_empty());
        assert!(!tags(&[]).diff(&live, TagCase::Kept, &ownership(Claim::Now), false).is_empty());
        assert!(!tags(&[]).diff(&live, TagCase::Kept, &ownership(Claim::WithNextWrite), true).is_empty());
        assert!(tags(&[]).diff(&live, TagCase::Kept, &ownership(Claim::Never), true).is_empty());
        assert!(tags(&[]).for_creation(&ownership(Claim::Never)).is_empty());
    }

    #[test]
    fn a_key_in_another_case_is_respelled_only_where_the_service_ignores_case() {
        let (desired, live) = (tags(&[("Team", Some("ml"))]), tags(&[("team", Some("ml"))]));
        let ignored = desired.diff(&live, TagCase::Ignored, &ownership(Claim::WithNextWrite), false);
        assert_eq!(ignored.remove, ["team"]);
        let kept = desired.diff(&live, TagCase::Kept, &ownership(Claim::WithNextWrite), false);
        assert!(kept.remove.is_empty() && kept.set.contains_key("Team"));
    }
}
