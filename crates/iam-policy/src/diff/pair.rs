//! What changes between two statements about the same: exceptions, conditions, unknown elements.

use std::collections::{BTreeMap, BTreeSet};

use super::{Breadth, PolicyChange, Subject, describe, imply, unknown_elements};
use crate::operator::{Operator, Test};
use crate::policy::Scope;
use crate::statement::{Condition, Effect, Principals, Statement, list_of_values};

/// Two statements about the same, and what the change of them does as a whole.
pub(super) struct Change<'a> {
    pub(super) before: &'a Statement,
    pub(super) after: &'a Statement,
    /// The latter.
    pub(super) subject: Subject<'a>,
    /// Whether it matches requests that nothing covered before.
    pub(super) matches_more: bool,
    /// Whether it leaves requests that nothing covers now.
    pub(super) matches_less: bool,
}

/// What a line by itself does to the requests that a statement matches.
#[derive(Clone, Copy)]
enum Matches {
    More,
    Fewer,
    Same,
    /// More or fewer, which the text does not show.
    Others,
}

impl Change<'_> {
    pub(super) fn lines(&self, scope: &Scope) -> Vec<PolicyChange> {
        let mut lines = self.exceptions(scope);
        lines.extend(self.conditions());
        for summary in unknown_elements(&self.before.unknown, &self.after.unknown) {
            // IAM takes no such element, so it decides nothing.
            lines.push(self.line(&format!("{summary} for {}", self.subject.brief), Matches::Same));
        }
        lines
    }

    fn line(&self, summary: &str, matches: Matches) -> PolicyChange {
        self.subject.change(summary, self.breadth(matches))
    }

    /// Where the whole change adds nothing, none of its lines does; and where it takes nothing away.
    fn breadth(&self, matches: Matches) -> Breadth {
        let (widens, narrows) = match self.subject.statement.effect {
            Some(Effect::Allow) => (self.matches_more, self.matches_less),
            Some(Effect::Deny) => (self.matches_less, self.matches_more),
            Some(Effect::Unrecognized(_)) | None => (false, false),
        };
        let by_itself = match matches {
            Matches::More => self.subject.breadth(true),
            Matches::Fewer => self.subject.breadth(false),
            Matches::Same => Breadth::Neither,
            Matches::Others if widens => Breadth::Widens,
            Matches::Others => Breadth::Narrows,
        };
        match by_itself {
            Breadth::Widens if widens => Breadth::Widens,
            Breadth::Narrows if narrows => Breadth::Narrows,
            Breadth::Widens | Breadth::Narrows | Breadth::Neither => Breadth::Neither,
        }
    }

    /// What the `Not…` elements except, or except no more.
    fn exceptions(&self, scope: &Scope) -> Vec<PolicyChange> {
        let (old, new) = (excepted(self.before, scope), excepted(self.after, scope));
        let line = |(element, _): &(&str, String), how: &str, words: &str, matches| {
            self.line(&format!("{element} {how} {words}: {}", self.subject.brief), matches)
        };
        let added = new.iter().filter(|(item, _)| !old.contains_key(*item));
        let removed = old.iter().filter(|(item, _)| !new.contains_key(*item));
        added
            .map(|(item, words)| line(item, "now excepts", words, Matches::Fewer))
            .chain(removed.map(|(item, words)| line(item, "no longer excepts", words, Matches::More)))
            .collect()
    }

    /// The conditions that are now required or no longer, and those that change.
    fn conditions(&self) -> Vec<PolicyChange> {
        let mut lines = Vec::new();
        let mut gone: BTreeSet<&Condition> = self.before.conditions.difference(&self.after.conditions).collect();
        for new in self.after.conditions.difference(&self.before.conditions) {
            if let Some(old) = predecessor(new, &gone) {
                gone.remove(old);
                lines.extend(self.condition(old, new));
            } else {
                let matches = if is_implied(new, self.before) { Matches::Same } else { Matches::Fewer };
                lines.push(self.line(&format!("Condition {new} now required for {}", self.subject.brief), matches));
            }
        }
        for old in gone {
            let matches = if is_implied(old, self.after) { Matches::Same } else { Matches::More };
            lines.push(self.line(&format!("Condition {old} no longer required for {}", self.subject.brief), matches));
        }
        lines
    }

    /// One condition that became another about the same key.
    fn condition(&self, old: &Condition, new: &Condition) -> Vec<PolicyChange> {
        let matches = match (imply::implies(old, new), imply::implies(new, old)) {
            (true, true) => Matches::Same,
            (true, false) => Matches::More,
            (false, true) => Matches::Fewer,
            (false, false) => Matches::Others,
        };
        let brief = &self.subject.brief;
        let is_told_by_value = old.operator == new.operator && has_list(new);
        if matches!(matches, Matches::Others) && self.matches_more && self.matches_less && !is_told_by_value {
            // It does both, and a line says one thing.
            return vec![
                self.line(&format!("Condition {old} no longer required for {brief}"), Matches::More),
                self.line(&format!("Condition {new} now required for {brief}"), Matches::Fewer),
            ];
        }
        if old.operator != new.operator {
            let to = format!("{} {}", new.operator, new.values_in_words());
            return vec![self.line(&format!("Condition {old} becomes {to} for {brief}"), matches)];
        }
        if !has_list(new) {
            let to = new.values_in_words().trim_start_matches("= ").to_owned();
            return vec![self.line(&format!("Condition {old} becomes {to} for {brief}"), matches)];
        }
        self.values(old, new)
    }

    /// The values of one condition: each one more makes a positive condition easier to meet, and a negated one harder.
    fn values(&self, old: &Condition, new: &Condition) -> Vec<PolicyChange> {
        let Condition { operator, key, values } = new;
        let verb = if new.is_negated() { "excludes" } else { "accepts" };
        let line = |how: &str, values: BTreeSet<String>, more: bool, other: &Condition| {
            let list = list_of_values(&values);
            let these = Condition { values, ..new.clone() };
            // What the other values match anyway is no change.
            let is_same = if new.is_negated() { imply::implies(other, &these) } else { imply::implies(&these, other) };
            let matches = match (is_same, more) {
                (true, _) => Matches::Same,
                (false, true) => Matches::More,
                (false, false) => Matches::Fewer,
            };
            self.line(&format!("Condition {operator} {key} {how} {verb} {list} for {}", self.subject.brief), matches)
        };
        let added: BTreeSet<String> = values.difference(&old.values).cloned().collect();
        let removed: BTreeSet<String> = old.values.difference(values).cloned().collect();
        let mut lines = Vec::new();
        if !added.is_empty() {
            lines.push(line("now", added, !new.is_negated(), old));
        }
        if !removed.is_empty() {
            lines.push(line("no longer", removed, new.is_negated(), new));
        }
        lines
    }
}

