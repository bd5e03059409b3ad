//! `sandbox`: the embedded account and workspace, for other clients.

use reconcile_sandbox::{Behaviour, Config, FaultSchedule, Sandbox};

use crate::args::Sandbox as Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signals;
use crate::terminal::Terminal;

/// Runs the command until it is interrupted.
pub(crate) async fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let Arguments { listen, state, latency, propagation, throttle, faults, seed, workspace_only } = arguments;
    let milliseconds = |duration: &std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    // Asked for before anything is printed: whoever reads the environment may interrupt at once.
    let stop = signals::interrupts()?;
    let sandbox = Sandbox::start(Config {
        listen: *listen,
        state_file: state.clone(),
        behaviour: Behaviour {
            latency: milliseconds(latency),
            propagation: milliseconds(propagation),
            limits: throttle.iter().cloned().collect(),
            ..Behaviour::default()
        },
        workspace_only: *workspace_only,
        ..Config::default()
    })
    .await?;
    if let Some(percent) = *faults {
        sandbox.follow(FaultSchedule { seed: *seed, percent });
    }
    let exports = sandbox.environment().into_iter().map(|(name, value)| format!("export {name}={value}\n"));
    terminal.print(&exports.collect::<String>())?;
    terminal.note(&format!("The sandbox serves on {} until Ctrl-C.", sandbox.url()));
    stop.first().await;
    sandbox.stop().await;
    Ok(Exit::Done)
}
