//! The items of one side of a block.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A set, as a sorted list: sets are cut and copied over and over here, and seldom searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Items<T>(Vec<T>);

impl<T: Copy + Ord> Items<T> {
    /// The set of one.
    pub(super) fn one(item: T) -> Self {
        Self(vec![item])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.0.iter().copied()
    }

    pub(super) fn contains(&self, item: T) -> bool {
        self.0.binary_search(&item).is_ok()
    }

    /// The items that both have.
    pub(super) fn common(&self, other: &Self) -> Self {
        let (fewer, more) = if self.len() < other.len() { (self, other) } else { (other, self) };
        Self(fewer.iter().filter(|item| more.contains(*item)).collect())
    }

    /// How many items both have, of sets of about the same size.
    pub(super) fn count_common(&self, other: &Self) -> usize {
        let (mut count, mut others) = (0, other.iter().peekable());
        for item in self.iter() {
            while others.next_if(|other| *other < item).is_some() {}
            count += usize::from(others.peek() == Some(&item));
        }
        count
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        let (fewer, more) = if self.len() < other.len() { (self, other) } else { (other, self) };
        !fewer.iter().any(|item| more.contains(item))
    }

    /// The items that the other has not.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self(self.iter().filter(|item| !other.contains(*item)).collect())
    }

    /// The items that one of the two has.
    pub(super) fn and(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }
}

impl<T: Hash> Items<T> {
    /// A bit for each item, so that sets that share no bit share no item.
    pub(super) fn bits(&self) -> u64 {
        let bit = |item: &T| {
            let mut hasher = DefaultHasher::new();
            item.hash(&mut hasher);
            1 << (hasher.finish() % 64)
        };
        self.0.iter().map(bit).fold(0, |bits, bit| bits | bit)
    }
}

impl<T: Ord> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut items: Vec<T> = items.into_iter().collect();
        items.sort_unstable();
        items.dedup();
        Self(items)
    }
}
