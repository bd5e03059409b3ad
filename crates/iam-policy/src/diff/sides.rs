//! The two sides of a difference, and the lines that lead from one to the other.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::judge::Judge;
use super::pair::Change;
use super::part::Part;
use super::pieces::{Pair, Pieces, Side};
use super::regroup::{self, Group};
use super::{Breadth, PolicyChange, Subject, describe, renewed, rest};
use crate::policy::Scope;
use crate::statement::Statement;

/// The statements of two documents: sorted, none twice.
pub(super) struct Sides<'a> {
    pub(super) before: &'a [Statement],
    pub(super) after: &'a [Statement],
    /// What else decides together with the two documents.
    pub(super) beside_before: Vec<&'a Statement>,
    pub(super) beside_after: Vec<&'a Statement>,
    pub(super) scope: &'a Scope,
    /// Whether the documents are small enough to compare all with all.
    pub(super) thorough: bool,
}

/// What is told of the changed statements: the parts that come and go, and lines that change no decision.
#[derive(Default)]
struct Told<'a> {
    removed: Vec<Part<'a>>,
    added: Vec<Part<'a>>,
    cosmetic: Vec<PolicyChange>,
}

impl<'a> Sides<'a> {
    /// What comes, what goes, what comes back under another name, what is under other conditions, and what is only written in
    /// another way: in this order.
    pub(super) fn changes(&self) -> Vec<PolicyChange> {
        let (before, after) = (Side::new(self.before, self.after), Side::new(self.after, self.before));
        if !self.thorough {
            return self.whole_statements(&before, &after);
        }
        let told = self.told(&before, &after);
        let judge = Judge::new(
            self.before.iter().chain(self.beside_before.iter().copied()),
            self.after.iter().chain(self.beside_after.iter().copied()),
        );
        let (mut removed, mut added) = (told.removed, told.added);
        let renewed = renewed::take(&mut removed, &mut added);
        let mut pieces = Pieces::match_up(removed, added);
        pieces.added.sort_by(in_order);
        pieces.removed.sort_by(in_order);
        let mut changes: Vec<_> = pieces.added.iter().flat_map(|part| self.part(part, true, &judge)).collect();
        changes.extend(pieces.removed.iter().flat_map(|part| self.part(part, false, &judge)));
        changes.extend(renewed.iter().map(|renewed| renewed.line(&judge, self.scope)));
        changes.extend(pieces.pairs.iter().flat_map(|pair| self.pair(pair, &judge)));
        let sids = [self.before, self.after].map(known_sids);
        let renamed = pieces.pairs.iter().filter_map(|pair| self.renamed(&pair.before, &pair.after, &sids));
        let mut known: BTreeSet<PolicyChange> = changes.iter().cloned().collect();
        for line in told.cosmetic.into_iter().chain(renamed) {
            if known.insert(line.clone()) {
                changes.push(line);
            }
        }
        changes
    }

