//! Which method of authentication the settings amount to.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::ConnectError;
use super::attribute::{Attribute, Kind};
use super::configuration::{Configuration, Setting};
use super::helper::{self, Lookup};
use crate::environment::Environment;
use crate::host::Host;

/// A method, with all it needs.
pub(crate) enum Method {
    /// A personal access token, used as it is.
    Token(SecretString),
    /// OAuth machine to machine: a service principal's id and secret are exchanged for a token of an hour.
    ServicePrincipal { client_id: String, client_secret: SecretString },
    /// The login that the `databricks` command keeps: it is asked for a token.
    Command(Command),
}

/// How the `databricks` command is run.
pub(crate) struct Command {
    pub(crate) program: PathBuf,
    /// `--profile P` or `--host H`.
    pub(crate) selector: [String; 2],
    /// The environment it gets: what this process was given, secrets included.
    pub(crate) variables: BTreeMap<String, String>,
}

impl Method {
    /// The name of the method in the official SDKs, also shown in the User-Agent.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Token(_) => "pat",
            Self::ServicePrincipal { .. } => "oauth-m2m",
            Self::Command(_) => "databricks-cli",
        }
    }
}

/// A method and where its credential was found, in words: `the access token in DATABRICKS_TOKEN`.
pub(crate) struct Selection {
    pub(crate) method: Method,
    pub(crate) description: String,
}

/// Chooses the method: the one that `auth_type` names, else the only kind of credential there is, else the `databricks`
/// command's login.
pub(crate) fn select(
    configuration: &Configuration,
    host: &Host,
    environment: &Environment,
) -> Result<Selection, ConnectError> {
    if let Some(setting) = configuration.setting(Attribute::AuthType) {
        return match setting.value().expose_secret() {
            "pat" => token(configuration),
            "oauth-m2m" => service_principal(configuration),
            "databricks-cli" => command(configuration, host, environment)
                .map_err(|lookup| ConnectError::CommandUnusable { why: lookup.to_string() }),
            other => {
                Err(ConnectError::MethodUnsupported { method: other.to_owned(), origin: setting.source.to_string() })
            }
        };
    }
    let kinds = configuration.kinds();
    if kinds.len() > 1 {
        let kinds = kinds.iter().map(Kind::to_string).collect();
        return Err(ConnectError::Conflict { kinds, origins: configuration.origins() });
    }
    match kinds.first() {
        Some(Kind::PersonalAccessToken) => token(configuration),
        Some(Kind::OAuth) => service_principal(configuration),
        Some(kind @ (Kind::Basic | Kind::EnvironmentOidc | Kind::FileOidc | Kind::MetadataService)) => {
            let origin = configuration.origins().join(" and ");
            Err(ConnectError::MethodUnsupported { method: kind.to_string(), origin })
        }
        None => command(configuration, host, environment).map_err(|lookup| ConnectError::NoCredentials {
            host: host.to_string(),
            hint: hint(configuration, host, &lookup),
        }),
    }
}

fn token(configuration: &Configuration) -> Result<Selection, ConnectError> {
    let setting = required(configuration, "pat", Attribute::Token)?;
    let method = Method::Token(setting.value().clone());
    Ok(Selection { method, description: format!("the access token in {}", setting.source) })
}

fn service_principal(configuration: &Configuration) -> Result<Selection, ConnectError> {
    let id = required(configuration, "oauth-m2m", Attribute::ClientId)?;
    let secret = required(configuration, "oauth-m2m", Attribute::ClientSecret)?;
    let client_id = id.value().expose_secret().to_owned();
    let method = Method::ServicePrincipal { client_id, client_secret: secret.value().clone() };
    Ok(Selection { method, description: format!("the service principal in {} and {}", id.source, secret.source) })
}

fn command(configuration: &Configuration, host: &Host, environment: &Environment) -> Result<Selection, Lookup> {
    let program = helper::find(configuration.text(Attribute::CommandPath), environment)?;
    let (selector, description) = match configuration.profile_of_host() {
        Some(profile) => (["--profile".to_owned(), profile.to_owned()], format!("profile {profile}")),
        None => (["--host".to_owned(), host.to_string()], host.to_string()),
    };
    let variables = environment.variables().clone();
    let method = Method::Command(Command { program, selector, variables });
    Ok(Selection { method, description: format!("the login of the `databricks` command for {description}") })
}

fn required<'a>(
    configuration: &'a Configuration,
    method: &'static str,
    attribute: Attribute,
) -> Result<&'a Setting, ConnectError> {
    configuration.setting(attribute).ok_or_else(|| ConnectError::MethodIncomplete {
        method,
        missing: format!("`{}` ({})", attribute.key(), attribute.variables().join(" or ")),
    })
}

/// What would most likely help, by what is there.
fn hint(configuration: &Configuration, host: &Host, lookup: &Lookup) -> String {
    let profiles = configuration.unread_profiles_for(host);
    match (profiles.first(), lookup) {
        (Some(profile), _) => format!(
            "profile {profile} is for this host, but no profile was asked for: set `providers.databricks.profile` or DATABRICKS_CONFIG_PROFILE to {profile}"
        ),
        (None, Lookup::Legacy(_) | Lookup::NotExecutable(_)) => lookup.to_string(),
        (None, Lookup::Missing) => String::new(),
    }
}

/// The name only: everything else may be a secret.
impl fmt::Debug for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
