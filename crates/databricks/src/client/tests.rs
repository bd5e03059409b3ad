#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use reconcile_engine::wait::Interrupt;
use rstest::rstest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::test_server::{Answer, Server, json as answer};

/// Waits of a millisecond, and an attempt of at most half a second.
fn pace() -> Pace {
    Pace {
        attempt_limit: Duration::from_millis(500),
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(1),
        seed: 7,
        ..Pace::within(Duration::from_secs(30))
    }
}

fn settings(host: &str, token: Option<&str>) -> Settings {
    Settings {
        host: Some(host.to_owned()),
        profile: None,
        token: token.map(SecretString::from),
        user_agent: "reconcile/0.1.0 os/linux".to_owned(),
        timeout: Duration::from_secs(30),
        interrupt: Interrupt::never(),
    }
}

fn client_with(host: &str, variables: &[(&str, &str)]) -> Client {
    let settings = settings(host, None);
    let variables: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let environment = Environment::new(variables, Some(PathBuf::from("/nonexistent")));
    Client::with_pace(&settings, &environment, pace()).unwrap()
}

fn client(server: &Server) -> Client {
    client_with(&server.address, &[("DATABRICKS_TOKEN", "secret-token")])
}

fn service_principal(server: &Server) -> Client {
    let variables = [("DATABRICKS_CLIENT_ID", "id"), ("DATABRICKS_CLIENT_SECRET", "secret-s")];
    client_with(&server.address, &variables)
}

async fn get(client: &Client) -> Result<Value, ApiError> {
    client.get("clusters/get", ApiVersion::V2_1, &[("cluster_id", "a b")]).await
}

async fn create(client: &Client, retry: Retry) -> Result<Value, ApiError> {
    Ok(client.post("clusters/create", ApiVersion::V2_1, &json!({"num_workers": 0}), retry).await?.value)
}

/// The error with its help, with the server's random port replaced.
fn shown(server: &Server, result: Result<Value, ApiError>) -> String {
    let error = result.unwrap_err();
    let text = format!("{error}\nhelp: {}", error.help().unwrap_or_default());
    assert!(!text.contains("secret-"), "{text}");
    text.replace(&server.address, "HOST")
}

