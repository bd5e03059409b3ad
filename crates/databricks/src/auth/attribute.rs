//! The settings that authentication reads, with their names in the environment and in a profile.

use std::fmt;

/// One setting. Where it is looked for, and to which kind of credential it belongs, follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attribute {
    Host,
    WorkspaceId,
    AuthType,
    CommandPath,
    Token,
    Username,
    Password,
    ClientId,
    ClientSecret,
    OidcTokenVariable,
    OidcTokenFile,
    MetadataServiceUrl,
}

/// A kind of credential: settings of two kinds at once contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Basic,
    EnvironmentOidc,
    FileOidc,
    MetadataService,
    OAuth,
    PersonalAccessToken,
}

impl Attribute {
    pub(crate) const ALL: [Self; 12] = [
        Self::Host,
        Self::WorkspaceId,
        Self::AuthType,
        Self::CommandPath,
        Self::Token,
        Self::Username,
        Self::Password,
        Self::ClientId,
        Self::ClientSecret,
        Self::OidcTokenVariable,
        Self::OidcTokenFile,
        Self::MetadataServiceUrl,
    ];

    /// The key in a profile.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::WorkspaceId => "workspace_id",
            Self::AuthType => "auth_type",
            Self::CommandPath => "databricks_cli_path",
            Self::Token => "token",
            Self::Username => "username",
            Self::Password => "password",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::OidcTokenVariable => "oidc_token_env",
            Self::OidcTokenFile => "databricks_id_token_filepath",
            Self::MetadataServiceUrl => "metadata_service_url",
        }
    }

    /// The environment variables, the first that is set counts.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Host => &["DATABRICKS_HOST"],
            Self::WorkspaceId => &["DATABRICKS_WORKSPACE_ID"],
            Self::AuthType => &["DATABRICKS_AUTH_TYPE"],
            Self::CommandPath => &["DATABRICKS_CLI_PATH"],
            Self::Token => &["DATABRICKS_TOKEN"],
            Self::Username => &["DATABRICKS_USERNAME"],
            Self::Password => &["DATABRICKS_PASSWORD"],
            Self::ClientId => &["DATABRICKS_CLIENT_ID"],
            Self::ClientSecret => &["DATABRICKS_CLIENT_SECRET"],
            Self::OidcTokenVariable => &["DATABRICKS_OIDC_TOKEN_ENV"],
            Self::OidcTokenFile => &["DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"],
            Self::MetadataServiceUrl => &["DATABRICKS_METADATA_SERVICE_URL"],
        }
    }

    /// The kind of credential it is a part of.
    pub(crate) fn kind(self) -> Option<Kind> {
        match self {
            Self::Host | Self::WorkspaceId | Self::AuthType | Self::CommandPath => None,
            Self::Token => Some(Kind::PersonalAccessToken),
            Self::Username | Self::Password => Some(Kind::Basic),
            Self::ClientId | Self::ClientSecret => Some(Kind::OAuth),
            Self::OidcTokenVariable => Some(Kind::EnvironmentOidc),
            Self::OidcTokenFile => Some(Kind::FileOidc),
            Self::MetadataServiceUrl => Some(Kind::MetadataService),
        }
    }
}

/// The names that the official SDKs use in their own messages.
impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Basic => "basic",
            Self::EnvironmentOidc => "env-oidc",
            Self::FileOidc => "file-oidc",
            Self::MetadataService => "metadata-service",
            Self::OAuth => "oauth",
            Self::PersonalAccessToken => "pat",
        })
    }
}

/// Where the value of a setting was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Given by the manifest or the command line.
    Given,
    /// An environment variable, by its name.
    Variable(&'static str),
    /// A key of a profile.
    Profile(Attribute, String),
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => formatter.write_str("the given settings"),
            Self::Variable(name) => formatter.write_str(name),
            Self::Profile(attribute, profile) => write!(formatter, "`{}` of profile {profile}", attribute.key()),
        }
    }
}
