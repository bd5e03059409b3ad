//! What the record of calls says of a call: everything but secrets and notebooks' contents.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::authentication::hexadecimal;
use super::workspace::multipart;
use crate::http::Request;

/// Stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// POST calls that change nothing.
const READING_POSTS: [&str; 2] = ["clusters/events", "oidc/v1/token"];

/// The operation (`clusters/get`), whether it writes, and its parameters without secrets.
pub(crate) fn describe(request: &Request) -> (String, bool, Value) {
    let operation = operation_of(&request.path);
    let writes = request.method != "GET" && !READING_POSTS.contains(&operation.as_str());
    let mut parameters = Map::new();
    for (name, value) in &request.query {
        insert(&mut parameters, name, redacted(name, Value::from(value.as_str())));
    }
    if !request.body.is_empty() {
        for (name, value) in body_of(request) {
            let value = redacted(&name, value);
            insert(&mut parameters, &name, value);
        }
    }
    (operation, writes, Value::Object(parameters))
}

fn operation_of(path: &str) -> String {
    super::api_call(path).map_or_else(|| path.trim_start_matches('/'), |(_, name)| name).to_owned()
}

/// A parameter that stands several times is a list.
fn insert(parameters: &mut Map<String, Value>, name: &str, value: Value) {
    match parameters.get_mut(name) {
        None => {
            parameters.insert(name.to_owned(), value);
        }
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = json!([first.take(), value]),
    }
}

fn body_of(request: &Request) -> Vec<(String, Value)> {
    let media_type = request.header("content-type").unwrap_or_default();
    if media_type.starts_with("application/x-www-form-urlencoded") {
        let form = request.form().into_iter();
        return form.map(|(name, value)| (name, Value::from(value))).collect();
    }
    if let Some(parts) = multipart::parse(request) {
        return parts
            .into_iter()
            .map(|part| {
                let value = if part.name == "content" {
                    digest(&part.content)
                } else {
                    Value::from(String::from_utf8_lossy(&part.content))
                };
                (part.name, value)
            })
            .collect();
    }
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(object)) => object.into_iter().collect(),
        // What cannot be read may hold anything, so nothing of it is kept.
        Ok(_) | Err(_) => vec![("unreadable_body".to_owned(), digest(&request.body))],
    }
}

/// A value without the secrets in it, which are known by the names above them.
fn redacted(name: &str, value: Value) -> Value {
    match (name, value) {
        ("spark_env_vars" | "basic_auth", Value::Object(entries)) => {
            entries.into_iter().map(|(name, _)| (name, Value::from(REDACTED))).collect()
        }
        ("content", Value::String(text)) => digest(&STANDARD.decode(&text).unwrap_or_else(|_| text.into_bytes())),
        ("spark_env_vars" | "basic_auth" | "client_secret" | "client_assertion" | "password" | "token", _) => {
            Value::from(REDACTED)
        }
        (_, Value::Object(object)) => object
            .into_iter()
            .map(|(name, value)| {
                let value = redacted(&name, value);
                (name, value)
            })
            .collect(),
        (name, Value::Array(values)) => values.into_iter().map(|value| redacted(name, value)).collect(),
        (_, value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_))) => value,
    }
}

/// Enough to know a content again.
fn digest(content: &[u8]) -> Value {
    if content.is_empty() {
        return json!({"length": 0});
    }
    json!({"length": content.len(), "sha256": hexadecimal(&Sha256::digest(content))})
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn post(path: &str, media_type: &str, body: &str) -> Request {
        Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: [("content-type", media_type), ("authorization", "Bearer hunter2")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            body: body.as_bytes().to_vec(),
            ..Request::default()
        }
    }

    #[test]
    fn keeps_no_secret_of_a_cluster() {
        let body = json!({
            "cluster_name": "lab",
            "spark_env_vars": {"PASSWORD": "hunter2"},
            "docker_image": {"url": "image", "basic_auth": {"username": "hunter2", "password": "hunter2"}},
            "cluster": {"spark_env_vars": {"KEY": "hunter2"}},
        });
        let request = post("/api/2.1/clusters/create", "application/json", &body.to_string());
        let (operation, writes, parameters) = describe(&request);
        assert!(writes);
        insta::assert_snapshot!(format!("{operation} {parameters}"), @r#"clusters/create {"cluster_name":"lab","spark_env_vars":{"PASSWORD":"[redacted]"},"docker_image":{"url":"image","basic_auth":{"username":"[redacted]","password":"[redacted]"}},"cluster":{"spark_env_vars":{"KEY":"[redacted]"}}}"#);
    }

    #[test]
    fn keeps_no_secret_that_stands_in_a_wrong_place() {
        let body = r#"{"spark_env_vars": ["hunter2"], "docker_image": [{"basic_auth": "hunter2"}]}"#;
        let (_, _, parameters) = describe(&post("/api/2.1/clusters/create", "application/json", body));
        assert!(!parameters.to_string().contains("hunter2"), "{parameters}");
        let (_, _, parameters) = describe(&post("/api/2.1/clusters/create", "application/json", "{\"hunter2"));
        assert!(!parameters.to_string().contains("hunter2"), "{parameters}");
    }

    #[test]
    fn keeps_no_secret_of_a_client() {
        let media_type = "application/x-www-form-urlencoded";
        let request = post("/oidc/v1/token", media_type, "grant_type=client_credentials&client_secret=hunter2");
        let (operation, writes, parameters) = describe(&request);
        assert!(!writes);
        insta::assert_snapshot!(format!("{operation} {parameters}"), @r#"oidc/v1/token {"grant_type":"client_credentials","client_secret":"[redacted]"}"#);
    }

    #[test]
    fn replaces_a_content_by_its_digest() {
        let body = json!({"path": "/Shared/x", "content": STANDARD.encode("abc")}).to_string();
        let (_, _, parameters) = describe(&post("/api/2.0/workspace/import", "application/json", &body));
        insta::assert_snapshot!(parameters, @r#"{"path":"/Shared/x","content":{"length":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}"#);
    }

    #[test]
    fn a_repeated_query_parameter_is_a_list() {
        let request = Request {
            method: "GET".to_owned(),
            path: "/api/2.1/clusters/list".to_owned(),
            query: ["API", "UI", "JOB"]
                .map(|source| ("filter_by.cluster_sources".to_owned(), source.to_owned()))
                .into(),
            ..Request::default()
        };
        let (operation, writes, parameters) = describe(&request);
        insta::assert_snapshot!(format!("{operation} {writes} {parameters}"), @r#"clusters/list false {"filter_by.cluster_sources":["API","UI","JOB"]}"#);
    }
}
