//! The changes within one statement.

use std::collections::{BTreeMap, BTreeSet};

use super::{Breadth, PolicyChange, Sides, Subject, describe, unknown_elements};
use crate::statement::{Condition, Principals, Statement};

impl Sides<'_> {
    /// The changes from one statement to the one that it became. At least one, for two that differ.
    pub(super) fn pair(&self, before: &Statement, after: &Statement) -> Vec<PolicyChange> {
        if !self.thorough || !same_shape(before, after) {
            let mut changes = self.whole_statement(after, '+');
            changes.extend(self.whole_statement(before, '-'));
            return changes;
        }
        let subject = Subject::new(after, self.scope);
        let mut changes = self.parts(before, &subject, '+');
        changes.extend(self.parts(after, &Subject::new(before, self.scope), '-'));
        changes.extend(self.exceptions(before, &subject));
        changes.extend(conditions(before, &subject));
        if before.sid != after.sid {
            let name = |sid: &Option<String>| sid.as_ref().map_or("none".to_owned(), |sid| format!("{sid:?}"));
            let summary = format!("Sid {} becomes {} for {}", name(&before.sid), name(&after.sid), subject.brief);
            changes.push(subject.change(&summary, Breadth::Neither));
        }
        for summary in unknown_elements(&before.unknown, &after.unknown) {
            changes.push(subject.change(&summary, Breadth::Neither));
        }
        changes
    }

    /// The principals, actions and resources that the subject has and `without` has not. A new principal brings all actions and
    /// resources of the statement, a new action all resources; so each is named once.
    fn parts(&self, without: &Statement, subject: &Subject<'_>, sign: char) -> Vec<PolicyChange> {
        let with = subject.statement;
        let principals = split_principals(without, with);
        let mut changes = self.principal_parts(subject, &principals.new, sign);
        if principals.nothing_common {
            return changes;
        }
        let actions = split(without.actions.as_ref(), with.actions.as_ref());
        let rest = Statement { principals: principals.common, actions: None, ..with.clone() };
        for action in actions.new {
            let part = Statement { actions: Some(BTreeSet::from([action])), ..rest.clone() };
            changes.push(self.part(&part, subject, sign));
        }
        if actions.nothing_common {
            return changes;
        }
        let rest = Statement { actions: actions.common, resources: None, ..rest };
        for resource in split(without.resources.as_ref(), with.resources.as_ref()).new {
            let part = Statement { resources: Some(BTreeSet::from([resource])), ..rest.clone() };
            changes.push(self.part(&part, subject, sign));
        }
        changes
    }

    /// What the `Not…` elements except, or except no more.
    fn exceptions(&self, before: &Statement, subject: &Subject<'_>) -> Vec<PolicyChange> {
        let (old, new) = (self.excepted(before), self.excepted(subject.statement));
        let line = |(element, _): &(&str, String), how: &str, words: &str, matches_more: bool| {
            let summary = format!("{element} {how} {words}: {}", subject.brief);
            subject.change(&summary, subject.breadth(matches_more))
        };
        let added = new.iter().filter(|(item, _)| !old.contains_key(*item));
        let removed = old.iter().filter(|(item, _)| !new.contains_key(*item));
        added
            .map(|(item, words)| line(item, "now excepts", words, false))
            .chain(removed.map(|(item, words)| line(item, "no longer excepts", words, true)))
            .collect()
    }

    /// The items of the `Not…` elements: by element and canonical text, in words.
    fn excepted(&self, statement: &Statement) -> BTreeMap<(&'static str, String), String> {
        let principals = statement.not_principals.iter().flat_map(Principals::pairs).map(|(kind, value)| {
            (("NotPrincipal", format!("{kind} {value}")), describe::principal(kind, value, self.scope))
        });
        let actions = statement.not_actions.iter().flatten();
        let resources = statement.not_resources.iter().flatten();
        principals
            .chain(actions.map(|action| (("NotAction", action.folded()), action.to_string())))
            .chain(resources.map(|resource| (("NotResource", resource.clone()), resource.clone())))
            .collect()
    }
}

