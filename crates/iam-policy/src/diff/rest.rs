//! What is left of a block when others are cut out of it.

use super::part::Block;

/// More blocks than this are not told apart: a statement of which so many crumbs are left is told as a whole.
const MOST_BLOCKS: usize = 64;

/// What is left of a block without all the others. Nothing where the rest falls into too many crumbs.
pub(super) fn rest<'a, 'b>(block: &Block<'a>, others: impl IntoIterator<Item = &'b Block<'a>>) -> Option<Vec<Block<'a>>>
where
    'a: 'b,
{
    let mut rest = vec![Crumb { block: block.clone(), is_new: false }];
    for other in others {
        if rest.is_empty() {
            break;
        }
        if !rest.iter().any(|crumb| crumb.block.meets(other)) {
            continue;
        }
        rest = rest.into_iter().flat_map(|crumb| crumb.without(other)).collect();
        join(&mut rest);
        if rest.len() > MOST_BLOCKS {
            return None;
        }
    }
    Some(rest.into_iter().map(|crumb| crumb.block).collect())
}

/// What is left of a block, and whether it may be joined with others now.
struct Crumb<'a> {
    block: Block<'a>,
    is_new: bool,
}

impl<'a> Crumb<'a> {
    fn without(self, other: &Block<'a>) -> Vec<Self> {
        if !self.block.meets(other) {
            return vec![self];
        }
        self.block.without(other).into_iter().map(|block| Self { block, is_new: true }).collect()
    }

    /// Takes in one that differs on one side only.
    fn join(&mut self, other: &Self) -> bool {
        let is_joined = (self.is_new || other.is_new) && self.block.join(&other.block);
        self.is_new |= is_joined;
        is_joined
    }
}

/// Joins blocks that differ on one side only, so that what is left is told in few lines.
fn join(crumbs: &mut Vec<Crumb<'_>>) {
    let mut at = 0;
    while at < crumbs.len() {
        let (before, after) = crumbs.split_at_mut(at);
        let is_joined = after.first().is_some_and(|crumb| before.iter_mut().any(|known| known.join(crumb)));
        if is_joined {
            crumbs.remove(at);
        } else {
            at += 1;
        }
    }
    for crumb in crumbs {
        crumb.is_new = false;
    }
}

impl Block<'_> {
    fn join(&mut self, other: &Self) -> bool {
        let same =
            (self.principals == other.principals, self.actions == other.actions, self.resources == other.resources);
        match same {
            (false, true, true) => self.principals = self.principals.and(&other.principals),
            (true, false, true) => self.actions = self.actions.and(&other.actions),
            (true, true, false) => self.resources = self.resources.and(&other.resources),
            (true, true, true) => {}
            (_, false, false) | (false, _, false) | (false, false, _) => return false,
        }
        true
    }
}
