//! The difference of two documents, statement by statement, as lines of meaning.

mod cover;
mod describe;
mod matching;
mod pair;

use std::collections::BTreeMap;

use crate::json::Json;
use crate::policy::{Document, Policy, Scope};
use crate::statement::{Effect, Principals, Statement};

/// Documents whose sizes multiply to more are matched by `Sid` only, and every addition to an `Allow` counts as widening: the
/// cost of more grows with that product. Within every quota of IAM (10,240 characters at most) nothing is given up.
const MAXIMUM_EFFORT: usize = 16_384 * 16_384;

/// What a change does to the access that a policy gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// More requests may be allowed than before.
    Widens,
    /// Fewer requests are allowed than before.
    Narrows,
    /// The decisions stay as they are, as far as this line goes.
    Neither,
}

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// What changes, in one line, such as `+ Service sagemaker.amazonaws.com may sts:AssumeRole`.
    pub summary: String,
    /// What that does to the access. Judged line by line and carefully: a line that cannot be judged widens.
    pub breadth: Breadth,
    /// The statement's `Sid`, or where it has none a description of it; `None` when the change is of the document as a whole.
    pub statement: Option<String>,
}

/// The changes that lead from one document to the other, where `None` is no document at all. Empty if and only if the two are
/// equal.
///
/// Statements are matched by `Sid`, then by what they have in common. What another statement of the other side covers anyway
/// neither widens nor narrows.
pub fn diff(before: Option<&Policy>, after: Option<&Policy>) -> Vec<PolicyChange> {
    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(after)) => whole_document(after, '+'),
        (Some(before), None) => whole_document(before, '-'),
        (Some(before), Some(after)) => documents(before, after),
    }
}

/// The two sides of a difference.
struct Sides<'a> {
    before: &'a [Statement],
    after: &'a [Statement],
    scope: &'a Scope,
    /// Whether the documents are small enough to look for statements that have much in common or cover each other.
    thorough: bool,
}

fn whole_document(policy: &Policy, sign: char) -> Vec<PolicyChange> {
    let statements = policy.statements();
    let (before, after): (&[Statement], &[Statement]) = if sign == '+' { (&[], statements) } else { (statements, &[]) };
    let sides = Sides { before, after, scope: policy.scope(), thorough: false };
    let changes: Vec<_> = statements.iter().flat_map(|statement| sides.whole_statement(statement, sign)).collect();
    if changes.is_empty() {
        return vec![of_document(format!("{sign} a policy without statements"), Breadth::Neither)];
    }
    changes
}

fn documents(before: &Policy, after: &Policy) -> Vec<PolicyChange> {
    let Document { version, id, statements, unknown } = before.canonical();
    let Document { version: new_version, id: new_id, statements: new_statements, unknown: new_unknown } =
        after.canonical();
    let mut changes = Vec::new();
    if version != new_version {
        changes.push(version_change(before, after));
    }
    if id != new_id {
        let name = |id: &Option<String>| id.as_ref().map_or("none".to_owned(), |id| format!("{id:?}"));
        changes.push(of_document(format!("Id {} becomes {}", name(id), name(new_id)), Breadth::Neither));
    }
    for summary in unknown_elements(unknown, new_unknown) {
        changes.push(of_document(summary, Breadth::Neither));
    }
    let sides = Sides {
        before: statements,
        after: new_statements,
        scope: after.scope(),
        thorough: before.to_json().len().saturating_mul(after.to_json().len()) <= MAXIMUM_EFFORT,
    };
    changes.extend(sides.changes());
    changes
}

/// A version decides whether `${…}` is a variable. Without any it changes nothing; with one, what it matches changes both ways.
fn version_change(before: &Policy, after: &Policy) -> PolicyChange {
    let summary = format!("Version {} becomes {}", before.version(), after.version());
    if before.to_json().contains("${") || after.to_json().contains("${") {
        return of_document(format!("{summary}, which decides whether ${{…}} is a variable"), Breadth::Widens);
    }
    of_document(summary, Breadth::Neither)
}

fn of_document(summary: String, breadth: Breadth) -> PolicyChange {
    PolicyChange { summary, breadth, statement: None }
}

/// One line for each unknown element that is added, removed or changed.
fn unknown_elements(before: &BTreeMap<String, Json>, after: &BTreeMap<String, Json>) -> Vec<String> {
    let line = |sign: char, element: &str, value: &Json| {
        let mut text = String::new();
        value.write_compact(&mut text);
        format!("{sign} unknown element {element}: {text}")
    };
    let removed = before.iter().filter(|(element, value)| after.get(*element) != Some(value));
    let added = after.iter().filter(|(element, value)| before.get(*element) != Some(value));
    removed
        .map(|(element, value)| line('-', element, value))
        .chain(added.map(|(element, value)| line('+', element, value)))
        .collect()
}

impl Sides<'_> {
    fn changes(&self) -> Vec<PolicyChange> {
        let matching = matching::of(self.before, self.after, self.thorough);
        let mut changes = Vec::new();
        for (before, after) in &matching.pairs {
            changes.extend(self.pair(before, after));
        }
        for statement in &matching.added {
            changes.extend(self.whole_statement(statement, '+'));
        }
        for statement in &matching.removed {
            changes.extend(self.whole_statement(statement, '-'));
        }
        changes
    }

    /// A statement that is there on one side only: one line for each of its principals.
    fn whole_statement(&self, statement: &Statement, sign: char) -> Vec<PolicyChange> {
        let parts: Vec<Statement> = match &statement.principals {
            Some(principals @ Principals::ByType(types)) if !types.is_empty() => principals
                .pairs()
                .into_iter()
                .map(|(kind, value)| Statement {
                    principals: Some(Principals::single(kind, value)),
                    ..statement.clone()
                })
                .collect(),
            Some(_) | None => vec![statement.clone()],
        };
        parts.iter().map(|part| self.part(part, statement, sign)).collect()
    }

    /// A line for a part of `statement`: what it alone allows or denies is added or removed.
    fn part(&self, part: &Statement, statement: &Statement, sign: char) -> PolicyChange {
        let others = if sign == '+' { self.before } else { self.after };
        let covered = self.thorough && others.iter().any(|other| cover::covers(other, part));
        let breadth = if covered { Breadth::Neither } else { breadth(statement, sign == '+') };
        self.change(format!("{sign} {}", describe::statement(part, self.scope)), breadth, statement)
    }

    fn change(&self, summary: String, breadth: Breadth, statement: &Statement) -> PolicyChange {
        PolicyChange { summary, breadth, statement: Some(describe::name(statement, self.scope)) }
    }
}

/// What it does to the access when a statement matches more requests than before, or fewer.
fn breadth(statement: &Statement, matches_more: bool) -> Breadth {
    match (&statement.effect, matches_more) {
        (Some(Effect::Allow), true) | (Some(Effect::Deny), false) => Breadth::Widens,
        (Some(Effect::Allow), false) | (Some(Effect::Deny), true) => Breadth::Narrows,
        (Some(Effect::Unrecognized(_)) | None, _) => Breadth::Neither,
    }
}
