//! Parts of statements: some of the principals, actions and resources that a statement is about, and all else that it says.
//!
//! A statement is about *every* one of its principals doing *every* one of its actions to *every* one of its resources: a
//! block with three sides. What two statements that agree in all else have in common, or one has more, is then a matter of
//! sets, and does not depend on how the blocks are cut into statements.

use std::collections::{BTreeMap, BTreeSet};

use crate::caseless::Caseless;
use crate::json::Json;
use crate::statement::{Condition, Effect, Principals, Statement};

/// More blocks than this are not told apart: a statement of which so many crumbs are left is told as a whole.
const MOST_BLOCKS: usize = 64;

/// The sides of a block. An element that is absent or empty is the one item `None`; which of the two it is, the frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) principals: BTreeSet<Option<(&'a str, &'a str)>>,
    pub(super) actions: BTreeSet<Option<&'a Caseless>>,
    pub(super) resources: BTreeSet<Option<&'a str>>,
}

/// All that a statement says beside its block and its `Sid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl<'a> Frame<'a> {
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
            principals: &self.principals & &other.principals,
            actions: &self.actions & &other.actions,
            resources: &self.resources & &other.resources,
        })
    }

    /// What is left of the block without the other: new principals with everything, new actions of the common principals, new
    /// resources of the common actions.
    pub(super) fn without(&self, other: &Self) -> Vec<Self> {
        let Some(common) = self.common(other) else { return vec![self.clone()] };
        let principals = Self { principals: &self.principals - &other.principals, ..self.clone() };
        let actions =
            Self { actions: &self.actions - &other.actions, principals: common.principals.clone(), ..self.clone() };
        let resources = Self { resources: &self.resources - &other.resources, ..common };
        [principals, actions, resources].into_iter().filter(|block| !block.is_empty()).collect()
    }

    fn is_empty(&self) -> bool {
        self.principals.is_empty() || self.actions.is_empty() || self.resources.is_empty()
    }
}

/// What is left of a block without all the others. Nothing where the rest falls into too many crumbs.
pub(super) fn rest<'a, 'b>(block: &Block<'a>, others: impl IntoIterator<Item = &'b Block<'a>>) -> Option<Vec<Block<'a>>>
where
    'a: 'b,
{
    let mut rest = vec![block.clone()];
    for other in others {
        if rest.iter().any(|block| block.meets(other)) {
            rest = rest.iter().flat_map(|block| block.without(other)).collect();
            join(&mut rest);
        }
        if rest.len() > MOST_BLOCKS {
            return None;
        }
    }
    Some(rest)
}

/// Joins blocks that differ on one side only, so that what is left is told in few lines.
fn join(blocks: &mut Vec<Block<'_>>) {
    let mut at = 0;
    while at < blocks.len() {
        let (before, after) = blocks.split_at_mut(at);
        let joined = after.first_mut().and_then(|block| before.iter_mut().find_map(|known| known.join(block)));
        match joined {
            Some(()) => drop(blocks.remove(at)),
            None => at += 1,
        }
    }
}

impl Block<'_> {
    fn join(&mut self, other: &mut Self) -> Option<()> {
        let same =
            (self.principals == other.principals, self.actions == other.actions, self.resources == other.resources);
        match same {
            (false, true, true) => self.principals.append(&mut other.principals),
            (true, false, true) => self.actions.append(&mut other.actions),
            (true, true, false) => self.resources.append(&mut other.resources),
            (true, true, true) => {}
            (_, false, false) | (false, _, false) | (false, false, _) => return None,
        }
        Some(())
    }
}

fn some_or_none<T: Ord>(items: impl Iterator<Item = T>) -> BTreeSet<Option<T>> {
    let items: BTreeSet<_> = items.map(Some).collect();
    if items.is_empty() { BTreeSet::from([None]) } else { items }
}

impl<'a> Part<'a> {
    /// The whole of a statement.
    pub(super) fn whole(origin: &'a Statement) -> Self {
        Self { origin, frame: Frame::of(origin), block: Block::of(origin) }
    }

    /// The same statement about less.
    pub(super) fn with(&self, block: Block<'a>) -> Self {
        Self { block, ..self.clone() }
    }

    /// What is left of the part without all of the others that agree in all but their blocks. The whole where the rest falls
    /// into too many crumbs.
    pub(super) fn without(&self, others: &[Self]) -> Vec<Self> {
        let same = others.iter().filter(|other| other.frame == self.frame).map(|other| &other.block);
        match rest(&self.block, same) {
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
            let kept = all.iter().filter(|action| actions.contains(&Some(*action)));
            kept.cloned().collect()
        });
        let kept_resources = origin.resources.as_ref().map(|all| {
            let kept = all.iter().filter(|resource| resources.contains(&Some(resource.as_str())));
            kept.cloned().collect()
        });
        Statement { principals: kept, actions: kept_actions, resources: kept_resources, ..origin.clone() }
    }

    /// The parts that are told in a line each: one for each principal where they are what is new, else one for each action or
    /// each resource; a statement that is new as a whole is one line for each of its principals.
    pub(super) fn lines(&self) -> Vec<Self> {
        let whole = Block::of(self.origin);
        let Block { principals, actions, resources } = &self.block;
        let is_whole = self.block == whole;
        let by_principal = |item: &Option<_>| Block { principals: BTreeSet::from([*item]), ..self.block.clone() };
        let by_action = |item: &Option<_>| Block { actions: BTreeSet::from([*item]), ..self.block.clone() };
        let by_resource = |item: &Option<_>| Block { resources: BTreeSet::from([*item]), ..self.block.clone() };
        let blocks: Vec<Block<'a>> = if is_whole || *principals != whole.principals {
            principals.iter().map(by_principal).collect()
        } else if *actions != whole.actions {
            actions.iter().map(by_action).collect()
        } else {
            resources.iter().map(by_resource).collect()
        };
        blocks.into_iter().map(|block| self.with(block)).collect()
    }
}

fn kept_by_type(
    types: &BTreeMap<String, BTreeSet<String>>,
    kept: &BTreeSet<Option<(&str, &str)>>,
) -> BTreeMap<String, BTreeSet<String>> {
    let of_type = |(kind, values): (&String, &BTreeSet<String>)| {
        let values = values.iter().filter(|value| kept.contains(&Some((kind.as_str(), value.as_str()))));
        (kind.clone(), values.cloned().collect::<BTreeSet<_>>())
    };
    types.iter().map(of_type).filter(|(_, values)| !values.is_empty()).collect()
}
