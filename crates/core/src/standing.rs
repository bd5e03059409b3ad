//! What is left to be done of a planned resource when its turn comes, and whether that is still what was reviewed.
//!
//! Between a plan and its first call somebody else may have worked on the resource. What they did in the same direction (a
//! second apply of the same manifest does just that) leaves less to do, and that is all. Anything else was seen by nobody:
//! nothing is done then.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::change::{Difference, FieldChange, Hazard};
use crate::evidence::{Deed, is_going};
use crate::plan::{Action, PlannedResource};
use crate::resource::cluster::ClusterTarget;
use crate::resource::{ClusterOperation, NotebookInstanceOperation, Operation, Ownership, Resource, RoleOperation};

/// How a planned resource stands now.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Which of its planned calls are left, by their places in the plan.
    Left(BTreeSet<usize>),
    /// It is not what it was when it was planned; what moved, in words.
    Moved(Vec<String>),
    /// Somebody else has made it anew, and calls of this run, which were on their way for longer than that took, have met the new
    /// thing. Nothing of the plan is left but to put that right, which is a plan of its own.
    Disturbed(Box<PlannedResource>),
}

/// Compares a planned resource, of which so many calls are made, with what is live now, which was read as its `desired` asks.
pub fn standing(planned: &PlannedResource, made: usize, now: Option<&Resource>, ownership: &Ownership) -> Standing {
    let now = now.filter(|live| !is_going(live));
    if planned.action == Action::Delete && now.is_none() {
        return Standing::Left(BTreeSet::new());
    }
    let Reviewed { mut before, is_replaced_anew } = match reviewed(planned, now, ownership) {
        Ok(reviewed) => reviewed,
        Err(moved) => return Standing::Moved(vec![moved]),
    };
    if is_replaced_anew {
        return Standing::Left(making(planned).collect());
    }
    let mut also_reviewed = |state: Option<&Resource>| {
        let Difference { changes, operations, hazards: _, notes: _, guards: _, replaces: _ } =
            what_it_takes(planned, state, ownership);
        before.changes.extend(changes);
        before.operations.extend(operations);
    };
    if made > 0 {
        // What the calls so far have taken away, shown already or not yet, is no news either.
        let so_far = planned.operations.iter().take(made);
        let left_behind =
            so_far.fold(planned.live.clone(), |state, operation| operation.effect(state.as_ref(), &planned.desired));
        also_reviewed(left_behind.as_ref());
    }
    let after = what_it_takes(planned, now, ownership);
    if planned.action == Action::Replace && !after.replaces {
        // It is made anew already, by somebody else and perhaps not whole, or not whole any more: all that makes it was reviewed.
        also_reviewed(None);
    }
    if !after.replaces
        && let Some(amends) = amends(planned, made, now, ownership)
    {
        return Standing::Disturbed(Box::new(amends));
    }
    let moved = moved(planned, &before, &after);
    if moved.is_empty() { Standing::Left(left(planned, &before, &after)) } else { Standing::Moved(moved) }
}

/// Returns the first of so many calls that were made which it takes again: it has not taken, or somebody else has undone it.
pub fn undone<'a>(
    planned: &'a PlannedResource,
    made: usize,
    now: Option<&Resource>,
    ownership: &Ownership,
) -> Option<&'a Operation> {
    let now = now.filter(|live| !is_going(live));
    let after = what_it_takes(planned, now, ownership);
    let making: BTreeSet<_> = making(planned).collect();
    let is_gone = now.is_none() && planned.action == Action::Replace;
    let is_needed =
        |place: usize, call: &Operation| if is_gone { making.contains(&place) } else { has(&after.operations, call) };
    planned.operations.iter().enumerate().take(made).find_map(|(place, call)| is_needed(place, call).then_some(call))
}

/// Plans what puts right what the calls so far have done to the new thing that somebody else has made. Nothing where they have
/// not met it, or where it would take more than that.
fn amends(
    planned: &PlannedResource,
    made: usize,
    now: Option<&Resource>,
    ownership: &Ownership,
) -> Option<PlannedResource> {
    // Nothing else is lost: what is detached, removed or deleted is among the calls that make it anew.
    let (Resource::NotebookInstance(desired), Some(Resource::NotebookInstance(live))) = (&planned.desired, now) else {
        return None;
    };
    let (so_far, to_come) = planned.operations.split_at_checked(made).filter(|_| planned.action == Action::Replace)?;
    let desired = Resource::NotebookInstance(desired.undisturbed(live, so_far, to_come)?);
    let Difference { changes, operations, hazards, notes, guards: _, replaces } = desired.diff(now, ownership);
    let only_amends = |operation: &Operation| {
        matches!(
            operation,
            Operation::NotebookInstance(
                NotebookInstanceOperation::Start { .. } | NotebookInstanceOperation::Untag { .. }
            )
        )
    };
    let is_all = !replaces && !operations.is_empty() && operations.iter().all(only_amends);
    is_all.then(|| PlannedResource {
        action: Action::Update,
        adopted: false,
        changes,
        operations,
        hazards,
        notes,
        desired,
        live: now.cloned(),
        ..planned.clone()
    })
}

