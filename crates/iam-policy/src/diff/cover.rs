//! What of a part other statements match as a whole, as far as the patterns show.

use std::collections::BTreeSet;

use super::imply;
use super::part::{self, Block, Part};
use crate::caseless::Caseless;
use crate::pattern::{self, Token};
use crate::statement::{Effect, Principals, Statement};

/// A statement that may cover others.
pub(super) struct Cover<'a> {
    statement: &'a Statement,
    actions: Element,
    resources: Element,
}

/// `Action` and `NotAction`, or `Resource` and `NotResource`.
struct Element {
    /// What it names; nothing where it names everything but its exceptions.
    names: Option<Names>,
    excepted: Option<Names>,
}

/// The items of an element.
struct Names {
    all: BTreeSet<String>,
    /// Those of them that match more than themselves.
    patterns: Vec<Pattern>,
}

struct Pattern {
    /// What all that it matches begins with: a cheap test, which most texts fail.
    start: String,
    tokens: Vec<Token>,
}

/// The blocks of a part that none of these statements matches as a whole. Empty when every request that the part is about is
/// matched by one of them.
pub(super) fn uncovered<'a>(part: &Part<'a>, by: &[&Cover<'_>]) -> Vec<Block<'a>> {
    if part.frame.is_empty() || part.origin.conditions.iter().any(imply::never_holds) {
        return Vec::new();
    }
    let narrow = Cover::new(part.origin);
    let covered: Vec<Block<'a>> = by.iter().filter_map(|wide| wide.covered(part, &narrow)).collect();
    part::rest(&part.block, &covered).unwrap_or_else(|| vec![part.block.clone()])
}

impl<'a> Cover<'a> {
    pub(super) fn new(statement: &'a Statement) -> Self {
        let folded = |actions: &Option<BTreeSet<Caseless>>| {
            actions.as_ref().map(|actions| Names::new(actions.iter().map(Caseless::folded).collect()))
        };
        let plain = |resources: &Option<BTreeSet<String>>| resources.clone().map(Names::new);
        Self {
            statement,
            actions: Element { names: folded(&statement.actions), excepted: folded(&statement.not_actions) },
            resources: Element { names: plain(&statement.resources), excepted: plain(&statement.not_resources) },
        }
    }

    pub(super) fn has_effect(&self, effect: &Effect) -> bool {
        self.statement.effect.as_ref() == Some(effect)
    }

    /// The block of a part that this statement matches as a whole. `narrow` is the part's statement.
    fn covered<'b>(&self, part: &Part<'b>, narrow: &Cover<'_>) -> Option<Block<'b>> {
        let (wide, part_of) = (self.statement, narrow.statement);
        let Block { principals, actions, resources } = &part.block;
        // What fails most often comes first: most statements are about other actions.
        let actions = self.actions.covered(&narrow.actions, actions, |action| action.folded())?;
        let resources = self.covered_resources(&narrow.resources, resources)?;
        let principals = self.covered_principals(part_of, principals)?;
        let holds = wide.unknown == part_of.unknown && imply::all(&part_of.conditions, &wide.conditions);
        holds.then_some(Block { principals, actions, resources })
    }

    /// A statement without resources is about the role that the policy belongs to, and comparable to its like only.
    fn covered_resources<'b>(
        &self,
        narrow: &Element,
        items: &BTreeSet<Option<&'b str>>,
    ) -> Option<BTreeSet<Option<&'b str>>> {
        if self.resources.is_absent() || narrow.is_absent() {
            return (self.resources.is_absent() && narrow.is_absent()).then(|| items.clone());
        }
        self.resources.covered(narrow, items, |resource| (*resource).to_owned())
    }

    /// `*` is said of AWS principals: whether it holds for services as well is documented nowhere.
    fn covered_principals<'b>(
        &self,
        narrow: &Statement,
        items: &BTreeSet<Option<(&'b str, &'b str)>>,
    ) -> Option<BTreeSet<Option<(&'b str, &'b str)>>> {
        let is_about_its_holder =
            |statement: &Statement| statement.principals.is_none() && statement.not_principals.is_none();
        if is_about_its_holder(self.statement) || is_about_its_holder(narrow) {
            return (is_about_its_holder(self.statement) && is_about_its_holder(narrow)).then(|| items.clone());
        }
        let named = self.statement.principals.as_ref().map(pairs);
        let excepted = self.statement.not_principals.as_ref().map(pairs).unwrap_or_default();
        let other_excepts = narrow.not_principals.as_ref().map(pairs).unwrap_or_default();
        let excepts_no_more = excepted.is_subset(&other_excepts);
        let covers = |item: &Option<(&str, &str)>| {
            let is_named = match (&named, item) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(named), Some(item)) => named.contains(item) || (item.0 == "AWS" && named.contains(&("AWS", "*"))),
            };
            // An AWS principal may be meant by its account, its role or everyone; any other is named by itself only.
            let is_apart = |item: (&str, &str)| item.0 != "AWS" && !excepted.contains(&item);
            is_named && (excepts_no_more || item.is_some_and(is_apart))
        };
        some_of(items.iter().copied().filter(covers))
    }
}

