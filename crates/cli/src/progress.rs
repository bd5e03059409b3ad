//! What an apply tells while it runs: bars on a terminal, plain lines elsewhere.

mod live;

use reconcile_core::id::Address;
use reconcile_core::render::visible;
use reconcile_engine::{Event, Observer};

use crate::terminal::Terminal;
use live::Live;

/// Shows what happens, one line for everything that is over, and on a terminal also what runs and what waits.
pub(crate) struct Progress<'a> {
    terminal: &'a Terminal,
    live: Option<Live>,
}

impl<'a> Progress<'a> {
    /// Begins to show.
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        let live = terminal.is_live().then(|| Live::new(terminal.bars().clone()));
        Self { terminal, live }
    }
}

impl Observer for Progress<'_> {
    fn on(&self, event: &Event<'_>) {
        if let Some(live) = &self.live {
            live.on(event);
        }
        if let Some(line) = line(event, self.live.is_some()) {
            self.terminal.note(&line);
        }
    }
}

/// Returns the line for an event, which acts on no terminal and stays one line whatever a service has answered. What a
/// terminal's bars show anyway needs none there.
fn line(event: &Event<'_>, has_bars: bool) -> Option<String> {
    match event {
        Event::Called { address, operation, seconds } => {
            Some(format!("{address}: {} done ({})", operation.api(), in_words(*seconds)))
        }
        Event::Found { address, operation } => {
            Some(format!("{address}: {}: somebody else has done it meanwhile", operation.api()))
        }
        Event::Amending { address } => Some(format!(
            "{address}: somebody else has made it anew, and this run has disturbed the new one: putting that right"
        )),
        Event::Failed { address, operation: _, failure } => {
            Some(format!("{address}: failed: {}", visible(&failure.to_string())))
        }
        Event::Skipped { address, because } => Some(format!("{address}: skipped: {}", visible(because))),
        Event::Waiting { address, reason } => (!has_bars).then(|| format!("{address}: waiting: {}", visible(reason))),
        Event::Verifying { resources } => (!has_bars).then(|| format!("reading {} again", counted(*resources))),
        Event::Queued { address: _, behind: _ }
        | Event::Calling { address: _, operation: _ }
        | Event::Finished { address: _ } => None,
    }
}

/// Returns a number of seconds for people: tenths below a minute.
fn in_words(seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    if minutes < 1.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{minutes:.0} min {:02.0} s", (seconds % 60.0).floor())
    }
}

fn counted(resources: usize) -> String {
    if resources == 1 { "1 resource".to_owned() } else { format!("{resources} resources") }
}

/// Returns what a resource waits for, without making a long line of it.
fn waiting_for(behind: &[Address]) -> String {
    match behind {
        [] => String::new(),
        [only] => format!("waits for {only}"),
        [first, second] => format!("waits for {first} and {second}"),
        [first, others @ ..] => format!("waits for {first} and {} others", others.len()),
    }
}

#[cfg(test)]
mod tests {
    use reconcile_core::failure::{CallFailure, FailureKind};
    use reconcile_core::id::{Address, Kind};
    use reconcile_engine::Event;

    use super::{in_words, line, waiting_for};

    fn role(id: &str) -> Address {
        Address::new(Kind::IamRole, id)
    }

    #[test]
    fn seconds_read_well() {
        assert_eq!([0.04, 59.96, 60.0, 754.9].map(in_words), ["0.0 s", "60.0 s", "1 min 00 s", "12 min 34 s"]);
    }

    #[test]
    fn a_long_queue_is_counted() {
        let behind = ["a", "b", "c"].map(role);
        assert_eq!(waiting_for(&behind), "waits for iam.roles.a and 2 others");
        assert_eq!(waiting_for(&behind[..2]), "waits for iam.roles.a and iam.roles.b");
    }

    #[test]
    fn a_line_names_the_resource() {
        let address = role("a");
        let failure = CallFailure::new(FailureKind::Denied, "iam:GetRole", "no");
        let skipped = Event::Skipped { address: &address, because: "iam.roles.b failed" };
        assert_eq!(line(&skipped, true).as_deref(), Some("iam.roles.a: skipped: iam.roles.b failed"));
        let waiting = Event::Waiting { address: &address, reason: &failure.to_string() };
        assert_eq!(line(&waiting, false).as_deref(), Some("iam.roles.a: waiting: iam:GetRole: no"));
        assert_eq!(line(&waiting, true), None);
    }

    #[test]
    fn what_a_service_answers_stays_one_line_and_acts_on_no_terminal() {
        let address = role("a");
        let failure = CallFailure::new(FailureKind::Invalid, "iam:GetRole", "\u{1b}[2J\n::error::\r\u{202e}");
        let told = line(&Event::Waiting { address: &address, reason: &failure.to_string() }, false);
        let shown = r"iam.roles.a: waiting: iam:GetRole: \u{1b}[2J\n::error::\r\u{202e}";
        assert_eq!(told.as_deref(), Some(shown));
    }
}
