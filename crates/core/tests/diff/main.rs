//! What differs, and which calls make it agree: each kind, field by field.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod cluster;
mod cluster_calls;
mod instance_profile;
mod lifecycle_config;
mod notebook;
mod notebook_instance;
mod policy;
mod registration;
mod role;
mod role_order;
mod standing;

use std::fmt::Write;

use reconcile_core::change::Difference;
use reconcile_core::resource::{Ownership, Tags};

/// The manifest that owns everything here.
pub(crate) fn ownership() -> Ownership {
    Ownership::of("lab")
}

/// Live tags that say so.
pub(crate) fn owned() -> Tags {
    Tags::live([("reconcile:owner".to_owned(), "lab".to_owned())])
}

/// A difference as a page: `~` changes, `>` calls, `!` hazards, `#` notes, `X` guards.
pub(crate) fn page(difference: &Difference) -> String {
    let Difference { changes, operations, hazards, notes, guards, replaces } = difference;
    let mut page = String::new();
    for change in changes {
        let line = if change.summary.is_empty() {
            format!("~ {}: {} -> {}", change.path, change.before, change.after)
        } else {
            format!("~ {}: {}", change.path, change.summary.replace('\n', " | "))
        };
        writeln!(page, "{line}").expect("a string");
    }
    for operation in operations {
        writeln!(page, "> {}: {}", operation.api(), operation.summary()).expect("a string");
    }
    for hazard in hazards {
        writeln!(page, "! {hazard}").expect("a string");
    }
    for note in notes {
        writeln!(page, "# {note}").expect("a string");
    }
    for guard in guards {
        writeln!(page, "X {}: {} ({})", guard.code, guard.message, guard.help).expect("a string");
    }
    if *replaces {
        writeln!(page, "= replaces").expect("a string");
    }
    page
}
