//! Whether one statement matches everything that another one matches.

use std::collections::BTreeSet;

use crate::caseless::Caseless;
use crate::pattern;
use crate::statement::{Principals, Statement};

/// Whether `wide` decides the same as `narrow` wherever `narrow` matches. No where that cannot be seen from the patterns.
pub(super) fn covers(wide: &Statement, narrow: &Statement) -> bool {
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
    } = wide;
    *effect == narrow.effect
        && unknown.is_empty()
        && narrow.unknown.is_empty()
        && *not_principals == narrow.not_principals
        && *not_actions == narrow.not_actions
        && *not_resources == narrow.not_resources
        && conditions.is_subset(&narrow.conditions)
        && both(principals.as_ref(), narrow.principals.as_ref(), principals_cover)
        && both(actions.as_ref(), narrow.actions.as_ref(), |wide, narrow| all_covered(wide, narrow, action_covers))
        && both(resources.as_ref(), narrow.resources.as_ref(), |wide, narrow| {
            all_covered(wide, narrow, |pattern, covered| resource_covers(pattern, covered))
        })
}

fn both<T>(wide: Option<&T>, narrow: Option<&T>, covers: impl Fn(&T, &T) -> bool) -> bool {
    match (wide, narrow) {
        (None, None) => true,
        (Some(wide), Some(narrow)) => covers(wide, narrow),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn principals_cover(wide: &Principals, narrow: &Principals) -> bool {
    let wide = wide.pairs();
    narrow.pairs().into_iter().all(|pair| wide.contains(&pair) || (pair.0 == "AWS" && wide.contains(&("AWS", "*"))))
}

fn all_covered<T: Ord>(wide: &BTreeSet<T>, narrow: &BTreeSet<T>, covers: impl Fn(&T, &T) -> bool) -> bool {
    narrow.iter().all(|covered| wide.contains(covered) || wide.iter().any(|pattern| covers(pattern, covered)))
}

fn action_covers(pattern: &Caseless, covered: &Caseless) -> bool {
    let (text, prefix) = (covered.as_written(), literal_prefix(pattern.as_written()));
    prefix.is_some_and(|prefix| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
        && pattern::covers(&pattern::tokens(&pattern.folded()), &pattern::tokens(&covered.folded()))
}

/// A variable stands for text that is not known here, so patterns with one are compared by equality only.
fn resource_covers(pattern: &str, covered: &str) -> bool {
    literal_prefix(pattern).is_some_and(|prefix| covered.starts_with(prefix))
        && !pattern.contains("${")
        && (pattern == "*" || !covered.contains("${"))
        && pattern::covers(&pattern::tokens(pattern), &pattern::tokens(covered))
}

/// What a pattern starts with before its first wildcard: a cheap test that most pairs fail. Nothing for a plain text, which
/// covers only itself.
fn literal_prefix(pattern: &str) -> Option<&str> {
    pattern.find(['*', '?']).and_then(|wildcard| pattern.get(..wildcard))
}
