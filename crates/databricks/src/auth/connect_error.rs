//! Why no client could be made: all of it is found before the first call.

use std::path::PathBuf;

use crate::host::HostError;

/// Why the settings, the environment and the configuration file do not make a client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No address of a workspace anywhere.
    #[error("no Databricks workspace is named: neither `providers.databricks.host`, DATABRICKS_HOST nor a profile of {} says which", .path.display())]
    NoHost {
        /// The configuration file that was or would have been read.
        path: PathBuf,
    },
    /// The address is not that of a workspace.
    #[error("{error} (from {origin})")]
    Host {
        /// What is wrong with it.
        error: HostError,
        /// Where the address was found.
        origin: String,
    },
    /// The configuration file cannot be read.
    #[error("{} cannot be read: {why}", .path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        why: String,
    },
    /// The configuration file is not an INI file.
    #[error("{} is malformed: {why}", .path.display())]
    FileMalformed {
        /// The file.
        path: PathBuf,
        /// Where, and what was expected there.
        why: String,
    },
    /// The profile that was asked for is not in the file, or is empty.
    #[error("{} has no {profile} profile configured", .path.display())]
    ProfileMissing {
        /// The file.
        path: PathBuf,
        /// The profile that was asked for.
        profile: String,
        /// The profiles that the file has.
        known: Vec<String>,
    },
    /// The name belongs to the file's own settings.
    #[error("`{profile}` in {} is not a profile but the file's own settings", .path.display())]
    ProfileReserved {
        /// The file.
        path: PathBuf,
        /// The name.
        profile: String,
    },
    /// Credentials of several kinds are configured, and nothing says which one counts.
    #[error("more than one authorization method configured: {}", .kinds.join(" and "))]
    Conflict {
        /// The kinds, in alphabetical order.
        kinds: Vec<String>,
        /// Where each of their settings was found.
        origins: Vec<String>,
    },
    /// A method of authentication that exists, but not here, or does not exist.
    #[error("the authentication method `{method}` is not supported")]
    MethodUnsupported {
        /// Its name.
        method: String,
        /// Where it was asked for.
        origin: String,
    },
    /// A method lacks one of its settings.
    #[error("the authentication method `{method}` needs {missing}, which is not set")]
    MethodIncomplete {
        /// Its name.
        method: &'static str,
        /// The settings, by their names in a profile and in the environment.
        missing: String,
    },
    /// The `databricks` command is asked for, but is not there or too old.
    #[error("the `databricks` command cannot be used: {why}")]
    CommandUnusable {
        /// What was found instead.
        why: String,
    },
    /// Nothing to authenticate with.
    #[error("no credentials for {host}")]
    NoCredentials {
        /// The workspace.
        host: String,
        /// What would help, by what was found.
        hint: String,
    },
    /// The credential cannot be sent.
    #[error("{origin} holds characters that no HTTP header can carry, such as a line break")]
    CredentialUnsendable {
        /// Where it was found.
        origin: String,
    },
    /// The HTTP client could not be set up, such as for want of the system's certificates.
    #[error("the HTTP client cannot be set up: {why}")]
    Http {
        /// The reason.
        why: String,
    },
}

/// The ways that are always open.
const WAYS: &str = "set DATABRICKS_TOKEN; or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal; or run `databricks auth login`";

impl ConnectError {
    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoHost { .. } => {
                "set `providers.databricks.host` or DATABRICKS_HOST to the workspace's address, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com".to_owned()
            }
            Self::Host { error, .. } => error.help().to_owned(),
            Self::FileUnreadable { path, .. } => {
                format!("make {} readable, or name another file by DATABRICKS_CONFIG_FILE", path.display())
            }
            Self::FileMalformed { .. } => "every line is `[profile]`, `key = value`, or a comment that begins with `#`".to_owned(),
            Self::ProfileMissing { known, .. } if known.is_empty() => {
                "the file has no profiles: `databricks auth login --profile NAME` makes one".to_owned()
            }
            Self::ProfileMissing { known, .. } => format!("the file has: {}", known.join(", ")),
            Self::ProfileReserved { .. } => "name a profile of the file".to_owned(),
            Self::Conflict { origins, .. } => {
                format!("unset all but one, or say which by DATABRICKS_AUTH_TYPE: {}", origins.join(", "))
            }
            Self::MethodUnsupported { origin, .. } => {
                format!("supported are pat, oauth-m2m and databricks-cli (it follows from {origin})")
            }
            Self::MethodIncomplete { .. } => "set it, or unset what asks for the method".to_owned(),
            Self::CommandUnusable { .. } => {
                "install the Databricks CLI 0.207.1 or later, or name it by DATABRICKS_CLI_PATH".to_owned()
            }
            Self::NoCredentials { hint, .. } if hint.is_empty() => WAYS.to_owned(),
            Self::NoCredentials { hint, .. } => format!("{hint}; otherwise {WAYS}"),
            Self::CredentialUnsendable { .. } => "copy it again, without the line break".to_owned(),
            Self::Http { .. } => return None,
        })
    }
}
