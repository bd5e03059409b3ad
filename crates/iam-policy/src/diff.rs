//! The difference of two documents, statement by statement, as lines of meaning.

mod cover;
mod describe;
mod imply;
mod items;
mod judge;
mod pair;
mod part;
mod pieces;
mod regroup;
mod renewed;
mod rest;
mod sides;
mod text;

use std::collections::BTreeMap;
use std::fmt;

use crate::json::Json;
use crate::policy::{Document, Policy, Scope};
use crate::statement::{Effect, Statement};
use sides::Sides;

/// Documents whose sizes multiply to more are told by whole statements, and every addition to an `Allow` counts as widening: the
/// cost of more grows with that product. Within every quota of IAM (10,240 characters at most) nothing is given up.
const MAXIMUM_EFFORT: usize = 10_240 * 10_240;

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

impl Breadth {
    /// One word: `widens`, `narrows` or `neither`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widens => "widens",
            Self::Narrows => "narrows",
            Self::Neither => "neither",
        }
    }
}

impl fmt::Display for Breadth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyChange {
    /// What changes, in one line, such as `+ Service sagemaker.amazonaws.com may sts:AssumeRole`.
    pub summary: String,
    /// What that does to the access. Judged line by line and carefully: a line that cannot be judged widens.
    pub breadth: Breadth,
    /// The statement's `Sid`, if it has one.
    pub sid: Option<String>,
    /// The statement's `Sid`, or where it has none a description of it; `None` when the change is of the document as a whole.
    pub statement: Option<String>,
}

/// The other documents that decide together with one that changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Those of before.
    pub before: &'a [&'a Policy],
    /// Those of after.
    pub after: &'a [&'a Policy],
}

/// The changes that lead from one document to the other, where `None` is no document at all. Empty if and only if the two are
/// equal.
///
/// Lines begin with `+` for what is allowed or denied anew and with `-` for what is no more; what only moved from one statement to
/// another is in none of them, and statements that are cut in another way and mean the same are one line. Statements about the
/// same under other conditions are matched by `Sid`, then by what they have in common, and told by the conditions that change.
/// What the other side allows or denies by other statements anyway neither widens nor narrows. A principal that IAM knows by its
/// unique id only, because it was deleted, and that becomes one by its ARN, is one line.
pub fn diff(before: Option<&Policy>, after: Option<&Policy>) -> Vec<PolicyChange> {
    diff_beside(before, after, Beside::default())
}

/// As [`diff`], of one among several documents that decide together, such as the inline policies of a role: what the other ones
/// allow or deny anyway neither widens nor narrows. So a statement that moves from one of them to another does neither.
pub fn diff_beside(before: Option<&Policy>, after: Option<&Policy>, beside: Beside<'_>) -> Vec<PolicyChange> {
    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(after)) => whole_document(after, '+', beside),
        (Some(before), None) => whole_document(before, '-', beside),
        (Some(before), Some(after)) => documents(before, after, beside),
    }
}

impl<'a> Beside<'a> {
    /// The statements of both sides that mean in these documents what they mean in their own: a version decides whether `${…}` is a
    /// variable.
    fn statements(self, before: Option<&Policy>, after: Option<&Policy>) -> (Vec<&'a Statement>, Vec<&'a Statement>) {
        let agrees = |policy: &Policy| {
            [before, after].into_iter().flatten().all(|document| document.version() == policy.version())
        };
        let of = |policies: &[&'a Policy]| {
            let means_the_same = |policy: &'a Policy| {
                let agrees = agrees(policy);
                policy.statements().iter().filter(move |statement| agrees || !has_variable(statement))
            };
            policies.iter().copied().flat_map(means_the_same).collect()
        };
        (of(self.before), of(self.after))
    }
}

/// A statement in words, such as `Service ec2.amazonaws.com may sts:AssumeRole`.
pub(crate) fn in_words(statement: &Statement, scope: &Scope) -> String {
    describe::statement(statement, scope)
}

/// The statement that changes belong to.
struct Subject<'a> {
    statement: &'a Statement,
    /// What it is about, in one line.
    brief: String,
}

impl<'a> Subject<'a> {
    fn new(statement: &'a Statement, scope: &Scope) -> Self {
        Self { statement, brief: describe::brief(statement, scope) }
    }

    fn change(&self, summary: &str, breadth: Breadth) -> PolicyChange {
        let sid = self.statement.sid.as_deref().map(one_line);
        let statement = sid.clone().unwrap_or_else(|| one_line(&self.brief));
        PolicyChange { summary: one_line(summary), breadth, sid, statement: Some(statement) }
    }

