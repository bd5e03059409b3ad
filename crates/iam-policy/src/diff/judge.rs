//! What a line does to the access, in view of all that both documents say.

use super::cover::{self, Cover};
use super::part::{Block, Part};
use crate::statement::{Effect, Statement};

/// The statements of both documents, to look up what they cover.
pub(super) struct Judge<'a> {
    before: Vec<Cover<'a>>,
    after: Vec<Cover<'a>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(before: impl Iterator<Item = &'a Statement>, after: impl Iterator<Item = &'a Statement>) -> Self {
        Self { before: before.map(Cover::new).collect(), after: after.map(Cover::new).collect() }
    }

    /// The blocks of a part whose coming (or going) changes what is decided.
    ///
    /// An `Allow` adds nothing where another one allowed the same before, or where a `Deny` forbids it now; and going it takes
    /// nothing away where another one allows the same now, or a `Deny` forbade it before. A `Deny` is made up for by another
    /// `Deny` only: what it is about may be allowed by other policies.
    pub(super) fn telling<'b>(&self, part: &Part<'b>, comes: bool) -> Vec<Block<'b>> {
        let (own, other) = if comes { (&self.after, &self.before) } else { (&self.before, &self.after) };
        let covers: Vec<&Cover<'_>> = match part.frame.effect {
            Some(Effect::Allow) => {
                let allowing = other.iter().filter(|cover| cover.has_effect(&Effect::Allow));
                allowing.chain(own.iter().filter(|cover| cover.has_effect(&Effect::Deny))).collect()
            }
            Some(Effect::Deny) => other.iter().filter(|cover| cover.has_effect(&Effect::Deny)).collect(),
            Some(Effect::Unrecognized(_)) | None => return Vec::new(),
        };
        cover::uncovered(part, &covers)
    }
}
