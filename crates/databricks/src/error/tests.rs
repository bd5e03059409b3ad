#![allow(clippy::unwrap_used, reason = "tests")]

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rstest::rstest;

use super::*;

fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
    let header =
        |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    Reply { status, headers: headers.iter().map(header).collect(), body: body.into() }
}

fn error(api: &'static str, reply: &Reply) -> ApiError {
    let host = Host::parse("https://x.example.com").unwrap();
    refusal(api, &host, "the access token in DATABRICKS_TOKEN", reply)
}

/// Bodies as they were seen, and the forms that the official SDKs know.
#[test]
fn every_known_form_of_a_refusal_is_read() {
    let html = "<!DOCTYPE html><html><head><title>Error 404 &amp; more</title></head><body><pre>HTTP method POST is not supported by this URL</pre></body></html>";
    let cases: &[(&'static str, u16, &str)] = &[
        (
            "clusters/get",
            400,
            r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"Cluster 1 does not exist","details":[{"@type":"x"}]}"#,
        ),
        (
            "clusters/get",
            401,
            r#"{"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API. [ReqId: 1]"}"#,
        ),
        ("clusters/get", 403, r#"{"error_code":403,"message":"Invalid access token."}"#),
        ("clusters/edit", 403, r#"{"error_code":"PERMISSION_DENIED","message":"no"}"#),
        ("instance-profiles/add", 403, r#"{"error_code":"PERMISSION_DENIED","message":"Only admins"}"#),
        (
            "clusters/get",
            404,
            r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'GET /clusters/get'"}"#,
        ),
        ("clusters/get", 404, r#"{"error": "Bad Target: /api/2.2/sql/endpoints"}"#),
        ("clusters/create", 405, html),
        ("clusters/get", 404, "<html><head><title>Not here</title></head></html>"),
        ("clusters/get", 502, "<html></html>"),
        ("oidc/v1/token", 401, r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#),
        ("scim", 404, r#"{"detail":"no such user","status":"404","scimType":"invalidValue"}"#),
        ("workspace/import", 400, "MAX_NOTEBOOK_SIZE_EXCEEDED: too\nbig\u{1b}[31m"),
        ("clusters/list", 429, r#"{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"slow down"}"#),
        ("clusters/list", 503, ""),
        ("clusters/list", 400, "[1, 2]"),
        ("clusters/list", 400, r#"{"error":{"message":"nested","error_code":"BAD_REQUEST"}}"#),
        (
            "clusters/list",
            403,
            r#"{"message":"Source IP address: 10.0.0.1 is blocked by Databricks IP ACL for workspace: 1"}"#,
        ),
    ];
    let lines: Vec<_> = cases
        .iter()
        .map(|(api, status, body)| {
            let error = error(api, &reply(*status, &[], body));
            format!("{error}\n  help: {}", error.help().unwrap_or_default())
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    clusters/get: https://x.example.com answered 400 INVALID_PARAMETER_VALUE: Cluster 1 does not exist
      help: 
    clusters/get: https://x.example.com answered 401: Credential was not sent or was of an unsupported type for this API. [ReqId: 1]
      help: the access token in DATABRICKS_TOKEN is not accepted here: it may have expired, or belong to another workspace
    clusters/get: https://x.example.com answered 403: Invalid access token.
      help: the access token in DATABRICKS_TOKEN is not accepted here: it may have expired, or belong to another workspace
    clusters/edit: https://x.example.com answered 403 PERMISSION_DENIED: no
      help: the caller needs CAN_MANAGE on the cluster
    instance-profiles/add: https://x.example.com answered 403 PERMISSION_DENIED: Only admins
      help: the caller needs to be an admin of the workspace
    clusters/get: https://x.example.com answered 404 ENDPOINT_NOT_FOUND: No API found for 'GET /clusters/get'
      help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: https://x.example.com answered 404: Bad Target: /api/2.2/sql/endpoints
      help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/create: https://x.example.com answered 405: HTTP method POST is not supported by this URL
      help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: https://x.example.com answered 404: Not here
      help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: https://x.example.com answered 502: an HTML page
      help: the service has a problem of its own: try later, and quote the request to its support
    oidc/v1/token: https://x.example.com answered 401 invalid_client: Client authentication failed
      help: the access token in DATABRICKS_TOKEN is not known here: check id and secret, and that it is a member of this workspace
    scim: https://x.example.com answered 404 invalidValue: no such user
      help: 
    workspace/import: https://x.example.com answered 400 MAX_NOTEBOOK_SIZE_EXCEEDED: too big [31m
      help: 
    clusters/list: https://x.example.com answered 429 REQUEST_LIMIT_EXCEEDED: slow down
      help: the workspace takes no more calls for now: try later, or with a smaller --parallelism
    clusters/list: https://x.example.com answered 503: Service Unavailable
      help: the service has a problem of its own: try later, and quote the request to its support
    clusters/list: https://x.example.com answered 400: [1, 2]
      help: 
    clusters/list: https://x.example.com answered 400 BAD_REQUEST: nested
      help: 
    clusters/list: https://x.example.com answered 403: Source IP address: 10.0.0.1 is blocked by Databricks IP ACL for workspace: 1
      help: the workspace takes calls from listed addresses only: call from one of them, or have this one listed
    ");
}

#[test]
fn headers_fill_in_what_the_body_lacks() {
    let headers = [("x-request-id", "r-1"), ("x-databricks-reason-phrase", "Invalid Token")];
    insta::assert_snapshot!(error("clusters/get", &reply(403, &headers, "")), @"clusters/get: https://x.example.com answered 403: Invalid Token (request r-1)");
}

#[rstest]
#[case("https://x.example.com/login.html?o=1&token=secret", "it redirects to its login page")]
#[case("/login.html?error=private-link-validation-error:1", "it is reached through a private link only")]
#[case("https://elsewhere.example.com/a#access_token=secret", "it redirects to https://elsewhere.example.com/a")]
#[case("https://elsewhere.example.com/a?b=secret", "it redirects to https://elsewhere.example.com/a")]
#[case("", "it redirects")]
fn a_redirect_means_a_wrong_host(#[case] location: &'static str, #[case] why: &str) {
    let error = error("clusters/get", &reply(302, &[("location", location)], ""));
    let expected = format!("clusters/get: https://x.example.com is not the API of a Databricks workspace: {why}");
    assert_eq!(error.to_string(), expected);
}

#[rstest]
#[case::by_code(404, "RESOURCE_DOES_NOT_EXIST", "Path (/x) doesn't exist.", true)]
#[case::by_code_with_another_status(400, "RESOURCE_DOES_NOT_EXIST", "", true)]
#[case::cluster(400, "INVALID_PARAMETER_VALUE", "Cluster 1 does not exist", true)]
#[case::old_cluster(
    400,
    "INVALID_STATE",
    "Cannot access cluster 1 that was terminated or unpinned more than 30 days ago.",
    true
)]
#[case::other_parameter(400, "INVALID_PARAMETER_VALUE", "Missing required field: size", false)]
#[case::other_state(400, "INVALID_STATE", "Cluster 1 is in unexpected state Running.", false)]
#[case::wrong_path(404, "ENDPOINT_NOT_FOUND", "No API found", false)]
#[case::not_found(404, "NODE_NOT_FOUND", "x", true)]
#[case::gateway(404, "", "Not Found", false)]
#[case::without_code(404, "", "Path (/x) doesn't exist.", true)]
fn absence_is_told_from_everything_else(
    #[case] status: u16,
    #[case] code: &str,
    #[case] message: &str,
    #[case] absent: bool,
) {
    let body = serde_json::json!({"error_code": code, "message": message}).to_string();
    assert_eq!(error("clusters/get", &reply(status, &[], &body)).is_absent(), absent);
}

#[rstest]
#[case(400, "RESOURCE_ALREADY_EXISTS", true)]
#[case(409, "ALREADY_EXISTS", true)]
#[case(409, "ABORTED", false)]
fn an_existing_thing_is_told_by_its_code(#[case] status: u16, #[case] code: &str, #[case] exists: bool) {
    let body = serde_json::json!({"error_code": code, "message": "x"}).to_string();
    assert_eq!(error("workspace/import", &reply(status, &[], &body)).already_exists(), exists);
}

proptest::proptest! {
    /// Whatever comes back becomes one line of plain text, and never a panic.
    #[test]
    fn any_body_is_read(status in 400_u16..600, body: Vec<u8>, html in "<html>(<pre|</pre|<title>|<|>|é|x){0,8}") {
        for body in [body, html.into_bytes()] {
            let reply = Reply { status, headers: HeaderMap::new(), body };
            let text = error("clusters/get", &reply).to_string();
            proptest::prop_assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}
