//! Which statement of one side became which of the other.

use std::collections::BTreeSet;

use crate::statement::Statement;

/// The statements that differ, matched where they can be.
pub(super) struct Matching<'a> {
    pub(super) pairs: Vec<(&'a Statement, &'a Statement)>,
    pub(super) removed: Vec<&'a Statement>,
    pub(super) added: Vec<&'a Statement>,
}

/// Matches what is not equal on both sides: by `Sid`, then (when `thorough`) by what the two have most in common.
pub(super) fn of<'a>(before: &'a [Statement], after: &'a [Statement], thorough: bool) -> Matching<'a> {
    // Both sides are sorted and have no statement twice.
    let mut matching = Matching {
        pairs: Vec::new(),
        removed: before.iter().filter(|statement| after.binary_search(statement).is_err()).collect(),
        added: after.iter().filter(|statement| before.binary_search(statement).is_err()).collect(),
    };
    matching.match_by_sid();
    if thorough {
        matching.match_by_overlap();
    }
    matching
}

impl Matching<'_> {
    /// A `Sid` that several statements of one side bear says nothing about which is which.
    fn match_by_sid(&mut self) {
        let sids = |statements: &[&Statement]| -> BTreeSet<String> {
            let mut seen = BTreeSet::new();
            let mut repeated = BTreeSet::new();
            for sid in statements.iter().filter_map(|statement| statement.sid.clone()) {
                if !seen.insert(sid.clone()) {
                    repeated.insert(sid);
                }
            }
            seen.difference(&repeated).cloned().collect()
        };
        let (removed, added) = (sids(&self.removed), sids(&self.added));
        for sid in removed.intersection(&added) {
            let named = |statement: &&Statement| statement.sid.as_ref() == Some(sid);
            let position = (self.removed.iter().position(named), self.added.iter().position(named));
            if let (Some(before), Some(after)) = position {
                self.pairs.push((self.removed.remove(before), self.added.remove(after)));
            }
        }
    }

    /// Takes the pair with most in common first, until no two statements have anything in common.
    fn match_by_overlap(&mut self) {
        let before: Vec<_> = self.removed.iter().map(|statement| atoms(statement)).collect();
        let after: Vec<_> = self.added.iter().map(|statement| atoms(statement)).collect();
        let mut candidates = Vec::new();
        for (row, old) in before.iter().enumerate() {
            for (column, new) in after.iter().enumerate() {
                let shared = old.intersection(new).count();
                let same_effect = self.removed.get(row).map(|s| &s.effect) == self.added.get(column).map(|s| &s.effect);
                if shared > 0 && same_effect {
                    // Per mille of what they have together, the greatest first, then in the order of the statements.
                    let similarity = 2000 * shared / (old.len() + new.len());
                    candidates.push((1000_usize.saturating_sub(similarity), row, column));
                }
            }
        }
        candidates.sort_unstable();
        let (mut rows, mut columns) = (BTreeSet::new(), BTreeSet::new());
        for (_, row, column) in candidates {
            if rows.contains(&row) || columns.contains(&column) {
                continue;
            }
            if let (Some(old), Some(new)) = (self.removed.get(row), self.added.get(column)) {
                self.pairs.push((old, new));
                rows.insert(row);
                columns.insert(column);
            }
        }
        retain_unmatched(&mut self.removed, &rows);
        retain_unmatched(&mut self.added, &columns);
    }
}

fn retain_unmatched(statements: &mut Vec<&Statement>, matched: &BTreeSet<usize>) {
    let mut index = 0;
    statements.retain(|_| {
        let keep = !matched.contains(&index);
        index += 1;
        keep
    });
}

/// What a statement consists of, piece by piece.
fn atoms(statement: &Statement) -> BTreeSet<String> {
    let Statement {
        sid: _,
        effect: _,
        principals,
        not_principals,
        actions,
        not_actions,
        resources,
        not_resources,
        conditions,
        unknown,
    } = statement;
    let mut atoms = BTreeSet::new();
    for (element, principals) in [("Principal", principals), ("NotPrincipal", not_principals)] {
        for (kind, value) in principals.iter().flat_map(|principals| principals.pairs()) {
            atoms.insert(format!("{element} {kind} {value}"));
        }
    }
    for (element, names) in [("Action", actions), ("NotAction", not_actions)] {
        atoms.extend(names.iter().flatten().map(|name| format!("{element} {}", name.folded())));
    }
    for (element, patterns) in [("Resource", resources), ("NotResource", not_resources)] {
        atoms.extend(patterns.iter().flatten().map(|pattern| format!("{element} {pattern}")));
    }
    atoms.extend(
        conditions.iter().map(|condition| format!("Condition {} {}", condition.operator, condition.key.folded())),
    );
    atoms.extend(unknown.keys().map(|element| format!("unknown {element}")));
    atoms
}
