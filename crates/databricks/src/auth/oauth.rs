//! OAuth, machine to machine: a service principal's id and secret are exchanged for a token of an hour.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::token::Token;
use crate::client::Retry;
use crate::error::{ApiError, refusal};
use crate::host::Host;
use crate::transport::{Body, Call, Reply, Transport};

/// As the official SDKs send it, to the letter.
const GRANT: &str = "grant_type=client_credentials&scope=all-apis";

#[derive(Deserialize)]
struct WorkspaceConfiguration {
    oidc_endpoint: String,
}

#[derive(Deserialize)]
struct ServerMetadata {
    token_endpoint: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds; a number by the standard, a string in some implementations.
    #[serde(default)]
    expires_in: Value,
}

/// Fetches a token. `description` says where the credential was found, for errors.
pub(crate) async fn token(
    transport: &Transport,
    host: &Host,
    client_id: &str,
    client_secret: &SecretString,
    description: &str,
    deadline: Instant,
) -> Result<Token, ApiError> {
    let endpoint = token_endpoint(transport, host, deadline).await?;
    let pair = SecretString::from(format!("{client_id}:{}", client_secret.expose_secret()));
    let authorization = basic_header(&pair).ok_or_else(|| ApiError::Credential {
        host: host.to_string(),
        credential: description.to_owned(),
        why: "it cannot be sent".to_owned(),
        help: "copy client id and secret again".to_owned(),
    })?;
    let call = Call {
        api: "oidc/v1/token",
        method: Method::POST,
        url: endpoint,
        query: &[],
        body: Body::Form(GRANT),
        retry: Retry::Safe,
    };
    let reply = transport.send(&call, Some(&authorization), deadline).await?;
    if !reply.is_success() {
        return Err(refusal(call.api, host, description, &reply));
    }
    granted(&reply).ok_or_else(|| ApiError::Unexpected {
        api: call.api,
        host: host.to_string(),
        why: "the answer holds no access token".to_owned(),
    })
}

fn basic_header(pair: &SecretString) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair.expose_secret()))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn granted(reply: &Reply) -> Option<Token> {
    let granted: Granted = serde_json::from_slice(&reply.body).ok()?;
    let seconds = granted.expires_in.as_i64().or_else(|| granted.expires_in.as_str()?.parse().ok());
    let expires = seconds.and_then(|seconds| Timestamp::now().checked_add(SignedDuration::from_secs(seconds)).ok());
    Some(Token::new(SecretString::from(granted.access_token), expires))
}

/// Where tokens are given out: discovered in two steps, each of which may be missing (older workspaces, private
/// setups), with the well-known place as the last word. A host that cannot be reached is an error at once.
async fn token_endpoint(transport: &Transport, host: &Host, deadline: Instant) -> Result<Url, ApiError> {
    let configuration = format!("{host}/.well-known/databricks-config");
    let oidc = discover(transport, host, &configuration, deadline)
        .await?
        .and_then(|reply| serde_json::from_slice::<WorkspaceConfiguration>(&reply.body).ok())
        .and_then(|found| acceptable(host, &found.oidc_endpoint))
        .map_or_else(|| format!("{host}/oidc"), |url| url.as_str().trim_end_matches('/').to_owned());
    let metadata = format!("{oidc}/.well-known/oauth-authorization-server");
    let endpoint = discover(transport, host, &metadata, deadline)
        .await?
        .and_then(|reply| serde_json::from_slice::<ServerMetadata>(&reply.body).ok())
        .and_then(|found| acceptable(host, &found.token_endpoint));
    match endpoint {
        Some(endpoint) => Ok(endpoint),
        None => url(host, &format!("{host}/oidc/v1/token")),
    }
}

async fn discover(
    transport: &Transport,
    host: &Host,
    address: &str,
    deadline: Instant,
) -> Result<Option<Reply>, ApiError> {
    let url = url(host, address)?;
    let call = Call { api: ".well-known", method: Method::GET, url, query: &[], body: Body::None, retry: Retry::Safe };
    let reply = transport.send(&call, None, deadline).await?;
    Ok(Some(reply).filter(Reply::is_success))
}

/// An address that a discovery document gave, if the client's secret may be sent there: never in the clear where the
/// workspace itself is encrypted. Some documents hold a template (`{account_id}`) in place of an address.
fn acceptable(host: &Host, address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|_| !address.contains('{'))?;
    let encrypted = url.scheme() == "https";
    (encrypted || (url.scheme() == "http" && !host.is_encrypted())).then_some(url)
}

fn url(host: &Host, address: &str) -> Result<Url, ApiError> {
    Url::parse(address).map_err(|error| ApiError::Unexpected {
        api: ".well-known",
        host: host.to_string(),
        why: format!("its address for tokens is not one: {error}"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://x.example.com", "https://login.example.com/v1/token", true)]
    #[case("https://x.example.com", "http://login.example.com/v1/token", false)]
    #[case("http://127.0.0.1:1", "http://127.0.0.1:1/oidc", true)]
    #[case("https://x.example.com", "https://x.example.com/oidc/accounts/{account_id}", false)]
    #[case("https://x.example.com", "not an address", false)]
    fn a_secret_goes_only_where_it_is_as_safe_as_on_the_host(
        #[case] host: &str,
        #[case] address: &str,
        #[case] taken: bool,
    ) {
        assert_eq!(acceptable(&Host::parse(host).unwrap(), address).is_some(), taken);
    }
}