struct Reviewed {
    /// What the plan was made of, worked out again in the same way as what there is to do now.
    before: Difference,
    /// Whether the old thing is gone and the new one is yet to come: what it is to be was settled by the plan.
    is_replaced_anew: bool,
}

fn reviewed(planned: &PlannedResource, now: Option<&Resource>, ownership: &Ownership) -> Result<Reviewed, String> {
    let is_ours = |live: &Resource| live.tags().is_none_or(|tags| tags.owner() == Some(ownership.manifest.as_str()));
    let then = planned.live.as_ref().filter(|live| !is_going(live));
    let is_replaced_anew = match (planned.action, then, now) {
        (Action::Replace, Some(_), None) => true,
        (_, Some(_), None) => return Err("it does not exist any more".to_owned()),
        (_, None, Some(live)) if !is_ours(live) => {
            return Err("it exists now, and bears no owner tag of this manifest".to_owned());
        }
        (_, Some(then), Some(live)) if owner(then) != owner(live) && !is_ours(live) => {
            let owner =
                owner(live).map_or_else(|| "nobody any more".to_owned(), |owner| format!("the manifest `{owner}`"));
            return Err(format!("it belongs to {owner}"));
        }
        (_, None, None | Some(_)) | (_, Some(_), Some(_)) => false,
    };
    Ok(Reviewed { before: what_it_takes(planned, planned.live.as_ref(), ownership), is_replaced_anew })
}

fn owner(live: &Resource) -> Option<&str> {
    live.tags().and_then(|tags| tags.owner())
}

/// Works out the calls that the planned end takes, from a live state.
fn what_it_takes(planned: &PlannedResource, live: Option<&Resource>, ownership: &Ownership) -> Difference {
    match (planned.action, live) {
        (Action::Delete, Some(live)) => live.deletion(),
        (Action::Delete, None) => Difference::default(),
        (Action::None | Action::Create | Action::Update | Action::Replace, live) => {
            planned.desired.diff(live, ownership)
        }
    }
}

/// Says what there is to do now that was not reviewed.
fn moved(planned: &PlannedResource, before: &Difference, after: &Difference) -> Vec<String> {
    let mut moved: Vec<_> = after.changes.iter().filter_map(|change| unseen(change, &before.changes)).collect();
    let hazards = after.hazards.iter().filter(|hazard| hazard.needs_allowing() && !planned.hazards.contains(hazard));
    moved.extend(hazards.map(|hazard| in_words(*hazard)));
    if moved.is_empty() {
        let calls = after.operations.iter().filter(|call| !has(&before.operations, call));
        moved.extend(calls.map(|call| format!("it takes another call now: {} ({})", call.api(), call.summary())));
    }
    moved
}

fn in_words(hazard: Hazard) -> String {
    match hazard {
        Hazard::Interrupt => "it runs now, and would be interrupted".to_owned(),
        Hazard::Replace => "it would have to be made anew now".to_owned(),
        Hazard::Delete | Hazard::DataLoss | Hazard::MassChange | Hazard::Overwrite | Hazard::WidensAccess => {
            format!("it is now a matter of `{hazard}`")
        }
    }
}

/// Says how a change differs from the one that was reviewed, unless it is a part of it.
fn unseen(change: &FieldChange, reviewed: &[FieldChange]) -> Option<String> {
    let FieldChange { path, before: now, after, summary: _ } = change;
    match reviewed.iter().find(|reviewed| reviewed.path == *path) {
        Some(reviewed) if lies_between(&reviewed.before, now, after) => None,
        Some(FieldChange { before, .. }) if !before.is_null() && is_short(before) && is_short(now) => {
            Some(format!("{path} was {before}, and is {now} now"))
        }
        // There was none, or there will be none before it is made anew.
        Some(FieldChange { before: Value::Null, .. }) | None if is_short(now) && is_short(after) => {
            Some(format!("{path} is {now} now, and is to be {after}"))
        }
        Some(_) | None => Some(format!("{path} is another one now")),
    }
}

/// Documents and texts of many lines say little in the middle of a sentence.
fn is_short(value: &Value) -> bool {
    value.to_string().len() <= 80
}

