//! What differs between a desired and a live role, and the calls that make them agree.
//!
//! Order: what adds comes first, then the boundary, then what takes away. Up to the boundary the role has at least what it
//! had, from there on at least what it is to have, so that no moment has fewer permissions than both ends. An inline policy
//! that gains and loses at once comes right before the boundary.

use std::collections::BTreeSet;

use iam_policy::{Beside, Breadth, Policy, Principals, Scope};

use super::inline::InlinePolicies;
use super::{ATTACHMENTS_QUOTA, DEFAULT_MAX_SESSION_DURATION, Role, RoleOperation};
use crate::change::{Difference, FieldChange, Hazard};
use crate::field::Field;
use crate::resource::Ownership;
use crate::resource::carried;
use crate::resource::policy::{document_change, document_creation};
use crate::resource::tags::TagCase;

impl Role {
    /// Returns what differs from the live role, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let mut difference = self.compared(live, ownership);
        Self::guard_reserved(live.unwrap_or(self), &mut difference);
        difference
    }

    fn compared(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live else {
            return self.creation(ownership);
        };
        let live_path = live.path.value().map_or("/", String::as_str);
        if self.must_be_replaced(live_path) {
            return self.replacement(live, ownership);
        }
        let mut difference = Difference::default();
        let mut steps = Steps::default();
        self.diff_boundary(live, &mut difference, &mut steps);
        self.diff_trust(live, &mut difference);
        self.diff_settings(live, &mut difference);
        self.diff_attachments(live, &mut difference, &mut steps);
        self.diff_inline(live, &mut difference, &mut steps);
        steps.take(&mut difference);
        if !self.existing {
            self.diff_tags(live, ownership, &mut difference);
        }
        difference
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference { changes: self.all_fields(), ..Difference::default() };
        // Without a trust policy there is nothing to create; the manifest's reader has demanded one.
        let Some(trust_policy) = self.trust_policy.value() else {
            return difference;
        };
        // IAM refuses a principal that does not exist, and a role does not exist before it is created.
        let nobody = self.trusts_itself().then(trust_of_nobody).flatten();
        difference.then(RoleOperation::Create {
            role: self.name.clone(),
            path: self.path.value().cloned().unwrap_or_else(|| "/".to_owned()),
            description: self.description.value().cloned(),
            max_session_duration: self.max_session_duration.value().copied().unwrap_or(DEFAULT_MAX_SESSION_DURATION),
            permissions_boundary: self.permissions_boundary.value().cloned(),
            trust_policy: nobody.clone().unwrap_or_else(|| trust_policy.clone()),
            tags: self.tags.for_creation(ownership),
        });
        if nobody.is_some() {
            difference.notes.push("it trusts itself, so it is created with a trust in nobody first".to_owned());
            difference
                .then(RoleOperation::SetTrustPolicy { role: self.name.clone(), trust_policy: trust_policy.clone() });
        }
        for policy_arn in self.managed_policies.value().into_iter().flatten() {
            difference.then(RoleOperation::AttachPolicy { role: self.name.clone(), policy_arn: policy_arn.clone() });
        }
        for (policy_name, document) in self.inline_policies.value().into_iter().flatten() {
            if let Some(document) = document {
                difference.then(self.put_inline(policy_name, document));
            }
        }
        difference
    }

    fn trusts_itself(&self) -> bool {
        let statements = self.trust_policy.value().into_iter().flat_map(Policy::statements);
        let principals = statements.flat_map(|statement| [&statement.principals, &statement.not_principals]).flatten();
        principals.flat_map(Principals::pairs).any(|(_, principal)| principal == self.arn)
    }

    /// Lists every managed field as a change from nothing, for the plan of a creation.
    fn all_fields(&self) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        let nothing = Field::<()>::Null;
        let mut plain = |path: &str, after: Field<serde_json::Value>| {
            if let Field::Set(after) = after {
                changes.push(FieldChange::plain(path, &nothing, after));
            }
        };
        plain("path", self.path.as_ref().map(|path| path.as_str().into()));
        plain("description", self.description.as_ref().map(|text| text.as_str().into()));
        plain("max_session_duration", self.max_session_duration.as_ref().map(|seconds| (*seconds).into()));
        plain("permissions_boundary", self.permissions_boundary.as_ref().map(|arn| arn.as_str().into()));
        if let Some(trust_policy) = self.trust_policy.value() {
            changes.push(document_creation("trust_policy", trust_policy));
        }
        if let Some(policies) = self.managed_policies.value().filter(|policies| !policies.is_empty()) {
            changes.push(attachment_change(&BTreeSet::new(), policies));
        }
        for (name, document) in self.inline_policies.value().into_iter().flatten() {
            if let Some(document) = document {
                changes.push(document_creation(&format!("inline_policies.{name}"), document));
            }
        }
        changes.extend(self.tags.creation_changes("tags"));
        changes
    }

    /// The path is fixed, so the role is emptied, deleted and made anew with all that it had and was not managed.
    fn replacement(&self, live: &Self, ownership: &Ownership) -> Difference {
        let role = || self.name.clone();
        let mut difference = Difference { replaces: true, ..Difference::default() };
        difference.compare("path", &self.path, &live.path);
        difference.hazards.insert(Hazard::Replace);
        difference.notes.push(
            "the new role gets another unique id: policies elsewhere that name it as a principal have to be saved again"
                .to_owned(),
        );
        let profiles: Vec<_> = live.instance_profiles.value().into_iter().flatten().cloned().collect();
        live.empty(&mut difference);
        difference.then(RoleOperation::Delete { role: role() });
        let renewed = self.over(live);
        let unset = Self { max_session_duration: Field::Set(DEFAULT_MAX_SESSION_DURATION), ..self.identity() };
        carried::note(self, &renewed, &unset, &mut difference);
        difference.operations.extend(renewed.creation(ownership).operations);
        for instance_profile in profiles {
            difference.then(RoleOperation::AddToInstanceProfile { role: role(), instance_profile });
        }
        difference
    }

    /// Returns the desired role with what it does not manage taken from the live one.
    fn over(&self, live: &Self) -> Self {
        let Self {
            name,
            arn,
            existing,
            path,
            description,
            max_session_duration,
            permissions_boundary,
            trust_policy,
            managed_policies,
            inline_policies,
            tags,
            instance_profiles: _,
        } = self;
        let mut all_tags = live.tags.clone();
        all_tags.0.extend(tags.0.clone());
        Self {
            name: name.clone(),
            arn: arn.clone(),
            existing: *existing,
            path: path.or_live(&live.path),
            description: description.or_live(&live.description),
            max_session_duration: max_session_duration.or_live(&live.max_session_duration),
            permissions_boundary: permissions_boundary.or_live(&live.permissions_boundary),
            trust_policy: trust_policy.or_live(&live.trust_policy),
            managed_policies: managed_policies.or_live(&live.managed_policies),
            inline_policies: inline_policies.or_live(&live.inline_policies),
            tags: all_tags,
            instance_profiles: Field::Absent,
        }
    }

    fn diff_boundary(&self, live: &Self, difference: &mut Difference, steps: &mut Steps) {
        if !difference.compare("permissions_boundary", &self.permissions_boundary, &live.permissions_boundary) {
            return;
        }
        let role = self.name.clone();
        if let Some(permissions_boundary) = self.permissions_boundary.value().cloned() {
            steps.boundary = Some(RoleOperation::SetPermissionsBoundary { role, permissions_boundary });
        } else {
            difference.hazards.insert(Hazard::WidensAccess);
            steps.boundary = Some(RoleOperation::DeletePermissionsBoundary { role });
        }
    }

    fn diff_trust(&self, live: &Self, difference: &mut Difference) {
        if !self.trust_policy.differs_from(&live.trust_policy) {
            return;
        }
        let (before, after) = (live.trust_policy.value(), self.trust_policy.value());
        let (change, widens) = document_change("trust_policy", before, after, Beside::default());
        difference.changes.push(change);
        if widens {
            difference.hazards.insert(Hazard::WidensAccess);
        }
        if self.existing {
            difference.hazards.insert(Hazard::Overwrite);
        }
        if let Some(trust_policy) = self.trust_policy.value().cloned() {
            difference.then(RoleOperation::SetTrustPolicy { role: self.name.clone(), trust_policy });
        }
    }

    fn diff_settings(&self, live: &Self, difference: &mut Difference) {
        let description = difference.compare("description", &self.description, &live.description);
        let duration =
            difference.compare("max_session_duration", &self.max_session_duration, &live.max_session_duration);
        if !(description || duration) {
            return;
        }
        let merged = self.over(live);
        difference.then(RoleOperation::UpdateSettings {
            role: self.name.clone(),
            description: merged.description.value().cloned().unwrap_or_default(),
            max_session_duration: merged.max_session_duration.value().copied().unwrap_or(DEFAULT_MAX_SESSION_DURATION),
        });
    }

    fn diff_attachments(&self, live: &Self, difference: &mut Difference, steps: &mut Steps) {
        let (Field::Set(desired), Field::Set(attached)) = (&self.managed_policies, &live.managed_policies) else {
            return;
        };
        let wanted = if self.existing { desired.union(attached).cloned().collect() } else { desired.clone() };
        if wanted == *attached {
            return;
        }
        difference.changes.push(attachment_change(attached, &wanted));
        let role = || self.name.clone();
        let attach = |policy_arn: String| RoleOperation::AttachPolicy { role: role(), policy_arn };
        let detach = |policy_arn: String| RoleOperation::DetachPolicy { role: role(), policy_arn };
        let mut added = wanted.difference(attached).cloned().peekable();
        let mut removed = attached.difference(&wanted).cloned();
        if added.peek().is_some() {
            difference.hazards.insert(Hazard::WidensAccess);
        }
        // What the account lets a role have is at least what it has, and what it is to have, or nothing would help.
        let most = ATTACHMENTS_QUOTA.max(attached.len()).max(wanted.len());
        steps.adding.extend(added.by_ref().take(most - attached.len()).map(attach));
        for policy_arn in added {
            let makes_room = removed.next();
            difference.notes.push(format!(
                "a role has at most {most} managed policies: {} is detached before {policy_arn} comes, so that for a moment \
                 the role has neither",
                makes_room.as_deref().unwrap_or("one")
            ));
            steps.removing.extend(makes_room.map(detach));
            steps.removing.push(attach(policy_arn));
        }
        steps.removing.extend(removed.map(detach));
    }

    fn diff_inline(&self, live: &Self, difference: &mut Difference, steps: &mut Steps) {
        let (Field::Set(desired), Field::Set(found)) = (&self.inline_policies, &live.inline_policies) else {
            return;
        };
        let all = InlinePolicies::new(desired, found, self.existing);
        for (name, document) in desired {
            let before = found.get(name).and_then(Option::as_ref);
            if document.as_ref() == before {
                continue;
            }
            all.change(name, difference);
            if let Some(document) = document {
                if self.existing && before.is_some() {
                    difference.hazards.insert(Hazard::Overwrite);
                }
                steps.put(self.put_inline(name, document), before, document);
            } else {
                steps.removing.push(self.delete_inline(name));
            }
        }
        if self.existing {
            return;
        }
        for name in found.keys().filter(|name| !desired.contains_key(*name)) {
            all.change(name, difference);
            steps.removing.push(self.delete_inline(name));
        }
    }

    fn diff_tags(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        let tags = self.tags.diff(&live.tags, TagCase::Ignored, ownership, !difference.is_empty());
        difference.changes.extend(tags.changes("tags"));
        if !tags.remove.is_empty() {
            difference.then(RoleOperation::Untag { role: self.name.clone(), keys: tags.remove });
        }
        if !tags.set.is_empty() {
            difference.then(RoleOperation::Tag { role: self.name.clone(), tags: tags.set });
        }
    }

    fn put_inline(&self, policy_name: &str, document: &Policy) -> RoleOperation {
        RoleOperation::PutInlinePolicy {
            role: self.name.clone(),
            policy_name: policy_name.to_owned(),
            document: document.clone(),
        }
    }

    fn delete_inline(&self, policy_name: &str) -> RoleOperation {
        RoleOperation::DeleteInlinePolicy { role: self.name.clone(), policy_name: policy_name.to_owned() }
    }
}

