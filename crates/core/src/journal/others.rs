//! What somebody else had done of a run's calls before the run could: it is theirs, and stays when the run is undone.

use super::{Call, CallOutcome};
use crate::resource::{Claim, Ownership, Resource};

/// What others had to do with a resource that a run has worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// The calls of the plan that they had made, in order.
    pub calls: Vec<String>,
    /// What that makes of the resource.
    pub part: TheirPart,
}

/// What a resource is to a run because of what others had done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TheirPart {
    /// Whether it exists is the run's doing, or nobody's.
    #[default]
    NotItsExistence,
    /// They had made it, and the run has changed it.
    Made,
    /// They had made it anew when the run had deleted it.
    MadeAnew,
    /// They had deleted it.
    Deleted,
    /// They had done all of it.
    All,
}

/// Goes through a run's calls on one resource; returns the state to which an undo leads back, in which what others had done is
/// done, and what they had to do with it.
pub(super) fn apart(calls: &[&Call]) -> (Option<Resource>, Others) {
    let mut base = calls.first().and_then(|call| call.before.clone());
    let mut others = Others::default();
    let mut own = 0;
    for call in calls {
        match call.outcome {
            CallOutcome::Found => {
                others.calls.push(call.api.clone());
                theirs(call, &mut base, &mut others.part, own > 0);
            }
            CallOutcome::Started | CallOutcome::Done | CallOutcome::Failed => {
                own += 1;
                if call.before.is_none() && others.part == TheirPart::Deleted {
                    // What they had deleted the run has made anew.
                    (base, others.part) = (None, TheirPart::NotItsExistence);
                }
            }
        }
    }
    if own == 0 {
        others.part = TheirPart::All;
    }
    if let (Some(first), Some(last)) = (calls.first(), calls.last())
        && let (Some(before), Some(after)) = (&first.before, &last.after)
    {
        base = base.map(|base| base.without_passing(before, after));
    }
    (base, others)
}

/// Does to the state what a call of others had done.
fn theirs(call: &Call, base: &mut Option<Resource>, part: &mut TheirPart, follows_own: bool) {
    match (&call.before, &call.after) {
        (Some(_), None) => *part = TheirPart::Deleted,
        (None, Some(made)) => {
            *base = Some(made.clone());
            *part = if follows_own { TheirPart::MadeAnew } else { TheirPart::Made };
        }
        (Some(before), Some(after)) => {
            if let Some(with) = base.as_ref().and_then(|base| with_change(base, before, after)) {
                *base = Some(with);
            }
        }
        (None, None) => {}
    }
}

/// Returns a state in which what differs between two others is as in the second.
fn with_change(state: &Resource, before: &Resource, after: &Resource) -> Option<Resource> {
    let never = Ownership { manifest: String::new(), claim: Claim::Never };
    let desired = Resource::restored(after, before, state)?;
    let operations = desired.diff(Some(state), &never).operations;
    operations.iter().try_fold(state.clone(), |state, operation| operation.effect(Some(&state), &desired))
}
