//! Which parts of the statements are new on one side, and which of them became which.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::items::Items;
use super::part::{Block, Part};
use crate::statement::{Condition, Principals, Statement};

/// Each round matches the best pairs, and what is left of them is matched in the next. Few are ever needed.
const MOST_ROUNDS: usize = 8;

/// The statements of one document.
pub(super) struct Side<'a> {
    /// All of them, as wholes.
    pub(super) all: Vec<Part<'a>>,
    /// Those that the other document has not, as it is: by their place among all.
    pub(super) changed: Vec<usize>,
}

/// A part that became another one: both are about the same, under other conditions or exceptions.
pub(super) struct Pair<'a> {
    pub(super) before: Part<'a>,
    pub(super) after: Part<'a>,
}

/// The parts that only one document has, matched where one became the other.
pub(super) struct Pieces<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) removed: Vec<Part<'a>>,
    pub(super) added: Vec<Part<'a>>,
}

impl<'a> Side<'a> {
    /// Both lists are sorted and have no statement twice.
    pub(super) fn new(statements: &'a [Statement], others: &[Statement]) -> Self {
        let changed = statements.iter().enumerate();
        let changed = changed.filter(|(_, statement)| others.binary_search(statement).is_err());
        Self { changed: changed.map(|(index, _)| index).collect(), all: statements.iter().map(Part::whole).collect() }
    }

    pub(super) fn changed(&self) -> impl Iterator<Item = &Part<'a>> {
        self.changed.iter().filter_map(|index| self.all.get(*index))
    }

    /// The parts of a statement that no statement of this side has, in whatever way they are cut. The whole where that is too
    /// many crumbs.
    pub(super) fn lacks(&self, statement: &Part<'a>) -> Vec<Part<'a>> {
        statement.without(&self.all)
    }
}

impl<'a> Pieces<'a> {
    /// Matches parts: those of one `Sid` first, then those that have most in common.
    pub(super) fn match_up(removed: Vec<Part<'a>>, added: Vec<Part<'a>>) -> Self {
        let mut pieces = Self { pairs: Vec::new(), removed, added };
        for _ in 0..MOST_ROUNDS {
            if !pieces.round() {
                break;
            }
        }
        pieces
    }

    /// Takes the best pairs; returns whether there were any.
    fn round(&mut self) -> bool {
        if self.removed.is_empty() || self.added.is_empty() {
            return false;
        }
        let old: Vec<_> = self.removed.iter().map(|part| (part, atoms(part))).collect();
        let new: Vec<_> = self.added.iter().map(|part| (part, atoms(part))).collect();
        let mut candidates = Vec::new();
        for (row, before) in old.iter().enumerate() {
            for (column, after) in new.iter().enumerate() {
                candidates.extend(likeness(before, after).map(|likeness| (likeness, row, column)));
            }
        }
        candidates.sort_unstable();
        let (mut rows, mut columns) = (BTreeSet::new(), BTreeSet::new());
        for (_, row, column) in candidates {
            if !rows.contains(&row) && !columns.contains(&column) {
                rows.insert(row);
                columns.insert(column);
                self.pair_up(row, column);
            }
        }
        retain_unmatched(&mut self.removed, &rows);
        retain_unmatched(&mut self.added, &columns);
        !rows.is_empty()
    }

    /// Pairs what the two have in common; what either has more is for the next round.
    fn pair_up(&mut self, row: usize, column: usize) {
        let (Some(before), Some(after)) = (self.removed.get(row).cloned(), self.added.get(column).cloned()) else {
            return;
        };
        let Some(common) = before.block.common(&after.block) else { return };
        self.removed.extend(before.block.without(&common).into_iter().map(|block| before.with(block)));
        self.added.extend(after.block.without(&common).into_iter().map(|block| after.with(block)));
        self.pairs.push(Pair { before: before.with(common.clone()), after: after.with(common) });
    }
}

fn retain_unmatched<T>(items: &mut Vec<T>, matched: &BTreeSet<usize>) {
    let mut index = 0;
    items.retain(|_| {
        let keep = !matched.contains(&index);
        index += 1;
        keep
    });
}

/// How unlike two parts are, the least first; nothing when one cannot have become the other.
fn likeness(before: &(&Part<'_>, Items<u64>), after: &(&Part<'_>, Items<u64>)) -> Option<(bool, usize)> {
    let ((before, old), (after, new)) = (before, after);
    if !before.meets(after) || before.agrees_with(after) || !before.frame.has_shape_of(&after.frame) {
        return None;
    }
    let is_other = before.origin.sid.is_none() || before.origin.sid != after.origin.sid;
    // Per mille of what they have together.
    let similarity = 2000 * old.count_common(new) / (old.len() + new.len()).max(1);
    Some((is_other, 1000_usize.saturating_sub(similarity)))
}

/// What a part consists of, piece by piece, as digests.
fn atoms(part: &Part<'_>) -> Items<u64> {
    let Block { principals, actions, resources } = &part.block;
    let Statement {
        sid: _,
        effect: _,
        principals: _,
        not_principals,
        actions: _,
        not_actions,
        resources: _,
        not_resources,
        conditions,
        unknown,
    } = part.origin;
    let principals = principals.iter().flatten().map(|principal| digest(&("Principal", principal)));
    let actions = actions.iter().flatten().map(|action| digest(&("Action", action)));
    let resources = resources.iter().flatten().map(|resource| digest(&("Resource", resource)));
    let mut atoms: Vec<u64> = principals.chain(actions).chain(resources).collect();
    let not_principals = not_principals.iter().flat_map(Principals::pairs);
    atoms.extend(not_principals.map(|principal| digest(&("NotPrincipal", principal))));
    atoms.extend(not_actions.iter().flatten().map(|action| digest(&("NotAction", action))));
    atoms.extend(not_resources.iter().flatten().map(|resource| digest(&("NotResource", resource))));
    for Condition { operator, key, values } in conditions {
        atoms.extend(values.iter().map(|value| digest(&("Condition", operator, key, value))));
        atoms.push(digest(&("Condition", operator, key)));
    }
    atoms.extend(unknown.keys().map(|element| digest(&("unknown", element))));
    atoms.into_iter().collect()
}

fn digest(piece: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    piece.hash(&mut hasher);
    hasher.finish()
}
