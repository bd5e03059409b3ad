//! Principals that were deleted and made anew.
//!
//! IAM puts the unique id in place of the ARN, for good, once a role or user that a policy names is deleted. One that is made
//! anew under the same name has another id, and is trusted again once the policy is saved again.

use super::items::Items;
use super::judge::Judge;
use super::part::{Block, Part};
use super::{Breadth, PolicyChange, Subject, describe};
use crate::policy::Scope;

type Principal<'a> = Option<(&'a str, &'a str)>;

/// What unique ids begin with, what ARNs of the same have before the name, and how people call them.
const KINDS: [(&str, &str, &str); 2] = [("AROA", "role/", "role"), ("AIDA", "user/", "user")];

/// A part about deleted principals that became one about principals by their names, of one kind and as many.
pub(super) struct Renewed<'a> {
    before: Part<'a>,
    after: Part<'a>,
    kind: &'static str,
}

/// Takes them out of what comes and goes.
pub(super) fn take<'a>(removed: &mut Vec<Part<'a>>, added: &mut Vec<Part<'a>>) -> Vec<Renewed<'a>> {
    let mut found = Vec::new();
    for (id, path, kind) in KINDS {
        let is_deleted = |principal: &Principal<'_>| matches!(principal, Some(("AWS", name)) if name.starts_with(id));
        let is_named = |principal: &Principal<'_>| matches!(principal, Some(("AWS", name)) if names(name, path));
        for old in removed.iter_mut() {
            let ids = chosen(old, is_deleted);
            if ids.is_empty() {
                continue;
            }
            let known = added.iter_mut().find_map(|new| {
                let arns = chosen(new, is_named);
                (is_about_the_same(old, new) && arns.len() == ids.len()).then_some((new, arns))
            });
            if let Some((new, arns)) = known {
                found.push(Renewed { before: split_off(old, ids), after: split_off(new, arns), kind });
            }
        }
    }
    for parts in [removed, added] {
        parts.retain(|part| !part.block.principals.is_empty());
    }
    found
}

fn names(arn: &str, path: &str) -> bool {
    matches!(*arn.splitn(6, ':').collect::<Vec<_>>(), ["arn", _, "iam", "", _, name] if name.starts_with(path))
}

fn chosen<'a>(part: &Part<'a>, is_it: impl Fn(&Principal<'a>) -> bool) -> Items<Principal<'a>> {
    part.block.principals.iter().filter(is_it).collect()
}

fn is_about_the_same(old: &Part<'_>, new: &Part<'_>) -> bool {
    old.agrees_with(new) && old.block.actions == new.block.actions && old.block.resources == new.block.resources
}

/// The part about these principals, which it loses.
fn split_off<'a>(part: &mut Part<'a>, principals: Items<Principal<'a>>) -> Part<'a> {
    part.block.principals = part.block.principals.without(&principals);
    part.with(Block { principals, ..part.block.clone() })
}

impl Renewed<'_> {
    pub(super) fn line(&self, judge: &Judge<'_>, scope: &Scope) -> PolicyChange {
        let Self { before, after, kind } = self;
        let subject = Subject::new(after.origin, scope);
        let changes_nothing = judge.telling(after, true).is_empty();
        let breadth = if changes_nothing { Breadth::Neither } else { subject.breadth(true) };
        let (old, new) = (listed(before, scope), listed(after, scope));
        let actions = describe::actions(&after.statement());
        let summary = if after.block.principals.len() == 1 {
            format!(
                "{old} becomes {new} for {actions}: the {kind} was deleted and made anew, and is meant again once this is saved"
            )
        } else {
            format!(
                "{old} become {new} for {actions}: the {kind}s were deleted and made anew, and are meant again once this is \
                 saved"
            )
        };
        subject.change(&summary, breadth)
    }
}

fn listed(part: &Part<'_>, scope: &Scope) -> String {
    let principals = part.block.principals.iter().flatten();
    principals.map(|(kind, value)| describe::principal(kind, value, scope)).collect::<Vec<_>>().join(", ")
}