#[tokio::test]
async fn a_call_is_what_the_api_expects() {
    let server = Server::start([answer(200, &json!({"a": 1})), Answer::Http(200, "", String::new())]).await;
    let client = client(&server);
    assert_eq!(get(&client).await.unwrap(), json!({"a": 1}));
    assert_eq!(create(&client, Retry::OnlyIfNotSent).await.unwrap(), json!({}));
    let address = server.address.trim_start_matches("http://");
    let text = server.requests().join("\n----\n").replace(address, "ADDRESS").replace('\r', "");
    insta::assert_snapshot!(text, @r#"
    GET /api/2.1/clusters/get?cluster_id=a+b HTTP/1.1
    authorization: Bearer secret-token
    accept: application/json
    user-agent: reconcile/0.1.0 os/linux auth/pat
    accept-encoding: gzip
    host: ADDRESS


    ----
    POST /api/2.1/clusters/create HTTP/1.1
    authorization: Bearer secret-token
    content-type: application/json
    accept: application/json
    user-agent: reconcile/0.1.0 os/linux auth/pat
    accept-encoding: gzip
    host: ADDRESS
    content-length: 17

    {"num_workers":0}
    "#);
    assert_eq!(client.calls(), 2);
}

#[tokio::test]
async fn the_workspace_is_named_where_its_host_is_shared() {
    let server = Server::start([answer(200, &json!({}))]).await;
    let host = format!("{}/?o=42", server.address);
    let client = client_with(&host, &[("DATABRICKS_TOKEN", "secret")]);
    get(&client).await.unwrap();
    assert!(server.requests()[0].contains("x-databricks-workspace-id: 42"));
}

#[tokio::test]
async fn throttling_and_cuts_are_waited_out() {
    let script = [
        Answer::Http(429, "retry-after: 0\r\n", String::new()),
        Answer::Http(503, "", "<html></html>".to_owned()),
        Answer::Cut,
        answer(400, &json!({"error_code": "BAD_REQUEST", "message": "ClusterNotReadyException: wait"})),
        answer(200, &json!({"ok": true})),
    ];
    let server = Server::start(script).await;
    let client = client(&server);
    assert_eq!(get(&client).await.unwrap(), json!({"ok": true}));
    assert_eq!((server.requests().len(), client.calls()), (5, 1));
}

/// A create whose answer was lost may have happened: it is repeated only if twice is once.
#[rstest]
#[case(Retry::Safe, true)]
#[case(Retry::OnlyIfNotSent, false)]
#[tokio::test]
async fn a_lost_answer_is_asked_for_again_only_where_that_is_safe(#[case] retry: Retry, #[case] repeated: bool) {
    for lost in [Answer::Cut, Answer::Silence, Answer::Http(504, "", String::new())] {
        let server = Server::start([lost, answer(200, &json!({}))]).await;
        assert_eq!(create(&client(&server), retry).await.is_ok(), repeated);
        assert_eq!(server.requests().len(), if repeated { 2 } else { 1 });
    }
}

#[tokio::test]
async fn a_refusal_before_anything_was_done_is_repeated_even_for_a_create() {
    let server = Server::start([Answer::Http(429, "", String::new()), answer(200, &json!({"cluster_id": "1"}))]).await;
    assert_eq!(create(&client(&server), Retry::OnlyIfNotSent).await.unwrap(), json!({"cluster_id": "1"}));
}

#[tokio::test]
async fn a_wait_longer_than_the_time_left_is_not_begun() {
    let server = Server::start([Answer::Http(429, "retry-after: 3600\r\n", String::new())]).await;
    insta::assert_snapshot!(shown(&server, get(&client(&server)).await), @"
    clusters/get: HOST answered 429: Too Many Requests
    help: the workspace takes no more calls for now: try later, or with a smaller --parallelism
    ");
}

/// The next call is not even sent, and does not wait until its time is over.
#[tokio::test]
async fn what_the_workspace_asks_of_one_call_counts_for_the_others() {
    let server = Server::start([Answer::Http(429, "retry-after: 3600\r\n", String::new())]).await;
    let client = client(&server);
    get(&client).await.unwrap_err();
    let error = get(&client).await.unwrap_err();
    assert_eq!((error.status(), server.requests().len()), (Some(429), 1));
}

#[tokio::test]
async fn what_is_no_workspace_says_so() {
    let script = [
        Answer::Http(302, "location: /login.html?x=secret-x\r\n", String::new()),
        Answer::Http(200, "content-type: text/html\r\n", "<html>Welcome</html>".to_owned()),
        Answer::Http(200, "", "pong".to_owned()),
        Answer::Http(404, "", "<html><title>Not found</title></html>".to_owned()),
    ];
    let server = Server::start(script).await;
    let client = client(&server);
    let mut texts = Vec::new();
    for _ in 0..4 {
        texts.push(shown(&server, get(&client).await));
    }
    insta::assert_snapshot!(texts.join("\n"), @"
    clusters/get: HOST is not the API of a Databricks workspace: it redirects to its login page
    help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: HOST is not the API of a Databricks workspace: it answers with a web page
    help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: HOST gave an unexpected answer: it is not JSON (at line 1 column 1)
    help: if a proxy stands between, let it pass; otherwise check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: HOST answered 404: Not found
    help: check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    ");
    assert_eq!(client.calls(), 4);
}

#[tokio::test]
async fn a_token_that_is_repeated_in_a_refusal_is_masked() {
    let body = json!({"error_code": "BAD_REQUEST", "message": "the header was Bearer secret-token"});
    let server = Server::start([answer(400, &body)]).await;
    insta::assert_snapshot!(shown(&server, get(&client(&server)).await), @"
    clusters/get: HOST answered 400 BAD_REQUEST: the header was Bearer (secret)
    help:
    ");
}

#[tokio::test]
async fn a_refusal_inside_a_success_is_a_refusal() {
    let body = json!({"error_code": "MAX_NOTEBOOK_SIZE_EXCEEDED", "message": "too big"});
    let server = Server::start([answer(200, &body)]).await;
    let error = get(&client(&server)).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(200), Some("MAX_NOTEBOOK_SIZE_EXCEEDED")));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_described_without_its_values() {
    #[derive(Debug, Deserialize)]
    struct Cluster {
        #[expect(dead_code, reason = "only its type counts")]
        spark_env_vars: BTreeMap<String, String>,
    }
    let script = [answer(200, &json!({"spark_env_vars": "secret-x"})), answer(200, &json!({"other": "secret-x"}))];
    let server = Server::start(script).await;
    let client = client(&server);
    let mut texts = Vec::new();
    for _ in 0..2 {
        let result = client.get::<Cluster>("clusters/get", ApiVersion::V2_1, &[]).await;
        texts.push(shown(&server, result.map(|_| Value::Null)));
    }
    insta::assert_snapshot!(texts.join("\n"), @"
    clusters/get: HOST gave an unexpected answer: a field has another type than the API promises (at line 1 column 28)
    help: if a proxy stands between, let it pass; otherwise check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    clusters/get: HOST gave an unexpected answer: missing field `spark_env_vars` at line 1 column 20
    help: if a proxy stands between, let it pass; otherwise check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    ");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_given_up_after_three_attempts() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client_with(&address, &[("DATABRICKS_TOKEN", "secret")]);
    let error = get(&client).await.unwrap_err();
    let text = format!("{error}\nhelp: {}", error.help().unwrap()).replace(&address, "HOST");
    insta::assert_snapshot!(text, @"
    clusters/get: HOST cannot be reached: nothing listens there (connection refused) (3 attempts)
    help: check host and port, and whether a proxy or firewall stands between
    ");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_and_a_port_without_tls_are_told_apart() {
    let server = Server::start([]).await;
    let without_tls = server.address.replace("http://", "https://");
    for (host, kind) in
        [("http://nowhere.invalid", crate::UnreachableKind::Name), (&without_tls, crate::UnreachableKind::Tls)]
    {
        let error = get(&client_with(host, &[("DATABRICKS_TOKEN", "secret")])).await.unwrap_err();
        assert!(matches!(&error, ApiError::Unreachable { cause, .. } if cause.kind == kind), "{error}");
    }
}

#[derive(Deserialize)]
struct Clusters {
    #[serde(default)]
    clusters: Vec<u32>,
    next_page_token: Option<String>,
}

impl Page for Clusters {
    type Item = u32;
    fn into_parts(self) -> (Vec<u32>, Option<String>) {
        let Self { clusters, next_page_token } = self;
        (clusters, next_page_token)
    }
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let script = [
        answer(200, &json!({"clusters": [1, 2], "next_page_token": "a/b"})),
        answer(200, &json!({"next_page_token": "c"})),
        answer(200, &json!({"clusters": [3], "next_page_token": ""})),
    ];
    let server = Server::start(script).await;
    let query = [("filter_by.cluster_sources", "UI"), ("filter_by.cluster_sources", "API"), ("page_size", "100")];
    let clusters = client(&server).list::<Clusters>("clusters/list", ApiVersion::V2_1, &query).await.unwrap();
    assert_eq!(clusters, [1, 2, 3]);
    insta::assert_snapshot!(server.request_lines().join("\n"), @"
    GET /api/2.1/clusters/list?filter_by.cluster_sources=UI&filter_by.cluster_sources=API&page_size=100
    GET /api/2.1/clusters/list?filter_by.cluster_sources=UI&filter_by.cluster_sources=API&page_size=100&page_token=a%2Fb
    GET /api/2.1/clusters/list?filter_by.cluster_sources=UI&filter_by.cluster_sources=API&page_size=100&page_token=c
    ");
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_are_an_error() {
    let page = answer(200, &json!({"clusters": [1], "next_page_token": "a"}));
    let server = Server::start([page.clone(), page]).await;
    let result = client(&server).list::<Clusters>("clusters/list", ApiVersion::V2_1, &[]).await;
    assert!(matches!(result, Err(ApiError::Unexpected { .. })));
}

#[tokio::test]
async fn pages_without_an_end_are_an_error() {
    let page = |number: u32| Reply {
        status: 200,
        headers: reqwest::header::HeaderMap::new(),
        body: json!({"next_page_token": number.to_string()}).to_string().into_bytes(),
    };
    let canned = crate::transport::Canned::new((0..20_000).map(page).collect());
    let environment = Environment::new(BTreeMap::new(), None);
    let client = Client::canned(&settings("http://127.0.0.1", Some("t")), &environment, canned).unwrap();
    let result = client.list::<Clusters>("clusters/list", ApiVersion::V2_1, &[]).await;
    assert!(matches!(result, Err(ApiError::Unexpected { .. })));
    assert!(client.calls() < 20_000);
}

/// Only the answer to a writing call may be nothing at all: a list that is cut to nothing is not an empty list.
#[rstest]
#[case(200)]
#[case(204)]
#[tokio::test]
async fn a_read_that_answers_nothing_is_an_error(#[case] status: u16) {
    let server = Server::start([Answer::Http(status, "", String::new())]).await;
    let result = client(&server).list::<Clusters>("clusters/list", ApiVersion::V2_1, &[]).await;
    assert!(matches!(result, Err(ApiError::Unexpected { .. })));
}

#[tokio::test]
async fn of_an_answer_that_is_too_large_only_so_much_is_read() {
    let body = format!("{{\"a\": \"{}\"}}", "x".repeat(LARGEST_ANSWER));
    let server = Server::start([Answer::Http(200, "", body)]).await;
    let client = client_with(&server.address, &[("DATABRICKS_TOKEN", "secret-token")]);
    insta::assert_snapshot!(shown(&server, get(&client).await), @"
    clusters/get: HOST gave an unexpected answer: it is larger than 64 MiB
    help: if a proxy stands between, let it pass; otherwise check that the host is the address of the workspace itself, as the browser shows it when the workspace is open
    ");
}

mod tokens;
