//! `drift`: a plan for CI.

use crate::args::Drift;
use crate::commands::plan;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command: a plan that ends with its own number when anything differs.
pub(crate) async fn run(arguments: &Drift, terminal: &Terminal) -> Result<Exit, Failure> {
    let Drift { planning } = arguments;
    plan::show(planning, true, None, terminal).await
}