fn pairs(principals: &Principals) -> BTreeSet<(&str, &str)> {
    principals.pairs().into_iter().collect()
}

impl Element {
    fn is_absent(&self) -> bool {
        self.names.is_none() && self.excepted.is_none()
    }

    /// The items that this element is about as a whole. No item is everything but what `narrow` excepts.
    fn covered<T: Copy + Ord>(
        &self,
        narrow: &Self,
        items: &BTreeSet<Option<T>>,
        text: impl Fn(&T) -> String,
    ) -> Option<BTreeSet<Option<T>>> {
        if self.is_absent() {
            return None;
        }
        let excepts_no_more = self.excepted.as_ref().is_none_or(|excepted| {
            excepted.all.iter().all(|pattern| narrow.excepted.as_ref().is_some_and(|other| other.cover(pattern)))
        });
        let covers = |item: &Option<T>| {
            let item = item.as_ref().map(&text);
            let is_named = self.names.as_ref().is_none_or(|names| names.cover(item.as_deref().unwrap_or("*")));
            let is_apart = |item: &String| {
                self.excepted.iter().flat_map(|excepted| &excepted.all).all(|pattern| are_disjoint(pattern, item))
            };
            is_named && (excepts_no_more || item.as_ref().is_some_and(is_apart))
        };
        some_of(items.iter().copied().filter(covers))
    }
}

fn some_of<T: Ord>(items: impl Iterator<Item = T>) -> Option<BTreeSet<T>> {
    let items: BTreeSet<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

impl Names {
    fn new(all: BTreeSet<String>) -> Self {
        let patterns = all.iter().filter(|text| !is_literal(text) && (*text == "*" || !has_variable(text)));
        let pattern = |text: &String| Pattern { start: start(text).to_owned(), tokens: pattern::tokens(text) };
        Self { patterns: patterns.map(pattern).collect(), all }
    }

    /// Whether one of them matches all that a pattern matches. A variable stands for text that is not known here, so patterns
    /// with one are compared by equality only.
    fn cover(&self, covered: &str) -> bool {
        if self.all.contains(covered) {
            return true;
        }
        let (tokens, varies) = (pattern::tokens(covered), has_variable(covered));
        self.patterns.iter().any(|pattern| {
            covered.starts_with(&pattern.start)
                && (!varies || pattern.tokens == [Token::AnyText])
                && pattern::covers(&pattern.tokens, &tokens)
        })
    }
}

/// Whether a text stands for itself only.
fn is_literal(text: &str) -> bool {
    !text.contains(['*', '?']) && !has_variable(text)
}

/// Whether there may be a policy variable in a text.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// What all that a pattern matches begins with.
fn start(pattern: &str) -> &str {
    pattern.split(['*', '?', '$']).next().unwrap_or_default()
}

/// What all that a pattern matches ends with.
fn end(pattern: &str) -> &str {
    pattern.rsplit(['*', '?', '}']).next().unwrap_or_default()
}

/// Whether no text matches both patterns. No where that is not seen from what they begin and end with.
fn are_disjoint(one: &str, other: &str) -> bool {
    let matches = |pattern: &str, text: &str| pattern::covers(&pattern::tokens(pattern), &pattern::literals(text));
    if is_literal(other) && !has_variable(one) {
        return !matches(one, other);
    }
    if is_literal(one) && !has_variable(other) {
        return !matches(other, one);
    }
    let starts_agree = start(one).starts_with(start(other)) || start(other).starts_with(start(one));
    let ends_agree = end(one).ends_with(end(other)) || end(other).ends_with(end(one));
    !starts_agree || !ends_agree
}
