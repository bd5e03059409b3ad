//! `policy`: the policy engine by itself, on files.

mod check;
mod diff;
mod simulate;

use std::path::Path;

use iam_policy::{Policy, Scope};
use reconcile_core::manifest::Files as _;

use crate::args::PolicyCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::LocalFiles;
use crate::terminal::Terminal;

/// Runs the command.
pub(crate) fn run(arguments: &PolicyCommand, terminal: &Terminal) -> Result<Exit, Failure> {
    match arguments {
        PolicyCommand::Diff(arguments) => diff::run(arguments, terminal),
        PolicyCommand::Check(arguments) => check::run(arguments, terminal),
        PolicyCommand::Simulate(arguments) => simulate::run(arguments, terminal),
    }
}

/// Reads a policy from a file: JSON, or JSON with percent-encoding as IAM answers it.
fn read(path: &Path, account_id: Option<&str>) -> Result<Policy, Failure> {
    let name = path.display();
    let bytes = LocalFiles::default().read(path).map_err(|error| {
        Failure::new("file-unreadable", format!("the policy {name} cannot be read: {error}"))
            .with_help("name a file that holds the JSON of a policy")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Failure::new("policy", format!("{name} is no policy: it is not UTF-8 text: {error}")))?;
    let scope = Scope { partition: "aws".to_owned(), account_id: account_id.unwrap_or_default().to_owned() };
    let text = text.trim_start_matches('\u{feff}').trim();
    let parsed =
        if text.starts_with('%') { Policy::parse_percent_encoded(text, &scope) } else { Policy::parse(text, &scope) };
    parsed.map_err(|error| {
        Failure::new("policy", format!("{name} is no policy: {error}"))
            .with_help("a policy is a JSON object with a Statement")
    })
}
