//! How tokens are fetched, kept and renewed, over real HTTP and with a real helper process.

use std::path::Path;

use tempfile::TempDir;

use super::*;

fn granted(token: &str, expires_in: &Value) -> Answer {
    answer(200, &json!({"access_token": token, "token_type": "Bearer", "expires_in": expires_in}))
}

fn not_found() -> Answer {
    Answer::Http(404, "", String::new())
}

/// The credentials that the requests carried.
fn authorizations(server: &Server) -> Vec<String> {
    let header = |request: &String| {
        let line = request.lines().find(|line| line.starts_with("authorization: "));
        line.unwrap_or("none").trim_start_matches("authorization: ").to_owned()
    };
    server.requests().iter().map(header).collect()
}

#[tokio::test]
async fn a_service_principal_discovers_where_tokens_are_given_out_and_keeps_its_token() {
    let server = Server::start([]).await;
    let elsewhere = format!("{}/elsewhere", server.address);
    let endpoint = format!("{elsewhere}/v1/token");
    let script = [
        answer(200, &json!({"oidc_endpoint": elsewhere, "workspace_id": "1"})),
        answer(200, &json!({"token_endpoint": endpoint, "authorization_endpoint": "x"})),
        granted("secret-1", &json!("3600")),
        answer(200, &json!({})),
        answer(200, &json!({})),
    ];
    server.extend(script);
    let client = service_principal(&server);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    insta::assert_snapshot!(server.request_lines().join("\n"), @"
    GET /.well-known/databricks-config
    GET /elsewhere/.well-known/oauth-authorization-server
    POST /elsewhere/v1/token
    GET /api/2.1/clusters/get?cluster_id=a+b
    GET /api/2.1/clusters/get?cluster_id=a+b
    ");
    insta::assert_snapshot!(authorizations(&server).join("\n"), @"
    none
    none
    Basic aWQ6c2VjcmV0LXM=
    Bearer secret-1
    Bearer secret-1
    ");
    assert!(server.requests()[2].ends_with("\r\n\r\ngrant_type=client_credentials&scope=all-apis"));
}

#[tokio::test]
async fn without_discovery_the_well_known_place_is_asked() {
    let script = [not_found(), not_found(), granted("t", &json!(3600)), answer(200, &json!({}))];
    let server = Server::start(script).await;
    get(&service_principal(&server)).await.unwrap();
    insta::assert_snapshot!(server.request_lines().join("\n"), @"
    GET /.well-known/databricks-config
    GET /oidc/.well-known/oauth-authorization-server
    POST /oidc/v1/token
    GET /api/2.1/clusters/get?cluster_id=a+b
    ");
}

#[tokio::test]
async fn calls_side_by_side_fetch_one_token_between_them() {
    let calls = (0..4).map(|_| answer(200, &json!({})));
    let script = [not_found(), not_found(), granted("t", &json!(3600))].into_iter().chain(calls);
    let server = Server::start(script).await;
    let client = service_principal(&server);
    let results = futures_util::future::join_all((0..4).map(|_| get(&client))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((server.requests().len(), client.calls()), (7, 4));
}

#[tokio::test]
async fn a_token_at_its_end_is_fetched_anew() {
    let round = || [not_found(), not_found(), granted("t", &json!(59)), answer(200, &json!({}))];
    let server = Server::start(round().into_iter().chain(round())).await;
    let client = service_principal(&server);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!((server.requests().len(), client.calls()), (8, 2));
}

#[tokio::test]
async fn an_expired_token_is_renewed_also_where_the_next_one_ends_too() {
    let expired = || answer(403, &json!({"error_code": 403, "message": "Invalid Token"}));
    let fetch = |token: &str| [not_found(), not_found(), granted(token, &json!(3600))];
    let expiring = |tokens: &[&str]| {
        tokens.iter().flat_map(|token| fetch(token).into_iter().chain([expired()])).collect::<Vec<_>>()
    };
    let script = expiring(&["a", "b"]).into_iter().chain(fetch("c")).chain([answer(200, &json!({}))]);
    let good = Server::start(script).await;
    get(&service_principal(&good)).await.unwrap();
    assert_eq!(authorizations(&good).last().unwrap(), "Bearer c");
    let bad = Server::start(expiring(&["a", "b", "c", "d"])).await;
    insta::assert_snapshot!(shown(&bad, get(&service_principal(&bad)).await), @"
    clusters/get: HOST answered 403: Invalid Token
    help: the service principal in DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET is not accepted here: it may have expired, or belong to another workspace
    ");
}

#[tokio::test]
async fn a_refused_access_token_is_not_tried_again() {
    let refused = answer(403, &json!({"error_code": 403, "message": "Invalid access token."}));
    let server = Server::start([refused]).await;
    insta::assert_snapshot!(shown(&server, get(&client(&server)).await), @"
    clusters/get: HOST answered 403: Invalid access token.
    help: the access token in DATABRICKS_TOKEN is not accepted here: it may have expired, or belong to another workspace
    ");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_unknown_service_principal_is_refused_with_its_origin() {
    let body = json!({"error": "invalid_client", "error_description": "Client authentication failed"});
    let server = Server::start([not_found(), not_found(), answer(401, &body)]).await;
    insta::assert_snapshot!(shown(&server, get(&service_principal(&server)).await), @"
    oidc/v1/token: HOST answered 401 invalid_client: Client authentication failed
    help: the service principal in DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET is not known here: check id and secret, and that it is a member of this workspace
    ");
}

/// A `databricks` command of a shell script, as large as the real one must be at least: the shell never reads behind
/// `exit`.
#[cfg(unix)]
fn helper(folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("databricks");
    let padding = "#".repeat(1024 * 1024);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\nexit 0\n{padding}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
fn helped(server: &Server, folder: &Path) -> Client {
    let path = folder.to_str().unwrap();
    client_with(&server.address, &[("PATH", path), ("MARK", "passed on")])
}

#[cfg(unix)]
#[tokio::test]
async fn the_databricks_command_gives_out_tokens() {
    let folder = TempDir::new().unwrap();
    helper(
        folder.path(),
        r#"echo "$* ($MARK)" >> "${0%/*}/log"
echo '{"access_token": "secret-of-cli", "token_type": "Bearer", "expiry": "2999-01-01T00:00:00.123456789Z"}'"#,
    );
    let server = Server::start([answer(200, &json!({})), answer(200, &json!({}))]).await;
    let client = helped(&server, folder.path());
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(authorizations(&server), ["Bearer secret-of-cli", "Bearer secret-of-cli"]);
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(log, format!("auth token --host {} (passed on)\n", server.address));
    assert!(server.requests()[0].contains("user-agent: reconcile/0.1.0 os/linux auth/databricks-cli"));
}

/// Before 0.296.0 the command does not know the flag that asks for a token which is not from its cache.
#[cfg(unix)]
#[rstest]
#[case::new("n=new")]
#[case::old("n=old; case \"$*\" in *--force-refresh*) echo 'Error: unknown flag: --force-refresh' >&2; exit 1;; esac")]
#[tokio::test]
async fn a_refused_token_of_the_command_is_renewed(#[case] beginning: &str) {
    let folder = TempDir::new().unwrap();
    let script = format!(
        "{beginning}\necho x >> \"${{0%/*}}/log\"\ncount=0\nwhile read -r line; do count=$((count+1)); done < \"${{0%/*}}/log\"\necho '{{\"access_token\": \"t'$count'\"}}'"
    );
    helper(folder.path(), &script);
    let expired = answer(403, &json!({"message": "Token is expiring within 30 seconds. (token expired)"}));
    let server = Server::start([expired, answer(200, &json!({}))]).await;
    get(&helped(&server, folder.path())).await.unwrap();
    assert_eq!(authorizations(&server), ["Bearer t1", "Bearer t2"]);
}

#[cfg(unix)]
#[rstest]
#[case("echo secret-x; echo 'Error: cannot get access token: refresh token is invalid' >&2; exit 1")]
#[case("echo '{\"access_token\": secret-x'")]
#[tokio::test]
async fn a_failing_command_is_an_error_that_says_how_to_log_in(#[case] script: &str) {
    let folder = TempDir::new().unwrap();
    helper(folder.path(), script);
    let server = Server::start([]).await;
    let text = shown(&server, get(&helped(&server, folder.path())).await);
    let text = text.replace(folder.path().to_str().unwrap(), "FOLDER");
    assert!(text.ends_with("help: log in again: databricks auth login --host HOST"), "{text}");
    assert!(text.contains("FOLDER/databricks auth token --host HOST` "), "{text}");
    assert_eq!(server.requests().len(), 0);
}
