//! Parts of statements: some of the principals, actions and resources that a statement is about, and all else that it says.
//!
//! A statement is about *every* one of its principals doing *every* one of its actions to *every* one of its resources: a
//! block with three sides. What two statements that agree in all else have in common, or one has more, is then a matter of
//! sets, and does not depend on how the blocks are cut into statements.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::items::Items;
use super::rest;
use crate::caseless::Caseless;
use crate::json::Json;
use crate::statement::{Condition, Effect, Principals, Statement};

/// Lines that have more items than this in all are joined into one.
const MOST_TOLD: usize = 10_000;

/// The sides of a block. An element that is absent or empty is the one item `None`; which of the two it is, the frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) principals: Items<Option<(&'a str, &'a str)>>,
    pub(super) actions: Items<Option<&'a Caseless>>,
    pub(super) resources: Items<Option<&'a str>>,
}

/// What tells most statements apart at a glance.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// A digest of the frame.
    frame: u64,
    /// A bit for each item of the block.
    principals: u64,
    actions: u64,
    resources: u64,
}

/// All that a statement says beside its block and its `Sid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame<'a> {
    pub(super) effect: Option<&'a Effect>,
    principals: Presence,
    actions: Presence,
    resources: Presence,
    not_principals: Option<&'a Principals>,
    not_actions: Option<&'a BTreeSet<Caseless>>,
    not_resources: Option<&'a BTreeSet<String>>,
    conditions: &'a BTreeSet<Condition>,
    unknown: &'a BTreeMap<String, Json>,
}

/// Whether an element is there and has items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Presence {
    Absent,
    Empty,
    Items,
}

/// A part of a statement, or the whole of it.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// The statement that it is a part of.
    pub(super) origin: &'a Statement,
    pub(super) frame: Frame<'a>,
    pub(super) block: Block<'a>,
    /// That of the whole statement.
    mark: Mark,
}

impl Presence {
    fn of<T>(items: Option<&BTreeSet<T>>) -> Self {
        match items {
            None => Self::Absent,
            Some(items) if items.is_empty() => Self::Empty,
            Some(_) => Self::Items,
        }
    }
}

impl Mark {
    /// Whether blocks may have something in common. Those of parts of the statements may have less.
    const fn may_meet(self, other: Self) -> bool {
        let Self { frame: _, principals, actions, resources } = self;
        principals & other.principals != 0 && actions & other.actions != 0 && resources & other.resources != 0
    }
}

impl<'a> Frame<'a> {
    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn of(statement: &'a Statement) -> Self {
        let Statement {
            sid: _,
            effect,
            principals,
            not_principals,
            actions,
            not_actions,
            resources,
            not_resources,
            conditions,
            unknown,
        } = statement;
        let principals = match principals {
            None => Presence::Absent,
            Some(principals) if principals.pairs().is_empty() => Presence::Empty,
            Some(_) => Presence::Items,
        };
        Self {
            effect: effect.as_ref(),
            principals,
            actions: Presence::of(actions.as_ref()),
            resources: Presence::of(resources.as_ref()),
            not_principals: not_principals.as_ref(),
            not_actions: not_actions.as_ref(),
            not_resources: not_resources.as_ref(),
            conditions,
            unknown,
        }
    }

    /// Whether the two have the same effect and the same elements, so that one that became the other can be told by its
    /// conditions and exceptions.
    pub(super) fn has_shape_of(&self, other: &Self) -> bool {
        let shape = |frame: &Self| {
            let Self {
                effect: _,
                principals,
                actions,
                resources,
                not_principals,
                not_actions,
                not_resources,
                conditions: _,
                unknown: _,
            } = *frame;
            let not_principals = not_principals.map(|principals| principals.pairs().is_empty());
            let not_lists = (not_actions.map(BTreeSet::is_empty), not_resources.map(BTreeSet::is_empty));
            (principals, actions, resources, not_principals, not_lists)
        };
        self.effect == other.effect && shape(self) == shape(other)
    }

    /// Whether an element names nothing or one is missing, so that the statement is about nothing at all. Only a statement that
    /// says whom it is about needs no resource.
    pub(super) fn is_empty(&self) -> bool {
        [self.principals, self.actions, self.resources].contains(&Presence::Empty)
            || (self.actions == Presence::Absent && self.not_actions.is_none())
            || (self.is_about_its_holder() && self.resources == Presence::Absent && self.not_resources.is_none())
    }
}

impl Frame<'_> {
    fn is_about_its_holder(&self) -> bool {
        self.principals == Presence::Absent && self.not_principals.is_none()
    }
}

impl<'a> Block<'a> {
    fn of(statement: &'a Statement) -> Self {
        Self {
            principals: some_or_none(statement.principals.iter().flat_map(Principals::pairs)),
            actions: some_or_none(statement.actions.iter().flatten()),
            resources: some_or_none(statement.resources.iter().flatten().map(String::as_str)),
        }
    }

    /// Whether the two have anything in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        !self.resources.is_disjoint(&other.resources)
            && !self.actions.is_disjoint(&other.actions)
            && !self.principals.is_disjoint(&other.principals)
    }

    /// What the two have in common, if anything.
    pub(super) fn common(&self, other: &Self) -> Option<Self> {
        self.meets(other).then(|| Self {
            principals: self.principals.common(&other.principals),
            actions: self.actions.common(&other.actions),
            resources: self.resources.common(&other.resources),
        })
    }

    /// What is left of the block without the other: new principals with everything, new actions of the common principals, new
    /// resources of the common actions.
    pub(super) fn without(&self, other: &Self) -> Vec<Self> {
        let Some(common) = self.common(other) else { return vec![self.clone()] };
        let mut left = Vec::new();
        let principals = self.principals.without(&common.principals);
        if !principals.is_empty() {
            left.push(Self { principals, actions: self.actions.clone(), resources: self.resources.clone() });
        }
        let actions = self.actions.without(&common.actions);
        if !actions.is_empty() {
            left.push(Self { principals: common.principals.clone(), actions, resources: self.resources.clone() });
        }
        let resources = self.resources.without(&common.resources);
        if !resources.is_empty() {
            left.push(Self { resources, ..common });
        }
        left
    }
}

