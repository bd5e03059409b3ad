//! One bar for each resource that runs or waits, for as long as it does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use reconcile_core::id::Address;
use reconcile_core::render::visible;
use reconcile_engine::Event;

use super::{counted, waiting_for};

/// How many bars are shown: more would scroll off a small terminal, and every one that runs has a thread.
const SHOWN: usize = 16;
const TICK: Duration = Duration::from_millis(100);

/// The bars of one apply. They go when it does.
pub(super) struct Live {
    bars: MultiProgress,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    shown: BTreeMap<Address, ProgressBar>,
    /// Resources for which there was no room.
    hidden: BTreeSet<Address>,
    /// How many are hidden, or that everything is read again; the last line.
    footer: Option<ProgressBar>,
}

impl Live {
    /// Begins without any bar.
    pub(super) fn new(bars: MultiProgress) -> Self {
        Self { bars, state: Mutex::new(State::default()) }
    }

    /// Shows an event.
    pub(super) fn on(&self, event: &Event<'_>) {
        let mut state = self.state();
        match event {
            Event::Queued { address, behind } => {
                if let Some(bar) = self.bar(&mut state, address) {
                    bar.set_style(style("  {prefix}  {wide_msg}"));
                    bar.set_message(waiting_for(behind));
                }
            }
            Event::Calling { address, operation } => {
                if let Some(bar) = self.bar(&mut state, address) {
                    bar.set_style(style("{spinner} {prefix}  {wide_msg} {elapsed}"));
                    bar.set_message(format!("{}  {}", operation.api(), operation.summary()));
                    bar.reset_elapsed();
                    bar.enable_steady_tick(TICK);
                }
            }
            Event::Waiting { address, reason } => {
                if let Some(bar) = state.shown.get(*address) {
                    bar.set_message(format!("waiting: {}", visible(reason)));
                }
            }
            Event::Failed { address, operation: _, failure: _ }
            | Event::Skipped { address, because: _ }
            | Event::Finished { address } => self.remove(&mut state, address),
            Event::Verifying { resources } => {
                let bar = self.footer(&mut state);
                bar.set_style(style("{spinner} {wide_msg} {elapsed}"));
                bar.set_message(format!("reading {} again", counted(*resources)));
                bar.enable_steady_tick(TICK);
            }
            Event::Called { address: _, operation: _, seconds: _ }
            | Event::Found { address: _, operation: _ }
            | Event::Amending { address: _ } => {}
        }
    }

    /// Returns the bar of a resource, a new one if there is room.
    fn bar(&self, state: &mut State, address: &Address) -> Option<ProgressBar> {
        if let Some(bar) = state.shown.get(address) {
            return Some(bar.clone());
        }
        if state.shown.len() >= SHOWN {
            state.hidden.insert(address.clone());
            self.count_hidden(state);
            return None;
        }
        state.hidden.remove(address);
        let bar = self.bars.insert(state.shown.len(), ProgressBar::new_spinner()).with_prefix(address.to_string());
        state.shown.insert(address.clone(), bar.clone());
        Some(bar)
    }

    fn remove(&self, state: &mut State, address: &Address) {
        if let Some(bar) = state.shown.remove(address) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        if state.hidden.remove(address) {
            self.count_hidden(state);
        }
    }

    fn count_hidden(&self, state: &mut State) {
        let hidden = state.hidden.len();
        let bar = self.footer(state);
        bar.set_style(style("  {wide_msg}"));
        bar.set_message(if hidden == 0 { String::new() } else { format!("and {hidden} more") });
    }

    fn footer(&self, state: &mut State) -> ProgressBar {
        state.footer.get_or_insert_with(|| self.bars.add(ProgressBar::new_spinner())).clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let state = self.state();
        for bar in state.shown.values().chain(&state.footer) {
            bar.finish_and_clear();
        }
    }
}

/// Returns a style; the templates are those of this file, and a wrong one would show as a plain spinner.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use indicatif::{MultiProgress, ProgressDrawTarget};
    use reconcile_core::id::{Address, Kind};
    use reconcile_engine::Event;

    use super::{Live, SHOWN};

    fn live() -> Live {
        Live::new(MultiProgress::with_draw_target(ProgressDrawTarget::hidden()))
    }

    fn cluster(number: usize) -> Address {
        Address::new(Kind::DatabricksCluster, format!("c{number}"))
    }

    #[test]
    fn what_waits_is_shown_with_what_it_waits_for_until_it_is_over() {
        let (live, cluster, role) = (live(), cluster(1), Address::new(Kind::IamRole, "a"));
        live.on(&Event::Queued { address: &cluster, behind: std::slice::from_ref(&role) });
        let shown = live.state().shown.get(&cluster).map(|bar| (bar.prefix(), bar.message()));
        assert_eq!(shown, Some(("databricks.clusters.c1".to_owned(), "waits for iam.roles.a".to_owned())));
        live.on(&Event::Waiting { address: &cluster, reason: "it is PENDING" });
        let message = live.state().shown.get(&cluster).map(indicatif::ProgressBar::message);
        assert_eq!(message.as_deref(), Some("waiting: it is PENDING"));
        live.on(&Event::Skipped { address: &cluster, because: "iam.roles.a failed" });
        assert!(live.state().shown.is_empty());
    }

    #[test]
    fn more_than_fits_is_counted() {
        let (live, role) = (live(), Address::new(Kind::IamRole, "a"));
        let footer = |live: &Live| live.state().footer.as_ref().map(indicatif::ProgressBar::message);
        for number in 0..SHOWN + 3 {
            live.on(&Event::Queued { address: &cluster(number), behind: std::slice::from_ref(&role) });
        }
        let shown = live.state().shown.len();
        assert_eq!((shown, footer(&live).as_deref()), (SHOWN, Some("and 3 more")));
        live.on(&Event::Finished { address: &cluster(SHOWN) });
        assert_eq!(footer(&live).as_deref(), Some("and 2 more"));
    }
}
