//! What of a part other statements match as a whole, as far as the patterns show.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::imply;
use super::items::Items;
use super::part::{Block, Part};
use super::rest;
use super::text::Text;
use crate::caseless::Caseless;
use crate::statement::{Effect, Principals, Statement};

/// A statement that may cover others.
pub(super) struct Cover<'a> {
    statement: &'a Statement,
    actions: Element<'a>,
    resources: Element<'a>,
    principals: Option<BTreeSet<(&'a str, &'a str)>>,
    not_principals: BTreeSet<(&'a str, &'a str)>,
}

/// `Action` and `NotAction`, or `Resource` and `NotResource`.
struct Element<'a> {
    /// What it names; nothing where it names everything but its exceptions.
    names: Option<Names<'a>>,
    excepted: Option<Names<'a>>,
}

/// The items of an element.
struct Names<'a> {
    /// Sorted.
    all: Vec<Text<'a>>,
    /// Those of them that match more than themselves, by their places.
    patterns: Vec<usize>,
}

/// A part whose items are looked up over and over.
struct Asked<'p, 'a> {
    part: &'p Part<'a>,
    actions: Vec<(Option<&'a Caseless>, Text<'a>)>,
    resources: Vec<(Option<&'a str>, Text<'a>)>,
    /// What its statement excepts.
    not_actions: Option<Names<'a>>,
    not_resources: Option<Names<'a>>,
}

/// The blocks of a part that none of these statements matches as a whole. Empty when every request that the part is about is
/// matched by one of them.
pub(super) fn uncovered<'a>(part: &Part<'a>, by: &[&Cover<'_>]) -> Vec<Block<'a>> {
    if part.frame.is_empty() || part.origin.conditions.iter().any(imply::never_holds) {
        return Vec::new();
    }
    let asked = Asked::of(part);
    let covered: Vec<Block<'a>> = by.iter().filter_map(|wide| wide.covered(&asked)).collect();
    rest::rest(&part.block, &covered).unwrap_or_else(|| vec![part.block.clone()])
}

impl<'p, 'a> Asked<'p, 'a> {
    /// No item is everything but what the statement excepts.
    fn of(part: &'p Part<'a>) -> Self {
        let action = |action: Option<&'a Caseless>| {
            (action, Text::new(action.map_or(Cow::Borrowed("*"), |action| action.folded().into())))
        };
        let resource = |resource: Option<&'a str>| (resource, Text::new(resource.unwrap_or("*")));
        Self {
            part,
            actions: part.block.actions.iter().map(action).collect(),
            resources: part.block.resources.iter().map(resource).collect(),
            not_actions: part.origin.not_actions.as_ref().map(Names::of_actions),
            not_resources: part.origin.not_resources.as_ref().map(Names::of_resources),
        }
    }
}

impl<'a> Cover<'a> {
    pub(super) fn new(statement: &'a Statement) -> Self {
        Self {
            statement,
            actions: Element {
                names: statement.actions.as_ref().map(Names::of_actions),
                excepted: statement.not_actions.as_ref().map(Names::of_actions),
            },
            resources: Element {
                names: statement.resources.as_ref().map(Names::of_resources),
                excepted: statement.not_resources.as_ref().map(Names::of_resources),
            },
            principals: statement.principals.as_ref().map(pairs),
            not_principals: statement.not_principals.as_ref().map(pairs).unwrap_or_default(),
        }
    }

    pub(super) fn has_effect(&self, effect: &Effect) -> bool {
        self.statement.effect.as_ref() == Some(effect)
    }

    /// The block of a part that this statement matches as a whole.
    fn covered<'b>(&self, asked: &Asked<'_, 'b>) -> Option<Block<'b>> {
        let (wide, narrow) = (self.statement, asked.part.origin);
        // What fails most often comes first: most statements are about other actions.
        let actions = self.actions.covered(asked.not_actions.as_ref(), &asked.actions)?;
        let resources = self.covered_resources(asked)?;
        let principals = self.covered_principals(asked)?;
        let holds = wide.unknown == narrow.unknown && imply::all(&narrow.conditions, &wide.conditions);
        holds.then_some(Block { principals, actions, resources })
    }

    /// A statement without resources is about the role that the policy belongs to, and comparable to its like only.
    fn covered_resources<'b>(&self, asked: &Asked<'_, 'b>) -> Option<Items<Option<&'b str>>> {
        let origin = asked.part.origin;
        let is_absent = origin.resources.is_none() && origin.not_resources.is_none();
        if self.resources.is_absent() || is_absent {
            return (self.resources.is_absent() && is_absent).then(|| asked.part.block.resources.clone());
        }
        self.resources.covered(asked.not_resources.as_ref(), &asked.resources)
    }

