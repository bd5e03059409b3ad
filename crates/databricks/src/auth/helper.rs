//! The `databricks` command as a helper process: it keeps the login of a person and gives out tokens.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::method::Command;
use super::token::{Token, parse_time};
use crate::environment::Environment;
use crate::error::plain_text;

/// The new command is a large Go binary; a `databricks` below one MiB is the legacy Python one, which has no
/// `auth token`. The official SDKs tell them apart by this size.
const LEGACY_BELOW_BYTES: u64 = 1024 * 1024;
/// A login that needs a browser never ends by itself, a token from the cache comes at once.
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// Why there is no usable `databricks` command.
#[derive(Debug)]
pub(crate) enum Lookup {
    Missing,
    Legacy(PathBuf),
    NotExecutable(PathBuf),
}

impl fmt::Display for Lookup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("it is not in PATH"),
            Self::Legacy(path) => write!(formatter, "{} is the legacy Databricks CLI", path.display()),
            Self::NotExecutable(path) => write!(formatter, "{} is not a file that can be run", path.display()),
        }
    }
}

/// Why the helper gave no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelperError {
    #[error("`{0}` cannot be started: {1}")]
    Start(String, std::io::Error),
    #[error("`{0}` did not end within {1} seconds")]
    Slow(String, u64),
    #[error("`{0}` failed: {1}")]
    Failed(String, String),
    #[error("`{0}` did not print a token: {1}")]
    Output(String, &'static str),
}

/// What `databricks auth token` prints. Other fields come and go.
#[derive(Deserialize)]
struct Printed {
    access_token: String,
    #[serde(default)]
    expiry: Option<String>,
}

/// Finds the command: the given path, else the first in PATH that is not the legacy one.
pub(crate) fn find(given: Option<&str>, environment: &Environment) -> Result<PathBuf, Lookup> {
    if let Some(path) = given {
        return usable(&environment.expand(path));
    }
    let name = format!("databricks{}", std::env::consts::EXE_SUFFIX);
    let mut refusal = Lookup::Missing;
    for folder in std::env::split_paths(environment.get("PATH").unwrap_or_default()) {
        match usable(&folder.join(&name)) {
            Ok(path) => return Ok(path),
            Err(legacy @ Lookup::Legacy(_)) => refusal = legacy,
            Err(Lookup::Missing | Lookup::NotExecutable(_)) => {}
        }
    }
    Err(refusal)
}

fn usable(path: &Path) -> Result<PathBuf, Lookup> {
    let Ok(metadata) = std::fs::metadata(path) else { return Err(Lookup::NotExecutable(path.to_owned())) };
    if !metadata.is_file() {
        return Err(Lookup::NotExecutable(path.to_owned()));
    }
    if metadata.len() < LEGACY_BELOW_BYTES {
        return Err(Lookup::Legacy(path.to_owned()));
    }
    Ok(path.to_owned())
}

/// Asks the helper for a token. With `renew`, one that is not from its cache, where the helper knows how (0.296.0).
pub(crate) async fn token(command: &Command, renew: bool) -> Result<Token, HelperError> {
    let plain = run(command, &[]);
    let output = if renew {
        let forced = run(command, &["--force-refresh"]).await?;
        // A helper before 0.296.0 refuses the flag; it refreshes by itself shortly before the expiry.
        if is_unknown_flag(&forced) { plain.await? } else { forced }
    } else {
        plain.await?
    };
    read(command, &output)
}

async fn run(command: &Command, more: &[&str]) -> Result<Output, HelperError> {
    let mut process = tokio::process::Command::new(&command.program);
    process
        .args(["auth", "token"])
        .args(&command.selector)
        .args(more)
        .env_clear()
        .envs(&command.variables)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(LONGEST_RUN, process.output())
        .await
        .map_err(|_| HelperError::Slow(line(command), LONGEST_RUN.as_secs()))?;
    output.map_err(|error| HelperError::Start(line(command), error))
}

fn is_unknown_flag(output: &Output) -> bool {
    !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("unknown flag")
}

fn read(command: &Command, output: &Output) -> Result<Token, HelperError> {
    if !output.status.success() {
        let said = plain_text(&String::from_utf8_lossy(&output.stderr));
        let why = if said.is_empty() { output.status.to_string() } else { said };
        return Err(HelperError::Failed(line(command), why));
    }
    // Its output is the token: no part of it goes into an error.
    printed(&output.stdout)
        .ok_or_else(|| HelperError::Output(line(command), "its output is not the JSON that was expected"))
}

/// The token that was printed.
pub(crate) fn printed(output: &[u8]) -> Option<Token> {
    let Printed { access_token, expiry } = serde_json::from_slice(output).ok()?;
    Some(Token::new(SecretString::from(access_token), expiry.as_deref().and_then(parse_time)))
}

/// The command line, as one would type it.
fn line(command: &Command) -> String {
    let [option, value] = &command.selector;
    format!("{} auth token {option} {value}", command.program.display())
}
