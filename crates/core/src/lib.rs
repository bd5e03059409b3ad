//! The pure heart of `reconcile`: what a manifest says, what a resource is, how two states of one differ, and in
//! which order the differences are applied.
//!
//! Nothing here touches a network, a clock, the environment or the file system; files a manifest names are asked for
//! through [`manifest::Files`]. The vocabulary, from the bottom up:
//!
//! - [`id`]: kinds, addresses and ARNs.
//! - [`field`]: the one rule for every field (absent, null or set).
//! - [`resource`]: one module a kind, with its canonical state, its operations and its `diff`.
//! - [`change`]: what a diff says: field changes, hazards, notes and operations.
//! - [`failure`]: how a call to a service can fail.
//! - [`manifest`]: YAML to desired resources, each with its place in the file.
//! - [`finding`]: what is wrong with a resource that no single field shows.
//! - [`access`]: the access chain across resources, proved before anything is touched.
//! - [`inquiry`]: what a plan has to ask beyond the resources it reads.
//! - [`quota`]: the quotas that a plan would meet.
//! - [`planner`] and [`plan`]: desired and observed to the plan.
//! - [`evidence`], [`freshness`] and [`standing`]: while a plan is applied, what a live state says of a call, whether a refusal
//!   may pass with time, and what is left to be done.
//! - [`saved`]: a plan that is kept, and applied as it is or not at all.
//! - [`journal`]: what was done, line by line, and what each resource was before.
//! - [`render`]: the plan as text and Markdown (its JSON is [`plan::document`]).

pub mod access;
pub mod change;
pub mod dependencies;
pub mod digest;
pub mod evidence;
pub mod failure;
pub mod field;
pub mod finding;
pub mod freshness;
pub mod guard;
pub mod id;
pub mod inquiry;
pub mod journal;
pub mod manifest;
pub mod outcome;
pub mod plan;
pub mod planner;
pub mod quota;
pub mod reading;
pub mod render;
pub mod resource;
pub mod saved;
pub mod standing;
