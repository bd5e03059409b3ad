//! After the apply: the touched resources are read again and must plan empty.

use reconcile_core::change::Difference;
use reconcile_core::failure::FailureKind;
use reconcile_core::id::Address;
use reconcile_core::outcome::{Outcome, ResourceOutcome};
use reconcile_core::plan::{Action, Plan, PlannedResource};
use reconcile_core::reading::Reading;

use crate::apply::ApplyOptions;
use crate::event::{Event, Observer};
use crate::observe::{Providers, look};
use crate::wait::{Pauses, VERIFICATION};

/// Reads what was touched without a failure again, until it plans empty or the services have had their time to show
/// it; then says which fields did not take.
pub(crate) async fn verify(
    plan: &Plan,
    providers: &Providers,
    options: &ApplyOptions,
    observer: &dyn Observer,
    outcome: &mut Outcome,
) {
    let succeeded =
        |planned: &&PlannedResource| outcome.resources.get(&planned.address).is_some_and(ResourceOutcome::succeeded);
    let mut pending: Vec<_> = plan.resources.iter().filter(succeeded).collect();
    if pending.is_empty() {
        return;
    }
    observer.on(&Event::Verifying { resources: pending.len() });
    let touched: Vec<_> = pending.iter().map(|planned| &planned.address).collect();
    let mut pauses = Pauses::within(options.at_most(VERIFICATION));
    loop {
        let left = differing(&pending, providers, options).await;
        pending = left.iter().map(|(planned, _)| *planned).collect();
        if pending.is_empty() {
            break;
        }
        if pauses.pause(&options.interrupt).await.is_err() {
            for (planned, not_taken) in left {
                if let Some(outcome) = outcome.resources.get_mut(&planned.address) {
                    outcome.not_taken = not_taken;
                }
            }
            break;
        }
    }
    put_on_record(&touched, options, outcome).await;
}

/// Puts on record what was read. The calls are on record already, so that a record that fails here is told and no more.
async fn put_on_record(touched: &[&Address], options: &ApplyOptions, outcome: &Outcome) {
    let Some(recorder) = &options.recorder else { return };
    for (address, outcome) in touched.iter().filter_map(|address| outcome.resources.get_key_value(*address)) {
        if let Err(failure) = recorder.verified(address, &outcome.not_taken).await {
            tracing::warn!(%address, %failure, "what was read again is not on record");
        }
    }
}

/// Returns the resources that still differ, with what differs in words.
async fn differing<'a>(
    pending: &[&'a PlannedResource],
    providers: &Providers,
    options: &ApplyOptions,
) -> Vec<(&'a PlannedResource, Vec<String>)> {
    let wanted: Vec<_> = pending.iter().map(|planned| (&planned.address, &planned.desired)).collect();
    let mut readings = look(providers, &wanted).await;
    let all = pending.iter().map(|planned| {
        let left = match readings.remove(&planned.address) {
            Some(Reading::Absent) | None if planned.action == Action::Delete => Vec::new(),
            // What is asked for by an id, as a cluster is, is told to be missing by a failure.
            Some(Reading::Failed(failure))
                if planned.action == Action::Delete && failure.kind == FailureKind::NotFound =>
            {
                Vec::new()
            }
            Some(Reading::Present(_)) if planned.action == Action::Delete => {
                vec!["it still exists, or somebody has made it again".to_owned()]
            }
            Some(Reading::Present(live)) => in_words(&planned.desired.diff(Some(&live), &options.ownership)),
            Some(Reading::Failed(failure)) => vec![format!("it could not be read again: {failure}")],
            Some(Reading::Absent) | None => vec!["it does not exist".to_owned()],
        };
        (*planned, left)
    });
    all.filter(|(_, left)| !left.is_empty()).collect()
}

fn in_words(difference: &Difference) -> Vec<String> {
    if difference.is_empty() {
        return Vec::new();
    }
    let changes = difference.changes.iter();
    changes.map(|change| format!("{} is still {}, not {}", change.path, change.before, change.after)).collect()
}
