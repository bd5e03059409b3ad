//! Every setting's value, from the first of its sources that has one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::attribute::{Attribute, Kind, Source};
use super::profiles::Profiles;
use super::{ConnectError, Settings};
use crate::environment::Environment;
use crate::host::Host;

/// A value and where it was found.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    value: SecretString,
    pub(crate) source: Source,
}

/// All that is known before the first call.
#[derive(Debug)]
pub(crate) struct Configuration {
    settings: BTreeMap<Attribute, Setting>,
    /// The profile that was read, if any.
    profile: Option<String>,
    /// The configuration file, whether it was read or not.
    file: PathBuf,
}

impl Configuration {
    /// Collects the settings in the SDKs' order: given, environment, profile. The file is not even opened where no
    /// profile is asked for and a host or a credential is already there; so `DATABRICKS_HOST` alone turns the DEFAULT
    /// profile off.
    pub(crate) fn load(given: &Settings, environment: &Environment) -> Result<Self, ConnectError> {
        let path = environment.expand(environment.get("DATABRICKS_CONFIG_FILE").unwrap_or("~/.databrickscfg"));
        let mut settings = given_settings(given);
        if given.token.is_some() {
            return Ok(Self { settings, profile: None, file: path });
        }
        for attribute in Attribute::ALL {
            let found = attribute.variables().iter().find_map(|name| Some((*name, environment.get(name)?)));
            if let Some((name, value)) = found {
                let setting = Setting { value: SecretString::from(value), source: Source::Variable(name) };
                settings.entry(attribute).or_insert(setting);
            }
        }
        let asked = given.profile.as_deref().or_else(|| environment.get("DATABRICKS_CONFIG_PROFILE"));
        let enough = settings.keys().any(|attribute| *attribute == Attribute::Host || attribute.kind().is_some());
        if asked.is_none() && enough {
            return Ok(Self { settings, profile: None, file: path });
        }
        let profiles = Profiles::load(path)?;
        let profile = profiles.choose(asked)?.map(|(name, section)| {
            fill(&mut settings, name, section);
            name.to_owned()
        });
        let file = profiles.path().to_owned();
        Ok(Self { settings, profile, file })
    }

    /// The workspace's address.
    pub(crate) fn host(&self) -> Result<Host, ConnectError> {
        let Some(setting) = self.settings.get(&Attribute::Host) else {
            return Err(ConnectError::NoHost { path: self.file.clone() });
        };
        let host = Host::parse(setting.value.expose_secret())
            .map_err(|error| ConnectError::Host { error, origin: setting.source.to_string() })?;
        Ok(host.with_workspace_id(self.text(Attribute::WorkspaceId)))
    }

    /// A setting that is a secret, or where its place is wanted.
    pub(crate) fn setting(&self, attribute: Attribute) -> Option<&Setting> {
        self.settings.get(&attribute)
    }

    /// A setting that is no secret.
    pub(crate) fn text(&self, attribute: Attribute) -> Option<&str> {
        Some(self.settings.get(&attribute)?.value.expose_secret())
    }

    /// The profile that stands for the host in use: the one that was read, unless another host overrides its own.
    pub(crate) fn profile_of_host(&self) -> Option<&str> {
        let host_is_its_own =
            self.setting(Attribute::Host).is_some_and(|host| matches!(host.source, Source::Profile(_, _)));
        self.profile.as_deref().filter(|_| host_is_its_own)
    }

    /// The kinds of credential that are configured, in alphabetical order.
    pub(crate) fn kinds(&self) -> BTreeSet<Kind> {
        self.settings.keys().filter_map(|attribute| attribute.kind()).collect()
    }

    /// Where the settings of credentials were found.
    pub(crate) fn origins(&self) -> Vec<String> {
        let credentials = self.settings.iter().filter(|(attribute, _)| attribute.kind().is_some());
        credentials.map(|(_, setting)| setting.source.to_string()).collect()
    }

    /// What the configuration file has for a host, where it was not read: a hint for an error.
    pub(crate) fn unread_profiles_for(&self, host: &Host) -> Vec<String> {
        if self.profile.is_some() {
            return Vec::new();
        }
        Profiles::load(self.file.clone()).map(|profiles| profiles.names_for(host)).unwrap_or_default()
    }
}

impl Setting {
    pub(crate) fn value(&self) -> &SecretString {
        &self.value
    }
}

fn given_settings(given: &Settings) -> BTreeMap<Attribute, Setting> {
    let host = given.host.clone().filter(|host| !host.is_empty()).map(SecretString::from);
    [(Attribute::Host, host), (Attribute::Token, given.token.clone())]
        .into_iter()
        .filter_map(|(attribute, value)| Some((attribute, Setting { value: value?, source: Source::Given })))
        .collect()
}

/// Adds what is still unset from a profile.
fn fill(settings: &mut BTreeMap<Attribute, Setting>, profile: &str, section: &BTreeMap<String, String>) {
    for attribute in Attribute::ALL {
        let value = section.get(attribute.key()).filter(|value| !value.is_empty());
        if let Some(value) = value {
            let source = Source::Profile(attribute, profile.to_owned());
            settings.entry(attribute).or_insert(Setting { value: SecretString::from(value.as_str()), source });
        }
    }
}
