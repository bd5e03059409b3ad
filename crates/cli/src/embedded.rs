//! `--sandbox`: the embedded account and workspace behind any command.

use std::fs;
use std::path::{Path, PathBuf};

use reconcile_core::manifest::ProviderSettings;
use reconcile_sandbox::{Config, Sandbox};
use serde::Deserialize;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Where the state is kept, from the current folder.
const STATE_FILE: &str = ".reconcile/sandbox.json";

/// A sandbox that runs as long as this value lives.
pub(crate) struct Embedded {
    sandbox: Sandbox,
}

/// What leads a client to the sandbox, and nowhere else.
#[derive(Clone)]
pub(crate) struct Endpoints {
    /// For AWS.
    pub(crate) aws: reconcile_aws::Endpoint,
    /// The workspace's address.
    pub(crate) databricks_host: String,
    /// The workspace's token, which is no secret.
    pub(crate) databricks_token: String,
}

impl Embedded {
    /// Starts it, with the account that it had before, else the manifest's, else one for documentation.
    pub(crate) async fn start(settings: Option<&ProviderSettings>, terminal: &Terminal) -> Result<Self, Failure> {
        let path = PathBuf::from(STATE_FILE);
        let defaults = Config::default();
        let aws = settings.map(|settings| &settings.aws);
        let account_id = stored_account(&path).or_else(|| aws.and_then(|aws| aws.account_id.clone()));
        let region = aws.and_then(|aws| aws.region.clone());
        let config = Config {
            account_id: account_id.unwrap_or_else(|| defaults.account_id.clone()),
            region: region.unwrap_or_else(|| defaults.region.clone()),
            state_file: Some(path),
            ..defaults
        };
        let account_id = config.account_id.clone();
        let sandbox = Sandbox::start(config).await?;
        terminal.note(&format!(
            "This is the sandbox: an embedded account {account_id} and workspace, kept in {STATE_FILE}. No cloud is called."
        ));
        Ok(Self { sandbox })
    }

    /// Returns what leads clients to it.
    pub(crate) fn endpoints(&self) -> Endpoints {
        let environment: std::collections::BTreeMap<_, _> = self.sandbox.environment().into_iter().collect();
        let value = |name: &str| environment.get(name).cloned().unwrap_or_default();
        Endpoints {
            aws: reconcile_aws::Endpoint {
                url: value("AWS_ENDPOINT_URL"),
                access_key: value("AWS_ACCESS_KEY_ID"),
                secret_key: value("AWS_SECRET_ACCESS_KEY"),
            },
            databricks_host: value("DATABRICKS_HOST"),
            databricks_token: value("DATABRICKS_TOKEN"),
        }
    }

    /// Stops it when the last call is answered.
    pub(crate) async fn stop(self) {
        self.sandbox.stop().await;
    }
}

/// Returns the account of a stored state. Whatever is wrong with the file is for the sandbox to say.
fn stored_account(path: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Stored {
        account_id: String,
    }
    let text = fs::read(path).ok()?;
    let stored: Stored = serde_json::from_slice(&text).ok()?;
    Some(stored.account_id)
}

#[cfg(test)]
mod tests {
    use super::stored_account;

    #[test]
    fn the_stored_account_is_found_and_a_broken_file_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sandbox.json");
        assert_eq!(stored_account(&path), None);
        std::fs::write(&path, r#"{"format": "x", "account_id": "012345678901", "world": {}}"#).expect("written");
        assert_eq!(stored_account(&path).as_deref(), Some("012345678901"));
        std::fs::write(&path, "{").expect("written");
        assert_eq!(stored_account(&path), None);
    }
}
