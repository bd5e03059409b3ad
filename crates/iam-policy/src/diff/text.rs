//! A pattern with what is asked of it over and over.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::pattern::{self, Token};

/// The text of an action, a resource or a condition's value, which may be a pattern.
pub(super) struct Text<'a> {
    written: Cow<'a, str>,
    tokens: OnceCell<Vec<Token>>,
    /// The length of what all that it matches begins with, and of what it ends with: a cheap test, which most texts fail.
    start: usize,
    end: usize,
    /// Whether there may be a policy variable in it.
    varies: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let start = text.split(['*', '?', '$']).next().map_or(0, str::len);
        let end = text.rsplit(['*', '?', '}']).next().map_or(0, str::len);
        Self { tokens: OnceCell::new(), start, end, varies: has_variable(&text), written: text }
    }

    /// As [`Text::new`].
    pub(super) fn of(text: &'a str) -> Self {
        Self::new(text)
    }

    /// A text in which nothing is a wildcard, to be covered by a pattern.
    pub(super) fn exactly(text: &'a str) -> Self {
        Self { tokens: OnceCell::from(pattern::literals(text)), varies: false, ..Self::new(text) }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether it stands for itself only.
    pub(super) fn is_literal(&self) -> bool {
        !self.varies && !self.written.contains(['*', '?'])
    }

    /// Whether it may match more than itself, as far as it can be told. A variable stands for text that is not known here.
    pub(super) fn is_known_pattern(&self) -> bool {
        !self.varies && !self.is_literal()
    }

    fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| pattern::tokens(&self.written))
    }

    fn start(&self) -> &str {
        self.written.get(..self.start).unwrap_or_default()
    }

    fn end(&self) -> &str {
        self.written.get(self.written.len() - self.end..).unwrap_or_default()
    }

    /// Whether it matches all that the other one matches. Neither has a variable, or this one is a single `*`.
    pub(super) fn covers(&self, other: &Self) -> bool {
        if other.varies {
            return self.tokens() == [Token::AnyText];
        }
        self.agrees_at_the_ends(other) && pattern::covers(self.tokens(), other.tokens())
    }

    /// As [`Text::covers`], of ARNs.
    pub(super) fn covers_arn(&self, other: &Self) -> bool {
        self.agrees_at_the_ends(other) && pattern::covers_arn(self.tokens(), other.tokens())
    }

    fn agrees_at_the_ends(&self, other: &Self) -> bool {
        other.written.starts_with(self.start()) && other.written.ends_with(self.end())
    }

    /// Whether no text matches both. No where that is not seen from what they begin and end with.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        if other.is_literal() && !self.varies {
            return !self.covers(other);
        }
        if self.is_literal() && !other.varies {
            return !other.covers(self);
        }
        let (start, other_start) = (self.start(), other.start());
        let (end, other_end) = (self.end(), other.end());
        let starts_agree = start.starts_with(other_start) || other_start.starts_with(start);
        let ends_agree = end.ends_with(other_end) || other_end.ends_with(end);
        !starts_agree || !ends_agree
    }
}

/// Whether there may be a policy variable in a text.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}