fn is_implied(condition: &Condition, by: &Statement) -> bool {
    imply::all(&by.conditions, &BTreeSet::from([condition.clone()]))
}

/// The condition that became this one: of the same key and operator, or the only other one of the same key.
fn predecessor<'a>(new: &Condition, gone: &BTreeSet<&'a Condition>) -> Option<&'a Condition> {
    let mut of_key = gone.iter().copied().filter(|old| old.key == new.key);
    let same = of_key.clone().find(|old| old.operator == new.operator);
    same.or_else(|| of_key.next().filter(|_| of_key.next().is_none()))
}

/// Whether an operator is about which of its values fit, rather than about a bound or a yes or no.
fn has_list(condition: &Condition) -> bool {
    match Operator::named(&condition.operator).map(|operator| operator.test) {
        Some(Test::Truth | Test::Number(_) | Test::Date(_) | Test::Null) => false,
        Some(Test::Text | Test::TextIgnoringCase | Test::Pattern | Test::Arn | Test::Address | Test::Binary) | None => {
            true
        }
    }
}

/// The items of the `Not…` elements: by element and canonical text, in words.
fn excepted(statement: &Statement, scope: &Scope) -> BTreeMap<(&'static str, String), String> {
    let principals =
        statement.not_principals.iter().flat_map(Principals::pairs).map(|(kind, value)| {
            (("NotPrincipal", format!("{kind} {value}")), describe::principal(kind, value, scope))
        });
    let actions = statement.not_actions.iter().flatten();
    let resources = statement.not_resources.iter().flatten();
    principals
        .chain(actions.map(|action| (("NotAction", action.folded()), action.to_string())))
        .chain(resources.map(|resource| (("NotResource", resource.clone()), resource.clone())))
        .collect()
}
