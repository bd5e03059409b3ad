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

    /// Ends the token that a call bears; returns whether it is one that was issued.
    pub(super) fn expire(&mut self, request: &Request, now: u64) -> bool {
        let header = request.header("authorization").unwrap_or_default();
        let end = header.strip_prefix("Bearer ").and_then(|token| self.ends.get_mut(token));
        end.map(|end| *end = now).is_some()
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
            Some(_) => Err(expired()),
            None => Err(credential(403, "Invalid access token.")),
        }
    }
}

/// 403 and not 401, as seen on the wire (databricks/cli#4768, databricks-vscode#583).
pub(super) fn expired() -> Refusal {
    credential(403, "Token is expiring within 30 seconds. (token expired)")
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use rstest::rstest;

    use super::super::testing::{Answer, Workspace, authorized};
    use super::*;

    const LIST: &str = "/api/2.0/instance-profiles/list";

    impl Workspace {
        fn list_as(&mut self, authorization: Option<&str>) -> Answer {
            let headers = authorization.map(|value| ("authorization".to_owned(), value.to_owned()));
            self.send(&Request {
                method: "GET".to_owned(),
                path: LIST.to_owned(),
                headers: headers.into_iter().collect(),
                ..Request::default()
            })
        }

        fn token(&mut self, client: &str, form: &str) -> Answer {
            let mut request = authorized();
            request.method = "POST".to_owned();
            request.path = "/oidc/v1/token".to_owned();
            request.headers.insert("authorization".to_owned(), format!("Basic {}", STANDARD.encode(client)));
            request.body = form.as_bytes().to_vec();
            self.send(&request)
        }
    }

    #[test]
    fn refuses_bad_credentials_as_the_real_workspace_does() {
        let mut workspace = Workspace::new();
        insta::assert_snapshot!(workspace.list_as(None).text(), @r#"401 {"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API. [ReqId: sandbox]"}"#);
        insta::assert_snapshot!(workspace.list_as(Some("Basic YTpi")).text(), @r#"401 {"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API. [ReqId: sandbox]"}"#);
        insta::assert_snapshot!(workspace.list_as(Some("Bearer dapi-wrong")).text(), @r#"403 {"error_code":403,"message":"Invalid access token."}"#);
        assert_eq!(workspace.list_as(Some("Bearer sandbox-token")).status, 200);
    }

    #[test]
    fn an_issued_token_is_good_for_an_hour_less_half_a_minute() {
        let mut workspace = Workspace::new();
        let form = "grant_type=client_credentials&scope=all-apis";
        let answer = workspace.token("sandbox-client:sandbox-secret", form).expect_ok();
        assert_eq!(answer["expires_in"], 3_600);
        let authorization = format!("Bearer {}", answer["access_token"].as_str().unwrap());
        workspace.pass(3_569_999);
        assert_eq!(workspace.list_as(Some(&authorization)).status, 200);
        workspace.pass(1);
        insta::assert_snapshot!(workspace.list_as(Some(&authorization)).text(), @r#"403 {"error_code":403,"message":"Token is expiring within 30 seconds. (token expired)"}"#);
    }

    #[test]
    fn no_two_tokens_are_the_same() {
        let mut tokens = Tokens::default();
        assert_ne!(tokens.issue(0), tokens.issue(0));
    }

    #[rstest]
    #[case("sandbox-client:wrong", "grant_type=client_credentials&scope=all-apis", 401, "invalid_client")]
    #[case("sandbox-client:sandbox-secret", "grant_type=password&scope=all-apis", 400, "unsupported_grant_type")]
    #[case("sandbox-client:sandbox-secret", "grant_type=client_credentials&scope=sql", 400, "invalid_scope")]
    fn the_token_service_refuses(#[case] client: &str, #[case] form: &str, #[case] status: u16, #[case] error: &str) {
        let answer = Workspace::new().token(client, form);
        assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(error)));
    }

    #[test]
    fn the_discovery_documents_lead_to_the_token_service() {
        let mut workspace = Workspace::new();
        let mut read = |path: &str| {
            let mut request = Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
            request.headers.insert("host".to_owned(), "127.0.0.1:4900".to_owned());
            workspace.send(&request).expect_ok()
        };
        let configuration = read("/.well-known/databricks-config");
        assert_eq!(configuration["oidc_endpoint"], "http://127.0.0.1:4900/oidc");
        let server = read("/oidc/.well-known/oauth-authorization-server");
        assert_eq!(server["token_endpoint"], "http://127.0.0.1:4900/oidc/v1/token");
    }
}
