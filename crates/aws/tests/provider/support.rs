//! A sandbox and a provider on it.

use std::collections::BTreeMap;

use iam_policy::Policy;
use reconcile_aws::{AwsProvider, Endpoint, Settings, connect};
use reconcile_core::failure::CallFailure;
use reconcile_core::field::Field;
use reconcile_core::id::{Address, AwsScope};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Ownership, Resource, Role, Tags};
use reconcile_engine::provider::{Provider as _, Wanted};
use reconcile_sandbox::{Behaviour, Config, Fault, FaultKind, Sandbox};

pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;

pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    pub(crate) provider: AwsProvider,
    pub(crate) scope: AwsScope,
}

/// The settings that lead to a sandbox. A call is tried once, unless a test is about repetition.
pub(crate) fn settings(sandbox: &Sandbox) -> Settings {
    let environment: BTreeMap<_, _> = sandbox.environment().into_iter().collect();
    Settings {
        region: Some(environment["AWS_REGION"].clone()),
        endpoint: Some(Endpoint {
            url: sandbox.url(),
            access_key: environment["AWS_ACCESS_KEY_ID"].clone(),
            secret_key: environment["AWS_SECRET_ACCESS_KEY"].clone(),
        }),
        attempts: 1,
        ..Settings::default()
    }
}

pub(crate) async fn lab() -> Lab {
    // Nothing changes state by itself, so that no test depends on the time it takes.
    let never = u64::from(u32::MAX);
    let behaviour = Behaviour {
        notebook_start: 0,
        notebook_stop: 0,
        notebook_update: 0,
        notebook_delete: never,
        ..Behaviour::default()
    };
    lab_with(behaviour).await
}

pub(crate) async fn lab_with(behaviour: Behaviour) -> Lab {
    let sandbox = Sandbox::start(Config { behaviour, ..Config::default() }).await.unwrap();
    let connection = connect(&settings(&sandbox)).await.unwrap();
    sandbox.clear_calls();
    Lab { sandbox, provider: connection.provider, scope: connection.scope }
}

impl Lab {
    pub(crate) fn policy(&self, text: &str) -> Policy {
        Policy::parse(text, &self.scope.policy_scope()).unwrap()
    }

    /// A role of which nothing but the trust policy is managed.
    pub(crate) fn role(&self, name: &str) -> Role {
        Role {
            name: name.to_owned(),
            arn: self.scope.role_arn("/", name),
            existing: false,
            path: Field::Absent,
            description: Field::Absent,
            max_session_duration: Field::Absent,
            permissions_boundary: Field::Absent,
            trust_policy: Field::Set(self.policy(TRUST)),
            managed_policies: Field::Absent,
            inline_policies: Field::Absent,
            tags: Tags::default(),
            instance_profiles: Field::Absent,
        }
    }

    pub(crate) async fn read_all(&self, resources: &[&Resource]) -> Vec<Reading> {
        let addresses: Vec<_> = resources.iter().map(|resource| Address::new(resource.kind(), "x")).collect();
        let wanted: Vec<_> =
            addresses.iter().zip(resources).map(|(address, resource)| Wanted { address, resource }).collect();
        self.provider.read(&wanted).await
    }

    pub(crate) async fn read(&self, resource: &Resource) -> Reading {
        self.read_all(&[resource]).await.remove(0)
    }

    pub(crate) async fn live(&self, resource: &Resource) -> Resource {
        match self.read(resource).await {
            Reading::Present(live) => *live,
            other => panic!("{} is not there: {other:?}", resource.name()),
        }
    }

    /// Applies an operation, and checks that it was the one call that it names.
    pub(crate) async fn apply(&self, operation: impl Into<Operation>) -> Result<(), CallFailure> {
        let operation = operation.into();
        self.sandbox.clear_calls();
        let outcome = self.provider.apply(&operation).await;
        assert_eq!(self.calls(), operation.api());
        let applied = outcome?;
        assert!(applied.request_id.is_some(), "{} has no request id", operation.api());
        Ok(())
    }

    /// Creates a resource by the operations that its diff plans.
    pub(crate) async fn create(&self, desired: &Resource) {
        self.bring_about(desired, None).await;
    }

    /// Applies what the diff plans, and returns the calls.
    pub(crate) async fn bring_about(&self, desired: &Resource, live: Option<&Resource>) -> String {
        let operations = desired.diff(live, &owner()).operations;
        let apis: Vec<_> = operations.iter().map(Operation::api).collect();
        for operation in operations {
            self.apply(operation).await.unwrap();
        }
        apis.join("\n")
    }

    /// Checks that a resource reads back as it is desired.
    pub(crate) async fn agrees(&self, desired: &Resource) {
        let live = self.live(desired).await;
        let difference = desired.diff(Some(&live), &owner());
        assert!(difference.is_empty(), "{difference:#?}");
    }

    /// The calls since the last clearing, one a line, in the order of their names: parallel calls have none of their own.
    pub(crate) fn calls(&self) -> String {
        let mut calls: Vec<_> =
            self.sandbox.calls().into_iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
        calls.sort();
        calls.join("\n")
    }

    /// The calls of one read.
    pub(crate) async fn calls_of_reading(&self, resource: &Resource) -> String {
        self.sandbox.clear_calls();
        self.read(resource).await;
        self.calls()
    }

    pub(crate) fn fault(&self, operation: &str, times: Option<u32>, what: FaultKind) {
        let fault = Fault {
            service: None,
            operation: Some(operation.to_owned()),
            only_writes: false,
            parameter_contains: None,
            skip: 0,
            times,
            what,
        };
        self.sandbox.inject(fault);
    }

    /// Makes every call of an operation fail.
    pub(crate) fn refuse(&self, operation: &str, status: u16, code: &str, message: &str) {
        self.fault(operation, None, FaultKind::Status { status, code: code.to_owned(), message: message.to_owned() });
    }
}

pub(crate) fn owner() -> Ownership {
    Ownership::of("lab")
}

pub(crate) fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn failed(reading: Reading) -> CallFailure {
    match reading {
        Reading::Failed(failure) => failure,
        other => panic!("the reading did not fail: {other:?}"),
    }
}
