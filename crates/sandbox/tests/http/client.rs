//! A client that speaks the wire protocols and nothing more.

use std::time::{Duration, Instant};

use reconcile_sandbox::{Behaviour, Config, Sandbox};
use reqwest::Client as Http;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};

/// A trust policy that EC2 and SageMaker may use.
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;

/// An identity policy.
pub(crate) const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// A sandbox and a client for it.
pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    http: Http,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The text between the first pair of these tags.
    pub(crate) fn element(&self, name: &str) -> &str {
        let (_, rest) =
            self.text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {}", self.text));
        rest.split_once(&format!("</{name}>")).unwrap().0
    }

    /// The texts between all pairs of these tags.
    pub(crate) fn elements(&self, name: &str) -> Vec<&str> {
        self.text
            .split(&format!("<{name}>"))
            .skip(1)
            .map(|rest| rest.split_once(&format!("</{name}>")).unwrap().0)
            .collect()
    }

    /// `404 NoSuchEntity: …` of an XML error.
    pub(crate) fn error(&self) -> String {
        let message = self.element("Message").replace("&quot;", "\"").replace("&apos;", "'");
        format!("{} {}: {message}", self.status, self.element("Code"))
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    /// `400 ValidationException: …` of a JSON error.
    pub(crate) fn json_error(&self) -> String {
        let body = self.json();
        format!("{} {}: {}", self.status, body["__type"].as_str().unwrap(), body["message"].as_str().unwrap())
    }
}

/// An `Authorization` header of Signature Version 4; the signature itself is not looked at.
pub(crate) fn authorization(access_key: &str, region: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/20261123/{region}/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"
    )
}

impl Lab {
    /// A sandbox whose clock-driven states settle at once.
    pub(crate) async fn instant() -> Self {
        Self::with(Behaviour {
            notebook_start: 0,
            notebook_stop: 0,
            notebook_update: 0,
            notebook_delete: 0,
            ..Behaviour::default()
        })
        .await
    }

    pub(crate) async fn with(behaviour: Behaviour) -> Self {
        Self::start(Config { behaviour, ..Config::default() }).await
    }

    pub(crate) async fn start(config: Config) -> Self {
        Self { sandbox: Sandbox::start(config).await.unwrap(), http: Http::new() }
    }

    /// Sends a request, also one that is cut.
    pub(crate) async fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.post(format!("{}{path}", self.sandbox.url())).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// One call of IAM.
    pub(crate) async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.query("iam", "2010-05-08", action, parameters).await
    }

    /// One call of STS.
    pub(crate) async fn sts(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.query("sts", "2011-06-15", action, parameters).await
    }

    async fn query(&self, service: &str, version: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.signed("sandbox", service, form(action, version, parameters)).await
    }

    /// One call of IAM with another access key.
    pub(crate) async fn iam_as(&self, access_key: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.signed(access_key, "iam", form(action, "2010-05-08", parameters)).await
    }

    async fn signed(&self, access_key: &str, service: &str, body: String) -> Answer {
        let authorization = authorization(access_key, "us-east-1", service);
        self.try_post("/", &[(AUTHORIZATION.as_str(), &authorization)], body).await.unwrap()
    }

    /// A call of IAM that must succeed.
    pub(crate) async fn done(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let answer = self.iam(action, parameters).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.text);
        answer
    }

    /// One call of SageMaker with another access key.
    pub(crate) async fn sagemaker_as(&self, access_key: &str, operation: &str, input: &Value) -> Answer {
        let authorization = authorization(access_key, "us-east-1", "sagemaker");
        let headers =
            [(AUTHORIZATION.as_str(), authorization.as_str()), ("x-amz-target", &format!("SageMaker.{operation}"))];
        self.try_post("/", &headers, input.to_string()).await.unwrap()
    }

    /// One call of SageMaker in us-east-1.
    pub(crate) async fn sagemaker(&self, operation: &str, input: &Value) -> Answer {
        self.sagemaker_in("us-east-1", operation, input).await
    }

    /// One call of SageMaker.
    pub(crate) async fn sagemaker_in(&self, region: &str, operation: &str, input: &Value) -> Answer {
        let authorization = authorization("sandbox", region, "sagemaker");
        let headers =
            [(AUTHORIZATION.as_str(), authorization.as_str()), ("x-amz-target", &format!("SageMaker.{operation}"))];
        self.try_post("/", &headers, input.to_string()).await.unwrap()
    }

    /// A role that SageMaker may assume; the answer is its ARN.
    pub(crate) async fn role(&self, name: &str) -> String {
        self.done("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)])
            .await
            .element("Arn")
            .to_owned()
    }

    /// A notebook instance with only what must be given.
    pub(crate) async fn notebook(&self, name: &str) -> Answer {
        let role = self.role(&format!("role-of-{name}")).await;
        let input = json!({"NotebookInstanceName": name, "InstanceType": "ml.t3.large", "RoleArn": role});
        self.sagemaker("CreateNotebookInstance", &input).await
    }

    /// Waits until a notebook instance has a status; fails when it takes longer than anything here may.
    pub(crate) async fn wait_for(&self, name: &str, status: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.sagemaker("DescribeNotebookInstance", &json!({"NotebookInstanceName": name})).await;
            if answer.json()["NotebookInstanceStatus"] == status {
                return;
            }
            assert!(Instant::now() < deadline, "never {status}: {}", answer.text);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A form body of the query protocol.
pub(crate) fn form(action: &str, version: &str, parameters: &[(&str, &str)]) -> String {
    let all = [("Action", action), ("Version", version)];
    reqwest::Url::parse_with_params("http://localhost/", all.iter().chain(parameters))
        .unwrap()
        .query()
        .unwrap()
        .to_owned()
}
