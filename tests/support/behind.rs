//! Changes behind the tool's back: requests as any other client would send them.

use std::sync::LazyLock;

use serde_json::Value;

use super::process::RUNTIME;
use super::sandbox::TestSandbox;

/// Somebody with another client.
#[derive(Clone, Debug)]
pub struct Hand {
    aws: String,
    workspace: String,
}

impl Hand {
    /// Somebody who works on this AWS endpoint and this workspace.
    pub fn new(aws: String, workspace: String) -> Self {
        Self { aws, workspace }
    }

    /// Makes one IAM call of the query protocol, and returns the answer's XML.
    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        expect(action, self.try_iam(action, parameters))
    }

    /// Makes one IAM call, and returns its HTTP status and the answer.
    pub fn try_iam(&self, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
        let common = [("Action", action), ("Version", "2010-05-08")];
        let form: Vec<_> = common.iter().chain(parameters).copied().collect();
        send(CLIENT.post(&self.aws).header("authorization", authorization("iam")).form(&form))
    }

    /// Makes one SageMaker call.
    pub fn sagemaker(&self, operation: &str, body: &Value) -> String {
        expect(operation, self.try_sagemaker(operation, body))
    }

    /// Makes one SageMaker call, and returns its HTTP status and the answer.
    pub fn try_sagemaker(&self, operation: &str, body: &Value) -> (u16, String) {
        let request = CLIENT
            .post(&self.aws)
            .header("authorization", authorization("sagemaker"))
            .header("x-amz-target", format!("SageMaker.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(body.to_string());
        send(request)
    }

    /// Makes one writing call to the workspace: `2.1/clusters/edit`.
    pub fn databricks(&self, api: &str, body: &Value) {
        let url = format!("{}/api/{api}", self.workspace);
        expect(api, send(CLIENT.post(url).bearer_auth("sandbox-token").json(body)));
    }

    /// Makes one reading call to the workspace.
    pub fn databricks_get(&self, api: &str) -> Value {
        let url = format!("{}/api/{api}", self.workspace);
        let answer = expect(api, send(CLIENT.get(url).bearer_auth("sandbox-token")));
        serde_json::from_str(&answer).expect("the workspace answers JSON")
    }

    /// The id of the one cluster of a name.
    pub fn cluster_id(&self, name: &str) -> String {
        let list = self.databricks_get("2.1/clusters/list");
        let clusters = list["clusters"].as_array().cloned().unwrap_or_default();
        let named: Vec<_> = clusters.iter().filter(|cluster| cluster["cluster_name"] == name).collect();
        assert_eq!(named.len(), 1, "one cluster is named {name}");
        named[0]["cluster_id"].as_str().expect("an id").to_owned()
    }
}

impl TestSandbox {
    /// Somebody who works on this sandbox with another client.
    pub fn hand(&self) -> Hand {
        Hand::new(self.url(), self.url())
    }

    /// See [`Hand::iam`].
    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) {
        self.hand().iam(action, parameters);
    }

    /// See [`Hand::sagemaker`].
    pub fn sagemaker(&self, operation: &str, body: &Value) {
        self.hand().sagemaker(operation, body);
    }

    /// See [`Hand::databricks`].
    pub fn databricks(&self, api: &str, body: &Value) {
        self.hand().databricks(api, body);
    }

    /// See [`Hand::databricks_get`].
    pub fn databricks_get(&self, api: &str) -> Value {
        self.hand().databricks_get(api)
    }

    /// See [`Hand::cluster_id`].
    pub fn cluster_id(&self, name: &str) -> String {
        self.hand().cluster_id(name)
    }
}

static CLIENT: LazyLock<reqwest::Client> =
    LazyLock::new(|| reqwest::Client::builder().no_proxy().build().expect("a client"));

fn send(request: reqwest::RequestBuilder) -> (u16, String) {
    RUNTIME.block_on(async {
        let response = request.send().await.expect("the service answers");
        (response.status().as_u16(), response.text().await.expect("the answer is text"))
    })
}

fn expect(what: &str, (status, text): (u16, String)) -> String {
    assert!((200..300).contains(&status), "{what}: HTTP status {status}: {text}");
    text
}

fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}