    /// Without looking for what they have in common, but for statements that only have another `Sid`.
    fn whole_statements(&self, before: &Side<'_>, after: &Side<'_>) -> Vec<PolicyChange> {
        let nameless = |part: &Part<'_>| Statement { sid: None, ..part.origin.clone() };
        let old: BTreeMap<Statement, &Part<'_>> = before.changed().map(|part| (nameless(part), part)).collect();
        let new: BTreeMap<Statement, &Part<'_>> = after.changed().map(|part| (nameless(part), part)).collect();
        let line = |part: &Part<'_>, sign: char| {
            let subject = Subject::new(part.origin, self.scope);
            let summary = format!("{sign} {}", describe::statement(part.origin, self.scope));
            subject.change(&summary, subject.breadth(sign == '+'))
        };
        let added = after.changed().filter(|part| !old.contains_key(&nameless(part))).map(|part| line(part, '+'));
        let removed = before.changed().filter(|part| !new.contains_key(&nameless(part))).map(|part| line(part, '-'));
        let renamed = new.iter().filter_map(|(nameless, new)| {
            let subject = Subject::new(new.origin, self.scope);
            regroup::sid(old.get(nameless)?.origin.sid.as_ref(), new.origin.sid.as_ref(), &subject)
        });
        added.chain(removed).chain(renamed).collect()
    }

    fn told(&self, before: &Side<'a>, after: &Side<'a>) -> Told<'a> {
        let (old, new): (Vec<&Part<'a>>, Vec<&Part<'a>>) = (before.changed().collect(), after.changed().collect());
        let groups = regroup::groups(before, after);
        let sids = [self.before, self.after].map(known_sids);
        let mut told = Told::default();
        for Group { before: rows, after: columns } in &groups {
            let chosen = |parts: &[&Part<'a>], places: &BTreeSet<usize>| -> Vec<Part<'a>> {
                places.iter().filter_map(|place| parts.get(*place)).map(|part| (*part).clone()).collect()
            };
            let (old, new) = (chosen(&old, rows), chosen(&new, columns));
            let (removed, added) = (lacking(&old, |part| after.lacks(part)), lacking(&new, |part| before.lacks(part)));
            if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
                told.cosmetic.extend(self.renamed(old, new, &sids));
            }
            if removed.is_empty() && added.is_empty() {
                self.tell_group(&old, &new, &mut told);
            }
            told.removed.extend(removed);
            told.added.extend(added);
        }
        let alone = |parts: Vec<&Part<'a>>, grouped: BTreeSet<usize>, others: &Side<'a>| -> Vec<Part<'a>> {
            let alone = parts.into_iter().enumerate().filter(|(place, _)| !grouped.contains(place));
            alone.flat_map(|(_, part)| news(part, others)).collect()
        };
        told.removed.extend(alone(old, groups.iter().flat_map(|group| group.before.clone()).collect(), after));
        told.added.extend(alone(new, groups.iter().flat_map(|group| group.after.clone()).collect(), before));
        told
    }

    /// A group of which nothing comes or goes: it is one line where its sides mean the same by themselves. Where they do so only
    /// together with statements that did not change, the parts are told which those say as well.
    fn tell_group(&self, old: &[Part<'a>], new: &[Part<'a>], told: &mut Told<'a>) {
        let removed = lacking(old, |part| part.without(new));
        let added = lacking(new, |part| part.without(old));
        if removed.is_empty() && added.is_empty() {
            told.cosmetic.extend(regroup::line(old, new, self.scope));
        }
        told.removed.extend(removed);
        told.added.extend(added);
    }

    /// The lines of a part that comes or goes: what of it changes a decision apart from what does not.
    fn part(&self, part: &Part<'a>, comes: bool, judge: &Judge<'_>) -> Vec<PolicyChange> {
        let subject = Subject::new(part.origin, self.scope);
        let telling = judge.telling(part, comes);
        let line = |part: Part<'a>, breadth| {
            let sign = if comes { '+' } else { '-' };
            subject.change(&format!("{sign} {}", describe::statement(&part.statement(), self.scope)), breadth)
        };
        let mut changes = Vec::new();
        for whole in part.lines() {
            let told: Vec<_> = telling.iter().filter_map(|block| block.common(&whole.block)).collect();
            let silent = rest::rest(&whole.block, &told).unwrap_or_default();
            changes.extend(told.into_iter().map(|block| line(whole.with(block), subject.breadth(comes))));
            changes.extend(silent.into_iter().map(|block| line(whole.with(block), Breadth::Neither)));
        }
        changes
    }

    fn pair(&self, pair: &Pair<'_>, judge: &Judge<'_>) -> Vec<PolicyChange> {
        let (before, after) = (pair.before.statement(), pair.after.statement());
        let change = Change {
            before: &before,
            after: &after,
            subject: Subject::new(&after, self.scope),
            matches_more: !judge.telling(&pair.after, true).is_empty(),
            matches_less: !judge.telling(&pair.before, false).is_empty(),
        };
        change.lines(self.scope)
    }

    /// The line for a statement that has another `Sid` and became this one. A `Sid` that both documents know did not change.
    fn renamed(&self, before: &Part<'_>, after: &Part<'_>, sids: &[BTreeSet<&str>; 2]) -> Option<PolicyChange> {
        let (old, new) = (&before.origin.sid, &after.origin.sid);
        let [known_before, known_after] = sids;
        let knows = |sids: &BTreeSet<&str>, sid: &Option<String>| sid.as_deref().is_some_and(|sid| sids.contains(sid));
        if knows(known_after, old) || knows(known_before, new) {
            return None;
        }
        regroup::sid(old.as_ref(), new.as_ref(), &Subject::new(after.origin, self.scope))
    }
}

/// In the order of the statements, of which parts of one are often compared.
fn in_order(one: &Part<'_>, other: &Part<'_>) -> Ordering {
    if std::ptr::eq(one.origin, other.origin) { Ordering::Equal } else { one.origin.cmp(other.origin) }
}

fn known_sids(statements: &[Statement]) -> BTreeSet<&str> {
    statements.iter().filter_map(|statement| statement.sid.as_deref()).collect()
}

fn lacking<'a>(parts: &[Part<'a>], lacks: impl Fn(&Part<'a>) -> Vec<Part<'a>>) -> Vec<Part<'a>> {
    parts.iter().flat_map(lacks).collect()
}

/// What the other side has not; the whole of a statement that says nothing new, and is there nevertheless.
fn news<'a>(part: &Part<'a>, others: &Side<'a>) -> Vec<Part<'a>> {
    let lacking = others.lacks(part);
    if lacking.is_empty() { vec![part.clone()] } else { lacking }
}
