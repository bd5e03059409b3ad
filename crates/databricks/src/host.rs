//! The address of a workspace.

use std::fmt;

use url::Url;

/// A workspace's address in its normal form: `http(s)://host[:port]`, and the workspace it names where several share a
/// host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    origin: String,
    workspace_id: Option<String>,
}

/// Why a text is not the address of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The text is no web address. It is not repeated where it may hold a credential.
    #[error("the Databricks host {host} is not a web address: {why}")]
    Invalid {
        /// The text, in quotes, or a description of it where it may be a secret.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// The address of the account console, which has no clusters, instance profiles or notebooks.
    #[error("{host} is the Databricks account console, not a workspace")]
    Account {
        /// The address.
        host: String,
    },
}

impl HostError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => {
                "give the address that the browser shows when the workspace is open, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com"
            }
            Self::Account { .. } => {
                "clusters, instance profiles and notebooks exist in a workspace only: open it in the console and take the address that the browser shows"
            }
        }
    }
}

impl Host {
    /// Reads an address as people paste it: without a scheme it is `https`, and whatever stands behind the host is
    /// dropped, but for the workspace id in `?o=` (or `?w=`), as the official Go SDK does.
    pub(crate) fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        if looks_like_a_token(text) {
            return Err(invalid("(not shown)", "it looks like an access token"));
        }
        let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        // A text with `@` may hold a password.
        let shown = if text.contains('@') { "(not shown)".to_owned() } else { format!("`{text}`") };
        let url = Url::parse(&address).map_err(|error| invalid(&shown, &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(&shown, "its scheme must be https (or http, for a local server)"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(&shown, "it must not hold a user name or password"));
        }
        let origin = url.origin().ascii_serialization();
        // The official SDKs tell account hosts by these two prefixes.
        if url.host_str().is_some_and(|host| host.starts_with("accounts.") || host.starts_with("accounts-dod.")) {
            return Err(HostError::Account { host: origin });
        }
        let workspace_id = url
            .query_pairs()
            .find(|(key, _)| matches!(key.as_ref(), "o" | "w"))
            .map(|(_, value)| value.into_owned())
            .filter(|value| is_workspace_id(value));
        Ok(Self { origin, workspace_id })
    }

    /// `http(s)://host[:port]`, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.origin
    }

    /// The workspace's number, where the address named it.
    pub(crate) fn workspace_id(&self) -> Option<&str> {
        self.workspace_id.as_deref()
    }

    /// The same host, as another workspace of it.
    pub(crate) fn with_workspace_id(self, workspace_id: Option<&str>) -> Self {
        let given = workspace_id.filter(|id| is_workspace_id(id)).map(str::to_owned);
        Self { origin: self.origin, workspace_id: self.workspace_id.or(given) }
    }

    /// True for an address of this machine: it is never reached through a proxy.
    pub(crate) fn is_loopback(&self) -> bool {
        match Url::parse(&self.origin).ok().as_ref().and_then(Url::host) {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// True where everything travels encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.origin)
    }
}

fn invalid(host: &str, why: &str) -> HostError {
    HostError::Invalid { host: host.to_owned(), why: why.to_owned() }
}

/// Personal access tokens begin with `dapi`; one pasted into the wrong variable must not end up in an error.
fn looks_like_a_token(text: &str) -> bool {
    text.starts_with("dapi") && !text.contains('.')
}

/// The id goes into a header, so nothing but what a header carries is taken.
fn is_workspace_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://dbc-1.cloud.databricks.com", "https://dbc-1.cloud.databricks.com")]
    #[case("dbc-1.cloud.databricks.com", "https://dbc-1.cloud.databricks.com")]
    #[case("https://DBC-1.cloud.databricks.com/", "https://dbc-1.cloud.databricks.com")]
    #[case("https://dbc-1.cloud.databricks.com:443/?o=42#notebook/1", "https://dbc-1.cloud.databricks.com")]
    #[case("http://127.0.0.1:4900/", "http://127.0.0.1:4900")]
    #[case(" http://[::1]:80/api ", "http://[::1]")]
    fn an_address_is_reduced_to_scheme_host_and_port(#[case] text: &str, #[case] origin: &str) {
        assert_eq!(Host::parse(text).unwrap().as_str(), origin);
    }

    #[rstest]
    #[case("https://x.databricks.com/?o=42", None, Some("42"))]
    #[case("https://x.databricks.com/?w=42", Some("7"), Some("42"))]
    #[case("https://x.databricks.com/", Some("7"), Some("7"))]
    #[case("https://x.databricks.com/?o=4%0d%0a2", Some("a b"), None)]
    fn the_workspace_id_comes_from_the_address_first(
        #[case] text: &str,
        #[case] given: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(Host::parse(text).unwrap().with_workspace_id(given).workspace_id(), expected);
    }

    #[rstest]
    #[case("http://127.0.0.1:1", true)]
    #[case("http://127.8.8.8", true)]
    #[case("http://[::1]:1", true)]
    #[case("https://localhost:8443", true)]
    #[case("https://localhost.example.com", false)]
    #[case("https://10.0.0.1", false)]
    fn only_this_machine_is_loopback(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(Host::parse(text).unwrap().is_loopback(), expected);
    }

    #[test]
    fn what_is_no_workspace_is_refused_with_the_reason() {
        let texts = [
            "",
            "ftp://x.databricks.com",
            "https://",
            "https://user:hunter2@x.databricks.com",
            "dapi0123456789abcdef0123456789abcdef",
            "https://accounts.cloud.databricks.com",
            "accounts-dod.cloud.databricks.us",
            "https://x y",
        ];
        let errors = texts.map(|text| Host::parse(text).unwrap_err().to_string());
        insta::assert_snapshot!(errors.join("\n"), @"
        the Databricks host `` is not a web address: empty host
        the Databricks host `ftp://x.databricks.com` is not a web address: its scheme must be https (or http, for a local server)
        the Databricks host `https://` is not a web address: empty host
        the Databricks host (not shown) is not a web address: it must not hold a user name or password
        the Databricks host (not shown) is not a web address: it looks like an access token
        https://accounts.cloud.databricks.com is the Databricks account console, not a workspace
        https://accounts-dod.cloud.databricks.us is the Databricks account console, not a workspace
        the Databricks host `https://x y` is not a web address: invalid international domain name
        ");
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics_and_is_idempotent(text in ".{0,60}") {
            if let Ok(host) = Host::parse(&text) {
                let again = Host::parse(host.as_str()).unwrap();
                proptest::prop_assert_eq!(again.as_str(), host.as_str());
            }
        }
    }
}
