//! `destroy`: delete what a manifest owns.

use crate::args::Destroy;
use crate::commands::apply::plan_and_carry_out;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Goal;
use crate::terminal::Terminal;

/// Runs the command: an apply whose plan leaves nothing of the manifest's own.
pub(crate) async fn run(arguments: &Destroy, terminal: &Terminal) -> Result<Exit, Failure> {
    let Destroy { selection, acting } = arguments;
    plan_and_carry_out("destroy", selection, Goal::Destroy, acting, terminal).await
}
