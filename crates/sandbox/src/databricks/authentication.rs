//! Who calls: personal access tokens, and OAuth tokens that the workspace issues to a service principal.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::errors::{ErrorCode, Refusal};
use crate::http::{Request, Response};

/// The personal access token that is always good.
const PERSONAL_ACCESS_TOKEN: &str = "sandbox-token";
const CLIENT_ID: &str = "sandbox-client";
const CLIENT_SECRET: &str = "sandbox-secret";
/// Tokens live one hour, as the platform's documentation says.
const LIFETIME_IN_SECONDS: u64 = 3_600;
/// A real workspace refuses a token this long before its end (databricks-vscode#583).
const LAST_MILLISECONDS: u64 = 30_000;

/// The tokens issued and not yet over.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// When each ends, in milliseconds since the epoch.
    ends: BTreeMap<String, u64>,
    /// How many were ever issued.
    issued: u64,
}

impl Tokens {
    fn issue(&mut self, now: u64) -> String {
        // A token that ended is kept for one more lifetime, so that it is told from one that never was.
        let lifetime = LIFETIME_IN_SECONDS * 1_000;
        self.ends.retain(|_, end| end.saturating_add(lifetime) > now);
        self.issued += 1;
        let digest = Sha256::digest(format!("{now}/{}", self.issued));
        let token = format!("sandbox-oauth-{}", hexadecimal(&digest[..16]));
        self.ends.insert(token.clone(), now.saturating_add(lifetime));
        token
    }

    /// Lets a call through that bears a good token.
    pub(super) fn check(&self, request: &Request, now: u64) -> Result<(), Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let Some(token) = header.strip_prefix("Bearer ") else {
            let message = "Credential was not sent or was of an unsupported type for this API. [ReqId: sandbox]";
            return Err(credential(401, message));
        };
        if token == PERSONAL_ACCESS_TOKEN {
            return Ok(());
        }
        match self.ends.get(token) {
            Some(end) if now.saturating_add(LAST_MILLISECONDS) < *end => Ok(()),
            // 403 and not 401, as seen on the wire (databricks/cli#4768, databricks-vscode#583).
            Some(_) => {
                let message = "Token is expiring within 30 seconds. (token expired)";
                Err(credential(403, message))
            }
            None => Err(credential(403, "Invalid access token.")),
        }
    }
}

fn credential(status: u16, message: &str) -> Refusal {
    Refusal::Credential { status, message: message.to_owned() }
}

/// Answers a call of the token service; these need no token.
pub(super) fn handle(tokens: &mut Tokens, request: &Request, now: u64) -> Result<Response, Refusal> {
    let base = format!("http://{}", request.header("host").unwrap_or("127.0.0.1"));
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/.well-known/databricks-config") => Ok(Response::json(
            200,
            &json!({"oidc_endpoint": format!("{base}/oidc"), "workspace_id": super::WORKSPACE_ID, "cloud": "AWS"}),
        )),
        ("GET", "/oidc/.well-known/oauth-authorization-server") => Ok(Response::json(
            200,
            &json!({
                "issuer": format!("{base}/oidc"),
                "authorization_endpoint": format!("{base}/oidc/v1/authorize"),
                "token_endpoint": format!("{base}/oidc/v1/token"),
                "grant_types_supported": ["client_credentials"],
            }),
        )),
        ("POST", "/oidc/v1/token") => issue(tokens, request, now),
        (method, path) => Err(Refusal::new(ErrorCode::EndpointNotFound, format!("No API found for '{method} {path}'"))),
    }
}

fn issue(tokens: &mut Tokens, request: &Request, now: u64) -> Result<Response, Refusal> {
    let form: BTreeMap<String, String> = request.form().into_iter().collect();
    let parameter = |name: &str| form.get(name).map(String::as_str);
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    let in_header = request.header("authorization") == Some(expected.as_str());
    let in_form = parameter("client_id") == Some(CLIENT_ID) && parameter("client_secret") == Some(CLIENT_SECRET);
    if !in_header && !in_form {
        return Err(token_error(401, "invalid_client", "Client authentication failed"));
    }
    if parameter("grant_type") != Some("client_credentials") {
        return Err(token_error(400, "unsupported_grant_type", "Only client_credentials is supported"));
    }
    if parameter("scope") != Some("all-apis") {
        return Err(token_error(400, "invalid_scope", "The scope must be all-apis"));
    }
    let token = tokens.issue(now);
    Ok(Response::json(
        200,
        &json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME_IN_SECONDS,
            "scope": "all-apis",
        }),
    ))
}

fn token_error(status: u16, error: &'static str, description: &str) -> Refusal {
    Refusal::Token { status, error, description: description.to_owned() }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