/// Returns whether a value is on the way from one to another: each part of it is as in the one or as in the other.
fn lies_between(from: &Value, now: &Value, to: &Value) -> bool {
    let no_items = Vec::new();
    let items = |value: &Value| value.as_array().cloned().unwrap_or_else(|| no_items.clone());
    match now {
        _ if now == from || now == to => true,
        Value::Object(members) => {
            let part = |whole: &Value, key: &str| whole.get(key).cloned().unwrap_or_default();
            let keys = [from, now, to].into_iter().filter_map(Value::as_object).flatten().map(|(key, _)| key);
            keys.collect::<BTreeSet<_>>().into_iter().all(|key| {
                let now = members.get(key).cloned().unwrap_or_default();
                lies_between(&part(from, key), &now, &part(to, key))
            })
        }
        Value::Array(members) => {
            let (from, to) = (items(from), items(to));
            let known = members.iter().all(|item| from.contains(item) || to.contains(item));
            known && from.iter().filter(|item| to.contains(item)).all(|item| members.contains(item))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The places of the planned calls that are still needed: those that were not needed by the live state alone (a part of what
/// is deleted was left to another resource, or comes back with what is made anew), and those that still are.
fn left(planned: &PlannedResource, before: &Difference, after: &Difference) -> BTreeSet<usize> {
    let is_made_already = planned.action == Action::Replace && !after.replaces;
    let making: BTreeSet<_> = making(planned).collect();
    let calls = planned.operations.iter().enumerate();
    let needed = calls.filter(|(place, call)| {
        if planned.action == Action::Replace && making.contains(place) {
            return !is_made_already || has(&after.operations, call) || !is_told_by_difference(call);
        }
        !has(&before.operations, call) || has(&after.operations, call)
    });
    needed.map(|(place, _)| place).collect()
}

/// Returns whether a difference of the resource tells that a call is needed: which profiles hold a role is no field of it. Such
/// a call is made, and finds that it was not needed.
fn is_told_by_difference(call: &Operation) -> bool {
    !matches!(call, Operation::Role(RoleOperation::AddToInstanceProfile { .. }))
}

/// The places of the planned calls from the one that makes the thing.
fn making(planned: &PlannedResource) -> impl Iterator<Item = usize> {
    let first = planned.operations.iter().position(|call| call.deed() == Deed::Makes);
    first.unwrap_or(planned.operations.len())..planned.operations.len()
}

/// Returns whether a call is among others. On the cluster that a call before it makes is the same as on that cluster.
fn has(calls: &[Operation], call: &Operation) -> bool {
    let call = without_target(call);
    calls.iter().any(|other| without_target(other) == call)
}

fn without_target(call: &Operation) -> Operation {
    let anywhere = || ClusterTarget::Created { name: String::new() };
    match call {
        Operation::Cluster(call) => Operation::Cluster(match call.clone() {
            ClusterOperation::Create { name, spec, idempotency_token, awaits_running } => {
                ClusterOperation::Create { name, spec, idempotency_token, awaits_running }
            }
            ClusterOperation::Resize { target: _, size } => ClusterOperation::Resize { target: anywhere(), size },
            ClusterOperation::Update { target: _, update_mask, spec, awaits_running } => {
                ClusterOperation::Update { target: anywhere(), update_mask, spec, awaits_running }
            }
            ClusterOperation::Pin { target: _ } => ClusterOperation::Pin { target: anywhere() },
            ClusterOperation::Unpin { target: _ } => ClusterOperation::Unpin { target: anywhere() },
            ClusterOperation::Start { target: _ } => ClusterOperation::Start { target: anywhere() },
            ClusterOperation::Terminate { target: _ } => ClusterOperation::Terminate { target: anywhere() },
            ClusterOperation::PermanentDelete { target: _ } => ClusterOperation::PermanentDelete { target: anywhere() },
        }),
        Operation::ManagedPolicy(_)
        | Operation::Role(_)
        | Operation::InstanceProfile(_)
        | Operation::LifecycleConfig(_)
        | Operation::NotebookInstance(_)
        | Operation::Registration(_)
        | Operation::Notebook(_) => call.clone(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::lies_between;

    #[rstest]
    #[case::untouched(json!("a"), json!("a"), json!("b"), true)]
    #[case::there(json!("a"), json!("b"), json!("b"), true)]
    #[case::elsewhere(json!("a"), json!("c"), json!("b"), false)]
    #[case::some_attached(json!(["a"]), json!(["a", "b"]), json!(["a", "b", "c"]), true)]
    #[case::another_attached(json!(["a"]), json!(["a", "x"]), json!(["a", "b"]), false)]
    #[case::one_detached_that_stays(json!(["a", "b"]), json!(["b"]), json!(["a"]), false)]
    #[case::half_of_a_map(json!({"a": 1, "b": 2}), json!({"a": 9, "b": 2}), json!({"a": 9, "b": 8}), true)]
    #[case::a_foreign_key(json!({"a": 1}), json!({"a": 1, "x": 1}), json!({"a": 2}), false)]
    #[case::from_nothing(Value::Null, json!(["a"]), json!(["a", "b"]), true)]
    #[case::from_nothing_to_something_else(Value::Null, json!("x"), json!("a"), false)]
    fn a_value_is_on_the_way_or_not(#[case] from: Value, #[case] now: Value, #[case] to: Value, #[case] between: bool) {
        assert_eq!(lies_between(&from, &now, &to), between);
    }
}