fn some_or_none<T: Copy + Ord>(items: impl Iterator<Item = T>) -> Items<Option<T>> {
    let items: Items<_> = items.map(Some).collect();
    if items.is_empty() { Items::one(None) } else { items }
}

impl<'a> Part<'a> {
    /// The whole of a statement.
    pub(super) fn whole(origin: &'a Statement) -> Self {
        let (frame, block) = (Frame::of(origin), Block::of(origin));
        let mark = Mark {
            frame: frame.digest(),
            principals: block.principals.bits(),
            actions: block.actions.bits(),
            resources: block.resources.bits(),
        };
        Self { origin, frame, block, mark }
    }

    /// Whether the two agree in all but their blocks.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        self.mark.frame == other.mark.frame && self.frame == other.frame
    }

    /// Whether the two have anything in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.mark.may_meet(other.mark) && self.block.meets(&other.block)
    }

    /// The same statement about less.
    pub(super) fn with(&self, block: Block<'a>) -> Self {
        Self { block, ..self.clone() }
    }

    /// What is left of the part without all of the others that agree in all but their blocks. The whole where the rest falls
    /// into too many crumbs.
    pub(super) fn without(&self, others: &[Self]) -> Vec<Self> {
        let same = others.iter().filter(|other| self.mark.may_meet(other.mark) && self.agrees_with(other));
        let same = same.map(|other| &other.block);
        match rest::rest(&self.block, same) {
            Some(rest) => rest.into_iter().map(|block| self.with(block)).collect(),
            None => vec![self.clone()],
        }
    }

    /// The part as a statement.
    pub(super) fn statement(&self) -> Statement {
        let Block { principals, actions, resources } = &self.block;
        let origin = self.origin;
        let kept = origin.principals.as_ref().map(|all| match all {
            Principals::ByType(types) => Principals::ByType(kept_by_type(types, principals)),
            Principals::Text(_) => all.clone(),
        });
        let kept_actions = origin.actions.as_ref().map(|all| {
            let kept = all.iter().filter(|action| actions.contains(Some(*action)));
            kept.cloned().collect()
        });
        let kept_resources = origin.resources.as_ref().map(|all| {
            let kept = all.iter().filter(|resource| resources.contains(Some(resource.as_str())));
            kept.cloned().collect()
        });
        Statement {
            sid: origin.sid.clone(),
            effect: origin.effect.clone(),
            principals: kept,
            not_principals: origin.not_principals.clone(),
            actions: kept_actions,
            not_actions: origin.not_actions.clone(),
            resources: kept_resources,
            not_resources: origin.not_resources.clone(),
            conditions: origin.conditions.clone(),
            unknown: origin.unknown.clone(),
        }
    }

    /// The parts that are told in a line each: one for each principal where they are what is new, else one for each action or
    /// each resource; a statement that is new as a whole is one line for each of its principals. Where that is more than anybody
    /// reads, the part is one line.
    pub(super) fn lines(&self) -> Vec<Self> {
        let Block { principals, actions, resources } = &self.block;
        let [all_principals, all_actions, all_resources] = sizes(self.origin);
        let is_whole =
            principals.len() == all_principals && actions.len() == all_actions && resources.len() == all_resources;
        let by_principal = |item| Block { principals: Items::one(item), ..self.block.clone() };
        let by_action = |item| Block { actions: Items::one(item), ..self.block.clone() };
        let by_resource = |item| Block { resources: Items::one(item), ..self.block.clone() };
        let is_told = |lines: usize, each: usize| lines * each <= MOST_TOLD;
        let blocks: Vec<Block<'a>> = if is_whole || principals.len() < all_principals {
            let is_told = is_told(principals.len(), actions.len() + resources.len());
            if is_told { principals.iter().map(by_principal).collect() } else { vec![self.block.clone()] }
        } else if actions.len() < all_actions {
            let is_told = is_told(actions.len(), principals.len() + resources.len());
            if is_told { actions.iter().map(by_action).collect() } else { vec![self.block.clone()] }
        } else {
            let is_told = is_told(resources.len(), principals.len() + actions.len());
            if is_told { resources.iter().map(by_resource).collect() } else { vec![self.block.clone()] }
        };
        blocks.into_iter().map(|block| self.with(block)).collect()
    }
}

/// How many items the block of a whole statement has on each side.
fn sizes(statement: &Statement) -> [usize; 3] {
    let principals = statement.principals.as_ref().map_or(0, |principals| principals.pairs().len());
    let actions = statement.actions.as_ref().map_or(0, BTreeSet::len);
    let resources = statement.resources.as_ref().map_or(0, BTreeSet::len);
    [principals, actions, resources].map(|count| count.max(1))
}

fn kept_by_type(
    types: &BTreeMap<String, BTreeSet<String>>,
    kept: &Items<Option<(&str, &str)>>,
) -> BTreeMap<String, BTreeSet<String>> {
    let of_type = |(kind, values): (&String, &BTreeSet<String>)| {
        let values = values.iter().filter(|value| kept.contains(Some((kind.as_str(), value.as_str()))));
        (kind.clone(), values.cloned().collect::<BTreeSet<_>>())
    };
    types.iter().map(of_type).filter(|(_, values)| !values.is_empty()).collect()
}
