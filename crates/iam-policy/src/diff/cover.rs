//! Whether one statement matches everything that another one matches.

use std::collections::BTreeSet;

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
        && both(actions.as_ref(), narrow.actions.as_ref(), |wide, narrow| {
            let folded = |names: &BTreeSet<_>| names.iter().map(crate::Caseless::folded).collect();
            wide.is_superset(narrow) || patterns_cover(&folded(wide), &folded(narrow))
        })
        && both(resources.as_ref(), narrow.resources.as_ref(), |wide, narrow| {
            wide.is_superset(narrow) || patterns_cover(wide, narrow)
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

fn patterns_cover(wide: &BTreeSet<String>, narrow: &BTreeSet<String>) -> bool {
    narrow.iter().all(|covered| wide.contains(covered) || wide.iter().any(|pattern| pattern_covers(pattern, covered)))
}

/// A variable stands for text that is not known here, so patterns with one are compared by equality only.
fn pattern_covers(pattern: &str, covered: &str) -> bool {
    pattern.contains(['*', '?'])
        && !pattern.contains("${")
        && (pattern == "*" || !covered.contains("${"))
        && pattern::covers(&pattern::tokens(pattern), &pattern::tokens(covered))
}