    /// `*` is said of AWS principals: whether it holds for services as well is documented nowhere.
    fn covered_principals<'b>(&self, asked: &Asked<'_, 'b>) -> Option<Items<Option<(&'b str, &'b str)>>> {
        let (items, narrow) = (&asked.part.block.principals, asked.part.origin);
        if is_about_its_holder(self.statement) || is_about_its_holder(narrow) {
            return (is_about_its_holder(self.statement) && is_about_its_holder(narrow)).then(|| items.clone());
        }
        let excepted = &self.not_principals;
        let excepts_no_more = excepted.is_empty()
            || narrow.not_principals.as_ref().is_some_and(|other| excepted.is_subset(&pairs(other)));
        let covers = |item: &Option<(&str, &str)>| {
            let is_named = match (&self.principals, item) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(named), Some(item)) => named.contains(item) || (item.0 == "AWS" && named.contains(&("AWS", "*"))),
            };
            // An AWS principal may be meant by its account, its role or everyone; any other is named by itself, or by `*`.
            let is_meant = |(_, value): &(&str, &str), item: (&str, &str)| *value == item.1 || *value == "*";
            let is_apart = |item: (&str, &str)| item.0 != "AWS" && !excepted.iter().any(|name| is_meant(name, item));
            is_named && (excepts_no_more || item.is_some_and(is_apart))
        };
        some_of(items.iter().filter(covers))
    }
}

fn is_about_its_holder(statement: &Statement) -> bool {
    statement.principals.is_none() && statement.not_principals.is_none()
}

fn pairs(principals: &Principals) -> BTreeSet<(&str, &str)> {
    principals.pairs().into_iter().collect()
}

impl Element<'_> {
    fn is_absent(&self) -> bool {
        self.names.is_none() && self.excepted.is_none()
    }

    /// The items that this element is about as a whole, where a part's statement excepts what it does.
    fn covered<T: Copy + Ord>(
        &self,
        narrow_excepted: Option<&Names<'_>>,
        items: &[(Option<T>, Text<'_>)],
    ) -> Option<Items<Option<T>>> {
        if self.is_absent() {
            return None;
        }
        if let (Some(names), None) = (&self.names, &self.excepted)
            && names.patterns.is_empty()
        {
            return some_of(names.all.iter().filter_map(|name| named(name, items)).map(Some));
        }
        let excepted = || self.excepted.iter().flat_map(|excepted| &excepted.all);
        let excepts_no_more = excepted().all(|pattern| narrow_excepted.is_some_and(|other| other.cover(pattern)));
        let covers = |(item, text): &&(Option<T>, Text<'_>)| {
            let is_named = self.names.as_ref().is_none_or(|names| names.cover(text));
            let is_apart = || item.is_some() && excepted().all(|pattern| pattern.is_disjoint(text));
            is_named && (excepts_no_more || is_apart())
        };
        some_of(items.iter().filter(covers).map(|(item, _)| *item))
    }
}

/// The item of this text. Both actions and resources are sorted by it.
fn named<T: Copy>(name: &Text<'_>, items: &[(Option<T>, Text<'_>)]) -> Option<T> {
    let place = items.binary_search_by(|(_, text)| text.as_str().cmp(name.as_str())).ok()?;
    items.get(place).and_then(|(item, _)| *item)
}

fn some_of<T: Copy + Ord>(items: impl Iterator<Item = T>) -> Option<Items<T>> {
    let items: Items<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

impl<'a> Names<'a> {
    fn of_actions(actions: &'a BTreeSet<Caseless>) -> Self {
        Self::new(actions.iter().map(|action| Text::new(action.folded())))
    }

    fn of_resources(resources: &'a BTreeSet<String>) -> Self {
        Self::new(resources.iter().map(|resource| Text::new(resource.as_str())))
    }

    fn new(texts: impl Iterator<Item = Text<'a>>) -> Self {
        let mut all: Vec<_> = texts.collect();
        all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        let patterns = all.iter().enumerate().filter(|(_, text)| text.is_known_pattern()).map(|(place, _)| place);
        Self { patterns: patterns.collect(), all }
    }

    /// Whether one of them matches all that a pattern matches. A variable stands for text that is not known here, so patterns
    /// with one are compared by equality only.
    fn cover(&self, covered: &Text<'_>) -> bool {
        let is_there = self.all.binary_search_by(|text| text.as_str().cmp(covered.as_str())).is_ok();
        is_there || self.patterns.iter().filter_map(|place| self.all.get(*place)).any(|pattern| pattern.covers(covered))
    }
}
