//! Statements that are cut in another way and mean the same, and those that only have another name.

use std::collections::{BTreeMap, BTreeSet};

use super::part::Part;
use super::pieces::Side;
use super::{Breadth, PolicyChange, Subject, describe};
use crate::error::shorten;
use crate::policy::Scope;

/// In characters.
const LONGEST_LIST: usize = 320;

/// Statements of both documents that have something in common, directly or by others of them, and agree in all but how they are
/// cut and named. By their places among the changed ones of their side.
#[derive(Default)]
pub(super) struct Group {
    pub(super) before: BTreeSet<usize>,
    pub(super) after: BTreeSet<usize>,
}

/// The groups of the changed statements. Statements that have nothing in common with any of the other side are in none.
pub(super) fn groups(before: &Side<'_>, after: &Side<'_>) -> Vec<Group> {
    let (old, new): (Vec<_>, Vec<_>) = (before.changed().collect(), after.changed().collect());
    let mut kin = Kin::new(old.len() + new.len());
    for (row, one) in old.iter().enumerate() {
        for (column, other) in new.iter().enumerate() {
            let place = old.len() + column;
            // Those that are akin by others already need no second look.
            if !kin.are_akin(row, place) && one.meets(other) && one.agrees_with(other) {
                kin.join(row, place);
            }
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for place in 0..old.len() + new.len() {
        let group = groups.entry(kin.root(place)).or_default();
        match place.checked_sub(old.len()) {
            None => group.before.insert(place),
            Some(column) => group.after.insert(column),
        };
    }
    groups.into_values().filter(|group| !group.before.is_empty() && !group.after.is_empty()).collect()
}

/// Who belongs together: each one names another of its group, but for the group's first.
struct Kin(Vec<usize>);

impl Kin {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut place: usize) -> usize {
        while let Some(next) = self.0.get(place).copied().filter(|next| *next != place) {
            // Shortens the way for the next one who asks.
            let over = self.0.get(next).copied().unwrap_or(next);
            if let Some(known) = self.0.get_mut(place) {
                *known = over;
            }
            place = next;
        }
        place
    }

    fn are_akin(&mut self, one: usize, other: usize) -> bool {
        self.root(one) == self.root(other)
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(last) = self.0.get_mut(one.max(other)) {
            *last = one.min(other);
        }
    }
}

/// The one line for a group whose sides mean the same.
pub(super) fn line(before: &[Part<'_>], after: &[Part<'_>], scope: &Scope) -> Option<PolicyChange> {
    let subject = Subject::new(after.first()?.origin, scope);
    if let ([old], [new]) = (before, after) {
        return sid(old.origin.sid.as_ref(), new.origin.sid.as_ref(), &subject);
    }
    // The side with the fewer statements says the same in fewer words.
    let shorter = if before.len() < after.len() { before } else { after };
    let words: Vec<String> = shorter.iter().map(|part| describe::statement(part.origin, scope)).collect();
    let words = shorten(&words.join("; "), LONGEST_LIST);
    let (old, new) = (counted(before), counted(after));
    let summary = match (before.len(), after.len()) {
        (1, _) => format!("{old} is split into {new}, which mean the same: {words}"),
        (_, 1) => format!("{old} are merged into {new}, which means the same: {words}"),
        (_, _) => format!("{old} become {new}, which mean the same: {words}"),
    };
    Some(subject.change(&summary, Breadth::Neither))
}

/// Such as `2 statements ("Read", "Write")`.
fn counted(parts: &[Part<'_>]) -> String {
    let sids: Vec<String> =
        parts.iter().filter_map(|part| part.origin.sid.as_ref()).map(|sid| format!("{sid:?}")).collect();
    let names = if sids.is_empty() { String::new() } else { format!(" ({})", sids.join(", ")) };
    match parts.len() {
        1 => format!("1 statement{names}"),
        count => format!("{count} statements{names}"),
    }
}

/// The line for a statement that has another `Sid`, if it has.
pub(super) fn sid(before: Option<&String>, after: Option<&String>, subject: &Subject<'_>) -> Option<PolicyChange> {
    let name = |sid: Option<&String>| sid.map_or("none".to_owned(), |sid| format!("{sid:?}"));
    let line = || format!("Sid {} becomes {} for {}", name(before), name(after), subject.brief);
    (before != after).then(|| subject.change(&line(), Breadth::Neither))
}