/// The calls that change what a role may do, by their place in the order.
#[derive(Default)]
struct Steps {
    /// Attachments, and inline policies that only gain.
    adding: Vec<RoleOperation>,
    /// Inline policies that gain and lose at once.
    exchanging: Vec<RoleOperation>,
    boundary: Option<RoleOperation>,
    /// Inline policies that only lose, and everything that goes.
    removing: Vec<RoleOperation>,
}

impl Steps {
    /// Gives the new document of an inline policy its place.
    fn put(&mut self, call: RoleOperation, before: Option<&Policy>, after: &Policy) {
        let meanings = iam_policy::diff(before, Some(after));
        let has = |breadth: Breadth| meanings.iter().any(|meaning| meaning.breadth == breadth);
        match (has(Breadth::Widens), has(Breadth::Narrows) || has(Breadth::Neither)) {
            _ if before.is_none() => self.adding.push(call),
            (true, false) => self.adding.push(call),
            (false, true | false) => self.removing.insert(0, call),
            (true, true) => self.exchanging.push(call),
        }
    }

    fn take(self, difference: &mut Difference) {
        let Self { adding, exchanging, boundary, removing } = self;
        if exchanging.len() > 1 {
            difference.notes.push(
                "several inline policies gain and lose at once: what moves from one to another of them may be missing for a \
                 moment"
                    .to_owned(),
            );
        }
        for call in adding.into_iter().chain(exchanging).chain(boundary).chain(removing) {
            difference.then(call);
        }
    }
}

/// Returns a trust policy that lets nobody in.
fn trust_of_nobody() -> Option<Policy> {
    const TEXT: &str =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;
    let anywhere = Scope { partition: "aws".to_owned(), account_id: String::new() };
    Policy::parse(TEXT, &anywhere).ok()
}

fn attachment_change(before: &BTreeSet<String>, after: &BTreeSet<String>) -> FieldChange {
    let added = after.difference(before).map(|arn| format!("+ {arn}"));
    let removed = before.difference(after).map(|arn| format!("- {arn}"));
    let lines: Vec<_> = added.chain(removed).collect();
    FieldChange::explained("managed_policies", before, after, lines.join("\n"))
}