    /// What it does to the access when the statement matches more requests than before, or fewer.
    fn breadth(&self, matches_more: bool) -> Breadth {
        match (&self.statement.effect, matches_more) {
            (Some(Effect::Allow), true) | (Some(Effect::Deny), false) => Breadth::Widens,
            (Some(Effect::Allow), false) | (Some(Effect::Deny), true) => Breadth::Narrows,
            (Some(Effect::Unrecognized(_)) | None, _) => Breadth::Neither,
        }
    }
}

/// Whether documents are small enough to compare all with all.
fn is_affordable<'a>(some: impl IntoIterator<Item = &'a Policy>, others: impl IntoIterator<Item = &'a Policy>) -> bool {
    let length = |policies: &mut dyn Iterator<Item = &'a Policy>| -> usize {
        policies.map(|policy| policy.compact().len()).sum()
    };
    let (one, other) = (length(&mut some.into_iter()), length(&mut others.into_iter()));
    one.saturating_mul(other) <= MAXIMUM_EFFORT
}

/// The two sides of a difference. What is beside them is left out where that would be too much to look through.
fn sides<'a>(before: Option<&'a Policy>, after: Option<&'a Policy>, beside: Beside<'a>, scope: &'a Scope) -> Sides<'a> {
    let statements = |policy: Option<&'a Policy>| policy.map(Policy::statements).unwrap_or_default();
    let with = |policy: Option<&'a Policy>, others: &'a [&'a Policy]| policy.into_iter().chain(others.iter().copied());
    let all = is_affordable(with(before, beside.before), with(after, beside.after));
    let beside = if all { beside } else { Beside::default() };
    let (beside_before, beside_after) = beside.statements(before, after);
    Sides {
        before: statements(before),
        after: statements(after),
        beside_before,
        beside_after,
        scope,
        thorough: all || is_affordable(before.or(after), after.or(before)),
    }
}

fn whole_document(policy: &Policy, sign: char, beside: Beside<'_>) -> Vec<PolicyChange> {
    let (before, after) = if sign == '+' { (None, Some(policy)) } else { (Some(policy), None) };
    let changes = sides(before, after, beside, policy.scope()).changes();
    if changes.is_empty() {
        return vec![of_document(&format!("{sign} a policy without statements"), Breadth::Neither)];
    }
    changes
}

fn documents(before: &Policy, after: &Policy, beside: Beside<'_>) -> Vec<PolicyChange> {
    let Document { version, id, statements: _, unknown } = before.canonical();
    let Document { version: new_version, id: new_id, statements: _, unknown: new_unknown } = after.canonical();
    let mut changes = Vec::new();
    if version != new_version {
        changes.push(version_change(before, after));
    }
    if id != new_id {
        let name = |id: &Option<String>| id.as_ref().map_or("none".to_owned(), |id| format!("{id:?}"));
        changes.push(of_document(&format!("Id {} becomes {}", name(id), name(new_id)), Breadth::Neither));
    }
    for summary in unknown_elements(unknown, new_unknown) {
        changes.push(of_document(&summary, Breadth::Neither));
    }
    changes.extend(sides(Some(before), Some(after), beside, after.scope()).changes());
    changes
}

/// A version decides whether `${…}` is a variable. Without any it changes nothing; with one, what it matches changes both ways.
fn version_change(before: &Policy, after: &Policy) -> PolicyChange {
    let summary = format!("Version {} becomes {}", before.version(), after.version());
    if before.statements().iter().chain(after.statements()).any(has_variable) {
        return of_document(&format!("{summary}, which decides whether ${{…}} is a variable"), Breadth::Widens);
    }
    of_document(&summary, Breadth::Neither)
}

/// Whether there is a variable where IAM replaces them: in resources, and in the values of conditions.
fn has_variable(statement: &Statement) -> bool {
    let resources = [&statement.resources, &statement.not_resources].into_iter().flatten().flatten();
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    resources.chain(values).any(|text| text::has_variable(text))
}

fn of_document(summary: &str, breadth: Breadth) -> PolicyChange {
    PolicyChange { summary: one_line(summary), breadth, sid: None, statement: None }
}

/// The text with what is no visible character escaped: it may be anybody's, and is shown in one line of a terminal.
fn one_line(text: &str) -> String {
    // Beyond the control characters: marks and overrides of the direction, and the separators of lines and paragraphs.
    let is_hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
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
