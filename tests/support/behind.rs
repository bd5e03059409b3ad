//! Changes behind the tool's back: requests to the sandbox as any other client would send them.

use serde_json::Value;

use super::process::RUNTIME;
use super::sandbox::TestSandbox;

impl TestSandbox {
    /// Makes one IAM call of the query protocol.
    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) {
        let common = [("Action", action), ("Version", "2010-05-08")];
        let form: Vec<_> = common.iter().chain(parameters).copied().collect();
        let request = self.client().post(self.url()).header("authorization", authorization("iam")).form(&form);
        self.send(action, request);
    }

    /// Makes one SageMaker call.
    pub fn sagemaker(&self, operation: &str, body: &Value) {
        let request = self
            .client()
            .post(self.url())
            .header("authorization", authorization("sagemaker"))
            .header("x-amz-target", format!("SageMaker.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(body.to_string());
        self.send(operation, request);
    }

    /// Makes one writing call to the workspace: `2.1/clusters/edit`.
    pub fn databricks(&self, api: &str, body: &Value) {
        let url = format!("{}/api/{api}", self.url());
        self.send(api, self.client().post(url).bearer_auth("sandbox-token").json(body));
    }

    /// Makes one reading call to the workspace.
    pub fn databricks_get(&self, api: &str) -> Value {
        let url = format!("{}/api/{api}", self.url());
        let answer = self.send(api, self.client().get(url).bearer_auth("sandbox-token"));
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

    #[expect(clippy::unused_self, reason = "it reads as the sandbox's client")]
    fn client(&self) -> reqwest::Client {
        reqwest::Client::new()
    }

    #[expect(clippy::unused_self, reason = "it reads as the sandbox's answer")]
    fn send(&self, what: &str, request: reqwest::RequestBuilder) -> String {
        let (status, text) = RUNTIME.block_on(async {
            let response = request.send().await.expect("the sandbox answers");
            (response.status(), response.text().await.expect("the answer is text"))
        });
        assert!(status.is_success(), "{what}: {status}: {text}");
        text
    }
}

fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}