/// The conditions that are now required or no longer, and those whose values change.
fn conditions(before: &Statement, subject: &Subject<'_>) -> Vec<PolicyChange> {
    let (old_conditions, new_conditions) = (&before.conditions, &subject.statement.conditions);
    let same = |one: &Condition, other: &Condition| one.operator == other.operator && one.key == other.key;
    let mut changes = Vec::new();
    for new in new_conditions {
        if let Some(old) = old_conditions.iter().find(|old| same(old, new)) {
            changes.extend(condition_values(old, new, subject));
        } else {
            let summary = format!("Condition {new} now required for {}", subject.brief);
            changes.push(subject.change(&summary, subject.breadth(false)));
        }
    }
    for old in old_conditions.iter().filter(|old| !new_conditions.iter().any(|new| same(old, new))) {
        let summary = format!("Condition {old} no longer required for {}", subject.brief);
        changes.push(subject.change(&summary, subject.breadth(true)));
    }
    changes
}

/// The values of one condition: each one more makes a positive condition easier to meet, and a negated one harder.
fn condition_values(old: &Condition, new: &Condition, subject: &Subject<'_>) -> Vec<PolicyChange> {
    let Condition { operator, key, values } = new;
    let verb = if new.is_negated() { "excludes" } else { "accepts" };
    let line = |how: &str, value: &String, easier: bool| {
        let summary = format!("Condition {operator} {key} {how} {verb} {value} for {}", subject.brief);
        subject.change(&summary, subject.breadth(easier))
    };
    let added = values.difference(&old.values).map(|value| line("now", value, !new.is_negated()));
    let removed = old.values.difference(values).map(|value| line("no longer", value, new.is_negated()));
    added.chain(removed).collect()
}

/// Whether the two have the same effect and the same elements, so that their change can be told element by element.
fn same_shape(before: &Statement, after: &Statement) -> bool {
    let shape = |statement: &Statement| {
        let Statement {
            sid: _,
            effect,
            principals,
            not_principals,
            actions,
            not_actions,
            resources,
            not_resources,
            conditions: _,
            unknown: _,
        } = statement;
        (
            effect.clone(),
            [principals, not_principals].map(|principals| match principals {
                None => "none".to_owned(),
                Some(Principals::ByType(types)) if types.is_empty() => "empty".to_owned(),
                Some(Principals::ByType(_)) => "by type".to_owned(),
                Some(Principals::Text(text)) => format!("text {text}"),
            }),
            [actions, not_actions].map(|names| names.as_ref().map(BTreeSet::is_empty)),
            [resources, not_resources].map(|patterns| patterns.as_ref().map(BTreeSet::is_empty)),
        )
    };
    shape(before) == shape(after)
}

/// What only one side has of an element, and what both have.
struct Split<New, Common> {
    new: Vec<New>,
    common: Option<Common>,
    /// The element has items, and none of them on both sides: the new ones say it all.
    nothing_common: bool,
}

fn split_principals<'a>(without: &Statement, with: &'a Statement) -> Split<(&'a str, &'a str), Principals> {
    let known: BTreeSet<(&str, &str)> = without.principals.iter().flat_map(Principals::pairs).collect();
    let all: Vec<_> = with.principals.iter().flat_map(Principals::pairs).collect();
    let new: Vec<_> = all.iter().copied().filter(|pair| !known.contains(pair)).collect();
    let common = match &with.principals {
        Some(Principals::ByType(types)) => {
            let mut types = types.clone();
            for (kind, values) in &mut types {
                values.retain(|value| known.contains(&(kind.as_str(), value.as_str())));
            }
            types.retain(|_, values| !values.is_empty());
            Some(Principals::ByType(types))
        }
        text @ (Some(Principals::Text(_)) | None) => text.clone(),
    };
    Split { nothing_common: !all.is_empty() && new.len() == all.len(), new, common }
}

fn split<T: Clone + Ord>(without: Option<&BTreeSet<T>>, with: Option<&BTreeSet<T>>) -> Split<T, BTreeSet<T>> {
    let (Some(without), Some(with)) = (without, with) else {
        return Split { new: Vec::new(), common: with.cloned(), nothing_common: false };
    };
    let new: Vec<T> = with.difference(without).cloned().collect();
    let common: BTreeSet<T> = with.intersection(without).cloned().collect();
    Split { nothing_common: common.is_empty() && !with.is_empty(), new, common: Some(common) }
}
