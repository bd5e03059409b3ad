//! The credential of one client: gives out a bearer token, and a new one when the old one ends.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::configuration::Configuration;
use super::helper::{self, HelperError};
use super::method::{Command, Method, select};
use super::oauth;
use super::token::Token;
use super::{ConnectError, Settings};
use crate::environment::Environment;
use crate::error::ApiError;
use crate::host::Host;
use crate::transport::{Transport, bearer_header};

/// A method of authentication with its current token.
#[derive(Debug)]
pub(crate) struct Credentials {
    method: Method,
    description: String,
    /// Held while a token is fetched, so that calls side by side fetch one between them.
    current: Mutex<Option<Token>>,
}

impl Credentials {
    /// Finds out where the workspace is and how to authenticate, without any call.
    pub(crate) fn find(settings: &Settings, environment: &Environment) -> Result<(Host, Self), ConnectError> {
        let configuration = Configuration::load(settings, environment)?;
        let host = configuration.host()?;
        let selection = select(&configuration, &host, environment)?;
        if let Method::Token(token) = &selection.method
            && bearer_header(token).is_none()
        {
            return Err(ConnectError::CredentialUnsendable { origin: selection.description });
        }
        let current = Mutex::new(None);
        Ok((host, Self { method: selection.method, description: selection.description, current }))
    }

    /// The method's name in the official SDKs.
    pub(crate) fn method(&self) -> &'static str {
        self.method.name()
    }

    /// Whether no other host is ever asked for a token.
    pub(crate) fn stays_on_the_host(&self) -> bool {
        match self.method {
            Method::Token(_) | Method::Command(_) => true,
            Method::ServicePrincipal { .. } => false,
        }
    }

    /// What is used and where it was found, in words.
    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    /// A token that is good for another minute at least.
    pub(crate) async fn bearer(
        &self,
        transport: &Transport,
        host: &Host,
        deadline: Instant,
    ) -> Result<SecretString, ApiError> {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref().filter(|token| token.is_fresh(Timestamp::now())) {
            return Ok(token.value.clone());
        }
        let token = self.fetch(transport, host, deadline, false).await?;
        Ok(current.insert(token).value.clone())
    }

    /// A token in place of one that the workspace has refused as expired, if there can be another one.
    pub(crate) async fn renew(
        &self,
        refused: &SecretString,
        transport: &Transport,
        host: &Host,
        deadline: Instant,
    ) -> Result<Option<SecretString>, ApiError> {
        if matches!(self.method, Method::Token(_)) {
            return Ok(None);
        }
        let mut current = self.current.lock().await;
        // Another call may have renewed it meanwhile.
        let newer = current.as_ref().filter(|token| token.value.expose_secret() != refused.expose_secret());
        if let Some(token) = newer {
            return Ok(Some(token.value.clone()));
        }
        let token = self.fetch(transport, host, deadline, true).await?;
        let value = current.insert(token).value.clone();
        Ok(Some(value).filter(|value| value.expose_secret() != refused.expose_secret()))
    }

    async fn fetch(
        &self,
        transport: &Transport,
        host: &Host,
        deadline: Instant,
        renew: bool,
    ) -> Result<Token, ApiError> {
        match &self.method {
            Method::Token(token) => Ok(Token::new(token.clone(), None)),
            Method::ServicePrincipal { client_id, client_secret } => {
                oauth::token(transport, host, client_id, client_secret, &self.description, deadline).await
            }
            Method::Command(command) => {
                helper::token(command, renew).await.map_err(|error| self.helper_failed(host, command, &error))
            }
        }
    }

    fn helper_failed(&self, host: &Host, command: &Command, error: &HelperError) -> ApiError {
        let [option, value] = &command.selector;
        ApiError::Credential {
            host: host.to_string(),
            credential: self.description.clone(),
            why: error.to_string(),
            help: format!("log in again: databricks auth login {option} {value}"),
        }
    }
}
