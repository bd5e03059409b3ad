//! A plan on its way: drafted from what was read, concluded on what its questions brought.

use std::collections::BTreeSet;

use super::{Options, World, destroy, findings, users};
use crate::dependencies::Cycle;
use crate::inquiry::Inquiry;
use crate::manifest::Manifest;
use crate::plan::{Plan, Reads};

/// A plan whose calls are known, and whose warnings and refusals may depend on answers that are still to be had.
#[derive(Clone, Debug)]
pub struct Draft {
    plan: Plan,
    purpose: Purpose,
}

/// What a plan is to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// That the world agrees with the manifest.
    Agree,
    /// That nothing of the manifest's own is left.
    Destroy,
}

impl Draft {
    /// Drafts the plan that brings the observed world to what the manifest says.
    ///
    /// # Errors
    ///
    /// Fails when resources wait for one another.
    pub fn to_agree(manifest: &Manifest, world: &World, options: Options) -> Result<Self, Cycle> {
        Ok(Self { plan: super::draft(manifest, world, options)?, purpose: Purpose::Agree })
    }

    /// Drafts the plan that deletes what the manifest owns, dependants first. The world was read as
    /// [`Resource::to_be_deleted`](crate::resource::Resource::to_be_deleted) asks.
    ///
    /// # Errors
    ///
    /// Fails when resources wait for one another.
    pub fn to_destroy(manifest: &Manifest, world: &World) -> Result<Self, Cycle> {
        Ok(Self { plan: destroy::draft(manifest, world)?, purpose: Purpose::Destroy })
    }

    /// Returns what has to be asked before the plan can be concluded, without what was asked already. What an answer brings
    /// up is asked in the next round, so ask until nothing is left.
    pub fn inquiries(&self, manifest: &Manifest, world: &World) -> BTreeSet<Inquiry> {
        let mut inquiries = users::inquiries(&self.plan, world);
        if self.purpose == Purpose::Agree {
            inquiries.extend(findings::inquiries(&self.plan, manifest, world));
        }
        inquiries.retain(|inquiry| !world.answers.holds(inquiry));
        inquiries
    }

    /// Draws the conclusions from the answers in the world. What was not answered is unknown.
    pub fn conclude(mut self, manifest: &Manifest, world: &World) -> Plan {
        if self.purpose == Purpose::Agree {
            findings::tell(&mut self.plan, manifest, world);
        }
        users::heed(&mut self.plan, manifest, world);
        self.plan.reads = Reads { calls: world.calls };
        self.plan
    }
}
